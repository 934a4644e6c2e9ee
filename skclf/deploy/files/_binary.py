"""The bytes of a source, packed or not, with a look at the first of them."""

import gzip
import hashlib
import io
import tempfile
import zlib
from contextlib import contextmanager
from shutil import copyfileobj

HEAD = 1_000_000  # bytes
_KNOWN_BY = 100_000  # bytes


class _Joined(io.RawIOBase):
    """Bytes that have been read from a stream, and those that follow."""

    def __init__(self, head, stream):
        self._head, self._stream = io.BytesIO(head), stream

    def readable(self):
        return True

    def readinto(self, buffer):
        data = self._head.read(len(buffer)) or self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(spec):
    """A source as a binary file, and its first bytes.

    Parameters
    ----------
    spec : FileSpec
        The source, which gives bytes.

    Yields
    ------
    file : BufferedReader
        All bytes.
    head : bytes
        The first of them.
    """
    if spec.path is None:
        head = spec.stream.read(HEAD)
        yield io.BufferedReader(_Joined(head, spec.stream)), head
        return
    with (gzip.open if spec.is_packed else open)(spec.path, "rb") as file:
        with readable():
            head = file.read(HEAD)
        file.seek(0)
        yield file, head


def share_read(spec, file):
    """How much of a source has been read, from 0 to 1; None if it has no end yet."""
    if spec.path is None:
        return None
    position = (file.fileobj if spec.is_packed else file).tell()
    return position / spec.path.stat().st_size


@contextmanager
def readable():
    """Say of a packed file that it is damaged."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(
            f"it is no whole file packed with gzip: {error}. It is damaged or cut off."
        ) from error


@contextmanager
def seekable(spec):
    """A source of which any part can be read: a copy of what comes through a pipe."""
    if spec.path is not None:
        with open(spec.path, "rb") as file:
            yield file
    elif spec.stream.seekable():
        yield spec.stream
    else:
        with tempfile.TemporaryFile() as file:
            copyfileobj(spec.stream, file)
            file.seek(0)
            yield file


def file_identity(path):
    """What a file is known again by: size, time of the last change, and its beginning.

    Parameters
    ----------
    path : Path
        Where it is.

    Returns
    -------
    list of int or str
        The same as long as the file is.
    """
    about = path.stat()
    with path.open("rb") as file:
        head = hashlib.sha256(file.read(_KNOWN_BY)).hexdigest()
    return [about.st_size, about.st_mtime_ns, head]
