"""The text in the bytes of a user's file; what its encoding may be is only said."""

import codecs

from skclf._file_kinds import FILE_KINDS
from skclf._validation import excerpt

_MARKS = (  # UTF-32 first: its mark begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_JSON = "JSON. Read it with pandas.read_json, and write it with to_csv"
_PAGE = "a page of HTML or XML. Get the data themselves as CSV"
_OTHERS = (
    (
        b"\x1f\x8b",
        "a file packed with gzip. Unpack it, for example with: gunzip --keep",
    ),
    (b"PK\x03\x04", "a zip archive or an Excel workbook. Unpack it, or save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook. Save it as CSV"),
    (b"%PDF-", "a PDF. Get the data as CSV"),
    (b"<!doctype", _PAGE),
    (b"<html", _PAGE),
    (b"<?xml", _PAGE),
    (b'{"', _JSON),
    (b"[{", _JSON),
)
_EMPTY = "it is empty: expected a header line and rows."
_SAMPLE = 20_000  # bytes that a guess is made from
_MOST_GUESSES = 3


def decode(raw, encoding, warn):
    """The text of a file.

    Parameters
    ----------
    raw : bytes
        Its content.
    encoding : str or None
        Its encoding; None is UTF-8.
    warn : callable
        Called with a sentence on why the text may be another one than is meant.

    Returns
    -------
    str
        The text, without byte order mark.

    Raises
    ------
    ValueError
        If it is a file of another kind, empty, not in this encoding, or has NULs in it.
    """
    _check_kind(raw)
    is_utf8 = _names_utf8(encoding)
    try:
        content = raw.decode(encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ValueError(_undecodable(raw, encoding, error)) from error
    except (LookupError, ValueError) as error:
        raise ValueError(_no_encoding(encoding)) from error
    if not is_utf8 and _is_utf8(raw):
        _check_not_utf8(raw, encoding, warn)
    if "\0" in content:
        raise ValueError(f"it is not plain text: {_nul(raw, content)}")
    if not content.strip():
        raise ValueError(_EMPTY)
    return content


def check_first_bytes(head, encoding, warn):
    """Refuse by its first bytes a file that is to be read line by line.

    Parameters
    ----------
    head : bytes
        The first bytes, or all of them; they may end within a character.
    encoding, warn
        As for `decode`.

    Raises
    ------
    ValueError
        If it is a file of another kind, empty, or in UTF-16 where nothing says so.
        Single lines in another encoding, or with a NUL, are not looked for.
    """
    _check_kind(head)
    is_utf8 = _names_utf8(encoding)
    try:
        content = codecs.getincrementaldecoder(encoding or "utf-8")().decode(head)
    except UnicodeDecodeError as error:
        if any(head.startswith(mark) for mark, _ in _MARKS):
            raise ValueError(_undecodable(head, encoding, error)) from error
        return
    except (LookupError, ValueError) as error:
        raise ValueError(_no_encoding(encoding)) from error
    if not is_utf8:
        whole = head[: head.rfind(b"\n") + 1] or head
        if _is_utf8(whole):
            _check_not_utf8(whole, encoding, warn)
    if content.count("\0") > len(head) / 10:
        raise ValueError(f"it is not plain text: {_nul(head, content)}")
    if not content.removeprefix("\ufeff").strip():
        raise ValueError(_EMPTY)


def _names_utf8(encoding):
    try:
        return codecs.lookup(encoding or "utf-8").name.startswith("utf-8")
    except (LookupError, ValueError) as error:
        raise ValueError(_no_encoding(encoding)) from error


def _no_encoding(encoding):
    return (
        "Expected the name of an encoding, such as 'utf-8' or 'cp1252', got "
        f"encoding={excerpt(encoding)}."
    )


def _check_kind(raw):
    head = raw[:300]
    for kind in FILE_KINDS:
        if kind.beginning.match(head):
            advice = "Unpack it" if kind.is_packed else "Save it as CSV"
            raise ValueError(f"it is no CSV, it is {kind.name}. {advice}.")
    text = b"".join(head.removeprefix(codecs.BOM_UTF8).lower().split())
    for beginning, advice in _OTHERS:
        if head.startswith(beginning) or text.startswith(beginning):
            raise ValueError(f"it is no CSV, it is {advice}.")


def _is_utf8(raw):
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw


def _check_not_utf8(raw, encoding, warn):
    """Every UTF-16 or UTF-32 file has a NUL in it; other encodings read all bytes."""
    if len("a".encode(encoding)) > 1 or raw.startswith(codecs.BOM_UTF8):
        raise ValueError(f"it is UTF-8, got encoding={encoding!r}: leave encoding out.")
    line = next((line for line in raw.splitlines() if not line.isascii()), b"")
    as_utf8, as_asked = line.decode(), line.decode(encoding, errors="replace")
    if as_utf8 != as_asked:
        warn(
            f"it is UTF-8, but is read with encoding={encoding!r}: "
            f"{_around(as_asked)} instead of {_around(as_utf8)}. Leave encoding out."
        )


def _undecodable(raw, encoding, error):
    start = error.start
    line = raw.count(b"\n", 0, start) + 1
    return (
        f"it is not {encoding or 'utf-8'}: byte {raw[start]:#04x} at position "
        f"{start}, line {line}, cannot be read. {_advice(raw, start)}"
    )


def _advice(raw, start):
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return f"It looks like {encoding.upper()}: pass encoding={encoding!r}."
    if _is_utf8(raw):
        return "It is UTF-8: leave encoding out."
    if b"\0" in raw:
        return _nul(raw, "")
    text = raw.decode(errors="replace")
    if text.count("\ufffd") < sum(c > "\x7f" for c in text) / 2:
        return (
            "But most of it is UTF-8: the file is cut off or damaged there, or was put "
            "together from files of different encodings. Mend that line."
        )
    guesses = _guesses(raw)
    if not guesses:
        return "Pass its encoding."
    line = raw[raw.rfind(b"\n", 0, start) + 1 :].partition(b"\n")[0]
    shown = [f"encoding={g!r} reads {_around(line.decode(g))}" for g in guesses]
    return f"Pass its encoding, whichever is right: {', '.join(shown)}."


def _around(line):
    """What is around the first character that is not ASCII."""
    at = next((i for i, char in enumerate(line) if char > "\x7f"), 0)
    return repr(line[max(at - 12, 0) : at + 12].strip())


def _guesses(raw):
    """Names of encodings that read all bytes, each another way; likely ones first."""
    from charset_normalizer import from_bytes

    lines = [line for line in raw.splitlines() if not line.isascii()]
    sample = b"\n".join(lines)[:_SAMPLE]
    # In Western texts few letters are not ASCII: too few for statistics.
    n_others = len(raw.translate(None, bytes(range(128))))
    names = ["cp1252", "latin-1"] if n_others < len(raw) / 5 else []
    names += [match.encoding for match in from_bytes(sample)]
    found = {}
    for name in names:
        try:
            if not name.startswith("utf"):
                found.setdefault(raw.decode(name), name)
        except UnicodeDecodeError:
            continue
    return list(found.values())[:_MOST_GUESSES]


def _nul(raw, content):
    if raw.count(b"\0") > len(raw) / 10:
        encoding = "utf-16-be" if raw[:1] == b"\0" else "utf-16"
        return f"It looks like UTF-16: pass encoding={encoding!r}."
    line = (content or raw.decode("latin-1")).partition("\0")[0].count("\n") + 1
    return (
        f"the character NUL is in line {line}. The file is damaged, or no text: remove "
        "it, for example with: tr -d '\\000' < old.csv > new.csv"
    )
