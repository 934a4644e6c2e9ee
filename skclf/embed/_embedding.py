"""What lookup and training of word vectors share."""

import reprlib
import warnings
from abc import abstractmethod
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skclf._base import SequenceTransformer
from skclf._cache import fitted_attributes, once, take_over
from skclf._containers import FIRST_WORD, EmbeddedSequences, TokenSequences
from skclf._validation import check_not_empty, no_sequences
from skclf.exceptions import CoverageWarning

LOW_COVERAGE = 0.5


class UnknownWords(NamedTuple):
    """Words outside the vocabulary that occur in some documents.

    Parameters
    ----------
    ids : ndarray of int of shape (n_unknown_words,)
        Their private ids, in order.
    words : list of str
        The words.
    """

    ids: np.ndarray
    words: list


class WordVectorTransformer(SequenceTransformer):
    """Token sequences in, sequences of word vectors out.

    A subclass learns vectors in `_learn`, which calls `_set_table`, and may find more
    of them for unknown words in `_rows_of`.
    """

    _character_advice = (
        "Usually these are vectors of words: set analyzer='word' in SequenceEncoder, "
        "or learn vectors of characters, by EmbeddingTrainer or by the net itself."
    )

    def fit(self, X, y=None):
        """Find or learn the vectors of a vocabulary.

        Parameters
        ----------
        X : TokenSequences
            Training documents, from :class:`~skclf.sequence.SequenceEncoder`.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : object
            The fitted transformer.
        """
        self._fit_quietly(X)
        if self.coverage_["tokens"] < LOW_COVERAGE:
            examples = ", ".join(map(reprlib.repr, self.missing_words_[:5]))
            what, advice = "words", self._coverage_advice
            if X.of_characters:
                what, advice = "characters or n-grams", self._character_advice
            warnings.warn(
                f"Only {self.coverage_['tokens']:.0%} of the {what} in the documents "
                f"have a vector; the most frequent without one: {examples}. {advice}",
                CoverageWarning,
                stacklevel=2,
            )
        return self

    def _fit_quietly(self, X):
        """Fit without a word on coverage: a union judges its transformers together."""
        self._validate_params()
        X = self._check(X)
        check_not_empty(X, type(self).__name__)
        take_over(self, once(self, ("fit",), X, lambda: self._learned(X)))
        return self

    def _learned(self, X):
        """What is learned of documents."""
        self._vocabulary_fingerprint = X.vocabulary_fingerprint
        self.n_features_in_ = X.shape[1]
        self._learn(X, _unknown_words(X))
        return fitted_attributes(self)

    def transform(self, X):
        """Give every word its vector.

        Parameters
        ----------
        X : TokenSequences
            Documents from the encoder that made the training documents.

        Returns
        -------
        EmbeddedSequences
            The documents as rows of a table of vectors.
        """
        if not hasattr(self, "table_"):
            check_is_fitted(self)  # takes long for a single document
        X = self._check(X)
        if X.vocabulary_fingerprint != self._vocabulary_fingerprint:
            raise ValueError(
                f"Expected ids of the vocabulary that {type(self).__name__} was fitted "
                f"on, got {X!r} of another one. Encode with the same fitted "
                "SequenceEncoder."
            )
        ids, table = X.raw_ids, self.table_
        unknown = _unknown_words(X)
        if unknown.words:
            row_of = np.arange(unknown.ids[-1] + 1, dtype=np.int32)
            row_of[unknown.ids], table = self._rows_of(unknown.words)
            ids = row_of[ids]
        return EmbeddedSequences(
            ids, table, vocabulary=X.vocabulary, fingerprint=self._fingerprint
        )

    def get_feature_names_out(self, input_features=None):
        """Name the positions of the sequences.

        Parameters
        ----------
        input_features : array-like of str of shape (max_len,), default=None
            Names of the positions, handed on as they are.

        Returns
        -------
        ndarray of str objects of shape (max_len,)
            ``token_0``, ``token_1`` and so on, or `input_features`.
        """
        check_is_fitted(self)
        if input_features is None:
            input_features = [f"token_{i}" for i in range(self.n_features_in_)]
        return np.array(input_features, dtype=object)

    @abstractmethod
    def _learn(self, X, unknown):
        """Find or learn vectors and hand them to `_set_table`."""

    @abstractmethod
    def _rows_of(self, words):
        """Rows of words outside the vocabulary, and the table they are rows of."""

    def _set_table(self, X, unknown, table, found):
        """Keep the vectors and report on them.

        Parameters
        ----------
        X : TokenSequences
            The training documents.
        unknown : UnknownWords
            Their words outside the vocabulary.
        table : ndarray of shape (n_rows, dim)
            Vectors: padding, the unknown word, the vocabulary, other words.
        found : ndarray of bool of shape (n_words + n_unknown_words,)
            Which words of the vocabulary, and then of the unknown ones, have a vector.
        """
        n_words = len(X.vocabulary)
        words = [*X.vocabulary, *unknown.words]
        self.table_ = table
        self.dim_ = table.shape[1]
        self.n_found_ = int(found[:n_words].sum())
        counts = np.bincount(X.raw_ids.ravel(), minlength=FIRST_WORD + n_words)
        known = np.arange(FIRST_WORD, FIRST_WORD + n_words)
        counts = counts[np.append(known, unknown.ids)]
        self.coverage_ = {
            "types": float(found.mean()),
            "tokens": float(counts[found].sum() / max(counts.sum(), 1)),
        }
        missing = np.flatnonzero(~found)
        missing = missing[np.argsort(-counts[missing], kind="stable")]
        self.missing_words_ = [words[i] for i in missing]
        digest = blake2b(self._vocabulary_fingerprint.encode(), digest_size=16)
        digest.update(np.ascontiguousarray(table))
        self._fingerprint = digest.hexdigest()

    def _check(self, X):
        if isinstance(X, TokenSequences):
            return X
        raise TypeError(no_sequences(X, type(self).__name__))


def _unknown_words(X):
    first = FIRST_WORD + len(X.vocabulary)
    ids = sorted(set(X.raw_ids[X.raw_ids >= first].tolist()))
    return UnknownWords(np.array(ids, int), [X.unknown_words[i - first] for i in ids])
