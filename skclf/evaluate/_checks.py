"""Checks of data and metrics, before anything is fitted."""

import warnings

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.metrics import check_scoring, get_scorer_names
from sklearn.utils.validation import _num_samples

from skclf._validation import (
    check_documents,
    check_labels,
    did_you_mean,
    excerpt,
    similar_labels,
)

DEFAULT_SCORING = ("accuracy", "f1_macro")


def check_rows(X, *, texts):
    """The number of rows of X; with `texts`, each has to be a document."""
    n_rows = _num_samples(X)
    if texts or isinstance(X, str | bytes | dict):
        check_documents(X)
    return n_rows


def check_length(values, n_rows, name):
    """Raise ValueError unless there is one value for each row of X."""
    if _num_samples(values) != n_rows:
        raise ValueError(
            f"Expected as many rows in {name} as in X, got {_num_samples(values)} and "
            f"{n_rows}. Pass one value for each document."
        )


def check_classes(y, n_rows):
    """One label for each row, as a 1-D array with at least two classes."""
    y = check_labels(y, n_rows)
    if similar := similar_labels(y.tolist()):
        warnings.warn(
            f"In y, {similar} They are different classes: if they should not be, write "
            "each label in one way.",
            stacklevel=3,
        )
    if len(np.unique(y)) < 2:
        raise ValueError(f"Expected at least 2 classes in y, got only {excerpt(y[0])}.")
    return y


def check_metrics(scoring):
    """What `cross_validate` takes as `scoring`; the default for None."""
    if scoring is None:
        return DEFAULT_SCORING
    if isinstance(scoring, str):
        scoring = (scoring,)
    if not callable(scoring):
        metrics = scoring.values() if isinstance(scoring, dict) else scoring
        for metric in metrics:
            if isinstance(metric, str) and metric not in get_scorer_names():
                raise ValueError(
                    f"Expected the name of a scorer, got {metric!r}."
                    f"{did_you_mean(metric, get_scorer_names())} "
                    "sklearn.metrics.get_scorer_names() lists them."
                )
    check_scoring(DummyClassifier(), scoring=scoring)
    return scoring
