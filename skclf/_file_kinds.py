"""What files of other kinds are, by their first bytes."""

import re
from typing import NamedTuple


class FileKind(NamedTuple):
    """A kind of file.

    Parameters
    ----------
    beginning : re.Pattern
        How its bytes begin.
    name : str
        What it is, for messages: "this file is ...".
    is_packed : bool
        Whether other files are in it.
    """

    beginning: re.Pattern
    name: str
    is_packed: bool


FILE_KINDS = (
    FileKind(re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"), "packed with bzip2", True),
    FileKind(re.compile(rb"\xfd7zXZ\0"), "packed with xz", True),
    FileKind(re.compile(rb"(?s).{107}\0.{149}ustar"), "a tar archive", True),
    FileKind(re.compile(rb"\x28\xb5\x2f\xfd"), "packed with zstd", True),
    FileKind(re.compile(rb"7z\xbc\xaf\x27\x1c"), "a 7z archive", True),
    FileKind(re.compile(rb"\x93NUMPY"), "an array of NumPy (.npy)", False),
    FileKind(re.compile(rb"\x89HDF\r\n\x1a\n"), "an HDF5 file", False),
    FileKind(re.compile(rb"PAR1"), "a Parquet file", False),
    FileKind(re.compile(rb"ARROW1\0"), "an Arrow file", False),
    FileKind(re.compile(rb"SQLite format 3\0"), "an SQLite database", False),
)
