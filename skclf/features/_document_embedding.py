"""One vector for each document, for linear models."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skclf._base import HelpfulParamsMixin
from skclf._containers import (
    FIRST_WORD,
    EmbeddedSequences,
    TokenSequences,
    fingerprint,
)
from skclf._names import public
from skclf._validation import check_not_empty, type_and_shape
from skclf.features._pooling import Words, leading_components

_WEIGHTED = ("tfidf", "sif")


@public("skclf.features")
class DocumentEmbedding(HelpfulParamsMixin, TransformerMixin, BaseEstimator):
    """Pool the word vectors of each document into one vector.

    The step between :class:`~skclf.embed.EmbeddingLookup` or
    :class:`~skclf.embed.EmbeddingTrainer` and a linear model.

    Parameters
    ----------
    pooling : {"mean", "max", "tfidf", "sif"}, default="mean"
        - "mean": the mean of the vectors.
        - "max": the largest value in each dimension.
        - "tfidf": the mean, weighted by the words' inverse document frequency, smoothed
          as in :class:`~sklearn.feature_extraction.text.TfidfTransformer`.
        - "sif": smooth inverse frequency [1]_: each vector times ``a / (a + p)``, where
          p is the word's share of the words in the training documents; the mean of
          them, less its projection on the components common to these documents.
    a : float, default=1e-3
        How fast weights fall with the frequency of words, "sif" only.
    n_components : int, default=1
        How many common components to remove, "sif" only; fewer than dimensions.

    Attributes
    ----------
    n_features_in_ : int
        Number of dimensions of the word vectors.
    word_weights_ : ndarray of shape (n_words,) or None
        Weight of each word of the encoder's vocabulary, for "tfidf" and "sif".
    unseen_weight_ : float or None
        Weight of any other word, as of one that is in no training document.
    components_ : ndarray of shape (n_components, n_features_in_) or None
        What is removed from the documents, for "sif".

    Raises
    ------
    TypeError
        If the input is neither word vectors nor a 3-D array of numbers.
    ValueError
        If it does not belong to the vectors of `fit`, or is empty or not finite.

    See Also
    --------
    skclf.RNNClassifier : Uses the order of the words too.

    Notes
    -----
    A word without a vector, that is with zeros only, does not count, nor does padding:
    zeros say that nothing is known, and as a part of the mean they would pull a
    document to the origin by its share of unknown words. Where the lookup gives unknown
    words a vector (``oov="mean"``), they count like others. A document in which no word
    has a vector becomes zeros.

    The array of shape (n_documents, max_len, dim) is not built. Results have the number
    format of the vectors, float32 at least.

    References
    ----------
    .. [1] S. Arora, Y. Liang, T. Ma (2017). "A Simple but Tough-to-Beat Baseline for
       Sentence Embeddings". https://openreview.net/forum?id=SyK00v5xx

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skclf import DocumentEmbedding, EmbeddingLookup, SequenceEncoder
    >>> vectors = {"fire": [1.0, 2.0], "smoke": [3.0, 1.0]}
    >>> pipeline = make_pipeline(
    ...     SequenceEncoder(), EmbeddingLookup(vectors), DocumentEmbedding()
    ... )
    >>> pipeline.fit_transform(["fire smoke", "the fire", ""])
    array([[2. , 1.5],
           [1. , 2. ],
           [0. , 0. ]], dtype=float32)
    """

    _parameter_constraints = {
        "pooling": [StrOptions({"mean", "max", "tfidf", "sif"})],
        "a": [Interval(Real, 0, None, closed="neither")],
        "n_components": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(self, pooling="mean", *, a=1e-3, n_components=1):
        self.pooling = pooling
        self.a = a
        self.n_components = n_components

    def fit(self, X, y=None):
        """Learn the weights of words and the common components.

        Parameters
        ----------
        X : EmbeddedSequences or ndarray of shape (n_documents, max_len, dim)
            Training documents. "tfidf" and "sif" need EmbeddedSequences.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : DocumentEmbedding
            The fitted transformer.
        """
        self._validate_params()
        X = self._check(X)
        check_not_empty(X, "DocumentEmbedding")
        self.n_features_in_ = X.shape[2]
        if self.pooling == "sif" and self.n_components >= self.n_features_in_:
            raise ValueError(
                f"Expected n_components below {self.n_features_in_}, the number of "
                f"dimensions, got {self.n_components!r}."
            )
        self._fingerprint = _fingerprint(X)
        words = Words.of(X)
        self.word_weights_ = self.unseen_weight_ = self.components_ = None
        if self.pooling in _WEIGHTED:
            self._learn_weights(words, len(X.vocabulary))
        if self.pooling == "sif":
            vectors = words.mean(self._weights(words))
            self.components_ = leading_components(vectors, self.n_components)
        return self

    def transform(self, X):
        """Pool word vectors.

        Parameters
        ----------
        X : EmbeddedSequences or ndarray of shape (n_documents, max_len, dim)
            Documents, with vectors from the step that made those of `fit`.

        Returns
        -------
        ndarray of float of shape (n_documents, dim)
            One vector for each document.
        """
        check_is_fitted(self)
        X = self._check(X)
        self._check_same_vectors(X)
        words = Words.of(X)
        if self.pooling == "max":
            return words.max()
        if self.pooling == "mean":
            return words.mean()
        if self.pooling == "tfidf":
            return words.mean(self._weights(words), over_weights=True)
        vectors = words.mean(self._weights(words))
        components = self.components_.astype(vectors.dtype)
        return vectors - vectors @ components.T @ components

    def get_feature_names_out(self, input_features=None):
        """Name the dimensions.

        Parameters
        ----------
        input_features : object, default=None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (dim,)
            ``embedding_0``, ``embedding_1`` and so on.
        """
        check_is_fitted(self)
        names = [f"embedding_{i}" for i in range(self.n_features_in_)]
        return np.array(names, dtype=object)

    def _learn_weights(self, words, n_words):
        if self.pooling == "tfidf":
            n = len(words.lengths)
            documents = words.count_documents(n_words)
            self.word_weights_ = np.log((1 + n) / (1 + documents)) + 1
            self.unseen_weight_ = float(np.log(1 + n) + 1)
        else:
            share = words.count(n_words) / max(len(words.rows), 1)
            self.word_weights_ = self.a / (self.a + share)
            self.unseen_weight_ = 1.0

    def _weights(self, words):
        """Weight of each word in a row of `words`."""
        weights = np.full(len(words.rows), self.unseen_weight_)
        index = words.rows - FIRST_WORD
        known = (index >= 0) & (index < len(self.word_weights_))
        weights[known] = self.word_weights_[index[known]]
        return weights

    def _check(self, X):
        X = _as_sequences(X)
        if self.pooling in _WEIGHTED and X.vocabulary is None:
            raise TypeError(
                f"pooling={self.pooling!r} has to know which vector is which word, got "
                'vectors without a vocabulary. Take pooling="mean" or "max", or put '
                "EmbeddingLookup(...) before DocumentEmbedding in a Pipeline."
            )
        return X

    def _check_same_vectors(self, X):
        if X.shape[2] != self.n_features_in_:
            raise ValueError(
                f"X has vectors of {X.shape[2]} dimensions, but DocumentEmbedding is "
                f"expecting {self.n_features_in_}, as in fit."
            )
        if _fingerprint(X) not in (None, self._fingerprint):
            raise ValueError(
                "Expected the word vectors that DocumentEmbedding was fitted on, got "
                f"{X!r} of others. Transform with the fitted steps of one Pipeline."
            )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _as_sequences(X):
    if isinstance(X, EmbeddedSequences):
        return X
    if isinstance(X, np.ndarray) and X.ndim == 3 and X.dtype.kind in "fiu":
        return EmbeddedSequences.from_array(X)
    step = "EmbeddingLookup(...)"
    if not isinstance(X, TokenSequences):
        step = f"SequenceEncoder() and {step}"
    raise TypeError(
        "DocumentEmbedding expects EmbeddedSequences, the output of "
        "skclf.embed.EmbeddingLookup, or word vectors as an array of numbers of shape "
        f"(n_documents, max_len, dim), got {type_and_shape(X)}. Put {step} before it "
        "in a Pipeline: texts go in there. If it is there, a step between them, such "
        "as a sampler, has made something else of its output: leave that out."
    )


def _fingerprint(X):
    """What tells vocabularies and vectors apart; None where there is no vocabulary."""
    if X.vocabulary is None:
        return None
    return X.fingerprint or fingerprint(X.vocabulary)
