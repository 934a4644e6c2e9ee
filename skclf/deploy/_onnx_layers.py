"""Keras layers as nodes of an ONNX graph.

A function for each kind of layer takes the graph, the layer and its inputs, and returns
its output. They stand for prediction, where documents of one length come together:
nothing is dropped, and there is no padding to be masked.
"""

from functools import reduce

import numpy as np

from skclf.deploy._onnx_activations import activate
from skclf.deploy._onnx_graph import AXES, Tensor
from skclf.models.building._scikeras import keras
from skclf.models.layers._layers import (
    PoolOverTime,
    TableFeatures,
    WordDropout,
    WordVectors,
)

layers = keras.layers

CONVERTERS = {}
TAKES = {}


def converts(*kinds, takes=()):
    """Register a function for classes of layers, not for those derived from them.

    It is given the keyword arguments `takes` of their calls, too.
    """

    def register(function):
        CONVERTERS.update(dict.fromkeys(kinds, function))
        TAKES.update(dict.fromkeys(kinds, frozenset(takes)))
        return function

    return register


class NotConvertibleError(ValueError):
    """A net cannot be written as an ONNX graph."""


def refuse(layer, what):
    """Raise an error that names the layer.

    Raises
    ------
    NotConvertibleError
        Always.
    """
    names = sorted(kind.__name__ for kind in CONVERTERS)
    raise NotConvertibleError(
        f"Expected a net that can be written as an ONNX graph, got the layer "
        f"{layer.name!r} ({type(layer).__name__}) {what}. Use one of these layers: "
        f"{', '.join(names)}, operators and common keras.ops; or deploy the pipeline "
        "as it is, with TensorFlow."
    )


@converts(
    WordDropout,
    layers.ActivityRegularization,
    layers.AlphaDropout,
    layers.Dropout,
    layers.GaussianDropout,
    layers.GaussianNoise,
    layers.Identity,
    layers.SpatialDropout1D,
)
def _unchanged(graph, layer, x, *others):
    return x


@converts(layers.Embedding)
def _embedding(graph, layer, ids):
    vectors = layer.embeddings.numpy()
    if "f" in ids.axes:  # made by operations
        found = graph.add("Gather", vectors, graph.in_order(ids))
        return Tensor(found, AXES[len(ids.axes) + 1])
    return Tensor(graph.add("Gather", vectors, ids), ids.axes + "f", vectors)


@converts(WordVectors)
def _word_vectors(graph, layer, ids, vectors):
    axes = ids.axes + "f"
    if not layer.rows:
        return Tensor(graph.add("Gather", vectors, ids), axes)
    rows = np.int32(layer.rows)
    own = graph.add("Min", ids, rows - 1)
    own = graph.add("Gather", layer.embeddings.numpy(), own)
    others = graph.add("Max", graph.add("Sub", ids, rows), np.int32(0))
    others = graph.add("Gather", vectors, others)
    is_own = graph.add("Unsqueeze", graph.add("Less", ids, rows), [ids.last + 1])
    return Tensor(graph.add("Where", is_own, own, others), axes)


@converts(TableFeatures)
def _table_features(graph, layer, columns):
    embeddings = [None if e is None else e.numpy() for e in layer.embeddings]
    return spread_columns(graph, columns, layer.sizes, embeddings)


def spread_columns(graph, columns, sizes, embeddings):
    """Numbers as they are, and categories one-hot or as rows of their embeddings.

    A category of -1 is the last row of a table, as in NumPy; that row is zeros.
    """
    parts = []
    for i, (size, vectors) in enumerate(zip(sizes, embeddings, strict=True)):
        if not size:
            parts.append(graph.add("Slice", columns, [i], [i + 1], [1]))
            continue
        codes = graph.add("Cast", graph.add("Gather", columns, i, axis=1), to=7)
        if vectors is not None:
            parts.append(graph.add("Gather", np.pad(vectors, ((0, 1), (0, 0))), codes))
            continue
        flags = graph.add("OneHot", codes, [size + 1], np.float32([0, 1]))
        parts.append(graph.add("Slice", flags, [0], [size], [1]))
    return Tensor(graph.add("Concat", *parts, axis=1), "nf")


@converts(layers.Dense)
def _dense(graph, layer, x):
    x = features_last(graph, x)
    out = graph.add("MatMul", x, layer.kernel.numpy())
    if layer.use_bias:
        out = graph.add("Add", out, layer.bias.numpy())
    return activated(graph, layer, Tensor(out, x.axes))


@converts(layers.Activation)
def _activation(graph, layer, x):
    return activated(graph, layer, features_last(graph, x))


@converts(layers.Softmax)
def _softmax(graph, layer, x):
    if not isinstance(layer.axis, int):
        refuse(layer, f"with axis={layer.axis}")
    x = graph.in_order(x)
    return Tensor(graph.add("Softmax", x, axis=layer.axis), x.axes)


@converts(layers.ReLU)
def _relu(graph, layer, x):
    if layer.max_value is not None or layer.negative_slope or layer.threshold:
        refuse(layer, "with other parameters than its defaults")
    return Tensor(graph.add("Relu", x), x.axes)


@converts(layers.LeakyReLU)
def _leaky_relu(graph, layer, x):
    return Tensor(graph.add("LeakyRelu", x, alpha=float(layer.negative_slope)), x.axes)


@converts(layers.BatchNormalization)
def _batch_normalization(graph, layer, x):
    if layer.axis not in (-1, x.last):
        refuse(layer, f"with axis={layer.axis}")
    x = features_last(graph, x)
    scale = 1 / np.sqrt(layer.moving_variance.numpy() + layer.epsilon)
    scale = scale * layer.gamma.numpy() if layer.scale else scale
    offset = -layer.moving_mean.numpy() * scale
    offset = offset + layer.beta.numpy() if layer.center else offset
    return Tensor(graph.add("Add", graph.add("Mul", x, scale), offset), x.axes)


@converts(layers.LayerNormalization)
def _layer_normalization(graph, layer, x):
    if list(np.atleast_1d(layer.axis)) not in ([-1], [x.last]) or layer.rms_scaling:
        return _normalized_elsewhere(graph, layer, graph.in_order(x))
    x = features_last(graph, x)
    width = layer._build_shapes_dict["input_shape"][-1]
    scale = layer.gamma.numpy() if layer.scale else np.ones(width, np.float32)
    offset = layer.beta.numpy() if layer.center else np.zeros(width, np.float32)
    epsilon = float(layer.epsilon)
    out = graph.add("LayerNormalization", x, scale, offset, epsilon=epsilon)
    return Tensor(out, x.axes)


def _normalized_elsewhere(graph, layer, x):
    """Along other dimensions than the last; or with the deviation only."""
    axes = sorted(int(axis) % len(x.axes) for axis in np.atleast_1d(layer.axis))
    apart = graph.add("Sub", x, graph.add("ReduceMean", x, axes=axes))
    variance = graph.add("ReduceMean", graph.add("Mul", apart, apart), axes=axes)
    deviation = graph.add("Sqrt", graph.add("Add", variance, float(layer.epsilon)))
    out = graph.add("Div", x if layer.rms_scaling else apart, deviation)
    for op, weight in [("Mul", layer.gamma), ("Add", layer.beta)]:
        if weight is not None:
            shape = np.ones(len(x.axes), int)
            shape[axes] = weight.shape
            out = graph.add(op, out, weight.numpy().reshape(shape))
    return Tensor(out, x.axes)


@converts(layers.MaxPooling1D, layers.AveragePooling1D)
def _pool(graph, layer, x):
    if layer.data_format != "channels_last":
        refuse(layer, f"with data_format={layer.data_format!r}")
    x = graph.arrange(x, "nfl")
    if layer.padding == "same" and layer.strides > layer.pool_size:
        refuse(layer, f"with strides={layer.strides} and padding='same'")
    is_max = isinstance(layer, layers.MaxPooling1D)
    options = {"kernel_shape": [*layer.pool_size], "strides": [*layer.strides]}
    if layer.padding == "same":
        options["auto_pad"] = "SAME_UPPER"
    op = "MaxPool" if is_max else "AveragePool"
    return Tensor(graph.add(op, x, **options), x.axes)


@converts(layers.GlobalMaxPooling1D, layers.GlobalAveragePooling1D)
def _pool_all(graph, layer, x):
    if layer.keepdims or layer.data_format != "channels_last":
        refuse(layer, "with keepdims or with the channels first")
    is_max = isinstance(layer, layers.GlobalMaxPooling1D)
    return over_time(graph, "ReduceMax" if is_max else "ReduceMean", x)


@converts(PoolOverTime)
def _pool_over_time(graph, layer, x, ids):
    if layer.mode != "attention":
        return over_time(graph, f"Reduce{layer.mode.title()}", x)
    x = features_last(graph, x)
    hidden = graph.add("MatMul", x, layer.kernel.numpy())
    hidden = graph.add("Tanh", graph.add("Add", hidden, layer.bias.numpy()))
    scores = graph.add("MatMul", hidden, layer.context.numpy())
    weights = graph.add("Softmax", scores, axis=x.axes.index("l"))
    weighted = graph.add("Mul", weights, x)
    time = [x.axes.index("l")]
    return Tensor(graph.add("ReduceSum", weighted, time, keepdims=0), "nf")


def over_time(graph, op, x):
    """Reduce the words of a document to one."""
    out = graph.add(op, x, axes=[x.axes.index("l")], keepdims=0)
    return Tensor(out, x.axes.replace("l", ""))


@converts(layers.Flatten)
def _flatten(graph, layer, x):
    x = graph.arrange(x, "nlf") if len(x.axes) == 3 else x
    return Tensor(graph.add("Flatten", x, axis=1), "nf")


@converts(layers.Concatenate)
def _concatenate(graph, layer, inputs):
    first, *others = inputs
    if layer.axis not in (-1, first.last):
        refuse(layer, f"with axis={layer.axis}")
    others = [graph.arrange(x, first.axes) for x in others]
    axis = first.axes.index("f")
    return Tensor(graph.add("Concat", first, *others, axis=axis), first.axes)


_MERGES = {
    layers.Add: "Add",
    layers.Average: "Add",
    layers.Maximum: "Max",
    layers.Minimum: "Min",
    layers.Multiply: "Mul",
    layers.Subtract: "Sub",
}


@converts(*_MERGES)
def _merge(graph, layer, inputs):
    if len({len(x.axes) for x in inputs}) > 1:
        inputs = _of_one_rank(graph, inputs)
    first, *others = inputs
    others = [graph.arrange(x, first.axes) for x in others]
    op = _MERGES[type(layer)]
    out = reduce(lambda a, b: graph.add(op, a, b), others, first.name)
    if isinstance(layer, layers.Average):
        out = graph.add("Div", out, float(len(inputs)))
    return Tensor(out, first.axes)


def _of_one_rank(graph, inputs):
    """Add dimensions after that of the documents, as Keras does."""
    most = max(len(x.axes) for x in inputs)
    inputs = [graph.in_order(x) for x in inputs]
    missing = [most - len(x.axes) for x in inputs]
    return [
        Tensor(graph.add("Unsqueeze", x, [*range(1, n + 1)]), AXES[most]) if n else x
        for x, n in zip(inputs, missing, strict=True)
    ]


def features_last(graph, x):
    """The tensor with its features in the last dimension, as in Keras."""
    return x if x.axes[-1] == "f" else graph.arrange(x, "nlf")


def activated(graph, layer, x):
    """The tensor after the activation function of a layer."""
    try:
        return activate(graph, layer.activation, x)
    except KeyError as error:
        refuse(layer, f"with the activation {error.args[0]!r}")
