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


@lru_cache(maxsize=1)
def load_noun_lemmas(download_if_missing):
    """The lemmas of all inflected nouns, worked out from WordNet's lists.

    The same as ``morphy(word, "n") or word`` of NLTK's WordNet for single words, except
    for function words. ``WordNetLemmatizer`` makes "wa" of "was", "u" of "us" and
    "bos" of "boss".

    Returns
    -------
    dict of str to str
        The lemma of each word that is not its own one.
    """

    def read(file):
        return read_corpus("wordnet", file, download_if_missing=download_if_missing)

    # The licence at the start of the file is indented.
    nouns = {line.split(" ", 1)[0] for line in read("index.noun")} - {""}
    words = [noun for noun in nouns if "_" not in noun]
    lemmas = {}
    for ending, end in reversed(_ENDINGS):  # the first rule goes before the others
        inflected = {w.removesuffix(end) + ending: w for w in words if w.endswith(end)}
        lemmas.update(inflected)
    for word, *candidates in map(str.split, read("noun.exc")):
        lemmas[word] = next((lemma for lemma in candidates if lemma in nouns), word)
    return {
        word: lemma
        for word, lemma in lemmas.items()
        if word != lemma and word not in nouns and word not in ENGLISH_STOP_WORDS
    }
