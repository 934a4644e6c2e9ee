"""Columns of a table, found by name where they have names."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy import sparse

from skclf._foreign import as_plain
from skclf._names import stored
from skclf._validation import (
    check_documents,
    did_you_mean,
    excerpt,
    listed,
    type_and_shape,
)


@stored
class ColumnSelection:
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

    def columns(self, X):
        """Each column as a Series or 1-D array."""
        if not hasattr(X, "columns"):
            return [X[:, i] for i in self.positions]
        return [X[name] for name in self._find(X)]

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


def texts_in(X, columns):
    """The texts of a table: a column, or several with a line break between them.

    Parameters
    ----------
    X : DataFrame or other table
        See `as_table`.
    columns : str, int or sequence of them
        The column or columns of texts.

    Returns
    -------
    Series or ndarray of shape (n,)
        One text for each row.
    """
    columns = as_list(columns)
    X = as_table(X, columns, min_rows=0)
    texts = ColumnSelection(X, columns).columns(X)
    if len(texts) == 1:
        return texts[0]
    rows = zip(*map(check_documents, texts), strict=True)
    return np.array(["\n".join(row) for row in rows], dtype=object)


def as_table(X, needed=(), min_rows=1):
    """A DataFrame as it is, records as one, anything else as a 2-D array.

    Parameters
    ----------
    X : DataFrame, 2-D array-like, or list of dict, Series or named tuples
        Rows and columns.
    needed : sequence of str or int, default=()
        Columns that each record has to have.
    min_rows : int, default=1
        The fewest rows that will do.

    Raises
    ------
    TypeError
        If `X` is sparse, or some of its rows are records and others not.
    ValueError
        If it is not two-dimensional, has too few rows, or a record lacks a column.
    """
    if sparse.issparse(X):
        raise TypeError(
            "TextAndTable expects a DataFrame or a dense array. Sparse input is not "
            "supported: put what is sparse behind it, with FeatureUnion."
        )
    X = as_plain(X)
    if isinstance(X, Mapping) or _is_record(X):
        raise ValueError(_one_row(X))
    if isinstance(X, Iterable) and not isinstance(X, str) and not hasattr(X, "shape"):
        X = list(X)
        if any(map(_is_record, X)):
            X = _from_records(X, needed)
    if not hasattr(X, "columns") and not isinstance(X, np.ndarray):
        X = np.asarray(X, dtype=object)
    if len(X.shape) != 2:
        raise ValueError(
            "Expected a DataFrame or an array of shape (n_documents, n_columns), got "
            f"{type_and_shape(X)}. Pass for example df[['text', 'keyword']]. Reshape "
            "your data if it is one column."
        )
    fewest = (min_rows, 1)
    for n, least, what in zip(
        X.shape, fewest, ("sample(s)", "feature(s)"), strict=True
    ):
        if n < least:
            raise ValueError(
                f"Found array with 0 {what} (shape={tuple(X.shape)}) while a minimum "
                "of 1 is required by TextAndTable."
            )
    if isinstance(X, np.ndarray) and X.dtype.kind == "c":
        raise ValueError("Complex data not supported: expected text or numbers.")
    return X


def _is_record(row):
    """Whether something is a row whose values have names."""
    is_series = isinstance(row, pd.Series)
    return isinstance(row, Mapping) or is_series or hasattr(row, "_fields")


def _from_records(rows, needed):
    """Rows whose values have names as a DataFrame."""
    records = []
    for i, row in enumerate(rows):
        if not _is_record(row):
            raise TypeError(
                f"Expected a record in each row of X, as in others, got {excerpt(row)} "
                f"({type(row).__name__}) in row {i}. Pass a DataFrame."
            )
        record = row._asdict() if hasattr(row, "_fields") else dict(row)
        missing = [c for c in needed if isinstance(c, str) and c not in record]
        if missing:
            close = did_you_mean(missing[0], map(str, record))
            raise ValueError(
                f"Expected the columns {listed(missing)} in each record of X, got only "
                f"{listed(record)} in row {i}.{close} Write None for what is missing."
            )
        records.append(record)
    return pd.DataFrame(records)


def _one_row(X):
    """What to do instead of passing something that is one row, or a dict of columns."""
    if isinstance(X, pd.Series):
        return (
            "Expected a DataFrame or an array of shape (n_documents, n_columns), got a "
            f"Series of shape {X.shape}, which is one row or one column. Pass [row] or "
            "df.iloc[[0]] for a row, df[['text', 'keyword']] for columns."
        )
    return (
        f"Expected a DataFrame or a list of records, got a {type(X).__name__} with the "
        f"keys {listed(getattr(X, '_fields', X))}. Pass [record] if it is one row, or "
        "pandas.DataFrame(columns) if it holds columns."
    )


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
