"""Nets are computed by Keras' own settings; those of the user stay as they are."""

import pickle
from contextlib import contextmanager

import keras
import numpy as np
import pytest
import tensorflow as tf

from skclf import KerasTextClassifier
from skclf.models.building._keras_state import shipped_settings
from skclf.models.training._workbench import WORKBENCHES


def convolution(meta):
    """A net that all settings would change, or break."""
    ids = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(meta["vocabulary_size_"], 4)(ids)
    found = keras.layers.Conv1D(4, 3, padding="same")(vectors)
    pooled = keras.layers.GlobalMaxPooling1D()(found)
    # Of a sigmoid the loss reads the logits, not what epsilon keeps away from 0 and 1.
    return keras.Model(ids, keras.layers.Dense(1, activation="hard_sigmoid")(pooled))


def fit(X, y):
    WORKBENCHES.clear()  # or the net would not be built and traced again
    net = KerasTextClassifier(convolution, epochs=2, random_state=0)
    return net.set_params(learning_rate=0.02).fit(X, y)


@pytest.fixture(scope="module")
def saved(X, y):
    return pickle.dumps(fit(X, y))


def settings():
    """What Keras is told for all threads, and for this one."""
    config = keras.config
    policy = config.dtype_policy().name
    return config.floatx(), config.epsilon(), config.image_data_format(), policy


@contextmanager
def setting(name, value):
    """Keras and TensorFlow with one setting of the user's."""
    functions = {
        "floatx": (keras.config.set_floatx, "float32"),
        "epsilon": (keras.config.set_epsilon, 1e-7),
        "image_data_format": (keras.config.set_image_data_format, "channels_last"),
        "dtype_policy": (keras.config.set_dtype_policy, keras.config.dtype_policy()),
        "eager": (tf.config.run_functions_eagerly, False),
    }
    change, shipped = functions[name]
    change(value)
    try:
        yield
    finally:
        change(shipped)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("floatx", "float64"),
        ("floatx", "float16"),
        ("epsilon", 0.49),
        ("image_data_format", "channels_first"),
        ("dtype_policy", "mixed_float16"),
        ("dtype_policy", "float64"),
        ("eager", True),
    ],
)
def test_settings_change_no_net_and_no_net_changes_settings(name, value, saved, X, y):
    expected = pickle.loads(saved).predict_proba(X)
    with setting(name, value):
        before = settings()
        np.testing.assert_array_equal(fit(X, y).predict_proba(X), expected)
        WORKBENCHES.clear()
        loaded = pickle.loads(saved)
        np.testing.assert_array_equal(loaded.predict_proba(X), expected)
        assert {weight.dtype for weight in loaded.model_.weights} == {"float32"}
        assert settings() == before


def test_scopes_that_are_open_do_not_count(saved, X, y):
    expected = pickle.loads(saved).predict_proba(X)
    with keras.name_scope("mine"):
        net = fit(X, y)
        np.testing.assert_array_equal(net.predict_proba(X), expected)
        assert not any("mine" in weight.path for weight in net.model_.weights)
        assert keras.Variable(0.0, name="v").path == "mine/v"


def test_a_fitted_net_outlives_clear_session(X, y):
    net = fit(X, y)
    expected = net.predict_proba(X)
    keras.utils.clear_session()
    np.testing.assert_array_equal(net.predict_proba(X), expected)
    np.testing.assert_array_equal(fit(X, y).predict_proba(X), expected)


def test_names_that_keras_has_given_out_are_not_given_out_again(X, y):
    """A part that was made before the net is in one model with parts made later."""
    part = keras.layers.Dense(4)

    def build(meta):
        ids = keras.Input((None,), dtype="int32")
        vectors = part(keras.layers.Embedding(meta["vocabulary_size_"], 4)(ids))
        pooled = keras.layers.GlobalMaxPooling1D()(vectors)
        return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(pooled))

    net = KerasTextClassifier(build, epochs=1, random_state=0).fit(X, y)
    names = [layer.name for layer in net.model_.layers]
    assert len(names) == len(set(names))


def test_the_last_one_to_leave_puts_back_what_the_first_one_found():
    """Threads build nets at once, each in a time of its own."""
    first, second = shipped_settings(), shipped_settings()
    with setting("floatx", "float64"):
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert keras.config.floatx() == "float32"
        second.__exit__(None, None, None)
        assert keras.config.floatx() == "float64"
