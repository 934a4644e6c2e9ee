"""Batches as bytes, each of which stands behind the one before."""

import gzip
import io
import json
import struct
from importlib import import_module

from skclf.deploy.files._batches import as_cell, as_json, pyarrow
from skclf.deploy.files._formulas import escaped
from skclf.deploy.files._rejections import as_csv

_GROUP = 100_000  # rows of a Parquet file that are kept together, and in memory
_GROUP_BYTES = 64_000_000
_LENGTH = struct.Struct("<Q")


class DelimitedEncoder:
    """CSV or TSV, in UTF-8 with double quotes.

    Parameters
    ----------
    sep : str
        The character between columns.
    escape : bool
        Whether cells are escaped that a spreadsheet would run.
    is_packed : bool
        Whether each batch is packed with gzip.
    """

    def __init__(self, sep, escape, is_packed):
        self._sep, self._escape, self._is_packed = sep, escape, is_packed

    def encode(self, batch, answers, *, is_first):
        """A batch as bytes.

        Parameters
        ----------
        batch : RowBatch
            The rows.
        answers : list of AnswerColumn
            What stands to their right.
        is_first : bool
            Whether no batch stands before it.

        Returns
        -------
        bytes
            To be written behind those of the batch before.
        """
        columns = [*batch.texts(), *(list(map(as_cell, c.values)) for c in answers)]
        content = self._lines(columns)
        if is_first:
            names = [*batch.names, *(column.name for column in answers)]
            content = self._lines([[name] for name in names]) + content
        return _packed(content) if self._is_packed else content

    def _lines(self, columns):
        return as_csv(escaped(columns) if self._escape else columns, self._sep)


class JsonEncoder:
    """JSON lines.

    Parameters
    ----------
    is_packed : bool
        Whether each batch is packed with gzip.
    """

    def __init__(self, is_packed):
        self._is_packed = is_packed

    def encode(self, batch, answers, *, is_first):
        """A batch as bytes; see `DelimitedEncoder`."""
        keys = [json.dumps(column.name, ensure_ascii=False) for column in answers]
        columns = [map(as_json, column.values) for column in answers]
        lines = []
        for members, *values in zip(batch.members(), *columns, strict=True):
            added = ", ".join(f"{k}: {v}" for k, v in zip(keys, values, strict=True))
            lines.append(f"{{{members}{', ' if members else ''}{added}}}\n")
        content = "".join(lines).encode()
        return _packed(content) if self._is_packed else content


class ArrowEncoder:
    """Streams of Arrow, each behind its length, of which Parquet is made at the end."""

    def encode(self, batch, answers, *, is_first):
        """A batch as bytes; see `DelimitedEncoder`."""
        pa = pyarrow()
        table = batch.table()
        for column in answers:
            values = pa.array(column.values, column.arrow_type())
            table = table.append_column(column.name, values)
        if is_first:  # what cannot be written is known before all rows are read
            with _parquet_writer(io.BytesIO(), table.schema) as trial:
                trial.write_table(table)
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        return _LENGTH.pack(sink.tell()) + sink.getvalue()


def to_parquet(source, size, target):
    """Write as Parquet what `ArrowEncoder` gave.

    Parameters
    ----------
    source : file
        The bytes of all batches.
    size : int
        Their number.
    target : file
        Where to write.
    """
    pa = pyarrow()
    writer, group = None, []
    try:
        for table in _tables(source, size):
            writer = writer or _parquet_writer(target, table.schema)
            group.append(table)
            is_full = sum(t.nbytes for t in group) >= _GROUP_BYTES
            if is_full or sum(t.num_rows for t in group) >= _GROUP:
                writer.write_table(pa.concat_tables(group))
                group = []
        if group:
            writer.write_table(pa.concat_tables(group))
    finally:
        if writer is not None:
            writer.close()


def _tables(source, size):
    pa = pyarrow()
    source.seek(0)
    while source.tell() < size:
        (length,) = _LENGTH.unpack(source.read(_LENGTH.size))
        with pa.ipc.open_stream(source.read(length)) as stream:
            yield stream.read_all()


def _parquet_writer(target, schema):
    return import_module("pyarrow.parquet").ParquetWriter(target, schema)


def _packed(content):
    """Members of gzip may stand one behind the other."""
    return gzip.compress(content, compresslevel=6, mtime=0)
