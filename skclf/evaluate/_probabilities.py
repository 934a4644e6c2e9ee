"""Probabilities of classes, and the texts and labels that they belong to."""

import numpy as np
from sklearn.utils import check_array

from skclf._validation import excerpt, listed
from skclf.compose._column_selection import texts_in
from skclf.inspection._explain import text_and_table


def texts_for(pipeline, X):
    """The texts in what a pipeline takes: X itself, or its column of texts."""
    beside = text_and_table(pipeline)
    return X if beside is None else texts_in(X, beside.text_column)


def classes_of_columns(classes):
    """The labels of the columns of `proba`, each once."""
    if isinstance(classes, str) or np.ndim(classes) != 1:
        raise ValueError(
            f"Expected a list of labels as classes, got {excerpt(classes)}. Pass "
            "estimator.classes_."
        )
    classes = np.asarray(classes)
    if len(set(classes.tolist())) < len(classes):
        raise ValueError(f"Expected each class once, got {listed(classes.tolist())}.")
    return classes


def check_proba(proba, n_documents, n_classes):
    """Probabilities as an array of so many rows and columns."""
    proba = check_array(
        proba, dtype=(np.float64, np.float32), ensure_2d=False, input_name="proba"
    )
    if proba.shape != (n_documents, n_classes):
        raise ValueError(
            f"Expected proba of shape {(n_documents, n_classes)}, one row for each "
            f"text and one column for each class, got {proba.shape}. Pass the whole "
            "result of predict_proba."
        )
    outside = (proba < 0) | (proba > 1 + 1e-6)
    if outside.any():
        raise ValueError(
            f"Expected probabilities from 0 to 1, got {proba[outside][0]}. Pass the "
            "result of predict_proba, not of decision_function."
        )
    return proba


def positions_of(y, classes, name):
    """Labels as positions in `classes`; `name` is what messages call them."""
    labels = y.tolist()
    position = {label: i for i, label in enumerate(classes.tolist())}
    for row, label in enumerate(labels):
        if label not in position:
            raise ValueError(
                f"Expected labels among {listed(position)}, got {excerpt(label)} in "
                f"row {row} of {name}. Pass classes=estimator.classes_."
            )
    return np.array([position[label] for label in labels], dtype=int)
