"""Checks of data and metrics, before anything is fitted."""

import warnings
from functools import partial

import numpy as np
from scipy.sparse import issparse
from sklearn.dummy import DummyClassifier
from sklearn.metrics import (
    check_scoring,
    cohen_kappa_score,
    f1_score,
    get_scorer,
    get_scorer_names,
    make_scorer,
)
from sklearn.utils.validation import _num_samples

from skclf._indicator import check_some_vary, check_targets
from skclf._validation import (
    check_documents,
    did_you_mean,
    excerpt,
    listed,
    similar_labels,
    type_and_shape,
)

DEFAULT_SCORING = ("accuracy", "f1_macro")

# A label that a fold has not, and that is not predicted, is no news among many.
_f1 = partial(make_scorer, f1_score, zero_division=0)
DEFAULT_OF_LABELS = {
    "f1_micro": _f1(average="micro"),
    "f1_macro": _f1(average="macro"),
    "accuracy": "accuracy",
}

# For ordered classes; scikit-learn has no name for it. It has neg_mean_absolute_error.
OWN_SCORERS = {"quadratic_kappa": make_scorer(cohen_kappa_score, weights="quadratic")}


def check_rows(X, *, names, instead=None):
    """The number of rows of X; for ready-made `names`, each has to be a document.

    What to pass if they are not is in `instead`; None is what `compare` takes.
    """
    n_rows = _num_samples(X)
    if names and _has_columns(X):
        columns = f" with columns {listed(X.columns)}" if hasattr(X, "columns") else ""
        instead = instead or (
            "To compare on columns, pass in place of each name "
            f"make_text_classifier({names[0]!r}, text=...) with the name of the text "
            "column"
        )
        raise ValueError(
            f"Expected one column of texts for the ready-made names {listed(names)}, "
            f"got {type_and_shape(X)}{columns}. {instead}, or else the texts alone, "
            "for example df['text']."
        )
    if names or isinstance(X, str | bytes | dict):
        check_documents(X)
    return n_rows


def _has_columns(X):
    """Whether X is a table of several columns, or a list of records."""
    if isinstance(X, list):
        return isinstance(next(iter(X), None), dict)
    return len(getattr(X, "shape", ())) == 2 and X.shape[1] > 1 and not issparse(X)


def check_length(values, n_rows, name):
    """Raise ValueError unless there is one value for each row of X."""
    if _num_samples(values) != n_rows:
        raise ValueError(
            f"Expected as many rows in {name} as in X, got {_num_samples(values)} and "
            f"{n_rows}. Pass one value for each document."
        )


def check_classes(y, n_rows):
    """One label for each row, or an indicator matrix, in which something differs."""
    y = check_targets(y, n_rows)
    if y.ndim == 2:
        check_some_vary(y)
        return y
    if similar := similar_labels(y.tolist()):
        warnings.warn(
            f"In y, {similar} They are different classes: if they should not be, write "
            "each label in one way.",
            stacklevel=3,
        )
    if len(np.unique(y)) < 2:
        raise ValueError(f"Expected at least 2 classes in y, got only {excerpt(y[0])}.")
    return y


def check_metrics(scoring, multilabel):
    """What `cross_validate` takes as `scoring`; the default for None."""
    if scoring is None:
        return DEFAULT_OF_LABELS if multilabel else DEFAULT_SCORING
    if isinstance(scoring, str):
        scoring = (scoring,)
    if not callable(scoring):
        metrics = scoring.values() if isinstance(scoring, dict) else scoring
        known = [*get_scorer_names(), *OWN_SCORERS]
        for metric in metrics:
            if isinstance(metric, str) and metric not in known:
                raise ValueError(
                    f"Expected the name of a scorer, got {excerpt(metric)}."
                    f"{did_you_mean(metric, known)} "
                    f"sklearn.metrics.get_scorer_names() and {list(OWN_SCORERS)} are "
                    "known."
                )
        scoring = _with_own(scoring)
    check_scoring(DummyClassifier(), scoring=scoring)
    return scoring


def _with_own(scoring):
    """Scorers of ours in the place of their names."""
    named = scoring if isinstance(scoring, dict) else {name: name for name in scoring}
    if not any(_is_own(metric) for metric in named.values()):
        return scoring
    return {
        name: OWN_SCORERS[metric] if _is_own(metric) else get_scorer(metric)
        for name, metric in named.items()
    }


def _is_own(metric):
    return isinstance(metric, str) and metric in OWN_SCORERS
