"""Inputs of a net: where batches of rows come from."""

from collections.abc import Iterable

import numpy as np
from scipy import sparse

from skclf._containers import PADDING, UNKNOWN, TokenSequences


class TokenSource:
    """Token ids, aligned to the left, with the length of each document.

    A document without words is read as a single unknown word.
    """

    def __init__(self, X):
        ids = np.asarray(X)
        real = ids != PADDING
        if not real[:, :1].all():  # padded at the start, or without words
            order = np.argsort(~real, axis=1, kind="stable")
            ids = np.take_along_axis(ids, order, axis=1)
        lengths = real.sum(axis=1)
        if not lengths.all():
            ids = ids.copy()
            ids[lengths == 0, 0] = UNKNOWN
        self.rows = ids
        self.lengths = np.maximum(lengths, 1).astype(np.int32)

    def __len__(self):
        return len(self.rows)

    def take(self, rows):
        new = object.__new__(TokenSource)
        new.rows, new.lengths = self.rows[rows], self.lengths[rows]
        return new

    def widened(self, width):
        """The same documents, each as long as a net of fixed width wants it."""
        new = object.__new__(TokenSource)
        short = max(width - self.rows.shape[1], 0)
        new.rows = np.pad(self.rows[:, :width], ((0, 0), (0, short)))
        new.lengths = np.full(len(self), width, np.int32)
        return new

    def block(self, rows, width):
        return self.rows[rows, :width]


class FeatureSource:
    """Rows of a dense or sparse feature matrix; sparse rows are densified by batch."""

    def __init__(self, X):
        self.sparse = sparse.issparse(X)
        self.rows = X if self.sparse else np.asarray(X, dtype=np.float32)
        self.lengths = np.ones(X.shape[0], np.int32)

    def __len__(self):
        return self.rows.shape[0]

    def take(self, rows):
        return FeatureSource(self.rows[rows])

    def block(self, rows, width):
        block = self.rows[rows]
        return block.toarray().astype(np.float32) if self.sparse else block


def make_source(X, takes, owner, check_features):
    """Check the input of a net and make it a source of batches.

    Parameters
    ----------
    X : TokenSequences or array-like
        The input.
    takes : {"tokens", "features", "any"}
        What the net can read.
    owner : str
        Name of the classifier, for messages.
    check_features : callable
        Validates a feature matrix.

    Raises
    ------
    TypeError
        If `X` is not what the net takes; the message names the missing step.
    """
    if not isinstance(X, TokenSequences):
        if takes == "tokens":
            raise TypeError(_missing_encoder(X, owner))
        if _are_texts(X):
            raise TypeError(
                f"{owner} expects features or token ids, got raw texts in a "
                f"{type(X).__name__}. Put a step before the net in a Pipeline: "
                "TfidfVectorizer() for features, SequenceEncoder() for token ids."
            )
        return FeatureSource(check_features(X))
    if takes == "features":
        raise TypeError(
            f"{owner} expects features such as TF-IDF, got {X!r}. Put "
            "TfidfVectorizer() in the place of SequenceEncoder(), or use RNNClassifier "
            "or CNNClassifier."
        )
    if not len(X):
        raise ValueError(
            f"Found array with 0 sample(s) while a minimum of 1 is required by {owner}."
        )
    return TokenSource(X)


def _are_texts(X):
    """Whether X is a one-dimensional container whose first element is text."""
    if isinstance(X, str):
        return True
    if not isinstance(X, Iterable) or getattr(X, "ndim", 1) != 1:
        return False
    return isinstance(next(iter(X), None), str)


def _missing_encoder(X, owner):
    got = type(X).__name__
    if hasattr(X, "shape"):
        got += f" of shape {tuple(X.shape)}"
    return (
        f"{owner} expects TokenSequences, the output of "
        f"skclf.sequence.SequenceEncoder, got {got}. Put the step SequenceEncoder() "
        "before the net in a Pipeline: texts go in there."
    )
