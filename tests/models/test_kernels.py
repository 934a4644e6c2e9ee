"""Kernels of optimizers: the same results as Keras' own operations."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import tiny

from skclf.models import acceleration
from skclf.models.fast import _optimizers

ADAM = keras.optimizers.Adam
SGD = keras.optimizers.SGD


def trained(optimizer, apply, steps=5):
    """Weights after some steps, with gradients for words that repeat."""
    rng = np.random.RandomState(0)
    weights = [
        keras.Variable(rng.normal(size=shape).astype(np.float32))
        for shape in ((6, 3), (3,))
    ]
    optimizer.build(weights)
    for _ in range(steps):
        values = tf.constant(rng.normal(size=(4, 3)), tf.float32)
        words = tf.IndexedSlices(values, tf.constant([1, 4, 1, 0]), (6, 3))
        apply(optimizer, [words, values[0]], weights)
    state = [variable.numpy() for variable in (*weights, *optimizer.variables)]
    return state, optimizer


def by_keras(optimizer, gradients, variables):
    optimizer.apply_gradients(zip(gradients, variables, strict=True))


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        (ADAM, {}),
        (ADAM, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}),
        (SGD, {}),
        (SGD, {"momentum": 0.9}),
    ],
)
@pytest.mark.parametrize("scheduled", [False, True])
def test_updates_are_those_of_keras(kind, params, scheduled, monkeypatch):
    rate = 0.1
    if scheduled:
        rate = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    expected, _ = trained(kind(rate, **params), by_keras)
    monkeypatch.setattr(kind, "update_step", None)  # Keras' own is not called
    found, _ = trained(kind(rate, **params), _optimizers.apply_gradients)
    # 1 - beta_2 is rounded in the kernel: 2e-5 of a step of 0.1.
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        (ADAM, {"amsgrad": True}),
        (ADAM, {"clipnorm": 0.1}),
        (ADAM, {"weight_decay": 0.1}),
        (ADAM, {"use_ema": True}),
        (ADAM, {"gradient_accumulation_steps": 2}),
        (SGD, {"momentum": 0.9, "nesterov": True}),
        (SGD, {"global_clipnorm": 0.1}),
        (keras.optimizers.AdamW, {}),
        (keras.optimizers.RMSprop, {}),
    ],
)
def test_what_kernels_cannot_do_is_left_to_keras(kind, params):
    expected, _ = trained(kind(0.1, **params), by_keras)
    found, _ = trained(kind(0.1, **params), _optimizers.apply_gradients)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("kind", ["gru", "lstm", "cnn", "dense"])
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_fit_is_that_with_the_optimizer_of_keras(kind, optimizer, X, features, y):
    data = features if kind == "dense" else X
    momentum = {"optimizer__momentum": 0.9} if optimizer == "sgd" else {}
    net = tiny(kind, epochs=3, optimizer=optimizer, **momentum)
    fast = net.fit(data, y).predict_proba(data)
    with acceleration(False):
        slow = net.fit(data, y).predict_proba(data)
    np.testing.assert_allclose(slow, fast, atol=1e-4)
