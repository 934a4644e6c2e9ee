"""Nets of the user's that cannot read documents of a few words."""

import keras
import numpy as np
import pytest

from skclf import KerasTextClassifier, SequenceEncoder, TokenSequences, to_onnx_pipeline
from skclf.embed import EmbeddedSequences
from skclf.models.training._feed import input_lengths


def convolved(meta, kernel=5, pool=None):
    """A convolution that takes nothing beyond the ends."""
    layers = keras.layers
    if "embedding_dim_" in meta:
        inputs = x = keras.Input((None, meta["embedding_dim_"]))
    else:
        inputs = keras.Input((None,), dtype="int32")
        x = layers.Embedding(meta["vocabulary_size_"], 4)(inputs)
    x = layers.Conv1D(6, kernel, activation="relu")(x)
    if pool:
        x = layers.MaxPooling1D(pool)(x)
        x = layers.Conv1D(6, 2, activation="relu")(x)
    x = layers.GlobalMaxPooling1D()(x)
    if "n_table_features_" in meta:
        table = keras.Input((meta["n_table_features_"],))
        inputs, x = [inputs, table], layers.Concatenate()([x, table])
    n = meta["n_outputs_"]
    output = layers.Dense(n, "sigmoid" if n == 1 else "softmax")(x)
    return keras.Model(inputs, output)


def net(**params):
    routed = {f"model__{name}": value for name, value in params.items()}
    return KerasTextClassifier(
        convolved, epochs=3, learning_rate=0.02, random_state=0, **routed
    )


class Reading:
    """A recipe of somebody else's net on words."""

    reads_tokens = True

    def is_ours(self):
        return False


@pytest.mark.parametrize(
    ("params", "shortest"),
    [
        ({"kernel": 1}, 1),
        ({"kernel": 5}, 5),
        ({"kernel": 3, "pool": 2}, 6),
        ({"kernel": 9, "pool": 4}, 16),
    ],
    ids=str,
)
def test_the_shortest_documents_that_a_net_can_read(params, shortest):
    meta = {"vocabulary_size_": 9, "n_outputs_": 1}
    model = convolved(meta, **params)
    assert input_lengths(model, Reading()) == (shortest, None)
    sequential = keras.Sequential(
        [keras.Input((None,), dtype="int32"), *model.layers[1:]]
    )
    assert input_lengths(sequential, Reading()) == (shortest, None)
    # Shorter ones are no error everywhere: oneDNN computes something of some of them.
    model(np.zeros((1, shortest), "int32"))


def test_what_is_empty_in_the_middle_counts():
    ids = keras.Input((None,), dtype="int32")
    words = keras.layers.Embedding(9, 4)(ids)[:, 2:]
    mean = keras.layers.GlobalAveragePooling1D()(words)
    model = keras.Model(ids, keras.layers.Dense(1, "sigmoid")(mean))
    assert input_lengths(model, Reading()) == (3, None)


@pytest.mark.parametrize("params", [{}, {"kernel": 3, "pool": 3}], ids=str)
def test_short_documents_are_padded(params, X, y):
    """In training, validation and prediction, of one document and of many."""
    long = TokenSequences(np.tile(np.asarray(X), 2), X.vocabulary)
    fitted = net(**params).fit(X, y, X_val=X[:10], y_val=y[:10])
    proba = fitted.predict_proba(X)
    assert np.isfinite(proba).all()
    assert fitted.score(X, y) > 0.9
    one_by_one = np.vstack([fitted.predict_proba(X[[i]]) for i in range(8)])
    np.testing.assert_allclose(one_by_one, proba[:8], atol=1e-6)
    on_long = net(**params).fit(long, y)
    assert np.isfinite(on_long.predict_proba(X)).all()
    assert np.isfinite(
        net(**params).partial_fit(X, y, ["bad", "good"]).predict_proba(X)
    ).all()


def test_padding_is_what_the_net_would_read_in_longer_batches(X, y):
    fitted = net().fit(X, y)
    short = np.asarray(X)[:, :3]
    short = TokenSequences(short[(short > 0).all(axis=1)], X.vocabulary)
    padded = np.pad(np.asarray(short), ((0, 0), (0, 2)))
    expected = np.asarray(fitted.model_(padded)).ravel()
    np.testing.assert_allclose(fitted.predict_proba(short)[:, 1], expected, atol=1e-6)


def test_vectors_and_tables(X, y):
    from skclf.compose import SequencesAndTable

    table = np.eye(len(X.vocabulary) + 2)
    table[:2] = 0
    E = EmbeddedSequences(np.asarray(X), table, vocabulary=X.vocabulary)
    both = SequencesAndTable(X, np.arange(len(y))[:, None] % 2, sizes=[2])
    for documents in (E, both, SequencesAndTable(E, both.table, sizes=[2])):
        fitted = net().fit(documents, y)
        assert np.isfinite(fitted.predict_proba(documents)).all()


def test_the_graph_pads_alike(texts, y):
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(SequenceEncoder(), net(pool=2)).fit(texts, y)
    graph = to_onnx_pipeline(pipeline)
    some = [*texts[:9], "", "fire", None]
    expected = pipeline.predict_proba(some)
    np.testing.assert_allclose(graph.predict_proba(some), expected, atol=1e-5)


def test_a_net_that_reads_nothing_is_refused_at_fit(X, y):
    message = "reads none of 1 to 16384 words: .*(zero or|be) negative"  # as Keras says
    with pytest.raises(ValueError, match=message):
        net(kernel=1 << 15).fit(X, y)
