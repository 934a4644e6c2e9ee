"""Rows of Parquet, some at a time."""

from importlib import import_module

from skclf._validation import excerpt, listed
from skclf.datasets._delimited import check_columns
from skclf.deploy.files._batches import ArrowBatch, pyarrow
from skclf.deploy.files._binary import seekable
from skclf.deploy.files._formats import is_text

_BUFFER = 1_000_000  # bytes


class ParquetSource:
    """Rows of a Parquet file.

    Parameters
    ----------
    spec : FileSpec
        The file.
    target : str
        The format that rows are written in.
    held : ExitStack
        Closes the file.
    columns : list of str, default=None
        Those that are read; None reads all.
    """

    def __init__(self, spec, target, held, columns=None):
        if spec.stream is not None and is_text(spec.stream):
            raise ValueError("Parquet is no text: open the file with mode 'rb'.")
        pa = pyarrow()
        parquet = import_module("pyarrow.parquet")
        file = held.enter_context(seekable(spec))
        try:
            # Without a buffer, a whole column of a group of rows is read at once.
            opened = parquet.ParquetFile(file, buffer_size=_BUFFER, pre_buffer=False)
            self._file = held.enter_context(opened)
        except (pa.ArrowException, OSError) as error:
            raise ValueError(
                f"it is no Parquet file, or is damaged or cut off: {error}."
            ) from error
        self._columns = columns
        schema = self._file.schema_arrow
        self.names = schema.names
        binary = [field.name for field in schema if "binary" in str(field.type)]
        if binary and target != "parquet":
            raise ValueError(
                f"it has bytes in {listed(binary)}, which {target} cannot hold. Leave "
                "them out, or write Parquet."
            )

    def check(self, text):
        """Refuse a file without the column of texts, or with something else in it."""
        check_columns(self.names, text, None)
        if text is None:
            return
        kind = self._file.schema_arrow.field(text).type
        types = pyarrow().types
        inner = kind.value_type if types.is_dictionary(kind) else kind
        is_view = "string_view" in str(inner)
        if not (
            types.is_string(inner)
            or types.is_large_string(inner)
            or types.is_null(inner)
            or is_view
        ):
            raise ValueError(
                f"Expected text in the column {excerpt(text)}, got {kind}. If it is "
                "meant as text, convert it before."
            )

    def batches(self, size):
        """Yield the rows, some at a time.

        Parameters
        ----------
        size : int
            Number of rows.

        Yields
        ------
        ArrowBatch
            The rows.
        """
        self._n_read = 0
        rows = self._file.iter_batches(size, columns=self._columns)
        while (batch := self._next(rows)) is not None:
            if batch.num_rows:
                start, self._n_read = self._n_read, self._n_read + batch.num_rows
                yield ArrowBatch(start, batch)
        if not self._n_read:
            raise ValueError("it has no rows.")

    def share(self):
        """How much has been read, from 0 to 1."""
        return self._n_read / self._file.metadata.num_rows

    def explain(self, rejected, text):
        """Why a row is refused."""
        return rejected.reason

    def doubts(self):
        """Nothing: a file says where its rows are."""
        return ()

    def _next(self, rows):
        try:
            return next(rows, None)
        except (pyarrow().ArrowException, OSError) as error:
            raise ValueError(f"it is damaged or cut off: {error}.") from error
