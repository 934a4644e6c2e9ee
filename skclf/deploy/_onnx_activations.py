"""Activation functions of Keras as nodes of an ONNX graph."""

import math

from skclf.deploy._onnx_graph import Tensor
from skclf.models.building._scikeras import keras

# Keras' name: the operator, and its attributes.
_OPERATORS = {
    "elu": ("Elu", {"alpha": 1.0}),
    "exponential": ("Exp", {}),
    "hard_sigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.2}),
    "relu": ("Relu", {}),
    "selu": ("Selu", {}),
    "sigmoid": ("Sigmoid", {}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "tanh": ("Tanh", {}),
}


def activate(graph, function, x):
    """Apply an activation function.

    Parameters
    ----------
    graph : Graph
        Where the nodes go.
    function : callable
        A function of ``keras.activations``.
    x : Tensor
        Its input.

    Returns
    -------
    Tensor
        Its output.

    Raises
    ------
    KeyError
        If there is no translation; its argument is the function's name.
    """
    name = activation_name(function)
    if name == "linear":
        return x
    if name == "softmax":
        x = graph.in_order(x)
        return Tensor(graph.add("Softmax", x, axis=-1), x.axes)
    if name == "silu":
        return Tensor(graph.add("Mul", x, graph.add("Sigmoid", x)), x.axes)
    if name == "gelu":
        share = graph.add("Erf", graph.add("Mul", x, 1 / math.sqrt(2)))
        share = graph.add("Mul", graph.add("Add", share, 1.0), 0.5)
        return Tensor(graph.add("Mul", x, share), x.axes)
    op, attributes = _OPERATORS[name]
    return Tensor(graph.add(op, x, **attributes), x.axes)


def activation_name(function):
    """Keras' name of one of its activation functions; else that of the function."""
    name = getattr(function, "__name__", repr(function))
    known = getattr(keras.activations, name, None)
    return name if known is function else f"{name} of your own"
