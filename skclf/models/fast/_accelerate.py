"""The one door to this room: steps of training, by kernels or by Keras alone."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import tensorflow as tf

from skclf._names import public
from skclf.models.building._architecture import all_layers
from skclf.models.fast._optimizers import apply_gradients, check_slots, lazy_momentum
from skclf.models.fast._recurrence import (
    check_loops,
    forget_gradients,
    slow_down,
    speed_up,
)
from skclf.models.fast._sparse import sparse_layer

VARIABLE = "SKCLF_ACCELERATION"

_chosen = None  # by `acceleration`
_told = set()  # of what is missing


@public("skclf.models")
@contextmanager
def acceleration(enabled: bool) -> Iterator[None]:
    """Turn the kernels that nets are trained and applied with on or off.

    They compute what Keras computes, up to rounding, in less time. Where a result is in
    doubt, or another release of TensorFlow is tried, this shows what Keras alone does.
    The environment variable ``SKCLF_ACCELERATION=0`` turns them off for a whole process
    and those that it starts.

    Parameters
    ----------
    enabled : bool
        Counts for nets that are fitted, or predict for the first time, while the
        context is open (``with``), in all threads of this process.

    Examples
    --------
    >>> from skclf import RNNClassifier, SequenceEncoder
    >>> from skclf.models import acceleration
    >>> X = SequenceEncoder().fit_transform(["fire", "smoke", "sun", "beach"] * 10)
    >>> y = ["bad", "bad", "good", "good"] * 10
    >>> with acceleration(False):
    ...     net = RNNClassifier(learning_rate=0.05, random_state=0).fit(X, y)
    >>> net.predict(X[:2])
    array(['bad', 'bad'], dtype='<U4')
    """
    global _chosen
    if not isinstance(enabled, bool):
        raise ValueError(f"Expected True or False as enabled, got {enabled!r}.")
    before, _chosen = _chosen, enabled
    try:
        yield
    finally:
        _chosen = before


def is_accelerated():
    """Whether kernels are to be used."""
    if _chosen is not None:
        return _chosen
    value = os.environ.get(VARIABLE, "1")
    if value not in ("0", "1"):
        raise ValueError(f"Expected {VARIABLE} to be 0 or 1, got {value!r}.")
    return value == "1"


def accelerate(model, optimizer, is_ours=True):
    """The steps of a model: `FastSteps`, or its twin where they are not possible.

    Parameters
    ----------
    model : keras.Model
        A model that nobody else uses.
    optimizer : keras.optimizers.Optimizer
        Built for its variables.
    is_ours : bool, default=True
        Whether the net is one of skclf, of which it is known how its layers are called.
    """
    if not is_accelerated():
        return KerasSteps(model, optimizer)
    try:
        check_loops()
        check_slots(optimizer)
    except (AttributeError, ImportError) as error:
        tell(error)
        return KerasSteps(model, optimizer)
    return FastSteps(model, optimizer, is_ours)


def tell(error):
    """Warn once of what this release of Keras or TensorFlow does not have."""
    reason = f"{type(error).__name__}: {error}"[:300]
    if reason not in _told:
        _told.add(reason)
        warnings.warn(
            "Nets are computed by Keras alone, which is slower: the kernels of skclf "
            f"do not work with this release of Keras or TensorFlow ({reason}). "
            f"{VARIABLE}=0 turns them off without this warning.",
            stacklevel=2,
        )


class KerasSteps:
    """Steps of training as Keras makes them.

    All but `traced` is called in compiled code.

    Parameters
    ----------
    model : keras.Model
        What is trained.
    optimizer : keras.optimizers.Optimizer
        Built for its variables.
    """

    is_fast = False

    def __init__(self, model, optimizer):
        self._model = model
        self._optimizer = optimizer

    def begin(self):
        """Called before the first step of an epoch."""

    def step(self, x, judge):
        """Make one step.

        Parameters
        ----------
        x : tensor or list of tensor
            What the model reads.
        judge : callable
            ``judge(output)`` is the loss, and what is minimized.

        Returns
        -------
        loss, output : tensor
            The loss, and the output of the model before the step.
        """
        with tf.GradientTape() as tape:
            output = self._model(x, training=True)
            loss, scaled = judge(output)
        variables = self._model.trainable_variables
        self._update(tape.gradient(scaled, variables), variables)
        return loss, output

    def end(self):
        """Called after the last step of an epoch."""

    def traced(self):
        """Called when a function has been compiled."""

    def twin(self):
        """The steps of the same model by Keras alone."""
        return self

    def reads_sparse(self, source):
        """Whether it pays to give rows to `sparse_step`."""
        return False

    def sparse_step(self, places, values, n_rows, judge):
        """The same on sparse rows, as a `FeatureSource` gives them."""
        n_features = self._model.inputs[0].shape[-1]
        shape = tf.cast(tf.stack([n_rows, n_features]), tf.int64)
        return self.step(tf.scatter_nd(places, values, shape), judge)

    def _update(self, gradients, variables):
        self._optimizer.apply_gradients(zip(gradients, variables, strict=True))


class FastSteps(KerasSteps):
    """The same steps by kernels that are faster for small nets."""

    is_fast = True

    def __init__(self, model, optimizer, is_ours):
        super().__init__(model, optimizer)
        self._gradient_names = []
        speed_up(all_layers(model), self._gradient_names)
        self._lazy = lazy_momentum(model) if is_ours else None
        self._sparse = sparse_layer(model) if is_ours else None

    def begin(self):
        if self._lazy is not None:
            self._lazy.begin()

    def step(self, x, judge):
        with nullcontext() if self._lazy is None else self._lazy.reading():
            return super().step(x, judge)

    def end(self):
        if self._lazy is not None:
            self._lazy.end()

    def traced(self):
        forget_gradients(self._gradient_names)

    def twin(self):
        slow_down(all_layers(self._model))
        return KerasSteps(self._model, self._optimizer)

    def reads_sparse(self, source):
        return self._sparse is not None and source.is_sparse_enough

    def sparse_step(self, places, values, n_rows, judge):
        layer = self._sparse
        matrix = layer.matrix(places, values, n_rows)
        products = layer.products(matrix)
        with tf.GradientTape() as tape:
            tape.watch(products)
            output = layer.output(products)
            loss, scaled = judge(output)
        kernel, *others = self._model.trainable_variables
        gradient, *gradients = tape.gradient(scaled, [products, *others])
        gradients = [layer.kernel_gradient(matrix, gradient), *gradients]
        apply_gradients(self._optimizer, gradients, [kernel, *others])
        return loss, output

    def _update(self, gradients, variables):
        apply_gradients(self._optimizer, gradients, variables, self._lazy)
