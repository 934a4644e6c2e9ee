"""Nets train on sparse rows as on dense ones, in less time."""

import keras
import numpy as np
import pytest
from helpers import tiny, workbench_of
from scipy import sparse

from skclf import DenseClassifier
from skclf.models.rows import _sources
from skclf.models.training._workbench import WORKBENCHES, Workbench


def random_rows(share):
    """80 rows, of whose numbers so many are not zero."""
    rng = np.random.RandomState(0)
    return sparse.csr_array(rng.rand(80, 300) * (rng.rand(80, 300) < share))


@pytest.fixture(scope="module")
def rows():
    return random_rows(0.03)


@pytest.fixture
def n_calls(monkeypatch):
    """How often the compiled training of sparse rows was called."""
    calls, original = [], Workbench.train_sparse

    def counted(workbench):
        calls.append(workbench)
        return original.__get__(workbench)

    monkeypatch.setattr(Workbench, "train_sparse", property(counted))
    return lambda: len(calls)


def assert_same_nets(found, expected):
    for a, b in zip(found._net.weights, expected._net.weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    np.testing.assert_allclose(found.history_["loss"], expected.history_["loss"], 1e-4)
    # A row on the edge between two classes may fall to either side.
    accuracy = expected.history_["accuracy"]
    np.testing.assert_allclose(found.history_["accuracy"], accuracy, atol=0.02)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"hidden_units": None},
        {"hidden_units": (8, 4), "loss": "focal"},
        {"optimizer": "sgd", "optimizer__momentum": 0.9},
        {
            "optimizer": "rmsprop",
            "optimizer__clipnorm": 1.0,
            "class_weight": "balanced",
        },
    ],
    ids=str,
)
@pytest.mark.parametrize("classes", ["y", "y3"])
def test_sparse_and_dense_rows_make_the_same_net(
    params, classes, rows, n_calls, request
):
    y = request.getfixturevalue(classes)
    net = tiny("dense", batch_size=7, epochs=3, early_stopping=False, **params)
    weight = np.linspace(0.5, 2, len(y))
    expected = net.fit(rows.toarray(), y, sample_weight=weight)
    assert n_calls() == 0
    found = tiny("dense", batch_size=7, epochs=3, early_stopping=False, **params)
    found.fit(rows, y, sample_weight=weight)
    assert n_calls() == 3  # of an epoch each
    assert_same_nets(found, expected)


@pytest.mark.parametrize("entries", [1, 150])
def test_epochs_with_many_entries_take_several_calls(
    entries, rows, y, n_calls, monkeypatch
):
    expected = tiny("dense", batch_size=7, epochs=2).fit(rows, y)
    before = n_calls()
    monkeypatch.setattr(_sources, "AT_ONCE", entries)
    found = tiny("dense", batch_size=7, epochs=2).fit(rows, y)
    assert n_calls() - before == (2 * 11 if entries == 1 else 2 * 6)
    assert_same_nets(found, expected)


class Batches(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.losses = []

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append((batch, logs["loss"]))


def test_callbacks_see_each_batch_of_sparse_rows(rows, y, n_calls):
    params = {"batch_size": 7, "epochs": 2, "callbacks": [Batches]}
    found = tiny("dense", **params).fit(rows, y).callbacks_[0].losses
    assert n_calls() == 22
    expected = tiny("dense", **params).fit(rows.toarray(), y).callbacks_[0].losses
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_unsorted_and_repeated_entries_are_read_right_and_left_alone(rows, y):
    # Each row back to front, and its last entry in two halves.
    parts = [rows[[i]] for i in range(rows.shape[0])]
    columns = [[*part.indices[::-1], *part.indices[-1:]] for part in parts]
    values = [
        [*part.data[-1:] / 2, *part.data[:-1][::-1], *part.data[-1:] / 2]
        for part in parts
    ]
    bounds = np.cumsum([0, *map(len, columns)])
    odd = sparse.csr_array(
        (np.concatenate(values), np.concatenate(columns).astype(np.int32), bounds),
        rows.shape,
    )
    before = odd.indices.copy(), odd.data.copy()
    net = tiny("dense").fit(odd, y)
    assert_same_nets(net, tiny("dense").fit(rows, y))
    np.testing.assert_array_equal(odd.indices, before[0])
    np.testing.assert_array_equal(odd.data, before[1])


def test_training_goes_on_from_dense_to_sparse_rows(rows, y, n_calls):
    parts = [(rows[:40], y[:40]), (rows[40:], y[40:])]
    mixed, dense = tiny("dense"), tiny("dense")
    for i, (part, classes) in enumerate(parts):
        mixed.partial_fit(part if i else part.toarray(), classes, classes=np.unique(y))
        dense.partial_fit(part.toarray(), classes, classes=np.unique(y))
    assert n_calls() > 0
    assert_same_nets(mixed, dense)


def test_rows_with_few_zeros_are_trained_on_as_dense_ones(y, n_calls):
    rows = random_rows(2 * _sources.DENSE)
    tiny("dense", epochs=1).fit(rows, y)
    assert n_calls() == 0


def build(meta):
    """A net that the user has written: it may do anything with its input."""
    features = keras.Input((meta["n_features_in_"],))
    hidden = keras.layers.Dense(4, activation="tanh")(features)
    skipped = keras.layers.Concatenate()([hidden, features])
    return keras.Model(features, keras.layers.Dense(1, activation="sigmoid")(skipped))


def test_a_net_of_the_users_reads_dense_rows(rows, y, n_calls):
    DenseClassifier(build, epochs=1, random_state=0).fit(rows, y)
    assert n_calls() == 0


def test_many_columns_make_fewer_rows_dense_at_once(rows, y, monkeypatch):
    net = tiny("dense", epochs=1).fit(rows, y)
    expected, shapes = net.predict_proba(rows), set()
    blocks = _sources.FeatureSource.blocks

    def seen(source, *args):
        found = blocks(source, *args)
        shapes.add(found[0].shape)
        return found

    monkeypatch.setattr(_sources, "MAX_NUMBERS", 7 * rows.shape[1])
    monkeypatch.setattr(_sources.FeatureSource, "blocks", seen)
    np.testing.assert_allclose(net.predict_proba(rows), expected, atol=1e-6)
    assert shapes == {(7, 300), (3, 300)}


def test_rows_without_any_entry_are_trained_on(rows, y):
    rows = rows.tolil()
    rows[::3] = 0
    rows = rows.tocsr()
    net = tiny("dense", batch_size=2, epochs=2)
    assert_same_nets(
        net.fit(rows, y), tiny("dense", batch_size=2, epochs=2).fit(rows.toarray(), y)
    )


def test_what_is_compiled_serves_the_next_fit(rows, y):
    WORKBENCHES.clear()
    first = workbench_of(tiny("dense", epochs=1).fit(rows, y))
    compiled = first.train_sparse
    second = workbench_of(tiny("dense", epochs=1, random_state=1).fit(rows, y))
    assert second.train_sparse is compiled
