"""Soft labels: how much of each class a document has."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import issparse

from skclf._foreign import as_plain
from skclf._indicator import check_targets, is_matrix
from skclf._validation import check_labels, excerpt, listed, type_and_shape

# How far sums of rows may be from one: shares are often written with a few digits.
_TOLERANCE = 1e-3


@dataclass
class SoftLabels:
    """Shares of the classes, one row for each document.

    Parameters
    ----------
    shares : ndarray of float64 of shape (n_documents, n_classes)
        Rows sum to one.
    classes : ndarray of shape (n_classes,)
        The labels, sorted.
    """

    shares: np.ndarray
    classes: np.ndarray

    def __len__(self):
        return len(self.shares)

    @property
    def largest(self):
        """The label with the largest share."""
        return self.classes[self.shares.argmax(axis=1)]


def check_net_targets(y, n_rows, names=("X", "y"), multilabel=None):
    """What a net learns: a label for each document, several, or shares of the classes.

    A float matrix with fractions has shares of the classes. A matrix of 0 and 1 tells
    which labels documents have; in floats, with a single 1 in each row, it might be
    either, and is refused.

    Parameters
    ----------
    y : array-like, sparse matrix or SoftLabels
        The targets.
    n_rows : int
        Number of documents.
    names : tuple of (str, str), default=("X", "y")
        What documents and targets are called, for messages.
    multilabel : bool or None, default=None
        Whether documents may have several labels, where that is known.

    Returns
    -------
    ndarray or SoftLabels
        As `check_targets` returns labels and indicator matrices; or the shares.

    Raises
    ------
    ValueError
        If they are none of these; the message says what is wrong.

    Examples
    --------
    >>> from skclf.models.rows._soft_labels import check_net_targets
    >>> check_net_targets([[0.25, 0.75], [1, 0]], 2).shares
    array([[0.25, 0.75],
           [1.  , 0.  ]])
    >>> check_net_targets([[0, 1], [1, 0]], 2)  # each has one of two labels
    array([[0, 1],
           [1, 0]])
    """
    y = as_plain(y)
    if isinstance(y, SoftLabels):
        return y
    values = _floats(y)
    if values is None:
        return check_targets(y, n_rows, names)
    is_fraction = np.isfinite(values) & (values != np.floor(values))
    if not is_fraction.any():
        is_one_hot = ((values == 0) | (values == 1)).all() and (
            values.sum(axis=1) == 1
        ).all()
        if not is_one_hot or multilabel:
            return check_targets(y, n_rows, names)
        if multilabel is None:
            raise ValueError(_either(names[1], y))
    if len(values) != n_rows:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: {names[0]} "
            f"has {n_rows} rows, {names[1]} has {len(values)}. Pass one row of shares "
            "for every document."
        )
    _check_shares(values, names[1])
    classes, order = _classes(y, values.shape[1], names[1])
    return SoftLabels(values[:, order] / values.sum(axis=1, keepdims=True), classes)


def _floats(y):
    """A dense matrix of floats as float64; None for anything else."""
    if issparse(y) or not is_matrix(y):
        return None
    try:
        values = np.asarray(y)
    except ValueError:  # lists of unequal length
        return None
    is_matrix_of_floats = values.ndim == 2 and values.dtype.kind == "f"
    return values.astype(np.float64) if is_matrix_of_floats else None


def _check_shares(values, name):
    total = values.sum(axis=1)
    wrong = (values < 0) | ~np.isfinite(values)
    far = ~(abs(total - 1) <= _TOLERANCE) | wrong.any(axis=1)
    if not far.any():
        return
    row = int(np.argmax(far))
    got = f"a sum of {total[row]:.6g}"
    if wrong[row].any():
        got = excerpt(values[row][wrong[row]][0])
    raise ValueError(
        f"Expected rows of {name} that sum to one, none of them below 0, as shares of "
        f"the classes (soft labels), got {got} in row {row}. Documents with several "
        "labels have 0 and 1 only."
    )


def _either(name, y):
    return (
        f"Expected {name} of which it is clear whether documents may have several "
        f"labels, got {type_and_shape(y)} of floats with a single 1 in each row. Pass "
        f"{name}.astype(int) if they may; if these are shares of classes (soft "
        f"labels), one label for each document says the same: {name}.argmax(axis=1) "
        "of an array."
    )


def _classes(y, n_columns, name):
    """The labels of the columns, sorted, and the columns in this order."""
    columns = list(getattr(y, "columns", range(n_columns)))
    labels = check_labels(columns, n_columns, ("y", f"the columns of {name}"))
    classes, order = np.unique(labels, return_index=True)
    if len(classes) < n_columns:
        raise ValueError(
            f"Expected a column of {name} for each class, got {listed(columns)}. Add "
            "up the columns of the same name."
        )
    return classes, order
