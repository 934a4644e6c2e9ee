r"""Markup of web pages, and escapes that were written out (``\n``, ``\u2019``)."""

import re
import sys

# Elements of HTML. Any other word in angle brackets is text: <user>, <3, a < b.
_NAMES = (
    "abbr|acronym|address|article|aside|a|big|blockquote|body|br|button|b|caption|"
    "center|cite|code|col|colgroup|dd|del|details|dfn|div|dl|dt|em|embed|fieldset|"
    "figcaption|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hr|html|"
    "iframe|img|input|ins|i|kbd|label|legend|li|main|mark|marquee|nav|noscript|object|"
    "ol|optgroup|option|pre|picture|p|q|samp|script|section|select|small|source|span|"
    "strike|strong|style|sub|summary|sup|svg|s|table|tbody|td|textarea|tfoot|thead|th|"
    "time|title|tr|tt|ul|u|var|video|wbr"
)
_WITH_ATTRIBUTES_ONLY = "base|link|meta"  # <link> alone stands for a link
_SWITCHES = (
    "allowfullscreen|async|autoplay|checked|controls|defer|disabled|hidden|loop|"
    "multiple|muted|noshade|nowrap|readonly|required|selected"
)
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++)"""
_ATTRIBUTE = rf"\s++(?:[\w:@.-]++\s*+=\s*+{_VALUE}|(?:{_SWITCHES})(?![\w=-]))"
_TAG = re.compile(
    rf"</?(?:(?:{_NAMES})(?![\w:-])(?:{_ATTRIBUTE})*+"
    rf"|(?:{_WITH_ATTRIBUTES_ONLY})(?:{_ATTRIBUTE})++)\s*+/?>"
    r"|<!doctype\b[^<>]*+>|<\?xml\b[^<>]*+>|<!\[CDATA\[|\]\]>",
    re.IGNORECASE,
)
# What is no text up to its end: comments, programs, styles.
_NO_TEXT = {
    re.compile(end, re.IGNORECASE): re.compile(f"{start}.*?{end}", re.I | re.S)
    for start, end in {
        "<!--": "-->",
        r"<script\b[^<>]*+>": r"</script\s*+>",
        r"<style\b[^<>]*+>": r"</style\s*+>",
    }.items()
}
_HEX = r"[\da-fA-F]"
_ESCAPE = re.compile(
    # What begins like a path of Windows is one.
    r"(?<![^\W_])[A-Za-z]:\\(?!\\)\S*+|(?<!\S)\\\\\w[\w.$-]*+\\(?!\\)\S*+"
    # As many backslashes as there are: escapes may be escaped.
    rf"""|(?<!\\)\\++(?:(?P<blank>[nrt])|(?P<mark>["'/])"""
    rf"|(?P<units>(?:u{_HEX}{{4}}(?:\\++(?=u{_HEX}{{4}}))?)++)"
    rf"|(?P<bytes>(?:x{_HEX}{{2}}(?:\\++(?=x{_HEX}{{2}}))?)++)"
    rf"|(?P<code>u\{{{_HEX}{{1,6}}\}}|U{_HEX}{{8}}))"
)


def show_escapes(doc):
    r"""Write what escapes stand for: a blank for ``\n``, one character for ``\u2019``.

    >>> print(show_escapes(r"great food\nbad, don\u2019t"))
    great food bad, don’t
    """
    return _ESCAPE.sub(_unescape, doc) if "\\" in doc else doc


def remove_markup(doc):
    """Put blanks for tags of HTML, comments, programs and styles.

    >>> remove_markup("Good.<br />Bad<!-- no --> if a < b, <user> <3")
    'Good. Bad  if a < b, <user> <3'
    """
    if "<" not in doc:
        return doc
    for end, pattern in _NO_TEXT.items():
        # Up to the last end, every start has one: no search goes on for ever.
        done = max((found.end() for found in end.finditer(doc)), default=0)
        doc = pattern.sub(" ", doc[:done]) + doc[done:]
    return _TAG.sub(" ", doc)


def _unescape(match):
    kind = match.lastgroup
    if kind is None:
        return match[0]  # a path
    if kind == "blank":
        return " "
    if kind == "mark":
        return match[kind]
    digits = re.sub(r"[\\uxU{}]", "", match[kind])
    if kind == "code":
        code = int(digits, 16)
        return chr(code) if code <= sys.maxunicode else " "
    raw = bytes.fromhex(digits)
    if kind == "units":
        return raw.decode("utf-16-be", errors="replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
