"""A linear SVM for few and for many classes."""

import numpy as np
from sklearn.svm import LinearSVC

from skclf._names import stored


@stored
class ManyClassSVC(LinearSVC):
    """A linear SVM whose penalty fits the number of classes.

    One class against all others has few rows where there are many classes: with the
    penalty that is right for two, it underfits.

    Parameters
    ----------
    **params : dict
        As for :class:`sklearn.svm.LinearSVC`. `C` is that of two classes; for `k`
        classes it is multiplied by the root of ``k / 2``.

    Examples
    --------
    >>> from sklearn.svm import LinearSVC
    >>> from skclf.compose._many_classes import ManyClassSVC
    >>> X, y = [[0.0], [1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0]], range(8)
    >>> ours = ManyClassSVC(C=0.1, random_state=0).fit(X, y)
    >>> theirs = LinearSVC(C=0.2, random_state=0).fit(X, y)
    >>> bool((ours.coef_ == theirs.coef_).all())
    True
    """

    def fit(self, X, y, sample_weight=None):
        """Fit the SVM.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The features.
        y : array-like of shape (n_samples,)
            The classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        self : ManyClassSVC
            The fitted SVM.
        """
        factor = (len(np.unique(y)) / 2) ** 0.5
        weights = 1.0 if sample_weight is None else np.asarray(sample_weight)
        # C times the weight is what counts for each row.
        return super().fit(X, y, np.broadcast_to(factor * weights, len(y)))
