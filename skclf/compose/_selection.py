"""Columns of a table, found by name where they have names."""

from collections.abc import Iterable

import numpy as np
from scipy import sparse

from skclf._foreign import as_plain
from skclf._validation import did_you_mean, listed, type_and_shape


class Selection:
    """Columns that `fit` was told of, to be found again in other tables.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n, n_columns)
        The table of `fit`.
    columns : sequence of str or int
        Names or positions.

    Raises
    ------
    ValueError
        If a column is missing, or is there or is named twice.
    """

    def __init__(self, X, columns):
        missing = [column for column in columns if not _is_there(X, column)]
        if missing:
            raise ValueError(_missing(missing, X))
        names = labels(X)
        self.positions = [
            names.index(column) if isinstance(column, str) else int(column)
            for column in columns
        ]
        if len(set(self.positions)) < len(self.positions):
            raise ValueError(f"Expected distinct columns, got {listed(columns)}.")
        self.labels = names and [names[i] for i in self.positions]
        self._check_distinct(X)

    def table(self, X):
        """The columns as a table."""
        if not hasattr(X, "columns"):
            return X[:, self.positions]
        return X[self._find(X)]

    def column(self, X):
        """The only column as a Series or 1-D array."""
        if not hasattr(X, "columns"):
            return X[:, self.positions[0]]
        return X[self._find(X)[0]]

    def _find(self, X):
        names = labels(X)
        if self.labels is None:  # fitted on an array
            return [names[i] for i in self.positions]
        missing = [label for label in self.labels if label not in names]
        if missing:
            raise ValueError(_missing(missing, X))
        self._check_distinct(X)
        return self.labels

    def _check_distinct(self, X):
        names = labels(X)
        twice = [label for label in self.labels or () if names.count(label) > 1]
        if twice:
            raise ValueError(
                f"Expected distinct column names, got {twice} more than once. Rename "
                "or drop one of each."
            )


def labels(X):
    """Names of the columns of a DataFrame, whatever their type; None for an array."""
    return list(X.columns) if hasattr(X, "columns") else None


def as_list(columns):
    """One column or several as a list."""
    is_one = isinstance(columns, str) or not isinstance(columns, Iterable)
    return [columns] if is_one else list(columns)


def as_table(X):
    """A DataFrame as it is, anything else as a 2-D array.

    Raises
    ------
    TypeError
        If `X` is sparse.
    ValueError
        If it is not two-dimensional, or empty.
    """
    if sparse.issparse(X):
        raise TypeError(
            "TextAndTable expects a DataFrame or a dense array. Sparse input is not "
            "supported: put what is sparse behind it, with FeatureUnion."
        )
    X = as_plain(X)
    if not hasattr(X, "columns") and not isinstance(X, np.ndarray):
        X = np.asarray(X, dtype=object)
    if len(X.shape) != 2:
        raise ValueError(
            "Expected a DataFrame or an array of shape (n_documents, n_columns), got "
            f"{type_and_shape(X)}. Pass for example df[['text', 'keyword']]. Reshape "
            "your data if it is one column."
        )
    for n, what in zip(X.shape, ("sample(s)", "feature(s)"), strict=True):
        if not n:
            raise ValueError(
                f"Found array with 0 {what} (shape={tuple(X.shape)}) while a minimum "
                "of 1 is required by TextAndTable."
            )
    if isinstance(X, np.ndarray) and X.dtype.kind == "c":
        raise ValueError("Complex data not supported: expected text or numbers.")
    return X


def _is_there(X, column):
    if isinstance(column, str):
        return column in (labels(X) or ())
    is_position = isinstance(column, int | np.integer) and not isinstance(column, bool)
    return is_position and 0 <= column < X.shape[1]


def _missing(columns, X):
    names = labels(X)
    got = type_and_shape(X) if names is None else f"a DataFrame with {listed(names)}"
    close = did_you_mean(str(columns[0]), map(str, names or ()))
    return f"Expected the columns {listed(columns)} in X, got {got}.{close}"
