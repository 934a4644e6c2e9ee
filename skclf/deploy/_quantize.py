"""Weights of an ONNX model as 8-bit integers."""

import tempfile
from pathlib import Path

from onnx import helper
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
        The model. Activations are scaled when it runs ("dynamic quantization").
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
            nodes_to_exclude=_after(copy.graph, "columns"),
            weight_type=QuantType.QInt8,
        )
        return path.read_bytes()


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
