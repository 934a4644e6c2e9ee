"""Nets on sequences and the columns of a table beside them."""

import pickle

import keras
import numpy as np
import pytest
from helpers import tiny
from sklearn.base import clone

from skclf import CNNClassifier, DenseClassifier, EmbeddedSequences, KerasTextClassifier
from skclf.compose import SequencesAndTable
from skclf.models.layers._layers import TableFeatures
from skclf.models.training._workbench import WORKBENCHES

SIZES = (0, 3, 2)
KINDS = ["gru", "cnn"]

kinds = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def table(y):
    """A number of noise, a category that tells the class, and one that does not."""
    rng = np.random.RandomState(0)
    tells = np.where(y == "bad", rng.choice([0, 1], len(y)), 2)
    return np.column_stack([rng.normal(size=len(y)), tells, rng.choice(2, len(y))])


@pytest.fixture(scope="module")
def noise(X):
    """The documents in another order: they say nothing about the class."""
    return X[np.random.RandomState(1).permutation(len(X))]


@pytest.fixture(scope="module")
def both(noise, table):
    return SequencesAndTable(noise, table, SIZES)


def embedded(X):
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(len(X.vocabulary) + 4, 5)).astype(np.float32)
    vectors[:2] = 0
    return EmbeddedSequences(np.asarray(X), vectors, vocabulary=X.vocabulary)


@kinds
@pytest.mark.parametrize("dim", [None, 3])
def test_the_table_is_read(kind, dim, both, noise, y):
    net = tiny(kind, table_embedding_dim=dim, early_stopping=False, epochs=15)
    assert net.fit(both, y).score(both, y) > 0.9
    names = [tensor.name for tensor in net.model_.inputs]
    assert names == ["ids", "columns"]
    blind = clone(net).fit(noise, y)
    changed = SequencesAndTable(noise, both.table[::-1], SIZES)
    assert net.score(changed, y) < 0.6
    assert blind.score(noise, y) < 0.9


@kinds
def test_the_text_is_read(kind, X, table, y):
    both = SequencesAndTable(X, np.zeros_like(table), SIZES)
    net = tiny(kind, early_stopping=False).fit(both, y)
    assert net.score(both, y) > 0.9


@kinds
@pytest.mark.parametrize("embedding", ["frozen", "trainable", "finetune"])
def test_beside_word_vectors(kind, embedding, noise, table, y):
    both = SequencesAndTable(embedded(noise), table, SIZES)
    net = tiny(kind, embedding=embedding, early_stopping=False, epochs=15).fit(both, y)
    assert net.score(both, y) > 0.9
    assert [x.name for x in net.model_.inputs] == ["ids", "columns", "vectors"]
    alone = np.vstack([net.predict_proba(both[i : i + 1]) for i in range(5)])
    np.testing.assert_allclose(alone, net.predict_proba(both)[:5], atol=1e-6)


@kinds
def test_predictions_depend_on_the_document_alone(kind, both, y):
    net = tiny(kind, epochs=2).fit(both, y)
    proba = net.predict_proba(both)
    alone = np.vstack([net.predict_proba(both[i : i + 1]) for i in range(10)])
    np.testing.assert_allclose(alone, proba[:10], atol=1e-6)
    order = np.random.RandomState(0).permutation(len(both))
    np.testing.assert_allclose(net.predict_proba(both[order]), proba[order], atol=1e-6)


@kinds
def test_predicts_as_its_keras_model(kind, both, y):
    net = tiny(kind, epochs=2, table_embedding_dim=2).fit(both, y)
    row = both[:1]
    ids = np.asarray(row.sequences)
    ids = ids[:, ids[0] != 0]
    output = keras.ops.convert_to_numpy(net.model_([ids, row.table]))
    np.testing.assert_allclose(output[:, 0], net.predict_proba(row)[:, 1], atol=1e-6)


@kinds
def test_seeded_pickled_and_trained_on(kind, both, y):
    net = tiny(kind, epochs=3).fit(both, y)
    proba = net.predict_proba(both)
    again = clone(net).fit(both, y)
    np.testing.assert_array_equal(again.predict_proba(both), proba)
    loaded = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(loaded.predict_proba(both), proba)
    net.set_params(warm_start=True).fit(both, y)
    assert len(net.history_["loss"]) > len(again.history_["loss"])
    more = tiny(kind).partial_fit(both, y, classes=np.unique(y)).partial_fit(both, y)
    assert len(more.history_["loss"]) == 2


def test_three_classes_weights_and_validation_rows(both, y3):
    net = tiny("gru", epochs=2, class_weight="balanced")
    weight = np.linspace(0, 1, len(y3))
    net.fit(both, y3, weight, X_val=both[:20], y_val=y3[:20])
    assert net.predict_proba(both).shape == (80, 3)


def test_step_by_step_for_a_callback_is_the_same(both, y):
    class Listener(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    quick, slow = (
        tiny("gru", epochs=2, word_dropout=0, dropout=0, callbacks=callbacks)
        for callbacks in (None, [Listener])
    )
    for net in (quick, slow):
        net.set_params(embedding_dropout=0, table_dropout=0).fit(both, y)
    np.testing.assert_allclose(
        slow.predict_proba(both), quick.predict_proba(both), atol=1e-5
    )


@pytest.mark.parametrize("dim", [None, 2])
def test_a_category_that_is_new_is_zeros(dim):
    layer = TableFeatures(SIZES, dim)
    columns = np.array([[0.5, 2, 0], [0.5, -1, 1], [0.5, -1, -1]], np.float32)
    output = np.asarray(layer(columns))
    width = 1 + (dim or 3) + (dim or 2)
    assert output.shape == (3, width)
    assert (output[:, 0] == 0.5).all()
    assert output[0, 1:].any()
    assert output[1, width - (dim or 2) :].any()
    assert not output[1, 1 : 1 + (dim or 3)].any()
    assert not output[2, 1:].any()


def test_categories_are_left_out_in_training_and_numbers_are_not():
    layer = TableFeatures((0, 3, 0), dropout=0.5)
    columns = np.tile(np.array([[7, 1, 8]], np.float32), (1000, 1))
    output = np.asarray(layer(columns, training=True))
    assert (output[:, 0] == 7).all()
    assert (output[:, 4] == 8).all()
    kept = output[:, 1:4].sum(axis=1)
    assert 0.4 < kept.mean() < 0.6
    assert not output[:, [1, 3]].any()  # left out, not another category
    np.testing.assert_array_equal(np.asarray(layer(columns))[:, 2], 1)


def test_the_layer_of_the_table_is_not_linear(both, y):
    net = tiny("cnn", epochs=1).fit(both, y)
    assert net.model_.get_layer("table_dense").activation is keras.activations.relu


def test_a_net_of_ours_inside_another(noise, table, y):
    class Wrapped(CNNClassifier):
        def build(self, meta):
            net = super().build(meta)
            inputs = [
                keras.Input(batch_shape=x.shape, dtype=x.dtype) for x in net.inputs
            ]
            return keras.Model(inputs, net(inputs))

    both = SequencesAndTable(embedded(noise), table, SIZES)
    net = Wrapped(
        filters=4,
        kernel_sizes=2,
        epochs=15,
        learning_rate=0.02,
        early_stopping=False,
        random_state=0,
    ).fit(both, y)
    assert net.score(both, y) > 0.9


def test_one_compilation_for_folds_with_about_as_many_categories(noise, table, y):
    WORKBENCHES.clear()
    for size in (17, 18, 20):
        both = SequencesAndTable(noise, table, (0, size, 2))
        tiny("cnn", epochs=1).fit(both, y)
    assert len(WORKBENCHES) == 1


@pytest.mark.parametrize(
    ("given", "sizes"), [(None, [16]), (3, [3]), ((), []), ([4, 2], [4, 2])]
)
def test_layers_after_text_and_table(given, sizes, both, y):
    net = tiny("cnn", epochs=1, dense_units=given).fit(both, y)
    layers = [x for x in net.model_.layers if x.name.startswith("dense")]
    assert [layer.units for layer in layers] == sizes


def test_a_net_of_ones_own_reads_categories_one_hot(both, y):
    shapes = []

    def net(meta):
        ids = keras.Input((None,), dtype="int32")
        columns = keras.Input((meta["n_table_features_"],))
        shapes.append(columns.shape)
        vectors = keras.layers.Embedding(meta["vocabulary_size_"], 4)(ids)
        mean = keras.layers.GlobalAveragePooling1D()(vectors)
        features = keras.layers.Concatenate()([mean, columns])
        output = keras.layers.Dense(1, activation="sigmoid")(features)
        return keras.Model([ids, columns], output)

    own = KerasTextClassifier(
        net, epochs=15, learning_rate=0.1, early_stopping=False, random_state=0
    )
    assert own.fit(both, y).score(both, y) > 0.9
    assert shapes[0] == (None, 1 + 3 + 2)


def test_a_net_of_ones_own_reads_vectors_and_columns(noise, table, y):
    both = SequencesAndTable(embedded(noise), table, SIZES)

    def net(meta):
        words = keras.Input((None, meta["embedding_dim_"]))
        columns = keras.Input((meta["n_table_features_"],))
        mean = keras.layers.GlobalAveragePooling1D()(words)
        features = keras.layers.Concatenate()([mean, columns])
        output = keras.layers.Dense(1, activation="sigmoid")(features)
        return keras.Model([words, columns], output)

    own = KerasTextClassifier(
        net, epochs=15, learning_rate=0.1, early_stopping=False, random_state=0
    )
    assert own.fit(both, y).score(both, y) > 0.9


# -- bad input


def test_a_net_of_ones_own_has_to_read_both(both, y):
    def net(meta):
        ids = keras.Input((None,), dtype="int32")
        vectors = keras.layers.Embedding(meta["vocabulary_size_"], 4)(ids)
        mean = keras.layers.GlobalAveragePooling1D()(vectors)
        return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(mean))

    with pytest.raises(ValueError, match="two inputs, for the text and for the table"):
        KerasTextClassifier(net).fit(both, y)


@pytest.mark.parametrize("wrong", ["order", "width", "dict"])
def test_the_inputs_of_a_net_of_ones_own(wrong, both, y):
    def net(meta):
        ids = keras.Input((None,), dtype="int32", name="ids")
        width = 4 if wrong == "width" else meta["n_table_features_"]
        columns = keras.Input((width,), name="columns")
        vectors = keras.layers.Embedding(meta["vocabulary_size_"], 4)(ids)
        mean = keras.layers.GlobalAveragePooling1D()(vectors)
        features = keras.layers.Concatenate()([mean, columns])
        output = keras.layers.Dense(1, activation="sigmoid")(features)
        inputs = [columns, ids] if wrong == "order" else [ids, columns]
        if wrong == "dict":
            inputs = {"ids": ids, "columns": columns}
        return keras.Model(inputs, output)

    message = "Expected a model with a list" if wrong == "dict" else "in the order"
    with pytest.raises(ValueError, match=message):
        KerasTextClassifier(net).fit(both, y)


def test_a_net_of_ones_own_without_a_table(X, y):
    def net(meta):
        return keras.Input((meta["n_table_features_"],))

    with pytest.raises(TypeError, match=r"Put the step TextAndTable\(\.\.\.\) right"):
        KerasTextClassifier(net).fit(X, y)


def test_without_or_with_another_table_than_in_fit(both, noise, y):
    net = tiny("cnn", epochs=1).fit(both, y)
    with pytest.raises(
        TypeError, match="SequencesAndTable of TokenSequences, on which"
    ):
        net.predict(noise)
    other = SequencesAndTable(noise, both.table, SIZES, fingerprint="others")
    with pytest.raises(ValueError, match="columns and categories that CNNClassifier"):
        net.predict(other)
    blind = tiny("cnn", epochs=1).fit(noise, y)
    with pytest.raises(TypeError, match="Expected TokenSequences, on which"):
        blind.predict(both)


def test_missing_numbers(both, noise, y):
    holes = both.table.copy()
    holes[3, 0] = np.nan
    holes = SequencesAndTable(noise, holes, SIZES)
    with pytest.raises(ValueError, match=r"finite numbers .* columns \[0\]"):
        tiny("cnn").fit(holes, y)
    net = tiny("cnn", epochs=1).fit(both, y)
    with pytest.raises(ValueError, match=r"finite numbers .* columns \[0\]"):
        net.predict(holes)


def test_validation_rows_have_to_have_the_table(both, noise, y):
    with pytest.raises(TypeError, match="Expected X_val of the same kind as X"):
        tiny("cnn").fit(both, y, X_val=noise, y_val=y)


def test_dense_nets_read_features(both, y):
    with pytest.raises(TypeError, match="DenseClassifier expects features"):
        DenseClassifier().fit(both, y)


@pytest.mark.parametrize(
    ("name", "value"),
    [("table_units", 0), ("table_embedding_dim", 0), ("table_dropout", 1.0)],
)
def test_parameters(name, value, both, y):
    with pytest.raises(ValueError, match=f"The '{name}' parameter"):
        tiny("cnn", **{name: value}).fit(both, y)
