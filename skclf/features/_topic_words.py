"""The words of topics, and their weights."""

import numpy as np
import pandas as pd

# Of the heaviest weight:
_LEAST = 1e-6  # NMF leaves less where it goes on towards 0
_DECIMALS = 9  # what differs by less has rounding errors, others on other machines


def to_shares(weights):
    """Rows divided by their sums; rows of zeros stay."""
    sums = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)


def top_words(components, n):
    """The columns of the at most `n` heaviest words of each topic, heaviest first.

    Of words that weigh the same the first column comes first.
    """
    heaviest = components.max(axis=1, keepdims=True)
    relative = np.divide(
        components, heaviest, out=np.zeros_like(components), where=heaviest > 0
    )
    order = np.argsort(-relative.round(_DECIMALS), axis=1, kind="stable")[:, :n]
    return [top[row[top] > _LEAST] for row, top in zip(relative, order, strict=True)]


def weights_table(components, words, names, topics):
    """One row for each of the words of each topic, with its weight."""
    rows = [
        (topic, names[word], components[i, word])
        for i, topic in enumerate(topics)
        for word in words[i]
    ]
    return pd.DataFrame(rows, columns=["topic", "word", "weight"])
