"""How a fit tells that it has learned too little."""

import numpy as np

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
    of_class = np.take_along_axis(proba, rows.codes[:, None], axis=1)[:, 0]
    # A class without weight has no share, and counts for nothing.
    return -np.average(np.log(np.maximum(of_class, 1e-15)), weights=rows.weight)
