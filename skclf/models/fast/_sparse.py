"""A first layer that reads sparse rows, in time for what is not zero in them.

It computes what Keras computes of dense rows, up to rounding; Keras' own product of
sparse rows takes longer than that of dense ones. Measured without a GPU.
"""

import tensorflow as tf

from skclf.models.building._scikeras import keras


def sparse_layer(model):
    """The `SparseLayer` of a net of ours; None where it cannot read sparse rows.

    On a GPU dense rows are fast.
    """
    first = model.layers[1]
    fits = (
        len(model.inputs) == 1
        and type(first) is keras.layers.Dense
        and first.compute_dtype == "float32"
        and not tf.config.list_logical_devices("GPU")
    )
    return SparseLayer(model, first) if fits else None


class SparseLayer:
    """The first layer of a net, for training on sparse rows.

    Parameters
    ----------
    model : keras.Model
        The net.
    layer : keras.layers.Dense
        Its first layer, whose kernel is the first of the net's weights.
    """

    def __init__(self, model, layer):
        self._layer = layer
        self._is_last = layer.output is model.output
        self._rest = None if self._is_last else keras.Model(layer.output, model.output)

    def matrix(self, places, values, n_rows):
        """Rows as a matrix that is multiplied fast."""
        shape = tf.stack([n_rows, self._layer.kernel.shape[0]])
        return tf.raw_ops.SparseTensorToCSRSparseMatrix(
            indices=places, values=values, dense_shape=tf.cast(shape, tf.int64)
        )

    def products(self, matrix):
        """The rows times the kernel."""
        kernel = tf.convert_to_tensor(self._layer.kernel)
        return tf.raw_ops.SparseMatrixMatMul(a=matrix, b=kernel)

    def output(self, products):
        """The output of the net in training."""
        hidden = self._layer.activation(products + self._layer.bias)
        return hidden if self._is_last else self._rest(hidden, training=True)

    def kernel_gradient(self, matrix, gradient):
        """The gradient of the kernel, from that of the products."""
        # The product's own way to transpose takes three times as long.
        columns = tf.raw_ops.SparseMatrixTranspose(input=matrix, type=tf.float32)
        return tf.raw_ops.SparseMatrixMatMul(a=columns, b=gradient)
