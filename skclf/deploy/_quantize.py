"""Weights of an ONNX model as 8-bit integers."""

import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

# What hold the weights. A strided convolution, which is rare, would become slower.
_OPERATORS = ["Gather", "LSTM", "MatMul"]


def quantized(model):
    """A copy of a model with the weights of its larger layers in 8 bits.

    Parameters
    ----------
    model : onnx.ModelProto
        A model with 32-bit weights; it is not changed.

    Returns
    -------
    bytes
        The model. Activations are scaled when it runs ("dynamic quantization"). Weights
        that they are multiplied with are from -64 to 64, so that every processor
        computes the same.
    """
    copy = type(model)()
    copy.CopyFrom(model)
    # Without it onnxruntime advises, through the root logger, to fuse nodes before.
    helper.set_model_props(copy, {"onnx.quant.pre_process": "onnxruntime.quant"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.onnx"
        quantize_dynamic(
            copy,
            path,
            op_types_to_quantize=_OPERATORS,
            nodes_to_exclude=[
                *_after(copy.graph, "columns"),
                *(node.name for node in _products(copy.graph)),
            ],
            weight_type=QuantType.QInt8,
            # Two products of 8 bits each are added up in 16 bits, where a processor
            # has no VNNI: 2 * 255 * 64 fits, 2 * 255 * 127 would be cut off.
            reduce_range=True,
        )
        small = onnx.load(path)
    _shrink_products(small.graph)
    return small.SerializeToString()


def _after(graph, name):
    """Nodes that depend on an input of a graph.

    All documents of a call share the scale of their activations, so one strange number
    in a table would change the predictions for all of them.
    """
    found, known = [], {name}
    for node in graph.node:
        if known.intersection(node.input):
            found.append(node.name)
            known.update(node.output)
    return found


def _products(graph):
    """Nodes that multiply two constants, which onnxruntime does when it loads."""
    constants = {constant.name for constant in graph.initializer}
    return [
        node
        for node in graph.node
        if node.op_type == "MatMul" and constants.issuperset(node.input)
    ]


def _shrink_products(graph):
    """Store the factors of products in 8 bits; onnxruntime loads them as numbers.

    Each word and each filter has a scale of its own.
    """
    constants = {constant.name: constant for constant in graph.initializer}
    factors = {
        name: 1 - place
        for node in _products(graph)
        for place, name in enumerate(node.input)
    }
    for name, axis in factors.items():
        array = numpy_helper.to_array(constants[name])
        scale = np.abs(array).max(axis=axis, keepdims=True) / 127
        scale[scale == 0] = 1
        parts = {"8_bits": np.rint(array / scale).astype(np.int8), "scale": scale}
        graph.initializer.remove(constants[name])
        graph.initializer.extend(
            numpy_helper.from_array(part, f"{name}_{key}")
            for key, part in parts.items()
        )
        number = f"{name}_number"
        graph.node.insert(0, helper.make_node("Mul", [number, f"{name}_scale"], [name]))
        cast = helper.make_node("Cast", [f"{name}_8_bits"], [number], to=1)
        graph.node.insert(0, cast)
