"""What is killed at random moments, in processes of their own.

``python killed.py ACTION FOLDER MOMENTS SEED`` forks a process for each moment, kills
it, and checks what it left: what fails first ends it.
"""

import os
import random
import signal
import sys
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from skclf import load, make_text_classifier, predict_file, save
from skclf.search import results, resumable

TEXTS = ["the house is on fire", "a day on the beach", "smoke", "sunny"] * 5
LABELS = ["bad", "good"] * 10


@contextmanager
def killed_after(seconds):
    """Do what is inside in another process, which dies after some time."""
    process = os.fork()
    if process:
        time.sleep(seconds)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        yield False
        return
    try:
        yield True
    finally:
        os._exit(0)


def moments(act, n, seed):
    """Times at which to kill, over all of what an action takes and a little more."""
    started = time.perf_counter()
    act()
    took = time.perf_counter() - started
    rng = random.Random(seed)
    return [rng.uniform(0, 1.2 * took) for _ in range(n)]


def save_killed(folder, n, seed):
    """The old file or the new one, and no other once it is written again."""
    path = folder / "model.skclf"
    model = LogisticRegression().fit([[0], [1]], [0, 1])

    def write(number, format=None):
        model.number, model.weights = number, np.full(300_000, number)
        save(model, path, format=format)

    write(0)
    for i, seconds in enumerate(moments(lambda: write(0), n, seed), start=1):
        with killed_after(seconds) as is_inside:
            if is_inside:
                write(i, "pickle" if i % 2 else "safe")
        loaded = load(path, trusted=True)
        assert loaded.number in (0, i), (loaded.number, i)
        assert (loaded.weights == loaded.number).all()
        write(0)
        assert os.listdir(folder) == [path.name], os.listdir(folder)


def predict_file_killed(folder, n, seed):
    """The old target or the new one; the next run goes on, and leaves nothing else."""
    model = make_text_classifier("nb").fit(TEXTS, LABELS)
    source, target = folder / "in.csv", folder / "out.csv"
    source.write_text("text\n" + "smoke over the beach\n" * 3000)

    def label():
        predict_file(model, source, target, batch_size=100, resume=True)

    label()
    whole = target.read_bytes()
    for seconds in moments(label, n, seed):
        target.write_text("old")
        with killed_after(seconds) as is_inside:
            if is_inside:
                label()
        assert target.read_bytes() in (b"old", whole)
        label()
        assert target.read_bytes() == whole
        assert sorted(os.listdir(folder)) == ["in.csv", "out.csv"]


def search_killed(folder, n, seed):
    """Fits that were kept are whole; the next run ends with what a single one finds."""
    X, y = np.random.default_rng(0).normal(size=(200, 5)), np.arange(200) % 2
    path = folder / "fits.sqlite"
    plain = GridSearchCV(
        LogisticRegression(random_state=0), {"C": [0.01, 0.1, 1, 10]}, cv=3
    )

    def search():
        return resumable(plain, path).fit(X, y)

    expected = search().cv_results_["mean_test_score"]
    path.unlink()
    times = moments(search, n, seed)
    for seconds in times:
        path.unlink(missing_ok=True)
        with killed_after(seconds) as is_inside:
            if is_inside:
                search()
        found = search().cv_results_["mean_test_score"]
        np.testing.assert_array_equal(found, expected)
        assert len(results(path)) == 12
        assert os.listdir(folder) == [path.name], os.listdir(folder)


if __name__ == "__main__":
    warnings.simplefilter("error")
    action = {
        "save": save_killed,
        "predict_file": predict_file_killed,
        "search": search_killed,
    }[sys.argv[1]]
    action(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
