"""Coordinates in what people write as their place."""

import re

# What phones and programs write before them: anything with a colon, or known words.
_CLIENT = (
    r"(?:(?:\A|(?<=,))[^,]*?:"
    r"|\b(?:[uü]t|iphone|ipad|ipod|android|blackberry|location|point)\b)\W*?"
)
_HALF = r"(?:[nsew]|north|south|east|west)\b"
_BEFORE = rf"(?:\W?(?:lat|lon|lng)\w*\W{{1,3}}|\b{_HALF}\s*|\b[nsew]|(?<![\w.]))[-+−–]?"
_AFTER = rf"(?:\s*{_HALF})?(?!\w|\.\d)"
_DECIMALS = r"(?:\.\d+|,\d{3,})"
_DEGREES = r"\s*(?:[°º˚]|deg\w*)"
_MINUTES = r"""(?:\s*\d+(?:\.\d+)?\s*['′’])?(?:\s*\d+(?:\.\d+)?\s*["″”'’]*)?"""

_EXACT = (
    rf"{_BEFORE}\d{{1,3}}(?:{_DECIMALS}(?:{_DEGREES})?|{_DEGREES}{_MINUTES}){_AFTER}"
)
_ANY = rf"{_BEFORE}\d{{1,3}}{_DECIMALS}?(?:{_DEGREES})?{_AFTER}"
_BETWEEN = r"[\s,;/|]+"
_COORDINATES = re.compile(
    rf"{_CLIENT}(?:{_ANY}{_BETWEEN}{_ANY}|{_EXACT})|{_EXACT}{_BETWEEN}{_EXACT}"
    rf"|\A\W*{_EXACT}\W*\Z"
)

_LONGEST = 200  # characters; more are no coordinates, and would take long


def without_coordinates(value):
    """The rest of a value in small letters; a client's name goes with what it wrote.

    >>> without_coordinates("üt: 40.7,-73.9"), without_coordinates("rome 41.9, 12.5")
    (',', 'rome ,')
    """
    return value if len(value) > _LONGEST else _COORDINATES.sub(",", value)
