"""Splits that are made once and used for every model."""

import reprlib
import warnings

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, check_cv

from skclf._indicator import strata
from skclf._validation import listed


def make_splits(cv, X, y, groups, seed):
    """A list of (train, test) row numbers.

    Parameters
    ----------
    cv : int, splitter, iterable or None
        An int is a number of stratified, shuffled folds; None is 5. Of several labels
        of a document, the rarest one counts for stratified folds.
    X, y, groups : array-like
        What the splitter is given.
    seed : int or None
        Seed of the shuffling, if `cv` is an int.

    Returns
    -------
    list of tuple of ndarray of int
        The splits.

    Raises
    ------
    ValueError
        If there is no split, or one without rows to fit on or to score.

    Warns
    -----
    UserWarning
        If classes have fewer rows than there are stratified folds.
    """
    cv = 5 if cv is None else cv
    if isinstance(cv, int | np.integer):
        kind = StratifiedKFold if groups is None else StratifiedGroupKFold
        cv = kind(int(cv), shuffle=True, random_state=seed)
    splitter = check_cv(cv, y, classifier=True)
    by = y
    if isinstance(splitter, StratifiedKFold | StratifiedGroupKFold):
        _warn_of_rare_classes(y, splitter.n_splits)
        by = strata(y)
    rows = np.arange(len(y))  # turns masks into row numbers, too
    with warnings.catch_warnings():
        # scikit-learn says the same without naming them
        warnings.filterwarnings("ignore", "The least populated class in y has only")
        splits = [
            tuple(_part(rows, part, number) for part in split)
            for number, split in enumerate(splitter.split(X, by, groups), start=1)
        ]
    if not splits:
        raise ValueError(
            f"Expected at least one split in cv, got none from {cv!r}. A generator "
            "gives its splits only once: pass list(splits)."
        )
    return splits


def _warn_of_rare_classes(y, n_folds):
    if y.ndim == 1:
        what = "Classes have fewer rows"
        classes, counts = np.unique(y, return_counts=True)
    else:
        what = "Labels, counted from 0, have fewer rows with them, or without,"
        n_with = y.sum(axis=0)
        classes, counts = np.arange(y.shape[1]), np.minimum(n_with, len(y) - n_with)
    rare = classes[counts < n_folds]
    if len(rare):
        warnings.warn(
            f"{what} than the {n_folds} folds, so that a fold has none of them to fit "
            f"on or to score: {listed(rare.tolist())}. Put them together with others, "
            "remove them, or take fewer folds.",
            stacklevel=4,
        )


def _part(rows, part, number):
    """Row numbers of one part of a split."""
    part = np.asarray(part)
    if not part.size:
        raise ValueError(
            f"Expected rows to fit on and rows to score in split {number} of cv, got "
            "an empty part. Pass larger parts, or fewer splits."
        )
    try:
        return rows[part]
    except IndexError as error:
        raise ValueError(
            f"Expected masks or numbers of the {len(rows)} rows of X in split {number} "
            f"of cv, got {reprlib.repr(part.tolist())}: {error}."
        ) from error
