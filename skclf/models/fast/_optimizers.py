"""Updates of optimizers by kernels of TensorFlow that Keras does not use.

They compute what Keras computes, up to rounding; whatever they cannot do is left to
Keras, which composes an update of about ten operations, each of which reads and writes
a whole variable: for word vectors, most of the time of a training step. Measured on the
nets of ``benchmarks/training.py``, without a GPU.
"""

from contextlib import contextmanager

import tensorflow as tf

from skclf.models.building._architecture import EMBEDDING
from skclf.models.building._scikeras import keras


def apply_gradients(optimizer, gradients, variables, lazy=None):
    """Update variables as ``optimizer.apply_gradients`` does it.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        Built for these variables.
    gradients : list of tensor, tf.IndexedSlices or None
        One for each variable.
    variables : list of keras.Variable
        What is trained.
    lazy : LazyMomentum or None
        Updates its own variable.
    """
    update = _UPDATES.get(type(optimizer))
    missing = any(gradient is None for gradient in gradients)
    if update is None or missing or not is_plain(optimizer, variables):
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return
    rate = tf.convert_to_tensor(optimizer.learning_rate)
    step = tf.cast(optimizer.iterations + 1, tf.float32)
    for gradient, variable in zip(gradients, variables, strict=True):
        if lazy is not None and variable is lazy.variable:
            lazy.update(gradient, rate)
            continue
        slots = _slots(optimizer, variable)
        update(optimizer, variable, slots, gradient, rate, step)
    optimizer.iterations.assign_add(1)


def check_slots(optimizer):
    """Raise AttributeError where Keras no longer has what is private, but needed."""
    for name in ("_get_variable_index", *_SLOTS.get(type(optimizer), ())):
        getattr(optimizer, name)


def is_plain(optimizer, variables):
    """Whether nothing is asked for that the kernels do not know."""
    extras = (
        optimizer.clipnorm,
        optimizer.clipvalue,
        optimizer.global_clipnorm,
        optimizer.weight_decay,
        optimizer.use_ema,
        optimizer.gradient_accumulation_steps,
        optimizer.loss_scale_factor,
        getattr(optimizer, "amsgrad", False),
        getattr(optimizer, "nesterov", False),
    )
    return (
        not any(extras)
        and all(v.constraint is None and v.dtype == "float32" for v in variables)
        and not any(v.overwrite_with_gradient for v in variables)
    )


def _slots(optimizer, variable):
    """What the optimizer keeps for a variable."""
    i = optimizer._get_variable_index(variable)
    lists = [getattr(optimizer, name) for name in _SLOTS[type(optimizer)]]
    return [slots[i].value for slots in lists if slots]


def _adam(optimizer, variable, slots, gradient, rate, step):
    beta_1, beta_2 = (
        tf.constant(b, tf.float32) for b in (optimizer.beta_1, optimizer.beta_2)
    )
    total = tf.convert_to_tensor(gradient)
    if isinstance(gradient, tf.IndexedSlices):
        _square_each(slots[1], gradient, total, beta_2)
    tf.raw_ops.ResourceApplyAdam(
        var=variable.value.handle,
        m=slots[0].handle,
        v=slots[1].handle,
        beta1_power=tf.pow(beta_1, step),
        beta2_power=tf.pow(beta_2, step),
        lr=rate,
        beta1=beta_1,
        beta2=beta_2,
        epsilon=tf.constant(optimizer.epsilon, tf.float32),
        grad=total,
    )


def _square_each(velocity, gradient, total, beta_2):
    """Make up for a difference before the kernel runs.

    Where a word occurs several times in a batch, Keras adds up the squares of its
    gradients, the kernel takes the square of their sum.
    """
    words, _ = tf.unique(gradient.indices)
    squares = tf.square(gradient.values)
    taken = tf.square(tf.gather(total, words))
    values = tf.concat([squares, -taken], 0) * (1 - beta_2) / beta_2
    places = tf.concat([gradient.indices, words], 0)
    velocity.scatter_add(tf.IndexedSlices(values, places))


def _sgd(optimizer, variable, slots, gradient, rate, step):
    if not slots and isinstance(gradient, tf.IndexedSlices):
        variable.value.scatter_sub(
            tf.IndexedSlices(rate * gradient.values, gradient.indices)
        )
        return
    gradient = tf.convert_to_tensor(gradient)
    if not slots:
        tf.raw_ops.ResourceApplyGradientDescent(
            var=variable.value.handle, alpha=rate, delta=gradient
        )
        return
    tf.raw_ops.ResourceApplyKerasMomentum(
        var=variable.value.handle,
        accum=slots[0].handle,
        lr=rate,
        grad=gradient,
        momentum=tf.constant(optimizer.momentum, tf.float32),
    )


_UPDATES = {keras.optimizers.Adam: _adam, keras.optimizers.SGD: _sgd}
_SLOTS = {
    keras.optimizers.Adam: ("_momentums", "_velocities"),
    keras.optimizers.SGD: ("momentums",),
}


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
