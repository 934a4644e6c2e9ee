"""Forked processes: an error at once where TensorFlow would wait for ever."""

import json
import os
import subprocess
import sys
import threading
import warnings

import pytest

from skclf._cache import LRUCache

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")

SCRIPT = """
import json, multiprocessing, pickle, sys, warnings

import keras  # which imports TensorFlow, but does not start it
import numpy as np

import skclf

X, y = np.eye(8), [0, 1] * 4

def fit():
    return skclf.DenseClassifier(epochs=1, random_state=0).fit(X, y)

def predict(saved):
    return pickle.loads(saved).predict(X).tolist()

def model(saved):
    return pickle.loads(saved).model_.name

def convert(saved):
    return str(skclf.to_onnx_pipeline(pickle.loads(saved)))

def outcome(function, *args):
    try:
        return function(*args)
    except RuntimeError as error:
        return str(error)

def child(method, function, *args):
    with multiprocessing.get_context(method).Pool(1) as pool:
        return pool.apply_async(outcome, (function, *args)).get(timeout=120)

if __name__ == "__main__":
    # Python warns of forks where there are threads, from 3.12 on.
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    net = child("fork", fit)
    saved, light = pickle.dumps(net), pickle.dumps(skclf.to_onnx_pipeline(net))
    answer = {
        "parent": predict(saved),
        "spawned": child("spawn", predict, saved),
        "onnx": child("fork", predict, light),
        "forked": [
            child("fork", fit),
            *(child("fork", use, saved) for use in (predict, model, convert)),
        ],
    }
    print(json.dumps(answer))
"""


@pytest.mark.slow
def test_a_fork_of_where_tensorflow_started_refuses_nets(tmp_path):
    """All else works: a fork made before, a process of its own, an ONNX net."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["spawned"] == answer["onnx"] == answer["parent"]
    for message in answer["forked"]:
        assert "a fork of process" in message
        assert "'spawn'" in message
        assert "to_onnx_pipeline" in message


def test_locks_are_free_in_a_fork():
    """A thread that holds one is not there to release it."""
    cache, held, done = LRUCache(1), threading.Event(), threading.Event()

    def make():
        held.set()
        return done.wait(60)

    thread = threading.Thread(target=cache.get, args=("slow", make))
    thread.start()
    held.wait(60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there are threads
        pid = os.fork()
    if not pid:
        is_free = cache._lock.acquire(timeout=5)
        os._exit(0 if is_free else 1)
    done.set()
    thread.join()
    assert os.waitpid(pid, 0)[1] == 0
    assert cache.get("slow", str) is True
