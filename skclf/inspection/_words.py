"""The words of a text, and which of them those of its cleaned form come from."""

from difflib import SequenceMatcher

from skclf.text._scripts import WORD


def spans_of_words(text):
    """Start and end of each word of a text: of what stands between blanks.

    >>> spans_of_words("a big fire")
    [(0, 1), (2, 5), (6, 10)]
    """
    return [match.span() for match in WORD.finditer(text)]


def origins(text, spans, cleaned, clean):
    """Which word of a text each word of its cleaned form comes from.

    Each word is cleaned by itself, and what comes of it is looked for in the cleaned
    text. What was cleaned together, such as markup with blanks in it, comes from a word
    nearby.

    Parameters
    ----------
    text : str
        The text.
    spans : list of (int, int)
        Its words.
    cleaned : str
        Its cleaned form.
    clean : callable
        Cleans a list of texts.

    Returns
    -------
    list of int
        For each word of `cleaned`, as ``cleaned.split()`` has them, a position in
        `spans`.
    """
    found = cleaned.split()
    if not (found and spans):
        return []
    alone = [doc.split() for doc in clean([text[start:end] for start, end in spans])]
    words = [word for of_one in alone for word in of_one]
    source = [i for i, of_one in enumerate(alone) for _ in of_one]
    matcher = SequenceMatcher(None, words, found, autojunk=False)
    known = [None] * len(found)
    for a, b, size in matcher.get_matching_blocks():
        known[b : b + size] = source[a : a + size]
    last = 0
    for i, position in enumerate(known):
        known[i] = last = last if position is None else position
    return known
