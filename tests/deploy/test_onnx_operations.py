"""Operators and keras.ops in nets of the user's, and layers that compare words."""

import keras
import numpy as np
import pytest
from graphs import assert_same_graph, own

from skclf.deploy._onnx_operations import OPERATIONS

layers, ops = keras.layers, keras.ops

# Of one word; and of Keras, each time that the layer is called.
pytestmark = [
    pytest.mark.filterwarnings(r"ignore:[\s\S]*softmax over axis:UserWarning"),
    pytest.mark.filterwarnings(r"ignore:[\s\S]*rms_scaling:UserWarning"),
]


def pooled(build):
    """What `build` makes of word vectors, as one row for each document."""

    def rows(x):
        found = build(x)
        if len(found.shape) == 4:
            found = ops.mean(found, axis=-2)
        if len(found.shape) == 3:
            found = ops.mean(found, axis=1)
        return found if len(found.shape) == 2 else ops.expand_dims(found, -1)

    return rows


def mean(x):
    return ops.mean(x, axis=1)


def centered(x):
    return x - ops.mean(x, axis=1, keepdims=True)


OPERATORS = {
    "Add": lambda x: x + x * 0.5,
    "Add a number": lambda x: 1 + x,
    "Subtract": lambda x: 1.0 - x,
    "Multiply": lambda x: 2 * x,
    "TrueDivide": lambda x: x / (1 + ops.sum(ops.abs(x), axis=-1, keepdims=True)),
    "Divide": lambda x: ops.divide(x, 3),
    "Power": lambda x: x**2,
    "Negative": lambda x: -x,
    "Absolute": abs,
    "Abs": ops.abs,
    "Matmul": lambda x: (x @ ops.transpose(x, (0, 2, 1))) @ x,
    "Add after an LSTM": lambda x: layers.LSTM(4, return_sequences=True)(x) + x,
    "Add to words": lambda x: x + ops.expand_dims(mean(x), 1),
    "GetItem last": lambda x: x[:, -1],
    "GetItem slices": lambda x: x[..., 1:3],
    "GetItem steps": lambda x: x[:, ::-1, ::2],
    "GetItem new": lambda x: mean(x)[:, None, :2],
    "Greater": lambda x: ops.cast(x > 0, "float32"),
    "GreaterEqual": lambda x: ops.where(x >= 0.1, x, 0.0),
    "Less": lambda x: ops.where(ops.logical_not(x < 0), x, -0.5),
    "LessEqual": lambda x: ops.where(ops.logical_and(x <= 1, x > 0), x, 0.0),
    "Equal": lambda x: ops.where(ops.logical_or(x == 0, x > 0), x, 1.0),
    "NotEqual": lambda x: ops.where(x != ops.maximum(x, 0.0), 1.0, x),
    "Maximum": lambda x: ops.maximum(x, 0.1),
    "Minimum": lambda x: ops.minimum(x, ops.mean(x, axis=-1, keepdims=True)),
    "Max": lambda x: ops.max(x, axis=1),
    "Min": lambda x: ops.min(x, axis=1),
    "Mean": lambda x: ops.mean(x, axis=[1]),
    "Sum": lambda x: ops.sum(x, axis=1, keepdims=True),
    "Prod": lambda x: ops.prod(x, axis=-1, keepdims=True),
    "Var": lambda x: ops.var(x, axis=-1, keepdims=True),
    "Std": lambda x: ops.std(x, axis=2, keepdims=True),
    "Logsumexp": lambda x: ops.logsumexp(x, axis=(1,)),
    "Argmax": lambda x: ops.cast(ops.argmax(x, axis=-1), "float32")[..., None],
    "Argmin": lambda x: ops.cast(ops.argmin(x, axis=-1), "float32")[..., None],
    "TopK": lambda x: ops.top_k(x, 2)[0],
    "TopK places": lambda x: ops.cast(ops.top_k(x, 2)[1], "float32"),
    "Cumsum": lambda x: ops.cumsum(x, axis=1),
    "Norm": lambda x: ops.norm(x, axis=-1, keepdims=True),
    "Normalize": lambda x: ops.normalize(x, axis=-1),
    "Softmax": lambda x: x * ops.softmax(x, axis=1),
    "LogSoftmax": lambda x: ops.log_softmax(x, axis=-1),
    "Reshape": lambda x: ops.reshape(mean(x), (-1, 2, 2)),
    "Transpose": lambda x: ops.transpose(mean(x)[:, None], (0, 2, 1)),
    "Swapaxes": lambda x: ops.swapaxes(ops.swapaxes(x, 1, 2), 1, 2),
    "Moveaxis": lambda x: ops.moveaxis(ops.moveaxis(x, 1, 2), 2, 1),
    "ExpandDims": lambda x: ops.expand_dims(x, 2),
    "Squeeze": lambda x: ops.squeeze(ops.mean(x, axis=1, keepdims=True), 1),
    "Concatenate": lambda x: ops.concatenate([x, x * x], axis=-1),
    "Concatenate words": lambda x: ops.concatenate([x, x * x], axis=1),
    "Stack": lambda x: ops.stack([mean(x), ops.max(x, axis=1)], axis=1),
    "Split": lambda x: ops.split(x, 2, axis=-1)[1],
    "Split at places": lambda x: ops.split(x, [1, 3], axis=-1)[1],
    "Flip": lambda x: x * ops.flip(x, axis=-1),
    "Take": lambda x: ops.take(x, [3, 0], axis=-1),
    "Tile": lambda x: ops.tile(x, (1, 1, 2)),
    "Einsum": lambda x: ops.einsum("nlf,nf,nlf->nlf", x, mean(x), x),
    "Dot": lambda x: ops.dot(x, np.eye(4, dtype="float32")[:, :3]),
    "Cast": lambda x: ops.cast(ops.cast(x * 5, "int32"), "float32"),
    "Where": lambda x: ops.where(x > 0, x, 0.0),
    "Clip": lambda x: ops.clip(x, -0.2, 0.3),
    "Exp": ops.exp,
    "Log": lambda x: ops.log(ops.abs(x) + 1),
    "Log1p": lambda x: ops.log1p(ops.square(x)),
    "Sqrt": lambda x: ops.sqrt(ops.abs(x)),
    "Rsqrt": lambda x: ops.rsqrt(1 + x * x),
    "Reciprocal": lambda x: ops.reciprocal(2 + ops.tanh(x)),
    "Gelu": ops.gelu,
    "Gelu exact": lambda x: ops.gelu(x, approximate=False),
    "LeakyRelu": ops.leaky_relu,
    "StopGradient": ops.stop_gradient,
} | {
    name: getattr(ops, name.lower())
    for names in (
        ["Ceil", "Cos", "Elu", "Erf", "Floor", "Relu", "Selu", "Sigmoid"],
        ["Sign", "Silu", "Sin", "Softplus", "Softsign", "Square", "Tanh"],
    )
    for name in names
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operations(name):
    assert_same_graph(own(pooled(OPERATORS[name])))


def test_place_with_its_dimension_kept():
    def place(x):
        return ops.cast(ops.argmax(x, axis=-1, keepdims=True), "float32")

    if place(keras.KerasTensor((2, 3))).shape != (2, 1):
        pytest.skip("this Keras does not keep it")
    assert_same_graph(own(pooled(place)))


def test_every_operation_is_tested():
    tested = {name.partition(" ")[0] for name in OPERATORS}
    tested |= {"Identity", "LogicalAnd", "LogicalNot", "LogicalOr"}
    assert set(OPERATIONS) <= tested


def attention(layer, **options):
    return lambda x: layer([ops.tanh(x), x], **options)


LAYERS = {
    "Attention": attention(layers.Attention()),
    "Attention scaled": attention(layers.Attention(use_scale=True)),
    "Attention concat": attention(
        layers.Attention(score_mode="concat", use_scale=True)
    ),
    "Attention with keys": lambda x: layers.Attention()([x, x * x, ops.exp(x)]),
    "Attention causal": attention(layers.Attention(), use_causal_mask=True),
    "AdditiveAttention": attention(layers.AdditiveAttention()),
    "AdditiveAttention plain": attention(layers.AdditiveAttention(use_scale=False)),
    "MultiHeadAttention": lambda x: layers.MultiHeadAttention(2, 3)(x, x),
    "MultiHeadAttention by name": lambda x: layers.MultiHeadAttention(
        2, 3, value_dim=5, output_shape=6
    )(query=x, value=ops.exp(x), key=ops.tanh(x)),
    "MultiHeadAttention causal": lambda x: layers.MultiHeadAttention(
        2, 3, use_bias=False, dropout=0.1
    )(x, x, use_causal_mask=True),
    "MultiHeadAttention after a GRU": lambda x: layers.MultiHeadAttention(2, 3)(
        layers.GRU(4, return_sequences=True)(x), x
    ),
    "Dot": lambda x: layers.Dot(axes=2)([x, x]) @ x,
    "Dot of rows": lambda x: layers.Dot(axes=1)([mean(x), ops.max(x, axis=1)]),
    "Dot normalized": lambda x: layers.Dot(axes=(2, 1), normalize=True)(
        [x, ops.max(x, axis=1)]
    )[..., None],
    "SeparableConv1D": layers.SeparableConv1D(
        5, 3, padding="same", depth_multiplier=2, activation="relu"
    ),
    "SeparableConv1D strided": layers.SeparableConv1D(3, 2, strides=2, padding="same"),
    "DepthwiseConv1D": layers.DepthwiseConv1D(2, padding="same", depth_multiplier=3),
    "DepthwiseConv1D dilated": layers.DepthwiseConv1D(
        3, padding="same", dilation_rate=2, use_bias=False
    ),
    "Softmax of words": lambda x: x * layers.Softmax(axis=1)(x),
    "Softmax of features": layers.Softmax(axis=2),
    "Multiply of ranks": lambda x: layers.Multiply()([x, mean(x)]),
    "a block of a Transformer": lambda x: layers.LayerNormalization()(
        x + layers.MultiHeadAttention(2, 3)(x, x)
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name):
    assert_same_graph(own(pooled(LAYERS[name])))


@pytest.mark.parametrize("axis", [1, (1, 2), [2]])
def test_layer_normalization_of_other_dimensions(axis):
    layer = layers.LayerNormalization(axis=axis)
    assert_same_graph(own(lambda x: layers.Flatten()(layer(x)), width=6), width=6)


def test_what_no_word_is_masked_for():
    def build(x):
        return layers.MultiHeadAttention(2, 3)(x, x)

    assert_same_graph(own(pooled(build), mask_zero=True))


def test_layer_normalization_without_the_mean():
    assert_same_graph(own(pooled(layers.LayerNormalization(rms_scaling=True))))
