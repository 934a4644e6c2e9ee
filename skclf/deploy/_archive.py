"""The archive that holds a pipeline: ``manifest.json`` and ``model.joblib``, zipped.

So the manifest is read without the pickle, by any tool (``unzip -p model.skclf
manifest.json``); it can be written last, when the digest of the pickle is known; and
the archive's own check sums and its directory at the end tell a damaged manifest and a
file that was cut off.
"""

import json
import os
import secrets
import shutil
import struct
import zlib
from contextlib import contextmanager
from hashlib import file_digest
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from skclf.deploy._manifest import FORMAT, KEYS

MANIFEST = "manifest.json"
PICKLE = "model.joblib"
_ZIP = b"PK\x03\x04"
# What reading a damaged archive raises.
_DAMAGE = (
    BadZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)


@contextmanager
def replacing(target):
    """A new file that takes the place of another one, if nothing goes wrong.

    Parameters
    ----------
    target : Path
        The file to replace; it may not be there yet.

    Yields
    ------
    file
        To be written to and read from.
    """
    # Without the target's name: that may be as long as names can be.
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def write(file, dump, describe, compress):
    """Write the archive: first the pickle, then the manifest.

    Parameters
    ----------
    file : file
        Empty, to be written to and read from.
    dump : callable
        Writes the pickle to the file that it is given.
    describe : callable
        Makes the manifest from the pickle's SHA-256.
    compress : int
        From 0, not compressed, to 9.
    """
    kind = ZIP_DEFLATED if compress else ZIP_STORED
    with ZipFile(file, "w", kind, compresslevel=compress or None) as archive:
        with archive.open(PICKLE, "w", force_zip64=True) as pickle:
            dump(pickle)
        manifest = describe(_digest(archive))
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2))


def read_manifest(file, path):
    """The manifest of an archive.

    Parameters
    ----------
    file : file
        Open for reading.
    path : str or PathLike
        What it is called in messages.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    ValueError
        If the file is not one of ours, is cut off, or of a later format.
    """
    if file.peek(len(_ZIP))[: len(_ZIP)] != _ZIP:
        raise _not_ours(path)
    with _explained(file, path), ZipFile(file) as archive:
        ours = {MANIFEST, PICKLE} <= set(archive.namelist())
        manifest = json.loads(archive.read(MANIFEST)) if ours else None
    number = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(number, int):
        raise _not_ours(path)
    if number > FORMAT:
        raise ValueError(
            f"{os.fspath(path)!r} has the format {number}, expected at most {FORMAT}: "
            "a later skclf wrote it. Update skclf."
        )
    if not manifest.keys() >= KEYS:
        raise _not_ours(path)
    return manifest


@contextmanager
def checked_pickle(file, path, sha256):
    """The pickle of an archive, open for reading, once its digest is right.

    Parameters
    ----------
    file : file
        Open for reading.
    path : str or PathLike
        What it is called in messages.
    sha256 : str
        The digest to expect.

    Yields
    ------
    file
        The pickle.

    Raises
    ------
    ValueError
        If the digest is another one.
    """
    with _explained(file, path):
        archive = ZipFile(file)
        got = _digest(archive)
    if got != sha256:
        raise ValueError(
            f"{os.fspath(path)!r} is damaged or was changed: expected the SHA-256 "
            f"{sha256}, got {got}. Get another copy of it."
        )
    with archive, archive.open(PICKLE) as pickle:
        yield pickle


def _digest(archive):
    with archive.open(PICKLE) as pickle:
        return file_digest(pickle, "sha256").hexdigest()


def _not_ours(path):
    return ValueError(
        f"Expected a file of skclf.save, got {os.fspath(path)!r}, which is none. Read a"
        " file of joblib.dump with joblib.load."
    )


@contextmanager
def _explained(file, path):
    """One clear error for all that may be wrong with an archive."""
    try:
        yield
    except _DAMAGE as error:
        size = os.fstat(file.fileno()).st_size
        raise ValueError(
            f"{os.fspath(path)!r} is damaged or cut off ({size} bytes): {error}. Get "
            "another copy of it."
        ) from error
