"""Soft labels: `y` has a row of shares for each document, which sum to one."""

import pickle

import keras
import numpy as np
import pandas as pd
import pytest
from helpers import tiny

from skclf import KerasTextClassifier, make_text_classifier
from skclf.models.rows._rows import Rows

CLASSES = ["bad", "good"]


@pytest.fixture(scope="module")
def shares(y):
    """Nine tenths of what the labels say, and one tenth of the other class."""
    is_good = np.asarray(y) == np.unique(y)[1]
    return np.where(is_good[:, None] == [False, True], 0.9, 0.1)


@pytest.fixture(scope="module")
def three(texts):
    """Shares of three classes that depend on the first word."""
    first = np.unique([text.split()[0] for text in texts], return_inverse=True)[1]
    rows = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.25, 0.25, 0.5]])
    return rows[first % 3]


@pytest.mark.parametrize("kind", ["gru", "cnn", "dense"])
def test_probabilities_follow_them(kind, X, features, three):
    data = features if kind == "dense" else X
    net = tiny(kind, epochs=60, patience=20, dropout=0.0).fit(data, three)
    np.testing.assert_array_equal(net.classes_, [0, 1, 2])
    assert not net.multilabel_
    proba = net.predict_proba(data)
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert abs(proba - three).mean() < 0.05
    assert net.score(data, three.argmax(axis=1)) > 0.9


def test_the_columns_of_a_DataFrame_are_the_classes(X, shares):
    fit = tiny("cnn", epochs=3).fit
    expected = fit(X, shares)
    frame = pd.DataFrame(shares, columns=CLASSES, index=np.arange(len(shares))[::-1])
    found = fit(X, frame[["good", "bad"]])
    np.testing.assert_array_equal(found.classes_, CLASSES)
    np.testing.assert_array_equal(found.predict_proba(X), expected.predict_proba(X))
    assert set(found.predict(X)) <= set(CLASSES)


@pytest.mark.parametrize(
    "make",
    [np.ndarray.tolist, np.float32, lambda y: y / (1 + 5e-4)],
    ids=["lists", "float32", "rounded"],
)
def test_all_kinds_of_shares_are_the_same(make, X, shares):
    fit = tiny("cnn", epochs=2).fit
    expected = fit(X, shares).predict_proba(X)
    np.testing.assert_allclose(fit(X, make(shares)).predict_proba(X), expected, 1e-5)


def test_shares_of_zero_and_one_are_labels(X, y):
    one_hot = pd.get_dummies(pd.Series(y), dtype=float)
    one_hot.iloc[0] = [0.5, 0.5]  # without it, it might be labels that may be several
    labels = one_hot.to_numpy().argmax(axis=1)
    fit = tiny("cnn", epochs=4, early_stopping=False).fit
    weight = np.where(np.arange(len(labels)) == 0, 0.0, 1.0)
    found = fit(X, one_hot, sample_weight=weight).predict_proba(X)
    expected = fit(X, labels, sample_weight=weight).predict_proba(X)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_row_is_as_good_as_copies_with_all_labels(features, three):
    """One step of plain gradient descent on all rows, with weights of classes."""
    weights = {0: 2.0, 1: 0.5, 2: 1.0}
    how = {"epochs": 1, "early_stopping": False, "optimizer": "sgd", "dropout": 0.0}
    how |= {"class_weight": weights, "learning_rate": 0.5}
    n = len(three)
    row_weight = np.linspace(0.5, 1.5, n)
    soft = tiny("dense", batch_size=n, **how)
    soft.fit(features, three, sample_weight=row_weight)
    copies = np.repeat(np.arange(n), 3)
    # The mean of the loss is over three times as many rows.
    hard = tiny("dense", batch_size=3 * n, **how | {"learning_rate": 1.5})
    hard.fit(
        features[copies],
        np.tile([0, 1, 2], n),
        sample_weight=row_weight[copies] * three.ravel(),
    )
    for found, expected in zip(soft._net.weights, hard._net.weights, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_balanced_weights_count_shares():
    rows = Rows(
        None, np.array([0, 0]), np.array([1.0, 3.0]), np.array([[0.8, 0.2]] * 2)
    )
    np.testing.assert_allclose(rows.weight_of(2), [3.2, 0.8])
    even = rows.reweighted(np.array([1.0, 4.0]))
    np.testing.assert_allclose(even.shares(2), [0.5, 0.5])
    np.testing.assert_allclose(even.soft.sum(axis=1), 1)


def test_validation_compares_with_the_largest_share(X, three):
    params = {"X_val": X[:30], "y_val": three[:30]}
    net = tiny("cnn", metrics=["accuracy", "mse"], epochs=5).fit(X, three, **params)
    best = net.best_epoch_ - 1
    proba, largest = net.predict_proba(X[:30]), three[:30].argmax(axis=1)
    cross_entropy = -(three[:30] * np.log(proba)).sum(axis=1).mean()
    assert net.history_["val_loss"][best] == pytest.approx(cross_entropy, rel=1e-4)
    right = (proba.argmax(axis=1) == largest).mean()
    assert net.history_["val_accuracy"][best] == pytest.approx(right)
    squares = ((proba - np.eye(3)[largest]) ** 2).mean()
    assert net.history_["val_mse"][best] == pytest.approx(squares, rel=1e-4)
    assert all(0 <= value <= 1 for value in net.history_["accuracy"])


def test_validation_on_plain_labels(X, y, shares):
    frame = pd.DataFrame(shares, columns=np.unique(y))
    net = tiny("cnn", epochs=8).fit(X, frame, X_val=X[:30], y_val=y[:30])
    truth = np.asarray(y)[:30] == net.classes_[1]
    proba = net.predict_proba(X[:30])[:, 1]
    expected = -np.log(np.where(truth, proba, 1 - proba)).mean()
    best = net.best_epoch_ - 1
    assert net.history_["val_loss"][best] == pytest.approx(expected, rel=1e-4)


def test_in_a_pipeline_on_texts(texts, shares):
    model = make_text_classifier("cnn", random_state=0, classify__epochs=2)
    model.fit(texts, pd.DataFrame(shares, columns=CLASSES))
    again = pickle.loads(pickle.dumps(model))
    assert set(again.predict(texts)) <= set(CLASSES)


def test_training_goes_on(X, three):
    net = tiny("cnn", epochs=2)
    net.partial_fit(X, three).partial_fit(X, np.eye(3)[three.argmax(axis=1)])
    net.partial_fit(X, three.argmax(axis=1))
    assert len(net.history_["loss"]) == 3
    with pytest.raises(ValueError, match=r"shares of the classes \[0, 1, 2\], got"):
        net.partial_fit(X, three[:, :2] / three[:, :2].sum(axis=1, keepdims=True))


def changed(row, value):
    def change(y):
        y = y.copy()
        y[row] = value
        return y

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (changed(3, [-0.2, 1.2]), r"none of them below 0, .* got -0.2 in row 3"),
        (changed(2, [0.5, 0.7]), r"rows of y that sum to one.* got a sum of 1.2 in ro"),
        (changed(1, [np.nan, 0.5]), r"rows of y that sum to one.* got nan in row 1"),
        (lambda y: y[:-1], "inconsistent numbers of samples: X has 80 rows, y has 79"),
        (np.round, r"clear whether .* several labels, got ndarray .* of floats with"),
        (
            lambda y: pd.DataFrame(y, columns=["a", "a"]),
            r"a column of y for each class, got \['a', 'a'\]",
        ),
        (
            lambda y: pd.DataFrame(y, columns=["a", 1]),
            "labels of one kind in the columns of y",
        ),
    ],
)
def test_what_are_no_shares(change, message, X, shares):
    with pytest.raises(ValueError, match=message):
        tiny("cnn").fit(X, change(shares))


def test_whole_numbers_are_several_labels(X, shares):
    indicators = np.round(shares).astype(int)
    net = tiny("cnn", epochs=1, early_stopping=False, warm_start=True)
    assert net.fit(X, indicators).multilabel_
    net.fit(X, indicators.astype(float))  # clear, since it goes on
    two = indicators.astype(float)
    two[0] = 1
    assert tiny("cnn", epochs=1, early_stopping=False).fit(X, two).multilabel_
    with pytest.raises(ValueError, match=r"shares of the classes|an indicator matrix"):
        net.fit(X, shares)


@pytest.mark.parametrize(
    "loss",
    ["hinge", keras.losses.SparseCategoricalCrossentropy(), "categorical_hinge"],
)
def test_losses_of_one_class(loss, X, three):
    with pytest.raises(ValueError, match="loss of class probabilities for soft labels"):
        tiny("cnn", loss=loss).fit(X, three)


@pytest.mark.parametrize("loss", ["focal", "kl_divergence", "mean_squared_error"])
def test_losses_of_shares(loss, X, shares):
    net = tiny("cnn", loss=loss, epochs=20, learning_rate=0.05).fit(X, shares)
    assert net.score(X, shares.argmax(axis=1)) > 0.9


def test_a_net_of_ones_own(X, three):
    def build(meta):
        ids = keras.Input((None,), dtype="int32")
        vectors = keras.layers.Embedding(meta["vocabulary_size_"], 8)(ids)
        mean = keras.layers.GlobalAveragePooling1D()(vectors)
        softmax = keras.layers.Dense(meta["n_outputs_"], activation="softmax")
        return keras.Model(ids, softmax(mean))

    net = KerasTextClassifier(build, epochs=80, learning_rate=0.05, random_state=0)
    assert abs(net.fit(X, three).predict_proba(X) - three).mean() < 0.1
