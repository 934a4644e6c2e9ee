"""A file of anybody: what is read of it is bounded, and checked before it is used."""

import hashlib
import json
import struct
import sys
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from sklearn.linear_model import LogisticRegression

from skclf import inspect_file, load, save
from skclf.deploy._archive import MOST

MODEL = LogisticRegression().fit([[0], [1]], [0, 1])


@pytest.fixture
def path(tmp_path):
    save(MODEL, tmp_path / "model.skclf")
    return tmp_path / "model.skclf"


def rewrite(path, manifest, pack=ZIP_DEFLATED, more=()):
    """The same file with another manifest, and more files in it."""
    with ZipFile(path) as archive:
        names = set(archive.namelist()) - {"manifest.json"}
        parts = {name: archive.read(name) for name in names}
    text = manifest if isinstance(manifest, bytes) else json.dumps(manifest)
    with ZipFile(path, "w", pack) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        archive.writestr("manifest.json", text)
        for name in more:
            archive.writestr(name, b"")


READERS = pytest.mark.parametrize("read", [inspect_file, load])


@READERS
@pytest.mark.parametrize("pack", [ZIP_STORED, ZIP_DEFLATED])
def test_a_manifest_that_unpacks_to_more_than_it_may(path, read, pack):
    rewrite(path, b" " * (MOST + 1), pack)
    with pytest.raises(ValueError, match="manifest .* has more than 4,194,304 bytes"):
        read(path)


@READERS
def test_a_manifest_that_says_it_is_small(path, read):
    rewrite(path, b" " * (MOST + 1))
    bytes_ = path.read_bytes()
    path.write_bytes(bytes_.replace(struct.pack("<L", MOST + 1), struct.pack("<L", 9)))
    with pytest.raises(ValueError, match="damaged"):
        read(path)


@READERS
def test_a_manifest_of_another_packing_which_unpacks_as_a_whole(path, read):
    rewrite(path, inspect_file(path), ZIP_BZIP2)
    with pytest.raises(ValueError, match="packed in another way"):
        read(path)


@READERS
def test_a_directory_of_many_files(path, read):
    rewrite(path, inspect_file(path), more=[f"{i:060000d}" for i in range(80)])
    with pytest.raises(ValueError, match="directory has more than") as caught:
        read(path)
    assert len(str(caught.value)) < 500


@READERS
@pytest.mark.parametrize("text", [b"[" * 100_000, b"{", b"\xff\xfe{", b"1" * 5000])
def test_a_manifest_that_is_no_json(path, read, text):
    rewrite(path, text)
    with pytest.raises(ValueError, match=r"damaged or cut off"):
        read(path)


@READERS
@pytest.mark.parametrize(
    "entry",
    [
        {"created": 5},
        {"estimator": None},
        {"classes": "abc"},
        {"classes": [{"a": 1}]},
        {"classes": [[None]]},
        {"n_samples": "7"},
        {"n_samples": True},
        {"n_samples": -1},
        {"metrics": [1]},
        {"versions": None},
        {"versions": ["numpy"]},
        {"versions": {"numpy": 2}},
        {"versions": {"numpy": "2; rm -rf /"}},
        {"versions": {"a b": "1"}},
        {"versions": {"": "1"}},
        {"versions": {"__main__": "1"}},
        {"sha256": "abc"},
        {"sha256": 64 * "g"},
        {"contents": "code"},
        {"members": []},
        {"members": {"../model.json": {"size": 1, "sha256": 64 * "0"}}},
        {"members": {"model.json": {"size": -1, "sha256": 64 * "0"}}},
        {"members": {"model.json": {"size": 1, "sha256": "0"}}},
        {"members": {"model.json": 1}},
        {"members": None},
    ],
    ids=str,
)
def test_an_entry_of_another_kind(path, read, entry):
    (key,) = entry
    rewrite(path, inspect_file(path) | entry)
    with pytest.raises(ValueError, match=rf"does not write: expected .* as '{key}'"):
        read(path)


@READERS
def test_an_entry_that_is_not_there(path, read):
    manifest = inspect_file(path)
    del manifest["metrics"]
    rewrite(path, manifest)
    with pytest.raises(ValueError, match="a dict or null as 'metrics', got none"):
        read(path)


@READERS
def test_a_long_entry_is_shown_in_short(path, read):
    rewrite(path, inspect_file(path) | {"created": ["x" * 1000] * 1000})
    with pytest.raises(ValueError, match="'created'") as caught:
        read(path)
    assert len(str(caught.value)) < 500


@READERS
def test_nothing_that_a_manifest_names_is_imported(path, read, tmp_path, monkeypatch):
    package = tmp_path / "trap"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    (package / "inside.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    versions = inspect_file(path)["versions"]
    rewrite(path, inspect_file(path) | {"versions": versions | {"trap": "1"}})
    read(path)  # it is there
    rewrite(path, inspect_file(path) | {"versions": versions | {"trap.inside": "1"}})
    with pytest.raises(ValueError, match="as 'versions'"):
        read(path)
    assert "trap" not in sys.modules


def test_what_could_not_be_read_again_is_not_written(path):
    before = path.read_bytes()
    metrics = {"folds": ["x" * 1000] * 5000}
    with pytest.raises(
        ValueError, match=r"at most 4,194,304 bytes, got 5,.* Note down"
    ):
        save(MODEL, path, metrics=metrics)
    assert path.read_bytes() == before


# The digest that a caller knows


class Canary:
    """Tells when it is unpickled."""

    def __reduce__(self):
        return sing, ()


def sing():
    SONGS.append("sung")


SONGS = []


@pytest.mark.parametrize("change", [str, str.upper])
def test_the_file_of_a_digest(path, change):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert load(path, sha256=change(digest)).classes_.tolist() == [0, 1]


def test_another_file_is_not_unpickled(path):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    model = LogisticRegression().fit([[0], [1]], [0, 1])
    model.canary = Canary()
    save(model, path)
    with pytest.raises(ValueError, match=rf"model.skclf' to have .* {digest}, got "):
        load(path, sha256=digest)
    pickled = inspect_file(path)["sha256"]
    with pytest.raises(ValueError, match="another file, or was changed"):
        load(path, sha256=pickled)  # the digest is that of the whole file
    assert SONGS == []
    load(path, trusted=True)
    assert SONGS == ["sung"]


@pytest.mark.parametrize("sha256", ["", "abc", 64 * "g", b"0" * 64, 5, "0" * 10**5])
def test_what_is_no_digest(path, sha256):
    with pytest.raises(
        ValueError, match="64 hexadecimal digits, got sha256="
    ) as caught:
        load(path, sha256=sha256)
    assert len(str(caught.value)) < 200
