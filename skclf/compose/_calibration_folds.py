"""Cross-validation folds for calibration, whatever the class sizes."""

import numpy as np
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils import check_random_state
from sklearn.utils.validation import _num_samples

from skclf._names import stored


@stored
class EveryClassKFold(BaseCrossValidator):
    """Stratified folds whose training parts hold every class.

    Each row is tested once. Rows of a class with fewer rows than there are folds are
    trained on in every fold, also in the one that tests them: that is optimistic for
    these few rows, and lets a class with a single row be calibrated at all.

    Parameters
    ----------
    folds : int, default=5
        Number of folds.
    random_state : int, RandomState or None, default=0
        Seed of the shuffling.

    Examples
    --------
    >>> from skclf.compose._calibration_folds import EveryClassKFold
    >>> y = ["a", "a", "a", "a", "b"]
    >>> for train, test in EveryClassKFold(2).split(y, y):
    ...     print(train, test)
    [0 3 4] [1 2 4]
    [1 2 4] [0 3]
    """

    def __init__(self, folds=5, *, random_state=0):
        self.folds = folds
        self.random_state = random_state

    def get_n_splits(self, X=None, y=None, groups=None):
        """Number of folds; with fewer rows than folds, one for each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...), default=None
            The data; only its length matters.
        y, groups : object, default=None
            Ignored.

        Returns
        -------
        int
            Number of folds.
        """
        return self.folds if X is None else min(self.folds, _num_samples(X))

    def split(self, X, y, groups=None):
        """Row numbers of the training and test part of each fold.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            The data; only its length matters.
        y : array-like of shape (n_samples,)
            The labels.
        groups : object, default=None
            Ignored.

        Yields
        ------
        train, test : ndarray of int
            Row numbers in order.
        """
        codes = np.unique(np.asarray(y), return_inverse=True)[1]
        order = check_random_state(self.random_state).permutation(_num_samples(X))
        by_class = order[np.argsort(codes[order], kind="stable")]
        fold = np.empty(len(codes), dtype=int)
        fold[by_class] = np.arange(len(codes)) % self.folds
        rare = np.bincount(codes)[codes] < self.folds
        for i in range(self.get_n_splits(X)):
            yield np.flatnonzero((fold != i) | rare), np.flatnonzero(fold == i)
