"""Prediction, as all nets do it."""

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import ClassifierMixin
from sklearn.utils import ClassifierTags
from sklearn.utils.validation import check_is_fitted

from skclf._base import DocumentedMixin
from skclf.models.rows._inputs import InputChecks
from skclf.models.rows._prediction import most_probable


class QuickTags(ClassifierTags):
    """Tags that a Pipeline, which copies them for each prediction, copies at once.

    Python's own deep copy takes a sixth of the time that a document takes in ONNX.
    """

    __slots__ = ()

    def __deepcopy__(self, memo):
        return QuickTags(self.poor_score, self.multi_class, self.multi_label)


class NetClassifier(DocumentedMixin, ClassifierMixin, InputChecks):
    """Mixin of classifiers that predict with a net.

    A class with it has ``_net``, once it is fitted, whose method ``probabilities`` maps
    a source of rows to class probabilities.
    """

    _not_fitted = None  # the message, if not scikit-learn's

    def predict_proba(self, X):
        """Probability of each class, or of each label where there may be several.

        Parameters
        ----------
        X : TokenSequences, EmbeddedSequences, SequencesAndTable or array
            Documents.

        Returns
        -------
        ndarray of float64 of shape (n_documents, n_classes)
            In the order of `classes_`. Rows sum to 1, other than those of a net that
            was trained on several labels a document. An empty document gets a fixed
            prediction.
        """
        if not self.__sklearn_is_fitted__():
            check_is_fitted(self, msg=self._not_fitted)
        return self._net.probabilities(self._source(X))

    def predict_log_proba(self, X):
        """Logarithm of the probability of each class.

        Parameters
        ----------
        X : TokenSequences, EmbeddedSequences, SequencesAndTable or array
            Documents.

        Returns
        -------
        ndarray of float64 of shape (n_documents, n_classes)
            In the order of `classes_`.
        """
        return np.log(self.predict_proba(X))

    def predict(self, X):
        """Most probable label, or all labels above .5 where there may be several.

        Parameters
        ----------
        X : TokenSequences, EmbeddedSequences, SequencesAndTable or array
            Documents.

        Returns
        -------
        ndarray of shape (n_documents,) or (n_documents, n_labels)
            Labels; or an indicator matrix, sparse if that of the fit was.
        """
        proba = self.predict_proba(X)  # first, as it checks that the net is fitted
        codes = most_probable(proba, self.multilabel_)
        if not self.multilabel_:
            return self.classes_[codes]
        return csr_matrix(codes) if self._sparse_targets else codes

    def __sklearn_is_fitted__(self):
        return hasattr(self, "_net")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags = QuickTags(multi_label=True)
        fitted = self.__sklearn_is_fitted__()
        takes = self._input.takes if fitted else self._takes
        tags.input_tags.two_d_array = tags.input_tags.sparse = takes != "tokens"
        return tags
