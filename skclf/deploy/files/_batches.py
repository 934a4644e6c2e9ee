"""Some rows of a file, whatever kind of file it is."""

import json
import math

from skclf._optional import import_optional

_ENCODE = json.JSONEncoder(ensure_ascii=False, default=str).encode


def pyarrow():
    """The package that reads and writes Parquet."""
    return import_optional("pyarrow", feature="A Parquet file", extra="files")


class RowBatch:
    """Some rows, with what is wrong with some of them.

    Parameters
    ----------
    names : list of str
        The columns.
    start : int
        Number of rows before them.
    lines : list of int, default=None
        The line that each row starts in, where there are lines.
    """

    def __init__(self, names, start, lines=None):
        self.names = names
        self.start = start
        self.rejected = {}  # RejectedRow by position: rows that get no label
        self.doubtful = []  # rows that get one, but may be others than is meant
        self._lines = lines

    def good(self):
        """Positions of rows that are not rejected."""
        if not self.rejected:
            return range(len(self))
        return [i for i in range(len(self)) if i not in self.rejected]

    def add_lines(self, lines):
        """Note the lines that further rows start in."""
        self._lines += lines

    def line(self, position):
        """The line that a row starts in."""
        return None if self._lines is None else self._lines[position]

    def shown(self, position):
        """A row for people."""
        (row,) = self.only([position]).members()
        return f"{{{row}}}"


class CellBatch(RowBatch):
    """Rows of cells that are texts; what is missing is empty.

    They are held as columns, since the garbage collector looks at each list: rows as
    lists cost more time there than all that is done with them.

    Parameters
    ----------
    names, start, lines
        As for `RowBatch`.
    columns : list of list of str
        The cells.
    """

    def __init__(self, names, start, lines, columns):
        super().__init__(names, start, lines)
        self.columns = columns

    def __len__(self):
        return len(self.columns[0])

    def values(self, name):
        """A column, with None for what is missing."""
        return [cell or None for cell in self.columns[self.names.index(name)]]

    def texts(self):
        """The columns as texts."""
        return self.columns

    def members(self):
        """The rows as JSON, without braces."""
        keys = list(map(as_json, self.names))
        for row in zip(*self.columns, strict=True):
            pairs = zip(keys, row, strict=True)
            yield ", ".join(f"{key}: {as_json(cell or None)}" for key, cell in pairs)

    def table(self):
        """The rows as a table of Arrow."""
        pa = pyarrow()
        columns = [[cell or None for cell in column] for column in self.columns]
        arrays = [pa.array(column, pa.string()) for column in columns]
        return pa.Table.from_arrays(arrays, names=self.names)

    def only(self, positions):
        """Some of the rows."""
        columns = [[column[i] for i in positions] for column in self.columns]
        return CellBatch(self.names, 0, None, columns)


class RecordBatch(RowBatch):
    """Rows of JSON.

    Parameters
    ----------
    names, start, lines
        As for `RowBatch`. Rows may have other fields, too, where JSON is written.
    raw : list of str
        The rows as they are, ``{}`` for those that cannot be read.
    records : list of dict
        The rows as Python sees them.
    schema : pyarrow.Schema, default=None
        Types of the columns; None takes those of the values.
    """

    def __init__(self, names, start, lines, raw, records, schema=None):
        super().__init__(names, start, lines)
        self.raw, self.records, self.schema = raw, records, schema

    def __len__(self):
        return len(self.raw)

    def values(self, name):
        """A column, with None for what is missing."""
        return [_or_none(record.get(name)) for record in self.records]

    def texts(self):
        """The columns as texts."""
        records = self.records
        return [[as_cell(record.get(n)) for record in records] for n in self.names]

    def members(self):
        """The rows as JSON, without braces."""
        for row in self.raw:
            yield row.strip()[1:-1].strip()

    def table(self):
        """The rows as a table of Arrow."""
        pa = pyarrow()
        arrays = [
            pa.array(self.values(name), self.schema and self.schema.field(name).type)
            for name in self.names
        ]
        texts = pa.string()  # where all values are missing
        arrays = [a.cast(texts) if a.type == pa.null() else a for a in arrays]
        return pa.Table.from_arrays(arrays, names=self.names)

    def only(self, positions):
        """Some of the rows."""
        raw = [self.raw[i] for i in positions]
        records = [self.records[i] for i in positions]
        return RecordBatch(self.names, 0, None, raw, records, self.schema)


class ArrowBatch(RowBatch):
    """Rows of a table of Arrow.

    Parameters
    ----------
    start : int
        Number of rows before them.
    rows : pyarrow.RecordBatch
        The rows.
    """

    def __init__(self, start, rows):
        super().__init__(rows.schema.names, start)
        self.rows = rows

    def __len__(self):
        return self.rows.num_rows

    def values(self, name):
        """A column, with None for what is missing."""
        return self.rows.column(name).to_pylist()

    def texts(self):
        """The columns as texts."""
        return [list(map(as_cell, column.to_pylist())) for column in self.rows.columns]

    def members(self):
        """The rows as JSON, without braces."""
        keys = [as_json(name) for name in self.names]
        columns = [map(as_json, column.to_pylist()) for column in self.rows.columns]
        for row in zip(*columns, strict=True):
            pairs = zip(keys, row, strict=True)
            yield ", ".join(f"{key}: {value}" for key, value in pairs)

    def table(self):
        """The rows as a table of Arrow."""
        return pyarrow().Table.from_batches([self.rows])

    def only(self, positions):
        """Some of the rows."""
        return ArrowBatch(0, self.rows.take(pyarrow().array(positions, "int64")))


def as_cell(value):
    """A value as text; empty if it is missing."""
    if isinstance(value, str):
        return value
    if type(value) is int:  # most labels
        return str(value)
    if _or_none(value) is None:
        return ""
    if isinstance(value, float):
        return repr(float(value))
    return as_json(value) if isinstance(value, bool | int | dict | list) else str(value)


def as_json(value):
    """A value as JSON; what JSON has no number for is null."""
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return repr(value)  # much faster, and the same
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    return _ENCODE(value)


def _or_none(value):
    return None if isinstance(value, float) and math.isnan(value) else value
