"""scikit-learn's own callbacks: each epoch is a task that they are told of."""

from skclf._tensorflow import load_keras

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:  # scikit-learn before 1.9 has none

    class CallbackSupportMixin:
        """Nothing."""

    def with_callbacks(fit):
        return fit


keras = load_keras()


class FitTasks(CallbackSupportMixin):
    """Mixin of a net that tells scikit-learn's callbacks of its fit."""

    def _begin_tasks(self, X, y, sample_weight):
        """Tell of the fit; what tells of its epochs, or None if nobody listens."""
        if not hasattr(self, "_skl_callbacks"):
            return None
        n_epochs = self.epochs
        if getattr(self, "embedding", None) == "finetune":
            n_epochs += self.finetune_epochs
        context = self._init_callback_context(max_subtasks=n_epochs)
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        y = getattr(y, "largest", y)  # of soft labels
        data = {"estimator": self, "X": X, "y": y, "metadata": metadata}
        context.call_on_fit_task_begin(**data)
        return EpochTasks(context, data)

    @with_callbacks
    def _end_tasks(self):
        """Let the callbacks go, after a fit that failed, too.

        Around `fit` itself, the decorator would be what warnings point to.
        """


class EpochTasks(keras.callbacks.Callback):
    """Tells scikit-learn's callbacks of epochs; they may end the training.

    Parameters
    ----------
    context : sklearn.callback.CallbackContext
        That of the fit.
    data : dict
        What every call tells: the estimator and the data.
    """

    def __init__(self, context, data):
        super().__init__()
        self._context = context
        self._data = data
        self.fitted_attributes = None  # gives those that the net would have by now

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = self._context.subcontext(task_name="epoch")
        self._epoch.call_on_fit_task_begin(**self._data)

    def on_epoch_end(self, epoch, logs=None):
        stop = self._epoch.call_on_fit_task_end(
            **self._data, reconstruction_attributes=self.fitted_attributes
        )
        if stop:
            self.model.stop_training = True

    def end(self):
        """Tell of the end of the fit."""
        self._context.call_on_fit_task_end(**self._data, reconstruction_attributes={})
