"""Features of texts for linear models: words, or n-grams of characters."""

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from skclf._names import stored
from skclf._validation import check_documents
from skclf.compose._sparse_union import SparseUnion
from skclf.text._unsegmented import warn_if_unsegmented

# After cleaning, words are what stands between blanks, single letters included.
_WORD = r"\S+"
_CHARACTERS = {"char": (1, 4), "char_wb": (2, 5)}  # lengths of n-grams
ANALYZERS = ("word", *_CHARACTERS)


class _WordsMixin:
    def fit(self, raw_documents, y=None):
        self.fit_transform(raw_documents, y)
        return self

    def fit_transform(self, raw_documents, y=None):
        docs = check_documents(raw_documents)
        warn_if_unsegmented(docs)
        return super().fit_transform(docs, y)


@stored
class WordCountVectorizer(_WordsMixin, CountVectorizer):
    """scikit-learn's, which warns where whole sentences would be words."""


@stored
class WordTfidfVectorizer(_WordsMixin, TfidfVectorizer):
    """scikit-learn's, which warns where whole sentences would be words."""


def tfidf(analyzer, **params):
    """TF-IDF of words and pairs of them, or of n-grams of characters."""
    params |= {"lowercase": False, "sublinear_tf": True}
    if analyzer == "word":
        return WordTfidfVectorizer(token_pattern=_WORD, ngram_range=(1, 2), **params)
    lengths = _CHARACTERS[analyzer]
    return TfidfVectorizer(analyzer=analyzer, ngram_range=lengths, **params)


def counts(analyzer):
    """Which words occur, or which n-grams of characters."""
    params = {"lowercase": False, "binary": True}
    if analyzer == "word":
        return WordCountVectorizer(token_pattern=_WORD, **params)
    lengths = _CHARACTERS[analyzer]
    return CountVectorizer(analyzer=analyzer, ngram_range=lengths, **params)


def words_and_characters(analyzer, max_features=None):
    """TF-IDF of words, if they are read, and of characters."""
    characters = "char_wb" if analyzer == "word" else analyzer
    parts = [("characters", tfidf(characters, max_features=max_features))]
    if analyzer == "word":
        parts = [("words", tfidf(analyzer, max_features=max_features)), *parts]
    return SparseUnion(parts)
