"""What kind of file it is, by its name or by what the user says."""

import io
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

from skclf._validation import excerpt

FORMATS = ("csv", "tsv", "jsonl", "parquet")
_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}


class FileSpec(NamedTuple):
    """A file to read or to write.

    Parameters
    ----------
    path : Path or None
        Where it is; None for what is open.
    stream : file or None
        What is open.
    format : str
        One of FORMATS.
    is_packed : bool
        Whether it is packed with gzip.
    """

    path: Path | None
    stream: Any
    format: str
    is_packed: bool

    @property
    def is_delimited(self):
        return self.format in ("csv", "tsv")

    @property
    def name(self):
        """What messages call it."""
        if self.path is not None:
            return str(self.path)
        return str(getattr(self.stream, "name", type(self.stream).__name__))


def specify(file, given, *, what, default=None):
    """What kind of file it is.

    Parameters
    ----------
    file : path-like, "-" or file
        A path, standard input or output, or what is open.
    given : str or None
        The format, where the user says it.
    what : {"source", "target"}
        What the file is.
    default : str, default=None
        The format of what has no name.

    Returns
    -------
    FileSpec
        Its path or stream, and its format.

    Raises
    ------
    TypeError
        If it is neither a path nor open.
    ValueError
        If its name does not say the format.
    """
    if isinstance(file, str) and file == "-":
        standard = sys.stdin if what == "source" else sys.stdout
        # What tests and notebooks put there may have no bytes below.
        return FileSpec(
            None, getattr(standard, "buffer", standard), given or default, False
        )
    method = "read" if what == "source" else "write"
    if hasattr(file, method):
        return FileSpec(None, file, given or default, False)
    if not isinstance(file, str | os.PathLike):
        raise TypeError(
            f"Expected a path, '-' or an open file as {what}, got {excerpt(file)} "
            f"({type(file).__name__})."
        )
    path = Path(file).expanduser()
    suffix = path.suffix.lower()
    is_packed = suffix == ".gz"
    if is_packed:
        suffix = Path(path.stem).suffix.lower()
    kind = given or _SUFFIXES.get(suffix)
    if kind is None:
        raise ValueError(
            f"Expected a name that ends in {', '.join(_SUFFIXES)}, or one of the first "
            f"five and .gz, got {excerpt(path.name)} as {what}. Pass {what}_format=, "
            f"one of {list(FORMATS)}."
        )
    if is_packed and kind == "parquet":
        raise ValueError(
            f"Expected a Parquet file, which is packed in itself, got "
            f"{excerpt(path.name)} as {what}. Leave out .gz."
        )
    return FileSpec(path, None, kind, is_packed)


def is_text(stream):
    """Whether an open file gives or takes text, not bytes."""
    if isinstance(stream, io.TextIOBase):
        return True
    if isinstance(stream, io.RawIOBase | io.BufferedIOBase):
        return False
    return hasattr(stream, "encoding")
