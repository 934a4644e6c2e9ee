"""From rows to a fitted net."""

import warnings
from copy import copy, deepcopy
from dataclasses import dataclass, field, replace
from numbers import Real

import numpy as np

from skclf.models.building._architecture import Architecture, embedding_index, is_ours
from skclf.models.building._callbacks import keep, let_go, make_callbacks
from skclf.models.building._losses import check_takes_shares
from skclf.models.rows._rows import auto_batch_size
from skclf.models.rows._targets import (
    belongs,
    check_trained_on,
    class_factors,
    target_type,
    told_apart,
)
from skclf.models.training._fitted import FittedNet
from skclf.models.training._loop import Training, TrainingData
from skclf.models.training._monitor import (
    BestEpoch,
    Validation,
    watched,
    why_too_little,
)
from skclf.models.training._workbench import prepare


@dataclass(frozen=True)
class Stage:
    """A part of the training.

    Parameters
    ----------
    name : str or None
        What it is called in the history; None for a net that is given no vectors.
    n_vectors : int
        Number of pretrained word vectors that the net takes over and trains.
    epochs : int
        Largest number of passes over the data.
    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule
        Step size of the optimizer.
    """

    name: str | None
    n_vectors: int
    epochs: int
    learning_rate: object

    def vectors(self, source):
        """The vectors that the net takes over, as float32; None if it takes none."""
        if source.vectors is None or not self.n_vectors:
            return None
        return source.vectors[: self.n_vectors].astype(np.float32)


def make_stages(net, source, epochs, fitted):
    """The stages of a fit.

    Parameters
    ----------
    net : KerasTextClassifier
        Its parameter `embedding`, if it has one, says what becomes of word vectors.
    source : TokenSource or FeatureSource
        The training documents.
    epochs : int
        Largest number of passes, fine-tuning not included.
    fitted : FittedNet or None
        The net to go on from.

    Returns
    -------
    list of Stage
        One stage, or two for ``embedding="finetune"``.

    Raises
    ------
    ValueError
        If vectors are to be trained that do not belong to words.
    """
    rate = _as_float(net.learning_rate)
    if source.vectors is None:
        return [Stage(None, 0, epochs, rate)]
    mode = getattr(net, "embedding", "frozen")
    frozen = Stage("frozen", 0, epochs, rate)
    if mode == "frozen":
        return [frozen]
    if not is_ours(type(net), net.model):
        raise ValueError(
            f"Expected embedding='frozen' for a net of your own, got {mode!r}: it "
            "reads the vectors, and has none itself that could be trained."
        )
    if not source.n_trainable:
        raise ValueError(
            f"Expected embedding='frozen' for an array of vectors, got {mode!r}: they "
            "do not belong to words that could be trained. Use EmbeddingLookup."
        )
    n_own = fitted.architecture.n_vectors if fitted is not None else 0
    n_vectors = n_own or source.n_trainable
    if mode == "trainable":
        return [Stage("trainable", n_vectors, epochs, rate)]
    rate = _as_float(net.finetune_learning_rate)
    finetune = Stage("finetune", n_vectors, net.finetune_epochs, rate)
    return [finetune] if n_own else [frozen, finetune]


def _as_float(rate):
    """A learning rate as Keras takes it, which knows only Python's floats."""
    return float(rate) if isinstance(rate, Real) else rate


def train(net, rows, validation, rng, *, epochs, resume, go_on, tasks=None):
    """Train a net on rows.

    Parameters
    ----------
    net : KerasTextClassifier
        Its parameters and its `classes_` are used.
    rows : Rows
        What to train on.
    validation : Rows or None
        What to watch after each epoch.
    rng : numpy.random.RandomState
        Source of all randomness.
    epochs : int
        Largest number of passes.
    resume : bool
        Whether to start from the weights of the net.
    go_on : bool
        Whether more calls will follow: no early stopping, the optimizer's state is
        kept.
    tasks : EpochTasks or None
        Tells scikit-learn's callbacks of the epochs.

    Returns
    -------
    attributes : dict
        What the net is to be given, all at once: an interrupt leaves all of it, or
        nothing.
    reason : str or None
        Why too little was learned; None where that is not so, or more training may
        follow.
    """
    if any(part is not None and part.soft is not None for part in (rows, validation)):
        check_takes_shares(net.loss)
    factors = class_factors(net.class_weight, net.classes_, rows)
    if not go_on:  # in partial_fit, rows of one class may come first
        check_trained_on(net, rows, factors)
    if validation is not None:
        validation = validation.reweighted(factors)
    fit = _Fit(
        net,
        rows.reweighted(factors),
        validation,
        rng,
        go_on,
        make_callbacks(net),
        fitted=net._net if resume else None,
        history={k: list(v) for k, v in net.history_.items()} if resume else {},
        best_epoch=net.best_epoch_ if resume else 0,
        tasks=tasks,
    )
    try:
        for stage in make_stages(net, rows.source, epochs, fit.fitted):
            fit.run(stage)
    finally:
        let_go(fit.callbacks)
    fitted, reason = fit.fitted, None
    if not (go_on or net.warm_start):
        reason = why_too_little(net, fitted, fit.rows, fit.validation, fit.stopped_at)
    attributes = {
        "_net": fitted,
        "best_epoch_": fit.best_epoch,
        "history_": fit.history,
        "n_parameters_": sum(array.size for array in fitted.weights),
        "callbacks_": keep(fit.callbacks, net, fitted),
    }
    return attributes, reason


@dataclass
class _Fit:
    """What the stages of one fit hand on to each other.

    Parameters
    ----------
    net : KerasTextClassifier
        The classifier.
    rows, validation : Rows
        What to train on and what to watch; there may be nothing to watch.
    rng : numpy.random.RandomState
        Source of all randomness.
    go_on : bool
        Whether more calls of `partial_fit` will follow.
    callbacks : list of keras.callbacks.Callback
        Told about epochs.
    fitted : FittedNet or None
        The net so far.
    history : dict
        What happened so far.
    tasks : EpochTasks or None
        Tells scikit-learn's callbacks of the epochs.
    """

    net: object
    rows: object
    validation: object
    rng: object
    go_on: bool
    callbacks: list
    fitted: object
    history: dict
    tasks: object = None
    best: BestEpoch | None = None
    best_epoch: int = 0
    n_epochs: int = 0
    stopped_at: list = field(default_factory=list)

    def run(self, stage):
        """Train one stage and take over its net."""
        net = self.net
        before = len(self.history.get("loss", ()))
        architecture = architecture_of(net, stage)
        workbench, key, values = prepare(
            architecture,
            seed=self.rng.randint(np.iinfo(np.int32).max),
            class_shares=self._class_shares(),
        )
        vectors = stage.vectors(self.rows.source)
        weights = self._handed_on(architecture, workbench, vectors)
        if weights is None and vectors is not None:
            values[embedding_index(workbench.model.variables)] = vectors

        def fitted(tensors):
            arrays = architecture.trim(tensors, workbench.model)
            return FittedNet(architecture, key, arrays, workbench.predictor)

        training = Training(
            workbench,
            self._data(stage, workbench),
            self._told(lambda: fitted(workbench.current())),
            validation=self._validation(stage, workbench),
            best=self._stopper(weights, workbench),
            verbose=net.verbose,
            history=self.history,
            stage=stage.name,
            first_epoch=self.n_epochs,
        )
        with workbench.lock:
            workbench.start(values)
            if weights is not None:
                workbench.resume(weights, self.fitted.optimizer_state())
            workbench.set_learning_rate(stage.learning_rate)
            tensors, best_epoch = training.run(stage.epochs)
            self.fitted = fitted(tensors)
            if self.go_on or net.warm_start:
                self.fitted.keep_optimizer(workbench.optimizer_state())
        self.best = training.best
        if best_epoch:
            self.best_epoch = before + best_epoch
        if self.best and self.validation and best_epoch == stage.epochs:
            self.stopped_at.append(stage)
        self.n_epochs += len(self.history["loss"]) - before

    def _told(self, fitted):
        """The callbacks, and what tells scikit-learn's of the net so far."""
        if self.tasks is None:
            return self.callbacks
        self.tasks.fitted_attributes = lambda: {"_net": fitted()}
        return [*self.callbacks, self.tasks]

    def _class_shares(self):
        # The first rows of partial_fit say too little about the class shares.
        if not self.net.output_bias or self.go_on:
            return None
        return self.rows.shares(len(self.net.classes_))

    def _handed_on(self, architecture, workbench, vectors):
        """Weights of the stage or the fit before; None where this is the first."""
        if self.fitted is None:
            return None
        weights = self.fitted.weights
        model = workbench.model
        if vectors is not None and not self.fitted.architecture.n_vectors:
            i = embedding_index(model.weights)
            weights = [*weights[:i], vectors, *weights[i:]]
        _check_same_shapes(weights, architecture.trim(workbench.current(), model))
        return weights

    def _data(self, stage, workbench):
        # A net of the user's sees in training what it sees in prediction: no padding.
        net = self.net
        batching = net._batching if workbench.is_ours else "one_length"
        rows = _bound(self.rows, stage, workbench)
        return TrainingData(rows, workbench, batching, self._batch_size(), self.rng)

    def _batch_size(self):
        net = self.net
        if net.batch_size != "auto":
            return net.batch_size
        if self.go_on:  # the rows of partial_fit do not say how much data there is
            return net.max_batch_size
        return auto_batch_size(len(self.rows), net.max_batch_size)

    def _validation(self, stage, workbench):
        if self.validation is None:
            return None
        rows = _bound(self.validation, stage, workbench)
        return Validation(rows, workbench.model.output_shape[-1])

    def _stopper(self, weights, workbench):
        """Early stopping, on the training loss where nothing could be held out."""
        net = self.net
        if self.go_on or not net.early_stopping:
            return None
        if self.best is not None:  # a stage after the first has to be better than it
            before, best = workbench.predictor.tensors(weights), self.best
            return BestEpoch(best.monitor, best.mode, net.patience, best.best, before)
        if self.validation is None:
            return BestEpoch("loss", "min", net.patience)
        monitor, mode = watched(net)
        if monitor in workbench.metrics.of_each_class:
            raise ValueError(
                f"Expected a monitor of one number, got monitor={net.monitor!r}, which "
                "has one for each class. Average them: average='macro'."
            )
        has = belongs(self.validation.codes, len(net.classes_))
        if monitor == "auc" and not len(told_apart(has)):
            warnings.warn(
                "The held-out rows have one class only, so monitor='auc' is not "
                "defined; the loss is watched. Raise validation_fraction, or pass "
                "X_val and y_val.",
                stacklevel=5,
            )
            monitor, mode = "loss", "min"
        return BestEpoch(f"val_{monitor}", mode, net.patience)


def _bound(rows, stage, workbench):
    """The rows for a net that has the vectors of a stage itself, in its slots."""
    source = rows.source.bound(stage.n_vectors, workbench.feed.n_slots)
    return replace(rows, source=source)


def _check_same_shapes(weights, needed):
    old = [array.shape for array in weights]
    new = [array.shape for array in needed]
    if old != new:
        raise ValueError(
            "Expected the architecture that was fitted, to go on from its weights of "
            f"shapes {old}, got parameters of one with shapes {new}. Set "
            "warm_start=False to start anew."
        )


def architecture_of(net, stage):
    n_classes, kind = len(net.classes_), target_type(net)
    meta = {
        "n_classes_": n_classes,
        "n_outputs_": 1 if kind == "binary" else n_classes,
        "target_type_": kind,
        **(net._input.meta or {"n_features_in_": net.n_features_in_}),
    }
    if stage.n_vectors:
        meta["vocabulary_size_"] = stage.n_vectors
    params = net.get_params() | {"metrics": None}
    params = {name: _own(value) for name, value in params.items()}
    for name in net.routed_params("callbacks"):
        del params[name]
    # Their arguments are handed on as they are: a loss may write something down.
    params |= net.routed_params("optimizer", "loss")
    # What does not shape the net is left out: it may be large, or change.
    params |= {"callbacks": None, "random_state": None, "class_weight": None}
    params["metrics"] = copy(net.metrics)  # its objects are copied where they are used
    params["learning_rate"] = stage.learning_rate
    return Architecture(type(net), params, meta)


def _own(value):
    """Plain data that the user may change is copied; NumPy's numbers become Python's.

    Objects and functions are used as they are.
    """
    if isinstance(value, np.generic):
        return value.item()
    is_plain = isinstance(value, list | tuple | dict | np.ndarray)
    return deepcopy(value) if is_plain else value
