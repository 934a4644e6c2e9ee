"""Kernels have a twin in plain Keras, which takes over where they do not work."""

import sys

import keras
import numpy as np
import pytest
from helpers import tiny, workbench_of
from tensorflow.python import eager
from tensorflow.python.framework import ops

from skclf import KerasTextClassifier
from skclf.models import acceleration
from skclf.models.fast import _accelerate
from skclf.models.fast._accelerate import FastSteps, KerasSteps
from skclf.models.training._workbench import WORKBENCHES


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Nothing compiled before, and nothing said."""
    WORKBENCHES.clear()
    monkeypatch.delenv(_accelerate.VARIABLE, raising=False)
    monkeypatch.setattr(_accelerate, "_told", set())


def steps_of(net):
    return type(workbench_of(net).steps)


def test_an_environment_variable_turns_kernels_off(X, y, monkeypatch):
    monkeypatch.setenv(_accelerate.VARIABLE, "0")
    net = tiny("gru").fit(X, y)
    assert steps_of(net) is KerasSteps
    with acceleration(True):
        assert steps_of(net.fit(X, y)) is FastSteps


def test_the_variable_is_0_or_1(X, y, monkeypatch):
    monkeypatch.setenv(_accelerate.VARIABLE, "no")
    with pytest.raises(ValueError, match=r"SKCLF_ACCELERATION to be 0 or 1, got 'no'"):
        tiny("gru").fit(X, y)


def lacks(monkeypatch, name):
    """Take away what is private in Keras or TensorFlow."""
    owner, attribute = {
        "loops of Keras": (keras.layers.LSTM, "inner_loop"),
        "gradients of TensorFlow": (ops, "gradient_registry"),
    }[name]
    for cls in getattr(owner, "__mro__", [owner]):
        if attribute in vars(cls):
            monkeypatch.delattr(cls, attribute)


@pytest.mark.parametrize(
    "name", ["loops of Keras", "gradients of TensorFlow", "slots of Keras"]
)
def test_nets_without_a_private_name_are_those_of_keras(name, X, y, monkeypatch):
    with acceleration(False):
        expected = tiny("cnn").fit(X, y).predict_proba(X)
    if name == "slots of Keras":  # which Keras' own updates need, too
        monkeypatch.setitem(
            _accelerate.check_slots.__globals__["_SLOTS"],
            keras.optimizers.Adam,
            ("_no_such_slots",),
        )
    else:
        lacks(monkeypatch, name)
    with pytest.warns(UserWarning, match="computed by Keras alone") as told:
        found = tiny("cnn").fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(found, expected)
    tiny("cnn", filters=3).fit(X, y)  # another one to compile: nothing is said again
    assert len([w for w in told if "Keras alone" in str(w.message)]) == 1


def test_kernels_that_fail_give_way_to_keras(X, features, y, monkeypatch):
    def changed(*args, **kwargs):
        raise TypeError("takes other arguments now")

    monkeypatch.setattr(_accelerate, "apply_gradients", changed)
    for kind, data in (("gru", X), ("dense", features)):
        with acceleration(False):
            expected = tiny(kind).fit(data, y).predict_proba(data)
        net = tiny(kind)
        monkeypatch.setattr(_accelerate, "_told", set())
        with pytest.warns(UserWarning, match="takes other arguments now"):
            found = net.fit(data, y).predict_proba(data)
        assert steps_of(net) is KerasSteps
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_an_error_of_the_users_net_is_raised_without_a_warning(X, y):
    class Broken(keras.layers.Layer):
        def call(self, x, training=False):
            if training:
                raise RuntimeError("mine")
            return x

    def build(meta):
        ids = keras.Input((None,), dtype="int32")
        x = keras.layers.Embedding(meta["vocabulary_size_"], 2)(ids)
        x = Broken()(keras.layers.GlobalAveragePooling1D()(x))
        return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(x))

    with pytest.raises(RuntimeError, match="mine"):
        KerasTextClassifier(build).fit(X, y)


def test_prediction_has_a_public_way(X, y, monkeypatch):
    net = tiny("gru").fit(X, y)
    expected = net.predict_proba(X)
    with acceleration(False):
        np.testing.assert_array_equal(net.predict_proba(X), expected)
    monkeypatch.setitem(sys.modules, "tensorflow.python.eager.context", None)
    monkeypatch.delattr(eager, "context")
    with pytest.warns(UserWarning, match=r"eager\.context"):
        np.testing.assert_array_equal(net.predict_proba(X), expected)
