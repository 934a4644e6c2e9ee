"""SGD with momentum moves only the words of a batch: the vectors are the same."""

import keras
import numpy as np
import pytest
from helpers import tiny, workbench_of

from skclf.models.fast import _accelerate, _optimizers
from skclf.models.training._workbench import WORKBENCHES

SGD = {"optimizer": "sgd", "optimizer__momentum": 0.9, "learning_rate": 0.1}


class Counter(keras.callbacks.Callback):
    """Listens to batches, so that each is a compiled call of its own."""

    def on_train_batch_end(self, batch, logs=None):
        pass


def weights(net, X, y):
    WORKBENCHES.clear()
    return net.fit(X[20:], y[20:], X_val=X[:20], y_val=y[:20])._net.weights


def is_lazy(net):
    return workbench_of(net).steps._lazy is not None


@pytest.fixture
def by_keras(monkeypatch):
    """Call to train by Keras' own updates of all words from now on."""

    def turn_off():
        monkeypatch.setattr(_accelerate, "lazy_momentum", lambda model: None)
        monkeypatch.setattr(_optimizers, "_UPDATES", {})

    return turn_off


@pytest.mark.parametrize("kind", ["lstm", "cnn"])
@pytest.mark.parametrize("callbacks", [None, [Counter()]])
def test_vectors_are_those_of_keras(kind, callbacks, X, y, by_keras):
    # Batches of four leave most words out; words are dropped at random, too.
    params = {"batch_size": 4, "epochs": 3, "word_dropout": 0.2} | SGD
    net = tiny(kind, **params, callbacks=callbacks)
    found = weights(net, X, y)
    assert is_lazy(net)
    by_keras()
    expected = weights(net, X, y)
    assert not is_lazy(net)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_scores_between_epochs_and_predictions_are_those_of_keras(X, y, by_keras):
    net = tiny("cnn", batch_size=4, epochs=4, **SGD)
    weights(net, X, y)
    found = net.history_["val_loss"], net.predict_proba(X)
    by_keras()
    weights(net, X, y)
    np.testing.assert_allclose(found[0], net.history_["val_loss"], atol=1e-5)
    np.testing.assert_allclose(found[1], net.predict_proba(X), atol=1e-5)


def test_a_refit_starts_afresh(X, y):
    net = tiny("cnn", batch_size=4, **SGD)
    first = net.fit(X, y)._net.weights
    for a, b in zip(net.fit(X, y)._net.weights, first, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "params",
    [
        {"optimizer": "adam"},
        {"optimizer__momentum": 0.0},
        {"optimizer__nesterov": True},
        {"optimizer__clipnorm": 1.0},
        {"optimizer__weight_decay": 0.1},
    ],
)
def test_other_updates_move_all_words(params, X, y):
    params = SGD | params
    if params["optimizer"] == "adam":
        del params["optimizer__momentum"]
    assert not is_lazy(tiny("cnn", epochs=1, **params).fit(X, y))
