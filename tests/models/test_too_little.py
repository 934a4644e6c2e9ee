"""A net that learned too little says so."""

import warnings

import keras
import numpy as np
import pytest
from helpers import tiny
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV

from skclf import EmbeddingTrainer

LAST_EPOCH = "the best epoch is the last one that epochs=2 allows"
NO_GAIN = "is not clearly below that of the class shares"


def reasons(net, *data, **fit_params):
    """What a fit says of itself."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        net.fit(*data, **fit_params)
    assert {one.category for one in caught} <= {ConvergenceWarning}
    return [str(one.message) for one in caught]


@pytest.fixture(scope="module")
def noise(y):
    """Labels that nothing can be learned about."""
    return np.random.RandomState(0).permutation(y)


def test_a_net_that_has_learned_is_silent(X, y, y3):
    for target in (y, y3):
        assert reasons(tiny("cnn", epochs=30, learning_rate=0.1), X, target) == []
        assert reasons(tiny("cnn", early_stopping=False), X, target) == []


@pytest.mark.parametrize("monitor", ["loss", "f1"])
def test_the_best_epoch_is_the_last_one_allowed(monitor, X, y):
    net = tiny("cnn", epochs=2, learning_rate=0.005, monitor=monitor)
    with pytest.warns(ConvergenceWarning) as caught:
        net.fit(X, y)
    (warning,) = caught
    message = str(warning.message)
    assert warning.filename == __file__
    assert net.best_epoch_ == 2
    assert message.startswith(f"CNNClassifier learned too little: {LAST_EPOCH}")
    assert "Raise epochs or learning_rate" in message


def test_a_callback_may_end_the_training_early(X, y):
    stop = keras.callbacks.EarlyStopping("loss", patience=1, min_delta=99.0)
    net = tiny("cnn", callbacks=[stop], epochs=9)
    assert reasons(net, X, y) == []
    assert net.best_epoch_ == len(net.history_["loss"]) == 2


def test_held_out_documents_are_predicted_no_better_than_by_class_shares(X, y):
    flipped = np.where(y == "bad", "good", "bad")
    data = {"X_val": X[60:], "y_val": flipped[60:]}
    for params in ({}, {"loss": "focal"}, {"monitor": "accuracy"}):
        net = tiny("cnn", epochs=9, **params)
        (message,) = reasons(net, X[:60], y[:60], **data)
        assert f"on 20 held-out documents, {loss_of(net, X, flipped):.4f}, " in message
        assert f"{NO_GAIN}, 0.6931. " in message
        assert ("set monitor='loss'" in message) == ("monitor" in params)


def loss_of(net, X, target):
    return log_loss(target[60:], net.predict_proba(X[60:]))


@pytest.mark.parametrize("weighted_by", ["class_weight", "sample_weight"])
def test_class_shares_are_weighted_as_the_net_is(weighted_by, X, y):
    rare = np.flatnonzero((y == "good") | (np.arange(80) % 8 == 0))  # 40 and 10
    net = tiny("cnn", epochs=1, learning_rate=1e-9, early_stopping=False)
    weights = {}
    if weighted_by == "class_weight":
        net.set_params(class_weight="balanced")
    else:
        weights["sample_weight"] = np.where(y[rare] == "good", 1.0, 4.0)
    (message,) = reasons(net, X[rare], y[rare], **weights)
    assert message.count("50 training documents") == 1
    assert f"{NO_GAIN}, 0.6931. " in message


def test_without_early_stopping_the_training_loss_tells(X, noise):
    net = tiny("gru", epochs=1, learning_rate=1e-6, early_stopping=False)
    (message,) = reasons(net, X, noise)
    assert "80 training documents" in message
    assert "epoch is" not in message
    assert reasons(clone(net).set_params(loss="focal"), X, noise)


def test_classes_without_weight_have_no_share(X, y3):
    weights = {3: 1.0, 5: 1.0, 7: 0.0}
    for early_stopping in (True, False):
        net = tiny("cnn", class_weight=weights, early_stopping=early_stopping)
        assert reasons(net.set_params(learning_rate=0.1, epochs=30), X, y3) == []


def test_documents_that_have_no_weight_tell_nothing(X, y):
    net = tiny("cnn", class_weight={"bad": 1, "good": 1, "other": 0}, epochs=9)
    labels = np.append(y[:60], ["other"] * 20)
    assert not any(NO_GAIN in m for m in reasons(net, X, labels, **only_other(X)))


def only_other(X):
    return {"X_val": X[60:], "y_val": ["other"] * 20}


def test_every_stage_of_fine_tuning(X, y):
    E = EmbeddingTrainer(vector_size=8, epochs=400, random_state=0).fit_transform(X)
    net = tiny("cnn", embedding="finetune", epochs=30, finetune_epochs=1)
    net.set_params(learning_rate=0.1, finetune_learning_rate=0.001)
    (message,) = reasons(net, E, y)
    assert "finetune_epochs=1 allows. Raise finetune_epochs or" in message
    (message,) = reasons(clone(net).set_params(epochs=1), E, y)
    assert "epochs=1 allows; the best epoch is the last one that finetune" in message


def test_training_that_goes_on_is_not_judged(X, y):
    net = tiny("cnn", epochs=1, warm_start=True)
    assert reasons(net, X, y) == []
    assert reasons(net, X, y) == []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tiny("cnn").partial_fit(X, y, classes=["bad", "good"])


def test_once_for_a_search(X, y):
    grid = {"epochs": [1, 2], "filters": [4, 8]}
    search = GridSearchCV(tiny("cnn", learning_rate=0.005), grid, cv=2)
    (message,) = reasons(search, X, y)
    assert "Other fits of clones of this net do not warn again." in message
