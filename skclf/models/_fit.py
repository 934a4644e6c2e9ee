"""From rows to a fitted net."""

import warnings
from copy import deepcopy

import numpy as np

from skclf.models._architecture import Architecture
from skclf.models._fitted import FittedNet, prepare
from skclf.models._monitor import BestEpoch, Validation
from skclf.models._scikeras import make_callbacks
from skclf.models._targets import check_classes, class_factors
from skclf.models._training import Training, TrainingData


def train(net, rows, validation, rng, *, epochs, resume, go_on):
    """Train a net on rows and set its fitted attributes.

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
    """
    n_classes = len(net.classes_)
    if not go_on:  # in partial_fit, rows of one class may come first
        check_classes(net.classes_[np.unique(rows.codes)])
    factors = class_factors(net.class_weight, net.classes_, rows)
    rows = rows.reweighted(factors)
    architecture = _architecture(net)
    workbench, key, values = prepare(
        architecture,
        seed=rng.randint(np.iinfo(np.int32).max),
        # The first rows of partial_fit say too little about the class shares.
        class_shares=rows.shares(n_classes) if net.output_bias and not go_on else None,
    )
    # A net of the user's sees in training what it sees in prediction: no padding.
    batching = net._batching if architecture.is_ours() else "one_length"
    if resume:
        _check_same_shapes(
            net._net, architecture.trim(workbench.current(), workbench.model)
        )
    if validation is not None:
        validation = Validation(validation.reweighted(factors))
    training = Training(
        workbench,
        TrainingData(rows, workbench, batching, net.batch_size, rng),
        make_callbacks(net),
        validation,
        _stopper(net, validation) if not go_on else None,
        net.verbose,
        {k: list(v) for k, v in net.history_.items()} if resume else {},
    )
    with workbench.lock:
        workbench.start(values)
        if resume:
            workbench.resume(net._net.weights, net._net.optimizer_state())
        workbench.set_learning_rate(net.learning_rate)
        tensors, best_epoch = training.run(epochs)
        weights = architecture.trim(tensors, workbench.model)
        net._net = FittedNet(architecture, key, weights)
        if go_on or net.warm_start:
            net._net.keep_optimizer(workbench.optimizer_state())
    net.best_epoch_ = best_epoch + (len(net.history_["loss"]) if resume else 0)
    net.history_ = training.history
    net.n_parameters_ = sum(array.size for array in weights)
    net.callbacks_ = training.callbacks
    for callback in net.callbacks_:  # the workbench's model goes to the next fit
        callback.set_model(net.model_)


def _check_same_shapes(fitted, weights):
    old = [array.shape for array in fitted.weights]
    new = [array.shape for array in weights]
    if old != new:
        raise ValueError(
            "Expected the architecture that was fitted, to go on from its weights of "
            f"shapes {old}, got parameters of one with shapes {new}. Set "
            "warm_start=False to start anew."
        )


def _architecture(net):
    n_classes = len(net.classes_)
    meta = {
        "n_classes_": n_classes,
        "n_outputs_": 1 if n_classes == 2 else n_classes,
        "n_features_in_": net.n_features_in_,
        **net._token_meta,
    }
    params = net.get_params()
    for name in net.routed_params("callbacks"):
        del params[name]
    # What does not shape the net is left out: it may be large, or change.
    params |= {"callbacks": None, "random_state": None, "class_weight": None}
    return Architecture(type(net), deepcopy(params), meta)


def _stopper(net, validation):
    """Early stopping, on the training loss where nothing could be held out."""
    if not net.early_stopping:
        return None
    if validation is None:
        return BestEpoch("loss", net.patience)
    monitor = net.monitor
    if monitor == "auc" and len(np.unique(validation.codes)) < 2:
        warnings.warn(
            "The held-out rows have one class only, so monitor='auc' is not defined; "
            "the loss is watched. Raise validation_fraction, or pass X_val and y_val.",
            stacklevel=4,
        )
        monitor = "loss"
    return BestEpoch(f"val_{monitor}", net.patience)
