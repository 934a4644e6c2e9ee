"""Rows of JSON lines, some at a time."""

import io
import json
import re
from itertools import islice

from skclf._file_kinds import FILE_KINDS
from skclf._validation import did_you_mean, excerpt, is_missing, listed
from skclf.deploy.files._batches import RecordBatch, pyarrow
from skclf.deploy.files._binary import opened, readable, share_read
from skclf.deploy.files._formats import is_text
from skclf.deploy.files._rejections import RejectedRow

_BYTES = re.compile("[\udc80-\udcff]")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # maybe of a pair of surrogates


class JsonSource:
    """Rows of a file with one JSON object in each line.

    Parameters
    ----------
    spec : FileSpec
        The file.
    encoding : str or None
        Its encoding; None is UTF-8.
    taken : sequence of str
        Names that rows must not have.
    target : str
        The format that they are written in: JSON lines may have any fields, CSV those
        of the first rows, and Parquet these in one type.
    held : ExitStack
        Closes the file.
    """

    names = None  # known from the first rows on

    def __init__(self, spec, encoding, taken, target, held):
        self._encoding, self._taken, self._target = encoding, taken, target
        self._schema = None
        self._text = None
        self._spec, self._file = spec, spec.stream
        self._lines = enumerate(self._decoded(held), start=1)

    def check(self, text):
        """Name the field of texts; whether rows have it, the first ones say."""
        self._text = text

    def batches(self, size):
        """Yield the rows, some at a time.

        Parameters
        ----------
        size : int
            Number of rows.

        Yields
        ------
        RecordBatch
            With what is wrong with some of them.
        """
        start = 0
        while lines := self._read(size):
            yield self._batch(lines, start)
            start += len(lines)
        if not start:
            raise ValueError("it is empty: expected a JSON object in each line.")

    def share(self):
        """How much has been read, from 0 to 1; None if that is not known."""
        return share_read(self._spec, self._file)

    def explain(self, rejected, text):
        """Why a row is refused."""
        return rejected.reason

    def doubts(self):
        """Nothing: a line is a row."""
        return ()

    def _decoded(self, held):
        if self._file is not None and is_text(self._file):
            return iter(self._file)
        self._file, head = held.enter_context(opened(self._spec))
        _check_is_json(head, self._encoding)
        text = io.TextIOWrapper(
            self._file,
            self._encoding or "utf-8",
            errors="surrogateescape",
            newline="\n",
        )
        held.callback(text.detach)
        return iter(text)

    def _read(self, size):
        with readable():
            lines = ((n, line.strip("\ufeff \t\r\n")) for n, line in self._lines)
            return list(islice(((n, line) for n, line in lines if line), size))

    def _batch(self, lines, start):
        read = [self._record(line) for _, line in lines]
        if self.names is None:
            self._learn([record for record, _ in read if record is not None])
        numbers = [number for number, _ in lines]
        raw = [
            "{}" if record is None else line
            for (record, _), (_, line) in zip(read, lines, strict=True)
        ]
        batch = RecordBatch(self.names, start, numbers, raw, [r or {} for r, _ in read])
        for i, (record, reason) in enumerate(read):
            reason = reason or self._wrong(record)
            if reason:
                number, line = lines[i]
                batch.rejected[i] = RejectedRow(start + i, number, reason, line)
        if self._target == "parquet":
            self._check_types(batch, lines)
        return batch

    def _record(self, line):
        """An object, or None and what is wrong."""
        found = None if line.isascii() else _BYTES.search(line)
        if found is not None:
            byte = ord(found[0]) - 0xDC00
            encoding = self._encoding or "utf-8"
            return None, f"it is not {encoding}: byte {byte:#04x} cannot be read."
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            return None, f"it is no JSON: {error.msg}, at character {error.colno}."
        except (ValueError, RecursionError) as error:  # a number, or nesting, too long
            return None, f"it cannot be read as JSON: {error}."
        if not isinstance(record, dict):
            kind = type(record).__name__
            return None, f"Expected an object, {{...}}, got {excerpt(record)} ({kind})."
        if _HALF.search(line):
            try:
                json.dumps(record, ensure_ascii=False).encode()
            except UnicodeEncodeError:
                return None, "it has half of a pair of surrogates, which is no text."
        return record, None

    def _learn(self, records):
        """What the first rows have."""
        names = list(dict.fromkeys(name for record in records for name in record))
        if self._text is not None and records and self._text not in names:
            raise ValueError(
                f"it has no column {excerpt(self._text)} (parameter text)."
                f"{did_you_mean(self._text, names)} Its columns are: {listed(names)}."
            )
        clash = [name for name in (records or [{}])[0] if name in self._taken]
        if clash:
            raise ValueError(already_there(clash))
        self.names = names

    def _wrong(self, record):
        """What a row lacks, or has too much."""
        if self._text is not None:
            if self._text not in record:
                return f"it has no field {excerpt(self._text)} (parameter text)."
            value = record[self._text]
            if not isinstance(value, str) and not is_missing(value):
                kind = type(value).__name__
                return f"Expected text, got {excerpt(value)} ({kind})."
        clash = [name for name in self._taken if name in record]
        if clash:
            return already_there(clash)
        if self._target != "jsonl":
            new = [name for name in record if name not in self.names]
            if new:
                return (
                    f"it has {listed(new)}, which the first rows have not. Write JSON "
                    "lines, where rows may differ."
                )
        return None

    def _check_types(self, batch, lines):
        """Reject rows with values of other types than the first rows have."""
        if self._schema is None:
            self._schema = self._types(batch)
        batch.schema = self._schema
        if _fault_of_types(batch.only(batch.good())):
            for i in list(batch.good()):
                if error := _fault_of_types(batch.only([i])):
                    number, line = lines[i]
                    reason = f"{error}. The first rows have another type there."
                    row = RejectedRow(batch.start + i, number, reason, line)
                    batch.rejected[i] = row
        for i in batch.rejected:
            batch.records[i] = {}  # of which no type is known

    def _types(self, batch):
        good = batch.only(batch.good())
        if error := _fault_of_types(good):
            raise ValueError(
                "its first rows have values of different types in one column: "
                f"{error}. Write JSON lines, where rows may differ."
            )
        return good.table().schema


def _fault_of_types(batch):
    """Why rows cannot be a table of Arrow; None if they can."""
    pa = pyarrow()
    try:
        batch.table()
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        return error
    return None


def already_there(names):
    """What to do where columns are there that are to be written."""
    return (
        f"it has {listed(names)} already. Pass other names in prediction_name= or "
        "probability_prefix=."
    )


def _check_is_json(head, encoding):
    for kind in FILE_KINDS:
        if kind.beginning.match(head[:300]):
            raise ValueError(f"it is no JSON, it is {kind.name}.")
    if head.startswith(b"\x1f\x8b"):
        raise ValueError("it is packed with gzip: give it a name that ends in .gz.")
    text = head.decode(encoding or "utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if not text:
        raise ValueError("it is empty: expected a JSON object in each line.")
    if text[0] != "{":
        advice = (
            " It is one array: write one object in each line." if text[0] == "[" else ""
        )
        raise ValueError(
            f"Expected a JSON object, {{...}}, in each line, got {excerpt(text[:40])} "
            f"first.{advice}"
        )
