"""Seeds, weights, warm starts, and nothing of the user's that changes."""

import os
import pickle

import keras
import numpy as np
import pytest
from helpers import global_random_state, tiny
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from tensorflow.python.framework import config as tf_config

from skclf import CNNClassifier
from skclf.models.rows import _rows
from skclf.models.training._workbench import WORKBENCHES


@pytest.mark.parametrize("kind", ["gru", "lstm", "cnn"])
def test_one_seed_gives_the_same_net_twice(kind, X, y):
    nets = [tiny(kind, random_state=3).fit(X, y) for _ in range(2)]
    a, b = (net.predict_proba(X) for net in nets)
    np.testing.assert_array_equal(a, b)
    seconds = [net.history_.pop("seconds") for net in nets]
    assert len(seconds[0]) == len(seconds[1])
    assert nets[0].history_ == nets[1].history_
    other = tiny(kind, random_state=4).fit(X, y).predict_proba(X)
    assert not np.allclose(a, other)


def test_a_net_from_the_cache_is_as_a_new_one(X, y, y3):
    net = tiny("gru", dropout=0.3)
    WORKBENCHES.clear()
    new = clone(net).fit(X, y).predict_proba(X)
    clone(net).set_params(random_state=9).fit(X[::-1], y)
    np.testing.assert_array_equal(clone(net).fit(X, y).predict_proba(X), new)


def test_other_fitted_nets_are_left_alone(X, y):
    first = tiny("cnn", random_state=0).fit(X, y)
    before = first.predict_proba(X)
    tiny("cnn", random_state=1).fit(X[::-1], y)
    np.testing.assert_array_equal(first.predict_proba(X), before)


def test_nets_outlive_their_place_in_the_cache(X, y, monkeypatch):
    monkeypatch.setattr(WORKBENCHES, "size", 2)
    net = tiny("gru").fit(X, y)
    before = net.predict_proba(X)
    for units in range(1, WORKBENCHES.size + 2):
        tiny("simple", units=units, epochs=1).fit(X[:10], y[:10])
    assert len(WORKBENCHES) == WORKBENCHES.size
    np.testing.assert_array_equal(net.predict_proba(X), before)


def test_no_global_state_changes(X, y):
    def state():
        return (
            global_random_state(),
            tf_config.is_op_determinism_enabled(),
            keras.config.floatx(),
            dict(os.environ),
        )

    tiny("gru", epochs=1).fit(X, y)
    before = state()
    tiny("gru", epochs=1, dropout=0.2).fit(X, y).predict(X)
    assert state() == before


def test_an_unseeded_fit_works_after_a_seeded_one(X, y):
    tiny("gru", epochs=1).fit(X, y)
    nets = [tiny("gru", epochs=1, random_state=None).fit(X, y) for _ in range(2)]
    assert not np.array_equal(*(net.predict_proba(X) for net in nets))


def test_arrays_of_the_user_stay_as_they_are(X, features, y):
    weight = np.arange(80)
    ids, columns = X.raw_ids.copy(), features.copy()
    read_only = features.copy()
    read_only.setflags(write=False)
    tiny("gru", class_weight="balanced", epochs=1).fit(X, y, sample_weight=weight)
    tiny("dense", class_weight="balanced", epochs=1).fit(read_only, y, weight)
    np.testing.assert_array_equal(weight, np.arange(80))
    np.testing.assert_array_equal(X.raw_ids, ids)
    np.testing.assert_array_equal(features, columns)


def test_importing_leaves_the_pickling_of_keras_alone():
    assert "scikeras" not in keras.Model.__reduce__.__module__
    for cls in (keras.losses.Loss, keras.metrics.Metric, keras.optimizers.Optimizer):
        assert "scikeras" not in cls.__reduce__.__module__


def test_sample_weight_moves_the_prediction(X, y):
    good = np.where(y == "good", 20.0, 1.0)
    plain = tiny("cnn", epochs=2).fit(X, y).predict_proba(X)[:, 1]
    weighted = (
        tiny("cnn", epochs=2).fit(X, y, sample_weight=good).predict_proba(X)[:, 1]
    )
    assert weighted.mean() > plain.mean() + 0.05


def test_rows_of_weight_zero_are_as_if_not_there(X, y):
    weight = np.r_[np.zeros(20), np.ones(60)]
    a = tiny("gru", epochs=2).fit(X, y, sample_weight=weight).predict_proba(X)
    b = tiny("gru", epochs=2).fit(X[20:], y[20:]).predict_proba(X)
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("weights", ["balanced", {"bad": 1.0, "good": 9.0}])
def test_class_weight_lifts_the_rare_class(weights, X, y):
    rows = np.r_[np.flatnonzero(y == "bad"), np.flatnonzero(y == "good")[:8]]
    params = {"epochs": 2, "learning_rate": 0.005}
    plain = tiny("gru", **params).fit(X[rows], y[rows]).predict_proba(X)[:, 1]
    net = tiny("gru", class_weight=weights, **params).fit(X[rows], y[rows])
    assert net.predict_proba(X)[:, 1].mean() > plain.mean() + 0.1


def test_balanced_is_the_dict_of_inverse_frequencies(X):
    y = np.array([0] * 60 + [1] * 20)
    balanced = {0: 80 / (2 * 60), 1: 80 / (2 * 20)}
    params = {"early_stopping": False, "epochs": 2}
    a = tiny("cnn", class_weight="balanced", **params).fit(X, y).predict_proba(X)
    b = tiny("cnn", class_weight=balanced, **params).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(a, b, atol=1e-6)


def test_warm_start_goes_on(X, y):
    net = tiny("gru", warm_start=True, epochs=1, early_stopping=False)
    losses = [net.fit(X, y).history_["loss"][-1] for _ in range(5)]
    assert losses[-1] < losses[0] / 2
    assert len(net.history_["loss"]) == 5
    assert net.classes_.tolist() == ["bad", "good"]
    cold = net.set_params(warm_start=False).fit(X, y)
    assert len(cold.history_["loss"]) == 1


@pytest.mark.parametrize("make_seed", [lambda: 0, np.random.RandomState, lambda: None])
def test_rows_that_are_held_out_stay_so_in_a_warm_start(make_seed, X, y, monkeypatch):
    held, original = [], _rows.hold_out

    def hold_out(*args):
        train, validation = original(*args)
        held.append(validation.tolist())
        return train, validation

    monkeypatch.setattr(_rows, "hold_out", hold_out)
    net = tiny("cnn", warm_start=True, epochs=1, random_state=make_seed())
    for _ in range(3):
        net.fit(X, y)
    assert held[0] == held[1] == held[2]


def test_another_optimizer_does_not_take_over_the_state_of_the_last(X, y):
    net = tiny("cnn", warm_start=True, early_stopping=False, epochs=2).fit(X, y)
    loaded = pickle.loads(pickle.dumps(net))  # has no state of an optimizer
    for going_on in (net, loaded):
        going_on.set_params(optimizer="ftrl").fit(X, y)
    np.testing.assert_allclose(net.predict_proba(X), loaded.predict_proba(X), atol=1e-6)


def test_number_of_documents_is_that_of_all_calls(X, y):
    net = tiny("cnn").partial_fit(X[:30], y[:30], classes=["bad", "good"])
    assert net.partial_fit(X, y).n_samples_fit_ == 110
    assert net.fit(X[:60], y[:60]).n_samples_fit_ == 60


def test_partial_fit_is_one_more_epoch(X, y):
    net = tiny("cnn", early_stopping=False)
    net.partial_fit(X[:40], y[:40], classes=["bad", "good", "ugly"])
    assert net.classes_.tolist() == ["bad", "good", "ugly"]
    for _ in range(7):
        net.partial_fit(X, y)
    assert len(net.history_["loss"]) == 8
    assert net.best_epoch_ == 8
    assert net.score(X, y) > 0.9


def test_partial_fit_keeps_the_state_of_the_optimizer(X, y):
    """Eight calls are as eight epochs, but for the order of the batches."""
    params = {"batch_size": 80, "dropout": 0, "embedding_dropout": 0}
    once = tiny("cnn", early_stopping=False, epochs=8, **params).fit(X, y)
    net = tiny("cnn", early_stopping=False, **params)
    for _ in range(8):
        net.partial_fit(X, y, classes=["bad", "good"])
    np.testing.assert_allclose(net.predict_proba(X), once.predict_proba(X), atol=1e-4)


def test_going_on_takes_the_learning_rate_of_now(X, y):
    net = tiny("cnn").partial_fit(X, y, classes=["bad", "good"])
    net.set_params(learning_rate=0.001).partial_fit(X, y)
    assert net.history_["learning_rate"] == pytest.approx([0.02, 0.001])


def test_going_on_draws_other_random_numbers(X, y):
    net = tiny("cnn", learning_rate=1e-12, dropout=0.5)
    for _ in range(3):
        net.partial_fit(X, y, classes=["bad", "good"])
    assert len(set(net.history_["loss"])) == 3


def test_going_on_with_another_architecture_is_an_error(X, y):
    net = tiny("gru", warm_start=True, epochs=1).fit(X, y)
    with pytest.raises(ValueError, match="Expected the architecture that was fitted"):
        net.set_params(units=5).fit(X, y)
    net.set_params(units=8, optimizer="sgd").fit(X, y)


def test_classes_may_come_one_after_the_other_in_partial_fit(features, y):
    net = tiny("dense", learning_rate=0.005)
    for label in ("bad", "good") * 3:
        net.partial_fit(features[y == label], y[y == label], classes=["bad", "good"])
    for _ in range(20):
        net.partial_fit(features, y)
    assert net.score(features, y) > 0.9
    with pytest.raises(ValueError, match="'balanced' is not supported by partial_fit"):
        net.set_params(class_weight="balanced").partial_fit(features, y)


def test_a_fit_that_fails_leaves_no_half_of_the_net_before(X, y, y3):
    net = tiny("cnn", epochs=1).fit(X, y)
    with pytest.raises(ValueError, match="together"):
        net.fit(X, y3, X_val=X)
    with pytest.raises(NotFittedError):
        net.predict(X)


def test_a_subclass_may_add_a_parameter_and_hand_on_the_others(X, y):
    class Noted(CNNClassifier):
        def __init__(self, model=None, *, note="", **others):
            super().__init__(model, **others)
            self.note = note

    net = Noted(note="mine", filters=3, kernel_sizes=2, embedding_dim=4, epochs=1)
    assert clone(net).get_params() == net.get_params()
    assert net.fit(X, y).model_.get_layer("convolutions").filters == 3


def test_a_subclass_may_hand_on_all_parameters():
    class Mine(CNNClassifier):
        def __init__(self, **params):
            super().__init__(**params)

    net = Mine(filters=3, optimizer__beta_1=0.8)
    assert clone(net).get_params() == net.get_params()
    assert net.get_params() == CNNClassifier(**net.get_params()).get_params()
    assert net.set_params(filters=5).filters == 5


def test_learning_rates_share_a_compiled_net(X, y):
    WORKBENCHES.clear()
    for rate in (0.01, 0.02, 0.03):
        net = tiny("cnn", learning_rate=rate, epochs=1).fit(X, y)
        assert net.history_["learning_rate"] == pytest.approx([rate])
    assert len(WORKBENCHES) == 1


def test_an_empty_document_keeps_its_prediction_after_set_params(encoder, X, y):
    net, empty = tiny("gru", epochs=2).fit(X, y), encoder.transform([""])
    before = net.predict_proba(empty)
    net.set_params(model=lambda meta: None)
    np.testing.assert_array_equal(net.predict_proba(empty), before)


def test_a_fit_after_set_params_does_not_change_the_old_prediction(X, y):
    net = tiny("gru", units=8).fit(X, y)
    before = net.predict_proba(X)
    net.set_params(units=3)
    np.testing.assert_array_equal(net.predict_proba(X), before)
    assert net.fit(X, y).model_.layers[-1].kernel.shape[0] == 6
