"""Rows that got no label, and why."""

import csv
import io
from typing import Any, NamedTuple

from skclf.deploy.files._formulas import escaped

SIDE_COLUMNS = ("row", "line", "outcome", "reason", "content")


class RejectedRow(NamedTuple):
    """A row that something is wrong with.

    Parameters
    ----------
    row : int
        Its number, counted from 0 without the header.
    line : int or None
        The line that it starts in, counted from 1; None where there are no lines.
    reason : str
        What is wrong.
    content : str
        The row as it is.
    cause : Exception, default=None
        Where the reason comes from.
    """

    row: int
    line: int | None
    reason: str
    content: str
    cause: Any = None

    @property
    def place(self):
        """Where it is, for messages."""
        line = "" if self.line is None else f", line {self.line}"
        return f"row {self.row}{line}"


def side_lines(rejected, outcome, *, escape):
    """Lines of the side file.

    Parameters
    ----------
    rejected : list of RejectedRow
        Rows that something is wrong with.
    outcome : str
        What became of them.
    escape : bool
        Whether cells are escaped that a spreadsheet would run.

    Returns
    -------
    list of list of str
        The cells.
    """
    rows = [
        [
            str(row.row),
            "" if row.line is None else str(row.line),
            outcome,
            row.reason,
            # A row in another encoding has bytes in it that are no characters.
            row.content.encode(errors="backslashreplace").decode(),
        ]
        for row in rejected
    ]
    return escaped(rows) if escape else rows


def as_csv(columns, sep=","):
    """Lines of CSV that Python's strict reader reads.

    Parameters
    ----------
    columns : list of list of str
        The cells.
    sep : str, default=","
        The character between columns.

    Returns
    -------
    bytes
        Lines in UTF-8.
    """
    text = _written(zip(*columns, strict=True), sep, csv.QUOTE_MINIMAL)
    if "\r" in text:  # which csv puts into quotes from Python 3.13 on
        text = "".join(
            _written([row], sep, csv.QUOTE_ALL if _has_return(row) else 0)
            for row in zip(*columns, strict=True)
        )
    return text.encode()


def _written(rows, sep, quoting):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=sep, quoting=quoting, lineterminator="\n")
    writer.writerows(rows)
    return buffer.getvalue()


def _has_return(row):
    return any("\r" in cell for cell in row)
