"""Repair of single characters, one document at a time: entities, encoding, accents."""

import html
import re
import unicodedata

from sklearn.feature_extraction.text import strip_accents_unicode

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# UTF-8 read as Windows-1252, saved as Mac Roman and read as Latin-1: a dash becomes
# '\x89ÛÒ'. ftfy does not know this chain, which spoils the disaster tweets.
_LATIN_1_RUN = re.compile("[\x80-\xff]{2,}")
_LOST = {"\x89Û_": "…", "\x89Û\x9d": "”"}


def repair(doc, *, unescape, fix_mojibake, strip_accents):
    """Repair one document; it comes back without newlines and control characters."""
    if unescape and "&" in doc:
        doc = unescape_entities(doc)
    if not doc.isascii():
        if fix_mojibake:
            doc = repair_mojibake(doc)
        doc = strip_accents_unicode(doc) if strip_accents else _compose(doc)
    return doc if doc.isprintable() else _CONTROL.sub(" ", doc)


def unescape_entities(doc):
    """Replace ``&amp;`` and its like until none is left: scrapers escape twice.

    Entities without their semicolon stay: in ``AT&T`` and ``?a=1&copy=2`` they are
    none.
    """
    previous = None
    while doc != previous:
        previous = doc
        doc = _ENTITY.sub(_entity, doc)
    return doc


def _entity(match):
    return html.unescape(match[0])


def repair_mojibake(doc):
    """Undo wrong decodings; ASCII text never changes, so callers may skip it."""
    from ftfy import fix_encoding

    for lost, mark in _LOST.items():
        doc = doc.replace(lost, mark)
    return fix_encoding(_LATIN_1_RUN.sub(_undo_mac_roman, doc))


def _undo_mac_roman(match):
    raw = match[0].encode("latin-1")
    try:
        return raw.decode("mac_roman").encode("cp1252").decode("utf-8")
    except UnicodeError:
        return match[0]


def _compose(doc):
    """One spelling for é, however it was typed."""
    return unicodedata.normalize("NFC", doc)
