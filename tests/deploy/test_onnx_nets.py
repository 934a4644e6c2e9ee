"""Nets as ONNX graphs: they predict what Keras predicts."""

import keras
import numpy as np
import onnx
import pytest
from graphs import assert_same_graph, own
from helpers import assert_same_predictions, tiny
from scipy import sparse

from skclf import (
    CNNClassifier,
    EmbeddedSequences,
    KerasTextClassifier,
    SequenceEncoder,
    to_onnx_pipeline,
)
from skclf.compose import SequencesAndTable
from skclf.deploy import _onnx_convolutions, _onnx_recurrent
from skclf.deploy._onnx_activations import _OPERATORS
from skclf.deploy._onnx_layers import CONVERTERS

layers = keras.layers

# A document of one word is not warned of in prediction, which is compiled.
pytestmark = pytest.mark.filterwarnings("ignore:.*softmax over axis 1:UserWarning")


@pytest.fixture(scope="module")
def X():
    """Token ids of 60 documents of 0 to 6 words."""
    rng = np.random.RandomState(0)
    words = ["fire", "smoke", "flood", "sun", "beach", "party", "old", "the", "a", "b"]
    texts = [" ".join(rng.choice(words, rng.randint(0, 7))) for _ in range(60)]
    return SequenceEncoder(max_len=6).fit_transform([*words, *texts])[10:]


@pytest.fixture(scope="module")
def y(X):
    return np.array(["bad", "good", "else"])[np.arange(len(X)) % 3]


@pytest.fixture(scope="module")
def E(X):
    """The documents with vectors; three words more have one."""
    table = np.random.RandomState(0).normal(size=(15, 5)).astype(np.float32)
    table[:2] = 0
    return EmbeddedSequences(np.asarray(X), table, vocabulary=X.vocabulary)


@pytest.fixture(scope="module")
def table():
    """A number, and two categories, some of them unknown."""
    rng = np.random.RandomState(1)
    return np.column_stack(
        [rng.normal(size=60), rng.randint(-1, 3, 60), rng.randint(-1, 2, 60)]
    )


def assert_same(net, X, y):
    """Convert a net after an epoch, and compare all that it predicts."""
    net.set_params(epochs=1, early_stopping=False).fit(X, y)
    converted = to_onnx_pipeline(net)
    expected = net.predict_proba(X)
    assert_same_predictions(converted, net, X, atol=1e-6)
    assert len(np.unique(expected.round(5), axis=0)) > 10  # they differ by document
    for rows in ([7], [0, 3]):
        alone = converted.predict_proba(X[rows])
        np.testing.assert_allclose(alone, expected[rows], atol=1e-6)
    return converted


def operators(converted):
    return {node.op_type for node in onnx.load_from_string(converted.onnx_).graph.node}


# Graphs: nets that are not trained, with random weights.


META = {"n_outputs_": 3, "vocabulary_size_": 12, "max_len_": 6}


@pytest.mark.parametrize(
    "params",
    [
        {"bidirectional": False},
        {"bidirectional": True, "recurrent_dropout": 0.1},
        {"bidirectional": True, "units": (4, 3), "pooling": "max"},
        {"bidirectional": False, "units": (4, 3), "pooling": "mean"},
        {"bidirectional": True, "pooling": "attention", "dense_units": (5, 4)},
    ],
    ids=str,
)
@pytest.mark.parametrize("cell", ["lstm", "gru", "simple"])
def test_recurrent_nets_are_native_operators(cell, params):
    found = assert_same_graph(tiny(cell, **params).build(META))
    assert {"lstm": "LSTM", "gru": "GRU", "simple": "RNN"}[cell] in found
    assert found.isdisjoint({"Loop", "Scan", "If"})


@pytest.mark.parametrize("pooling", ["max", "mean", "attention"])
@pytest.mark.parametrize("kernel_sizes", [3, (2, 3, 3)])
def test_convolutional_nets(pooling, kernel_sizes):
    net = tiny("cnn", pooling=pooling, kernel_sizes=kernel_sizes, dense_units=4)
    found = assert_same_graph(net.build(META))
    assert "Sum" in found  # of products of words and filters


@pytest.mark.parametrize("kernel_sizes", [3, (2, 3, 3)])
def test_convolutions_of_too_many_words_to_multiply_ahead(kernel_sizes, monkeypatch):
    monkeypatch.setattr(_onnx_convolutions, "_MOST_PRODUCTS", 0)
    net = tiny("cnn", kernel_sizes=kernel_sizes)
    assert "Sum" not in assert_same_graph(net.build(META))


def on_words(*between):
    """Layers that read vectors, one after the other, and pooling behind them."""

    def build(vectors):
        for layer in between:
            vectors = layer()(vectors)
        return layers.GlobalMaxPooling1D()(vectors)

    return build


def two_ways(merge):
    def build(vectors):
        ways = [layers.GlobalMaxPooling1D()(vectors)]
        ways.append(layers.GlobalAveragePooling1D()(vectors))
        return merge()(ways)

    return build


def as_a_layer(vectors):
    inner = keras.Sequential([keras.Input((None, 4)), layers.LSTM(3)])
    again = keras.Input((None, 4))
    outer = keras.Model(again, layers.Dense(3)(inner(again)))
    return outer(vectors)


def two_outputs(vectors):
    again = keras.Input((None, 4))
    ways = [layers.GlobalMaxPooling1D(), layers.GlobalAveragePooling1D()]
    first, second = keras.Model(again, [way(again) for way in ways])(vectors)
    return layers.Subtract()((first, second))


def called_twice(vectors):
    layer = layers.LSTM(4, return_sequences=True)
    return layers.GlobalMaxPooling1D()(layer(layer(vectors)))


OWN = {
    "Activation": on_words(lambda: layers.Activation("selu")),
    "ActivityRegularization": on_words(layers.ActivityRegularization),
    "AlphaDropout": on_words(lambda: layers.AlphaDropout(0.1)),
    "AveragePooling1D": on_words(lambda: layers.AveragePooling1D(2, padding="same")),
    "BatchNormalization": on_words(layers.BatchNormalization),
    "Bidirectional": lambda x: layers.Bidirectional(layers.SimpleRNN(3))(x),
    "Conv1D causal": on_words(
        lambda: layers.Conv1D(3, 2, padding="causal", dilation_rate=2)
    ),
    "Conv1D strided": on_words(
        lambda: layers.Conv1D(4, 2, strides=2, groups=2, padding="same", use_bias=False)
    ),
    "Conv1D after pooling": on_words(
        lambda: layers.Conv1D(3, 2, padding="same"),
        lambda: layers.MaxPooling1D(2, padding="same"),
        lambda: layers.Conv1D(3, 3, padding="same"),
    ),
    "Conv1D stack": on_words(
        lambda: layers.Conv1D(3, 3, padding="same", activation="gelu"),
        lambda: layers.Conv1D(3, 2, padding="same", use_bias=False),
        lambda: layers.GRU(3, return_sequences=True),
    ),
    "Dense": on_words(lambda: layers.Dense(3, use_bias=False, activation="silu")),
    "Dropout": on_words(lambda: layers.Dropout(0.1)),
    "GRU": on_words(lambda: layers.GRU(3, reset_after=False, return_sequences=True)),
    "GRU without bias": layers.GRU(3, use_bias=False),
    "GaussianDropout": on_words(lambda: layers.GaussianDropout(0.1)),
    "GaussianNoise": on_words(lambda: layers.GaussianNoise(0.1)),
    "Identity": on_words(layers.Identity),
    "LSTM": layers.LSTM(5, activation="relu", recurrent_activation="tanh"),
    "LayerNormalization": on_words(layers.LayerNormalization),
    "LayerNormalization plain": on_words(
        lambda: layers.LayerNormalization(scale=False, center=False)
    ),
    "LeakyReLU": on_words(lambda: layers.LeakyReLU(0.1)),
    "MaxPooling1D": on_words(lambda: layers.MaxPooling1D(2, padding="same")),
    "ReLU": on_words(layers.ReLU),
    "SimpleRNN": layers.SimpleRNN(3, activation="relu"),
    "Softmax": on_words(layers.Softmax),
    "SpatialDropout1D": on_words(lambda: layers.SpatialDropout1D(0.1)),
    "a model": as_a_layer,
    "a model with two outputs": two_outputs,
    "a layer called twice": called_twice,
} | {
    name: two_ways(getattr(layers, name))
    for name in (
        ["Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"]
    )
}


@pytest.mark.parametrize("name", OWN)
def test_layers_of_a_users_net(name):
    assert_same_graph(own(OWN[name]))


def test_every_layer_that_is_converted_is_tested():
    elsewhere = {"PoolOverTime", "TableFeatures", "WordDropout", "WordVectors"}
    elsewhere |= {"Embedding", "Flatten", "MaxConvolutions", "WordConvolutions"}
    elsewhere |= {"GlobalAveragePooling1D", "GlobalMaxPooling1D"}
    # In test_onnx_operations.py:
    elsewhere |= {"AdditiveAttention", "Attention", "Dot", "MultiHeadAttention"}
    elsewhere |= {"DepthwiseConv1D", "SeparableConv1D"}
    tested = {name.partition(" ")[0] for name in OWN} | elsewhere
    assert {kind.__name__ for kind in CONVERTERS} <= tested


@pytest.mark.parametrize(
    "name",
    ["linear", "softmax", "silu", "gelu", *_OPERATORS],
)
def test_activations(name):
    dense = layers.Dense(8, activation=name)
    strided = layers.Conv1D(8, 1, strides=2, activation=name)
    assert_same_graph(own(on_words(lambda: dense)))
    assert_same_graph(own(on_words(lambda: strided)))


@pytest.mark.parametrize("layer", [layers.LSTM, layers.GRU])
def test_input_of_fixed_length(layer):
    def build(vectors):
        return layers.Flatten()(layer(3, return_sequences=True)(vectors))

    assert_same_graph(own(build, width=6), width=6)


def test_a_mask_is_no_matter_where_nothing_is_padded():
    assert_same_graph(own(layers.GRU(3), mask_zero=True))


class Doubled(layers.Layer):
    def call(self, x):
        return 2 * x


class Negated(keras.Model):
    def call(self, x, training=False):
        return -super().call(x)


def negated(vectors):
    again = keras.Input((None, 4))
    return Negated(again, layers.LSTM(3)(again))(vectors)


def with_a_state(vectors):
    state = layers.GlobalMaxPooling1D()(vectors)
    return layers.LSTM(4)(vectors, initial_state=[state, state])


def norm_of_all(vectors):
    return keras.ops.squeeze(keras.ops.norm(vectors, axis=(1, 2), keepdims=True), 1)


REFUSED = {
    r"'doubled.*' \(Doubled\) which has no translation": on_words(Doubled),
    r"\(Quantile\) which has no translation": lambda x: keras.ops.quantile(x, 0.5, 1),
    "the activation 'cube of your own'": on_words(
        lambda: layers.Dense(3, activation=cube)
    ),
    "the activation 'softplus'": layers.LSTM(3, activation="softplus"),
    "go_backwards=True": layers.GRU(3, go_backwards=True),
    "merge_mode='sum'": layers.Bidirectional(layers.GRU(3), merge_mode="sum"),
    "axis=.1, 2.": on_words(lambda: layers.Softmax(axis=(1, 2))),
    "called with .'initial_state'.": with_a_state,
    "a call of its own": negated,
    "called in a way that has no translation": norm_of_all,
    "with other parameters": on_words(lambda: layers.ReLU(max_value=6.0)),
    r"strides=.5,. and padding='same'": on_words(
        lambda: layers.MaxPooling1D(2, strides=5, padding="same")
    ),
    "with strides or groups, and padding='same'": on_words(
        lambda: layers.Conv1D(4, 3, groups=2, dilation_rate=2, padding="same")
    ),
    "keepdims": lambda x: layers.GRU(3)(layers.GlobalMaxPooling1D(keepdims=True)(x)),
}


def cube(x):
    return x**3


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_converted_is_named(message):
    with pytest.raises(ValueError, match=message) as caught:
        assert_same_graph(own(REFUSED[message]))
    assert "Use one of these layers: Activation, " in str(caught.value)
    assert "with TensorFlow" in str(caught.value)


def test_a_mask_over_a_fixed_length_is_refused():
    with pytest.raises(ValueError, match=r"masks the padding .* keras.Input\(\(None"):
        assert_same_graph(own(layers.GRU(3), width=6, mask_zero=True))


# Classifiers: nets that are fitted.


def test_a_sequential(X, y):
    def model(meta):
        return keras.Sequential(
            [
                keras.Input((None,), dtype="int32"),
                layers.Embedding(meta["vocabulary_size_"], 4),
                layers.GRU(3),
                layers.Dense(3, "softmax"),
            ]
        )

    assert_same(KerasTextClassifier(model, random_state=0), X, y)


def test_two_classes(X, y):
    converted = assert_same(tiny("cnn"), X, y == "bad")
    assert converted.classes_.tolist() == [False, True]
    assert converted.predict_proba(X).shape == (60, 2)


@pytest.mark.parametrize("form", ["dense", "sparse"])
def test_nets_on_features(form, X, y):
    features = np.asarray(X, dtype=float)
    features = features if form == "dense" else sparse.csr_matrix(features)
    assert_same(tiny("dense", hidden_units=(8, 4)), features, y)


@pytest.mark.parametrize("embedding", ["frozen", "trainable", "finetune"])
@pytest.mark.parametrize("kind", ["gru", "cnn"])
def test_nets_on_word_vectors(kind, embedding, E, y):
    converted = assert_same(tiny(kind, embedding=embedding), E, y)
    more = np.vstack([E.table, np.ones((1, 5), np.float32)])
    ids = np.where(E.raw_ids == 3, len(E.table), E.raw_ids)  # a word that is new
    new = EmbeddedSequences(
        ids, more, vocabulary=E.vocabulary, fingerprint=E.fingerprint
    )
    assert abs(converted.predict_proba(new) - converted.predict_proba(E)).max() > 1e-4


def test_vectors_of_double_precision(E, y):
    table = E.table.astype(np.float64)
    double = EmbeddedSequences(E.raw_ids, table, vocabulary=E.vocabulary)
    assert_same(tiny("gru"), double, y)


def test_array_of_vectors(E, y):
    some = np.asarray(E)[np.asarray(E).any(axis=(1, 2))]
    assert_same(tiny("gru"), some, y[: len(some)])


@pytest.mark.parametrize("dim", [None, 3])
@pytest.mark.parametrize("kind", ["gru", "cnn"])
def test_text_and_table(kind, dim, X, E, table, y):
    for sequences in (X, E):
        both = SequencesAndTable(sequences, table, [0, 3, 2])
        assert_same(tiny(kind, table_embedding_dim=dim), both, y)


def test_fixed_length(X, y):
    def flat(meta):
        ids = keras.Input((meta["max_len_"],), dtype="int32")
        vectors = layers.Embedding(meta["vocabulary_size_"], 4)(ids)
        return keras.Model(ids, layers.Dense(3, "softmax")(layers.Flatten()(vectors)))

    assert_same(KerasTextClassifier(flat, random_state=0), X, y)


def test_users_net_on_vectors_and_a_table(E, table, y):
    def both(meta):
        vectors = keras.Input((None, meta["embedding_dim_"]))
        columns = keras.Input((meta["n_table_features_"],))
        text = layers.LSTM(3)(vectors)
        features = layers.Concatenate()([text, layers.Dense(3)(columns)])
        return keras.Model([vectors, columns], layers.Dense(3, "softmax")(features))

    X = SequencesAndTable(E, table, [0, 3, 2])
    assert_same(KerasTextClassifier(both, random_state=0), X, y)


def test_short_documents_of_a_net_that_needs_longer_ones(X, y):
    def valid(meta):
        ids = keras.Input((None,), dtype="int32")
        found = layers.Conv1D(3, 3)(layers.Embedding(meta["vocabulary_size_"], 4)(ids))
        found = layers.GlobalMaxPooling1D()(found)
        return keras.Model(ids, layers.Dense(3, "softmax")(found))

    long = np.count_nonzero(np.asarray(X), axis=1) > 2
    assert not long.all()
    net = KerasTextClassifier(valid, epochs=1, early_stopping=False)
    converted = to_onnx_pipeline(net.fit(X[long], y[long]))
    expected = net.predict_proba(X)
    np.testing.assert_allclose(converted.predict_proba(X), expected, atol=1e-6)


def test_a_net_that_predicts_in_its_own_way_is_refused(X, y):
    class Careful(CNNClassifier):
        def predict(self, X):
            return self.classes_[[0] * len(X)]

    net = Careful(epochs=1, filters=4, embedding_dim=4).fit(X, y)
    with pytest.raises(ValueError, match="Careful with a method predict of its own"):
        to_onnx_pipeline(net)


def test_a_graph_that_computes_something_else_is_refused(X, y, monkeypatch):
    net = tiny("gru", epochs=1).fit(X, y)
    monkeypatch.setitem(_onnx_recurrent._GATES, layers.GRU, (1, 0, 2))
    with pytest.raises(ValueError, match="probabilities that differ by 0.0"):
        to_onnx_pipeline(net)


def test_a_graph_is_compared_where_short_documents_cannot_be(X, y, monkeypatch):
    def valid(meta):
        ids = keras.Input((None,), dtype="int32")
        found = layers.Conv1D(3, 3)(layers.Embedding(meta["vocabulary_size_"], 4)(ids))
        return keras.Model(ids, layers.Dense(3, "softmax")(layers.GRU(3)(found)))

    long = np.count_nonzero(np.asarray(X), axis=1) > 2
    net = KerasTextClassifier(valid, epochs=1, early_stopping=False, random_state=0)
    net.fit(X[long], y[long])
    monkeypatch.setitem(_onnx_recurrent._GATES, layers.GRU, (1, 0, 2))
    with pytest.raises(ValueError, match="probabilities that differ by 0.0"):
        to_onnx_pipeline(net)


@pytest.mark.parametrize("kind", ["gru", "cnn"])
def test_vectors_of_half_precision(kind, E, y):
    half = EmbeddedSequences(
        E.raw_ids, E.table.astype(np.float16), vocabulary=E.vocabulary
    )
    assert_same(tiny(kind), half, y)
