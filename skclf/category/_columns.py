"""Checks of tables of categories."""

from collections.abc import Iterable

import numpy as np

from skclf._foreign import as_plain
from skclf._validation import (
    _short,
    category_values,
    excerpt,
    instead_of_category,
    is_missing,
    listed,
    type_and_shape,
)

_NOT_TABLES = (bytes, bytearray, dict, set, frozenset)


def read_columns(X):
    """Turn any accepted container of categories into lists of str, column by column.

    Parameters
    ----------
    X : DataFrame, array-like of str of shape (n, n_columns), or of shape (n,)
        One dimension is one column. A Series with a name is a table of one column.

    Returns
    -------
    table : DataFrame or ndarray of shape (n, n_columns)
        Something with the shape and the column names of X.
    columns : list of list
        For each column its values: str, or None where missing.

    Raises
    ------
    TypeError
        If X is not a table or column, or a value is not text.
    ValueError
        If X is one string, has no or too many dimensions, rows of different length,
        no columns, or columns of the same name.

    Examples
    --------
    >>> from skclf.category._columns import read_columns
    >>> read_columns([["fire", None], ["flood", "Rome"]])[1]
    [['fire', 'flood'], [None, 'Rome']]
    """
    table = _as_table(X)
    if not table.shape[1]:
        raise ValueError(
            f"Found array with 0 feature(s) (shape={tuple(table.shape)}) while a "
            "minimum of 1 is required. Pass at least one column of categories."
        )
    if _is_frame(table):
        names = list(table.columns)
        _check_distinct(names)
        series = [table[name] for name in names]
    else:
        names = [f"x{i}" for i in range(table.shape[1])]
        series = list(table.T)
    return table, [_texts(*pair) for pair in zip(names, series, strict=True)]


def _as_table(X):
    """A DataFrame as it is, anything else as a 2-D array of objects."""
    if isinstance(X, str):
        raise ValueError(
            f"Expected a table or a column of categories, got the string {_short(X)}. "
            "Put it into a list."
        )
    X = as_plain(X)
    if hasattr(X, "to_frame"):  # a Series
        return X.to_frame() if X.name else _as_array(X.to_list())
    if _is_frame(X):
        return X
    is_scalar = not isinstance(X, Iterable) or getattr(X, "ndim", 1) == 0
    if is_scalar or isinstance(X, _NOT_TABLES) or hasattr(X, "tocsr"):
        sparse = "a sparse matrix, " if hasattr(X, "tocsr") else ""
        raise TypeError(
            "Expected a DataFrame, Series, array or list of categories, got "
            f"{sparse}{_short(X)}. Pass for example df[['keyword']]."
        )
    return _as_array(X)


def _as_array(X):
    table = X if isinstance(X, np.ndarray) else _from_rows(list(X))
    if table.ndim == 1:
        table = table[:, None]
    if table.ndim != 2:
        raise ValueError(
            "Expected one column of categories or a table of them, got "
            f"{type_and_shape(X)}. Reshape it to (n_rows, n_columns)."
        )
    return table


def _from_rows(rows):
    """A list of values or of rows as an array of objects; NumPy might guess wrong."""
    if not rows or not _is_row(rows[0]):
        return np.fromiter(rows, dtype=object, count=len(rows))
    width = len(rows[0])
    for i, row in enumerate(rows):
        if not _is_row(row) or len(row) != width:
            raise ValueError(
                f"Expected rows of the length of row 0, which is {width}, got "
                f"{_short(row)} in row {i}. Give every row all its values."
            )
    table = np.empty((len(rows), width), dtype=object)
    for i, row in enumerate(rows):
        table[i] = row
    return table


def _is_row(value):
    return isinstance(value, list | tuple | np.ndarray)


def _is_frame(X):
    return len(getattr(X, "shape", ())) == 2 and hasattr(X, "columns")


def _check_distinct(names):
    seen = set()
    repeated = [name for name in names if name in seen or seen.add(name)]
    if repeated:
        raise ValueError(
            f"Expected columns of different names, got {excerpt(repeated[0])} more "
            f"than once among {listed(names)}. Rename or drop one."
        )


def _texts(name, series):
    """One column as a list of str, with None for a missing value."""
    values = category_values(series)
    if set(map(type, values)) <= {str}:
        return values
    return [_text(value, row, name) for row, value in enumerate(values)]


def _text(value, row, name):
    if isinstance(value, str):
        return str(value)
    if is_missing(value):
        return None
    raise TypeError(
        f"Expected categories as text, got {_short(value)} in row {row} of column "
        f"{excerpt(name)}. {instead_of_category(value)}"
    )
