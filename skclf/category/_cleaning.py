"""Cleaning of single categories."""

import unicodedata
from urllib.parse import unquote

_MAX_ENCODINGS = 5


def clean_category(value):
    """Decode percent signs, compose characters, lower the case, settle white space.

    Cleaning a clean category changes nothing.

    >>> clean_category(" Forest%20FIRE ")
    'forest fire'
    """
    value = unicodedata.normalize("NFC", _decode(value).lower())
    return " ".join(value.split())


def _decode(value):
    """Undo percent-encoding, of text that was encoded more than once too."""
    for _ in range(_MAX_ENCODINGS):
        if "%" not in value:
            break
        try:
            decoded = unquote(value, errors="strict")
        except UnicodeDecodeError:  # no UTF-8, so the signs may be meant as they are
            break
        if decoded == value:
            break
        value = decoded
    return value
