"""What `save` leaves in a folder: one file, readable to those it was for."""

import os
import signal
import stat
import subprocess
import sys

import pytest
from sklearn.linear_model import LogisticRegression

from skclf import load, save
from skclf.deploy import _replace

needs_locks = pytest.mark.skipif(_replace.fcntl is None, reason="locks of POSIX")
posix = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")

MODEL = LogisticRegression().fit([[0], [1]], [0, 1])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.skclf"


class Peeks:
    """Notes, when it is pickled, the modes of temporary files in a folder."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __getstate__(self):
        for name in os.listdir(self.folder):
            if name.endswith(".tmp"):
                MODES.append(stat.S_IMODE(os.stat(f"{self.folder}/{name}").st_mode))
        return vars(self)


MODES = []


def modes_while_saving(path):
    MODES.clear()
    model = LogisticRegression().fit([[0], [1]], [0, 1])
    model.peeks = Peeks(path.parent)
    save(model, path)
    assert MODES
    return MODES


@posix
@pytest.mark.parametrize("umask", [0o077, 0o022, 0o000])
def test_a_new_file_is_never_more_readable_than_the_umask_says(path, umask):
    before = os.umask(umask)
    try:
        modes = modes_while_saving(path)
    finally:
        os.umask(before)
    assert {*modes, stat.S_IMODE(path.stat().st_mode)} == {0o666 & ~umask}


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o400])
def test_one_in_the_place_of_another_is_never_more_readable_than_it(path, mode):
    path.touch()
    path.chmod(mode)
    readers = mode & 0o444
    assert all(found & 0o444 & ~readers == 0 for found in modes_while_saving(path))
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_what_was_for_a_group_is_not_for_another_one(path, monkeypatch):
    path.touch()
    path.chmod(0o640)

    def refused(*args):
        raise PermissionError

    other = path.stat().st_gid + 1
    real = os.stat_result
    old = real((0o100640, 0, 0, 1, 0, other, 0, 0, 0, 0))
    monkeypatch.setattr(os, "chown", refused)
    _replace.make_like(path, old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


KILLED = """
import os
import signal
import sys
from pathlib import Path
from skclf.deploy._replace import replacing

with replacing(Path(sys.argv[1])) as file:
    file.write(b"half of it")
    file.flush()
    print("written", flush=True)
    if sys.argv[2] == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.stdin.read()
"""


def writer(path, then):
    """A process that is writing a file, or was killed while it did."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path), then],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "written\n"
    return process


@needs_locks
def test_what_killed_processes_left_is_removed_and_what_others_write_is_not(path):
    beside = path.with_name("beside.skclf")
    of_others = path.with_name(".0123456789abcdef.tmp")
    of_others.touch()
    with writer(beside, "waits") as alive, writer(path, "dies") as dead:
        dead.wait()
        assert dead.returncode == -signal.SIGKILL
        left = set(path.parent.glob(".skclf-*.tmp"))
        assert len(left) == 2
        save(MODEL, path)
        assert len(left & set(path.parent.iterdir())) == 1
        alive.communicate("")
    assert {*path.parent.iterdir()} == {path, beside, of_others}
    assert beside.read_bytes() == b"half of it"
    assert load(path).classes_.tolist() == [0, 1]


@needs_locks
def test_a_file_that_is_taken_for_a_leftover_is_made_again(path, monkeypatch):
    taken = []

    def lock(file, kind):  # as if another process had locked it first
        if not taken:
            taken.append(file.name)
            os.unlink(file.name)

    monkeypatch.setattr(_replace.fcntl, "flock", lock)
    save(MODEL, path)
    assert len(taken) == 1
    assert load(path).classes_.tolist() == [0, 1]


@needs_locks
@pytest.mark.parametrize("what", ["flock", "listdir"])
def test_a_folder_without_locks_or_without_a_list_of_names(path, monkeypatch, what):
    def refused(*args):
        raise OSError("not supported")

    owner = _replace.fcntl if what == "flock" else os
    monkeypatch.setattr(owner, what, refused)
    save(MODEL, path)
    monkeypatch.undo()
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("locks", [True, False])
def test_the_folder_is_synced_after_the_file_has_its_name(path, locks, monkeypatch):
    events = []

    def noting(name):
        function = getattr(os, name)

        def noted(*args):
            kind = ""
            if name == "fsync":
                kind = stat.S_ISDIR(os.fstat(args[0]).st_mode) * " folder"
            events.append(name + kind)
            return function(*args)

        return noted

    if not locks:  # as on Windows
        monkeypatch.setattr(_replace, "fcntl", None)
    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, noting(name))
    save(MODEL, path)
    expected = ["fsync", "replace", "fsync folder"]
    assert events == (expected if os.name == "posix" else expected[:2])
    assert os.listdir(path.parent) == [path.name]
