"""A trained net: plain weights, the recipe of its architecture, and prediction."""

from functools import partial

import numpy as np

from skclf._fork import check_not_forked
from skclf.models._prediction import predict_rows
from skclf.models._workbench import WORKBENCHES, Workbench

# Rows that are predicted in one call: bounds the memory of the hidden states.
PREDICT_ROWS = 512


class FittedNet:
    """Weights and architecture; this is what a pickle of a classifier holds.

    Parameters
    ----------
    architecture : Architecture
        The recipe.
    key : object
        Where the compiled functions of the architecture are cached.
    weights : list of ndarray
        One array for each of the model's weights.
    """

    def __init__(self, architecture, key, weights):
        self.architecture = architecture
        self.key = key
        self.weights = weights
        self._live = {}

    def __getstate__(self):
        return vars(self) | {"_live": {}}

    def keep_optimizer(self, state):
        """Remember the optimizer's state, for training that goes on in this process."""
        self._live["optimizer"] = state

    def optimizer_state(self):
        """What `keep_optimizer` kept, or None after loading."""
        return self._live.get("optimizer")

    def workbench(self):
        return WORKBENCHES.get(self.key, self._make_workbench)

    def _make_workbench(self):
        return Workbench(self.architecture.build(roomy=True), self.architecture)

    def probabilities(self, source):
        """Class probabilities, float64 of shape ``(n_rows, n_classes)``."""
        check_not_forked()
        workbench = self.workbench()
        if "tensors" not in self._live:
            self._live["tensors"] = workbench.tensors(self.weights)
        source = source.bound(self.architecture.n_vectors, workbench.n_slots)
        return predict(workbench, self._live["tensors"], source)

    def model(self):
        """A Keras model of its own with the weights in it, made on first use."""
        if "model" not in self._live:
            model = self.architecture.build()
            model.set_weights(self.weights)
            # Or its file would not load without a warning: it has no optimizer's state.
            model.optimizer.build(model.trainable_variables)
            if self.architecture.is_ours() and self.architecture.n_vectors:
                for part in (model.get_layer("embedding"), model.optimizer):
                    part.load_own_variables = partial(_load_rows, part)
            self._live["model"] = model
        return self._live["model"]


def _load_rows(part, store):
    """Load what a callback saved: the net in training may have had rows to spare."""
    for i, variable in enumerate(part.variables):
        variable.assign(store[str(i)][tuple(map(slice, variable.shape))])


def predict(workbench, tensors, source):
    """Class probabilities from the compiled prediction of a workbench.

    Parameters
    ----------
    workbench : Workbench
        Its compiled prediction is used.
    tensors : list of tensor
        The weights.
    source : TokenSource or FeatureSource
        The rows, bound to the workbench.

    Returns
    -------
    ndarray of float64 of shape (n_rows, n_classes)
        Class probabilities.
    """
    source = source.within(*workbench.lengths)

    def run(blocks):
        n_rows = len(blocks[0])
        blocks = _filled_up(blocks, n_rows)
        blocks, vectors = source.compact(blocks, workbench.n_slots)
        return workbench.predict(tensors, blocks, vectors).numpy()[:n_rows]

    n_outputs = workbench.model.output_shape[-1]
    return predict_rows(
        source,
        n_outputs,
        run,
        batch_size=PREDICT_ROWS,
        multilabel=workbench.multilabel,
    )


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
