"""Recurrent layers as the recurrent operators of ONNX, which have fast kernels."""

import numpy as np

from skclf.deploy._onnx_activations import activation_name
from skclf.deploy._onnx_graph import Tensor
from skclf.deploy._onnx_layers import converts, refuse
from skclf.models.building._scikeras import keras

layers = keras.layers

# Position of each gate of the operator among those of the layer: i, o, f, c from
# i, f, c, o for an LSTM; z, r, h for a GRU, as in Keras.
_GATES = {layers.LSTM: (0, 3, 1, 2), layers.GRU: (0, 1, 2), layers.SimpleRNN: (0,)}
_OPERATORS = {layers.LSTM: "LSTM", layers.GRU: "GRU", layers.SimpleRNN: "RNN"}
RECURRENT = (*_OPERATORS, layers.Bidirectional)

_ACTIVATIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh"}
_REFUSED = ("go_backwards", "return_state", "stateful")


@converts(*_OPERATORS)
def _one_way(graph, layer, x):
    outputs = _run(graph, [layer], x)
    if layer.return_sequences:
        return Tensor(graph.add("Squeeze", outputs[0], [1]), "lnf")
    return Tensor(graph.add("Squeeze", outputs[1], [0]), "nf")


@converts(layers.Bidirectional)
def _both_ways(graph, layer, x):
    forward, backward = layer.forward_layer, layer.backward_layer
    if type(forward) not in _OPERATORS or type(backward) is not type(forward):
        refuse(layer, f"around {type(forward).__name__}")
    if layer.merge_mode != "concat":
        refuse(layer, f"with merge_mode={layer.merge_mode!r}")
    outputs = _run(graph, [forward, backward], x)
    if layer.return_sequences:
        states = graph.add("Transpose", outputs[0], perm=[0, 2, 1, 3])
        return Tensor(graph.add("Reshape", states, [0, 0, -1]), "lnf")
    state = graph.add("Transpose", outputs[1], perm=[1, 0, 2])
    return Tensor(graph.add("Reshape", state, [0, -1]), "nf")


def _run(graph, directions, x):
    """The operator: states at all positions, and those at the end."""
    for layer in directions:
        _check(layer, is_backward=layer is not directions[0])
    kind = type(directions[0])
    weights = [
        np.stack(arrays) for arrays in zip(*map(_weights, directions), strict=True)
    ]
    options = {"hidden_size": directions[0].units}
    if len(directions) == 2:
        options["direction"] = "bidirectional"
    if kind is layers.GRU:
        options["linear_before_reset"] = int(directions[0].reset_after)
    activations = [name for layer in directions for name in _activations(layer)]
    x = graph.arrange(x, "lnf")
    n_outputs = 3 if kind is layers.LSTM else 2
    return graph.add(
        _OPERATORS[kind],
        x,
        *weights,
        n_outputs=n_outputs,
        activations=activations,
        **options,
    )


def _check(layer, is_backward):
    for name in _REFUSED:
        expected = is_backward and name == "go_backwards"
        if getattr(layer, name) != expected:
            refuse(layer, f"with {name}={getattr(layer, name)}")


def _weights(layer):
    """W, R and B of the operator for one direction."""
    cell, kind = layer.cell, type(layer)
    kernel = _reordered(cell.kernel.numpy().T, kind)
    recurrent = _reordered(cell.recurrent_kernel.numpy().T, kind)
    bias = np.zeros((2, len(kernel)), np.float32)
    if cell.use_bias:
        given = np.atleast_2d(cell.bias.numpy())  # a GRU may have one for each kernel
        bias[: len(given)] = given
    bias = [_reordered(part, kind) for part in bias]
    return kernel, recurrent, np.concatenate(bias)


def _reordered(array, kind):
    """Rows of an array, a block for each gate, in the order of the operator."""
    parts = np.split(array, len(_GATES[kind]))
    return np.concatenate([parts[i] for i in _GATES[kind]])


def _activations(layer):
    cell = layer.cell
    last = [_activation(layer, cell.activation)]
    if isinstance(layer, layers.SimpleRNN):
        return last
    gates = [_activation(layer, cell.recurrent_activation)]
    return gates + last * (2 if isinstance(layer, layers.LSTM) else 1)


def _activation(layer, function):
    name = activation_name(function)
    if name not in _ACTIVATIONS:
        refuse(layer, f"with the activation {name!r}")
    return _ACTIVATIONS[name]
