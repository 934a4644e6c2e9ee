"""Punctuation marks and endings as words of their own, as in the Penn Treebank.

GloVe and most other word vectors were learned from texts that were split this way.
"""

import re
import string
import unicodedata
from functools import partial

from skclf.text._shield import shield

# Marks outside ASCII that have a plain spelling, in which vectors know them better.
_SPELLINGS = {
    "‘": "'",
    "’": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "…": "...",
    "–": "-",
    "—": "--",
}
_APOSTROPHE = shield("'")


def spell_mark(match):
    """A mark outside ASCII in plain spelling, or as a word; other signs are blanks."""
    mark = match[0]
    if mark in _SPELLINGS:
        return _SPELLINGS[mark]
    return f" {mark} " if unicodedata.category(mark)[0] in "PS" else " "


def split_steps(placeholders, english):
    """Steps that part words and the marks of ASCII; what stays together is hidden.

    Doing them again changes nothing: words that were parted stay as they are.

    Parameters
    ----------
    placeholders : iterable of str
        Words that are left alone.
    english : bool
        Whether to part endings such as ``n't`` and ``'s``.
    """
    letter = r"[^\W\d_]"
    end = r"(?![^\W_])"
    ending = rf"(?i:s|m|d|ll|re|ve){end}"
    endings = {
        rf"([nN])'(?=[tT](?:{end}|[nN]'[tT]))": rf" \1{_APOSTROPHE}",  # don't is do n't
        # it's, or an ending that stands alone already
        rf"'(?:(?<=\w')|(?<!\S'))(?={ending})": f" {_APOSTROPHE}",
    }
    patterns = {
        # Patterns that begin with a fixed character are searched fastest.
        "|".join(map(re.escape, placeholders)): _hide_apart,
        **(endings if english else {}),
        rf"'(?<={letter}')(?={letter})": _APOSTROPHE,  # o'clock
        rf"\.(?<=(?<![\w.]){letter}\.)(?:{letter}\.)+": _hide_before,  # u.s.
        r"\.\.+": shield(" ... "),
        r"--+": shield(" -- "),
        f"[{re.escape(string.punctuation)}]": r" \g<0> ",
    }
    return [
        partial(re.compile(find).sub, replacement)
        for find, replacement in patterns.items()
    ]


def _hide_apart(match):
    return f" {shield(match[0])} "


def _hide_before(match):
    return f"{shield(match[0])} "
