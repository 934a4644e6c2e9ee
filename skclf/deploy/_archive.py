"""The archive that holds a pipeline: ``manifest.json`` and the model, zipped.

The model is ``model.json`` with arrays and graphs beside it, or the pickle
``model.joblib``. There may be a ``report.html``, too.

The manifest is read without the model, by any tool (``unzip -p model.skclf
manifest.json``); it can be written last, when the digests of the others are known; and
the archive's own check sums and its directory at the end tell a damaged manifest and a
file that was cut off.
"""

import hashlib
import json
import os
import struct
import zlib
from contextlib import contextmanager
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from skclf.deploy._manifest import FORMAT
from skclf.deploy._schema import check_schema
from skclf.deploy.safe._parts import MANIFEST, MODEL, REPORT, read_parts, write_parts

PICKLE = "model.joblib"
# Bytes of a manifest, a report, and the directory of an archive. Larger ones are not
# read.
MOST = 4 << 20
_TOO_LARGE = f"its manifest or report or directory has more than {MOST:,} bytes"
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


def write_pickle(file, dump, describe, compress, report=None):
    """Write the archive of a pickle: first it, then the manifest.

    Parameters
    ----------
    file : file
        Empty, to be written to and read from.
    dump : callable
        Writes the pickle to the file that it is given.
    describe : callable
        Makes the manifest of the pickle's SHA-256.
    compress : int
        From 0, not compressed, to 9.
    report : str, default=None
        A page to keep with it.
    """
    kind = ZIP_DEFLATED if compress else ZIP_STORED
    with ZipFile(file, "w", kind, compresslevel=compress or None) as archive:
        with archive.open(PICKLE, "w", force_zip64=True) as pickle:
            dump(pickle)
        _write_manifest(archive, describe(_digest(archive)))
        if report is not None:
            archive.writestr(REPORT, report.encode())


def write_safe(file, parts, describe, compress, report=None):
    """Write the archive of plain data: first them, then the manifest.

    Parameters
    ----------
    file : file
        Empty, to be written to and read from.
    parts : dict of str to bytes
        What `parts_of` made of an estimator.
    describe : callable
        Makes the manifest of the SHA-256 of ``model.json`` and the list of files.
    compress : int
        From 0, arrays and graphs are not compressed, to 9.
    report : str, default=None
        A page to keep with it.
    """
    if report is not None:
        parts = parts | {REPORT: report.encode()}
    with ZipFile(file, "w") as archive:
        members = write_parts(archive, parts, compress)
        _write_manifest(archive, describe(members[MODEL]["sha256"], members=members))


def _write_manifest(archive, manifest):
    check_schema(manifest)
    text = json.dumps(manifest, indent=2).encode()
    if len(text) > MOST:
        raise ValueError(
            f"Expected a manifest of at most {MOST:,} bytes, got {len(text):,}: "
            "too many or too long classes or metrics. Note down less in metrics."
        )
    archive.writestr(MANIFEST, text)


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

    Notes
    -----
    No more than a few MB are read, unpacked and kept, whatever the file says.
    """
    if file.peek(len(_ZIP))[: len(_ZIP)] != _ZIP:
        raise _not_ours(path)
    with _explained(file, path), ZipFile(_Bounded(file)) as archive:
        names = set(archive.namelist())
        ours = MANIFEST in names and names & {PICKLE, MODEL}
        manifest = json.loads(_text(archive, MANIFEST)) if ours else None
    number = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(number, int):
        raise _not_ours(path)
    if number > FORMAT:
        raise ValueError(
            f"{os.fspath(path)!r} has the format {number}, expected at most {FORMAT}: "
            "a later skclf wrote it. Update skclf."
        )
    manifest = {"contents": "pickle", "members": None} | manifest  # of older files
    try:
        check_schema(manifest)
    except ValueError as error:
        raise ValueError(
            f"{os.fspath(path)!r} has a manifest that skclf.save does not write: "
            f"{error}. Get another copy of it."
        ) from None
    return manifest


def read_page(file, path, manifest):
    """The report in an archive that `read_manifest` has found to be ours.

    Parameters
    ----------
    file : file
        Open for reading.
    path : str or PathLike
        What it is called in messages.
    manifest : dict
        What `read_manifest` returned.

    Returns
    -------
    str or None
        The page; None if there is none.

    Raises
    ------
    ValueError
        If the file is damaged.
    """
    with _explained(file, path), ZipFile(_Bounded(file)) as archive:
        if REPORT not in archive.namelist():
            return None
        text, members = _text(archive, REPORT), manifest["members"]
        if members is not None and not _is_listed(members.get(REPORT), text):
            raise BadZipFile(f"its {REPORT} is not the one that its manifest lists")
        return text.decode()


def _is_listed(member, text):
    return member is not None and member["sha256"] == hashlib.sha256(text).hexdigest()


class _Bounded:
    """A file as ZipFile reads it: a directory in one piece, however large it is."""

    def __init__(self, file):
        self._file = file

    def __getattr__(self, name):
        return getattr(self._file, name)

    def read(self, size=-1):
        found = self._file.read(min(size, MOST + 1) if size >= 0 else MOST + 1)
        if len(found) > MOST:
            raise BadZipFile(_TOO_LARGE)
        return found


def _text(archive, name):
    """The bytes of a part, which may be packed, but not too many."""
    info = archive.getinfo(name)
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):  # others unpack at once
        raise BadZipFile(f"its {name} is packed in another way than skclf does")
    with archive.open(info) as packed:
        text = packed.read(MOST + 1)
    if len(text) > MOST:
        raise BadZipFile(_TOO_LARGE)
    return text


def check_file(file, path, sha256):
    """Check that a file is the one with this digest.

    Parameters
    ----------
    file : file
        Open for reading.
    path : str or PathLike
        What it is called in messages.
    sha256 : str
        The digest to expect, in hexadecimal digits.

    Raises
    ------
    ValueError
        If it has another one.
    """
    got = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    if got != sha256:
        raise ValueError(
            f"Expected {os.fspath(path)!r} to have the SHA-256 {sha256}, got {got}: it "
            "is another file, or was changed. Get the one that you want, or pass its "
            "digest if it is the right one."
        )


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


def read_safe(file, path, manifest):
    """The estimator in an archive of plain data; nothing is unpickled.

    Parameters
    ----------
    file : file
        Open for reading.
    path : str or PathLike
        What it is called in messages.
    manifest : dict
        What `read_manifest` returned.

    Returns
    -------
    estimator
        The fitted pipeline.

    Raises
    ------
    ValueError
        If the file is damaged, or is not as :func:`~skclf.save` writes it.
    """
    size = os.fstat(file.fileno()).st_size
    try:
        with _explained(file, path), ZipFile(file) as archive:
            return read_parts(archive, manifest["members"], size)
    except ValueError:
        raise
    except Exception as error:  # whatever an object raises of attributes not its own
        raise ValueError(
            f"{os.fspath(path)!r} holds what skclf.save does not write "
            f"({type(error).__name__}: {str(error)[:200]}). Get another copy of it."
        ) from error


def _digest(archive):
    with archive.open(PICKLE) as pickle:
        return hashlib.file_digest(pickle, "sha256").hexdigest()


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
            f"{os.fspath(path)!r} is damaged or cut off ({size} bytes): "
            f"{str(error)[:200]}. Get another copy of it."
        ) from error
