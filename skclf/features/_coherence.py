"""How well the words of a topic go together."""

import numpy as np


def npmi(counts, topics):
    """Normalised pointwise mutual information of the words of each topic.

    Parameters
    ----------
    counts : sparse matrix of shape (n_documents, n_words)
        Where not zero, the word is in the document.
    topics : sequence of array-like of int
        Columns of the words of each topic.

    Returns
    -------
    ndarray of float64 of shape (n_topics,)
        The mean over all pairs of words of a topic, from -1 (never together) by 0
        (independent) to 1 (only together); NaN for a topic of fewer than two words.
    """
    words = np.unique(np.concatenate([np.asarray(t, dtype=int) for t in topics]))
    presence = counts[:, words].astype(bool).astype(np.float64)
    together = (presence.T @ presence).toarray() / counts.shape[0]
    scores = _npmi_of_pairs(together)
    return np.array([_mean_of_pairs(scores, np.searchsorted(words, t)) for t in topics])


def _npmi_of_pairs(together):
    """From the shares of documents with both words, on the diagonal with the one."""
    alone = together.diagonal()
    # Words that never meet get -1, and two that are in every document 1: the limits.
    scores = np.where(together > 0, 1.0, -1.0)
    some = (together > 0) & (together < 1)
    both = together[some]
    scores[some] = np.log(both / np.outer(alone, alone)[some]) / -np.log(both)
    return scores


def _mean_of_pairs(scores, topic):
    if len(topic) < 2:
        return np.nan
    first, second = np.triu_indices(len(topic), k=1)
    return scores[topic[first], topic[second]].mean()
