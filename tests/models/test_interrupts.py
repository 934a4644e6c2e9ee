"""Ctrl-C: soon, and nothing is half of anything."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import keras
import numpy as np
import pytest
from helpers import tiny
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV

from skclf.models.rows import _prediction
from skclf.models.training import _loop


class InterruptAt(keras.callbacks.Callback):
    """Ctrl-C at the beginning of an epoch."""

    def __init__(self, when):
        super().__init__()
        self.when = when

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.when:
            raise KeyboardInterrupt


def interrupted(net, *args, when=1, method="fit", **kwargs):
    net.set_params(callbacks=[InterruptAt(when)])
    with pytest.raises(KeyboardInterrupt):
        getattr(net, method)(*args, **kwargs)
    assert net.callbacks[0].model is None
    return net.set_params(callbacks=None)


@pytest.mark.parametrize("when", [0, 2])
def test_what_is_fitted_anew_is_not_fitted(when, X, y):
    net = tiny("cnn").fit(X, y)
    interrupted(net, X, y, when=when)
    with pytest.raises(NotFittedError):
        net.predict(X)
    again = net.fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(again, clone(net).fit(X, y).predict_proba(X))


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_training_that_goes_on_goes_back_to_where_it_was(method, X, y):
    net = tiny("cnn", epochs=2, warm_start=True)
    reference = clone(net).fit(X, y)
    before = interrupted(net.fit(X, y), X, y, when=0, method=method)
    np.testing.assert_array_equal(before.predict_proba(X), reference.predict_proba(X))
    for name in ("best_epoch_", "n_samples_fit_"):
        assert getattr(before, name) == getattr(reference, name)
    a, b = (getattr(one, method)(X, y) for one in (before, reference))
    np.testing.assert_array_equal(a.predict_proba(X), b.predict_proba(X))
    assert a.history_["loss"] == b.history_["loss"]


def test_a_search_ends_in_any_epoch(X, y):
    for when in (0, 1):
        net = tiny("cnn", epochs=2, callbacks=[InterruptAt(when)])
        search = GridSearchCV(net, {"filters": [4, 8]}, cv=2, error_score=0.0)
        with pytest.raises(KeyboardInterrupt):
            search.fit(X, y)
        assert not hasattr(search, "cv_results_")


MOMENTUM = {"optimizer": "sgd", "optimizer__momentum": 0.9}


@pytest.mark.parametrize(("kind", "params"), [("gru", {}), ("cnn", MOMENTUM)])
def test_an_epoch_in_parts_is_the_same_epoch(kind, params, X, y, monkeypatch):
    net = tiny(kind, epochs=3, batch_size=4, word_dropout=0.2, **params)
    whole = clone(net).fit(X, y)
    monkeypatch.setattr(_loop, "SECONDS", 0)  # a batch at a time
    parts = clone(net).fit(X, y)
    for a, b in zip(whole._net.weights, parts._net.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    assert whole.history_["loss"] == parts.history_["loss"]
    assert whole.history_["accuracy"] == parts.history_["accuracy"]


def test_parts_of_an_epoch_take_about_as_long(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(_loop, "perf_counter", lambda: now[0])
    pace, seconds = _loop.Pace(), []

    def epoch(n_batches, cost):
        seconds.clear()
        for first, last in pace.parts(n_batches):
            seconds.append((last - first) * cost)
            now[0] += seconds[-1]

    epoch(10_000, cost=0.01)
    assert sum(seconds) == pytest.approx(100)
    assert max(seconds) <= 0.5
    assert np.mean(seconds) > 0.4
    epoch(20, cost=0.01)
    assert len(seconds) == 1  # less than half a second
    epoch(100, cost=1.0)  # all of a sudden
    assert seconds[1:] == [1.0] * (len(seconds) - 1)  # a batch at a time


class Rows:
    """Rows of which each is a batch."""

    lengths = np.ones(400, int)

    def __len__(self):
        return len(self.lengths)

    def rows_at_once(self, most):
        return most

    def blocks(self, rows, width):
        return (rows,)


def test_predictions_do_not_wait_for_batches_that_have_not_begun(monkeypatch):
    handed_over, begun, pressed = [], [], Event()

    class Pool(ThreadPoolExecutor):
        def submit(self, *args):
            handed_over.append(args)
            if len(handed_over) == 300:
                pressed.set()
                raise KeyboardInterrupt
            return super().submit(*args)

    def run(blocks):
        begun.append(blocks)
        pressed.wait()
        sleep(0.01)
        return np.zeros((1, 1))

    monkeypatch.setattr(_prediction, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(_prediction, "count_threads", lambda: 2)
    with pytest.raises(KeyboardInterrupt):
        _prediction.predict_rows(Rows(), 1, run, batch_size=1)
    assert len(begun) < 299


SCRIPT = """
import json, os, signal, threading, time, warnings

import numpy as np
from sklearn.model_selection import GridSearchCV

from skclf import DenseClassifier
from skclf._tensorflow import load_keras

Callback = load_keras().callbacks.Callback
FULL = 20  # seconds that an epoch would take
pressed = []

def press():
    pressed.append(time.perf_counter())
    os.kill(os.getpid(), signal.SIGINT)

class Press(Callback):
    def on_epoch_begin(self, epoch, logs=None):
        threading.Timer(0.5, press).start()

def data(n):
    return np.random.rand(n, 4).astype(np.float32), np.arange(n) % 2

def seconds(function, *args):
    started = time.perf_counter()
    function(*args)
    return time.perf_counter() - started

def waited(function, *args):
    try:
        function(*args)
    except KeyboardInterrupt:
        return time.perf_counter() - pressed[-1]

warnings.simplefilter("ignore")
net = DenseClassifier(
    hidden_units=(1024, 1024), epochs=1, batch_size=32, early_stopping=False
)
net.fit(*data(320))
net.predict(data(1024)[0])
n = int(1600 * FULL / seconds(net.fit, *data(1600)))
many = data(int(8192 * FULL / seconds(net.predict, data(8192)[0])))[0]
threading.Timer(0.5, press).start()
found = {"predict": waited(net.predict, many)}
X, y = data(2 * n)
net.set_params(callbacks=[Press])
search = GridSearchCV(net, {"learning_rate": [0.1, 0.2]}, cv=2)
found |= {"fit": waited(net.fit, X, y), "search": waited(search.fit, X, y)}
found["fitted"] = hasattr(net, "_net") or hasattr(search, "cv_results_")
print(json.dumps([FULL, found]))
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_a_long_epoch_is_left_soon():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    full, found = json.loads(done.stdout)
    assert not found.pop("fitted")
    assert None not in found.values()  # each was interrupted
    assert max(found.values()) < full / 3, found
