"""How a small classifier learns from shares of the classes."""

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import has_fit_parameter

from skclf._validation import excerpt
from skclf.models._net_classifier import NetClassifier
from skclf.models.rows._rows import Rows
from skclf.models.rows._targets import class_factors


def check_student(student):
    """Raise TypeError unless it can learn from shares of the classes."""
    final = last_of(student)
    if isinstance(final, NetClassifier):
        return
    if not has_fit_parameter(final, "sample_weight"):
        raise TypeError(
            "Expected a student that ends with a net of skclf, or with a classifier "
            f"whose fit takes sample_weight, got {excerpt(final)}."
        )
    if any(name in final.get_params(deep=False) for name in ("cv", "estimators")):
        raise TypeError(
            "Expected a student that ends with a net of skclf, or with a single "
            f"classifier such as LogisticRegression, got {excerpt(final)}: it parts "
            "rows itself, and copies of a document would be on both sides."
        )


def last_of(student):
    """The classifier at the end of a pipeline; or the student, if it is none."""
    return student.steps[-1][1] if isinstance(student, Pipeline) else student


def stops_early(student):
    """Whether it is a net that holds documents out to know when to stop."""
    final = last_of(student)
    return isinstance(final, NetClassifier) and final.early_stopping


def fit_student(student, X, soft, X_val=None, y_val=None):
    """Fit a pipeline or a classifier, in place.

    Parameters
    ----------
    student : estimator
        As `check_student` wants it.
    X : array-like of length n_documents
        What it takes.
    soft : SoftLabels
        Shares of the classes. Steps before the classifier are shown the largest.
    X_val, y_val : array-like, default=None
        Documents that a net validates on, and their labels.

    Returns
    -------
    estimator
        The student.
    """
    final, given = last_of(student), {}
    if isinstance(student, Pipeline) and len(student.steps) > 1:
        first = student[:-1]
        X = first.fit_transform(X, soft.largest)
        student.steps[:-1] = first.steps  # some may be copies, if they are cached
        X_val = X_val if X_val is None else first.transform(X_val)
    if X_val is not None:
        given = {"X_val": X_val, "y_val": y_val}
    if isinstance(final, NetClassifier):
        final.fit(X, soft, **given)
    else:
        _fit_on_copies(final, X, soft)
    return student


def _fit_on_copies(classifier, X, soft):
    """Fit on a copy of each row for each class, which weighs as much as its share."""
    rows, codes = np.nonzero(soft.shares)
    weight = soft.shares[rows, codes]
    class_weight = getattr(classifier, "class_weight", None)
    if isinstance(class_weight, str):  # "balanced" would count copies
        factors = class_factors(class_weight, soft.classes, Rows(None, codes, weight))
        factors = dict(zip(soft.classes.tolist(), factors.tolist(), strict=True))
        classifier.set_params(class_weight=factors)
    try:
        classifier.fit(
            _safe_indexing(X, rows), soft.classes[codes], sample_weight=weight
        )
    finally:
        if class_weight is not None:
            classifier.set_params(class_weight=class_weight)
