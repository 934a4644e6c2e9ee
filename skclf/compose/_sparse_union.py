"""Blocks of sparse features side by side."""

import numpy as np
from sklearn.pipeline import FeatureUnion

from skclf._names import stored


@stored
class SparseUnion(FeatureUnion, auto_wrap_output_keys=None):
    """A FeatureUnion whose sparse output is never wrapped in a DataFrame.

    ``set_output`` is accepted and does nothing. scikit-learn's own FeatureUnion fails
    on TF-IDF as soon as somebody sets ``transform_output="pandas"`` for everything.

    Parameters
    ----------
    transformer_list, n_jobs, transformer_weights, verbose, verbose_feature_names_out
        As in :class:`sklearn.pipeline.FeatureUnion`.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> from skclf.compose._sparse_union import SparseUnion
    >>> union = SparseUnion([("words", CountVectorizer())])
    >>> X = union.set_output(transform="pandas").fit_transform(["a fire", "two fires"])
    >>> X.shape
    (2, 3)
    """

    def set_output(self, *, transform=None):
        """Do nothing: the output stays sparse.

        Parameters
        ----------
        transform : object, default=None
            Ignored, so that ``Pipeline.set_output`` can be used.

        Returns
        -------
        self : object
            The union.
        """
        return self

    def transform(self, X, **params):
        """As in scikit-learn; no texts have no rows, though its parts may refuse them.

        Parameters
        ----------
        X : list or array of texts, or sequences
            Input of all transformers.
        **params : dict
            As in :class:`sklearn.pipeline.FeatureUnion`.

        Returns
        -------
        ndarray or sparse matrix
            The blocks side by side.
        """
        if isinstance(X, list | np.ndarray) and not len(X):
            return super().transform([""], **params)[:0]
        return super().transform(X, **params)
