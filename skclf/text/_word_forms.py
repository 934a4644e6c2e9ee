"""Work on single words: stop words and stems. Each distinct word once."""

import re
from functools import lru_cache

from skclf._optional import import_optional
from skclf._validation import excerpt
from skclf.text._lemmas import load_noun_lemmas
from skclf.text._nltk import read_corpus
from skclf.text._steps import lowercase_of
from skclf.text._stop_words import ENGLISH_STOP_WORDS

# Placeholders, and what was found and kept: URLs, mentions, hashtags, decimals.
_LEFT_ALONE = re.compile(r"<\w+>|[@#]\w|\w+://|\S*?\w[@.]\w")
_MOST_REMEMBERED = 100_000


@lru_cache(maxsize=4)
def make_word_map(stop_words, stemmer, download_if_missing, language):
    """What maps the words of texts, for these parameters; it keeps what it learns."""
    if stemmer == "wordnet" and not stop_words:
        lemmas = load_noun_lemmas(download_if_missing).items()
        # What is left alone has a dot here: no noun has a mark of the other kinds.
        return KnownWords(
            {w: n for w, n in lemmas if "." not in w or not _LEFT_ALONE.match(w)}
        )
    stem = load_stemmer(stemmer, download_if_missing, language)
    return WordMap(stop_words, stem, lowercase_of(language))


class KnownWords(dict):
    """Maps the words that it holds; all others stay as they are."""

    def apply(self, texts):
        """Map the words of texts; they come back with single blanks between them."""
        get = self.get
        return [" ".join(map(get, words, words)) for words in map(str.split, texts)]


class WordMap(dict):
    """Maps each word to what becomes of it, worked out when first asked for.

    Parameters
    ----------
    stop_words : frozenset of str
        Words, in small letters, that become an empty string.
    stem : callable or None
        Gives the stem of a word.
    lower : callable, default=str.lower
        Writes a word in small letters.
    """

    def __init__(self, stop_words, stem, lower=str.lower):
        super().__init__()
        self._stop_words = stop_words
        self._stem = stem
        self._lower = lower

    def __missing__(self, word):
        stem = self._stem
        changed = word if stem is None else stem(word)
        if self._stop_words and self._lower(word) in self._stop_words:
            changed = ""
        if changed != word and _LEFT_ALONE.match(word):
            changed = word
        self[word] = changed
        return changed

    def apply(self, texts):
        """Map the words of texts; they come back with single blanks between them."""
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        get = self.__getitem__  # some words have an empty stem
        return [" ".join(filter(None, map(get, text.split()))) for text in texts]


def load_stop_words(stop_words, download_if_missing, language="english"):
    """Stop words as they are written, from the user's parameter."""
    if stop_words is None:
        return frozenset()
    if stop_words == "english":
        return ENGLISH_STOP_WORDS
    if stop_words == "nltk":
        return nltk_stop_words(download_if_missing, language)
    for word in stop_words:
        if not isinstance(word, str) or len(word.split()) != 1:
            raise ValueError(
                f"Expected every stop word to be one word, got {excerpt(word)}. Give "
                "the words one by one, for example ['new', 'york']."
            )
    return frozenset(stop_words)


@lru_cache(maxsize=4)
def nltk_stop_words(download_if_missing, language):
    """NLTK's list, without the phrases that it has for some languages."""
    lines = read_corpus("stopwords", language, download_if_missing=download_if_missing)
    return frozenset(line.strip() for line in lines if len(line.split()) == 1)


def load_stemmer(stemmer, download_if_missing, language):
    """What gives the stem or lemma of one word, from the user's parameter."""
    if stemmer is None:
        return None
    if stemmer == "wordnet":
        lemmas = load_noun_lemmas(download_if_missing)
        return lambda word: lemmas.get(word, word)
    nltk = import_optional("nltk.stem", feature=f"stemmer={stemmer!r}")
    if stemmer == "porter":
        stem = nltk.PorterStemmer().stem
    else:
        # A new one for each word: what the Arabic one does depends on the words before.
        def stem(word):
            return nltk.SnowballStemmer(language).stem(word)

    # An ending that was parted ('re) is no word with a quotation mark.
    return lambda word: word if word.startswith("'") else stem(word)
