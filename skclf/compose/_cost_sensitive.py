"""Decisions by lowest expected cost, for classes that are not equally far apart."""

import numpy as np
from sklearn.base import clone
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.metadata_routing import (
    _raise_for_params,
    process_routing,
)

from skclf._foreign import as_plain
from skclf._indicator import is_matrix
from skclf._names import public
from skclf._validation import excerpt, listed
from skclf.compose._decision import ClassifierOnTop


@public("skclf.compose")
class CostSensitiveClassifier(ClassifierOnTop):
    """Predict the class whose expected cost is lowest.

    A classifier predicts the most probable class, as if all errors cost the same. Where
    classes are ordered, such as stars, an error by four is worse than one by one; where
    one kind of error is dear, a less probable class may be the better bet.

    Parameters
    ----------
    estimator : estimator
        A classifier with ``predict_proba``: a pipeline of
        :func:`~skclf.make_text_classifier`, for example. It is cloned.
    cost : {"absolute", "quadratic"} or array-like of shape (n_classes, n_classes), \
            default="absolute"
        What it costs to predict the class of a column where that of the row is true,
        both in the order of `classes_`. "absolute" is the distance of the two classes,
        "quadratic" its square: of the labels themselves where they are numbers, else of
        their positions in `classes_`.

    Attributes
    ----------
    estimator_ : estimator
        The fitted classifier.
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    cost_ : ndarray of shape (n_classes, n_classes)
        The costs.
    n_features_in_ : int
        Number of columns of the training data, where `estimator_` knows it.

    See Also
    --------
    LabelThresholdsCV : Thresholds for documents with several labels.
    sklearn.model_selection.TunedThresholdClassifierCV : A threshold for two classes.

    Notes
    -----
    The expected costs are those of the predicted probabilities [1]_, so these should be
    calibrated. Nothing is learned besides the classifier.

    References
    ----------
    .. [1] C. Elkan, The foundations of cost-sensitive learning, IJCAI 2001.

    Examples
    --------
    >>> from skclf import make_text_classifier
    >>> from skclf.compose import CostSensitiveClassifier
    >>> texts = ["bad"] * 10 + ["great"] * 11 + ["so so"] * 2
    >>> stars = [1] * 10 + [5] * 11 + [3] * 2
    >>> model = make_text_classifier("tfidf-logreg", classify__C=0.1)
    >>> model.fit(texts, stars).predict(["bad great"])
    array([5])
    >>> CostSensitiveClassifier(model).fit(texts, stars).predict(["bad great"])
    array([3])
    """

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "predict_proba"])],
        "cost": [StrOptions({"absolute", "quadratic"}), "array-like"],
    }

    def __init__(self, estimator, *, cost="absolute"):
        self.estimator = estimator
        self.cost = cost

    def fit(self, X, y, **fit_params):
        """Fit the classifier.

        Parameters
        ----------
        X : array-like of length n_documents
            What the classifier takes.
        y : array-like of shape (n_documents,)
            The labels.
        **fit_params : dict
            With metadata routing, what the classifier asks for.

        Returns
        -------
        self : CostSensitiveClassifier
            The fitted classifier.

        Raises
        ------
        ValueError
            If `cost` does not fit the classes, or documents have several labels.
        """
        _raise_for_params(fit_params, self, "fit")
        self._validate_params()
        y = as_plain(y)
        if is_matrix(y):
            raise ValueError(
                "Expected one label for each document, got an indicator matrix. See "
                "LabelThresholdsCV."
            )
        classes = np.unique(np.asarray(y))
        cost = _cost_matrix(self.cost, classes)  # before any work
        params = process_routing(self, "fit", **fit_params).estimator.fit
        self.estimator_ = clone(self.estimator).fit(X, y, **params)
        self.classes_, self.cost_ = self.estimator_.classes_, cost
        return self

    def predict(self, X):
        """The class with the lowest expected cost.

        Parameters
        ----------
        X : array-like of length n_documents
            What the classifier takes.

        Returns
        -------
        ndarray of shape (n_documents,)
            Labels.
        """
        expected = self.predict_proba(X) @ self.cost_
        return self.classes_[expected.argmin(axis=1)]


def _cost_matrix(cost, classes):
    """Costs as an array, in the order of the classes."""
    n = len(classes)
    if isinstance(cost, str):
        is_number = np.issubdtype(classes.dtype, np.number)
        places = classes.astype(float) if is_number else np.arange(n, dtype=float)
        distance = abs(places[:, None] - places)
        return distance if cost == "absolute" else distance**2
    try:
        cost = np.array(cost, dtype=float)
    except (TypeError, ValueError):
        cost = np.array(np.nan)
    if cost.shape != (n, n) or not np.isfinite(cost).all():
        raise ValueError(
            f"Expected cost as finite numbers of shape {(n, n)}, a row and a column "
            f"for each of the classes {listed(classes.tolist())}, got "
            f"{excerpt(cost.tolist())} of shape {cost.shape}."
        )
    return cost
