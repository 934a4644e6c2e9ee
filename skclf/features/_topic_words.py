"""The words of topics, and their weights."""

import numpy as np
import pandas as pd

_LEAST = 1e-6  # of the heaviest; NMF leaves less where it goes on towards 0


def to_shares(weights):
    """Rows divided by their sums; rows of zeros stay."""
    sums = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)


def top_words(components, n):
    """The columns of the at most `n` heaviest words of each topic, heaviest first."""
    order = np.argsort(-components, axis=1, kind="stable")[:, :n]
    least = _LEAST * components.max(axis=1)
    return [top[components[i, top] > least[i]] for i, top in enumerate(order)]


def weights_table(components, words, names, topics):
    """One row for each of the words of each topic, with its weight."""
    rows = [
        (topic, names[word], components[i, word])
        for i, topic in enumerate(topics)
        for word in words[i]
    ]
    return pd.DataFrame(rows, columns=["topic", "word", "weight"])
