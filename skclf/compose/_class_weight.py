"""Class weights for classifiers of scikit-learn that have none, or not for labels."""

import reprlib

import numpy as np
from sklearn import config_context, get_config
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import _num_samples

from skclf._foreign import as_plain
from skclf._indicator import check_targets, is_matrix
from skclf._names import stored
from skclf._validation import check_labels
from skclf.compose._by_label import ByLabelMixin, VoteOnLabels
from skclf.models.rows._rows import Rows
from skclf.models.rows._targets import (
    check_factors,
    check_two_classes,
    check_weights,
    class_factors,
    no_class_weight,
)

_CONSTRAINT = {"class_weight": [dict, StrOptions({"balanced"}), None]}


class _ClassWeightMixin:
    """`fit` with class weights: they become weights of the rows.

    So they are told by the user's own labels, whatever numbers an ensemble shows its
    members instead, and whatever is calibrated or weighed on top is weighted, too.
    """

    _fewest_classes = 2
    _takes_indicators = False

    def fit(self, X, y, sample_weight=None, **fit_params):
        """Fit the classifier.

        Parameters
        ----------
        X : array-like of length n
            Training data.
        y : array-like of shape (n,)
            Their labels.
        sample_weight : array-like of shape (n,), default=None
            Weights of the rows, which those of their classes are multiplied with.
        **fit_params : dict
            As for the class of scikit-learn.

        Returns
        -------
        self : object
            The classifier.
        """
        self._validate_params()
        X, y = as_plain(X), as_plain(y)
        if self._takes_indicators and is_matrix(y):
            y = _indicator(X, y, self.class_weight)
        else:
            y = _labels(X, y, self._fewest_classes)
        if self.class_weight is not None:
            sample_weight = _row_weights(self.class_weight, y, sample_weight)
        if sample_weight is not None:
            fit_params["sample_weight"] = sample_weight
        return super().fit(X, y, **fit_params)


class _MembersMixin:
    """`fit` of an ensemble of pipelines whose last steps `take_weights`."""

    def fit(self, X, y, **fit_params):
        # Without metadata routing, a Pipeline takes no weights of rows.
        routing = get_config()["enable_metadata_routing"]
        routing = routing or "sample_weight" in fit_params
        with config_context(enable_metadata_routing=routing):
            return super().fit(X, y, **fit_params)


@stored
class WeightedNB(ByLabelMixin, _ClassWeightMixin, MultinomialNB):
    """Multinomial naive Bayes with `class_weight`.

    Parameters
    ----------
    alpha, force_alpha, fit_prior, class_prior
        As in :class:`sklearn.naive_bayes.MultinomialNB`.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes by label, or in inverse proportion to their frequency.

    Examples
    --------
    >>> from skclf.compose._class_weight import WeightedNB
    >>> X, y = [[1, 0], [1, 0], [1, 0], [1, 1]], ["often", "often", "often", "rare"]
    >>> WeightedNB().fit(X, y).predict([[1, 0]])
    array(['often'], dtype='<U5')
    >>> WeightedNB(class_weight={"rare": 9}).fit(X, y).predict([[1, 0]])
    array(['rare'], dtype='<U5')
    """

    _parameter_constraints = MultinomialNB._parameter_constraints | _CONSTRAINT
    _fewest_classes = 1

    def __init__(
        self,
        *,
        alpha=1.0,
        force_alpha=True,
        fit_prior=True,
        class_prior=None,
        class_weight=None,
    ):
        super().__init__(
            alpha=alpha,
            force_alpha=force_alpha,
            fit_prior=fit_prior,
            class_prior=class_prior,
        )
        self.class_weight = class_weight

    def predict_log_proba(self, X):
        """As in :class:`sklearn.naive_bayes.MultinomialNB`."""
        if not self._has_labels():
            return super().predict_log_proba(X)
        certain = np.where(self._without_classifier == 1, 0, -np.inf)
        return self._of_labels(X, "predict_log_proba", certain)

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Not with class weights or several labels, which need all rows.

        Parameters
        ----------
        X, y, classes, sample_weight : object
            As in :class:`sklearn.naive_bayes.MultinomialNB`.

        Returns
        -------
        self : WeightedNB
            The classifier.

        Raises
        ------
        ValueError
            If `class_weight` is not None, or documents have several labels.
        """
        if is_matrix(y) or self._has_labels():
            raise ValueError(
                "Expected one label for each document for partial_fit, got an "
                "indicator matrix, here or in fit. Use fit, or a new classifier."
            )
        if self.class_weight is not None:
            raise ValueError(
                "Expected class_weight=None for partial_fit, which sees a part of the "
                f"data only, got {self.class_weight!r}. Pass a sample_weight."
            )
        return super().partial_fit(X, y, classes, sample_weight)


@stored
class WeightedCalibration(ByLabelMixin, _ClassWeightMixin, CalibratedClassifierCV):
    """Calibrated probabilities with `class_weight`, for the classifier and for them.

    Weights of the classifier alone would be calibrated away.

    Parameters
    ----------
    estimator, method, cv, n_jobs, ensemble
        As in :class:`sklearn.calibration.CalibratedClassifierCV`.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes by label, or in inverse proportion to their frequency.
    """

    _parameter_constraints = CalibratedClassifierCV._parameter_constraints | _CONSTRAINT

    def __init__(
        self,
        estimator=None,
        *,
        method="sigmoid",
        cv=None,
        n_jobs=None,
        ensemble="auto",
        class_weight=None,
    ):
        super().__init__(
            estimator, method=method, cv=cv, n_jobs=n_jobs, ensemble=ensemble
        )
        self.class_weight = class_weight


@stored
class WeightedVote(_ClassWeightMixin, _MembersMixin, VoteOnLabels):
    """A vote with `class_weight` for all its members.

    Parameters
    ----------
    estimators, voting, weights, n_jobs, flatten_transform, verbose
        As in :class:`sklearn.ensemble.VotingClassifier`. The members have to
        `take_weights`.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes by label, or in inverse proportion to their frequency.
    """

    _parameter_constraints = VotingClassifier._parameter_constraints | _CONSTRAINT
    _takes_indicators = True

    def __init__(
        self,
        estimators,
        *,
        voting="hard",
        weights=None,
        n_jobs=None,
        flatten_transform=True,
        verbose=False,
        class_weight=None,
    ):
        super().__init__(
            estimators,
            voting=voting,
            weights=weights,
            n_jobs=n_jobs,
            flatten_transform=flatten_transform,
            verbose=verbose,
        )
        self.class_weight = class_weight


@stored
class WeightedStack(_ClassWeightMixin, _MembersMixin, StackingClassifier):
    """A stack with `class_weight` for its members and for what weighs them.

    Parameters
    ----------
    estimators, final_estimator, cv, stack_method, n_jobs, passthrough, verbose
        As in :class:`sklearn.ensemble.StackingClassifier`. The members and the final
        estimator have to `take_weights`.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes by label, or in inverse proportion to their frequency.
    """

    _parameter_constraints = StackingClassifier._parameter_constraints | _CONSTRAINT

    def __init__(
        self,
        estimators,
        final_estimator=None,
        *,
        cv=None,
        stack_method="auto",
        n_jobs=None,
        passthrough=False,
        verbose=0,
        class_weight=None,
    ):
        super().__init__(
            estimators,
            final_estimator,
            cv=cv,
            stack_method=stack_method,
            n_jobs=n_jobs,
            passthrough=passthrough,
            verbose=verbose,
        )
        self.class_weight = class_weight


class _CheckedMixin:
    """`fit` that refuses weights of classes that there are not."""

    def fit(self, X, y, sample_weight=None):
        """As in :class:`sklearn.linear_model.LogisticRegression`."""
        self._validate_params()
        y = _labels(X, y)
        if self.class_weight is not None:
            _row_weights(self.class_weight, y, sample_weight)
        return super().fit(X, y, sample_weight)


@stored
class CheckedLogisticRegression(ByLabelMixin, _CheckedMixin, LogisticRegression):
    """Logistic regression that checks class weights, and takes several labels."""

    def decision_function(self, X):
        """As in :class:`sklearn.linear_model.LogisticRegression`."""
        if not self._has_labels():
            return super().decision_function(X)
        certain = np.where(self._without_classifier == 1, np.inf, -np.inf)
        return self._of_labels(X, "decision_function", certain)

    def predict_log_proba(self, X):
        """As in :class:`sklearn.linear_model.LogisticRegression`."""
        with np.errstate(divide="ignore"):  # of labels that are the same for all
            return super().predict_log_proba(X)


def take_weights(step, takes=True):
    """Let a step have the weights of rows that an ensemble around it is given, or not.

    A step that could take weights has to be told, in a pipeline that is given some.
    """
    with config_context(enable_metadata_routing=True):  # there is no method without
        return step.set_fit_request(sample_weight=takes)


def with_class_weight(class_weight, params):
    """The parameters of a ready-made pipeline with `class_weight`, which is checked."""
    is_name = isinstance(class_weight, str) and class_weight == "balanced"
    if not is_name and not isinstance(class_weight, dict):
        raise ValueError(
            "Expected a dict of labels to weights, 'balanced' or None as class_weight, "
            f"got {reprlib.repr(class_weight)}."
        )
    if "classify__class_weight" in params:
        raise ValueError(
            "Expected class_weight or classify__class_weight, which are the same, got "
            "both. Leave one of them out."
        )
    return params | {"classify__class_weight": class_weight}


def _labels(X, y, fewest_classes=2):
    """The labels, checked, in words that an ensemble's numbers of them would spoil."""
    y = check_labels(y, _num_samples(X))
    if fewest_classes > 1:
        check_two_classes(np.unique(y))
    return y


def _indicator(X, y, class_weight):
    """Several labels for each row, checked."""
    y = check_targets(y, _num_samples(X))
    if class_weight is not None:
        raise ValueError(no_class_weight("a vote", class_weight))
    return y


def _row_weights(class_weight, y, sample_weight):
    """The weight of each row multiplied by that of its class."""
    classes, codes = np.unique(y, return_inverse=True)
    rows = Rows(None, codes, check_weights(sample_weight, codes))
    factors = class_factors(class_weight, classes, rows)
    check_factors(class_weight, factors)
    return rows.reweighted(factors).weight
