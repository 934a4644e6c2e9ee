"""Compiled prediction, for as long as a fitted net needs it."""

from weakref import WeakValueDictionary

import numpy as np
import tensorflow as tf

from skclf._fork import new_lock
from skclf.models.building._scikeras import keras
from skclf.models.fast._accelerate import is_accelerated, tell
from skclf.models.rows._prediction import predict_rows

# Rows that are predicted in one call: bounds the memory of the hidden states.
PREDICT_ROWS = 512


class Predictor:
    """The prediction of an architecture, from weights that it is given.

    Fitted nets hold it, so that any number of them predict in turn without compiling
    anew. The model goes when it has been compiled.

    Parameters
    ----------
    model : keras.Model
        The model.
    feed : Feed
        How batches are handed to it.
    trace : callable
        Compiles a function of the model.
    multilabel : bool
        Whether each output is the probability of a label.
    """

    def __init__(self, model, feed, trace, multilabel):
        self.feed = feed
        self._weights = [tf.TensorSpec(w.shape, w.dtype) for w in model.weights]
        self._n_outputs = model.output_shape[-1]
        self._multilabel = multilabel
        self._lock = new_lock()
        self._parts = model, trace
        self._function = None

    def tensors(self, weights):
        """Arrays of weights as tensors, as `output` takes them."""
        return [
            tf.constant(
                array if array.shape == spec.shape else room_for(array, spec.shape)
            )
            for array, spec in zip(weights, self._weights, strict=True)
        ]

    def probabilities(self, tensors, source):
        """Class probabilities.

        Parameters
        ----------
        tensors : list of tensor
            The weights.
        source : TokenSource or FeatureSource
            The rows, bound to the slots of the net.

        Returns
        -------
        ndarray of float64 of shape (n_rows, n_classes)
            Class probabilities.
        """
        source = source.within(*self.feed.lengths)

        def run(blocks):
            n_rows = len(blocks[0])
            blocks = _filled_up(blocks, n_rows)
            blocks, vectors = source.compact(blocks, self.feed.n_slots)
            return self.output(tensors, blocks, vectors).numpy()[:n_rows]

        return predict_rows(
            source,
            self._n_outputs,
            run,
            batch_size=PREDICT_ROWS,
            multilabel=self._multilabel,
        )

    def output(self, tensors, x, vectors):
        """The output for a batch."""
        function = self._compiled()
        specs = (*self.feed.x_specs, *self.feed.vector_specs)
        batch = [
            tf.convert_to_tensor(array, spec.dtype)
            for array, spec in zip((*x, *vectors), specs, strict=True)
        ]
        batch = tuple(batch)
        return _call(function, tensors, batch[: len(x)], batch[len(x) :])

    def _compiled(self):
        with self._lock:
            if self._function is None:
                self._function = self._trace(*self._parts)
                self._parts = None
            return self._function

    def _trace(self, model, trace):
        def predict(weights, x, vectors):
            mapping = list(zip(model.weights, weights, strict=True))
            with keras.StatelessScope(state_mapping=mapping):
                return model(self.feed.inputs(x, vectors), training=False)

        return trace(predict, self._weights, self.feed.x_specs, self.feed.vector_specs)


def room_for(array, shape):
    """Add rows of zeros, where rounding made a variable larger."""
    return np.pad(array, [(0, n - m) for n, m in zip(shape, array.shape, strict=True)])


def _filled_up(blocks, n_rows):
    """Repeat the last row, so that there are 1, 2, 3, 4, 6, 8, 12, 16, 24 ... rows.

    TensorFlow keeps a kernel for every thread and shape that it has seen, and there
    would be many.
    """
    n_more = _few_sizes(n_rows) - n_rows
    if not n_more:
        return blocks
    rows = np.append(np.arange(n_rows), np.full(n_more, n_rows - 1))
    return tuple(block[rows] for block in blocks)


def _few_sizes(n_rows):
    """A power of two, or three quarters of one, that is not smaller.

    >>> [_few_sizes(n) for n in (1, 3, 5, 7, 100, 193)]
    [1, 3, 6, 8, 128, 256]
    """
    above = 1 << (n_rows - 1).bit_length()
    between = above * 3 // 4
    return between if n_rows <= between else above


def _call(function, tensors, x, vectors):
    """Call a function by its name.

    The function itself looks at each weight anew, which takes longer than to compute
    one document.
    """
    by_name = _call_by_name() if is_accelerated() else None
    if by_name is None:
        return function(tensors, x, vectors)
    inputs = [*tensors, *x, *vectors, *function.captured_inputs]
    return by_name(function.name, inputs, 1)[0]


def _call_by_name():
    """TensorFlow's own way, which is not public; None where it has another one."""
    try:
        from tensorflow.python.eager import context

        return context.context().call_function
    except (ImportError, AttributeError) as error:
        tell(error)
        return None


# By the key of the architecture, while somebody holds them.
PREDICTORS = WeakValueDictionary()
