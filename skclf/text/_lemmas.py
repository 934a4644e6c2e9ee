"""Lemmas of nouns, by WordNet's rules and lists."""

from functools import lru_cache

from skclf.text._nltk import read_corpus
from skclf.text._stop_words import ENGLISH_STOP_WORDS

# WordNet's "rules of detachment" for nouns: endings, and what takes their place.
_ENDINGS = (
    ("s", ""),
    ("ses", "s"),
    ("ves", "f"),
    ("xes", "x"),
    ("zes", "z"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("men", "man"),
    ("ies", "y"),
)


class NounLemmas:
    """Gives the lemma of a noun; other words stay as they are.

    The same as ``morphy(word, "n") or word`` of NLTK's WordNet, except for function
    words. ``WordNetLemmatizer`` makes "wa" of "was", "u" of "us" and "bos" of "boss".

    Parameters
    ----------
    nouns : frozenset of str
        All lemmas.
    irregular : dict of str to list of str
        Lemmas of the nouns that follow no rule.
    """

    def __init__(self, nouns, irregular):
        self._nouns = nouns
        self._irregular = irregular

    def __call__(self, word):
        """Lemma of one word."""
        if word in self._irregular:
            lemmas = self._irregular[word]
        elif word.endswith(("s", "men")):
            lemmas = [word[: -len(o)] + n for o, n in _ENDINGS if word.endswith(o)]
        else:
            return word
        if word in ENGLISH_STOP_WORDS or word in self._nouns:
            return word
        return next((lemma for lemma in lemmas if lemma in self._nouns), word)


@lru_cache(maxsize=1)
def load_noun_lemmas(download_if_missing):
    """Read WordNet's lists of nouns."""

    def read(file):
        return read_corpus("wordnet", file, download_if_missing=download_if_missing)

    # The licence at the start of the file is indented.
    nouns = (line.split(" ", 1)[0] for line in read("index.noun"))
    irregular = (line.split() for line in read("noun.exc"))
    return NounLemmas(
        frozenset(nouns) - {""}, {word: lemmas for word, *lemmas in irregular}
    )
