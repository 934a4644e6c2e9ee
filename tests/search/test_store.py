"""The file outlives its processes, and is read while others write."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from skclf.search import results
from skclf.search._store import FitStore
from skclf.search._stored_fits import StoredFits

PROGRAM = """
import sys, time
import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from skclf.search import resumable

class Slow(LogisticRegression):
    def fit(self, X, y):
        time.sleep(float(sys.argv[3]))
        return super().fit(X, y)

if __name__ == "__main__":
    grid = {"C": [0.1, 1, 10, 100]}
    slow = Slow(random_state=0, max_iter=1000)
    search = GridSearchCV(slow, grid, cv=5, n_jobs=int(sys.argv[2]))
    search = resumable(search, sys.argv[1], verbose=1)
    search.fit(*load_iris(return_X_y=True))
    joblib.dump(search.cv_results_, sys.argv[1] + ".joblib")
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
def test_a_killed_search_goes_on(n_jobs, tmp_path):
    """Killed in the middle of a fit, which leaves no time to tidy up."""
    script, path = tmp_path / "search.py", tmp_path / "search.sqlite"
    script.write_text(PROGRAM)

    def command(seconds):
        return [sys.executable, str(script), str(path), str(n_jobs), str(seconds)]

    with subprocess.Popen(command(0.3)) as process:
        deadline = time.monotonic() + 100
        while not path.exists() or not os.path.getsize(path):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.02)
        while number_of(path) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    if n_jobs > 1:
        time.sleep(1)  # workers finish what they are at
    n_kept = number_of(path)
    assert 3 <= n_kept < 20

    done = subprocess.run(
        command(0), capture_output=True, text=True, timeout=100, check=True
    )
    assert done.stdout == f"reloaded {n_kept} of 20 fits\n"
    assert len(results(path)) == 20
    found = joblib.load(f"{path}.joblib")
    linear = LogisticRegression(random_state=0, max_iter=1000)
    plain = GridSearchCV(linear, {"C": [0.1, 1, 10, 100]}, cv=5)
    expected = plain.fit(*load_iris(return_X_y=True)).cv_results_
    assert found.keys() == expected.keys()
    for key in [key for key in expected if "test" in key]:
        np.testing.assert_array_equal(found[key], expected[key])


def number_of(path):
    """Rows that a reader finds; none before the table is there."""
    try:
        return len(results(path))
    except ValueError:  # the file is being made
        return 0


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
