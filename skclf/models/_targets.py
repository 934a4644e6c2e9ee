"""Labels and weights."""

from numbers import Real

import numpy as np
from sklearn.utils.validation import _check_sample_weight

from skclf._validation import did_you_mean, excerpt, listed


def encode_labels(y, classes):
    """Labels as positions in the sorted array `classes`."""
    codes = np.searchsorted(classes, y)
    codes = np.minimum(codes, len(classes) - 1)
    unseen = np.asarray(classes[codes] != y)
    if unseen.any():
        raise ValueError(
            f"Expected labels among {listed(classes.tolist())}, got "
            f"{excerpt(y[unseen].tolist()[0])}. Train on every class, or name it in "
            "the first call of partial_fit."
        )
    return codes


def check_classes(classes):
    """Raise ValueError unless there are two classes."""
    if len(classes) < 2:
        raise ValueError(
            f"Expected at least 2 classes, got {len(classes)} class: "
            f"{listed(classes.tolist())}."
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
                "Expected keys of class_weight among the classes "
                f"{listed(known)}, got {excerpt(wrong[0])}."
                f"{did_you_mean(str(wrong[0]), map(str, known))}"
            )
        for label, value in class_weight.items():
            _check_factor(label, value)
        return np.array([class_weight.get(label, 1.0) for label in known])
    counts = np.bincount(rows.codes, rows.weight, len(classes))
    present = counts > 0
    factors = np.ones(len(classes))
    factors[present] = counts.sum() / (present.sum() * counts[present])
    return factors


def _check_factor(label, value):
    if not isinstance(value, Real) or not 0 <= value < np.inf:
        raise ValueError(
            "Expected finite numbers of at least 0 as values of class_weight, got "
            f"{excerpt(value)} for the class {excerpt(label)}."
        )


def check_factors(class_weight, factors):
    """Raise ValueError unless two of the classes that occur have a weight."""
    if np.count_nonzero(factors) < 2:
        raise ValueError(
            "Expected a class_weight above 0 for at least two of the classes in y, got "
            f"{excerpt(class_weight)}."
        )


def one_hot(codes, n_outputs):
    """Targets as Keras' losses want them: a column, or one column for each class."""
    if n_outputs == 1:
        return codes.astype(np.float32)[:, None]
    return np.eye(n_outputs, dtype=np.float32)[codes]
