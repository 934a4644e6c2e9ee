"""The file outlives its processes, and is read while others write."""

import json
import os
import pickle
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV

from skclf.search import results
from skclf.search._store import FitStore
from skclf.search._stored_fits import StoredFits

MODULE = """
import os, time
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from skclf.search import resumable

class Slow(LogisticRegression):
    def fit(self, X, y):
        time.sleep(float(os.environ["SECONDS"]))
        return super().fit(X, y)

def make(path, n_jobs):
    slow = Slow(random_state=0, max_iter=1000)
    search = GridSearchCV(slow, {"C": [0.1, 1, 10, 100]}, cv=5, n_jobs=n_jobs)
    return resumable(search, path, verbose=1)
"""
PROGRAM = """
import sys
from sklearn.datasets import load_iris
from users_search import make
make(sys.argv[1], int(sys.argv[2])).fit(*load_iris(return_X_y=True))
"""


RESULT = {
    "test_scores": 0.1,
    "n_test_samples": 1,
    "fit_time": 0.5,
    "score_time": 0.1,
    "fit_error": None,
}


def row(key, run="run"):
    return {
        "key": key,
        "run": run,
        "data": "data",
        "params": "{}",
        "fold": 0,
        "n_train": 2,
        "result": json.dumps(RESULT),
        "is_whole": True,
    }


@pytest.mark.parametrize("n_jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_killed_search_goes_on(n_jobs, tmp_path, monkeypatch, capsys):
    """Killed in the middle of a fit, which leaves no time to tidy up."""
    (tmp_path / "users_search.py").write_text(MODULE)
    path = tmp_path / "search.sqlite"
    python_path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path), str(n_jobs)],
        env=os.environ | {"PYTHONPATH": python_path, "SECONDS": "0.5"},
    ) as process:
        deadline = time.monotonic() + 100
        while not (path.exists() and path.stat().st_size) or len(results(path)) < 3:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    n_kept = 0
    while n_jobs > 1 and n_kept < len(results(path)):  # workers end what they are at
        n_kept = len(results(path))
        time.sleep(2)
    n_kept = len(results(path))
    assert 3 <= n_kept < 20

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("SECONDS", "0")
    from users_search import Slow, make

    monkeypatch.delitem(sys.modules, "users_search")  # the next test has its own
    data = load_iris(return_X_y=True)
    found = make(path, n_jobs=1).fit(*data)
    assert found.n_reloaded_ == n_kept
    assert capsys.readouterr().out == f"reloaded {n_kept} of 20 fits\n"
    assert len(results(path)) == 20
    plain = GridSearchCV(Slow(random_state=0, max_iter=1000), found.param_grid, cv=5)
    expected = plain.fit(*data).cv_results_
    assert found.cv_results_.keys() == expected.keys()
    for key in [key for key in expected if "test" in key]:
        np.testing.assert_array_equal(found.cv_results_[key], expected[key])


def test_many_writers_and_a_reader(tmp_path):
    path = tmp_path / "a.sqlite"

    def write(n):
        store = FitStore(path)
        store.create()
        for m in range(10):
            store.add(row(f"{n} {m}", run=str(n)))
            assert store.count(str(n)) == m + 1
        return pickle.loads(pickle.dumps(store)).find(f"{n} 9")

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(write, range(8)))
    assert found == [RESULT] * 8
    assert len(FitStore(path).rows()) == 80
    assert list(tmp_path.iterdir()) == [path]  # the log is gone


def test_an_empty_file_of_a_killed_process_is_begun(tmp_path):
    path = tmp_path / "a.sqlite"
    path.touch()
    FitStore(path).create()
    FitStore(path).add(row("key"))
    assert FitStore(path).find("key") == RESULT
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_of_a_process_that_was_killed_while_it_made_it(tmp_path):
    half, path = tmp_path / "half.sqlite", tmp_path / "folder" / "a.sqlite"
    path.parent.mkdir()
    with closing(sqlite3.connect(half, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE fits (a TEXT)")
        for _ in range(100):
            connection.execute("INSERT INTO fits VALUES (?)", ["x" * 10_000])
        for end in ("", "-journal"):
            shutil.copy(f"{half}{end}", f"{path}{end}")
    assert path.stat().st_size > 0
    with pytest.raises(FileNotFoundError, match="or it is empty"):
        results(path)
    FitStore(path).create()
    assert FitStore(path).rows() == []
    assert list(path.parent.iterdir()) == [path]


def test_what_failed_is_not_found(tmp_path):
    store = FitStore(tmp_path / "a.sqlite")
    store.create()
    store.add(row("key") | {"is_whole": False})
    assert store.find("key") is None
    store.add(row("key"))
    assert store.find("key") == RESULT
    assert store.find("other") is None
    assert len(store.rows()) == 1


def test_a_worker_in_another_folder_finds_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = FitStore("a #1?.sqlite")
    store.create()
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path / "folder")
    store.add(row("key"))
    assert (tmp_path / "a #1?.sqlite").exists()
    assert len(results(tmp_path / "a #1?.sqlite")) == 1


def test_time_left():
    fits = StoredFits(store=None)
    fits.n_fits, fits.n_reloaded = 100, 40
    start = "reloaded 40 of 100 fits, made"
    assert fits.text(0, 5) == f"{start} 0"
    assert fits.text(10, 12) == f"{start} 10, about 60 s left"
    assert fits.text(60, 20) == f"{start} 60"
