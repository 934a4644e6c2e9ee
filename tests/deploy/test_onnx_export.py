"""Nets with a layer that has no translation: Keras' own export, compared as all are."""

import json
import subprocess
import sys
from importlib.util import find_spec

import keras
import numpy as np
import pytest
from helpers import tiny
from onnx import TensorProto, helper, numpy_helper

from skclf import (
    EmbeddedSequences,
    KerasTextClassifier,
    SequenceEncoder,
    to_onnx_pipeline,
)
from skclf.compose import SequencesAndTable
from skclf.deploy import _onnx_export

layers = keras.layers
needs_tf2onnx = pytest.mark.skipif(find_spec("tf2onnx") is None, reason="needs tf2onnx")

TEXTS = ["a house on fire", "sunny beach", "the old party", ""] * 10
Y = np.array(["bad", "good", "else", "good"] * 10)


@keras.saving.register_keras_serializable(package="tests")
class Doubled(layers.Layer):
    def call(self, x):
        return keras.ops.sin(2 * x)


def doubled(meta):
    """A net of the user's with a layer that nobody else knows."""
    if "embedding_dim_" in meta:
        words = text = keras.Input((None, meta["embedding_dim_"]))
    else:
        text = keras.Input((None,), dtype="int32")
        words = layers.Embedding(meta["vocabulary_size_"], 4)(text)
    inputs, parts = [text], [layers.GlobalMaxPooling1D()(Doubled()(words))]
    if "table_sizes_" in meta:
        inputs.append(keras.Input((meta["n_table_features_"],)))
        parts.append(inputs[-1])
        parts = [layers.Concatenate()(parts)]
    output = layers.Dense(meta["n_outputs_"], activation="softmax")(parts[0])
    return keras.Model(inputs if len(inputs) > 1 else text, output)


def data(kind):
    X = SequenceEncoder().fit_transform(TEXTS)
    if kind == "words":
        return X
    table = np.random.RandomState(0).normal(size=(20, 3)).astype(np.float32)
    table[:2] = 0
    vectors = EmbeddedSequences(np.asarray(X), table, vocabulary=X.vocabulary)
    if kind == "vectors":
        return vectors
    columns = np.column_stack([np.arange(40.0), np.arange(40) % 3 - 1])
    return SequencesAndTable(X, columns, [0, 2])


@needs_tf2onnx
@pytest.mark.parametrize("quantize", [False, True])
@pytest.mark.parametrize("kind", ["words", "vectors", "table"])
def test_the_same_predictions(kind, quantize):
    X = data(kind)
    net = KerasTextClassifier(doubled, epochs=1, random_state=0).fit(X, Y)
    names = set(vars(np))
    small = to_onnx_pipeline(net, quantize=quantize)
    assert vars(np).keys() == names  # Keras gives it some for tf2onnx
    proba = net.predict_proba(X)
    np.testing.assert_allclose(
        small.predict_proba(X), proba, atol=0.03 if quantize else 1e-5
    )
    for rows in ([1], [3], [0, 2]):  # of any length and number
        np.testing.assert_allclose(
            small.predict_proba(X[rows]), proba[rows], atol=0.03 if quantize else 1e-5
        )


def by_hand(net):
    """A net on words as another program writes it, with names of its own."""
    vectors, kernel, bias = net.get_weights()
    constants = {"constant_0": vectors, "kernel": kernel, "bias": bias}
    constants["two"] = np.float32(2)
    nodes = [
        helper.make_node("Gather", ["constant_0", "ids"], ["words"]),
        helper.make_node("Mul", ["words", "two"], ["doubled"]),
        helper.make_node("Sin", ["doubled"], ["sine"]),
        helper.make_node("ReduceMax", ["sine"], ["largest"], axes=[1], keepdims=0),
        helper.make_node("MatMul", ["largest", "kernel"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["sum"]),
        helper.make_node("Softmax", ["sum"], ["out"]),
    ]
    ids = helper.make_tensor_value_info("ids", TensorProto.INT32, [None, None])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [None, 3])
    graph = helper.make_graph(
        nodes,
        "theirs",
        [ids],
        [out],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)])


def test_what_is_exported_reads_what_our_graphs_read(monkeypatch):
    X = data("words")
    net = KerasTextClassifier(doubled, epochs=1, random_state=0).fit(X, Y)
    monkeypatch.setattr(_onnx_export, "find_spec", lambda name: True)
    monkeypatch.setattr(_onnx_export, "_exported", by_hand)
    small = to_onnx_pipeline(net)
    expected = net.predict_proba(X)
    np.testing.assert_allclose(small.predict_proba(X), expected, atol=1e-5)


@needs_tf2onnx
def test_an_export_that_computes_something_else_is_refused(monkeypatch):
    net = KerasTextClassifier(doubled, epochs=1, random_state=0).fit(data("words"), Y)

    def other(net):
        net.set_weights([weight + 0.1 for weight in net.get_weights()])
        return exported(net)

    exported = _onnx_export._exported
    monkeypatch.setattr(_onnx_export, "_exported", other)
    with pytest.raises(ValueError, match="probabilities that differ by"):
        to_onnx_pipeline(net)


@pytest.mark.parametrize("there", [True, False])
def test_what_the_export_cannot_do_either_is_named(there, monkeypatch):
    def failing(net):
        raise RuntimeError("no such operator " + "x" * 1000)

    net = KerasTextClassifier(doubled, epochs=1, random_state=0).fit(data("words"), Y)
    monkeypatch.setattr(_onnx_export, "find_spec", lambda name: there or None)
    monkeypatch.setattr(_onnx_export, "_exported", failing)
    why = (
        "does not know it either: no such operator" if there else "pip install tf2onnx"
    )
    with pytest.raises(
        ValueError, match=rf"\(Doubled\) which has no .*{why}"
    ) as caught:
        to_onnx_pipeline(net)
    assert len(str(caught.value)) < 2500


STATE = """
import json
import logging
import os
import sys
import warnings
from skclf import make_text_classifier, to_onnx_pipeline
from skclf.deploy import check_convertible

def state():
    root = logging.getLogger()
    return {
        "path": list(sys.path),
        "environment": dict(os.environ),
        "filters": list(warnings.filters),
        "root": (root.level, list(root.handlers)),
        "folder": os.getcwd(),
        "levels": [logging.getLogger(name).level for name in ("tensorflow", "onnx")],
    }

warnings.simplefilter("ignore", UserWarning)  # one epoch is too little
X, y = ["a fire", "a beach"] * 10, [0, 1] * 10
net = make_text_classifier("cnn", classify__epochs=1)
before = state()
check_convertible(net, X, y)
net.fit(X, y)
for quantize in (True, False):
    to_onnx_pipeline(net, quantize=quantize)
after = state()
print(json.dumps([name for name in before if before[name] != after[name]]))
"""


@pytest.mark.slow
def test_a_process_is_left_as_it_was():
    done = subprocess.run(
        [sys.executable, "-c", STATE],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
    assert done.stderr == ""


def test_ours_are_never_exported(monkeypatch):
    monkeypatch.setattr(_onnx_export, "_exported", None)
    to_onnx_pipeline(tiny("gru", epochs=1).fit(data("words"), Y))
