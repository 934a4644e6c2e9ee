"""A net as Keras itself exports it, where a layer has no translation here."""

import logging
import tempfile
import warnings
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
from onnx import compose, helper

from skclf.deploy._onnx_graph import IR_VERSION, Graph
from skclf.deploy._onnx_layers import NotConvertibleError
from skclf.deploy._onnx_net import graph_inputs
from skclf.deploy._onnx_operations import typed
from skclf.models.training._feed import input_lengths


def export_net(architecture, weights, why):
    """Write a net as an ONNX model by Keras' own export, which needs tf2onnx.

    Parameters
    ----------
    architecture : Architecture
        The recipe of the net.
    weights : list of ndarray
        Its weights.
    why : NotConvertibleError
        What kept the net from being translated; raised again without tf2onnx.

    Returns
    -------
    model : onnx.ModelProto
        The model, with the same inputs as one of `convert_net`.
    lengths : tuple of (int, int or None)
        How long documents have to be at least, and at most.

    Raises
    ------
    NotConvertibleError
        If tf2onnx is not installed, or cannot convert the net either.
    """
    if find_spec("tf2onnx") is None:
        raise NotConvertibleError(
            f"{why} Keras' own export may know it: pip install tf2onnx"
        ) from None
    net = architecture.build()
    net.set_weights(weights)
    try:
        exported = _exported(net)
    except Exception as error:  # whatever TensorFlow or tf2onnx raises
        raise NotConvertibleError(
            f"{why} Keras' own export does not know it either: {str(error)[:300]}"
        ) from error
    graph = Graph()
    inputs = graph_inputs(graph, architecture, net)
    values = [
        typed(graph, graph.in_order(x), tensor.dtype)
        for x, tensor in zip(inputs, net.inputs, strict=True)
    ]
    lengths = input_lengths(net, architecture)
    return _joined(graph, values, exported), lengths


def _exported(net):
    """The model that Keras writes; nothing is printed."""
    net(*_smallest(net))  # Keras exports what was called once
    with tempfile.TemporaryDirectory() as folder, _quiet():
        path = Path(folder) / "net.onnx"
        net.export(str(path), format="onnx", verbose=False)
        return onnx.load(path)


@contextmanager
def _quiet():
    """Hold back what tf2onnx says, and take back the names that Keras gives NumPy."""
    log, names = logging.getLogger("tf2onnx"), set(vars(np))
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
        for name in vars(np).keys() - names:
            delattr(np, name)


def _smallest(net):
    """A document for a net: of as many words as it wants, or of some."""
    inputs = [
        np.zeros([size or 8 for size in (1, *tensor.shape[1:])], tensor.dtype)
        for tensor in net.inputs
    ]
    return [inputs] if len(inputs) > 1 else inputs


def _joined(graph, values, exported):
    """What is made of the inputs of our graphs goes into the model of Keras."""
    exported = compose.add_prefix(exported, "keras_")  # none of our own names
    names = [value.name for value in exported.graph.input]
    links = [
        helper.make_node("Identity", [value.name], [name], name=f"input_of_{name}")
        for value, name in zip(values, names, strict=True)
    ]
    nodes, constants = graph.parts([value.name for value in values])
    joined = helper.make_graph(
        [*nodes, *links, *exported.graph.node],
        "net",
        graph.inputs,
        list(exported.graph.output),
        initializer=[*constants, *exported.graph.initializer],
    )
    return helper.make_model(
        joined,
        opset_imports=exported.opset_import,
        ir_version=IR_VERSION,
        producer_name="skclf",
    )
