"""The words of documents that have a vector, and how to pool their vectors."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from skclf._containers import FIRST_WORD, PADDING

_NUMBERS_AT_ONCE = 4_000_000
_ROUNDING = 1e-10


@dataclass(frozen=True)
class Words:
    """Words with a vector, one document after the other.

    Parameters
    ----------
    rows : ndarray of int of shape (n_words,)
        Rows of the words in the table of vectors.
    index : ndarray of int of shape (n_words,)
        Their rows in `vectors`.
    lengths : ndarray of int of shape (n_documents,)
        Number of words of each document.
    vectors : ndarray of float of shape (n_distinct_words, dim)
        The part of the table that these documents need.
    """

    rows: np.ndarray
    index: np.ndarray
    lengths: np.ndarray
    vectors: np.ndarray

    @classmethod
    def of(cls, X):
        """The words of EmbeddedSequences, without padding and vectors of zeros."""
        ids = X.raw_ids
        used, index = np.unique(ids, return_inverse=True)
        index = index.reshape(ids.shape)
        vectors = X.table[used]
        vectors = vectors.astype(np.result_type(vectors, np.float32), copy=False)
        if not np.isfinite(vectors).all():
            raise ValueError(
                f"Expected finite word vectors, got NaN or infinity in {X!r}. Correct "
                "them where they come from."
            )
        has_vector = vectors.any(axis=1) & (used != PADDING)
        inside = has_vector[index]
        return cls(ids[inside], index[inside], inside.sum(axis=1), vectors)

    def count(self, n_words):
        """How often each word of a vocabulary occurs."""
        return _count(self.rows, n_words)

    def count_documents(self, n_words):
        """In how many documents each word of a vocabulary occurs."""
        documents = np.repeat(np.arange(len(self.lengths)), self.lengths)
        width = self.rows.max(initial=0) + 1
        pairs = np.unique(documents * width + self.rows)
        return _count(pairs % width, n_words)

    def mean(self, weights=None, *, over_weights=False):
        """Mean of the vectors of each document; zeros for an empty one.

        Parameters
        ----------
        weights : ndarray of float of shape (n_words,), default=None
            A factor for each word; None is 1.
        over_weights : bool, default=False
            Divide by the sum of the weights instead of the number of words.

        Returns
        -------
        ndarray of float of shape (n_documents, dim)
            The means.
        """
        if weights is None:
            weights = np.ones(len(self.index))
        starts = np.concatenate([[0], np.cumsum(self.lengths)])
        matrix = csr_array(
            (weights.astype(self.vectors.dtype), self.index, starts),
            shape=(len(self.lengths), len(self.vectors)),
        )
        divisor = matrix.sum(axis=1) if over_weights else self.lengths
        divisor = np.where(self.lengths, divisor, 1).astype(self.vectors.dtype)
        return matrix @ self.vectors / divisor[:, None]

    def max(self):
        """Largest value in each dimension, for some documents at a time."""
        dim = self.vectors.shape[1]
        pooled = np.zeros((len(self.lengths), dim), self.vectors.dtype)
        filled = np.flatnonzero(self.lengths)
        ends = np.cumsum(self.lengths[filled])
        starts = ends - self.lengths[filled]
        n_chunks = len(self.index) * dim // _NUMBERS_AT_ONCE + 1
        for chunk in np.array_split(np.arange(len(filled)), n_chunks):
            if len(chunk):
                first = starts[chunk[0]]
                vectors = self.vectors[self.index[first : ends[chunk[-1]]]]
                pooled[filled[chunk]] = np.maximum.reduceat(
                    vectors, starts[chunk] - first
                )
        return pooled


def _count(rows, n_words):
    counts = np.bincount(rows, minlength=FIRST_WORD + n_words)
    return counts[FIRST_WORD : FIRST_WORD + n_words]


def leading_components(vectors, n_components):
    """The directions that rows share most, from the largest singular value down.

    Parameters
    ----------
    vectors : ndarray of float of shape (n, dim)
        The rows; they are not centred.
    n_components : int
        How many directions.

    Returns
    -------
    ndarray of float64 of shape (n_components, dim)
        Unit vectors; zeros where the rows span fewer directions.
    """
    vectors = vectors.astype(np.float64)
    strength, directions = np.linalg.eigh(vectors.T @ vectors)
    directions[:, strength <= strength[-1] * _ROUNDING] = 0
    return directions.T[::-1][:n_components].copy()
