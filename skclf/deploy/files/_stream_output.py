"""An open file that batches are written to as they come."""

import tempfile

from skclf.deploy.files._encoders import to_parquet
from skclf.deploy.files._formats import is_text
from skclf.deploy.files._partial_file import HEADER


class StreamOutput:
    """Standard output, or another open file.

    What was written before an error is there; only Parquet is written at the end.

    Parameters
    ----------
    stream : file
        Takes bytes, or text where it is no Parquet.
    side : Path or None
        Where rejected rows are reported, as they come.
    is_parquet : bool
        Whether batches are made into Parquet at the end.
    """

    def __init__(self, stream, side, *, is_parquet):
        if is_parquet and is_text(stream):
            raise ValueError("Parquet is no text: open the target with mode 'wb'.")
        self.state = {}
        self._stream, self._side = stream, side
        self._takes_text = is_text(stream)
        self._groups = tempfile.TemporaryFile() if is_parquet else None  # noqa: SIM115
        self._reports = None

    def append(self, content, rejected, counts):
        """Write a batch."""
        if self._groups is not None:
            self._groups.write(content)
        else:
            self._stream.write(content.decode() if self._takes_text else content)
        if rejected and self._side is not None:
            if self._reports is None:
                self._reports = open(self._side, "wb")  # noqa: SIM115
                self._reports.write(HEADER)
            self._reports.write(rejected)
            self._reports.flush()

    def finish(self):
        """Write what is left."""
        if self._groups is not None:
            to_parquet(self._groups, self._groups.tell(), self._stream)
        if hasattr(self._stream, "flush"):
            self._stream.flush()
        self.close()

    def discard(self):
        """What was written cannot be taken back."""
        self.close()

    def close(self):
        """Close what was opened here."""
        for file in (self._groups, self._reports):
            if file is not None:
                file.close()
