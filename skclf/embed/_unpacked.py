"""A file that is unpacked while it is read."""

import gzip
import zipfile
import zlib
from contextlib import ExitStack
from difflib import get_close_matches
from lzma import LZMAError
from pathlib import Path

from skclf._validation import listed

BLOCK = 1 << 16  # bytes; larger ones take more memory and are no faster
LONGEST_ROW = 16 << 20  # bytes; a longer row is no row, and must not fill the memory

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# OSError: bz2 and gzip raise it without a number; with one it is the system's
_DAMAGE = (EOFError, zlib.error, LZMAError, zipfile.BadZipFile, OSError)


class UnpackedFile:
    """The bytes of a plain, gzip or zip file, block by block.

    Parameters
    ----------
    path : str or PathLike
        The file.

    Attributes
    ----------
    name : str
        Name of the unpacked file, in small letters.
    unit : str
        What is counted in messages: a line or a row.
    position : int
        Number of the line or row that comes next, from 1.
    """

    def __init__(self, path):
        self.path = _existing(Path(path).expanduser())
        self.name = self.path.name.lower()
        self.unit = "line"
        self.position = 1

    def __enter__(self):
        with ExitStack() as opened:
            file = opened.enter_context(self.path.open("rb"))
            self._stream = opened.enter_context(self._unpacked(file))
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *exception):
        self._opened.close()

    def read(self):
        """The next block; fewer bytes than `BLOCK` only at the end."""
        try:
            return self._stream.read(BLOCK)
        except _DAMAGE as error:
            if getattr(error, "errno", None):
                raise
            raise self.error(
                f"the compressed file is damaged or cut off here or later: {error}. "
                "Get it again."
            ) from error

    def error(self, message, position=None):
        """A ValueError that names the file and the line or row.

        Parameters
        ----------
        message : str
            What is wrong.
        position : int, default=None
            Line or row; None is the next one.

        Returns
        -------
        ValueError
            To be raised by the caller.
        """
        position = self.position if position is None else position
        return ValueError(f"{str(self.path)!r}, {self.unit} {position}: {message}")

    def _unpacked(self, file):
        magic = file.read(4)
        file.seek(0)
        if magic.startswith(_GZIP):
            self.name = self.name.removesuffix(".gz")
            return gzip.GzipFile(fileobj=file)
        if magic in _ZIP:
            return self._only_member(file)
        return file

    def _only_member(self, file):
        try:
            archive = zipfile.ZipFile(file)
            members = [info for info in archive.infolist() if _is_content(info)]
            if len(members) == 1:
                self.name = members[0].filename.lower()
                return archive.open(members[0])
        except (*_DAMAGE, ValueError, RuntimeError) as error:
            # ValueError: a name is no UTF-8; RuntimeError: encrypted, unknown method
            raise ValueError(
                f"{str(self.path)!r} cannot be unpacked: {error}. Get it again, or "
                "unpack it and pass the file in it."
            ) from error
        names = [info.filename for info in members]
        raise ValueError(
            f"Expected a zip file with one file in it, got {str(self.path)!r} with "
            f"{len(names)}: {listed(names)}. Unpack it and pass the one that you want."
        )


def _is_content(info):
    """Whether a member of a zip file is neither a folder nor what macOS adds."""
    return not info.is_dir() and not info.filename.startswith("__MACOSX/")


def _existing(path):
    if path.is_dir():
        raise IsADirectoryError(
            f"Expected a word-vector file, got the folder {str(path)!r}."
        )
    if path.exists():
        return path
    beside = [other.name for other in path.parent.glob("*")]
    close = get_close_matches(path.name, beside, n=3)
    hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
    raise FileNotFoundError(f"There is no file {str(path)!r}.{hint}")
