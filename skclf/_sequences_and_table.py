"""The container of sequences and the columns of a table beside them."""

import numpy as np
from scipy import sparse

from skclf._containers import EmbeddedSequences, TokenSequences, is_full
from skclf._containers import fingerprint as digest
from skclf._names import public
from skclf._validation import type_and_shape


@public("skclf.compose")
class SequencesAndTable:
    """Documents as sequences, each with the row of a table that belongs to it.

    :class:`~skclf.models.RNNClassifier` and :class:`~skclf.models.CNNClassifier` read
    both. To NumPy and scikit-learn it is a 2-D float array: the sequences, flattened,
    and to their right the columns of the table, categories one-hot. Rows are selected
    as in a NumPy array. The arrays inside are never written to.

    Parameters
    ----------
    sequences : TokenSequences or EmbeddedSequences of length n
        The documents.
    table : ndarray of shape (n, n_columns)
        Numbers, and numbers of categories, of which -1 is none that is known.
    sizes : sequence of int of length n_columns
        For each column the number of categories, or 0 if it holds numbers.
    fingerprint : str, default=None
        Digest of the columns and their categories, by which nets know them again; that
        of `sizes` when None.

    Attributes
    ----------
    shape : tuple of (int, int)
        Number of documents, and of columns as NumPy sees them.
    ndim : int
        Always 2.
    dtype : numpy.dtype
        Always float32.

    See Also
    --------
    skclf.compose.TextAndTable : Makes them from a DataFrame.

    Examples
    --------
    >>> import numpy as np
    >>> from skclf.compose import SequencesAndTable
    >>> from skclf.sequence import TokenSequences
    >>> words = TokenSequences([[2, 3], [3, 0]], {"fire": 2, "now": 3})
    >>> X = SequencesAndTable(words, [[0.5, 1], [0.7, -1]], sizes=[0, 2])
    >>> X
    SequencesAndTable(TokenSequences(n=2, max_len=2, vocabulary of 2 words), 2 columns)
    >>> np.asarray(X)
    array([[2. , 3. , 0.5, 0. , 1. ],
           [3. , 0. , 0.7, 0. , 0. ]], dtype=float32)
    """

    ndim = 2
    dtype = np.dtype(np.float32)

    def __init__(self, sequences, table, sizes, *, fingerprint=None):
        if not isinstance(sequences, TokenSequences | EmbeddedSequences):
            raise TypeError(
                "Expected TokenSequences or EmbeddedSequences, got "
                f"{type_and_shape(sequences)}. Encode texts with SequenceEncoder()."
            )
        self.sequences = sequences
        self.table = np.asarray(table, dtype=np.float32)
        self.sizes = tuple(int(size) for size in sizes)
        expected = (len(sequences), len(self.sizes))
        if self.table.shape != expected:
            raise ValueError(
                f"Expected a table of shape {expected}, a row for each document and a "
                f"column for each size, got shape {self.table.shape}."
            )
        _check_codes(self.table, self.sizes)
        self.fingerprint = fingerprint or digest(map(str, self.sizes))

    def __len__(self):
        return len(self.sequences)

    @property
    def shape(self):
        n, *rest = self.sequences.shape
        return n, int(np.prod(rest)) + width(self.sizes)

    def __getitem__(self, key):
        if isinstance(key, tuple):
            rows, *rest = key
            if any(k is not Ellipsis and not is_full(k) for k in rest):
                return np.asarray(self)[key]
            key = rows
        table = self.table[key]
        if table.ndim != 2:
            return np.asarray(self[[key]])[0]
        new = object.__new__(type(self))
        vars(new).update(vars(self), sequences=self.sequences[key], table=table)
        return new

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError(f"{type(self).__name__} cannot be shown without a copy.")
        flat = np.asarray(self.sequences).reshape(len(self), -1)
        array = np.hstack([flat, with_one_hot(self.table, self.sizes).toarray()])
        return array.astype(dtype or self.dtype, copy=False)

    def __repr__(self):
        columns = "1 column" if len(self.sizes) == 1 else f"{len(self.sizes)} columns"
        return f"{type(self).__name__}({self.sequences!r}, {columns})"

    def _repr_html_(self):
        columns = f"beside a table of shape {self.table.shape}"
        return f"{self.sequences._repr_html_()}<p>{columns}</p>"


def _check_codes(table, sizes):
    if not sizes or min(sizes) < 0:
        raise ValueError(
            f"Expected a size of 0 or more for each column, and a column, got {sizes}."
        )
    for i, size in enumerate(sizes):
        codes = table[:, i]
        right = (codes >= -1) & (codes < size) & (codes % 1 == 0)
        if size and not right.all():
            raise ValueError(
                f"Expected numbers of categories from -1 to {size - 1} in column {i}, "
                f"got {codes[~right][0]}."
            )


def width(sizes):
    """Number of columns once categories are one-hot."""
    return sum(max(size, 1) for size in sizes)


def with_one_hot(table, sizes):
    """Categories one-hot, numbers as they are.

    Parameters
    ----------
    table : ndarray of shape (n, n_columns)
        Numbers and numbers of categories.
    sizes : sequence of int
        For each column the number of categories, or 0 if it holds numbers.

    Returns
    -------
    csr_matrix of shape (n, width)
        A category of -1 is zero everywhere.
    """
    blocks = [
        _one_column(column, size) for column, size in zip(table.T, sizes, strict=True)
    ]
    if not blocks:
        return sparse.csr_matrix((len(table), 0), dtype=table.dtype)
    return sparse.hstack(blocks, format="csr", dtype=table.dtype)


def _one_column(column, size):
    if not size:
        return sparse.csr_matrix(column[:, None])
    rows = np.flatnonzero(column >= 0)
    shape = (len(column), size)
    ones = np.ones(len(rows), np.float32)
    return sparse.csr_matrix((ones, (rows, column[rows].astype(int))), shape=shape)
