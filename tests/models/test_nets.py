"""Every net, with every option of its architecture, learns and predicts alike."""

import warnings

import keras
import numpy as np
import pytest
from helpers import tiny
from scipy import sparse
from sklearn.base import clone, is_classifier
from sklearn.model_selection import StratifiedKFold, check_cv
from sklearn.preprocessing import LabelEncoder

from skclf import (
    CNNClassifier,
    DenseClassifier,
    KerasTextClassifier,
    RNNClassifier,
    TokenSequences,
)
from skclf._containers import FIRST_WORD, UNKNOWN

VARIANTS = [
    tiny("gru"),
    tiny("lstm", pooling="max"),
    tiny("simple", pooling="mean", bidirectional=False),
    tiny("gru", pooling="attention", dense_units=4),
    tiny("lstm", units=(8, 4), dense_units=(8, 4), bidirectional=False),
    tiny("gru", units=[4, 4], pooling="max", recurrent_dropout=0.1),
    tiny("cnn"),
    tiny("cnn", kernel_sizes=(1, 2, 3), pooling="mean", dense_units=8),
    tiny("cnn", pooling="attention", embedding_dropout=0.0, word_dropout=0.2),
]


@pytest.mark.parametrize("net", VARIANTS, ids=str)
def test_learns_and_predicts(net, X, y):
    net = clone(net).fit(X, y)
    assert net.score(X, y) > 0.9
    proba = net.predict_proba(X)
    assert proba.shape == (80, 2)
    assert proba.dtype == np.float64
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    np.testing.assert_array_equal(net.predict(X), net.classes_[proba.argmax(axis=1)])
    np.testing.assert_allclose(net.predict_log_proba(X), np.log(proba))


@pytest.mark.parametrize(
    ("net", "rates"),
    [
        (tiny("gru", units=(4, 4), dense_units=4), [0.1, 0.2, 0.3]),
        (tiny("cnn", dense_units=(4, 4)), [0.3, 0.0, 0.1]),
        (tiny("dense", hidden_units=(8, 4)), [0.4, 0.2]),
    ],
    ids=["gru", "cnn", "dense"],
)
def test_each_layer_has_its_dropout(net, rates, X, features, y):
    data = features if isinstance(net, DenseClassifier) else X
    net = clone(net).set_params(epochs=2, dropout=rates).fit(data, y)
    layers = {layer.name: getattr(layer, "rate", None) for layer in net.model_.layers}
    names = [n for n in layers if n.startswith(("between", "dropout"))]
    assert [layers[name] for name in names] == [rate for rate in rates if rate]

    def proba(dropout):
        return clone(net).set_params(dropout=dropout).fit(data, y).predict_proba(data)

    np.testing.assert_array_equal(proba([0.1] * len(rates)), proba(0.1))


@pytest.mark.parametrize("kind", ["gru", "cnn"])
def test_many_classes_with_integer_labels(kind, X, y3):
    net = tiny(kind, epochs=15).fit(X, y3)
    assert net.classes_.tolist() == [3, 5, 7]
    assert net.predict(X).dtype == y3.dtype
    assert net.predict_proba(X[:1]).shape == (1, 3)
    assert net.score(X, y3) > 0.9


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_array, sparse.csc_matrix])
def test_dense_classifier_takes_dense_and_sparse_alike(make, features, y):
    net = tiny("dense").fit(make(features), y)
    assert net.score(make(features), y) > 0.9
    reference = tiny("dense").fit(features, y).predict_proba(features)
    np.testing.assert_allclose(net.predict_proba(make(features)), reference, atol=1e-5)


def test_dense_classifier_never_makes_the_whole_matrix_dense(features, y, monkeypatch):
    rows = []
    toarray = sparse.csr_array.toarray
    monkeypatch.setattr(
        sparse.csr_array, "toarray", lambda X: rows.append(X.shape[0]) or toarray(X)
    )
    tiny("dense", batch_size=10, epochs=1).fit(sparse.csr_array(features), y)
    assert max(rows) == 10


def test_dense_classifier_without_hidden_layer_is_logistic_regression(features, y):
    net = DenseClassifier(hidden_units=None, random_state=0, epochs=1).fit(features, y)
    assert net.n_parameters_ == features.shape[1] + 1


@pytest.mark.parametrize("kind", ["gru", "lstm", "cnn"])
@pytest.mark.parametrize("pooling", ["max", "mean", "attention"])
def test_padding_has_no_part_in_a_prediction(kind, pooling, encoder, texts, X, y):
    net = tiny(kind, pooling=pooling, epochs=2).fit(X, y)
    expected = net.predict_proba(X)
    for padding, max_len in [("post", 30), ("pre", 30), ("pre", 8)]:
        # the same vocabulary, another shape
        encoder_ = clone(encoder).set_params(padding=padding, max_len=max_len)
        padded = encoder_.fit([" ".join(encoder.vocabulary_)]).transform(texts)
        np.testing.assert_allclose(net.predict_proba(padded), expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["gru", "cnn", "dense"])
def test_other_documents_have_no_part_in_a_prediction(kind, X, features, y):
    data = features if kind == "dense" else X
    net = tiny(kind, epochs=2).fit(data, y)
    expected = net.predict_proba(data)
    order = np.random.RandomState(0).permutation(len(y))
    np.testing.assert_allclose(
        net.predict_proba(data[order]), expected[order], atol=1e-6
    )
    one_by_one = [net.predict_proba(data[[i]])[0] for i in range(20)]
    np.testing.assert_allclose(one_by_one, expected[:20], atol=1e-6)


@pytest.mark.parametrize("kind", ["gru", "lstm", "simple", "cnn"])
@pytest.mark.parametrize("pooling", ["max", "attention"])
def test_empty_documents_get_one_fixed_prediction(kind, pooling, encoder, X, y):
    net = tiny(kind, pooling=pooling, epochs=2).fit(X, y)
    empty = net.predict_proba(encoder.transform(["", "fire", None, ""]))
    assert np.isfinite(empty).all()
    np.testing.assert_allclose(empty[[2, 3]], empty[[0, 0]], atol=1e-6)


def test_empty_documents_may_be_trained_on(encoder, texts, y):
    X = encoder.transform(["", "", *texts[2:]])
    net = tiny("gru").fit(X, y)
    assert np.isfinite(net.predict_proba(X)).all()


@pytest.mark.parametrize("kind", ["gru", "lstm", "cnn"])
def test_empty_documents_say_nothing_of_the_unknown_word(kind, encoder, texts, y):
    X = encoder.transform(["", "", "", *texts[3:]])
    first, last = (
        tiny(kind, epochs=epochs, early_stopping=False)
        .fit(X, y)
        .model_.get_weights()[0]
        for epochs in (1, 3)
    )
    np.testing.assert_array_equal(last[UNKNOWN], first[UNKNOWN])
    assert (last[FIRST_WORD:] != first[FIRST_WORD:]).any(axis=1).all()


def test_a_net_that_averages_words_may_mask_padding(encoder, texts, y):
    def masked(meta):
        ids = keras.Input((None,), dtype="int32")
        words = keras.layers.Embedding(meta["vocabulary_size_"], 4, mask_zero=True)(ids)
        mean = keras.layers.GlobalAveragePooling1D()(words)
        return keras.Model(ids, keras.layers.Dense(1, "sigmoid")(mean))

    X = encoder.transform(["", "", "", *texts[3:]])
    net = KerasTextClassifier(masked, epochs=2, random_state=0).fit(X, y)
    assert np.isfinite(net.predict_proba(X)).all()


@pytest.mark.parametrize("net", [RNNClassifier(), CNNClassifier(), DenseClassifier()])
def test_is_a_classifier_to_scikit_learn(net):
    assert is_classifier(net)
    folds = check_cv(3, LabelEncoder().fit_transform(["a", "b"] * 5), classifier=True)
    assert isinstance(folds, StratifiedKFold)
    assert KerasTextClassifier in type(net).__mro__


def bag(meta, dim=4):
    ids = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(meta["vocabulary_size_"], dim)(ids)
    mean = keras.layers.GlobalAveragePooling1D()(vectors)
    hidden = keras.layers.Lambda(lambda x: x * 2.0)(mean)
    return keras.Model(ids, keras.layers.Dense(meta["n_outputs_"], "sigmoid")(hidden))


def test_a_function_brings_another_architecture(X, y):
    net = KerasTextClassifier(bag, model__dim=6, learning_rate=0.05, random_state=0)
    assert net.fit(X, y).score(X, y) > 0.9
    assert net.model_.layers[1].output.shape[-1] == 6


def test_a_function_may_have_two_outputs_for_two_classes(X, y):
    def two(meta):
        ids = keras.Input((None,), dtype="int32")
        vectors = keras.layers.Embedding(meta["vocabulary_size_"], 4)(ids)
        mean = keras.layers.GlobalMaxPooling1D()(vectors)
        return keras.Model(ids, keras.layers.Dense(2, "softmax")(mean))

    net = KerasTextClassifier(two, learning_rate=0.05, random_state=0).fit(X, y)
    assert net.score(X, y) > 0.9


def test_a_net_may_want_documents_of_fixed_length(encoder, texts, X, y):
    def fixed(meta):
        ids = keras.Input((meta["max_len_"],), dtype="int32")
        vectors = keras.layers.Embedding(meta["vocabulary_size_"], 4)(ids)
        flat = keras.layers.Flatten()(vectors)
        return keras.Model(ids, keras.layers.Dense(1, "sigmoid")(flat))

    net = KerasTextClassifier(fixed, learning_rate=0.05, random_state=0).fit(X, y)
    assert net.score(X, y) > 0.9
    one_by_one = [net.predict_proba(X[[i]])[0] for i in range(5)]
    np.testing.assert_allclose(net.predict_proba(X)[:5], one_by_one, atol=1e-6)


def test_the_input_of_an_architecture_may_be_of_any_type(X, y):
    def untyped(meta):
        ids = keras.Input((None,))  # float32, as Keras has it by default
        vectors = keras.layers.Embedding(meta["vocabulary_size_"], 4)(ids)
        mean = keras.layers.GlobalAveragePooling1D()(vectors)
        return keras.Model(ids, keras.layers.Dense(1, "sigmoid")(mean))

    net = KerasTextClassifier(untyped, learning_rate=0.05, random_state=0)
    assert net.fit(X, y).score(X, y) > 0.9


@pytest.mark.parametrize("kind", ["gru", "dense"])
def test_numbers_may_be_of_numpy(kind, X, features, y):
    size, rate = np.int64(4), np.float32(0.01)
    params = {"units": [size], "embedding_dim": size, "dense_units": size}
    if kind == "dense":
        X, params = features, {"hidden_units": size}
    net = tiny(kind, **params, learning_rate=rate, batch_size=np.int64(20), epochs=1)
    assert net.fit(X, y).history_["learning_rate"] == pytest.approx([0.01])


def test_a_learning_rate_may_be_an_int(features, y):
    tiny("dense", learning_rate=1, optimizer="sgd", epochs=1).fit(features, y)


def test_padding_may_be_anywhere(encoder, X, y):
    ids = np.array([[2, 3, 4, 0, 0], [2, 0, 3, 0, 4], [0, 2, 3, 4, 0]])
    gaps = TokenSequences(ids, encoder.vocabulary_)
    net = tiny("gru", epochs=1).fit(X, y)
    alone = [net.predict_proba(gaps[[i]])[0] for i in range(3)]
    np.testing.assert_allclose(alone, [alone[0]] * 3, atol=1e-6)
    np.testing.assert_allclose(net.predict_proba(gaps), alone, atol=1e-6)


def test_a_subclass_overrides_build(X, y):
    class Bag(KerasTextClassifier):
        def build(self, meta):
            return bag(meta)

    net = Bag(learning_rate=0.05, random_state=0)
    assert net.fit(X, y).score(X, y) > 0.9
    assert type(clone(net)) is Bag


def test_features_go_into_an_architecture_of_ones_own(features, y):
    def wide(meta):
        inputs = keras.Input((meta["n_features_in_"],))
        return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(inputs))

    net = KerasTextClassifier(wide, learning_rate=0.05, random_state=0)
    assert net.fit(features, y).score(features, y) > 0.9


def test_no_number_of_columns_without_a_matrix(X, features, y):
    """Tools take it as leave to try a matrix of zeros."""
    assert not hasattr(tiny("cnn").fit(X, y), "n_features_in_")
    net = KerasTextClassifier(bag, epochs=1)
    with pytest.raises(TypeError, match=r"meta\['vocabulary_size_'\]"):
        net.fit(features, y)

    def linear(meta):
        inputs = keras.Input((meta.get("n_features_in_", 8),))
        return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(inputs))

    net.set_params(model=linear).fit(features, y)
    assert net.n_features_in_ == features.shape[1]
    assert not hasattr(net.fit(X, y), "n_features_in_")


def test_model_is_a_keras_model_with_the_fitted_weights(X, y):
    net = tiny("gru").fit(X, y)
    assert isinstance(net.model_, keras.Model)
    one = np.asarray(X)[0]
    output = net.model_(one[one > 0][None]).numpy().ravel()
    np.testing.assert_allclose(output, net.predict_proba(X)[:1, 1], atol=1e-6)
    assert net.n_parameters_ == net.model_.count_params()
    assert net.model_ is net.model_


def test_summary_is_a_text_with_all_layers(X, y):
    summary = tiny("cnn", epochs=1).fit(X, y).summary()
    for layer in ("embedding", "convolutions", "output", "Total params"):
        assert layer in summary


def test_output_bias_starts_at_the_class_shares(X):
    y = np.array([0] * 60 + [1] * 20)
    params = {"epochs": 1, "early_stopping": False, "learning_rate": 1e-12}
    with_bias = tiny("gru", **params).fit(X, y).predict_proba(X).mean(axis=0)
    without = tiny("gru", output_bias=False, **params).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(with_bias, [0.75, 0.25], atol=0.1)
    np.testing.assert_allclose(without.mean(axis=0), [0.5, 0.5], atol=0.1)


def test_repr_shows_what_was_set():
    net = RNNClassifier(units=8, optimizer__beta_1=0.8)
    assert repr(net) == "RNNClassifier(optimizer__beta_1=0.8, units=8)"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "RNNClassifier" in net._repr_html_()


def test_prediction_is_compiled_for_few_numbers_of_rows(X, y, monkeypatch):
    net = tiny("cnn", epochs=1).fit(X, y)
    predictor = net._net.predictor()
    output, n_rows = predictor.output, set()

    def noted(weights, blocks, table):
        n_rows.add(len(blocks[0]))
        return output(weights, blocks, table)

    monkeypatch.setattr(predictor, "output", noted)
    same = X[np.zeros(60, int)]  # one length: all rows go into one call
    expected = net.predict_proba(same[:1])
    for n in range(1, 60):
        found = net.predict_proba(same[:n])
        np.testing.assert_allclose(found, np.repeat(expected, n, axis=0), atol=1e-6)
    assert sorted(n_rows) == [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]
