r"""One spelling for what looks the same, in texts, categories and places alike.

What is not to be seen parts no word and makes no other one: soft hyphens, word joiners,
controls of direction, tags. The joiners of emojis and of Persian and Indic words are
part of their spelling; only keys of comparison do without them.
"""

import re
import unicodedata
from functools import lru_cache

from skclf.text._emoji import EMOJI, LETTER_EMOJIS, MAY_BE_EMOJI
from skclf.text._scripts import WITHOUT_BLANKS, combining_marks

_MOST_MARKS = 30  # that a letter can have: Unicode's Stream-Safe Text Format (UAX 15)

# What Unicode calls default ignorable, with its other formats that show nothing.
_INVISIBLE = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Controls, and letters and symbols that show a mere blank.
_BLANK = "\x00-\x1f\x7f-\x9f\u2800\u3164\uffa0"
# Scripts in which joiners matter, and signs that take away a vowel, after which one may
# end a word.
_JOINED = (
    "\u0600-\u109f\u1700-\u18af\u1900-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_VIRAMA = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca"
# Quotation marks, accents, primes and letters that stand for an apostrophe in a word.
_APOSTROPHES = (
    "`\x92\xb4\u02b9\u02bb-\u02bf\u02c8\u02ca\u02cb\u0374\u0384\u055a\u07f4\u07f5\u1fbd"
    "\u1fbf\u1fef\u1ffd\u2018\u2019\u201b\u2032\u2035\ua78b\ua78c\uff07\uff40"
)
# Joiners, variation selectors, and marks of Arabic and Syriac numbers and shorthand.
_NOT_COMPARED = (
    "\u200c\u200d\ufe00-\ufe0f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"
    "\U000110bd\U000110cd\U00013430-\U0001343f"
)
_FIND_BLANK, _FIND_INVISIBLE, _FIND_NOT_COMPARED, _FIND_ODD = (
    re.compile(f"[^ -~](?<=[{chars}])")  # asked first, what is not ASCII is found fast
    for chars in (_BLANK, _INVISIBLE, _NOT_COMPARED, _BLANK + _INVISIBLE + _APOSTROPHES)
)


def normalize_text(text):
    r"""Normal form of a text: what changes nothing that is to be seen.

    Normalising it once more changes nothing.

    Examples
    --------
    >>> from skclf.text._unicode import normalize_text
    >>> normalize_text("fire\xadfighters don\u2019t")
    "firefighters don't"
    """
    if not text.isascii():
        text = compose(text)
    if "`" not in text and not _FIND_ODD.search(text):
        return text
    if _FIND_INVISIBLE.search(text):
        text = compose(_hidden().sub(_without_hidden, text))
    return _FIND_BLANK.sub(" ", _apostrophes().sub("'", text))


def comparison_key(text):
    """What all spellings of a category or place have in common, in small letters."""
    if text.isascii():
        return normalize_text(text).lower()
    text = normalize_text(_FIND_NOT_COMPARED.sub("", text))
    return compose(to_lowercase(text))


def compose(text):
    """One spelling for é, however it was typed: Unicode's form NFC."""
    return normalize("NFC", text)


def normalize(form, text):
    """One of Unicode's forms, in a time that grows with the length of the text.

    Marks are sorted one by one, so those of a letter with more than 30 are cut off.
    """
    some = text[:: _MOST_MARKS + 1]  # of too many marks, at least one is here
    if not some.isascii() and _too_many_marks()[0].search(some):
        text = _too_many_marks()[1].sub(r"\1", text)
    return unicodedata.normalize(form, text)


def to_lowercase(text):
    """Small letters, as many as there were letters, maybe not composed.

    "İ" is the only one whose small form has two characters, the second a mere mark.
    """
    return text.replace("İ", "i").lower()


@lru_cache(maxsize=1)
def _too_many_marks():
    """What finds a mark, and too many in a row with as many as are kept in a group."""
    mark = rf"[^\0-\u02ff](?<=[{combining_marks()}])"
    most = f"{mark}[{combining_marks()}]{{{_MOST_MARKS - 1}}}"
    return re.compile(mark), re.compile(f"({most})[{combining_marks()}]+")


@lru_cache(maxsize=1)
def _apostrophes():
    return re.compile(rf"[{_APOSTROPHES}](?<=[\w{combining_marks()}].)(?=[^\W\d_])")


@lru_cache(maxsize=1)
def _hidden():
    """What finds invisible characters, and what they are a part of."""
    before = rf"(?<=[{_JOINED}])(?<=[\w{combining_marks()}])"
    after = rf"[{_INVISIBLE}]*+(?=[{_JOINED}])(?=\w)"
    joiner = f"{before}([\u200c\u200d]){after}|(?<=[{_VIRAMA}])([\u200c\u200d])"
    blank = f"(?<=[{WITHOUT_BLANKS}])(\u200b)(?=[{WITHOUT_BLANKS}])"
    found = f"({EMOJI})|{joiner}|{blank}|[{_INVISIBLE}]"
    return re.compile(f"{MAY_BE_EMOJI}(?:{found})")


def _without_hidden(match):
    emoji, joiner, last_joiner, blank = match.groups(default="")
    if not emoji:
        return joiner or last_joiner or (blank and " ")
    # A letter is an emoji by its selector only; pictures are the same with and without.
    n_needed = 2 if emoji[0] in LETTER_EMOJIS else 0
    return emoji[:n_needed] + re.sub("[\ufe0e\ufe0f]", "", emoji[n_needed:])
