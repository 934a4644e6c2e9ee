"""Prediction, as all nets do it."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils import ClassifierTags
from sklearn.utils.validation import check_is_fitted

from skclf.models._inputs import InputChecks


class QuickTags(ClassifierTags):
    """Tags that a Pipeline, which copies them for each prediction, copies at once.

    Python's own deep copy takes a sixth of the time that a document takes in ONNX.
    """

    __slots__ = ()

    def __deepcopy__(self, memo):
        return QuickTags(self.poor_score, self.multi_class, self.multi_label)


class NetClassifier(ClassifierMixin, InputChecks):
    """Mixin of classifiers that predict with a net.

    A class with it has ``_net``, once it is fitted, whose method ``probabilities`` maps
    a source of rows to class probabilities.
    """

    _not_fitted = None  # the message, if not scikit-learn's

    def predict_proba(self, X):
        """Probability of each class.

        Parameters
        ----------
        X : TokenSequences, EmbeddedSequences, SequencesAndTable or array
            Documents.

        Returns
        -------
        ndarray of float64 of shape (n_documents, n_classes)
            In the order of `classes_`; rows sum to 1. An empty document gets a fixed
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
        """Most probable label.

        Parameters
        ----------
        X : TokenSequences, EmbeddedSequences, SequencesAndTable or array
            Documents.

        Returns
        -------
        ndarray of shape (n_documents,)
            Labels.
        """
        proba = self.predict_proba(X)  # first, as it checks that the net is fitted
        return self.classes_[proba.argmax(axis=1)]

    def __sklearn_is_fitted__(self):
        return hasattr(self, "_net")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags = QuickTags()
        tags.input_tags.two_d_array = self._takes != "tokens"
        tags.input_tags.sparse = self._takes != "tokens"
        return tags
