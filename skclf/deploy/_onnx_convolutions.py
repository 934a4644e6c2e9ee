"""Convolutions over words as nodes of an ONNX graph."""

import numpy as np

from skclf._containers import PADDING
from skclf.deploy._onnx_graph import Tensor
from skclf.deploy._onnx_layers import (
    activated,
    converts,
    features_last,
    over_time,
    refuse,
)
from skclf.models.building._scikeras import keras
from skclf.models.layers._convolutions import MaxConvolutions, WordConvolutions

layers = keras.layers

_END = np.iinfo(np.int64).max  # of a slice that goes to the end

# Products of words with filters that are worked out ahead: 64 MB.
_MOST_PRODUCTS = 1 << 24


def fold_edge(all_layers):
    """Take the edge of convolutions into the words and the biases of a net.

    So the graph is spared a step. Vectors that come with the documents stay.
    """
    words = [layer for layer in all_layers if type(layer) is layers.Embedding]
    found = [layer for layer in all_layers if isinstance(layer, WordConvolutions)]
    if len(words) == len(found) == 1:
        (words,), (found,) = words, found
        edge, vectors = found.edge.numpy(), words.embeddings.numpy()
        vectors -= edge
        vectors[PADDING] = 0
        words.set_weights([vectors])
        for kernel, bias in zip(found.kernels, found.biases, strict=True):
            bias.assign_add(edge @ kernel.numpy().sum(axis=0))
        found.edge.assign(np.zeros_like(edge))


@converts(WordConvolutions)
def _word_convolutions(graph, layer, x, ids):
    out, biases = _convolved(graph, layer, x, ids)
    return Tensor(_relu_of_sum(graph, out, biases), out.axes)


@converts(MaxConvolutions)
def _max_convolutions(graph, layer, x, ids):
    out, biases = _convolved(graph, layer, x, ids)
    largest = over_time(graph, "ReduceMax", out)
    return Tensor(_relu_of_sum(graph, largest, biases), largest.axes)


def _convolved(graph, layer, x, ids):
    """All convolutions of a layer side by side, and their biases."""
    kernels, edge = [kernel.numpy() for kernel in layer.kernels], layer.edge.numpy()
    biases = [
        bias.numpy() + edge @ kernel.sum(axis=0)
        for kernel, bias in zip(kernels, layer.biases, strict=True)
    ]
    if edge.any():  # else it is in the vectors of the words
        real = graph.add("Unsqueeze", graph.add("Cast", ids, to=9), [ids.last + 1])
        words = graph.add("Where", real, graph.add("Sub", x, edge), np.float32(0))
        x = Tensor(words, x.axes)
    if x.vectors is not None and _n_products(x.vectors, kernels) <= _MOST_PRODUCTS:
        out = _of_products(graph, x.vectors, ids, kernels)
    else:
        out = _of_windows(graph, features_last(graph, x), kernels)
    return out, np.concatenate(biases)


def _relu_of_sum(graph, x, biases):
    return graph.add("Relu", graph.add("Add", x, biases))


def _n_products(vectors, kernels):
    n_filters = sum(kernel.shape[-1] for kernel in kernels)
    return len(vectors) * _n_places(kernels) * n_filters


def _by_place(kernels):
    """All kernels side by side, as a matrix for each place of a word around another."""
    spans, ends = _spans(kernels), np.cumsum([kernel.shape[-1] for kernel in kernels])
    shape = _n_places(kernels), kernels[0].shape[1], ends[-1]
    matrices = np.zeros(shape, np.float32)
    for kernel, span, end in zip(kernels, spans, ends, strict=True):
        matrices[span, :, end - kernel.shape[-1] : end] = kernel
    return matrices


def _spans(kernels):
    """Which places each kernel covers, from the first that any of them does."""
    before = [(len(kernel) - 1) // 2 for kernel in kernels]
    firsts = max(before) - np.array(before)
    return [
        slice(first, first + len(kernel))
        for first, kernel in zip(firsts, kernels, strict=True)
    ]


def _n_places(kernels):
    return max(span.stop for span in _spans(kernels))


def _of_products(graph, vectors, ids, kernels):
    """The sum of the products of the word at each place with the matrix of the place.

    Those of all words are constants, which onnxruntime works out when it loads a graph:
    so for a document nothing is multiplied.
    """
    parts = [
        graph.add("Gather", graph.add("MatMul", vectors, matrix), words)
        for matrix, words in zip(
            _by_place(kernels), _places(graph, ids, kernels), strict=True
        )
    ]
    return Tensor(graph.add("Sum", *parts), ids.axes + "f")


def _of_windows(graph, x, kernels):
    """The words of each window side by side, times a matrix for each width."""
    places = _places(graph, x, kernels)
    found = [
        graph.add(
            "MatMul",
            graph.add("Concat", *places[span], axis=x.last),
            kernel.reshape(-1, kernel.shape[-1]),
        )
        for kernel, span in zip(kernels, _spans(kernels), strict=True)
    ]
    out = graph.add("Concat", *found, axis=x.last) if len(found) > 1 else found[0]
    return Tensor(out, x.axes)


def _places(graph, x, kernels):
    """The words at each place around those of a document; zeros outside."""
    time, reach = x.axes.index("l"), _n_places(kernels) - 1
    before = max((len(kernel) - 1) // 2 for kernel in kernels)
    pads = np.zeros((2, len(x.axes)), np.int64)
    pads[:, time] = before, reach - before
    x = graph.add("Pad", x, pads.ravel())
    return [
        graph.add("Slice", x, [at], [at - reach or _END], [time])
        for at in range(reach + 1)
    ]


@converts(layers.Conv1D)
def _convolution(graph, layer, x):
    if layer.data_format != "channels_last":
        refuse(layer, f"with data_format={layer.data_format!r}")
    if layer.strides != (1,) or layer.groups != 1:
        return _strided_convolution(graph, layer, x)
    # Windows of words side by side, times a matrix: as fast as the operator, and with
    # 8-bit weights faster.
    x = features_last(graph, x)
    windows = graph.add("Concat", *_shifted(graph, layer, x), axis=x.last)
    kernel = layer.kernel.numpy().reshape(-1, layer.filters)
    out = graph.add("MatMul", windows, kernel)
    if layer.use_bias:
        out = graph.add("Add", out, layer.bias.numpy())
    return activated(graph, layer, Tensor(out, x.axes))


@converts(layers.SeparableConv1D, layers.DepthwiseConv1D)
def _by_feature(graph, layer, x):
    """A convolution of each feature of its own, and maybe a product of them all."""
    is_separable = isinstance(layer, layers.SeparableConv1D)
    kernel = layer.depthwise_kernel if is_separable else layer.kernel
    reach = (layer.kernel_size[0] - 1) * layer.dilation_rate[0]
    if layer.data_format != "channels_last" or layer.padding not in ("same", "valid"):
        refuse(layer, f"with {layer.data_format!r} and padding={layer.padding!r}")
    pads = {"auto_pad": "SAME_UPPER"}
    if layer.padding == "valid" or layer.strides == (1,):
        reach = reach if layer.padding == "same" else 0
        pads = {"pads": [reach // 2, reach - reach // 2]}
    weights = np.transpose(kernel.numpy(), (1, 2, 0))
    out = graph.add(
        "Conv",
        graph.arrange(x, "nfl"),
        weights.reshape(-1, 1, weights.shape[-1]),
        strides=[*layer.strides],
        dilations=[*layer.dilation_rate],
        group=len(weights),
        **pads,
    )
    x = graph.arrange(Tensor(out, "nfl"), "nlf")
    if is_separable:
        x = Tensor(graph.add("MatMul", x, layer.pointwise_kernel.numpy()[0]), "nlf")
    if layer.use_bias:
        x = Tensor(graph.add("Add", x, layer.bias.numpy()), "nlf")
    return activated(graph, layer, x)


def _shifted(graph, layer, x):
    """For each column of the kernel the words under it."""
    time, dilation = x.axes.index("l"), layer.dilation_rate[0]
    reach = (layer.kernel_size[0] - 1) * dilation
    before = {"valid": 0, "same": reach // 2, "causal": reach}[layer.padding]
    around, missing = 0, reach
    if layer.padding != "valid":
        # Two at least: so kernels of several widths share what is computed here.
        around, missing = max(before, reach - before, 2), 0
        pads = np.zeros((2, 3), np.int64)
        pads[:, time] = around
        x = graph.add("Pad", x, pads.ravel())
    offsets = range(-before, reach - before + 1, dilation)
    return [
        graph.add("Slice", x, [around + at], [at - around - missing or _END], [time])
        for at in offsets
    ]


def _strided_convolution(graph, layer, x):
    if layer.padding != "valid" and (
        layer.strides == (1,) or "causal" in layer.padding
    ):
        refuse(layer, f"with strides or groups, and padding={layer.padding!r}")
    x = graph.arrange(x, "nfl")
    weights = [np.transpose(layer.kernel.numpy(), (2, 1, 0))]
    weights += [layer.bias.numpy()] if layer.use_bias else []
    out = graph.add(
        "Conv",
        x,
        *weights,
        strides=[*layer.strides],
        dilations=[*layer.dilation_rate],
        group=layer.groups,
        auto_pad="SAME_UPPER" if layer.padding == "same" else "VALID",
    )
    return activated(graph, layer, Tensor(out, x.axes))
