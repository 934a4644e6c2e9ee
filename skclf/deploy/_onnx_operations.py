"""Operators on Keras tensors (``a + b``) and ``keras.ops`` as nodes of an ONNX graph.

A function for each kind of operation takes the graph, the operation, the tensor that
it returns in Keras, and its arguments. It returns a name, or one for each output; or a
`Tensor`, where the dimensions of its input may stay in another order than Keras'.
"""

import math
from itertools import pairwise

import numpy as np
from onnx import TensorProto

from skclf.deploy._onnx_graph import Tensor

OPERATIONS = {}

_END = np.iinfo(np.int64).max  # of a slice that goes to the end
_TYPES = {
    "float32": TensorProto.FLOAT,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "bool": TensorProto.BOOL,
}


def operation(*names):
    """Register a function for operations of Keras by the names of their classes."""

    def register(function):
        OPERATIONS.update(dict.fromkeys(names, function))
        return function

    return register


def is_operation(layer):
    """Whether it is an operation of Keras' own, which is no layer."""
    return type(layer).__module__.startswith("keras.src.ops.")


def typed(graph, value, dtype):
    """A tensor or a constant as another type of number."""
    if not isinstance(value, Tensor):
        return np.asarray(value, dtype=dtype)
    if value.dtype == dtype:
        return value
    name = graph.add("Cast", value, to=_TYPES[dtype])
    return Tensor(name, value.axes, dtype=dtype)


def _elementwise(graph, op, dtype, values, out_dtype):
    """An operation on numbers at the same place; dimensions as in NumPy."""
    values = [typed(graph, value, dtype) for value in values]
    tensors = [value for value in values if isinstance(value, Tensor)]
    axes = {x.axes for x in tensors}
    numbers = [value for value in values if not isinstance(value, Tensor)]
    if len(axes) == 1 and all(value.ndim == 0 for value in numbers):
        return Tensor(graph.add(op, *values), axes.pop(), dtype=out_dtype)
    ordered = [graph.in_order(x) if isinstance(x, Tensor) else x for x in values]
    return graph.add(op, *ordered)


_ARITHMETIC = {
    "Add": "Add", "Subtract": "Sub", "Multiply": "Mul", "Divide": "Div",
    "TrueDivide": "Div", "Power": "Pow", "Maximum": "Max", "Minimum": "Min",
}  # fmt: skip


@operation(*_ARITHMETIC)
def _arithmetic(graph, op, out, a, b):
    name = _ARITHMETIC[type(op).__name__]
    return _elementwise(graph, name, out.dtype, (a, b), out.dtype)


_COMPARISONS = {
    "Equal": "Equal", "NotEqual": "Equal", "Greater": "Greater", "Less": "Less",
    "GreaterEqual": "GreaterOrEqual", "LessEqual": "LessOrEqual",
}  # fmt: skip


@operation(*_COMPARISONS)
def _comparison(graph, op, out, a, b):
    kinds = [x.dtype if isinstance(x, Tensor) else np.asarray(x).dtype for x in (a, b)]
    is_float = any("float" in str(kind) for kind in kinds)
    dtype = "float32" if is_float else "int64"
    found = _elementwise(graph, _COMPARISONS[type(op).__name__], dtype, (a, b), "bool")
    return _unary(graph, "Not", found) if type(op).__name__ == "NotEqual" else found


@operation("LogicalAnd", "LogicalOr", "LogicalNot")
def _logical(graph, op, out, *values):
    name = type(op).__name__.removeprefix("Logical")
    return _elementwise(graph, name, "bool", values, "bool")


@operation("Where")
def _where(graph, op, out, condition, a, b):
    condition = typed(graph, condition, "bool")
    values = [condition, *(typed(graph, x, out.dtype) for x in (a, b))]
    return graph.add(
        "Where", *(graph.in_order(x) if isinstance(x, Tensor) else x for x in values)
    )


def _unary(graph, name, x, *others, **attributes):
    if isinstance(x, str):
        return graph.add(name, x, *others, **attributes)
    return Tensor(graph.add(name, x, *others, **attributes), x.axes, dtype=x.dtype)


_UNARY = {
    "Abs": "Abs", "Absolute": "Abs", "Ceil": "Ceil", "Cos": "Cos", "Erf": "Erf",
    "Exp": "Exp", "Floor": "Floor", "Log": "Log", "Negative": "Neg", "Relu": "Relu",
    "Reciprocal": "Reciprocal", "Selu": "Selu", "Sigmoid": "Sigmoid", "Sign": "Sign",
    "Sin": "Sin", "Softplus": "Softplus", "Softsign": "Softsign", "Sqrt": "Sqrt",
    "Tanh": "Tanh", "Identity": "Identity", "StopGradient": "Identity",
}  # fmt: skip


@operation(*_UNARY)
def _function(graph, op, out, x):
    return _unary(graph, _UNARY[type(op).__name__], typed(graph, x, out.dtype))


@operation("Square")
def _square(graph, op, out, x):
    return Tensor(graph.add("Mul", x, x), x.axes, dtype=x.dtype)


@operation("Rsqrt")
def _rsqrt(graph, op, out, x):
    return _unary(graph, "Reciprocal", _unary(graph, "Sqrt", x))


@operation("Log1p")
def _log1p(graph, op, out, x):
    return _unary(graph, "Log", _unary(graph, "Add", x, 1.0))


@operation("Silu")
def _silu(graph, op, out, x):
    return Tensor(graph.add("Mul", x, graph.add("Sigmoid", x)), x.axes)


@operation("Gelu")
def _gelu(graph, op, out, x):
    if op.approximate:
        cubed = graph.add("Mul", graph.add("Mul", x, x), x)
        inner = graph.add("Add", x, graph.add("Mul", cubed, 0.044715))
        share = graph.add("Tanh", graph.add("Mul", inner, math.sqrt(2 / math.pi)))
    else:
        share = graph.add("Erf", graph.add("Mul", x, 1 / math.sqrt(2)))
    share = graph.add("Mul", graph.add("Add", share, 1.0), 0.5)
    return Tensor(graph.add("Mul", x, share), x.axes)


@operation("Elu")
def _elu(graph, op, out, x):
    return _unary(graph, "Elu", x, alpha=float(op.alpha))


@operation("LeakyRelu")
def _leaky_relu(graph, op, out, x):
    return _unary(graph, "LeakyRelu", x, alpha=float(op.negative_slope))


@operation("Clip")
def _clip(graph, op, out, x):
    low, high = (np.asarray(value, out.dtype) for value in (op.x_min, op.x_max))
    return _unary(graph, "Clip", typed(graph, x, out.dtype), low, high)


@operation("Cast")
def _cast(graph, op, out, x):
    return typed(graph, x, out.dtype)


@operation("Softmax", "LogSoftmax")
def _softmax(graph, op, out, x):
    return graph.add(type(op).__name__, graph.in_order(x), axis=int(op.axis))


_REDUCTIONS = {
    "Max": "ReduceMax", "Min": "ReduceMin", "Mean": "ReduceMean", "Prod": "ReduceProd",
    "Sum": "ReduceSum", "Logsumexp": "ReduceLogSumExp",
}  # fmt: skip


@operation(*_REDUCTIONS)
def _reduction(graph, op, out, x):
    if getattr(op, "initial", None) is not None:
        raise ValueError(f"initial={op.initial}")
    x = graph.in_order(typed(graph, x, out.dtype))
    return reduced(graph, _REDUCTIONS[type(op).__name__], x, op.axis, op.keepdims)


@operation("Var", "Std")
def _spread(graph, op, out, x):
    x = graph.in_order(x)
    apart = graph.add("Sub", x, reduced(graph, "ReduceMean", x, op.axis, True))
    squares = graph.add("Mul", apart, apart)
    found = reduced(graph, "ReduceMean", squares, op.axis, op.keepdims)
    return graph.add("Sqrt", found) if type(op).__name__ == "Std" else found


@operation("Norm")
def _norm(graph, op, out, x):
    names = {None: "ReduceL2", "euclidean": "ReduceL2", 2: "ReduceL2", 1: "ReduceL1"}
    if len(np.atleast_1d(op.axis)) != 1:
        raise ValueError(f"axis={op.axis}")
    return reduced(graph, names[op.ord], graph.in_order(x), op.axis, op.keepdims)


@operation("Normalize")
def _normalize(graph, op, out, x):
    if op.order != 2:
        raise ValueError(f"order={op.order}")
    return normalized(graph, graph.in_order(x), op.axis, op.epsilon or 1e-7)


def normalized(graph, x, axis, epsilon):
    """Vectors of the length 1."""
    length = reduced(graph, "ReduceL2", x, axis, True)
    return graph.add("Div", x, graph.add("Max", length, float(epsilon)))


def reduced(graph, name, x, axis, keepdims):
    """Numbers along some dimensions, in Keras' order, made one; of all if None."""
    axes = None if axis is None else [int(a) for a in np.atleast_1d(axis)]
    keepdims = int(bool(keepdims))
    if name == "ReduceSum":  # its dimensions are an input
        some = [] if axes is None else [axes]
        return graph.add(name, x, *some, keepdims=keepdims)
    some = {} if axes is None else {"axes": axes}
    return graph.add(name, x, keepdims=keepdims, **some)


@operation("Argmax", "Argmin")
def _arg(graph, op, out, x):
    name = {"Argmax": "ArgMax", "Argmin": "ArgMin"}[type(op).__name__]
    keep = int(op.keepdims)
    found = graph.add(name, graph.in_order(x), axis=int(op.axis), keepdims=keep)
    return graph.add("Cast", found, to=_TYPES[out.dtype])


@operation("TopK")
def _top_k(graph, op, out, x):
    values, places = graph.add("TopK", graph.in_order(x), [op.k], n_outputs=2)
    return values, graph.add("Cast", places, to=TensorProto.INT32)


@operation("Cumsum")
def _cumsum(graph, op, out, x):
    return graph.add("CumSum", graph.in_order(x), np.int64(op.axis))


@operation("Matmul")
def _matmul(graph, op, out, a, b):
    return graph.add("MatMul", *(_in_order(graph, x) for x in (a, b)))


@operation("Dot")
def _dot(graph, op, out, a, b):
    if isinstance(b, Tensor) or np.ndim(b) != 2:
        raise ValueError("a second argument that is no constant matrix")
    return graph.add("MatMul", _in_order(graph, a), np.asarray(b, np.float32))


@operation("Einsum")
def _einsum(graph, op, out, *values):
    values = [_in_order(graph, x) for x in values]
    return graph.add("Einsum", *values, equation=op.subscripts)


def _in_order(graph, x):
    return graph.in_order(x) if isinstance(x, Tensor) else np.asarray(x, np.float32)


@operation("Reshape")
def _reshape(graph, op, out, x):
    shape = [0 if size is None else int(size) for size in op.newshape]
    return graph.add("Reshape", graph.in_order(x), shape)


@operation("Transpose")
def _transpose(graph, op, out, x):
    order = op.axes if op.axes is not None else range(len(x.axes))[::-1]
    return graph.add("Transpose", graph.in_order(x), perm=[int(a) for a in order])


@operation("Swapaxes", "Moveaxis")
def _other_order(graph, op, out, x):
    places = np.empty(range(len(x.axes)))  # the size of each dimension is its place
    if type(op).__name__ == "Swapaxes":
        order = places.swapaxes(op.axis1, op.axis2).shape
    else:
        order = np.moveaxis(places, op.source, op.destination).shape
    return graph.add("Transpose", graph.in_order(x), perm=[*order])


@operation("ExpandDims")
def _expand_dims(graph, op, out, x):
    axes = [int(a) for a in np.atleast_1d(op.axis)]
    return graph.add("Unsqueeze", graph.in_order(x), axes)


@operation("Squeeze")
def _squeeze(graph, op, out, x):
    axes = [] if op.axis is None else [[int(a) for a in np.atleast_1d(op.axis)]]
    return graph.add("Squeeze", graph.in_order(x), *axes)


@operation("Concatenate", "Stack")
def _concatenate(graph, op, out, values):
    parts = [graph.in_order(typed(graph, x, out.dtype)) for x in values]
    if type(op).__name__ == "Stack":
        axis = [op.axis]
        parts = [graph.add("Unsqueeze", part, axis) for part in parts]
    return graph.add("Concat", *parts, axis=int(op.axis))


@operation("Split")
def _split(graph, op, out, x):
    x, at = graph.in_order(x), op.indices_or_sections
    if isinstance(at, int):
        found = graph.add("Split", x, n_outputs=at, axis=op.axis)
        return [found] if at == 1 else found
    bounds = [0, *(int(place) for place in at), _END]
    return [
        graph.add("Slice", x, [start], [end], [op.axis])
        for start, end in pairwise(bounds)
    ]


@operation("Flip")
def _flip(graph, op, out, x):
    axes = range(len(x.axes)) if op.axis is None else np.atleast_1d(op.axis)
    x, n = graph.in_order(x), len(axes)
    axes = [int(a) for a in axes]
    return graph.add("Slice", x, [-1] * n, [-_END] * n, axes, [-1] * n)


@operation("Take")
def _take(graph, op, out, x, indices):
    if isinstance(indices, Tensor) or op.axis is None:
        raise ValueError("indices that are no constants, or axis=None")
    indices = np.asarray(indices, np.int64)
    return graph.add("Gather", graph.in_order(x), indices, axis=int(op.axis))


@operation("Tile")
def _tile(graph, op, out, x):
    repeats = [int(n) for n in np.atleast_1d(op.repeats)]
    repeats = [1] * (len(x.axes) - len(repeats)) + repeats
    return graph.add("Tile", graph.in_order(x), repeats)


@operation("GetItem")
def _get_item(graph, op, out, x, key):
    key = list(key) if isinstance(key, list | tuple) else [key]
    n_given = sum(part is not None and part is not Ellipsis for part in key)
    if Ellipsis in key:
        i = key.index(Ellipsis)
        key[i : i + 1] = [slice(None)] * (len(x.axes) - n_given)
    name, axis, dropped, added = graph.in_order(x), 0, [], []
    for part in key:
        if part is None:
            added.append(axis - len(dropped) + len(added))
            continue
        if isinstance(part, int | np.integer):
            dropped.append(axis)
            part = slice(int(part), None if part == -1 else int(part) + 1)
        elif not isinstance(part, slice):
            raise ValueError("an index that is no number and no slice")
        name = _sliced(graph, name, part, axis)
        axis += 1
    name = graph.add("Squeeze", name, dropped) if dropped else name
    return graph.add("Unsqueeze", name, added) if added else name


def _sliced(graph, x, part, axis):
    if part == slice(None):
        return x
    step = 1 if part.step is None else int(part.step)
    start = part.start if part.start is not None else (0 if step > 0 else -1)
    end = part.stop if part.stop is not None else (_END if step > 0 else -_END)
    return graph.add("Slice", x, [int(start)], [int(end)], [axis], [step])
