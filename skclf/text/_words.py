"""Work on single words: stop words and stems. Each distinct word once."""

import re
from functools import lru_cache

from skclf.text._nltk import load_corpus
from skclf.text._stop_words import ENGLISH_STOP_WORDS

# Placeholders, and what was found and kept: URLs, mentions, hashtags, decimals.
_LEFT_ALONE = re.compile(r"<\w+>|[@#]\w|\w+://|\S*?\w[@.]\w")


class WordMap(dict):
    """Maps each word to what becomes of it, worked out when first asked for.

    Parameters
    ----------
    stop_words : frozenset of str
        Words, in small letters, that become an empty string.
    stemmer : {"porter", "snowball", "wordnet"} or None
        What words are reduced to their stem with.
    """

    def __init__(self, stop_words, stemmer):
        super().__init__()
        self._stop_words = stop_words
        self._stemmer = stemmer

    def __missing__(self, word):
        changed = self._change(word)
        if changed != word and _LEFT_ALONE.match(word):
            changed = word
        self[word] = changed
        return changed

    def _change(self, word):
        if word.lower() in self._stop_words:
            return ""
        return stem(word, self._stemmer) if self._stemmer else word

    def apply(self, text):
        """Map the words of a text; they come back with single blanks between them."""
        return " ".join(filter(None, map(self.__getitem__, text.split())))


def load_stop_words(stop_words, download_if_missing):
    """Stop words as they are written, from the user's parameter."""
    if stop_words is None:
        return frozenset()
    if stop_words == "english":
        return ENGLISH_STOP_WORDS
    if stop_words == "nltk":
        corpus = load_corpus("stopwords", download_if_missing=download_if_missing)
        return frozenset(corpus.words("english"))
    for word in stop_words:
        if not isinstance(word, str) or len(word.split()) != 1:
            raise ValueError(
                f"Expected every stop word to be one word, got {word!r}. Give the "
                "words one by one, for example ['new', 'york']."
            )
    return frozenset(stop_words)


def load_stemmer(stemmer, download_if_missing):
    """Make sure that the data of a stemmer is there, before any work."""
    if stemmer == "wordnet":
        load_corpus("wordnet", download_if_missing=download_if_missing)


@lru_cache(maxsize=200_000)
def stem(word, stemmer):
    """Stem or lemma of one word."""
    return _stem_function(stemmer)(word)


@lru_cache(maxsize=3)
def _stem_function(stemmer):
    if stemmer == "wordnet":
        return _lemma
    from nltk.stem import PorterStemmer, SnowballStemmer

    is_porter = stemmer == "porter"
    return (PorterStemmer() if is_porter else SnowballStemmer("english")).stem


def _lemma(word):
    # Not WordNetLemmatizer: it makes "wa" of "was", "u" of "us" and "bos" of "boss".
    if word in ENGLISH_STOP_WORDS:
        return word
    return load_corpus("wordnet").morphy(word, "n") or word
