"""Cleaning of single categories."""

from urllib.parse import unquote

from skclf.text._unicode import comparison_key

_MAX_ENCODINGS = 5


def clean_category(value):
    """Decode percent signs, write as for comparison, settle white space.

    Percent signs of what was encoded more than once are decoded, too. Cleaning a clean
    category changes nothing.

    >>> clean_category(" Forest%20FIRE ")
    'forest fire'
    """
    value = comparison_key(value)
    for _ in range(_MAX_ENCODINGS):
        if "%" not in value:
            break
        try:
            decoded = comparison_key(unquote(value, errors="strict"))
        except UnicodeDecodeError:  # no UTF-8, so the signs may be meant as they are
            break
        if decoded == value:
            break
        value = decoded
    return " ".join(value.split())
