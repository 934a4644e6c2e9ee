"""Labels and weights."""

import numpy as np
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, column_or_1d

from skclf._validation import is_missing


def check_labels(y, n_rows, names=("X", "y")):
    """One label for each of the rows, as a 1-D array.

    Raises
    ------
    ValueError
        If labels are missing, too few or many, continuous or multilabel.
    """
    if y is None:
        raise ValueError(
            "This classifier requires y to be passed, but the target y is None."
        )
    if type_of_target(y, input_name="y").startswith("multilabel"):
        raise ValueError(
            "Expected one label for each document, got a multilabel y. Wrap the "
            "classifier in sklearn.multiclass.OneVsRestClassifier."
        )
    y = column_or_1d(y, warn=True)
    if y.dtype.kind in "fO":
        missing = np.flatnonzero([is_missing(label) for label in y])
        if len(missing):
            raise ValueError(
                f"Input y contains NaN: {len(missing)} labels are missing, the first "
                f"in row {missing[0]}. Drop these rows."
            )
    check_classification_targets(y)
    if len(y) != n_rows:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: {names[0]} "
            f"has {n_rows} rows, {names[1]} has {len(y)}. Pass one label for every "
            "document."
        )
    return y


def encode_labels(y, classes):
    """Labels as positions in the sorted array `classes`."""
    codes = np.searchsorted(classes, y)
    codes = np.minimum(codes, len(classes) - 1)
    unseen = np.asarray(classes[codes] != y)
    if unseen.any():
        raise ValueError(
            f"Expected labels among {list(classes)}, got {y[unseen][0]!r}. Name every "
            "class in the first call."
        )
    return codes


def check_classes(classes):
    """Raise ValueError unless there are two classes."""
    if len(classes) < 2:
        raise ValueError(
            f"Expected at least 2 classes, got {len(classes)} class: {list(classes)}."
        )


def check_weights(sample_weight, rows):
    """Sample weights as a new float64 array; ones where there are none."""
    return _check_sample_weight(
        sample_weight,
        rows,
        dtype=np.float64,
        copy=True,
        ensure_non_negative=True,
    )


def class_factors(class_weight, classes, rows):
    """A factor for each class from ``None``, ``"balanced"`` or a dict of labels."""
    if class_weight is None:
        return np.ones(len(classes))
    if isinstance(class_weight, dict):
        known = classes.tolist()
        wrong = [label for label in class_weight if label not in known]
        if wrong:
            raise ValueError(
                f"Expected keys of class_weight among the classes {known}, got "
                f"{wrong[0]!r}."
            )
        return np.array([class_weight.get(label, 1.0) for label in known])
    counts = np.bincount(rows.codes, rows.weight, len(classes))
    present = counts > 0
    factors = np.ones(len(classes))
    factors[present] = counts.sum() / (present.sum() * counts[present])
    return factors


def one_hot(codes, n_outputs):
    """Targets as Keras' losses want them: a column, or one column for each class."""
    if n_outputs == 1:
        return codes.astype(np.float32)[:, None]
    return np.eye(n_outputs, dtype=np.float32)[codes]
