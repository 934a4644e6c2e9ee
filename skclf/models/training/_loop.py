"""The training loop: compiled batches, Keras callbacks, early stopping."""

import warnings
from dataclasses import dataclass, field
from functools import cached_property
from time import perf_counter

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skclf._progress import ProgressLine, TimeLeft
from skclf.models.building._scikeras import keras
from skclf.models.rows._rows import PLANS

SECONDS = 0.5  # of a compiled call, so that Ctrl-C need not wait for longer

# How many times as many batches a call may have as the one before: the first ones are
# slow, and batches are not alike.
GROWTH = 8

_BATCH_HOOKS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
)

_NOTHING = (np.float32(0), np.float32(0))  # the losses and hits of no batch


class Pace:
    """Cuts epochs into parts of about half a second, as fast as batches turn out to be.

    An epoch that takes less is one part, but for the first epoch.

    Examples
    --------
    >>> from skclf.models.training._loop import Pace
    >>> pace = Pace()
    >>> [last - first for first, last in pace.parts(100)]
    [1, 8, 64, 27]
    >>> list(pace.parts(100))
    [(0, 100)]
    """

    def __init__(self):
        self._n_at_once = 1

    def parts(self, n_batches):
        """The first batch of each part, and the one after its last.

        What is done with a part until the next one is asked for is timed.
        """
        first = 0
        while first < n_batches:
            last = min(first + self._n_at_once, n_batches)
            started = perf_counter()
            yield first, last
            self._note(last - first, perf_counter() - started)
            first = last

    def _note(self, n_batches, seconds):
        fitting = int(n_batches * SECONDS / max(seconds, 1e-6))
        self._n_at_once = max(min(fitting, GROWTH * self._n_at_once), 1)


class TrainingData:
    """Rows to train on, put into batches.

    Parameters
    ----------
    rows : Rows
        Documents, classes and weights.
    workbench : Workbench
        Says how the targets are coded, and the width of the input if it is fixed.
    batching : {"one_length", "trimmed"}
        How rows are put into batches.
    batch_size : int
        Rows in a batch.
    rng : numpy.random.RandomState
        Source of the shuffling.
    """

    def __init__(self, rows, workbench, batching, batch_size, rng):
        self.source = rows.source.within(*workbench.feed.lengths)
        if workbench.feed.width is not None:
            batching = "trimmed"
        self.vectors = _tensors(self.source.given_vectors())
        self.target = rows.target(workbench.model.output_shape[-1])
        self.weight = rows.weight.astype(np.float32)
        self.stays_sparse = workbench.steps.reads_sparse(self.source)
        self.batching = batching
        self.batch_size = batch_size
        self.size = np.float32(batch_size)
        self.rng = rng

    @cached_property
    def whole(self):
        """All rows with their targets, to train on parts of a plan."""
        x = _tensors(self.source.arrays())
        return x, self.vectors, *_tensors((self.target, self.weight))

    @property
    def n_at_once(self):
        """How many batches are handed over in one call, where nobody looks at them."""
        if not self.stays_sparse:
            return 1
        return self.source.batches_at_once(self.batch_size)

    def plan(self):
        """Put the rows into new random batches."""
        return PLANS[self.batching](self.source.lengths, self.batch_size, self.rng)


@dataclass
class Training:
    """One run of training on a workbench.

    Parameters
    ----------
    workbench : Workbench
        Holds the initial weights.
    data : TrainingData
        What to train on.
    callbacks : list of keras.callbacks.Callback
        Told about epochs, and about batches if one of them listens.
    validation : Validation or None
        Scored after every epoch.
    best : BestEpoch or None
        Decides when to stop; None trains all epochs and keeps the last.
    verbose : int
        Whether to show progress.
    history : dict
        Scores of the epochs before, which is added to.
    stage : str or None
        Name of the part of a fit, noted in the history.
    first_epoch : int
        Number of epochs in the parts before, from which callbacks count on.
    """

    workbench: object
    data: TrainingData
    callbacks: list
    validation: object = None
    best: object = None
    verbose: int = 0
    history: dict = field(default_factory=dict)
    stage: str | None = None
    first_epoch: int = 0
    _pace: Pace = field(default_factory=Pace, init=False)
    _message: str = field(default="", init=False)

    def run(self, epochs):
        """Train; the weights of the best epoch as tensors, its number from 1."""
        model = self.workbench.model
        hooks = keras.callbacks.CallbackList(
            self.callbacks,
            model=model,
            epochs=epochs,
            steps=None,
            verbose=1,  # a ProgbarLogger shows its bar
        )
        self._line, self._left = ProgressLine(self.verbose), TimeLeft(0, epochs)
        hooks.on_train_begin()
        try:
            for epoch in range(1, epochs + 1):
                go_on = self._epoch(epoch, epochs, hooks)
                if not go_on or model.stop_training:
                    break
            hooks.on_train_end()
            if self._message:
                self._line.keep(self._message)
        finally:
            self._line.close()
        if self.best is None or self.best.weights is None:
            return self.workbench.current(), epoch
        return self.best.weights, self.best.epoch

    def _epoch(self, epoch, epochs, hooks):
        started = perf_counter()
        hooks.on_epoch_begin(self.first_epoch + epoch - 1)
        loss, accuracy = self._train_epoch(hooks)
        if not (np.isfinite(loss) and self.workbench.is_finite()):
            self._diverged(epoch, loss)
            return False
        weights = self.workbench.current()
        logs = {"loss": loss, "accuracy": accuracy}
        logs |= self.workbench.metrics.results()
        if self.validation is not None:
            logs |= self.validation.scores(self.workbench, weights)
        logs["learning_rate"] = float(self.workbench.model.optimizer.learning_rate)
        go_on = True
        if self.best is not None:
            go_on = self.best.update(epoch, logs, weights)
        hooks.on_epoch_end(self.first_epoch + epoch - 1, dict(logs))
        logs["seconds"] = perf_counter() - started
        if self.stage is not None:
            logs["stage"] = self.stage
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)
        self._report(epoch, epochs, logs)
        return go_on

    def _train_epoch(self, hooks):
        """Train once on every row: in few compiled calls if nobody looks at batches."""
        data = self.data
        plan = order, bounds, widths = data.plan()
        listening = any(map(_listens_to_batches, self.callbacks))
        if not listening and not data.source.sparse:
            return self._train_whole(plan)
        totals = np.zeros(2)
        n_at_once = 1 if listening else data.n_at_once
        for first in range(0, len(widths), n_at_once):
            part = bounds[first : first + n_at_once + 1]
            rows = order[part[0] : part[-1]]
            hooks.on_train_batch_begin(first)
            loss, accuracy = self._train_part(rows, part - part[0], widths[first])
            totals += np.array([loss, accuracy]) * len(rows)
            hooks.on_train_batch_end(first, {"loss": loss, "accuracy": accuracy})
        return tuple((totals / len(data.source)).tolist())

    def _train_whole(self, plan):
        """Train on all batches, with a moment for Ctrl-C every now and then."""
        data, sums = self.data, _NOTHING
        plan = _tensors(plan)
        for part in self._pace.parts(len(plan[-1])):
            sums = self.workbench.train(*data.whole, data.size, plan, part, sums)
            sums = tuple(found.numpy() for found in sums)
        return _means(sums, len(data.source))

    def _train_part(self, rows, bounds, width):
        """Train once on a batch, or on several of sparse rows."""
        data, workbench = self.data, self.workbench
        target = data.target[rows], data.weight[rows], data.size
        if data.stays_sparse:
            block = data.source.sparse_batches(rows, bounds)
            sums = workbench.train_sparse(*block, *target, bounds)
        else:
            x = data.source.blocks(rows, width), data.vectors
            plan = np.arange(len(rows), dtype=np.int32), bounds, np.array([width])
            part = (0, len(bounds) - 1)
            sums = workbench.train(*x, *target, plan, part, _NOTHING)
        return _means(sums, len(rows))

    def _diverged(self, epoch, loss):
        finite = np.isfinite(loss)
        what = "weights overflowed" if finite else f"loss became {loss}"
        advice = "Lower learning_rate, or set optimizer__clipnorm=1.0."
        if self.best is None or self.best.weights is None:
            raise ValueError(f"The {what} in epoch {epoch}. {advice}")
        warnings.warn(
            f"The {what} in epoch {epoch}; the weights of epoch "
            f"{self.best.epoch} are kept. {advice}",
            ConvergenceWarning,
            stacklevel=5,
        )

    def _report(self, epoch, epochs, logs):
        """Show what an epoch has brought, in a line of at most 80 columns."""
        parts = [f"{self.stage or 'epoch'} {epoch}/{epochs}"]
        for name in ("loss", "accuracy"):
            parts.append(f"{name} {logs[name]:.3f}")
            if f"val_{name}" in logs:
                parts.append(f"val {logs[f'val_{name}']:.3f}")
        line = "  ".join(parts)
        best = f"  best {self.best.epoch}" if self.best is not None else ""
        self._message = f"{line}{best}  {logs['seconds']:.1f} s"
        # Less, if training stops early.
        self._line.show(line + self._left.text(epoch).replace("about", "at most"))


def _tensors(arrays):
    """Arrays as tensors, which are handed to each call without a copy."""
    return tuple(map(keras.ops.convert_to_tensor, arrays))


def _means(sums, n_rows):
    """The mean loss and accuracy, divided in single precision as they were added."""
    loss, right = map(np.float32, sums)
    n_rows = np.float32(n_rows)
    return float(loss / n_rows), float(right / n_rows)


def _listens_to_batches(callback):
    base = keras.callbacks.Callback
    return any(
        getattr(getattr(callback, hook), "__func__", None) is not getattr(base, hook)
        for hook in _BATCH_HOOKS
    )
