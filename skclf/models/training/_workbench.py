"""Compiled training, kept for each architecture.

Tracing a training step takes a second or more. A workbench holds the compiled functions
of one architecture; a fit puts fresh values into its variables, which is the same as
starting with a new model. The weights of fitted nets are kept elsewhere and are handed
to the compiled prediction as arguments.
"""

from functools import cached_property, partial
from itertools import count
from numbers import Real

import numpy as np
import tensorflow as tf

from skclf._cache import LRUCache
from skclf._fork import new_lock
from skclf.models.building._keras_state import (
    forget_kernels,
    seeded,
    shipped_settings,
)
from skclf.models.building._metrics import Metrics
from skclf.models.fast._accelerate import accelerate, is_accelerated, tell
from skclf.models.training._feed import Feed
from skclf.models.training._predictor import PREDICTORS, Predictor, room_for

MAX_WORKBENCHES = 16

INDICES = tf.TensorSpec((None,), tf.int32)
COUNT = tf.TensorSpec((), tf.int32)
SIZE = tf.TensorSpec((), tf.float32)
PLACES = tf.TensorSpec((None, 2), tf.int64)
VALUES = tf.TensorSpec((None,), tf.float32)


class Workbench:
    """A Keras model with its compiled loops.

    Parameters
    ----------
    model : keras.Model
        A compiled model that belongs to the workbench alone.
    architecture : Architecture
        Its recipe.
    seed : int, default=None
        Seed of what layers of the user's draw without one of their own.
    """

    @shipped_settings()
    def __init__(self, model, architecture, seed=None):
        self.model = model
        self._seed = seed
        model.optimizer.build(model.trainable_variables)
        self._fresh_optimizer = [v.numpy() for v in model.optimizer.variables]
        self.lock = new_lock()
        self._tracing = new_lock()
        self.feed = Feed(model, architecture)
        self.is_ours = architecture.is_ours()
        self.multilabel = architecture.multilabel
        self.predictor = Predictor(model, self.feed, self._trace, self.multilabel)
        self.steps = accelerate(model, model.optimizer, self.is_ours)
        self._given_metrics = architecture.params["metrics"]

    @cached_property
    def metrics(self):
        """The user's metrics; a net that only predicts makes none."""
        n_outputs = self.model.output_shape[-1]
        return Metrics(self._given_metrics, n_outputs, self.multilabel)

    @cached_property
    def train(self):
        """Compiled `_train`, for batches of any size and width."""
        x = self.feed.x_specs, self.feed.vector_specs
        plan, part, sums = (INDICES,) * 3, (COUNT,) * 2, (SIZE,) * 2
        target = self._target_specs()
        return self._trace(self._train, *x, *target, SIZE, plan, part, sums)

    @cached_property
    def train_sparse(self):
        """Compiled `_train_sparse`, for batches of any size."""
        target = self._target_specs()
        block = PLACES, VALUES, INDICES
        return self._trace(self._train_sparse, *block, *target, SIZE, INDICES)

    def _trace(self, function, *signature):
        """Compile a function; by Keras alone, if the kernels do not work there."""
        with self._tracing:
            try:
                return self._traced(function, *signature)
            except Exception as error:
                if not self.steps.is_fast:
                    raise
                self.steps = self.steps.twin()
                found = self._traced(function, *signature)
                tell(error)  # it was not an error of the user's
                return found

    def _traced(self, function, *signature):
        """Compile a function.

        The result is not called as a `tf.function`, since TensorFlow warns of retracing
        where functions of one name are traced several times, as they are for several
        architectures. Code is taken as it is, not rewritten by AutoGraph, as in Keras'
        own training.
        """
        traced = tf.function(function, input_signature=signature, autograph=False)
        with seeded(self._seed) as unseeded:
            found = traced.get_concrete_function()
        found.unseeded = unseeded  # as long as the function, which may read it
        self.steps.traced()
        return found

    def _target_specs(self):
        n_outputs = self.model.output_shape[-1]
        classes = tf.TensorSpec((None, n_outputs), tf.float32)
        return classes, tf.TensorSpec((None,), tf.float32)

    def _train(self, x, vectors, y, weight, batch_size, plan, part, sums):
        """Train on a part of the batches of a plan; the sums of losses and hits so far.

        A batch that is not full counts for less, so that each document counts alike.
        """
        order, bounds, widths = plan
        first, last = part

        def step(i):
            rows = order[bounds[i] : bounds[i + 1]]
            batch, *columns = (tf.gather(array, rows) for array in x)
            if self.feed.trims:
                batch = batch[:, : widths[i]]
            inputs = self.feed.inputs((batch, *columns), vectors)
            target = tf.gather(y, rows), tf.gather(weight, rows)
            return self._step(inputs, *target, batch_size)

        _only_if(tf.equal(first, 0), self.steps.begin)
        sums = _sums_over_batches(step, bounds, first, last, *sums)
        _only_if(tf.equal(last, tf.size(bounds) - 1), self.steps.end)
        return sums

    def _train_sparse(self, places, values, begins, y, weight, batch_size, bounds):
        """The same with sparse rows in the order of the batches."""

        def step(i):
            some = slice(begins[i], begins[i + 1])
            rows = slice(bounds[i], bounds[i + 1])
            target = y[rows], weight[rows]
            return self._sparse_step(places[some], values[some], *target, batch_size)

        return _sums_over_batches(step, bounds, 0, tf.size(bounds) - 1, 0.0, 0.0)

    def _step(self, x, y, weight, batch_size):
        judge = partial(self._losses, x, y, weight, batch_size)
        return self._noted(y, *self.steps.step(x, judge))

    def _sparse_step(self, places, values, y, weight, batch_size):
        judge = partial(self._losses, None, y, weight, batch_size)
        n_rows = tf.shape(y)[0]
        return self._noted(y, *self.steps.sparse_step(places, values, n_rows, judge))

    def _noted(self, y, loss, output):
        self.metrics.update(y, output)
        return loss, _n_right(y, output, self.multilabel)

    def _losses(self, x, y, weight, batch_size, output):
        """The loss, and what is minimized: less, where a batch is not full."""
        loss = self.model.compute_loss(x, y, output, weight, training=True)
        share = tf.cast(tf.shape(y)[0], tf.float32) / batch_size
        return loss, self.model.optimizer.scale_loss(loss * share)

    def start(self, values):
        """Put in initial values of all variables; the optimizer starts afresh."""
        _assign(self.model.variables, values)
        _assign(self.model.optimizer.variables, self._fresh_optimizer)
        self.metrics.reset()
        self.model.stop_training = False

    def resume(self, weights, optimizer=None):
        """Put in trained weights, and the state of an optimizer of the same kind."""
        _assign(self.model.weights, weights)
        kind, values = optimizer or (None, [])
        variables = self.model.optimizer.variables
        if kind is type(self.model.optimizer) and len(values) == len(variables):
            _assign(variables, values)

    def set_learning_rate(self, rate):
        """Put in a learning rate; a schedule is part of what is compiled."""
        if isinstance(rate, Real):
            self.model.optimizer.learning_rate = rate

    def optimizer_state(self):
        """The class of the optimizer, and the values of its variables."""
        optimizer = self.model.optimizer
        return type(optimizer), [variable.numpy() for variable in optimizer.variables]

    def current(self):
        """Copies of the model's weights as tensors, as its prediction takes them.

        With ``optimizer__use_ema=True`` they are their moving averages, which Keras'
        own loop puts in only at the end of training.
        """
        optimizer, averages = self.model.optimizer, {}
        if optimizer.use_ema:
            trainable = [weight.path for weight in self.model.trainable_weights]
            moving = optimizer._model_variables_moving_average
            averages = dict(zip(trainable, moving, strict=True))
        return [
            tf.identity(averages.get(weight.path, weight).value)
            for weight in self.model.weights
        ]

    def is_finite(self):
        """Whether no weight has become infinite or NaN."""
        return all(np.isfinite(weight.numpy()).all() for weight in self.model.weights)


def _assign(variables, values):
    for variable, value in zip(variables, values, strict=True):
        if value.shape != variable.shape:
            value = room_for(value, variable.shape)
        variable.assign(value)


def _sums_over_batches(step, bounds, first, last, loss, right):
    """Add the losses and hits of batches, for each of which a step is made."""

    def one(i, loss, right):
        step_loss, step_right = step(i)
        size = tf.cast(bounds[i + 1] - bounds[i], tf.float32)
        return i + 1, loss + step_loss * size, right + step_right

    return tf.while_loop(lambda i, *_: i < last, one, (first, loss, right))[1:]


def _only_if(condition, function):
    """Call a function inside compiled code, or not."""

    def call():
        function()
        return tf.no_op()

    tf.cond(condition, call, tf.no_op)


def _n_right(y, output, multilabel):
    """How many rows are classified right, with all of their labels."""
    if output.shape[-1] == 1 or multilabel:
        right = tf.reduce_all(tf.equal(y > 0.5, output > 0.5), axis=1)
    else:
        # Keras takes the loss from the logits, too; so there is no softmax to work out.
        output = getattr(output, "_keras_logits", output)
        right = tf.equal(tf.argmax(y, axis=1), tf.argmax(output, axis=1))
    return tf.reduce_sum(tf.cast(right, tf.float32))


WORKBENCHES = LRUCache(MAX_WORKBENCHES)
_NUMBERS = count(1)


def _made(model, architecture, seed):
    """A new workbench; every now and then, what remains of evicted ones is let go."""
    if next(_NUMBERS) % MAX_WORKBENCHES == 0:
        forget_kernels()
    return Workbench(model, architecture, seed)


def workbench_for(model, architecture, seed=None):
    """A workbench for a model, which may be one of another that computes the same.

    Parameters
    ----------
    model : keras.Model
        A compiled model that nobody else uses.
    architecture : Architecture
        Its recipe.
    seed : int, default=None
        Seed of what layers of the user's draw without one of their own.

    Returns
    -------
    workbench : Workbench
        The workbench.
    key : object
        Where it is cached.
    """
    key = architecture.key(model), is_accelerated()
    workbench = WORKBENCHES.get(key, lambda: _made(model, architecture, seed))
    PREDICTORS[key] = workbench.predictor
    return workbench, key


def prepare(architecture, seed, class_shares=None):
    """A workbench with fresh initial weights for one fit, and its key.

    Parameters
    ----------
    architecture : Architecture
        The recipe.
    seed : int
        Seed of the initial weights and of dropout.
    class_shares : ndarray of float, default=None
        Shares of the classes, or of rows without and with each label, from which the
        output bias starts.

    Returns
    -------
    workbench : Workbench
        Compiled functions, to be started with `values`.
    key : object
        Where it is cached.
    values : list of ndarray
        Initial values of all variables.
    """
    model = architecture.build(seed, roomy=True)
    if class_shares is not None:
        _set_output_bias(model, class_shares)
    values = [variable.numpy() for variable in model.variables]
    workbench, key = workbench_for(model, architecture, seed)
    return workbench, key, values


def _set_output_bias(model, class_shares):
    """Start from the class shares: the untrained net predicts them."""
    logits = np.log(np.maximum(class_shares, 1e-6))
    n_outputs = model.output_shape[-1]
    if logits.ndim == 2:
        logits = logits[1] - logits[0]
    elif n_outputs == 1:
        logits = logits[1:] - logits[:1]
    else:
        logits = logits - logits.mean()
    bias = getattr(model.layers[-1], "bias", None)
    if bias is not None and tuple(bias.shape) == (n_outputs,):
        bias.assign(logits)
