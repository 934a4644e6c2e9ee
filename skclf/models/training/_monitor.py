"""Validation scores of a net in training, and the best epoch."""

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from skclf._validation import did_you_mean, excerpt
from skclf.models.building._keras_state import shipped_settings
from skclf.models.building._metrics import scores
from skclf.models.rows._prediction import most_probable
from skclf.models.rows._targets import belongs, told_apart


def watched(net):
    """The score that the parameter `monitor` names, and "max" or "min".

    Raises
    ------
    ValueError
        If there will be none of this name, or nobody knows whether more is better.
    """
    known, name = scores(net.metrics), net.monitor.removeprefix("val_")
    if name not in known:
        raise ValueError(
            f"Expected monitor among {list(known)}, with or without val_ before it, "
            f"got monitor={excerpt(net.monitor)}."
            f"{did_you_mean(name, known)} Others are given as metrics=[...]."
        )
    if known[name] is None and net.early_stopping:
        raise ValueError(
            "Expected a monitor of which it is known whether more or less is better, "
            f"got monitor={net.monitor!r}. Set the attribute _direction of this metric "
            "to 'up' or 'down', as those of Keras have it."
        )
    return name, known[name]


class Validation:
    """Held-out rows on which a net is scored after each epoch.

    Parameters
    ----------
    rows : Rows
        The documents, bound to the slots of the net, and their classes; the weights
        count in the loss only.
    n_outputs : int
        Width of the net's output.
    """

    def __init__(self, rows, n_outputs):
        self.source = rows.source
        self.codes = rows.codes
        self.weight = rows.weight.astype(np.float32)
        self.n_outputs = n_outputs
        self.target = rows.target(n_outputs)
        self.belongs = belongs(rows.codes, max(n_outputs, 2))

    def scores(self, workbench, weights):
        """Loss, accuracy, macro-averaged F1 and ROC AUC, and the user's metrics."""
        proba = workbench.predictor.probabilities(weights, self.source)
        output = (proba[:, 1:] if self.n_outputs == 1 else proba).astype(np.float32)
        judged = self.target, output
        with shipped_settings():
            loss = workbench.model.compute_loss(
                None, *judged, self.weight, training=False
            )
            metrics = workbench.metrics.scores(*judged)
        predicted = most_probable(proba, self.codes.ndim == 2)
        right = predicted == self.codes
        found = {
            "val_loss": float(loss),
            "val_accuracy": float(
                np.mean(right if right.ndim == 1 else right.all(axis=1))
            ),
            "val_f1": self._f1(predicted),
            "val_auc": self._auc(proba),
        }
        return found | {f"val_{name}": value for name, value in metrics.items()}

    def _f1(self, predicted):
        """Averaged over the classes and labels that occur, or are predicted."""
        return float(
            f1_score(self.codes, predicted, average="macro", zero_division=np.nan)
        )

    def _auc(self, proba):
        """One class against the rest, averaged over the classes that occur."""
        found = told_apart(self.belongs)
        if not len(found):
            return float("nan")
        has = self.belongs
        if has.shape[1] == 2 and self.codes.ndim == 1:
            found = found[1:]  # of two classes, one says all
        return float(np.mean([roc_auc_score(has[:, k], proba[:, k]) for k in found]))


class BestEpoch:
    """Keeps the weights of the best epoch and says when to stop.

    Parameters
    ----------
    monitor : str
        Name in the logs.
    mode : {"max", "min"}
        Whether more or less of it is better.
    patience : int
        Epochs without improvement after which to stop.
    best : float, default=-inf
        Score to beat, larger being better.
    weights : list of tensor, default=None
        The weights that have it, those of epoch 0.
    """

    def __init__(self, monitor, mode, patience, best=-np.inf, weights=None):
        self.monitor = monitor
        self.mode = mode
        self.patience = patience
        self.best = best
        self.epoch = 0
        self.weights = weights

    def update(self, epoch, logs, weights):
        """Take note of an epoch; whether training may go on."""
        value = logs[self.monitor] * (1 if self.mode == "max" else -1)
        if self.weights is None or value > self.best:
            self.best, self.epoch, self.weights = value, epoch, weights
        return epoch - self.epoch < self.patience


# Rows of which the training loss is worked out again, drawn at random.
MOST_ROWS = 2000

# A gain below this share of the loss is none. Chance gives weights that were not
# trained some tenths of a per cent, and more can be learned by heart.
_NO_GAIN = {"held-out": 1e-3, "training": 1e-2}

_ADVICE = (
    "Raise {epochs} or learning_rate, lower batch_size,{monitor} or train on more "
    "documents. Other fits of clones of this net do not warn again."
)


def why_too_little(net, fitted, rows, validation, stopped_at):
    """The reasons why a net has learned too little, and advice.

    Parameters
    ----------
    net : KerasTextClassifier
        The classifier; its `classes_` are used.
    fitted : FittedNet
        What it has become.
    rows, validation : Rows
        What it was trained on, and what was held out (or None), with the weights that
        they have in the loss.
    stopped_at : list of Stage
        Those whose best epoch was the last one allowed.

    Returns
    -------
    str or None
        None where nothing is wrong.
    """
    limits = {_parameter(stage): stage.epochs for stage in stopped_at}
    reasons = [
        f"the best epoch is the last one that {name}={epochs} allows"
        for name, epochs in limits.items()
    ]
    monitor, no_gain = "", list(_no_better_than_shares(net, fitted, rows, validation))
    if no_gain and net.monitor.removeprefix("val_") != "loss":
        # It may be too sure of itself.
        monitor = " set monitor='loss',"
    reasons += no_gain
    if not reasons:
        return None
    epochs = " and ".join(limits) or "epochs"
    advice = _ADVICE.format(epochs=epochs, monitor=monitor)
    return f"{'; '.join(reasons)}. {advice}"


def _parameter(stage):
    return "finetune_epochs" if stage.name == "finetune" else "epochs"


def _no_better_than_shares(net, fitted, rows, validation):
    """A reason, if the classes' shares in training predict as well as the net."""
    scored, what = validation, "held-out"
    if validation is None:
        order = np.random.RandomState(0).permutation(len(rows))
        scored, what = rows.take(np.sort(order[:MOST_ROWS])), "training"
    if not scored.weight.any():
        return
    shares = rows.shares(len(net.classes_))
    of_all, what_shares = shares, "class"
    if net.multilabel_:
        of_all, what_shares = shares[1], "label"
    by_shares = _log_loss(np.tile(of_all, (len(scored), 1)), scored)
    loss = _log_loss(fitted.probabilities(scored.source), scored)
    if not loss < by_shares * (1 - _NO_GAIN[what]):
        yield (
            f"its log loss on {len(scored)} {what} documents, {loss:.4f}, is not "
            f"clearly below that of the {what_shares} shares, {by_shares:.4f}"
        )


def _log_loss(proba, rows):
    """Weighted log loss, whatever loss the net is trained with."""
    if rows.codes.ndim == 2:
        of_truth = np.where(rows.codes == 1, proba, 1 - proba)
        losses = -np.log(np.maximum(of_truth, 1e-15)).mean(axis=1)
        return np.average(losses, weights=rows.weight)
    if rows.soft is not None:
        losses = -(rows.soft * np.log(np.maximum(proba, 1e-15))).sum(axis=1)
        return np.average(losses, weights=rows.weight)
    of_class = np.take_along_axis(proba, rows.codes[:, None], axis=1)[:, 0]
    # A class without weight has no share, and counts for nothing.
    return -np.average(np.log(np.maximum(of_class, 1e-15)), weights=rows.weight)
