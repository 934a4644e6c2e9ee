"""Rows of delimited text, exactly as Python's strict reader gives them."""

import csv
import io
from contextlib import contextmanager
from typing import NamedTuple

from skclf._fork import new_lock

_COMMON_SEPARATORS = ",;\t|"
_NO_SEPARATORS = "\"'_-. \\\r\n"
_MOST_SEPARATORS = 8  # that are tried
_LIMIT = new_lock()  # the csv module has one limit for all


class BadRowsError(ValueError):
    """The text cannot be read in this dialect.

    Parameters
    ----------
    message : str
        What is wrong and where, as a sentence.
    advice : str, default=""
        What to do where no other dialect reads the text.
    """

    def __init__(self, message, advice=""):
        super().__init__(message)
        self.advice = advice


class Dialect(NamedTuple):
    """How fields are told apart; the names are those of the csv module.

    Parameters
    ----------
    sep : str
        The character between fields.
    quotechar : str or None
        The character around fields; None takes it for a character like any other.
    escapechar : str or None
        The character that takes the meaning of the next one.
    """

    sep: str
    quotechar: str | None
    escapechar: str | None

    def reader(self, lines):
        """Python's reader, which refuses what it does not understand."""
        return csv.reader(
            lines,
            delimiter=self.sep,
            quotechar=self.quotechar,
            escapechar=self.escapechar,
            quoting=csv.QUOTE_MINIMAL if self.quotechar else csv.QUOTE_NONE,
            strict=True,
        )


def strict_rows(content, dialect, target, doubtful):
    """Yield the header and the rows; blank lines are left out.

    Parameters
    ----------
    content : str
        The text.
    dialect : Dialect
        How fields are told apart.
    target : str or None
        The column of labels.
    doubtful : list
        Gets the first and the last line of each row that spans lines which could be
        rows themselves, each with all separators and a label.

    Yields
    ------
    list of str
        Fields, as many as in the header.

    Raises
    ------
    BadRowsError
        If Python's strict reader refuses the text, or a row has more or fewer fields
        than the header.
    """
    for row in tolerant_rows(io.StringIO(content, newline=""), dialect, target):
        if row.fault is not None:
            raise row.fault
        if row.is_doubtful:
            doubtful.append((row.first, row.last))
        yield row.fields


class ReadRow(NamedTuple):
    """A row of delimited text, or what cannot be read as one.

    Parameters
    ----------
    fields : list of str or None
        Its fields; None if the reader refuses it.
    first, last : int
        Its lines in the text, counted from 1.
    raw : str
        The lines as they are.
    fault : BadRowsError or None
        What is wrong with it.
    is_doubtful : bool
        Whether it spans lines which could be rows themselves.
    """

    fields: list[str] | None
    first: int
    last: int
    raw: str
    fault: BadRowsError | None
    is_doubtful: bool


def tolerant_rows(lines, dialect, target=None, most_lines=None):
    """Yield the header and the rows, and go on after those that cannot be read.

    Parameters
    ----------
    lines : iterable of str
        Lines with their ends as they are.
    dialect : Dialect
        How fields are told apart.
    target : str or None, default=None
        The column of labels.
    most_lines : int or None, default=None
        Most lines that a row may have.

    Yields
    ------
    ReadRow
        Blank lines are left out.

    Raises
    ------
    BadRowsError
        If a row has more lines than it may have.
    """
    header, line, seen = None, 1, []
    reader = dialect.reader(_recorded(lines, seen, most_lines))
    while True:
        fields = fault = None
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = _refused(error, line, reader.line_num)
            fault.__cause__ = error
        if fault is not None or not _is_blank(fields, header):
            is_doubtful = False
            if fault is None:
                header = header or fields
                if len(fields) != len(header):
                    fault = _ragged(fields, header, line)
                elif len(seen) > 1:
                    is_doubtful = all(
                        _could_be_row(line, dialect.sep, header, target)
                        for line in seen
                    )
            raw = "".join(seen)
            yield ReadRow(fields, line, reader.line_num, raw, fault, is_doubtful)
        line = reader.line_num + 1
        seen.clear()


def _recorded(lines, seen, most_lines):
    for number, line in enumerate(lines, start=1):
        seen.append(line)
        if most_lines is not None and len(seen) > most_lines:
            raise BadRowsError(
                f"the row that starts in line {number - most_lines} has more than "
                f"{most_lines:,} lines: a quotation mark in it is never closed."
            )
        yield line


def one_row_of_lines(first, last):
    """What is doubtful in a row that spans lines which could be rows themselves."""
    return (
        f"lines {first} to {last} are one row, since a quotation mark opens in the "
        "first and closes in the last, but could be rows themselves"
    )


def _is_blank(row, header):
    """Whether a line is empty; blanks are a text where there is one column."""
    if header is None or len(header) > 1:
        return not row or (len(row) == 1 and row[0].isspace())
    return not row


def _could_be_row(line, sep, header, target):
    """Whether a line has all separators, and a label."""
    fields = line.strip("\r\n").split(sep)
    if len(fields) < len(header) or not line.strip():
        return False
    at = header.index(target) if target in header else None
    return at is None or bool((fields[at] + fields[at - len(header)]).strip())


def _refused(error, first, last):
    if "end of data" in str(error):
        return BadRowsError(
            f"the row that starts in line {first} does not end: a quotation mark in it "
            "is never closed, or the file is cut off.",
        )
    where = f"line {last}" if first == last else f"lines {first} to {last}"
    return BadRowsError(
        f"{where} cannot be read as CSV: {error}.",
        "Look for a quotation mark within a text: it has to stand there twice.",
    )


def _ragged(row, header, line):
    advice = (
        "Look for a quotation mark that is never closed, or a separator in a text "
        "without quotes."
    )
    if len(row) == len(header) + 1 and not row[-1].strip():
        advice = (
            "The row ends with a separator, and the header does not: add one there."
        )
    return BadRowsError(
        f"it is damaged or cut off: expected {len(header)} fields as in its header, "
        f"got {len(row)} in the row that starts in line {line}.",
        advice,
    )


@contextmanager
def fields_of_any_length():
    """Lift the csv module's limit of 131,072 characters; also as a decorator."""
    with _LIMIT:
        before = csv.field_size_limit(2**31 - 1)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def advise(content, dialect, text, target):
    """Which other options read the whole text, as a sentence; empty if none do.

    Parameters
    ----------
    content : str
        The text.
    dialect : Dialect
        The present options, which do not read it.
    text : str
        The column of texts.
    target : str or None
        The column of labels.

    Returns
    -------
    str
        For example "The separator looks like ';': pass sep=';'."
    """
    first_line = next(io.StringIO(content.lstrip("\r\n ")[:100_000], newline=""), "")
    others = _others(dialect, first_line)
    wanted = {text, target} - {None}
    found = next((d for d in others if _reads(content, d, wanted, target)), None)
    if not found and dialect.sep not in first_line:  # or the names are misspelt
        found = next((d for d in others if _reads(content, d, set(), None)), None)
    if not found:
        return ""
    looks = {
        "sep": f"the separator looks like {found.sep!r}",
        "quotechar": f"texts look quoted with {found.quotechar!r}"
        if found.quotechar
        else "it can be read without quotes, all marks being part of the texts",
        "escapechar": "quotation marks or separators look escaped by "
        f"{found.escapechar!r}",
    }
    changed = [name for name in looks if getattr(found, name) != getattr(dialect, name)]
    options = ", ".join(f"{name}={getattr(found, name)!r}" for name in changed)
    reason = ", and ".join(looks[name] for name in changed)
    return f"{reason[0].upper()}{reason[1:]}: pass {options}."


def _others(dialect, first_line):
    """Dialects to try, those with fewer changes first."""
    signs = dict.fromkeys(c for c in first_line if not c.isalnum())
    likely = [c for c in signs if c not in _NO_SEPARATORS]
    likely.sort(key=lambda c: (c not in _COMMON_SEPARATORS, c))
    quotes = [('"', None), ('"', "\\"), (None, None), ("'", None), ("'", "\\")]
    others = [
        Dialect(sep, *quote)
        for quote in [dialect[1:], *quotes]
        for sep in dict.fromkeys([dialect.sep, *likely[:_MOST_SEPARATORS]])
    ]
    return [
        d for d in others if d != dialect and d.sep not in (d.quotechar, d.escapechar)
    ]


def _reads(content, dialect, wanted, target):
    rows = strict_rows(content, dialect, target, doubtful := [])
    try:
        header = next(rows)
        if not wanted <= set(header) or not (wanted or len(header) > 1):
            return False
        for _ in rows:
            pass
    except BadRowsError:
        return False
    return not doubtful


def doubtful_escapes(content, dialect, header, target):
    r"""The line of the first ``\"`` of a text that reads with and without escapes.

    None if there is no such mark, or only one way to read it.
    """
    if dialect.escapechar or not dialect.quotechar:
        return None
    mark = f"\\{dialect.quotechar}"
    if mark not in content:
        return None
    escaped = dialect._replace(escapechar="\\")
    if not _reads(content, escaped, set(header), target):
        return None
    return len(io.StringIO(content[: content.index(mark) + 1], newline="").readlines())
