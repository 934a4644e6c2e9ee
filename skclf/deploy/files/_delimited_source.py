"""Rows of CSV and TSV, read as `load_csv` reads them, some at a time."""

import io
import re
from itertools import chain, islice

from skclf.datasets._csv import without_excels_line
from skclf.datasets._delimited import check_columns, two_characters
from skclf.datasets._dialect import (
    BadRowsError,
    advise,
    doubtful_escapes,
    fields_of_any_length,
    one_row_of_lines,
    tolerant_rows,
)
from skclf.datasets._encoding import check_first_bytes, decode
from skclf.deploy.files._batches import CellBatch
from skclf.deploy.files._binary import opened, readable, share_read
from skclf.deploy.files._formats import is_text
from skclf.deploy.files._rejections import RejectedRow

_MOST_LINES = 100_000  # of one row; more is a quotation mark that nobody closed
_FEW = 200  # rows that are lists at a time; see CellBatch
_WHOLE = 64_000_000  # bytes of a file that is read once more, for advice
_BYTES = re.compile("[\udc80-\udcff]")  # that are no characters in this encoding
_MEND = "If they are rows, pass quotechar=None, or mend the marks."


class DelimitedSource:
    """Rows of a file of delimited text.

    Parameters
    ----------
    spec : FileSpec
        The file.
    dialect : Dialect
        How fields are told apart.
    encoding : str or None
        Its encoding; None is UTF-8.
    held : ExitStack
        Closes the file.
    warn : callable
        Called with a sentence on why the rows may be others than is meant.
    """

    def __init__(self, spec, dialect, encoding, held, warn):
        self._spec, self._dialect, self._encoding = spec, dialect, encoding
        self._mark = f"\\{dialect.quotechar}"
        self._looks_for_marks = bool(dialect.quotechar and not dialect.escapechar)
        self._escape_line = None
        self._first_doubtful, self._n_doubtful = None, 0
        lines = self._decoded(held, warn)
        first = next(lines, "").removeprefix("\ufeff")
        if not first and is_text(spec.stream):
            raise ValueError("it is empty: expected a header line and rows.")
        lines = chain([without_excels_line(first, dialect.sep)], lines)
        self._rows = tolerant_rows(lines, dialect, most_lines=_MOST_LINES)
        self.names = self._header()

    def check(self, text):
        """Refuse a file without the column of texts, with what would help."""
        try:
            check_columns(self.names, text, None)
        except BadRowsError as error:
            raise ValueError(f"{error} {self._advice(error, text)}".rstrip()) from error

    def batches(self, size):
        """Yield the rows, some at a time.

        Parameters
        ----------
        size : int
            Number of rows.

        Yields
        ------
        CellBatch
            With what is wrong with some of them.
        """
        start = 0
        while True:
            batch = CellBatch(self.names, start, [], [[] for _ in self.names])
            while rows := self._read(min(size - len(batch), _FEW)):
                self._add(batch, rows)
            if not len(batch):
                break
            yield batch
            start += len(batch)
        if not start:
            raise ValueError("it has a header line, but no rows.")

    def share(self):
        """How much has been read, from 0 to 1; None if that is not known."""
        return share_read(self._spec, self._file)

    def explain(self, rejected, text):
        """Why a row is refused, in the words of `load_csv`."""
        if not isinstance(rejected.cause, BadRowsError):
            try:
                decode(self._whole(), self._encoding, lambda doubt: None)
            except ValueError as error:
                return str(error)
            return rejected.reason
        return f"{rejected.cause} {self._advice(rejected.cause, text)}".rstrip()

    def doubts(self):
        """Why rows that got labels may be other rows than is meant."""
        if self._first_doubtful:
            what, n = one_row_of_lines(*self._first_doubtful), self._n_doubtful
            yield f"{what}; {n} rows of this kind. {_MEND}"
        if self._escape_line is not None:
            line = self._line_of_escape()
            if line is not None:
                yield two_characters(self._dialect, line)

    def _decoded(self, held, warn):
        self._file = self._spec.stream
        if self._file is not None and is_text(self._file):
            return iter(self._file)
        self._file, head = held.enter_context(opened(self._spec))
        check_first_bytes(head, self._encoding, warn)
        text = io.TextIOWrapper(
            self._file, self._encoding or "utf-8", errors="surrogateescape", newline=""
        )
        held.callback(text.detach)  # the file itself is closed where it was opened
        return iter(text)

    def _header(self):
        with fields_of_any_length(), readable():
            row = next(self._rows, None)
        if row is None:
            raise ValueError("it is empty: expected a header line and rows.")
        wrong = row.fault or self._no_text(row.raw, row.first)
        if wrong:
            raise ValueError(f"{wrong} {getattr(wrong, 'advice', '')}".rstrip())
        return row.fields

    def _read(self, size):
        with fields_of_any_length(), readable():
            try:
                return list(islice(self._rows, size))
            except UnicodeDecodeError as error:  # UTF-16, cut off
                whole = RejectedRow(0, None, f"it is damaged: {error}.", "", error)
                raise ValueError(self.explain(whole, None)) from error

    def _add(self, batch, rows):
        together = "".join([row.raw for row in rows])
        is_fine = not self._no_text(together, 0) and self._mark not in together
        if is_fine and not any(row.fault or row.is_doubtful for row in rows):
            cells = [row.fields for row in rows]  # nearly always, and much faster
        else:
            cells = [
                self._looked_at(batch, len(batch) + i, r) for i, r in enumerate(rows)
            ]
        for column, new in zip(batch.columns, zip(*cells, strict=True), strict=True):
            column += new
        batch.add_lines([row.first for row in rows])

    def _looked_at(self, batch, position, row):
        """The cells of a row; what is wrong with it is noted."""
        number, first, raw = batch.start + position, row.first, row.raw
        wrong = row.fault or self._no_text(raw, first)
        if self._looks_for_marks and self._escape_line is None and self._mark in raw:
            self._escape_line = first + raw.count("\n", 0, raw.index(self._mark))
        if wrong:
            reason = f"{wrong} {getattr(wrong, 'advice', '')}".rstrip()
            batch.rejected[position] = RejectedRow(number, first, reason, raw, wrong)
            return _as_far_as_known(row.fields, len(self.names))
        if row.is_doubtful:
            self._n_doubtful += 1
            self._first_doubtful = self._first_doubtful or (first, row.last)
            reason = f"{one_row_of_lines(first, row.last)}. {_MEND}"
            batch.doubtful.append(RejectedRow(number, first, reason, raw))
        return row.fields

    def _no_text(self, raw, line):
        """What in a row is no text, in this encoding; None if all is."""
        if "\0" in raw:
            line += raw.count("\n", 0, raw.index("\0"))
            return f"it is not plain text: the character NUL is in line {line}."
        found = None if raw.isascii() else _BYTES.search(raw)
        if found is None:
            return None
        line += raw.count("\n", 0, found.start())
        byte = ord(found[0]) - 0xDC00
        return (
            f"it is not {self._encoding or 'utf-8'}: byte {byte:#04x} in line {line} "
            "cannot be read."
        )

    def _whole(self):
        """All bytes of a file that is not too long; none of others."""
        path = self._spec.path
        if path is None or path.stat().st_size > _WHOLE:
            return b""
        with opened(self._spec) as (file, _):
            raw = file.read(_WHOLE + 1)
        return b"" if len(raw) > _WHOLE else raw

    def _content(self):
        try:
            content = decode(self._whole(), self._encoding, lambda doubt: None)
        except ValueError:
            return ""
        return without_excels_line(content, self._dialect.sep)

    def _advice(self, error, text):
        content = self._content()
        if not content:
            return error.advice
        with fields_of_any_length():
            return advise(content, self._dialect, text, None) or error.advice

    def _line_of_escape(self):
        content = self._content()
        if not content:
            return self._escape_line
        with fields_of_any_length():
            return doubtful_escapes(content, self._dialect, self.names, None)


def _as_far_as_known(fields, width):
    """The cells of a row that cannot be read: missing ones, where it is too long."""
    if fields is None or len(fields) > width:
        return [""] * width
    cells = [
        cell.encode(errors="surrogateescape").decode(errors="replace")
        for cell in fields
    ]
    return cells + [""] * (width - len(cells))
