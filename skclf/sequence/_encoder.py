"""Texts to padded sequences of token ids."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import chain, repeat
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skclf._base import TextTransformer
from skclf._containers import FIRST_WORD, PADDING, UNKNOWN, TokenSequences, fingerprint
from skclf._validation import check_documents


class SequenceEncoder(TextTransformer):
    """Encode each text as a padded sequence of word ids.

    Id 0 is padding, id 1 the unknown word, and the words of the vocabulary follow from
    2 in the order of their frequency. The vocabulary and the length are learned in
    `fit`.

    Parameters
    ----------
    max_words : int, default=None
        Keep at most this many words, the most frequent ones. None keeps all.
    min_count : int, default=1
        Leave out words that occur less often than this in the training documents.
    max_len : int or float, default=1.0
        Length of the sequences in words. An int is taken as it is. A float in (0, 1] is
        a quantile of the training lengths: 0.99 cuts one document in a hundred,
        1.0 is the longest.
    padding : {"post", "pre"}, default="post"
        Fill short sequences with zeros at the end or at the start.
    truncating : {"post", "pre"}, default="post"
        Cut long sequences at the end or at the start.
    token_pattern : str, default=None
        Regular expression of one token, with at most one group, as in
        :class:`~sklearn.feature_extraction.text.CountVectorizer`. None splits at white
        space, which is right after :class:`~skclf.text.TextCleaner` and fastest.
    tokenizer : callable, default=None
        ``tokenizer(text)`` returns the list of tokens. Takes the place of
        `token_pattern`.
    handle_unknown : {"token", "drop"}, default="token"
        Encode a word outside the vocabulary as id 1, or leave it out.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        Word to id, in the order of the ids.
    n_words_ : int
        Number of words in the vocabulary, without padding and unknown word.
    max_len_ : int
        Length of the sequences in words.
    unknown_rate_ : float
        Share of the training words that are not in the vocabulary.
    truncated_rate_ : float
        Share of the training documents that are longer than `max_len_`.

    See Also
    --------
    skclf.text.TextCleaner : The usual step before.
    skclf.models.RNNClassifier, skclf.models.CNNClassifier : Nets on the sequences.

    Notes
    -----
    Words of equal frequency are ordered alphabetically, so that the order of the
    documents does not change the vocabulary.

    Examples
    --------
    >>> from skclf.sequence import SequenceEncoder
    >>> encoder = SequenceEncoder().fit(["the fire the smoke", "the fire"])
    >>> encoder.vocabulary_
    {'the': 2, 'fire': 3, 'smoke': 4}
    >>> X = encoder.transform(["smoke over the hill"])
    >>> X
    TokenSequences(n=1, max_len=4, vocabulary of 3 words)
    >>> X[0]
    array([4, 1, 2, 1], dtype=int32)
    """

    _parameter_constraints = {
        "max_words": [Interval(Integral, 1, None, closed="left"), None],
        "min_count": [Interval(Integral, 1, None, closed="left")],
        "max_len": [
            Interval(Integral, 1, None, closed="left"),
            Interval(Real, 0, 1, closed="right"),
        ],
        "padding": [StrOptions({"post", "pre"})],
        "truncating": [StrOptions({"post", "pre"})],
        "token_pattern": [str, None],
        "tokenizer": [callable, None],
        "handle_unknown": [StrOptions({"token", "drop"})],
    }

    def __init__(
        self,
        *,
        max_words=None,
        min_count=1,
        max_len=1.0,
        padding="post",
        truncating="post",
        token_pattern=None,
        tokenizer=None,
        handle_unknown="token",
    ):
        self.max_words = max_words
        self.min_count = min_count
        self.max_len = max_len
        self.padding = padding
        self.truncating = truncating
        self.token_pattern = token_pattern
        self.tokenizer = tokenizer
        self.handle_unknown = handle_unknown

    def fit(self, X, y=None):
        """Learn the vocabulary and the length from texts.

        Parameters
        ----------
        X : iterable of str of length n_documents
            The texts.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : SequenceEncoder
            The fitted encoder.

        Raises
        ------
        ValueError
            If there is no text, or no word is left for the vocabulary.
        TypeError
            If `tokenizer` does not return a list of str.
        """
        self._learn(self._tokenize(X))
        return self

    def fit_transform(self, X, y=None):
        """Learn from texts and encode them, cutting them into words only once.

        Parameters
        ----------
        X : iterable of str of length n_documents
            The texts.
        y : object, default=None
            Ignored.

        Returns
        -------
        TokenSequences
            Ids of shape ``(n_documents, max_len_)``.
        """
        tokens = self._tokenize(X)
        self._learn(tokens)
        return self._encode(tokens)

    def transform(self, X):
        """Encode texts with the learned vocabulary.

        Parameters
        ----------
        X : iterable of str of length n_documents
            The texts.

        Returns
        -------
        TokenSequences
            Ids of shape ``(n_documents, max_len_)``.
        """
        check_is_fitted(self)
        return self._encode(self._tokenize(X))

    def inverse_transform(self, X):
        """Write sequences of ids as texts.

        Parameters
        ----------
        X : TokenSequences or array of int of shape (n_documents, max_len_)
            Token ids.

        Returns
        -------
        ndarray of str objects of shape (n_documents,)
            Words with blanks between them; an unknown word is ``<unk>``, padding is
            left out.
        """
        check_is_fitted(self)
        words = np.array(["", "<unk>", *self.vocabulary_], dtype=object)
        ids = np.asarray(X)
        if ids.ndim != 2 or ids.dtype.kind not in "iu":
            raise ValueError(
                "Expected token ids of shape (n_documents, max_len), got "
                f"{ids.dtype} of shape {ids.shape}."
            )
        if ids.size and not 0 <= ids.min() <= ids.max() < len(words):
            raise ValueError(
                f"Expected ids from 0 to {len(words) - 1}, got {ids.min()} to "
                f"{ids.max()}."
            )
        texts = [" ".join(words[row[row != PADDING]]) for row in ids]
        return np.array(texts, dtype=object)

    def get_feature_names_out(self, input_features=None):
        """Name the positions of the sequences.

        Parameters
        ----------
        input_features : object, default=None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (max_len_,)
            ``token_0``, ``token_1`` and so on.
        """
        check_is_fitted(self)
        return np.array([f"token_{i}" for i in range(self.max_len_)], dtype=object)

    def _tokenize(self, X):
        self._validate_params()
        if isinstance(self.max_len, bool):  # it would pass as an int
            raise ValueError(
                "The 'max_len' parameter of SequenceEncoder must be an int or a float "
                f"in (0, 1]. Got {self.max_len!r} instead."
            )
        docs = check_documents(X)
        if self.tokenizer is not None:
            if self.token_pattern is not None:
                raise ValueError(
                    "Expected `tokenizer` or `token_pattern`, got both. Set one to "
                    "None."
                )
            return [_checked_tokens(self.tokenizer(doc)) for doc in docs]
        if self.token_pattern is not None:
            find = _compile(self.token_pattern)
            return [find(doc) for doc in docs]
        return [doc.split() for doc in docs]

    def _learn(self, tokens):
        if not tokens:
            raise ValueError(
                "Found array with 0 sample(s): no text to learn words from."
            )
        counts = Counter(chain.from_iterable(tokens))
        if not counts:
            raise ValueError(
                "empty vocabulary; all documents are empty. Check the column that is "
                "passed, and what the steps before leave of it."
            )
        words = sorted(
            (word for word, count in counts.items() if count >= self.min_count),
            key=lambda word: (-counts[word], word),
        )[: self.max_words]
        if not words:
            raise ValueError(
                f"empty vocabulary; no word occurs {self.min_count} times. Lower "
                f"min_count, got {self.min_count!r}."
            )
        self.vocabulary_ = {word: i for i, word in enumerate(words, FIRST_WORD)}
        self._fingerprint = fingerprint(self.vocabulary_)
        self.n_words_ = len(words)
        known = sum(map(counts.__getitem__, words))
        self.unknown_rate_ = 1 - known / counts.total()
        lengths = self._lengths(tokens)
        if isinstance(self.max_len, Integral):
            self.max_len_ = int(self.max_len)
        else:
            longest = np.quantile(lengths, self.max_len, method="higher")
            self.max_len_ = max(int(longest), 1)
        self.truncated_rate_ = float(np.mean(lengths > self.max_len_))

    def _lengths(self, tokens):
        if self.handle_unknown == "drop":
            return self._look_up(tokens)[1]
        return np.fromiter(map(len, tokens), np.int64, len(tokens))

    def _look_up(self, tokens):
        """Ids of all words in a row, the length of each document, unknown words."""
        flat = list(chain.from_iterable(tokens))
        lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
        ids = np.fromiter(
            map(self.vocabulary_.get, flat, repeat(UNKNOWN)), np.int32, len(flat)
        )
        at = np.flatnonzero(ids == UNKNOWN)
        if self.handle_unknown == "drop":
            documents = np.repeat(np.arange(len(tokens)), lengths)
            lengths = lengths - np.bincount(documents[at], minlength=len(tokens))
            return np.delete(ids, at), lengths, []
        private = {}
        for i in at:
            ids[i] = private.setdefault(
                flat[i], self.n_words_ + FIRST_WORD + len(private)
            )
        return ids, lengths, list(private)

    def _encode(self, tokens):
        ids, lengths, unknown_words = self._look_up(tokens)
        width = self.max_len_
        if len(lengths) and lengths.max() > width:
            position = np.arange(len(ids)) - np.repeat(
                np.cumsum(lengths) - lengths, lengths
            )
            if self.truncating == "pre":
                position -= np.repeat(np.maximum(lengths - width, 0), lengths)
            ids = ids[(position >= 0) & (position < width)]
            lengths = np.minimum(lengths, width)
        columns = np.arange(width)
        if self.padding == "pre":
            columns = columns[::-1]
        matrix = np.full((len(tokens), width), PADDING, dtype=np.int32)
        matrix[columns < lengths[:, None]] = ids
        return TokenSequences(
            matrix,
            self.vocabulary_,
            unknown_words=unknown_words,
            vocabulary_fingerprint=self._fingerprint,
        )


def _checked_tokens(tokens):
    """What a tokenizer returned, as a list of str."""
    if isinstance(tokens, str) or not isinstance(tokens, Iterable):
        raise TypeError(
            f"Expected a list of words from tokenizer, got {tokens!r}. Return one "
            "string for each word, for example text.split()."
        )
    tokens = list(tokens)
    wrong = [token for token in tokens if not isinstance(token, str)]
    if wrong:
        raise TypeError(
            f"Expected words of type str from tokenizer, got {wrong[0]!r} "
            f"({type(wrong[0]).__name__}). Return the text of each word."
        )
    return tokens


def _compile(token_pattern):
    try:
        pattern = re.compile(token_pattern)
    except re.error as error:
        raise ValueError(
            f"Expected a regular expression as token_pattern, got {token_pattern!r}: "
            f"{error}."
        ) from error
    if pattern.groups > 1:
        raise ValueError(
            f"Expected at most one group in token_pattern, got {token_pattern!r} with "
            f"{pattern.groups}. Use (?:...) for the others."
        )
    return pattern.findall
