"""Gradient descent with momentum that touches only the words of a batch."""

from contextlib import contextmanager

import tensorflow as tf

from skclf.models._architecture import EMBEDDING
from skclf.models._kernels import is_plain
from skclf.models._scikeras import keras


def lazy_momentum(model):
    """The `LazyMomentum` of a net of ours; None where it would not be the same.

    On a GPU, moving all words is faster.
    """
    optimizer, variables = model.optimizer, model.trainable_variables
    fits = (
        type(optimizer) is keras.optimizers.SGD
        and 0 < optimizer.momentum < 1
        and is_plain(optimizer, variables)
        and EMBEDDING in [variable.path for variable in variables]
        and type(model.get_layer("embedding")) is keras.layers.Embedding
        and not tf.config.list_logical_devices("GPU")
    )
    return LazyMomentum(model.get_layer("embedding"), optimizer) if fits else None


class LazyMomentum:
    """Trains word vectors as SGD with momentum does, in time for the words read.

    The vector of a word that a batch lacks is moved by its velocity alone, which gets
    smaller by the same factor in each step. So its moves are a geometric series, and
    are made in one when the word is read again: exactly what Keras computes for all
    words in all steps, up to rounding.

    Parameters
    ----------
    layer : keras.layers.Embedding
        Called once in a step.
    optimizer : keras.optimizers.SGD
        Built for the variables of the layer's model.
    """

    def __init__(self, layer, optimizer):
        self._layer = layer
        self._optimizer = optimizer
        self.variable = layer.trainable_weights[0]
        i = optimizer._get_variable_index(self.variable)
        self._velocity = optimizer.momentums[i].value
        n_words = self.variable.shape[0]
        self._seen = tf.Variable(tf.zeros(n_words, tf.int64), trainable=False)

    def begin(self):
        """Note that all vectors are those of this step."""
        self._seen.assign(tf.fill(self._seen.shape, self._step))

    def end(self):
        """Make the moves of all words that are still due."""
        vectors, velocity = self._moved(self.variable, self._velocity, self._seen)
        self.variable.assign(vectors)
        self._velocity.assign(velocity)

    @contextmanager
    def reading(self):
        """While open, the layer gives vectors that have made their moves."""
        self._layer.call = self._read
        try:
            yield
        finally:
            del self._layer.call

    def _read(self, ids):
        words, places = tf.unique(tf.reshape(ids, [-1]))
        vectors, _ = self._at(words)
        shape = tf.concat([tf.shape(ids), tf.shape(vectors)[1:]], axis=0)
        return tf.reshape(tf.gather(vectors, places), shape)

    def update(self, gradient, rate):
        """Move the words that were read.

        Parameters
        ----------
        gradient : tf.IndexedSlices
            That of the variable, with each word once.
        rate : tensor
            Learning rate.
        """
        words = gradient.indices
        vectors, velocity = self._at(words)
        velocity = self._optimizer.momentum * velocity - rate * gradient.values
        steps = tf.fill(tf.shape(words), self._step + 1)
        for variable, values in (
            (self.variable.value, vectors + velocity),
            (self._velocity, velocity),
            (self._seen, steps),
        ):
            variable.scatter_update(tf.IndexedSlices(values, words))

    @property
    def _step(self):
        return tf.cast(self._optimizer.iterations, tf.int64)

    def _at(self, words):
        stored = (self.variable.value, self._velocity, self._seen)
        return self._moved(*(tf.gather(variable, words) for variable in stored))

    def _moved(self, vectors, velocity, seen):
        momentum = self._optimizer.momentum
        steps = tf.cast(self._step - seen, tf.float32)
        shrunk = tf.pow(momentum, steps)[:, None]
        way = momentum * (1 - shrunk) / (1 - momentum)
        return vectors + way * velocity, shrunk * velocity
