"""What classifiers have in common that decide by the probabilities of another one."""

from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.validation import check_is_fitted

from skclf._base import HelpfulParamsMixin


class ClassifierOnTop(
    HelpfulParamsMixin, MetaEstimatorMixin, ClassifierMixin, BaseEstimator
):
    """Base of a classifier with the parameter `estimator`, fitted as `estimator_`."""

    def predict_proba(self, X):
        """Probability of each class or label.

        Parameters
        ----------
        X : array-like of length n_documents
            What the classifier takes.

        Returns
        -------
        ndarray of float of shape (n_documents, n_classes)
            As the classifier gives them.
        """
        check_is_fitted(self)
        return self.estimator_.predict_proba(X)

    @property
    def n_features_in_(self):
        check_is_fitted(self)
        return self.estimator_.n_features_in_

    def get_metadata_routing(self):
        """Which parameters of `fit` go where.

        Returns
        -------
        sklearn.utils.metadata_routing.MetadataRouter
            All of them go to the classifier.
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        return MetadataRouter(owner=self).add(
            estimator=self.estimator, method_mapping=mapping
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self.estimator).input_tags
        return tags
