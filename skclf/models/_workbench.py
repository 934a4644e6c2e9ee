"""Compiled training, kept for each architecture.

Tracing a training step takes a second or more. A workbench holds the compiled functions
of one architecture; a fit puts fresh values into its variables, which is the same as
starting with a new model. The weights of fitted nets are kept elsewhere and are handed
to the compiled prediction as arguments.
"""

from contextlib import nullcontext
from functools import cached_property
from numbers import Real

import numpy as np
import tensorflow as tf

from skclf._cache import LRUCache
from skclf._fork import new_lock
from skclf.models._feed import Feed
from skclf.models._kernels import apply_gradients
from skclf.models._lazy_momentum import lazy_momentum
from skclf.models._metrics import Metrics
from skclf.models._predictor import PREDICTORS, Predictor, room_for
from skclf.models._settings import shipped_settings
from skclf.models._sparse import SPECS, sparse_layer
from skclf.models._tracer import Tracer

MAX_WORKBENCHES = 16

INDICES = tf.TensorSpec((None,), tf.int32)
COUNT = tf.TensorSpec((), tf.int32)
SIZE = tf.TensorSpec((), tf.float32)


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
        self._trace = Tracer(model, seed).trace
        model.optimizer.build(model.trainable_variables)
        self._fresh_optimizer = [v.numpy() for v in model.optimizer.variables]
        self.lock = new_lock()
        self._functions = LRUCache(2)
        self.feed = Feed(model, architecture)
        self.is_ours = architecture.is_ours()
        self.multilabel = architecture.multilabel
        self.predictor = Predictor(model, self.feed, self._trace, self.multilabel)
        self._lazy = lazy_momentum(model) if self.is_ours else None
        self.sparse = sparse_layer(model) if self.is_ours else None
        self._given_metrics = architecture.params["metrics"]

    @cached_property
    def metrics(self):
        """The user's metrics; a net that only predicts makes none."""
        n_outputs = self.model.output_shape[-1]
        return Metrics(self._given_metrics, n_outputs, self.multilabel)

    @property
    def train(self):
        """Compiled `_train`, for batches of any size and width."""
        return self._functions.get("train", self._trace_train)

    @property
    def train_sparse(self):
        """Compiled `_train_sparse`, for batches of any size."""
        return self._functions.get("train sparse", self._trace_train_sparse)

    def _trace_train(self):
        x = self.feed.x_specs, self.feed.vector_specs
        plan, part, sums = (INDICES,) * 3, (COUNT,) * 2, (SIZE,) * 2
        target = self._target_specs()
        return self._trace(self._train, *x, *target, SIZE, plan, part, sums)

    def _trace_train_sparse(self):
        target = self._target_specs()
        return self._trace(self._train_sparse, *SPECS, *target, SIZE, INDICES)

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

        if self._lazy is not None:
            _only_if(tf.equal(first, 0), self._lazy.begin)
        sums = _sums_over_batches(step, bounds, first, last, *sums)
        if self._lazy is not None:
            _only_if(tf.equal(last, tf.size(bounds) - 1), self._lazy.end)
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
        model, lazy = self.model, self._lazy
        reading = lazy.reading() if lazy is not None else nullcontext()
        with reading, tf.GradientTape() as tape:
            output = model(x, training=True)
            loss, scaled = self._losses(x, y, output, weight, batch_size)
        variables = model.trainable_variables
        gradients = tape.gradient(scaled, variables)
        apply_gradients(model.optimizer, gradients, variables, lazy)
        self.metrics.update(y, output)
        return loss, _n_right(y, output, self.multilabel)

    def _sparse_step(self, places, values, y, weight, batch_size):
        matrix = self.sparse.matrix(places, values, tf.shape(y)[0])
        products = self.sparse.products(matrix)
        with tf.GradientTape() as tape:
            tape.watch(products)
            output = self.sparse.output(products)
            loss, scaled = self._losses(None, y, output, weight, batch_size)
        kernel, *others = self.model.trainable_variables
        gradient, *gradients = tape.gradient(scaled, [products, *others])
        gradients = [self.sparse.kernel_gradient(matrix, gradient), *gradients]
        apply_gradients(self.model.optimizer, gradients, [kernel, *others])
        self.metrics.update(y, output)
        return loss, _n_right(y, output, self.multilabel)

    def _losses(self, x, y, output, weight, batch_size):
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
        variable.assign(room_for(value, variable.shape))


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
    key = architecture.key(model)
    workbench = WORKBENCHES.get(key, lambda: Workbench(model, architecture, seed))
    PREDICTORS[key] = workbench.predictor
    return workbench, key
