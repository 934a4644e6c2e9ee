"""Repair of single characters, one document at a time: entities, encoding, accents."""

import html
import re
import unicodedata
from itertools import compress

from skclf._optional import import_optional
from skclf.text._markup import remove_markup, show_escapes
from skclf.text._unicode import compose, normalize, normalize_text

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});")
# UTF-8 read as Windows-1252, saved as Mac Roman and read as Latin-1: a dash becomes
# '\x89ÛÒ'. ftfy does not know this chain, which spoils the disaster tweets. Only what
# no language writes is undone: not the åø of blåøjet, not the å» that ends a quotation.
_MARK = "\x80-\x9f\xa1-\xaa\xac-\xba\xbc-\xbf"  # without blank and quotation marks
_MAC_ROMAN = re.compile(f"å[{_MARK}À-ß]|Ì[{_MARK}À-ÿ]|\x89[\x80-\xff]{{2}}")
# What is bad is near a character outside ASCII: the rest need not be searched.
_FAR_ASCII = re.compile(r"(?<=[\x00-\x7f]{5})[\x00-\x7f]+(?=[\x00-\x7f]{5})")
# Classes of combining marks (Unicode's) that are signs of their own.
_OWN_SIGNS = frozenset([7, 8, 9, *range(84, 133)])
_LOST = {"\x89Û_": "…", "\x89Û\x9d": "”"}


def repair_all(docs, *, unescape, fix_mojibake, strip_accents, markup="keep"):
    """Repair documents; they come back without newlines and control characters."""
    options = unescape, fix_mojibake, strip_accents, markup == "remove"
    return [
        doc
        if doc.isascii()
        and doc.isprintable()
        and "`" not in doc
        and not (unescape and "&" in doc)
        and not (markup == "remove" and ("<" in doc or "\\" in doc))
        else _repair(doc, *options)
        for doc in docs
    ]


def _repair(doc, unescape, fix_mojibake, strip_accents, without_markup):
    if without_markup:
        doc = show_escapes(doc)
    if unescape and "&" in doc:
        doc = unescape_entities(doc)
    if without_markup:
        doc = remove_markup(doc)
    if fix_mojibake and not doc.isascii():
        doc = repair_mojibake(doc)
    doc = normalize_text(doc)
    if strip_accents and not doc.isascii():
        doc = normalize_text(take_off_accents(doc))
    return doc


def unescape_entities(doc):
    """Replace ``&amp;`` and its like, also if escaped two or three times over.

    Entities without their semicolon stay: in ``AT&T`` and ``?a=1&copy=2`` they are
    none.
    """
    for _ in range(3):
        doc = _ENTITY.sub(_entity, doc)
    return doc


def _entity(match):
    return html.unescape(match[0])


def repair_mojibake(doc):
    """Undo wrong decodings; ASCII text never changes, so callers may skip it."""
    ftfy = import_optional("ftfy", feature="The repair of wrongly decoded texts")
    badness = import_optional("ftfy.badness", feature="The repair of texts")
    for lost, mark in _LOST.items():
        doc = doc.replace(lost, mark)
    doc = _MAC_ROMAN.sub(_undo_mac_roman, doc)
    # fix_encoding asks the same first, after a slow start.
    return ftfy.fix_encoding(doc) if badness.is_bad(_FAR_ASCII.sub("", doc)) else doc


def _undo_mac_roman(match):
    raw = match[0].encode("latin-1")
    try:
        char = raw.decode("mac_roman").encode("cp1252").decode("utf-8")
    except UnicodeError:
        return match[0]
    return match[0] if "\x80" <= char <= "\x9f" else char


def take_off_accents(doc):
    """Letters without accents, as scikit-learn's ``strip_accents_unicode`` has them.

    Signs that make another letter or syllable stay, which that takes off: kana's voiced
    sound mark, Indic nukta and virama, tones of Thai and Lao. Hangul stays whole.
    """
    marks = map(unicodedata.combining, doc := normalize("NFKD", doc))
    is_kept = [mark == 0 or mark in _OWN_SIGNS for mark in marks]
    return compose("".join(compress(doc, is_kept)))
