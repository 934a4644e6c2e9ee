"""Compiled nets are shared by fits of one architecture, and by nothing else."""

import pickle
import sys

import keras
import numpy as np
import pytest
from helpers import tiny
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skclf import KerasTextClassifier
from skclf.models.training import _workbench
from skclf.models.training._workbench import WORKBENCHES, Workbench

try:  # joblib's own copy, up to 1.5
    from joblib.externals import cloudpickle
except ImportError:
    import cloudpickle


def average(meta, units=4, activation="relu"):
    ids = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(meta["vocabulary_size_"], units)(ids)
    mean = keras.layers.GlobalAveragePooling1D()(vectors)
    hidden = keras.layers.Dense(units, activation=activation)(mean)
    hidden = keras.layers.Dropout(0.1)(hidden)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(hidden))


@pytest.fixture
def net():
    WORKBENCHES.clear()
    return KerasTextClassifier(average, epochs=2, random_state=0)


def test_nets_of_a_function_of_the_user_share_what_is_compiled(net, X, y):
    first = clone(net).fit(X, y)
    before = first.predict_proba(X)
    clone(net).set_params(random_state=1, learning_rate=0.1).fit(X, y)
    assert len(WORKBENCHES) == 1
    again = clone(net).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(again, before)
    np.testing.assert_array_equal(first.predict_proba(X), before)
    clone(net).set_params(model__units=3).fit(X, y)
    assert len(WORKBENCHES) == 2


def test_fitted_nets_keep_what_predicts_for_them(net, X, y, monkeypatch):
    """However many there are: nothing is compiled anew when they predict in turn."""
    compiled, trace = [], Workbench._trace

    def noted(workbench, function, *signature):
        compiled.append(function.__name__)
        return trace(workbench, function, *signature)

    monkeypatch.setattr(Workbench, "_trace", noted)
    nets = [clone(net).set_params(model__units=n).fit(X, y) for n in (1, 2, 3)]
    before = [one.predict_proba(X) for one in nets]
    assert compiled.count("predict") == 3
    WORKBENCHES.clear()  # as if there had been many more
    loaded = [pickle.loads(pickle.dumps(one)) for one in nets]
    for one, copy, expected in zip(nets, loaded, before, strict=True):
        np.testing.assert_array_equal(one.predict_proba(X), expected)
        np.testing.assert_array_equal(copy.predict_proba(X), expected)
    assert compiled.count("predict") == 3


def test_kernels_of_evicted_nets_are_let_go(net, X, y, monkeypatch):
    """And nets that live predict what they did."""
    forgotten, forget = [], _workbench.forget_kernels

    def noted():
        forgotten.append(1)
        forget()

    monkeypatch.setattr(_workbench, "forget_kernels", noted)
    monkeypatch.setattr(_workbench, "MAX_WORKBENCHES", 2)
    first = clone(net).fit(X, y)
    before = first.predict_proba(X)
    for n in (5, 6, 7):
        clone(net).set_params(model__units=n).fit(X, y)
    assert len(forgotten) == 2
    np.testing.assert_array_equal(first.predict_proba(X), before)


def double(x):
    return 2 * x


@keras.saving.register_keras_serializable("tests")
class Double(keras.layers.Layer):
    def call(self, x):
        return 2 * x


def with_layer(meta):
    model = average(meta)
    return keras.Model(model.input, Double()(model.output) / 2)


def with_lambda(meta):
    model = average(meta)
    return keras.Model(model.input, keras.layers.Lambda(lambda p: p)(model.output))


@pytest.mark.parametrize(
    "params",
    [{"model__activation": double}, {"model": with_layer}, {"model": with_lambda}],
)
def test_nets_with_code_of_the_user_share_nothing(params, net, X, y):
    for _ in range(2):
        clone(net).set_params(**params).fit(X, y)
    assert len(WORKBENCHES) == 2


def test_a_function_that_builds_something_else_by_now(net, X, y):
    activation = "relu"

    def changing(meta):
        return average(meta, activation=activation)

    old = clone(net).set_params(model=changing).fit(X, y)
    WORKBENCHES.clear()
    activation = "tanh"
    old.predict(X)  # builds its net again, which is another one now
    expected = clone(net).fit(X, y)  # the architecture of `old` when it was fitted
    WORKBENCHES.clear()
    found = expected.predict_proba(X)
    np.testing.assert_array_equal(clone(net).fit(X, y).predict_proba(X), found)


def test_fitted_nets_can_be_sent_to_workers(X, y):
    fitted = [
        tiny("lstm", epochs=1).fit(X, y),
        KerasTextClassifier(average, epochs=1, random_state=0).fit(X, y),
    ]
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    jobs = [delayed(net.predict_proba)(X) for net in fitted]
    try:
        found = Parallel(n_jobs=2)(jobs)
    finally:
        cloudpickle.unregister_pickle_by_value(sys.modules[__name__])
    for net, proba in zip(fitted, found, strict=True):
        np.testing.assert_allclose(proba, net.predict_proba(X), atol=1e-6)


def test_a_grid_search_has_the_same_scores_in_workers(X, y):
    net = tiny("lstm", epochs=2, early_stopping=False)
    grid = {"batch_size": [20, 40], "learning_rate": [0.02, 0.002]}
    here, there = (
        GridSearchCV(net, grid, cv=2, refit=False, n_jobs=n_jobs, error_score="raise")
        .fit(X, y)
        .cv_results_["mean_test_score"]
        for n_jobs in (1, 2)
    )
    np.testing.assert_allclose(here, there, rtol=1e-5)
