"""Layers that compare words with each other as nodes of an ONNX graph."""

import math
from itertools import count

import numpy as np

from skclf.deploy._onnx_graph import Tensor
from skclf.deploy._onnx_layers import converts, refuse
from skclf.deploy._onnx_operations import normalized
from skclf.models.building._scikeras import keras

layers = keras.layers


@converts(layers.Attention, layers.AdditiveAttention, takes={"use_causal_mask"})
def _attention(graph, layer, inputs, use_causal_mask=False):
    query, value, *key = [graph.in_order(x) for x in inputs]
    key = key[0] if key else value
    is_additive = isinstance(layer, layers.AdditiveAttention)
    scale = None if layer.scale is None else layer.scale.numpy()
    if is_additive or layer.score_mode == "concat":
        pairs = graph.add(
            "Add", graph.add("Unsqueeze", query, [2]), graph.add("Unsqueeze", key, [1])
        )
        if scale is not None and not is_additive:
            pairs = graph.add("Mul", pairs, scale)
        pairs = graph.add("Tanh", pairs)
        if scale is not None and is_additive:
            pairs = graph.add("Mul", pairs, scale)
        scores = graph.add("ReduceSum", pairs, [-1], keepdims=0)
        scale = None if is_additive else layer.concat_score_weight.numpy()
    else:
        scores = graph.add("MatMul", query, graph.add("Transpose", key, perm=[0, 2, 1]))
    if scale is not None:
        scores = graph.add("Mul", scores, scale)
    return Tensor(_weighted(graph, scores, value, use_causal_mask), "nlf")


@converts(layers.MultiHeadAttention, takes={"query", "value", "key", "use_causal_mask"})
def _multi_head(graph, layer, query, value, key=None, use_causal_mask=False):
    key = value if key is None else key
    axes = getattr(layer, "_attention_axes", (1,))
    if tuple(axes) != (1,) or getattr(layer, "_use_gate", False):
        refuse(layer, f"with attention_axes={axes}, or with a gate")
    query, key, value = (
        _heads(graph, graph.in_order(x), dense)
        for x, dense in [
            (query, layer._query_dense),
            (key, layer._key_dense),
            (value, layer._value_dense),
        ]
    )
    keys = graph.add("Transpose", key, perm=[0, 1, 3, 2])
    query = graph.add("Mul", query, 1 / math.sqrt(layer._key_dim))
    scores = graph.add("MatMul", query, keys)
    found = _weighted(graph, scores, value, use_causal_mask)
    found = graph.add("Transpose", found, perm=[0, 2, 1, 3])
    found = graph.add("Reshape", found, [0, 0, -1])
    dense = layer._output_dense
    kernel = dense.kernel.numpy()
    found = graph.add("MatMul", found, kernel.reshape(-1, kernel.shape[-1]))
    if dense.bias is not None:
        found = graph.add("Add", found, dense.bias.numpy())
    return Tensor(found, "nlf")


def _heads(graph, x, dense):
    """Words as each head sees them: documents, heads, words, features."""
    kernel = dense.kernel.numpy()
    n_heads, width = kernel.shape[1:]
    x = graph.add("MatMul", x, kernel.reshape(len(kernel), -1))
    if dense.bias is not None:
        x = graph.add("Add", x, dense.bias.numpy().ravel())
    x = graph.add("Reshape", x, [0, 0, n_heads, width])
    return graph.add("Transpose", x, perm=[0, 2, 1, 3])


def _weighted(graph, scores, value, is_causal):
    """Means of values, weighted by scores; of what came before, if it is causal."""
    if is_causal:
        shape = graph.add("Slice", graph.add("Shape", scores), [-2], [2**31], [0])
        ones = graph.add("Expand", np.float32(1), shape)
        before = graph.add("Trilu", ones, upper=0)
        unseen = graph.add("Mul", graph.add("Sub", before, np.float32(1)), 1e9)
        scores = graph.add("Add", scores, unseen)
    return graph.add("MatMul", graph.add("Softmax", scores, axis=-1), value)


@converts(layers.Dot)
def _dot(graph, layer, inputs):
    places = layer.axes if isinstance(layer.axes, list | tuple) else (layer.axes,) * 2
    letters, terms, values = count(ord("b")), [], []
    for x, place in zip(inputs, places, strict=True):
        x, rank = graph.in_order(x), len(x.axes)
        if layer.normalize:
            x = normalized(graph, x, place, 1e-12)
        term = ["a", *(chr(next(letters)) for _ in range(rank - 1))]
        term[place % rank] = "z"
        terms.append(term)
        values.append(x)
    left = [letter for term in terms for letter in term[1:] if letter != "z"]
    equation = f"{''.join(terms[0])},{''.join(terms[1])}->a{''.join(left)}"
    out = graph.add("Einsum", *values, equation=equation)
    if not left:
        return Tensor(graph.add("Unsqueeze", out, [1]), "nf")
    return Tensor(out, {1: "nf", 2: "nlf", 3: "nlaf"}[len(left)])
