"""Columns of a table as numbers: categories are numbered, and shown one-hot."""

import numpy as np
import pandas as pd
from scipy import sparse

from skclf._containers import fingerprint
from skclf._validation import _short, is_missing
from skclf._with_table import one_hot

MISSING = "missing"


class Columns:
    """Learns which columns hold numbers, and the categories of the others.

    Missing values of a column of categories are the category "missing".

    Attributes
    ----------
    names : list of str
        Names of the columns.
    categories : list of (list of str or None)
        Of each column the categories, sorted; None where it holds numbers.
    """

    def fit(self, block, names):
        """Learn kinds and categories from the output of a transformer.

        Parameters
        ----------
        block : DataFrame, ndarray or sparse matrix of shape (n, n_columns)
            The output; a sparse one holds numbers.
        names : list of str
            Names of its columns.

        Returns
        -------
        self : Columns
            The fitted object.

        Raises
        ------
        TypeError
            If a column holds neither numbers nor text, or both.
        """
        self.names = [str(name) for name in names]
        if sparse.issparse(block):
            self.categories = [None] * block.shape[1]
            return self
        self.categories = [
            None if holds_numbers(values) else sorted(set(_texts(values, name)))
            for name, values in zip(self.names, columns_of(block), strict=True)
        ]
        return self

    @property
    def sizes(self):
        """For each column the number of categories, or 0 if it holds numbers."""
        return tuple(len(known) if known else 0 for known in self.categories)

    @property
    def fingerprint(self):
        """A digest of the columns and their categories."""
        return fingerprint(self.feature_names())

    def codes(self, block):
        """Numbers, and numbers of categories with -1 for new ones, as one array.

        Parameters
        ----------
        block : DataFrame, ndarray or sparse matrix of shape (n, n_columns)
            The output of the transformer.

        Returns
        -------
        ndarray of float32 or float64 of shape (n, n_columns)
            One column for each of the block.
        """
        if sparse.issparse(block):
            return block.toarray()
        is_array = isinstance(block, np.ndarray)
        if is_array and block.dtype.kind == "f" and not any(self.sizes):
            return block
        known = zip(self.names, self.categories, columns_of(block), strict=True)
        columns = [_encode(values, found, name) for name, found, values in known]
        return np.column_stack(columns) if columns else np.empty(np.shape(block))

    def matrix(self, block):
        """The same with categories one-hot: sparse if there are any, or were before."""
        if sparse.issparse(block):
            return block.tocsr()
        codes = self.codes(block)
        return one_hot(codes, self.sizes) if any(self.sizes) else codes

    def feature_names(self):
        """Names of the columns of `matrix`."""
        return [
            feature
            for name, known in zip(self.names, self.categories, strict=True)
            for feature in ([name] if known is None else [f"{name}_{c}" for c in known])
        ]


def holds_numbers(values):
    """Whether a column, a Series or an array, holds numbers.

    Booleans are numbers; pandas' categories are not, whatever they are named.
    """
    dtype = values.dtype
    if isinstance(values, np.ndarray):
        if dtype.kind == "O":
            present = [value for value in values if not is_missing(value)]
            return bool(present) and all(map(_is_number, present))
        return dtype.kind in "fiub"
    if hasattr(dtype, "is_numeric"):  # polars
        return dtype.is_numeric() or str(dtype) == "Boolean"
    if isinstance(dtype, pd.CategoricalDtype):
        return False
    if pd.api.types.is_object_dtype(dtype):
        return holds_numbers(values.to_numpy())
    return pd.api.types.is_numeric_dtype(dtype)


def as_numbers(values):
    """A column of numbers as an array of float64; what is missing is NaN."""
    return np.array([np.nan if is_missing(value) else value for value in values], float)


def columns_of(block):
    """The columns of a table one by one, as Series or arrays."""
    if hasattr(block, "columns"):
        return [block[name] for name in block.columns]
    return list(np.asarray(block).T)


def _is_number(value):
    return isinstance(value, int | float | bool | np.number | np.bool_)


def _texts(values, name):
    """The categories of each row as text."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = [v if is_missing(v) else str(v) for v in values]
    values = [MISSING if is_missing(value) else value for value in values]
    for row, value in enumerate(values):
        if not isinstance(value, str):
            raise TypeError(
                f"Expected text or numbers in the column {name!r} of the table, got "
                f"{_short(value)} in row {row}. Convert the column with astype(str), "
                "or put a transformer into the table branch."
            )
    return values


def _encode(values, known, name):
    """One column as floats: numbers, or numbers of the known categories."""
    if known is not None:
        numbers = {category: i for i, category in enumerate(known)}
        return np.array([numbers.get(text, -1) for text in _texts(values, name)], float)
    present = [value for value in values if not is_missing(value)]
    if present and not holds_numbers(values):
        raise TypeError(
            f"Expected numbers in the column {name!r} of the table, as in fit, got "
            f"{_short(present[0])}."
        )
    return as_numbers(values)
