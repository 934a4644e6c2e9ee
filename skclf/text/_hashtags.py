"""Hashtags split into words."""

import re
from functools import lru_cache

# Patterns on the shape of a hashtag (see _shape). At its start, two capitals before
# small letters are mostly an acronym (CAfire, TVseries); elsewhere, and with A or I
# first, the second capital begins a word (TheXFiles, IPad, ABomb).
_WORD = re.compile(
    r"^C[CW](?=[ls]{2})"
    r"|[CW]{2,}s(?![ls])"  # plural of an acronym: VMAs
    r"|[CW]+(?=[CW][ls])"
    r"|[CW]?[ls]+"
    r"|[CW]+"
    r"|0+"
)


@lru_cache(maxsize=100_000)
def split_hashtag(tag):
    """Words of a hashtag, without the ``#``: at capitals, digits and underscores.

    Examples
    --------
    >>> from skclf.text._hashtags import split_hashtag
    >>> split_hashtag("ForestFire"), split_hashtag("CAwildfire2015")
    ('Forest Fire', 'CA wildfire 2015')
    """
    shape = "".join(map(_shape, tag))
    return " ".join(tag[m.start() : m.end()] for m in _WORD.finditer(shape))


def _shape(char):
    """W: capital A or I, C: other capital, s: small s, l: other letter, 0: digit."""
    if char == "_":
        return "_"
    if char.isdigit():
        return "0"
    if char.isupper():
        return "W" if char in "AI" else "C"
    return "s" if char == "s" else "l"
