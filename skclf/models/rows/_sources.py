"""Inputs of a net: where batches of rows come from."""

from collections.abc import Iterable

import numpy as np
from scipy import sparse

from skclf._containers import (
    FIRST_WORD,
    PADDING,
    EmbeddedSequences,
    TokenSequences,
)
from skclf._sequences_and_table import SequencesAndTable
from skclf._validation import no_sequences

_SEQUENCES = (TokenSequences, EmbeddedSequences)

# Numbers of a block of sparse rows that is made dense: 64 MB.
MAX_NUMBERS = 1 << 24

# Share of numbers that are not zero, from which dense rows are as fast in training.
DENSE = 0.05

# So many numbers that are not zero are trained on in one call.
AT_ONCE = 1 << 18


class Source:
    """Rows of a net's input; as it stands, for nets that are given no vectors."""

    vectors = None
    sparse = False
    is_sparse_enough = False

    def arrays(self):
        """All rows, as the compiled training reads them."""
        return (self.rows,)

    def within(self, shortest, longest):
        """The rows, no shorter and no longer than a net can read."""
        return self

    def bound(self, n_vectors, n_slots):
        """The rows for a net that has the first vectors itself, in so many slots."""
        return self

    def given_vectors(self):
        """What the net is given besides the rows."""
        return ()

    def compact(self, blocks, n_slots):
        """Some rows, and what the net is given besides them."""
        return blocks, ()

    def rows_at_once(self, most):
        """How many rows to predict together, of at most so many."""
        return most


class TokenSource(Source):
    """Token ids, aligned to the left, with the length of each document.

    A document without words has a single id, that of `empty`.

    Parameters
    ----------
    ids : ndarray of int of shape (n, max_len)
        Token ids.
    vectors : ndarray of shape (n_rows, dim), default=None
        Vectors of the ids, if they come with the documents.
    n_trainable : int, default=0
        How many of them, from the first on, belong to the vocabulary.
    columns : ndarray of float32 of shape (n, n_columns), default=None
        What else is known of each document.
    empty : int, default=PADDING
        What a document without words is read as.
    """

    def __init__(self, ids, vectors=None, n_trainable=0, columns=None, empty=PADDING):
        lengths = _count_words(ids)
        if np.count_nonzero(ids[:, :1]) < len(ids) or _has_gaps(ids):
            order = np.argsort(ids == PADDING, axis=1, kind="stable")
            ids = np.take_along_axis(ids, order, axis=1)
            ids[lengths == 0, 0] = empty
            lengths = np.maximum(lengths, 1)
        self.rows = ids
        self.lengths = lengths
        self.vectors = vectors
        self.n_trainable = n_trainable
        self.columns = columns

    def __len__(self):
        return len(self.rows)

    def take(self, rows):
        columns = None if self.columns is None else self.columns[rows]
        return self._with(
            rows=self.rows[rows], lengths=self.lengths[rows], columns=columns
        )

    def arrays(self):
        """The ids, and the columns if there are any."""
        return self._beside(self.rows, slice(None))

    def within(self, shortest, longest):
        """The same documents, padded and cut."""
        if shortest == 1 and longest is None:
            return self
        n_more = max(shortest - self.rows.shape[1], 0)
        rows = np.pad(self.rows[:, :longest], ((0, 0), (0, n_more)))
        return self._with(rows=rows, lengths=self.lengths.clip(shortest, longest))

    def bound(self, n_vectors, n_slots):
        """The same, with the ids above the net's own vectors above all its slots."""
        if self.vectors is None or not n_vectors:
            return self
        room = n_slots - n_vectors
        rows = np.where(self.rows < n_vectors, self.rows, self.rows + room)
        others = self.vectors[n_vectors:]
        if not len(others):
            others = np.zeros((1, self.vectors.shape[1]), np.float32)
        return self._with(rows=rows, vectors=others)

    def given_vectors(self):
        """The vectors as one array, if there are any."""
        if self.vectors is None:
            return ()
        return (self.vectors.astype(np.float32, copy=False),)

    def blocks(self, rows, width):
        """What the compiled functions read of some rows."""
        return self._beside(self.rows[rows, :width], rows)

    def compact(self, blocks, n_slots):
        """Some documents, and only those vectors that they use."""
        if self.vectors is None:
            return blocks, ()
        block, *columns = blocks
        above = block >= n_slots
        # The first row stays the first: where no vectors are the net's own, it is the
        # padding.
        words = np.append(n_slots, block[above])
        used, position = np.unique(words, return_inverse=True)
        block = block.copy()
        block[above] = position[1:] + n_slots
        vectors = self.vectors[used - n_slots]
        return (block, *columns), (vectors.astype(np.float32, copy=False),)

    def _beside(self, ids, rows):
        return (ids,) if self.columns is None else (ids, self.columns[rows])

    def _with(self, **changes):
        new = object.__new__(TokenSource)
        vars(new).update(vars(self), **changes)
        return new


def _has_gaps(ids):
    """Whether a word stands behind padding."""
    if len(ids) == 1:  # in less time
        n_words = np.count_nonzero(ids)
        return np.count_nonzero(ids[:, :n_words]) < n_words
    return np.count_nonzero(ids[:, 1:][ids[:, :-1] == PADDING]) > 0


def _count_words(ids):
    if len(ids) == 1:  # in a tenth of the time
        return np.array([np.count_nonzero(ids)], np.int32)
    return (ids != PADDING).sum(axis=1, dtype=np.int32)


class FeatureSource(Source):
    """Rows of a dense or sparse feature matrix.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n, n_features)
        The matrix.
    """

    def __init__(self, X):
        self.sparse = sparse.issparse(X)
        self.rows = X if self.sparse else np.asarray(X, dtype=np.float32)
        self.lengths = np.ones(X.shape[0], np.int32)

    def __len__(self):
        return self.rows.shape[0]

    @property
    def is_sparse_enough(self):
        """Whether it pays to train on sparse rows as they are."""
        return self.sparse and self.rows.nnz < DENSE * np.prod(self.rows.shape)

    def take(self, rows):
        return FeatureSource(self.rows[rows])

    def blocks(self, rows, width):
        """What the compiled functions read of some rows, made dense."""
        block = self.rows[rows]
        return (block.astype(np.float32).toarray() if self.sparse else block,)

    def batches_at_once(self, batch_size):
        """How many batches of sparse rows are handed over in one call."""
        in_batch = self.rows.nnz / self.rows.shape[0] * batch_size
        return max(int(AT_ONCE / max(in_batch, 1)), 1)

    def sparse_batches(self, rows, bounds):
        """Batches of sparse rows, one behind another.

        Parameters
        ----------
        rows : ndarray of int
            Row numbers.
        bounds : ndarray of int of shape (n_batches + 1,)
            Where each batch begins, and the last one ends.

        Returns
        -------
        places : ndarray of int64 of shape (n, 2)
            The row in its batch, and the column of each number that is not zero.
        values : ndarray of float32 of shape (n,)
            The numbers.
        begins : ndarray of int32 of shape (n_batches + 1,)
            The first number of each batch, and n.
        """
        block = self.rows[rows]
        block.sum_duplicates()  # and sort
        in_batch = np.arange(len(rows)) - np.repeat(bounds[:-1], np.diff(bounds))
        places = np.empty((block.nnz, 2), np.int64)
        places[:, 0] = np.repeat(in_batch, np.diff(block.indptr))
        places[:, 1] = block.indices
        values, begins = block.data.astype(np.float32), block.indptr[bounds]
        return places, values, begins.astype(np.int32)

    def rows_at_once(self, most):
        """As many rows as `blocks` should make dense together."""
        return max(min(most, MAX_NUMBERS // self.rows.shape[1]), 1)


def make_source(X, takes, owner, check_features, empty):
    """Check the input of a net and make it a source of batches.

    Parameters
    ----------
    X : TokenSequences, EmbeddedSequences, SequencesAndTable or array-like
        The input.
    takes : {"tokens", "features", "any"}
        What the net can read.
    owner : str
        Name of the classifier, for messages.
    check_features : callable
        Validates a feature matrix.
    empty : int
        The id that a document without words is read as.

    Raises
    ------
    TypeError
        If `X` is not what the net takes; the message names the missing step.
    """
    columns = None
    if isinstance(X, SequencesAndTable):
        X, columns = X.sequences, X.table
    if not isinstance(X, _SEQUENCES):
        if takes == "tokens":
            raise TypeError(no_sequences(X, owner))
        if _are_texts(X):
            raise TypeError(
                f"{owner} expects features or token ids, got raw texts in a "
                f"{type(X).__name__}. Put a step before the net in a Pipeline: "
                "TfidfVectorizer() for features, SequenceEncoder() for token ids."
            )
        return FeatureSource(check_features(X))
    embedded = isinstance(X, EmbeddedSequences)
    if takes == "features":
        step = (
            "DocumentEmbedding() between the word vectors and the net"
            if embedded
            else "TfidfVectorizer() in the place of SequenceEncoder()"
        )
        raise TypeError(
            f"{owner} expects features such as TF-IDF, got {X!r}. Put {step}, or use "
            "RNNClassifier or CNNClassifier."
        )
    if embedded:
        n_trainable = len(X.vocabulary) + FIRST_WORD if X.vocabulary else 0
        return TokenSource(X.raw_ids, X.table, n_trainable, columns, empty)
    # NumPy would look for three other protocols first.
    return TokenSource(X.__array__(), columns=columns, empty=empty)


def _are_texts(X):
    """Whether X is a one-dimensional container whose first element is text."""
    if isinstance(X, str):
        return True
    if not isinstance(X, Iterable) or getattr(X, "ndim", 1) != 1:
        return False
    return isinstance(next(iter(X), None), str)
