"""A seeded net depends on its seed, not on who else draws random numbers."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
from helpers import tiny

from skclf import KerasTextClassifier
from skclf.models.training._workbench import WORKBENCHES


class Noise(keras.layers.Layer):
    """Draws without a seed, as layers of users do."""

    def call(self, x, training=False):
        return keras.random.dropout(x, 0.5) if training else x


def noisy(meta):
    ids = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(meta["vocabulary_size_"], 4)(ids)
    mean = keras.layers.GlobalAveragePooling1D()(vectors)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(Noise()(mean)))


def in_another_thread(function):
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function).result()


@pytest.fixture
def busy():
    """A thread that draws from Python's generator all the time."""
    stop = threading.Event()

    def draw():
        while not stop.is_set():
            random.random()

    thread = threading.Thread(target=draw)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def alone(X, y):
    return tiny("cnn", epochs=2).fit(X, y).predict_proba(X)


def test_what_other_threads_draw_changes_no_net(alone, busy, X, y):
    found = tiny("cnn", epochs=2).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(found, alone)


def test_others_draw_what_they_would_draw_without_a_fit(X, y):
    drawn = []

    def drawing(meta):
        drawn.append(random.random())
        model = noisy(meta)
        drawn.append(random.random())
        return model

    random.seed(7)
    KerasTextClassifier(drawing, epochs=1, random_state=0).fit(X, y)
    expected = random.Random(7)
    assert drawn == [expected.random() for _ in drawn]


def test_layers_that_draw_without_a_seed_follow_that_of_the_net(X, y):
    def fit(seed=0):
        net = KerasTextClassifier(noisy, epochs=2, random_state=seed)
        return net.fit(X, y).predict_proba(X)

    first = fit()
    np.testing.assert_array_equal(fit(), first)
    np.testing.assert_array_equal(in_another_thread(fit), first)
    assert not np.allclose(fit(seed=1), first)


@pytest.mark.parametrize("compiled", [False, True])
def test_threads_that_fit_at_once_are_as_one_after_the_other(compiled, X, y):
    nets = [tiny("cnn", epochs=2, random_state=seed) for seed in (0, 0, 1, 2)]
    expected = [net.fit(X, y).predict_proba(X) for net in nets]
    if not compiled:
        WORKBENCHES.clear()
    with ThreadPoolExecutor(len(nets)) as threads:
        found = list(threads.map(lambda net: net.fit(X, y).predict_proba(X), nets))
    np.testing.assert_array_equal(found, expected)
