"""What large classifiers say of documents that they have not seen."""

from numbers import Integral

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from skclf._validation import excerpt
from skclf.compose._calibration_folds import EveryClassKFold


def folds_of(cv, X, y, groups):
    """Training and test rows of each fold, as a list.

    Parameters
    ----------
    cv : int or splitter
        A number of folds, or what makes them.
    X : array-like of length n_documents
        The documents.
    y : ndarray of shape (n_documents,)
        Their labels.
    groups : ndarray of shape (n_documents,) or None
        What documents belong together.

    Raises
    ------
    ValueError
        If a document is not in one test part.
    """
    splitter = cv
    if isinstance(cv, Integral):
        splitter = EveryClassKFold(cv)
        if groups is not None:
            splitter = StratifiedGroupKFold(cv, shuffle=True, random_state=0)
    folds = list(splitter.split(X, y, groups))
    tested = np.bincount(np.concatenate([test for _, test in folds]), None, len(y))
    if (tested != 1).any():
        raise ValueError(
            f"Expected a cv that tests each document once, got {excerpt(cv)}, which "
            f"tests some {tested.min()} times and some {tested.max()} times. Pass a "
            "number of folds, or GroupKFold."
        )
    return folds


def ask(teacher, X, others, codes, classes, folds):
    """What teachers say of documents that they have not seen.

    Parameters
    ----------
    teacher : estimator
        It is cloned for each fold.
    X : array-like of length n_documents
        Documents with labels.
    others : array-like or None
        Documents without.
    codes : ndarray of int of shape (n_documents,)
        The labels, as positions in `classes`.
    classes : ndarray
        The labels there are.
    folds : list of (train, test)
        Row numbers.

    Returns
    -------
    held_out : ndarray of float of shape (n_documents, n_classes)
        Of each document, by the teacher of the fold that tests it.
    of_others : ndarray of float of shape (n_others, n_classes)
        Means over all teachers.
    """
    held_out, said = np.empty((len(codes), len(classes))), []
    nobody = np.empty((0, len(classes)))
    for train, test in folds:
        one = clone(teacher).fit(_safe_indexing(X, train), classes[codes[train]])
        held_out[test] = _probabilities(one, _safe_indexing(X, test), classes)
        said.append(nobody if others is None else _probabilities(one, others, classes))
    return held_out, np.mean(said, axis=0)


def _probabilities(teacher, X, classes):
    """Also of classes that the teacher has not seen."""
    proba = np.zeros((_num_samples(X), len(classes)))
    proba[:, np.searchsorted(classes, teacher.classes_)] = teacher.predict_proba(X)
    return proba
