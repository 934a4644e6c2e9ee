"""Safe files as an enemy makes them: with the right check sums, whatever is in them."""

import json
from hashlib import sha256
from zipfile import ZIP_DEFLATED, ZipFile


def parts_of_file(path):
    """The manifest of a file, and its other parts."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(parts.pop("manifest.json")), parts


def forge(path, manifest, parts, *, pack=ZIP_DEFLATED, more=(), **entries):
    """Write a file whose manifest lists its parts as they are.

    Parameters
    ----------
    path : Path
        Where to.
    manifest : dict
        A manifest of a real one.
    parts : dict of str to bytes
        What it lists.
    pack : int, default=ZIP_DEFLATED
        How parts are packed.
    more : sequence of (str or ZipInfo, bytes)
        What it does not list.
    **entries : object
        Other entries of the manifest.
    """
    members = {
        name: {"size": len(part), "sha256": sha256(part).hexdigest()}
        for name, part in parts.items()
    }
    manifest = manifest | {"members": members} | entries
    with ZipFile(path, "w", pack) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        for name, part in more:
            archive.writestr(name, part)
        archive.writestr("manifest.json", json.dumps(manifest))


def mutated(content, rng):
    """Bytes with one to three accidents: flipped, cut off, inserted, swapped."""
    content = bytearray(content)
    for _ in range(rng.randint(1, 3)):
        at, other = rng.randrange(len(content) + 1), rng.randrange(len(content) + 1)
        kind = rng.choice(["flip", "flip", "cut", "insert", "swap", "drop"])
        if kind == "flip" and at < len(content):
            content[at] ^= 1 << rng.randrange(8)
        elif kind == "cut":
            del content[at:]
        elif kind == "insert":
            content[at:at] = rng.randbytes(rng.randint(1, 20))
        elif kind == "drop":
            del content[at : at + rng.randint(1, 20)]
        elif kind == "swap":
            at, other = sorted((at, other))
            size = rng.randint(1, 20)
            first, second = content[at : at + size], content[other : other + size]
            content[other : other + size] = first
            content[at : at + size] = second
    return bytes(content)
