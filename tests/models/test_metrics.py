"""The user's metrics: in the history, and watched."""

import pickle

import keras
import numpy as np
import pytest
from helpers import tiny
from sklearn.base import clone
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    log_loss,
)
from sklearn.model_selection import GridSearchCV

from skclf.models.building._metrics import scores
from skclf.models.training import _loop
from skclf.models.training._workbench import WORKBENCHES


def error(y_true, y_pred):
    return keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)


def error_with_direction(y_true, y_pred):
    return error(y_true, y_pred)


error_with_direction._direction = "down"


def fitted(metrics, X, y, **params):
    net = tiny("cnn", metrics=metrics, epochs=2, **params)
    return net.fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])


@pytest.mark.parametrize("n_classes", [2, 3])
def test_scores_are_those_of_scikit_learn(n_classes, X, y, y3):
    target = y if n_classes == 2 else y3
    metrics = [
        "accuracy",
        "categorical_crossentropy",
        "sparse_categorical_accuracy",
        "mse",
        error,
        keras.metrics.TopKCategoricalAccuracy(k=1, name="top"),
        keras.metrics.F1Score(average="macro"),
        keras.metrics.F1Score(name="each"),
    ]
    net = fitted(metrics, X, target, learning_rate=0.005)
    last = {name: values[-1] for name, values in net.history_.items()}
    truth, proba = target[60:], net.predict_proba(X[60:])
    hits = np.mean(net.predict(X[60:]) == truth)
    for name in ("accuracy", "sparse_categorical_accuracy", "top"):
        assert last[f"val_{name}"] == pytest.approx(hits)
    expected = log_loss(truth, proba)
    assert last["val_categorical_crossentropy"] == pytest.approx(expected, abs=1e-5)
    one_hot = truth[:, None] == net.classes_
    assert last["val_mse"] == pytest.approx(np.mean((one_hot - proba) ** 2), abs=1e-5)
    assert last["val_error"] == pytest.approx(abs(one_hot - proba).mean(), abs=1e-5)
    each = f1_score(truth, net.predict(X[60:]), average=None)
    assert last["val_each"] == pytest.approx(each.tolist(), abs=1e-5)
    assert last["val_f1_score"] == pytest.approx(each.mean(), abs=1e-5)
    assert last["accuracy"] == pytest.approx(last["sparse_categorical_accuracy"])
    assert {len(values) for values in net.history_.values()} == {2}


def test_training_scores_are_of_all_batches_of_an_epoch(X, y, monkeypatch):
    metrics = ["binary_crossentropy", keras.metrics.AUC(curve="PR", name="pr")]
    net = fitted(metrics, X, y, early_stopping=False)
    assert net.history_["binary_crossentropy"] == pytest.approx(net.history_["loss"])
    monkeypatch.setattr(_loop, "SECONDS", 0)
    parts = clone(net).fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    for name in ("pr", "val_pr", "binary_crossentropy"):
        assert parts.history_[name] == net.history_[name]
    truth = y[60:] == "good"
    exact = average_precision_score(truth, net.predict_proba(X[60:])[:, 1])
    assert net.history_["val_pr"][-1] == pytest.approx(exact, abs=0.05)


def test_sparse_rows_are_scored_too(features, y):
    from scipy.sparse import csr_matrix

    wide = np.hstack([features, np.zeros((80, 300))])
    net = tiny("dense", metrics=["binary_crossentropy"], epochs=2)
    history = net.fit(csr_matrix(wide), y).history_
    assert history["binary_crossentropy"] == pytest.approx(history["loss"], abs=1e-5)


def test_metrics_change_no_net(X, y):
    plain = tiny("gru", epochs=2).fit(X, y)
    net = tiny("gru", epochs=2, metrics=["AUC", error]).fit(X, y)
    np.testing.assert_array_equal(net.predict_proba(X), plain.predict_proba(X))
    assert {name: net.history_[name] for name in ("loss", "val_loss")} == {
        name: plain.history_[name] for name in ("loss", "val_loss")
    }


def test_objects_are_copied(X, y):
    auc = keras.metrics.AUC(name="area")
    auc.update_state([0, 1, 1], [0.5, 0.3, 0.9])
    before = [np.array(variable) for variable in auc.variables]
    net = fitted([auc], X, y)
    again = fitted([auc], X, y)
    assert net.history_["area"] == again.history_["area"]
    for variable, value in zip(auc.variables, before, strict=True):
        np.testing.assert_array_equal(np.array(variable), value)
    assert net.get_params()["metrics"][0] is auc
    loaded = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(loaded.predict_proba(X), net.predict_proba(X))
    assert loaded.set_params(callbacks=None).fit(X, y).history_["area"]
    search = GridSearchCV(net, {"dropout": [0.1]}, cv=2, error_score="raise")
    assert search.fit(X, y).best_estimator_.history_["val_area"]


def test_names_do_not_count_up_with_every_object():
    for _ in range(2):
        keras.metrics.AUC()
        names = [*scores([keras.metrics.AUC, "Precision", keras.metrics.F1Score])]
        assert names == ["loss", "accuracy", "auc", "f1", "Precision", "f1_score"]


def test_what_takes_the_name_of_a_score_takes_its_place(X, y):
    metrics = [keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.99)]
    history = fitted(metrics, X, y).history_
    assert history["val_accuracy"] == [0.5, 0.5]  # all are of one class then


WATCHED = [
    keras.metrics.TruePositives(name="TP"),
    keras.metrics.FalsePositives,
    "AUC",
    "categorical_crossentropy",
]


@pytest.mark.parametrize(
    ("monitor", "best"),
    [
        ("val_TP", np.argmax),
        ("false_positives", np.argmin),
        ("AUC", np.argmax),
        ("val_categorical_crossentropy", np.argmin),
        ("val_loss", np.argmin),
        ("val_f1", np.argmax),
    ],
)
def test_what_is_watched_decides_which_epoch_is_best(monitor, best, X, y):
    noise = np.random.RandomState(1).permutation(y)
    net = tiny("cnn", metrics=WATCHED, monitor=monitor, epochs=6, patience=6)
    net.set_params(learning_rate=0.05)
    net.fit(X[:50], noise[:50], X_val=X[50:], y_val=noise[50:])
    history = net.history_[f"val_{monitor.removeprefix('val_')}"]
    assert len(set(history)) > 1
    assert net.best_epoch_ == best(history) + 1


def test_functions_may_say_whether_more_is_better(X, y):
    assert scores([error, error_with_direction])["error"] is None
    net = fitted([error_with_direction], X, y, monitor="val_error_with_direction")
    history = net.history_["val_error_with_direction"]
    assert net.best_epoch_ == np.argmin(history) + 1


@pytest.mark.parametrize(
    ("params", "error_type", "message"),
    [
        (
            {"monitor": "val_TP"},
            ValueError,
            r"\['loss', 'accuracy', 'auc', 'f1'\].* got monitor='val_TP'.*metrics=",
        ),
        (
            {"monitor": "acuracy", "metrics": ["mse"]},
            ValueError,
            "'f1', 'mse'.*Did you mean 'accuracy'",
        ),
        (
            {"monitor": "error", "metrics": [error]},
            ValueError,
            "known whether more or less is better, got monitor='error'.*_direction",
        ),
        (
            {"monitor": "f1_score", "metrics": [keras.metrics.F1Score()]},
            ValueError,
            "a monitor of one number, got monitor='f1_score'.*average='macro'",
        ),
        ({"metrics": ["AUKK"]}, ValueError, "name of a Keras metric, got 'AUKK'"),
        ({"metrics": [3]}, TypeError, "functions of .* or objects, got 3"),
        (
            {"metrics": [keras.metrics.PrecisionAtRecall]},
            ValueError,
            "needs no arguments, got PrecisionAtRecall.*'recall'. Pass an object",
        ),
        (
            {"metrics": [keras.metrics.Accuracy()]},
            ValueError,
            "metrics of class probabilities, got <Accuracy",
        ),
        (
            {"metrics": ["mse", "mse"]},
            ValueError,
            r"different names.* \['mse', 'mse'\]",
        ),
        (
            {"metrics": [keras.metrics.AUC(name="loss")]},
            ValueError,
            r"none of them among .*, got \['loss'\]",
        ),
        (
            {"metrics": [keras.metrics.AUC(name="val_auc")]},
            ValueError,
            r"with val_ before it, got \['val_auc'\]",
        ),
        (
            {"metrics": [keras.metrics.MeanMetricWrapper(error, name="e")]},
            ValueError,
            "a metric that Keras can make again.*Pass the class or the function",
        ),
        (
            {"callbacks": ["EarlyStopping"], "callbacks__0__monitor": "val_TP"},
            ValueError,
            "monitor of EarlyStopping among .*'f1'.* got 'val_TP'.*metrics=.*mode=",
        ),
        (
            {
                "callbacks": ["ReduceLROnPlateau"],
                "callbacks__0__monitor": "error",
                "metrics": [error],
            },
            ValueError,
            "monitor of ReduceLROnPlateau among .*'error'.* got 'error'.*mode=",
        ),
    ],
)
def test_mistakes_are_found_before_training(params, error_type, message, X, y3):
    with pytest.raises(error_type, match=message):
        tiny("cnn", **params).fit(X, y3)


class CountsWords(keras.callbacks.Callback):
    """Puts something of its own into the logs."""

    def on_epoch_end(self, epoch, logs=None):
        logs["words"] = 5 - epoch


def test_callbacks_of_keras_watch_metrics_and_what_others_log(X, y):
    stop = keras.callbacks.EarlyStopping("val_AUC", patience=0, baseline=2.0)
    net = tiny("cnn", metrics=["AUC"], callbacks=[stop], epochs=4).fit(X, y)
    assert len(net.history_["loss"]) == 2  # Keras does not stop after the first
    assert net.callbacks_[0].mode == "max"
    stop = keras.callbacks.EarlyStopping("words", patience=1, mode="max")
    net = tiny("cnn", callbacks=[CountsWords, stop], epochs=3).fit(X, y)
    assert len(net.history_["loss"]) == 2


def test_nets_with_metrics_of_keras_share_what_is_compiled(X, y):
    WORKBENCHES.clear()
    for _ in range(2):
        tiny("cnn", epochs=1, metrics=["AUC", keras.metrics.F1Score()]).fit(X, y)
    assert len(WORKBENCHES) == 1
    tiny("cnn", epochs=1, metrics=["AUC", keras.metrics.F1Score("micro")]).fit(X, y)
    assert len(WORKBENCHES) == 2
