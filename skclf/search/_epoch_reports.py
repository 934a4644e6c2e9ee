"""Tells a trial how good the net of a fold is after each epoch."""

from functools import partial

from skclf._tensorflow import load_keras
from skclf.models.building._callbacks import callback_makers

keras = load_keras()

# What a net's history calls a metric of scikit-learn, and its sign there.
_IN_HISTORY = {
    "accuracy": ("val_accuracy", 1),
    "f1_macro": ("val_f1", 1),
    "roc_auc": ("val_auc", 1),
    "roc_auc_ovr": ("val_auc", 1),
    "neg_log_loss": ("val_loss", -1),
}


class EpochReports(keras.callbacks.Callback):
    """Hands on the score on what early stopping holds out of the training rows.

    Parameters
    ----------
    metric : str
        The metric of the search.
    report : callable
        Given the number of an epoch, from 0, and the score. It may raise, which ends
        the fit.
    """

    def __init__(self, metric, report):
        super().__init__()
        self._name, self._sign = _IN_HISTORY[metric]
        self._report = report

    def on_epoch_end(self, epoch, logs=None):
        if self._name in logs:  # there may be no rows that are held out
            self._report(epoch, self._sign * logs[self._name])


def reports_epochs(net, metric):
    """Whether a net measures the metric itself after each epoch."""
    return metric in _IN_HISTORY and net.early_stopping


def n_epochs_of(net):
    """The most epochs of a fit."""
    finetunes = getattr(net, "embedding", None) == "finetune"
    return net.epochs + (net.finetune_epochs if finetunes else 0)


def with_reports(callbacks, metric, report):
    """The callbacks of a net and one more, in which to look for parameters as before.

    A function that makes it is not copied with the net, as the callback would be.
    """
    made = partial(EpochReports, metric, report)
    return {**callback_makers(callbacks), "skclf": made}
