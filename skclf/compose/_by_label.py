"""Linear classifiers for documents with several labels: one classifier for each."""

import warnings

import numpy as np
from scipy.sparse import csr_matrix, issparse
from sklearn.base import clone
from sklearn.ensemble import VotingClassifier
from sklearn.utils.validation import _num_samples

from skclf._foreign import as_plain
from skclf._indicator import (
    check_some_vary,
    check_targets,
    constant_labels,
    is_matrix,
)
from skclf.models.rows._prediction import most_probable


class ByLabelMixin:
    """`fit` on an indicator matrix: a clone is fitted for each label against the rest.

    So parameters have the same names, whatever labels there are. A label that all
    documents of the fit have, or none, is predicted so.

    Attributes
    ----------
    multilabel_ : bool
        Whether `y` was an indicator matrix. Then `classes_` has the numbers of its
        columns, and the attributes of a single classifier, such as ``coef_``, are those
        of its `estimators_`.
    estimators_ : list
        The classifier of each label, None for labels that are the same for all.
    """

    def fit(self, X, y, sample_weight=None, **fit_params):
        """Fit the classifier.

        Parameters
        ----------
        X : array-like of length n
            Training data.
        y : array-like or sparse matrix of shape (n,) or (n, n_labels)
            Their labels, or an indicator matrix.
        sample_weight : array-like of shape (n,), default=None
            Weights of the rows.
        **fit_params : dict
            As for the class of scikit-learn.

        Returns
        -------
        self : object
            The classifier.
        """
        X, y = as_plain(X), as_plain(y)
        several = is_matrix(y)
        if several != self._has_labels():
            _forget_fit(self)
        if several:
            self._validate_params()
            return self._fit_labels(X, y, sample_weight, fit_params)
        super().fit(X, y, sample_weight, **fit_params)
        self.multilabel_ = False
        return self

    def _fit_labels(self, X, y, sample_weight, fit_params):
        targets = check_targets(y, _num_samples(X))
        message = check_some_vary(targets)
        if message:
            warnings.warn(message, stacklevel=3)
        constant = constant_labels(targets)
        self.estimators_ = [
            None
            if i in constant
            else clone(self).fit(X, column, sample_weight, **fit_params)
            for i, column in enumerate(targets.T)
        ]
        first = next(filter(None, self.estimators_))
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(first, name):
                setattr(self, name, getattr(first, name))
        self.classes_ = np.arange(targets.shape[1])
        self.multilabel_ = True
        self._without_classifier = targets[0].astype(float)
        self._sparse_targets = issparse(y)
        return self

    def predict(self, X):
        """Labels, or an indicator matrix.

        Parameters
        ----------
        X : array-like of length n
            Data.

        Returns
        -------
        ndarray of shape (n,) or (n, n_labels)
            Labels; or 1 for those with a probability above .5, and 0 for others.
        """
        if not self._has_labels():
            return super().predict(X)
        codes = most_probable(self.predict_proba(X), multilabel=True)
        return csr_matrix(codes) if self._sparse_targets else codes

    def predict_proba(self, X):
        """Probability of each class or label.

        Parameters
        ----------
        X : array-like of length n
            Data.

        Returns
        -------
        ndarray of shape (n, n_classes)
            In the order of `classes_`.
        """
        if not self._has_labels():
            return super().predict_proba(X)
        return self._of_labels(X, "predict_proba", self._without_classifier)

    def _has_labels(self):
        return getattr(self, "multilabel_", False)

    def _of_labels(self, X, method, others):
        """What the classifiers say of each label; of those without one, `others`."""
        found = [
            np.full(_num_samples(X), other)
            if estimator is None
            else getattr(estimator, method)(X)
            for estimator, other in zip(self.estimators_, others, strict=True)
        ]
        return np.column_stack([x[:, 1] if x.ndim == 2 else x for x in found])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class VoteOnLabels(VotingClassifier):
    """A vote that takes an indicator matrix, too, if its members do.

    Attributes
    ----------
    multilabel_ : bool
        Whether `y` was an indicator matrix.
    """

    def fit(self, X, y, **fit_params):
        """Fit the members; `y` has been checked."""
        self.multilabel_ = y.ndim == 2
        if not self.multilabel_:
            return super().fit(X, y, **fit_params)
        if self.voting != "soft":
            raise ValueError(
                "Expected voting='soft' for documents with several labels, got "
                f"{self.voting!r}."
            )
        self.classes_ = np.arange(y.shape[1])
        # What remains to be done by the class that this one refuses labels before.
        return super(VotingClassifier, self).fit(X, y, **fit_params)

    def predict(self, X):
        """Labels; or 1 where the mean of the probabilities is above .5, else 0."""
        if not getattr(self, "multilabel_", False):
            return super().predict(X)
        return most_probable(self.predict_proba(X), multilabel=True)


def _forget_fit(classifier):
    for name in [name for name in vars(classifier) if name.endswith("_")]:
        delattr(classifier, name)
