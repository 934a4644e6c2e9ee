"""Labels of documents that may have several, as an indicator matrix."""

from numbers import Real

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import _num_samples

from skclf._foreign import as_plain
from skclf._validation import check_labels, excerpt, listed, type_and_shape

_LISTS = (list, tuple, set, frozenset, np.ndarray)


def check_targets(y, n_rows, names=("X", "y")):
    """One label for each document, or several as an indicator matrix.

    Parameters
    ----------
    y : array-like or sparse matrix of shape (n_rows,) or (n_rows, n_labels)
        Labels; or 1 where a document has the label of the column, and 0 elsewhere.
    n_rows : int
        Number of documents.
    names : tuple of (str, str), default=("X", "y")
        What documents and labels are called, for messages.

    Returns
    -------
    ndarray of shape (n_rows,) or (n_rows, n_labels)
        The labels; or the indicator matrix, dense, as int.

    Raises
    ------
    ValueError
        If labels are missing, infinite, too few or many, or continuous; if there are
        several columns with other values than 0 and 1.

    Examples
    --------
    >>> from skclf._indicator import check_targets
    >>> check_targets([[True, False], [True, True]], 2)
    array([[1, 0],
           [1, 1]])
    """
    y = as_plain(y)
    if not is_matrix(y):
        return check_labels(y, n_rows, names)
    if _num_samples(y) != n_rows:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: {names[0]} "
            f"has {n_rows} rows, {names[1]} has {_num_samples(y)}. Pass one row of "
            "labels for every document."
        )
    values = _values(y, names[1])
    bits = _bits(values)
    if (bits < 0).any():
        row, column = np.argwhere(bits < 0)[0].tolist()
        at = getattr(y, "columns", range(values.shape[1]))[column]
        raise ValueError(
            f"Expected 0 and 1 in the indicator matrix {names[1]}, got "
            f"{excerpt(values[row, column])} in row {row}, column {excerpt(at)}. "
            "sklearn.preprocessing.MultiLabelBinarizer makes an indicator matrix of "
            "lists of labels. If the columns are different questions, fit a classifier "
            "for each. Shares of classes (soft labels) are for nets only."
        )
    return bits


def is_matrix(y):
    """Whether there are several values for each document, unlike a column of one."""
    n_dims = len(getattr(y, "shape", ()))
    if n_dims > 1:
        return y.shape[1] != 1
    if not n_dims and not isinstance(y, list | tuple):
        return False
    rows = iter(y)
    if not isinstance(next(rows, None), _LISTS):
        return False
    return any(not isinstance(row, _LISTS) or len(row) != 1 for row in y)


def _values(y, name):
    """The values as a matrix."""
    try:
        values = y.toarray() if issparse(y) else np.array(y)
        if values.dtype == object and values.ndim == 1:  # a Series of lists
            values = np.array(values.tolist())
    except ValueError:  # lists of unequal length
        values = np.empty(0)
    if values.ndim == 2 and values.shape[1]:
        return values
    is_array = len(getattr(y, "shape", ())) > 1
    raise ValueError(
        f"Expected {name} as one label for each document, or as an indicator matrix of "
        "0 and 1 with a column for each label, got "
        f"{type_and_shape(y) if is_array else 'lists or sets of labels'}. Pass "
        f"sklearn.preprocessing.MultiLabelBinarizer().fit_transform({name})."
    )


def _bits(values):
    """0 and 1 as int; -1 for everything else."""
    if values.dtype.kind in "biuf":
        return np.where(values == 1, 1, np.where(values == 0, 0, -1))
    return np.frompyfunc(_bit, 1, 1)(values.astype(object)).astype(int)


def _bit(value):
    is_bit = isinstance(value, Real | np.bool_) and (value == 0 or value == 1)
    return int(value) if is_bit else -1


def constant_labels(y):
    """Numbers of the labels that all documents have, or none."""
    return np.flatnonzero((y == y[:1]).all(axis=0)).tolist()


def check_some_vary(y):
    """Raise ValueError unless some documents have a label that others have not.

    Parameters
    ----------
    y : ndarray of int of shape (n_documents, n_labels)
        An indicator matrix.

    Returns
    -------
    str
        What to warn of: the labels of which that is not so; empty if there are none.
    """
    constant = constant_labels(y)
    if len(constant) == y.shape[1]:
        raise ValueError(
            f"Expected a label in y that some documents have and others have not, got "
            f"{y.shape[1]} labels, each of which all of {len(y)} documents have, or "
            "none."
        )
    if not constant:
        return ""
    return (
        f"{SAME_FOR_ALL} documents in y, so that nothing can be learned of them: "
        f"{listed(constant)}, counted from 0. Leave these columns out of y, or add "
        "documents."
    )


SAME_FOR_ALL = "Labels are the same for all"


def strata(y):
    """What to stratify by: the label of each document, or the rarest one of several.

    Documents without a label have a number of their own.

    Examples
    --------
    >>> import numpy as np
    >>> from skclf._indicator import strata
    >>> strata(np.array([[1, 1], [1, 0], [0, 0]]))
    array([1, 0, 2])
    """
    if y.ndim == 1:
        return y
    counts = np.where(y == 1, y.sum(axis=0), len(y) + 1)
    return np.where(y.any(axis=1), counts.argmin(axis=1), y.shape[1])
