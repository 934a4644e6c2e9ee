"""The parts of a safe file: ``model.json``, ``arrays.npy``, graphs."""

import io
import json
import zlib
from hashlib import sha256
from math import prod
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile

import numpy as np

from skclf.deploy.safe._decode import Decoder, simple
from skclf.deploy.safe._encode import Encoder, NotPlainError

MODEL = "model.json"
ARRAYS = "arrays.npy"
MANIFEST = "manifest.json"
REPORT = "report.html"
_ALIGNED = 64  # bytes, as NumPy's header is
_LONGEST_HEADER = 10_000
# Bytes that a file may unpack to: so many times its own, and so many more.
_RATIO, _MORE = 20, 1 << 20
_SMALL = 1 << 14


def parts_of(estimator):
    """An estimator as files.

    Parameters
    ----------
    estimator : estimator
        Whatever is to be saved.

    Returns
    -------
    dict of str to bytes
        Their contents by their names.

    Raises
    ------
    NotPlainError
        If it holds what is no plain data.
    """
    encoder = Encoder()
    try:
        node = encoder.encode(estimator)
        text = json.dumps(
            node, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        )
    except (RecursionError, ValueError) as error:  # numbers of thousands of digits
        raise NotPlainError(estimator) from error
    model = text.encode("utf-8", "surrogatepass")
    return {MODEL: model, ARRAYS: _joined(encoder.arrays)} | encoder.blobs


def write_parts(archive, parts, compress):
    """Write files into an archive.

    Parameters
    ----------
    archive : ZipFile
        Open for writing.
    parts : dict of str to bytes
        The files.
    compress : int
        From 0 to 9, for arrays and graphs; what is text is always packed.

    Returns
    -------
    dict of str to dict
        Size and SHA-256 of each, as `read_parts` takes them.
    """
    for name, content in parts.items():
        is_text = name.endswith((".json", ".html"))
        _write(archive, name, content, compress or int(is_text))
    return {
        name: {"size": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in parts.items()
    }


def _write(archive, name, content, level):
    """Write a file, packed unless it shrinks so much that it looks like a bomb."""
    if level and len(content) > _SMALL:
        shrinks_to = len(zlib.compress(content, 1))
        level = level if shrinks_to * _RATIO > 2 * len(content) else 0
    kind = ZIP_DEFLATED if level else ZIP_STORED
    archive.writestr(name, content, kind, level or None)


def _joined(arrays):
    """Arrays one after the other, each as a file of NumPy, aligned."""
    file = io.BytesIO()
    for array in arrays:
        np.lib.format.write_array(file, array, allow_pickle=False)
        file.write(bytes(-file.tell() % _ALIGNED))
    return file.getbuffer()


def read_parts(archive, listed, size):
    """Read an estimator of plain data.

    Parameters
    ----------
    archive : ZipFile
        Open for reading.
    listed : dict of str to dict
        Size and SHA-256 of each file, as the manifest has them.
    size : int
        Bytes of the archive.

    Returns
    -------
    estimator
        Made of all files but the report.

    Raises
    ------
    BadZipFile
        If a file is another one than is listed: nothing was made of any then.
    Exception
        Of any kind, if the files do not hold what `parts_of` makes.
    """
    _check_list(archive, listed, size)
    needed = [name for name in listed if name != REPORT]
    parts = {name: _read(archive, name, listed[name]) for name in needed}
    arrays = _split(parts.pop(ARRAYS))
    node = json.loads(bytes(parts.pop(MODEL)), parse_constant=_refuse)
    blobs = {name: bytes(content) for name, content in parts.items()}
    return Decoder(arrays, blobs).decode(node)


def _check_list(archive, listed, size):
    """Check names and sizes, before anything is unpacked."""
    names = [info.filename for info in archive.infolist()]
    if sorted(names) != sorted([*listed, MANIFEST]):
        raise BadZipFile("it has other files than its manifest lists")
    if not {MODEL, ARRAYS} <= listed.keys():
        raise BadZipFile(f"it has no {MODEL} or no {ARRAYS}")
    if sum(part["size"] for part in listed.values()) > _MORE + _RATIO * size:
        raise BadZipFile("it unpacks to much more than a model does")
    for name, part in listed.items():
        info = archive.getinfo(name)
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile(f"its {name} is packed in another way than skclf does")
        if info.file_size != part["size"]:
            raise BadZipFile(f"its {name} has another size than its manifest lists")


def _read(archive, name, part):
    """A file as it is listed, in memory that arrays can share."""
    content = bytearray(part["size"])
    view = memoryview(content)
    with archive.open(name) as file:
        place = 0
        while n := file.readinto(view[place : place + _MORE]):
            place += n
        if place < len(content) or file.read(1):
            raise BadZipFile(f"its {name} has another size than its manifest lists")
    if sha256(content).hexdigest() != part["sha256"]:
        raise BadZipFile(f"its {name} has another SHA-256 than its manifest lists")
    return content


def _split(content):
    """The arrays in a file, without a copy."""
    arrays, place = [], 0
    while place < len(content):
        head = io.BytesIO(content[place : place + _LONGEST_HEADER])
        version = np.lib.format.read_magic(head)
        if version != (1, 0):
            raise ValueError(f"it has an array of the version {version}")
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(
            head, max_header_size=_LONGEST_HEADER
        )
        count, start = prod(shape), place + head.tell()
        end = start + count * simple(dtype.str).itemsize
        if min(shape, default=0) < 0 or end > len(content):
            raise ValueError(f"it has an array of the shape {shape}, but not its data")
        flat = np.empty(0, dtype)
        if count:
            flat = np.frombuffer(content, dtype, count, start)
        arrays.append(flat.reshape(shape, order="F" if is_fortran else "C"))
        place = end + -end % _ALIGNED
    return arrays


def _refuse(constant):
    raise ValueError(f"it holds {constant}, which is no JSON")
