"""Loops of recurrent layers: the same results as those of Keras."""

import gc
import weakref

import keras
import numpy as np
import pytest
from helpers import tiny, workbench_of

from skclf import KerasTextClassifier
from skclf.models.fast import _recurrence
from skclf.models.training._workbench import WORKBENCHES

pytestmark = pytest.mark.slow

KINDS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def model(meta, kind, both=False, dim=4, mask_zero=False, **params):
    ids = keras.Input((None,), dtype="int32")
    words = keras.layers.Embedding(meta["vocabulary_size_"], dim, mask_zero=mask_zero)
    layer = KINDS[kind](5, bias_initializer="normal", **params)
    states = (keras.layers.Bidirectional(layer) if both else layer)(words(ids))
    if params.get("return_sequences"):
        states = keras.layers.GlobalMaxPooling1D()(states)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(states))


def net(kind, params, epochs=2):
    routed = {f"model__{name}": value for name, value in params.items()}
    return KerasTextClassifier(
        model, model__kind=kind, epochs=epochs, random_state=0, **routed
    )


def count_fast_loops(net, X, y):
    """How many layers of a net have our loop, once it is fitted."""
    WORKBENCHES.clear()
    layers = workbench_of(net.fit(X, y)).model.layers
    both = [layer for layer in layers if isinstance(layer, keras.layers.Bidirectional)]
    layers += [x for layer in both for x in (layer.forward_layer, layer.backward_layer)]
    return sum("inner_loop" in vars(layer) for layer in layers)


@pytest.mark.parametrize(
    "params",
    [
        {"go_backwards": True},
        {"both": True, "return_sequences": True},
        {"mask_zero": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [*KINDS, "large lstm"])
def test_a_loop_computes_what_that_of_keras_does(kind, params, X, y, monkeypatch):
    if kind == "large lstm":
        kind = "lstm"
        monkeypatch.setattr(_recurrence, "SLOW_GRADIENT", 0)
    fast = net(kind, params)
    assert count_fast_loops(fast, X, y) == 1 + params.get("both", False)
    proba = fast.predict_proba(X)  # before anything is compiled with Keras' loop
    monkeypatch.setattr(_recurrence, "_LOOPS", {})
    slow = net(kind, params)
    assert count_fast_loops(slow, X, y) == 0
    np.testing.assert_allclose(proba, slow.predict_proba(X), atol=1e-5)
    losses = [found.history_["loss"] for found in (fast, slow)]
    np.testing.assert_allclose(*losses, atol=1e-5)


@pytest.mark.parametrize(
    "params",
    [
        {"activation": "relu"},
        {"recurrent_activation": "tanh"},
        {"use_bias": False},
        {"dropout": 0.2},
        {"recurrent_dropout": 0.2},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", KINDS)
def test_other_layers_are_left_to_keras(kind, params, X, y):
    assert count_fast_loops(net(kind, params, epochs=1), X[:10], y[:10]) == 0


@pytest.mark.parametrize(
    ("kind", "params"), [("lstm", {"dim": 200}), ("gru", {"reset_after": False})]
)
def test_large_lstm_and_the_first_kind_of_gru_are_left_to_keras(kind, params, X, y):
    assert count_fast_loops(net(kind, params, epochs=1), X[:10], y[:10]) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_layers_that_return_their_states_are_left_to_keras(kind):
    layer = KINDS[kind](5, return_state=True)
    layer.build((None, None, 4))
    _recurrence.speed_up([layer], [])
    assert "inner_loop" not in vars(layer)


def test_the_model_of_a_fitted_net_has_the_layers_of_keras(X, y):
    net = tiny("lstm", epochs=1).fit(X, y)
    forward = net.model_.get_layer("both_ways_0").forward_layer
    assert "inner_loop" not in vars(forward)
    rows = np.flatnonzero(np.asarray(X)[:, 2:].sum(axis=1) == 0)
    rows = rows[np.asarray(X)[rows, 1] > 0][:5]  # documents of two words
    expected = net.model_.predict(np.asarray(X)[rows, :2], verbose=0)
    found = net.predict_proba(X[rows])[:, 1:]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_odd_sizes_are_no_reason_to_warn(X, y, capfd):
    """TensorFlow's kernel would, in C++, at each call."""
    tiny("lstm", units=5, batch_size=3, epochs=1).fit(X, y).predict(X[:1])
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["gru", "large lstm"])
def test_graphs_are_freed_with_what_needs_them(kind, X, y, monkeypatch):
    if kind == "large lstm":
        kind = "lstm"
        monkeypatch.setattr(_recurrence, "SLOW_GRADIENT", 0)
    WORKBENCHES.clear()
    fitted = net(kind, {"both": True}, epochs=1).fit(X, y)
    before = fitted.predict_proba(X)
    workbench, predictor = workbench_of(fitted), fitted._net.predictor()
    training = weakref.ref(workbench.model), weakref.ref(workbench.train.graph)
    prediction = weakref.ref(predictor._compiled().graph)
    del workbench, predictor
    WORKBENCHES.clear()
    gc.collect()
    assert [part() for part in training] == [None, None]
    np.testing.assert_array_equal(fitted.predict_proba(X), before)
    del fitted
    gc.collect()
    assert prediction() is None


class CallsModel(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.output = self.model(np.ones((1, 3), np.int32))


def test_a_callback_can_call_the_model(X, y):
    fitted = tiny("gru", epochs=1, callbacks=[CallsModel()]).fit(X, y)
    assert fitted.callbacks_[0].output.shape[0] == 1
