"""A first layer that reads sparse rows, in time for what is not zero in them.

It computes what Keras computes of dense rows, up to rounding; Keras' own product of
sparse rows takes longer than that of dense ones. Measured without a GPU.
"""

import numpy as np
import tensorflow as tf

from skclf.models._scikeras import keras

# Share of numbers that are not zero, from which dense rows are as fast.
DENSE = 0.05

# So many numbers are handed over in one call.
AT_ONCE = 1 << 18

# What `in_batches` returns.
SPECS = (
    tf.TensorSpec((None, 2), tf.int64),
    tf.TensorSpec((None,), tf.float32),
    tf.TensorSpec((None,), tf.int32),
)


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


def in_batches(rows, bounds):
    """What the compiled training reads of batches that stand one behind another.

    Parameters
    ----------
    rows : CSR matrix
        All their rows; nobody else uses it.
    bounds : ndarray of int of shape (n_batches + 1,)
        Where each batch begins, and the last one ends.

    Returns
    -------
    places : ndarray of int64 of shape (n, 2)
        The row in its batch, and the column of each number that is not zero.
    values : ndarray of float32 of shape (n,)
        The numbers.
    begins : ndarray of int32 of shape (n_batches + 1,)
        The first number of each batch, and n.
    """
    rows.sum_duplicates()  # and sort
    in_batch = np.arange(rows.shape[0]) - np.repeat(bounds[:-1], np.diff(bounds))
    places = np.empty((rows.nnz, 2), np.int64)
    places[:, 0] = np.repeat(in_batch, np.diff(rows.indptr))
    places[:, 1] = rows.indices
    return places, rows.data.astype(np.float32), rows.indptr[bounds].astype(np.int32)


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
