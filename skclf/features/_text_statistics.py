"""Numbers that describe how a text is written."""

import re

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from skclf._base import HelpfulParamsMixin, ReadsTexts
from skclf._names import public
from skclf._validation import check_documents, did_you_mean, excerpt
from skclf.features._spans import KINDS, ascii_and_other, find_spans, repair
from skclf.text._steps import Options, run_steps

_OF_WORDS = ("words", "mean_word_length", "lexical_diversity", "elongated_words")
_OF_LETTERS = ("capital_share", "digits", "exclamation_marks", "question_marks")
_ALL = (
    "characters",
    "words",
    "mean_word_length",
    "lexical_diversity",
    "capital_share",
    *KINDS,
    "digits",
    "exclamation_marks",
    "question_marks",
    "elongated_words",
)
# The words of TextCleaner, whose other parameters work on words or on single letters.
_WORDS = Options(
    urls="remove",
    mentions="remove",
    hashtags="strip",
    emojis="remove",
    numbers="keep",
    punctuation="remove",
    lowercase=True,
    max_repeats=None,
)
_ELONGATED = re.compile(r"([^\W\d_])\1\1\S*+")
_OTHER, _LETTER, _CAPITAL, _DIGIT, _EXCLAMATION, _QUESTION = range(6)
_MARKS = dict.fromkeys("!！", _EXCLAMATION) | dict.fromkeys("?？؟", _QUESTION)
# Bounds the memory for positions: eight bytes for each character of a batch.
_BATCH = 4096


@public("skclf.features")
class TextStatistics(ReadsTexts, HelpfulParamsMixin, TransformerMixin, BaseEstimator):
    """Describe each text in numbers: its length, its words, how it is written.

    To be given the raw texts, before :class:`~skclf.text.TextCleaner`: much of what is
    counted does not survive cleaning. Links, mentions, hashtags, emojis and words are
    what TextCleaner takes for them. Nothing is learned in `fit`.

    Parameters
    ----------
    features : list or tuple of str, default=None
        Names of the features to compute, in this order. None computes all:

        - "characters": length in characters, everything included.
        - "words": number of words. They are what TextCleaner leaves of a text without
          its links, mentions and emojis. Hashtags with a letter and numbers are words.
        - "mean_word_length": mean number of characters of a word.
        - "lexical_diversity": number of distinct words, in small letters, divided by
          the number of words.
        - "capital_share": number of capitals divided by the number of letters.
        - "urls", "mentions", "hashtags", "emojis": how many there are. E-mail addresses
          are mentions. An emoji of several code points is one.
        - "digits": number of digits.
        - "exclamation_marks", "question_marks": how many there are.
        - "elongated_words": number of words with one letter three times or more in a
          row, such as ``soooo``.

        Letters, digits and marks inside links, mentions and emojis do not count.

    Raises
    ------
    ValueError
        From `fit` and `transform`, if `features` holds an unknown name, one name twice
        or none.
    TypeError
        If a document is not text.

    See Also
    --------
    extract_entities : The links, mentions, hashtags and emojis themselves.
    skclf.text.TextCleaner : Defines what they are.

    Notes
    -----
    HTML entities and mojibake are repaired before anything is counted, as TextCleaner
    does by default: ``&amp;`` is one character. A share or mean of nothing is 0, so an
    empty document is a row of zeros.

    The features are on very different scales: put a scaler between them and a net or
    a linear model.

    Examples
    --------
    >>> from skclf.features import TextStatistics
    >>> statistics = TextStatistics().set_output(transform="pandas")
    >>> table = statistics.fit_transform(
    ...     ["Fire, FIRE near @la_ronge!! http://t.co/x", "sooo calm #sunday", None]
    ... )
    >>> table[["words", "lexical_diversity", "capital_share", "elongated_words"]]
       words  lexical_diversity  capital_share  elongated_words
    0    3.0           0.666667       0.416667              0.0
    1    3.0           1.000000       0.000000              1.0
    2    0.0           0.000000       0.000000              0.0
    """

    _parameter_constraints = {"features": [list, tuple, None]}

    def __init__(self, features=None):
        self.features = features

    def fit(self, X, y=None):
        """Check the parameters and the documents; there is nothing to learn.

        Parameters
        ----------
        X : iterable of str of length n_documents
            Raw texts; ``None`` and NaN are empty ones.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : TextStatistics
            The transformer.
        """
        self._names()
        check_documents(X)
        return self

    def transform(self, X):
        """Compute the features.

        Parameters
        ----------
        X : iterable of str of length n_documents
            Raw texts; ``None`` and NaN are empty ones.

        Returns
        -------
        ndarray of float64 of shape (n_documents, n_features)
            One row for each document, never with NaN; a DataFrame after
            ``set_output(transform="pandas")``.
        """
        names = self._names()
        docs = repair(check_documents(X))
        table = np.zeros((len(docs), len(names)))
        for start in range(0, len(docs), _BATCH):
            batch = docs[start : start + _BATCH]
            columns = _columns(batch, set(names))
            for j, name in enumerate(names):
                table[start : start + len(batch), j] = columns[name]
        return table

    def get_feature_names_out(self, input_features=None):
        """Names of the features.

        Parameters
        ----------
        input_features : object, default=None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (n_features,)
            The names in `features`, or all.
        """
        return np.array(self._names(), dtype=object)

    def _names(self):
        self._validate_params()
        if self.features is None:
            return list(_ALL)
        names = list(self.features)
        for name in names:
            if name not in _ALL:
                hint = did_you_mean(str(name), _ALL)
                raise ValueError(
                    "Expected names of text statistics as features, got "
                    f"{excerpt(name)}.{hint} There are: {list(_ALL)}."
                )
        if not names or len(set(names)) < len(names):
            raise ValueError(
                "Expected at least one feature and each only once, got "
                f"{excerpt(self.features)}. None takes all."
            )
        return names

    def __sklearn_is_fitted__(self):
        return True

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = []
        return tags


def _columns(docs, names):
    """At least the named features of repaired documents, each as one array."""
    columns = {"characters": np.fromiter(map(len, docs), float, len(docs))}
    if names.intersection(_OF_WORDS):
        columns |= _word_columns(docs)
    if names.intersection((*KINDS, *_OF_LETTERS)):
        columns |= {name: np.zeros(len(docs)) for name in (*KINDS, *_OF_LETTERS)}
        for rows in ascii_and_other(docs):
            for name, values in _span_columns([docs[row] for row in rows]).items():
                columns[name][rows] = values
    return columns


def _word_columns(docs):
    table = np.zeros((len(docs), len(_OF_WORDS)))
    for row, text in enumerate(run_steps(docs, _WORDS)):
        words = text.split()
        if words:
            n = len(words)
            mean_length = sum(map(len, words)) / n
            elongated = len(_ELONGATED.findall(text))
            table[row] = n, mean_length, len(set(words)) / n, elongated
    return dict(zip(_OF_WORDS, table.T, strict=True))


def _span_columns(docs):
    """Counts of things, and of characters that are in none of them."""
    text = "\n".join([*docs, ""])
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    rows = np.repeat(np.arange(len(docs)), [len(doc) + 1 for doc in docs])
    spans = find_spans(text)
    columns = {
        kind: np.bincount(rows[[start for start, _ in found]], minlength=len(docs))
        for kind, found in spans.items()
        if found
    }
    classes = _classes_of(text, codes)
    for kind in ("urls", "mentions", "emojis"):
        for start, end in spans[kind]:
            classes[start:end] = _OTHER
    counts = np.bincount(rows * 6 + classes, minlength=6 * len(docs)).reshape(-1, 6)
    letters = np.maximum(counts[:, _LETTER] + counts[:, _CAPITAL], 1)
    return columns | {
        "capital_share": counts[:, _CAPITAL] / letters,
        "digits": counts[:, _DIGIT],
        "exclamation_marks": counts[:, _EXCLAMATION],
        "question_marks": counts[:, _QUESTION],
    }


def _classes_of(text, codes):
    """The class of every character, worked out once for each distinct one."""
    table = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.int64)
    for char in set(text):
        table[ord(char)] = _class_of(char)
    return table[codes]


def _class_of(char):
    if char.isalpha():
        return _CAPITAL if char.isupper() else _LETTER
    return _DIGIT if char.isdecimal() else _MARKS.get(char, _OTHER)
