"""Texts to padded sequences of token ids."""

from array import array
from collections import Counter
from itertools import chain
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skclf._base import TextTransformer
from skclf._cache import fitted_attributes, once, take_over
from skclf._containers import FIRST_WORD, PADDING, TokenSequences, fingerprint
from skclf._names import public
from skclf._validation import POSITIVE_INT, check_documents
from skclf.sequence._padding import fill_rows
from skclf.sequence._splitting import choose_splitter, warn_if_truncating
from skclf.sequence._vocabulary import choose_words
from skclf.text._unsegmented import warn_if_unsegmented

_BATCH = 300  # documents; few enough lists to start no garbage collection


@public("skclf.sequence")
class SequenceEncoder(TextTransformer):
    """Encode each text as a padded sequence of ids of words, or of characters.

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
    tokenizer : callable or tokenizers.Tokenizer, default=None
        ``tokenizer(text)`` returns the list of tokens. Takes the place of
        `token_pattern`. Of a tokenizer of Hugging Face's package ``tokenizers`` the
        tokens count, without ``[CLS]`` and padding, not the ids.
    analyzer : {"word", "char", "char_wb"}, default="word"
        What a token is, as in
        :class:`~sklearn.feature_extraction.text.CountVectorizer`: a word; a character,
        for texts without blanks between words; or a character of a word with one blank
        at either end.
    ngram_range : tuple of (int, int), default=(1, 1)
        Shortest and longest run of words or characters that is a token, in the order in
        which CountVectorizer has them: first all of the shortest, and so on.
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
    n_samples_fit_ : int
        Number of training documents.

    See Also
    --------
    skclf.text.TextCleaner : The usual step before.
    skclf.models.RNNClassifier, skclf.models.CNNClassifier : Nets on the sequences.

    Notes
    -----
    Words of equal frequency are ordered alphabetically, so that the order of the
    documents does not change the vocabulary.

    Where most documents have many letters and no blank between words, as in Japanese,
    Chinese or Thai, `fit` warns (:class:`~skclf.exceptions.SegmentationWarning`).

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
    >>> SequenceEncoder(analyzer="char").fit(["山火事", "火山"]).vocabulary_
    {'山': 2, '火': 3, '事': 4}
    """

    # ngram_range, a tuple, is checked by choose_splitter.
    _parameter_constraints = {
        "max_words": [POSITIVE_INT, None],
        "min_count": [POSITIVE_INT],
        "max_len": [
            POSITIVE_INT,
            Interval(Real, 0, 1, closed="right"),
        ],
        "padding": [StrOptions({"post", "pre"})],
        "truncating": [StrOptions({"post", "pre"})],
        "token_pattern": [str, None],
        "tokenizer": [callable, HasMethods("encode_batch"), None],
        "analyzer": [StrOptions({"word", "char", "char_wb"})],
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
        analyzer="word",
        ngram_range=(1, 1),
        handle_unknown="token",
    ):
        self.max_words = max_words
        self.min_count = min_count
        self.max_len = max_len
        self.padding = padding
        self.truncating = truncating
        self.token_pattern = token_pattern
        self.tokenizer = tokenizer
        self.analyzer = analyzer
        self.ngram_range = ngram_range
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
        batches = self._batches(self._check(X))
        # Without unknown words, lengths are known once the vocabulary is.
        self._learn(list(batches) if self.handle_unknown == "drop" else batches)
        return self

    def fit_chunks(self, chunks):
        """Learn from texts that come some at a time, as `skclf.fit_stream` passes them.

        Memory grows with the number of different words, not with that of the texts.

        Parameters
        ----------
        chunks : iterable of iterable of str
            The texts, in lists of any length; read once.

        Returns
        -------
        self : SequenceEncoder
            The fitted encoder.

        Raises
        ------
        ValueError
            As `fit`; and if `handle_unknown` is "drop", where lengths are known after
            the vocabulary only.
        TypeError
            If `tokenizer` does not return a list of str.

        Examples
        --------
        >>> from skclf.sequence import SequenceEncoder
        >>> lines = (line.split(";") for line in ["the fire;the smoke", "the fire"])
        >>> SequenceEncoder().fit_chunks(lines).vocabulary_
        {'the': 2, 'fire': 3, 'smoke': 4}
        """
        if self.handle_unknown == "drop":
            raise ValueError(
                "Expected handle_unknown='token' for texts that come in chunks, got "
                "'drop': how long documents are without unknown words is known once "
                "all have been read."
            )
        self._validate()
        docs = map(check_documents, chunks)
        self._learn(chain.from_iterable(map(self._batches, docs)))
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
        docs = self._check(X)
        learned = once(self, ("fit_transform",), docs, lambda: self._learned(docs))
        attributes, sequences = learned
        take_over(self, attributes)
        return sequences

    def _learned(self, docs):
        """What is learned of texts, and these as sequences."""
        batches = list(self._batches(docs))
        self._learn(batches)
        sequences = self._encode(batches, len(docs))
        return fitted_attributes(self), sequences

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
        if not hasattr(self, "vocabulary_"):
            check_is_fitted(self)  # takes longer than encoding a document
        docs = self._check(X)
        task = "transform", self._fingerprint, self.max_len_
        batches = self._batches(docs)
        return once(self, task, docs, lambda: self._encode(batches, len(docs)))

    def inverse_transform(self, X):
        """Write sequences of ids as texts.

        Parameters
        ----------
        X : TokenSequences or array of int of shape (n_documents, max_len_)
            Token ids.

        Returns
        -------
        ndarray of str objects of shape (n_documents,)
            Words with blanks between them, or single characters without; an unknown
            word is ``<unk>``, padding is left out.
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
        is_letters = self.analyzer == "char" and self.ngram_range == (1, 1)
        between = "" if is_letters else " "
        texts = [between.join(words[row[row != PADDING]]) for row in ids]
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

    def _check(self, X):
        self._validate()
        return check_documents(X)

    def _validate(self):
        self._validate_params()
        if isinstance(self.max_len, bool):  # it would pass as an int
            raise ValueError(
                "The 'max_len' parameter of SequenceEncoder must be an int or a float "
                f"in (0, 1]. Got {self.max_len!r} instead."
            )

    def _batches(self, docs):
        """The words of each document, in lists of some documents.

        Few words are in memory at a time: that is small, and fast.
        """
        split = choose_splitter(
            self.tokenizer, self.token_pattern, self.analyzer, self.ngram_range
        )
        for start in range(0, len(docs), _BATCH):
            yield [split(doc) for doc in docs[start : start + _BATCH]]

    def _learn(self, batches):
        warn_if_truncating(self.tokenizer)
        counts, lengths, sample = Counter(), array("I"), []
        for tokens in batches:
            counts.update(chain.from_iterable(tokens))
            lengths.extend(map(len, tokens))
            sample += map(" ".join, tokens[:: 1 + len(sample) // _BATCH])
        if not lengths:
            raise ValueError(
                "Found array with 0 sample(s): no text to learn words from."
            )
        if self.analyzer == "word":
            warn_if_unsegmented(sample)
        words = choose_words(counts, self.max_words, self.min_count)
        self.vocabulary_ = {word: i for i, word in enumerate(words, FIRST_WORD)}
        self._fingerprint = fingerprint(self.vocabulary_)
        self.n_words_ = len(words)
        known = sum(map(counts.__getitem__, words))
        self.unknown_rate_ = 1 - known / counts.total()
        if self.handle_unknown == "drop":
            lengths = [len(t) for tokens in batches for t in self._drop_unknown(tokens)]
        if isinstance(self.max_len, Integral):
            self.max_len_ = int(self.max_len)
        else:
            longest = np.quantile(lengths, self.max_len, method="higher")
            self.max_len_ = max(int(longest), 1)
        self.n_samples_fit_ = len(lengths)
        self.truncated_rate_ = float(np.mean(np.asarray(lengths) > self.max_len_))

    def _encode(self, batches, n_documents):
        matrix = np.zeros((n_documents, self.max_len_), dtype=np.int32)  # PADDING
        unknown_words, start = {}, 0
        for tokens in batches:
            if self.handle_unknown == "drop":
                tokens = self._drop_unknown(tokens)
            rows = matrix[start : start + len(tokens)]
            ids = self._look_up(tokens, unknown_words)
            lengths = [len(words) for words in tokens]
            fill_rows(rows, ids, lengths, self.padding, self.truncating)
            start += len(tokens)
        return TokenSequences._of_encoder(
            matrix,
            self.vocabulary_,
            list(unknown_words),
            self._fingerprint,
            of_characters=self.analyzer != "word",
        )

    def _drop_unknown(self, tokens):
        is_known = self.vocabulary_.__contains__
        return [list(filter(is_known, words)) for words in tokens]

    def _look_up(self, tokens, unknown_words):
        """Ids of all words in a row; unknown ones get theirs where they first occur."""
        known, private = self.vocabulary_.get, unknown_words.setdefault
        first = FIRST_WORD + self.n_words_
        ids = [
            known(word) or private(word, first + len(unknown_words))
            for words in tokens
            for word in words
        ]
        return np.array(ids, dtype=np.int32)
