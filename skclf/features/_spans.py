"""Where the links, mentions, hashtags and emojis of texts are.

They are what TextCleaner takes for them, found with its patterns in its order: an
emoji ends a link, and what is inside a link is neither mention nor hashtag.
"""

import re
from functools import lru_cache

import numpy as np

from skclf.text._emoji import EMOJI, MAY_BE_EMOJI
from skclf.text._patterns import PATTERNS
from skclf.text._repair import repair_all
from skclf.text._scripts import marks_outside_ascii
from skclf.text._steps import lines_with
from skclf.text._unicode import to_lowercase

KINDS = ("urls", "mentions", "hashtags", "emojis")


def repair(docs):
    """Repair documents as TextCleaner does by default; no newlines are left."""
    return repair_all(docs, unescape=True, fix_mojibake=True, strip_accents=False)


def ascii_and_other(docs):
    """Rows of the ASCII documents, and of the others; one of them may be empty.

    Patterns are several times faster on pure ASCII text, which most documents are.
    """
    is_ascii = np.fromiter(map(str.isascii, docs), bool, len(docs))
    return np.flatnonzero(is_ascii), np.flatnonzero(~is_ascii)


def find_spans(text):
    """Find all things in a text of many documents, one per line.

    Parameters
    ----------
    text : str
        Repaired documents with newlines between them.

    Returns
    -------
    dict of str to list of (int, int)
        For each of `KINDS` the start and end of everything found, in no order.
    """
    spans = {"emojis": []}
    is_ascii = text.isascii()
    if not is_ascii:
        text = _blank_symbols(text, spans["emojis"])
    text = to_lowercase(text)
    for kind in ("urls", "mentions", "hashtags"):
        spans[kind] = []
        for find, hint in _patterns(kind, is_ascii):
            found = [match.span() for match in _matches(find, hint, text)]
            text = _blank(text, found)
            spans[kind] += found
    return {kind: spans[kind] for kind in KINDS}


def _blank_symbols(text, emojis):
    """Record emojis, and write any mark outside ASCII as one of ASCII."""

    def replace(match):
        if match[1] is None:
            return "!"
        emojis.append(match.span())
        return " " * len(match[0])

    return _symbols().sub(replace, text)


def _matches(find, hint, text):
    if hint is None:
        yield from find.finditer(text)
        return
    for start, end in lines_with(hint, text):
        yield from find.finditer(text, start, end)


def _blank(text, spans):
    """The text with blanks in place of spans, so that positions stay the same."""
    pieces, done = [], 0
    for start, end in spans:
        pieces += text[done:start], " " * (end - start)
        done = end
    return "".join([*pieces, text[done:]])


@lru_cache(maxsize=1)
def _symbols():
    return re.compile(f"{MAY_BE_EMOJI}(?:({EMOJI})|{marks_outside_ascii()})")


@lru_cache(maxsize=8)
def _patterns(kind, is_ascii):
    """Compiled patterns of one kind, each with its hint or None."""
    return [
        (
            re.compile(pattern.for_texts(is_ascii)),
            pattern.hint and re.compile(pattern.hint),
        )
        for pattern in PATTERNS[kind]
    ]
