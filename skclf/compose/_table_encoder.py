"""Columns of a table as numbers: categories are numbered, and shown one-hot."""

import numpy as np
import pandas as pd
from scipy import sparse

from skclf._containers import fingerprint
from skclf._names import stored
from skclf._sequences_and_table import with_one_hot
from skclf._validation import (
    _short,
    category_values,
    excerpt,
    instead_of_category,
    is_missing,
    type_and_shape,
)

MISSING = "missing"


@stored
class TableEncoder:
    """Which columns of a table hold numbers, and the categories of the others.

    Missing values of a column of categories are the category "missing".

    Parameters
    ----------
    block : DataFrame, ndarray or sparse matrix of shape (n, n_columns), default=None
        The training rows, as a transformer gave them; a sparse one holds numbers. None
        is a table without columns.
    names : sequence of str, default=()
        Names of its columns.

    Attributes
    ----------
    names : list of str
        Names of the columns.
    categories : list of (list of str or None)
        Of each column the categories, sorted; None where it holds numbers.
    sizes : tuple of int
        Of each column the number of categories, or 0 if it holds numbers.
    fingerprint : str
        A digest of the columns and their categories.

    Raises
    ------
    TypeError
        If a column holds neither numbers nor text, or both.
    """

    def __init__(self, block=None, names=()):
        self.names = [str(name) for name in names]
        if block is None or sparse.issparse(block):
            self.categories = [None] * len(self.names)
        else:
            self.categories = [
                None if holds_numbers(values) else sorted(set(_texts(values, name)))
                for name, values in zip(self.names, columns_of(block), strict=True)
            ]
        self.sizes = tuple(len(known) if known else 0 for known in self.categories)
        known = zip(self.names, self.categories, strict=True)
        self.fingerprint = fingerprint(map(repr, known))

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
            return block.astype(np.float32).toarray()
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
        return with_one_hot(codes, self.sizes) if any(self.sizes) else codes

    def no_rows(self):
        """A table of these columns without rows."""
        return np.empty((0, len(self.names)))

    def feature_names(self):
        """Names of the columns of `matrix`."""
        return [
            feature
            for name, known in zip(self.names, self.categories, strict=True)
            for feature in ([name] if known is None else [f"{name}_{c}" for c in known])
        ]


def as_block(output):
    """What a transformer of a table gave, with two dimensions."""
    if sparse.issparse(output) or hasattr(output, "columns"):
        return output
    block = np.asarray(output)
    block = block[:, None] if block.ndim == 1 else block
    if block.ndim != 2:
        raise TypeError(
            "Expected columns from the transformer of the table, got "
            f"{type_and_shape(output)}."
        )
    return block


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
    is_complex = pd.api.types.is_complex_dtype(dtype)
    return pd.api.types.is_numeric_dtype(dtype) and not is_complex


def as_numbers(values, name):
    """A column of numbers as an array of float64; what is missing is NaN.

    Raises
    ------
    TypeError
        If there is something else in it.
    """
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "fiub":
        return np.asarray(values, dtype=float)  # most columns, without a loop
    present = [value for value in values if not is_missing(value)]
    if present and not holds_numbers(values):
        wrong = next((v for v in present if not _is_number(v)), present[0])
        raise TypeError(
            f"Expected numbers in the column {excerpt(name)} of the table, as in "
            "fit, got "
            f"{_short(wrong)}. Convert the column, for example with pandas.to_numeric."
        )
    return np.array([np.nan if is_missing(value) else value for value in values], float)


def columns_of(block):
    """The columns of a table one by one, as Series or arrays."""
    if hasattr(block, "columns"):
        return [block[name] for name in block.columns]
    return list(np.asarray(block).T)


def _is_number(value):
    return isinstance(value, int | float | bool | np.number | np.bool_)


def _texts(values, name, expected="text or numbers"):
    """The categories of each row as text."""
    values = category_values(values)
    values = [MISSING if is_missing(value) else value for value in values]
    for row, value in enumerate(values):
        if not isinstance(value, str):
            raise TypeError(
                f"Expected {expected} in the column {excerpt(name)} of the table, got "
                f"{_short(value)} in row {row}. {instead_of_category(value)} Or put a "
                "transformer into the table branch."
            )
    return values


def _encode(values, known, name):
    """One column as floats: numbers, or numbers of the known categories."""
    if known is None:
        return as_numbers(values, name)
    numbers = {category: i for i, category in enumerate(known)}
    texts = _texts(values, name, expected="categories as text, as in fit,")
    return np.array([numbers.get(text, -1) for text in texts], float)
