"""Predictions that stand for the model that made them."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if

from skclf._names import stored


def _has(method):
    return available_if(lambda self: method in self.responses)


@stored
class Predictions(ClassifierMixin, BaseEstimator):
    """A classifier that says again what a model said: its documents are row numbers.

    Scorers take it for the model, so that any metric can be had for any choice of rows.

    Parameters
    ----------
    responses : dict of str to ndarray
        What the model said of each row, by the names of its methods.
    classes : ndarray
        The labels.
    """

    def __init__(self, responses, classes):
        self.responses = responses
        self.classes = classes

    @property
    def classes_(self):
        return self.classes

    def predict(self, X):
        return self.responses["predict"][X]

    @_has("predict_proba")
    def predict_proba(self, X):
        return self.responses["predict_proba"][X]

    @_has("decision_function")
    def decision_function(self, X):
        return self.responses["decision_function"][X]


def resamples(y, n, seed=0):
    """Rows drawn with replacement, `n` times; each class keeps its number of rows.

    Parameters
    ----------
    y : ndarray of shape (n_documents,) or (n_documents, n_labels)
        The labels; several of a document are not looked at.
    n : int
        How many times.
    seed : int, default=0
        Seed of the draws.

    Yields
    ------
    ndarray of int of shape (n_documents,)
        Row numbers.
    """
    rng = np.random.default_rng(seed)
    groups = [np.arange(len(y))]
    if y.ndim == 1:
        groups = [np.flatnonzero(y == label) for label in np.unique(y)]
    for _ in range(n):
        drawn = [rows[rng.integers(0, len(rows), len(rows))] for rows in groups]
        yield np.concatenate(drawn)
