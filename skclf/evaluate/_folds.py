"""Fit a model on each fold, score it, and predict the documents it has not seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.metrics import check_scoring
from sklearn.utils import _safe_indexing
from sklearn.utils.parallel import Parallel, delayed


@dataclass
class Fold:
    """What came of one fold.

    Parameters
    ----------
    test_scores, train_scores : dict of str to float
        By the names of the metrics.
    responses : dict of str to ndarray
        By the names of the methods, what they say of the test documents.
    estimator : estimator or None
        The fitted one, if it is to be kept.
    """

    test_scores: dict
    train_scores: dict
    responses: dict
    estimator: Any


def fit_folds(estimator, X, y, splits, scoring, *, n_jobs, keep, announce):
    """Fit clones on the training parts of some splits.

    Parameters
    ----------
    estimator : estimator
        The model.
    X : sequence
        The documents.
    y : ndarray
        Their labels.
    splits : list of tuple of ndarray of int
        Training and test rows.
    scoring : tuple, dict or callable
        Metrics, as `cross_validate` takes them.
    n_jobs : int
        Folds that are fitted at the same time.
    keep : bool
        Whether to keep the fitted estimators.
    announce : callable
        Called with the number of a fold, from 1, before it is fitted, if they are
        fitted one by one.

    Returns
    -------
    list of Fold
        In the order of the splits.
    """
    scorer = check_scoring(estimator, scoring=scoring)
    if n_jobs > 1:
        return Parallel(n_jobs=n_jobs)(
            delayed(_fit_fold)(clone(estimator), X, y, *split, scorer, keep)
            for split in splits
        )
    folds = []
    for number, split in enumerate(splits, start=1):
        announce(number)
        folds.append(_fit_fold(clone(estimator), X, y, *split, scorer, keep))
    return folds


def _fit_fold(estimator, X, y, train, test, scorer, keep):
    X_train, X_test = _safe_indexing(X, train), _safe_indexing(X, test)
    estimator.fit(X_train, y[train])
    return Fold(
        _scores(scorer, estimator, X_test, y[test]),
        _scores(scorer, estimator, X_train, y[train]),
        _responses(estimator, X_test),
        estimator if keep else None,
    )


def _scores(scorer, estimator, X, y):
    scores = scorer(estimator, X, y)
    scores = scores if isinstance(scores, dict) else {"score": scores}
    return {name: float(score) for name, score in scores.items()}


def _responses(estimator, X):
    """Labels, and probabilities, or else the decision function, if there are any."""
    found = {"predict": np.asarray(estimator.predict(X))}
    for method in ("predict_proba", "decision_function"):
        if hasattr(estimator, method):
            response = getattr(estimator, method)(X)
            # Of several labels, some estimators give a list of arrays.
            if isinstance(response, np.ndarray):
                found[method] = response
            break
    return found
