"""The words of texts, and those that are typical for a class."""

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

_WORD = r"(?u)\b\w[\w'’]*"


def count_words(texts):
    """How often each word occurs in each text."""
    vectorizer = CountVectorizer(token_pattern=_WORD)
    try:
        counts = vectorizer.fit_transform(texts)
    except ValueError:  # no text has a word
        return sparse.csr_matrix((len(texts), 0), dtype=np.int64), np.array([], object)
    return counts, vectorizer.get_feature_names_out()


def typical_words(counts, words, y, n_words):
    """Words with the largest weighted log-odds of a class against the others."""
    prior = np.asarray(counts.sum(axis=0)).ravel() + 0.01
    rows = []
    for label in np.unique(y):
        of_class = np.asarray(counts[y == label].sum(axis=0)).ravel()
        others = prior - 0.01 - of_class
        odds = [_log_odds(part, prior) for part in (of_class, others)]
        spread = np.sqrt(1 / (of_class + prior) + 1 / (others + prior))
        z = (odds[0] - odds[1]) / spread
        for i in np.argsort(-z, kind="stable")[:n_words]:
            if of_class[i]:
                rows.append((label, words[i], z[i], of_class[i]))
    return pd.DataFrame(rows, columns=["class", "word", "z", "n"])


def _log_odds(counts, prior):
    """Of the words of a part, with those of all texts as what is expected."""
    total, known = counts.sum(), prior.sum()
    return np.log(counts + prior) - np.log(total + known - counts - prior + 1e-9)
