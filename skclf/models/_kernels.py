"""Updates of optimizers by kernels of TensorFlow that Keras does not use.

They compute what Keras computes, up to rounding; whatever they cannot do is left to
Keras, which composes an update of about ten operations, each of which reads and writes
a whole variable: for word vectors, most of the time of a training step. Measured on the
nets of ``benchmarks/training.py``, without a GPU.
"""

import tensorflow as tf

from skclf.models._scikeras import keras


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
