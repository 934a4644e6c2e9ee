"""What NLTK has for which language."""

from skclf._validation import did_you_mean

# Stemmers of NLTK's Snowball; the lists of stop words have these names, too.
_STEMMED = (
    "arabic", "danish", "dutch", "english", "finnish", "french", "german", "hungarian",
    "italian", "norwegian", "portuguese", "romanian", "russian", "spanish", "swedish",
)  # fmt: skip
_STOP_WORDS_ONLY = (
    "albanian", "azerbaijani", "basque", "belarusian", "bengali", "catalan", "chinese",
    "greek", "hebrew", "hinglish", "indonesian", "kazakh", "nepali", "slovene", "tajik",
    "tamil", "turkish",
)  # fmt: skip
LANGUAGES = tuple(sorted(_STEMMED + _STOP_WORDS_ONLY))
_ENGLISH_ONLY = ("porter", "wordnet")


def check_language(language, stop_words, stemmer):
    """Refuse an unknown language, and what NLTK does not have for a known one.

    Raises
    ------
    ValueError
        If there is no such language, or no such stop words, stems or lemmas in it.
    """
    if not isinstance(language, str) or language not in LANGUAGES:
        raise ValueError(
            "The 'language' parameter of TextCleaner must be a language that NLTK has "
            f"stop words of. Got {language!r:.60} instead."
            f"{did_you_mean(str(language)[:60].lower(), LANGUAGES)} Languages are: "
            f"{list(LANGUAGES)}."
        )
    if isinstance(stop_words, str) and stop_words not in ("english", "nltk"):
        if stop_words in LANGUAGES:
            raise ValueError(
                "The 'stop_words' parameter of TextCleaner must be 'english', 'nltk', "
                f"a list or None. Got {stop_words!r} instead. Set stop_words='nltk' "
                f"and language={stop_words!r}."
            )
        return  # an error of its own
    if language == "english":
        return
    if isinstance(stop_words, str) and stop_words == "english":
        raise ValueError(
            f"Expected stop words of language={language!r}, got stop_words='english'. "
            "Set stop_words='nltk', or give a list."
        )
    if stemmer == "snowball" and language not in _STEMMED:
        raise ValueError(
            f"NLTK has stop words but no stemmer for language={language!r}, got "
            f"stemmer='snowball'. Set stemmer=None; it has stemmers for "
            f"{list(_STEMMED)}."
        )
    if stemmer in _ENGLISH_ONLY:
        other = "'snowball'" if language in _STEMMED else "None"
        kind = "lemmas" if stemmer == "wordnet" else "stems"
        raise ValueError(
            f"stemmer={stemmer!r} gives {kind} of English only, got "
            f"language={language!r}. Set stemmer={other}."
        )
