"""Keras layers that convolve over the words of documents."""

from skclf._containers import PADDING
from skclf.models.building._scikeras import keras
from skclf.models.layers._layers import pooled

ops = keras.ops

# Packed rows are rounded up to a multiple: oneDNN keeps a kernel for each shape.
_ROWS = 64


@keras.saving.register_keras_serializable("skclf")
class WordConvolutions(keras.layers.Layer):
    """Convolutions of several widths over the words of a document, side by side.

    What stands before the first word and behind the last one is a vector that is
    learned, so that filters know where a text begins and ends.

    Parameters
    ----------
    filters : int
        Number of filters of each width.
    kernel_sizes : sequence of int
        Widths in words.
    """

    def __init__(self, filters, kernel_sizes, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_sizes = tuple(kernel_sizes)

    def build(self, vectors_shape, ids_shape):
        dim, n = vectors_shape[-1], self.filters
        self.edge = self.add_weight((dim,), "uniform", name="edge")
        self.kernels = [
            self.add_weight((size, dim, n), "glorot_uniform", name=f"kernel_{i}")
            for i, size in enumerate(self.kernel_sizes)
        ]
        self.biases = [
            self.add_weight((n,), "zeros", name=f"bias_{i}")
            for i, _ in enumerate(self.kernel_sizes)
        ]

    def call(self, vectors, ids):
        found = self._convolve(self._from_edge(vectors, ids))
        return self._activate(ops.concatenate(found, axis=-1))

    def _from_edge(self, vectors, ids):
        """Vectors relative to the edge: so zeros around a document stand for it."""
        real = ops.expand_dims(ops.not_equal(ids, PADDING), -1)
        return (vectors - self.edge) * ops.cast(real, vectors.dtype)

    def _convolve(self, vectors):
        return [ops.conv(vectors, kernel, padding="same") for kernel in self.kernels]

    def _activate(self, found):
        """Add the biases, and what the edge adds under all of a filter."""
        biases = [
            bias + ops.matmul(self.edge, ops.sum(kernel, axis=0))
            for kernel, bias in zip(self.kernels, self.biases, strict=True)
        ]
        return ops.relu(found + ops.concatenate(biases, axis=0))

    def compute_output_shape(self, vectors_shape, ids_shape):
        return (*vectors_shape[:2], self.filters * len(self.kernel_sizes))

    def get_config(self):
        own = {"filters": self.filters, "kernel_sizes": self.kernel_sizes}
        return super().get_config() | own


@keras.saving.register_keras_serializable("skclf")
class MaxConvolutions(WordConvolutions):
    """The largest value of each filter over the words of a document.

    What `WordConvolutions` and then ``PoolOverTime("max")`` compute, faster: the maxima
    come before biases and ReLU, which do not change where they are, and training
    convolves over documents one behind another, without their padding.
    """

    def call(self, vectors, ids, training=False):
        vectors, real = self._from_edge(vectors, ids), pooled(ids)
        if training:
            vectors, real, documents = self._packed(vectors, real)
            found = [
                ops.segment_max(values[0], documents, sorted=True)
                for values in self._convolve_real(vectors, real)
            ]
        else:
            found = [ops.max(x, axis=1) for x in self._convolve_real(vectors, real)]
        return self._activate(ops.concatenate(found, axis=-1))

    def _convolve_real(self, vectors, real):
        """Convolutions that are no maximum anywhere but at real words."""
        outside = ops.expand_dims(ops.where(real, 0.0, float("-inf")), -1)
        return [values + outside for values in self._convolve(vectors)]

    def _packed(self, vectors, real):
        """The words of all documents in one row, which of them are real, and whose.

        Between documents there are zeros, as many as a filter can reach.
        """
        gap = max(*self.kernel_sizes, 2) - 1
        n_documents, width = ops.shape(real)
        around = ((0, 0), (0, gap))
        rows = ops.reshape(ops.pad(vectors, (*around, (0, 0))), (-1, vectors.shape[-1]))
        real = ops.cast(real, "int32")
        taken = ops.reshape(ops.pad(real, around, constant_values=1), (-1,))
        (places,) = ops.nonzero(taken)
        missing = -ops.size(places) % _ROWS
        # The last row of all is zeros.
        places = ops.pad(
            places, ((0, missing),), constant_values=n_documents * (width + gap) - 1
        )
        real = ops.take(ops.reshape(ops.pad(real, around), (-1,)), places)
        packed = ops.expand_dims(ops.take(rows, places, axis=0), 0)
        return packed, ops.expand_dims(real > 0, 0), places // (width + gap)

    def compute_output_shape(self, vectors_shape, ids_shape):
        return (vectors_shape[0], self.filters * len(self.kernel_sizes))
