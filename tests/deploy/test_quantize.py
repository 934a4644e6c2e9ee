"""Nets in 8 bits: small, near to the whole net, and the same on every processor."""

import pickle

import keras
import numpy as np
import onnx
import pytest
from helpers import tiny
from onnx import numpy_helper

from skclf import (
    CNNClassifier,
    EmbeddedSequences,
    KerasTextClassifier,
    SequenceEncoder,
    to_onnx_pipeline,
)
from skclf.compose import SequencesAndTable
from skclf.deploy import _onnx_classifier, _onnx_convolutions, _processor
from skclf.exceptions import PersistenceWarning

layers = keras.layers

# Where the operators that multiply 8 bits with 8 bits have their weights.
MULTIPLY = {"MatMulInteger": [1], "DynamicQuantizeLSTM": [1, 2]}
WORDS = ["fire", "smoke", "flood", "sun", "beach", "party", "old", "the", "a", "b"]


def documents():
    """Token ids of 60 documents of 0 to 6 words."""
    rng = np.random.RandomState(0)
    texts = [" ".join(rng.choice(WORDS, rng.randint(0, 7))) for _ in range(60)]
    return SequenceEncoder(max_len=6).fit(WORDS).transform(texts)


def with_vectors(dtype=np.float32):
    X = documents()
    table = np.random.RandomState(0).normal(size=(12, 5)).astype(dtype)
    table[:2] = 0
    return EmbeddedSequences(np.asarray(X), table, vocabulary=X.vocabulary)


def with_table():
    rng = np.random.RandomState(1)
    columns = [rng.normal(size=60), rng.randint(-1, 3, 60)]
    return SequencesAndTable(documents(), np.column_stack(columns), [0, 3])


def features():
    return np.asarray(documents(), dtype=float)


def of_fixed_length(meta):
    ids = keras.Input((meta["max_len_"],), dtype="int32")
    vectors = layers.Embedding(meta["vocabulary_size_"], 8)(ids)
    return keras.Model(ids, layers.Dense(3, "softmax")(layers.Flatten()(vectors)))


def stack(meta):
    """Every kind of layer that has weights."""
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(meta["vocabulary_size_"], 8)(ids)
    x = layers.Conv1D(8, 2, padding="same")(x)
    x = layers.Conv1D(8, 2, strides=2, padding="same")(x)
    x = layers.Bidirectional(layers.LSTM(8, return_sequences=True))(x)
    x = layers.Dense(8)(layers.SimpleRNN(8, return_sequences=True)(x))
    x = layers.Dense(8, activation="relu")(layers.GRU(8)(x))
    return keras.Model(ids, layers.Dense(3, "softmax")(x))


WIDE = {"embedding_dim": 64}
NETS = {
    "cnn": (tiny("cnn", **WIDE), documents),
    "lstm": (tiny("lstm", bidirectional=True, **WIDE), documents),
    "gru": (tiny("gru", **WIDE), documents),
    "dense": (tiny("dense", hidden_units=(64, 8)), features),
    "lstm on vectors": (tiny("lstm"), with_vectors),
    "cnn on half precision": (tiny("cnn"), lambda: with_vectors(np.float16)),
    "lstm on a table": (tiny("lstm", **WIDE), with_table),
    "fixed length": (KerasTextClassifier(of_fixed_length), documents),
    "own": (KerasTextClassifier(stack), documents),
}


@pytest.fixture(scope="module")
def y():
    return np.array(["bad", "good", "else"])[np.arange(60) % 3]


@pytest.fixture(scope="module", params=NETS)
def net(request, y):
    """A fitted net, and what it predicts from."""
    net, make = NETS[request.param]
    net.set_params(epochs=1, early_stopping=False, random_state=0)
    return net.fit(make(), y), make()


@pytest.fixture
def small(net):
    return to_onnx_pipeline(net[0], quantize=True)


def graph(converted):
    return onnx.load_from_string(converted.onnx_).graph


def eight_bits(converted):
    """Constants of signed 8 bits that an operator multiplies, with its name."""
    constants = {x.name: numpy_helper.to_array(x) for x in graph(converted).initializer}
    for node in graph(converted).node:
        for place, name in enumerate(node.input):
            array = constants.get(name)
            if array is not None and array.dtype == np.int8 and array.ndim > 1:
                yield node.op_type, place, array


def test_no_processor_cuts_a_sum_of_products_off(small):
    """Without VNNI, two products with numbers up to 255 are added up in 16 bits."""
    found = list(eight_bits(small))
    for operator, place, weights in found:
        if operator != "Cast":  # back to numbers before anything is computed
            assert place in MULTIPLY[operator]
            largest = np.sort(abs(weights.astype(int)), axis=None)[-2:]
            assert 255 * largest.sum() <= 32_767
            assert largest[-1] >= 60  # almost all that there is room for
    assert found or "Gather" in {node.op_type for node in graph(small).node}


def test_predicts_about_the_same(net, small):
    whole, X = to_onnx_pipeline(net[0]), net[1]
    assert len(small.onnx_) < len(whole.onnx_) + 4000  # scales come on top
    difference = abs(small.predict_proba(X) - whole.predict_proba(X)).max()
    assert 0 < difference < 0.03


@pytest.mark.parametrize("kind", ["cnn", "lstm", "gru", "dense"])
def test_eight_bits(kind, y, caplog):
    net, make = NETS[kind]
    net.fit(make(), y)
    whole, small = to_onnx_pipeline(net), to_onnx_pipeline(net, quantize=True)
    # Scales and zero points come on top, and count in a net as small as this.
    assert len(small.onnx_) < len(whole.onnx_)
    assert "DynamicQuantizeLinear" in {node.op_type for node in graph(small).node}
    assert not caplog.records


@pytest.mark.parametrize("most", [0, 1 << 24])
def test_a_quarter_as_large(most, y, monkeypatch):
    monkeypatch.setattr(_onnx_convolutions, "_MOST_PRODUCTS", most)
    X = documents()
    net = CNNClassifier(filters=128, embedding_dim=256, epochs=1).fit(X, y)
    whole, small = to_onnx_pipeline(net), to_onnx_pipeline(net, quantize=True)
    assert len(small.onnx_) < 0.3 * len(whole.onnx_)
    difference = abs(small.predict_proba(X) - whole.predict_proba(X)).max()
    assert 0 < difference < 0.03


def test_a_strange_number_changes_one_document_only(y):
    both = with_table()
    small = to_onnx_pipeline(tiny("cnn").fit(both, y), quantize=True)
    strange = both.table.copy()
    strange[0, 0] = 1e6
    changed = SequencesAndTable(both.sequences, strange, [0, 3])
    difference = abs(small.predict_proba(changed) - small.predict_proba(both))
    assert difference[1:].max() < 1e-3


def test_a_net_that_eight_bits_are_too_few_for_is_named(y):
    """A unit that nothing reads has weights that leave no room for the others."""
    net = tiny("dense", hidden_units=64).fit(features(), y)
    first, _, second, *_ = net._net.weights
    first[:, 0] *= 1e4
    second[0] = 0
    net = pickle.loads(pickle.dumps(net))  # which forgets the weights before
    message = "8 bits .* differ by 0.* made-up documents. Compare both on documents"
    for live in (net, to_onnx_pipeline(net)):
        with pytest.warns(UserWarning, match=message):
            to_onnx_pipeline(live, quantize=True)


# On another processor.


def loaded(converted, **changes):
    """What a new process has, with other documents to be compared with."""
    new = pickle.loads(pickle.dumps(converted))
    inputs, output, there = new._net.proof
    new._net.proof = (
        inputs,
        output + changes.get("difference", 0),
        changes.get("there", there),
    )
    return new


@pytest.fixture(params=["other", "unknown there", "unknown here"])
def there(request, monkeypatch):
    """The instructions that a net was made with: not those that are known here."""
    if request.param == "unknown here":
        monkeypatch.setattr(_onnx_classifier, "instructions", lambda: None)
    return None if request.param == "unknown there" else "avx avx2"


def test_another_processor_that_computes_the_same(net, small, there):
    expected = small.predict_proba(net[1])
    for model in (small, to_onnx_pipeline(net[0])):
        assert loaded(model, there=there).predict_proba(net[1]).shape == expected.shape


def test_another_processor_that_computes_something_else(net, small, there):
    model = loaded(small, there=there, difference=0.02)
    message = "differ by 0.02 on this processor, .* Make it again with to_onnx"
    with pytest.warns(PersistenceWarning, match=message):
        first = model.predict_proba(net[1])
    again = model.predict_proba(net[1])  # it is said once
    np.testing.assert_allclose(again, first, atol=1e-6)


def test_numbers_that_are_none_are_another_result(net, small):
    model = loaded(small, there="avx avx2", difference=np.nan)
    with pytest.warns(PersistenceWarning, match="differ by nan"):
        model.predict_proba(net[1])


def test_the_same_processor_computes_nothing_again(net, small, monkeypatch):
    monkeypatch.setattr(_onnx_classifier, "instructions", lambda: "avx avx2")
    model = loaded(small, there="avx avx2", difference=1)
    model.predict_proba(net[1])


def test_what_is_kept_is_small(net, small):
    net, _ = net
    assert len(pickle.dumps(small._net.proof)) < 10_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vendor_id\t: I\nflags\t\t: fpu sse avx2 smep\n\nflags: amx", "avx2 sse"),
        ("processor: 0\nFeatures\t: fp asimd asimddp crc32\n", "asimd asimddp"),
        ("processor\t: 0\ncpu\t\t: POWER9\n", None),
        (None, None),
    ],
)
def test_instructions_of_a_processor(text, expected, tmp_path, monkeypatch):
    path = tmp_path / "cpuinfo"
    if text is not None:
        path.write_text(text)
    monkeypatch.setattr(_processor, "_PATH", path)
    assert _processor.instructions.__wrapped__() == expected
