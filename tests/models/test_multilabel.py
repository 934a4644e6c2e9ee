"""Documents with several labels: `y` is an indicator matrix, and one net learns it."""

import pickle
import warnings

import keras
import numpy as np
import pandas as pd
import pytest
from helpers import tiny
from scipy.sparse import csr_matrix, issparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.neural_network import MLPClassifier

from skclf import KerasTextClassifier
from skclf.models.rows._rows import hold_out, strata

NAMES = ["danger", "wet", "old"]


@pytest.fixture(scope="module")
def Y(texts):
    """What a document has of a danger, of water, and of old things; or nothing."""
    danger, wet = "fire smoke flood storm", "flood beach"
    words = [set(text.split()) for text in texts]
    labels = [set(danger.split()), set(wet.split()), {"old"}]
    return np.array([[bool(has & some) for some in labels] for has in words]).astype(
        int
    )


def learned(**params):
    return tiny("cnn", **{"epochs": 40, "learning_rate": 0.05} | params)


@pytest.fixture(scope="module")
def net(X, Y):
    return learned().fit(X, Y)


@pytest.mark.parametrize("kind", ["cnn", "dense"])
def test_one_net_learns_all_labels(kind, X, features, Y):
    data = features if kind == "dense" else X
    net = tiny(kind, epochs=40, learning_rate=0.05).fit(data, Y)
    proba = net.predict_proba(data)
    assert net.model_.layers[-1].activation is keras.activations.sigmoid
    assert proba.shape == Y.shape
    assert net.score(data, Y) == accuracy_score(Y, proba > 0.5) > 0.9
    np.testing.assert_array_equal(net.predict(data), proba > 0.5)
    assert abs(proba.sum(axis=1) - 1).max() > 0.5
    np.testing.assert_allclose(net.predict_proba(data[:1]), proba[:1], atol=1e-6)
    np.testing.assert_array_equal(np.log(proba), net.predict_log_proba(data))


@pytest.mark.parametrize("make", [np.asarray, csr_matrix], ids=["dense", "sparse"])
def test_predicts_in_the_form_of_scikit_learns_mlp(make, X, features, Y):
    theirs = MLPClassifier(max_iter=2, solver="lbfgs")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(features, make(Y))
    ours = learned().fit(X, make(Y))
    np.testing.assert_array_equal(ours.classes_, theirs.classes_)
    found, expected = ours.predict(X), theirs.predict(features)
    assert type(found) is type(expected)
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    assert ours.score(X, make(Y)) > 0.9


@pytest.mark.parametrize(
    "make",
    [
        np.ndarray.tolist,
        lambda Y: Y.astype(bool),
        lambda Y: Y.astype(np.float32),
        lambda Y: pd.DataFrame(Y, columns=NAMES),
        lambda Y: pd.DataFrame(Y, columns=NAMES).astype("boolean"),
        lambda Y: list(map(tuple, Y)),
    ],
    ids=["lists", "bool", "float", "DataFrame", "nullable", "tuples"],
)
def test_all_kinds_of_indicators_are_the_same(make, X, Y):
    fit = tiny("cnn", epochs=2, early_stopping=False).fit
    expected = fit(X, Y).predict(X)
    found = fit(X, make(Y)).predict(X)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def test_labels_that_are_the_same_for_all(X, Y):
    constant = np.column_stack([Y[:, 0], np.zeros(80, int), np.ones(80, int)])
    message = r"same for all documents .*: \[1, 2\], counted"
    with pytest.warns(UserWarning, match=message) as caught:
        net = learned(epochs=20).fit(X, constant)
    assert caught[0].filename == __file__
    assert (net.predict(X)[:, 1:] == [0, 1]).all()
    with pytest.raises(ValueError, match="some documents have and others have not"):
        learned().fit(X, constant[:, 1:])


def test_training_starts_at_the_shares_of_the_labels(X, Y):
    weight = np.where(Y[:, 1] == 1, 3.0, 1.0)
    net = tiny("cnn", epochs=1, learning_rate=1e-9, early_stopping=False)
    with pytest.warns(ConvergenceWarning, match="that of the label shares, 0.6"):
        net.fit(X, Y, sample_weight=weight)
    shares = np.average(Y, axis=0, weights=weight)
    np.testing.assert_allclose(net.predict_proba(X).mean(axis=0), shares, atol=0.05)


def test_rows_without_weight_are_as_if_not_there(X, Y):
    wrong = np.where(np.arange(80)[:, None] < 40, Y, 1 - Y)
    weight = np.where(np.arange(80) < 40, 1.0, 0.0)
    net = learned().fit(X, wrong, sample_weight=weight)
    assert net.score(X, Y) > 0.9


@pytest.mark.parametrize("monitor", ["loss", "f1"])
def test_scores_of_held_out_documents(monitor, X, Y):
    net = learned(monitor=monitor).fit(X[:50], Y[:50], X_val=X[50:], y_val=Y[50:])
    truth, proba = Y[50:], net.predict_proba(X[50:])
    history = {
        name: values[net.best_epoch_ - 1] for name, values in net.history_.items()
    }
    right = np.where(truth == 1, proba, 1 - proba)
    assert history["val_loss"] == pytest.approx(-np.log(right).mean(), rel=1e-3)
    expected = {
        "val_accuracy": accuracy_score(truth, proba > 0.5),
        "val_f1": f1_score(truth, proba > 0.5, average="macro"),
        "val_auc": roc_auc_score(truth, proba),
    }
    assert {name: history[name] for name in expected} == pytest.approx(expected)
    assert net.history_["accuracy"][-1] > 0.5


def test_labels_that_the_held_out_documents_do_not_have(X, Y):
    few = np.flatnonzero(Y[:, 2] == 0)[:12]
    params = {"X_val": X[few], "y_val": Y[few]}
    net = learned(epochs=20, monitor="auc").fit(X, Y, **params)
    proba = net.predict_proba(X[few])[:, :2]
    last = net.best_epoch_ - 1
    assert net.history_["val_auc"][last] == roc_auc_score(Y[few, :2], proba)
    assert net.history_["val_f1"][last] == f1_score(
        Y[few, :2], proba > 0.5, average="macro"
    )


def test_held_out_documents_have_their_share_of_rare_labels():
    Y = np.zeros((200, 3), dtype=int)
    Y[:150, 0] = Y[:60, 1] = Y[:20, 2] = 1
    train, held = hold_out(strata(Y), 0.1, np.random.RandomState(0))
    assert len(held) == 20
    assert Y[held].sum(axis=0).tolist() == [15, 6, 2]
    assert not set(train) & set(held)


def test_metrics_of_each_label(X, Y):
    area = keras.metrics.AUC(multi_label=True, num_labels=Y.shape[1], name="area")
    net = learned(metrics=["binary_accuracy", area], monitor="area").fit(X, Y)
    share = (net.predict(X) == Y).mean()
    assert net.history_["val_binary_accuracy"][-1] == pytest.approx(share, abs=0.1)
    assert max(net.history_["val_area"]) > 0.9
    with pytest.raises(ValueError, match=r"each output by itself.*\['top_k_cat"):
        learned(metrics=["top_k_categorical_accuracy"]).fit(X, Y)


def test_focal_loss_and_a_loss_for_classes(X, Y):
    net = learned(loss="focal", loss__gamma=1.0).fit(X, Y)
    assert net.score(X, Y) > 0.9
    with pytest.raises(ValueError, match="loss of each output by itself"):
        learned(loss=keras.losses.CategoricalCrossentropy).fit(X, Y)


def build(activation):
    def average(meta):
        assert meta["target_type_"] == "multilabel-indicator"
        assert meta["n_classes_"] == meta["n_outputs_"]
        ids = keras.Input((None,), dtype="int32")
        vectors = keras.layers.Embedding(meta["vocabulary_size_"], 8)(ids)
        words = keras.layers.GlobalAveragePooling1D()(vectors)
        output = keras.layers.Dense(meta["n_outputs_"], activation)(words)
        return keras.Model(ids, output)

    return average


def test_a_net_of_ones_own(X, Y):
    params = {"batch_size": 32, "learning_rate": 0.1, "random_state": 0}
    net = KerasTextClassifier(build("sigmoid"), **params).fit(X, Y[:, :2])
    assert net.score(X, Y[:, :2]) > 0.9
    assert net.predict_proba(X).shape == (80, 2)  # two labels are not two classes
    assert net.predict(X).sum(axis=1).max() == 2


@pytest.mark.parametrize(
    ("activation", "message"),
    [
        ("softmax", "a probability for each label by itself .* got a softmax"),
        (None, "Set activation='sigmoid'"),
    ],
)
def test_a_net_of_ones_own_with_another_output(activation, message, X, Y):
    with pytest.raises(ValueError, match=message):
        KerasTextClassifier(build(activation)).fit(X, Y)
    with pytest.raises(ValueError, match=r"3 outputs, one for each label, got"):
        KerasTextClassifier(lambda meta: build("sigmoid")(meta | ONE)).fit(X, Y)


ONE = {"n_outputs_": 1, "n_classes_": 1}


def test_training_goes_on(X, Y):
    net = tiny("cnn", epochs=3, warm_start=True, early_stopping=False)
    before = net.fit(X, Y).history_["loss"][-1]
    assert net.fit(X, Y).history_["loss"][-1] < before
    part = learned()
    for _ in range(6):
        part.partial_fit(X[:40], Y[:40]).partial_fit(X[40:], csr_matrix(Y[40:]))
    assert part.score(X, Y) > 0.5 > tiny("cnn").partial_fit(X, Y).score(X, Y)
    assert not issparse(part.predict(X))
    part.partial_fit(X, Y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match=r"Expected classes=\[0, 1, 2\] as in the fir"):
        part.partial_fit(X, Y, classes=NAMES)


def test_training_does_not_go_on_with_other_labels(X, Y, y):
    net = tiny("cnn", epochs=1, warm_start=True).fit(X, Y)
    for target in (y, Y[:, :2]):
        for fit in (net.fit, net.partial_fit):
            with pytest.raises(ValueError, match="Expected an indicator matrix of 3 c"):
                fit(X, target)
    single = tiny("cnn", epochs=1).fit(X, y)
    with pytest.raises(ValueError, match="Expected one label for each document, as y"):
        single.partial_fit(X, Y)
    with pytest.raises(ValueError, match="Expected an indicator matrix of 3 columns"):
        tiny("cnn").fit(X, Y, X_val=X, y_val=y)
    with pytest.raises(ValueError, match="Expected classes="):
        tiny("cnn").partial_fit(X, Y, classes=NAMES)


def test_a_net_with_labels_can_be_fitted_on_classes_anew(X, Y, y):
    net = learned().fit(X, Y).fit(X, y)
    assert not net.multilabel_
    assert net.predict(X[:2]).tolist() == ["bad", "good"]


def test_pickle(net, X):
    copy = pickle.loads(pickle.dumps(net))
    assert copy.multilabel_
    np.testing.assert_array_equal(copy.predict_proba(X), net.predict_proba(X))


def test_class_weight_is_refused(X, Y):
    for weight in ("balanced", {0: 2.0}):
        with pytest.raises(ValueError, match="Pass a sample_weight, or find a thresh"):
            tiny("cnn", class_weight=weight).fit(X, Y)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda Y: Y + 1, "Expected 0 and 1 in the indicator matrix y, got 2 in row"),
        (lambda Y: np.where(Y, "a", "b"), r"Expected 0 and 1 .* got '[ab]' in row 0"),
        (lambda Y: np.where(Y, np.nan, 0), r"Expected 0 and 1 .* got nan in row 0"),
        (lambda Y: pd.DataFrame(Y * 2, columns=NAMES), "row 0, column 'danger'"),
        (lambda Y: [["a", "b"][: len(set(row))] for row in Y], "MultiLabelBinarizer"),
        (lambda Y: [set(row) for row in Y], "got lists or sets of labels. Pass skl"),
        (lambda Y: pd.Series([["a"]] * 79 + [[]]), "got lists or sets of labels"),
        (lambda Y: Y[..., None], r"got ndarray of shape \(80, 3, 1\)"),
        (lambda Y: Y[:, :0], r"got ndarray of shape \(80, 0\)"),
        (lambda Y: Y[:50], "X has 80 rows, y has 50"),
    ],
)
def test_what_is_no_indicator_matrix(make, message, X, Y):
    with pytest.raises(ValueError, match=message):
        tiny("cnn").fit(X, make(Y))
