"""Processes that die, disks that are full, folders that are closed, two that write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes of POSIX")
KILLED = Path(__file__).with_name("killed.py")
ACTIONS = ["save", "predict_file", "search"]


def run(*command):
    command = [sys.executable, *map(str, command)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("action", ACTIONS)
def test_killed_at_some_moments(action, tmp_path):
    run(KILLED, action, tmp_path, 3, 0)


@pytest.mark.slow
@pytest.mark.parametrize("action", ACTIONS)
def test_killed_at_many_moments(action, tmp_path):
    run(KILLED, action, tmp_path, os.environ.get("SKCLF_KILLS", 25), 1)


# What cannot be written. Another process, as the limits hold for all of it.

BEGIN = """
import os, resource, sys, sqlite3, warnings
import numpy as np
from pathlib import Path
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from skclf import load, make_text_classifier, predict_file, save
from skclf.search import resumable

folder = Path(sys.argv[1])
model = make_text_classifier("nb").fit(["fire", "beach"] * 5, ["bad", "good"] * 5)
large = LogisticRegression().fit([[0], [1]], [0, 1])
large.weights = np.zeros(100_000)
(folder / "in.csv").write_text("text\\n" + "smoke over the beach\\n" * 1000)
(folder / "model.skclf").write_bytes(b"old")
(folder / "out.csv").write_bytes(b"old")
search = GridSearchCV(LogisticRegression(random_state=0), {"C": [0.1, 1]}, cv=3)
data = np.random.default_rng(0).normal(size=(60, 3)), np.arange(60) % 2
before = sorted(os.listdir(folder))

def refused(act):
    try:
        act()
    except (OSError, sqlite3.Error, ValueError) as error:
        print(type(error).__name__, error)
    else:
        raise AssertionError("it did not fail")
    assert (folder / "model.skclf").read_bytes() == b"old"
    assert (folder / "out.csv").read_bytes() == b"old"

def write_all(check):
    check(lambda: save(large, folder / "model.skclf", format="safe"))
    check(lambda: save(large, folder / "model.skclf", format="pickle"))
    check(lambda: predict_file(model, folder / "in.csv", folder / "out.csv"))
    check(lambda: resumable(search, folder / "fits.sqlite").fit(*data))
"""
FULL = """
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
write_all(refused)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
left = set(os.listdir(folder)) - {*before, "fits.sqlite", "fits.sqlite-journal"}
assert not left, left
write_all(lambda act: act())  # there is room again
assert load(folder / "model.skclf", trusted=True).weights.size == 100_000
assert len((folder / "out.csv").read_text().splitlines()) == 1001
assert sorted(os.listdir(folder)) == sorted([*before, "fits.sqlite"])
"""
CLOSED = """
os.chmod(folder, 0o555)
if os.geteuid() == 0:  # who may write everywhere
    os.seteuid(65534)
write_all(refused)
assert sorted(os.listdir(folder)) == before
"""


def test_a_full_disk(tmp_path):
    pytest.importorskip("resource")
    run("-c", BEGIN + FULL, tmp_path)


def test_a_folder_that_is_closed():
    import tempfile

    with tempfile.TemporaryDirectory() as folder:  # which others may look into
        os.chmod(folder, 0o755)
        run("-c", BEGIN + CLOSED, folder)
        os.chmod(folder, 0o755)


WRITER = """
import sys
import numpy as np
from sklearn.linear_model import LogisticRegression
from skclf import load, save

path, number = sys.argv[1], int(sys.argv[2])
model = LogisticRegression().fit([[0], [1]], [0, 1])
model.weights = np.full(100_000, number)
for i in range(10):
    save(model, path, format="pickle" if i % 2 else "safe")
    found = load(path, trusted=True).weights
    assert found[0] in (1, 2) and (found == found[0]).all()
"""


def test_two_writers(tmp_path):
    commands = [
        [sys.executable, "-c", WRITER, str(tmp_path / "model.skclf"), str(number)]
        for number in (1, 2)
    ]
    processes = [subprocess.Popen(c, stderr=subprocess.PIPE) for c in commands]
    for process in processes:
        _, error = process.communicate(timeout=500)
        assert process.returncode == 0, error.decode()[-2000:]
    assert os.listdir(tmp_path) == ["model.skclf"]
