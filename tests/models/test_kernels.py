"""Kernels of TensorFlow in training: the same results as Keras' own operations."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import tiny

from skclf import KerasTextClassifier
from skclf.models import _kernels, _workbench
from skclf.models._workbench import WORKBENCHES

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
    found, _ = trained(kind(rate, **params), _kernels.apply_gradients)
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
    found, _ = trained(kind(0.1, **params), _kernels.apply_gradients)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("kind", ["gru", "lstm", "cnn", "dense"])
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_fit_is_that_with_the_optimizer_of_keras(
    kind, optimizer, X, features, y, monkeypatch
):
    data = features if kind == "dense" else X
    momentum = {"optimizer__momentum": 0.9} if optimizer == "sgd" else {}
    net = tiny(kind, epochs=3, optimizer=optimizer, **momentum)
    WORKBENCHES.clear()
    fast = net.fit(data, y).predict_proba(data)
    monkeypatch.setattr(_kernels, "_UPDATES", {})
    monkeypatch.setattr(_workbench, "lazy_momentum", lambda model: None)
    WORKBENCHES.clear()
    np.testing.assert_allclose(net.fit(data, y).predict_proba(data), fast, atol=1e-4)


def lstm(meta, both=False, dim=4, **params):
    ids = keras.Input((None,), dtype="int32")
    states = keras.layers.Embedding(meta["vocabulary_size_"], dim)(ids)
    layer = keras.layers.LSTM(5, **params)
    states = (keras.layers.Bidirectional(layer) if both else layer)(states)
    if params.get("return_sequences"):
        states = keras.layers.GlobalMaxPooling1D()(states)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(states))


def kernels_in(net, X, y):
    """How many LSTM kernels are in the training of a net, which is fitted."""
    WORKBENCHES.clear()
    net.fit(X, y)
    graph = net._net.workbench().train.graph.as_graph_def()
    functions = graph.library.function
    return sum(n.op == "BlockLSTM" for f in functions for n in f.node_def)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"return_sequences": True},
        {"go_backwards": True},
        {"both": True},
        {"both": True, "return_sequences": True},
    ],
)
def test_lstm_is_that_of_keras(params, X, y, monkeypatch):
    routed = {f"model__{name}": value for name, value in params.items()}
    net = KerasTextClassifier(lstm, epochs=2, random_state=0, **routed)
    assert kernels_in(net, X, y) == 1 + params.get("both", False)
    fast = net.predict_proba(X), net.history_["loss"]
    monkeypatch.setattr(_kernels, "SMALL_LSTM", 0)
    assert kernels_in(net, X, y) == 0
    np.testing.assert_allclose(net.predict_proba(X), fast[0], atol=1e-5)
    np.testing.assert_allclose(net.history_["loss"], fast[1], atol=1e-5)


@pytest.mark.parametrize(
    "params",
    [
        {"activation": "relu"},
        {"recurrent_activation": "tanh"},
        {"use_bias": False},
        {"dropout": 0.2},
        {"recurrent_dropout": 0.2},
        {"dim": 200},
    ],
)
def test_other_lstm_are_left_to_keras(params, X, y):
    routed = {f"model__{name}": value for name, value in params.items()}
    net = KerasTextClassifier(lstm, epochs=1, random_state=0, **routed)
    assert kernels_in(net, X[:10], y[:10]) == 0


def test_the_model_of_a_fitted_net_has_the_layers_of_keras(X, y):
    net = tiny("lstm", epochs=1).fit(X, y)
    forward = net.model_.get_layer("both_ways_0").forward_layer
    assert "inner_loop" not in vars(forward)
    rows = np.flatnonzero(np.asarray(X)[:, 2:].sum(axis=1) == 0)
    rows = rows[np.asarray(X)[rows, 1] > 0][:5]  # documents of two words
    expected = net.model_.predict(np.asarray(X)[rows, :2], verbose=0)
    found = net.predict_proba(X[rows])[:, 1:]
    np.testing.assert_allclose(found, expected, atol=1e-6)
