"""What the history of a net tells of each epoch, and the metrics that users add."""

import inspect
import json
import re

import numpy as np

from skclf._tensorflow import load_keras
from skclf._validation import did_you_mean, excerpt, listed
from skclf.models.building._keras_objects import (
    adapted,
    copied,
    is_described,
    is_keras_own,
    name_of,
    plain,
    wants_columns,
)
from skclf.models.building._keras_state import shipped_settings
from skclf.models.rows._targets import one_hot

keras = load_keras()
Metric = keras.metrics.Metric

# Scores that every history has, and whether more or less of them is better.
OWN = {"loss": "min", "accuracy": "max", "auc": "max", "f1": "max"}

_RESERVED = {"loss", "learning_rate", "seconds", "stage"}
# They compare labels, divide by targets, which may be 0, or compare nothing.
_OF_OTHER_OUTPUTS = {
    "accuracy",
    "iou",
    "mean",
    "meanabsolutepercentageerror",
    "meaniou",
    "sum",
}
# What Keras says of its metrics, and what it does not say.
_MODES = {"up": "max", "down": "min"}
_COUNTS = {
    "TruePositives": "max",
    "TrueNegatives": "max",
    "FalsePositives": "min",
    "FalseNegatives": "min",
}
_CLASSES = {
    plain(name): value
    for name, value in vars(keras.metrics).items()
    if inspect.isclass(value) and value is not Metric
}


@shipped_settings()
def make_metrics(metrics, n_outputs=2, multilabel=False):
    """Metrics of one's own, with names that do not depend on what was made before.

    Parameters
    ----------
    metrics : list, tuple or None
        As in the parameter of a net. Objects are copied.
    n_outputs : int, default=2
        Number of outputs of the net.
    multilabel : bool, default=False
        Whether documents may have several labels.

    Returns
    -------
    list of keras.metrics.Metric
        In the order given.

    Raises
    ------
    TypeError, ValueError
        If one is no metric for a net, or two have the same name.
    """
    n_columns = 1 if multilabel else n_outputs
    made = [_make(metric, n_columns) for metric in metrics or ()]
    compare = [metric.name for metric in made if wants_columns(metric)]
    if multilabel and compare:
        raise ValueError(
            "Expected metrics of each output by itself, since documents may have "
            f"several labels, got {listed(compare)}. Set 'binary_accuracy', or "
            "keras.metrics.AUC(multi_label=True)."
        )
    names = [metric.name for metric in made]
    wrong = [name for name in names if name in _RESERVED or name.startswith("val_")]
    if wrong or len(set(names)) < len(names):
        raise ValueError(
            "Expected metrics with different names, none of them among "
            f"{sorted(_RESERVED)} or with val_ before it, got {listed(names)}. Give "
            "objects a name=."
        )
    return made


def _make(metric, n_outputs):
    if isinstance(metric, str) and metric.lower() in ("accuracy", "acc"):
        few = keras.metrics.BinaryAccuracy, keras.metrics.CategoricalAccuracy
        return few[n_outputs > 1](name=metric)
    found = _find(metric)
    if isinstance(found, Metric):
        return copied(found, "metric")
    if not inspect.isclass(found):
        return _of_function(found)
    made = _of_class(found)
    made.name = metric if isinstance(metric, str) else _without_number(made)
    return made


def _find(metric):
    """The class, function or object that stands for a metric."""
    found = _found(metric)
    kind = found if hasattr(found, "__name__") else type(found)
    if is_keras_own(kind) and plain(kind.__name__) in _OF_OTHER_OUTPUTS:
        raise ValueError(
            f"Expected metrics of class probabilities, got {excerpt(metric)}, which is "
            "for other outputs. Set 'accuracy', or 'one_hot_mean_io_u'."
        )
    return found


def _found(metric):
    if isinstance(metric, Metric):
        return metric
    if isinstance(metric, str):
        return _CLASSES.get(plain(metric)) or _by_short_name(metric)
    if inspect.isclass(metric):
        if issubclass(metric, Metric):
            return metric
    elif callable(metric):  # Keras has functions beside its classes
        known = _CLASSES.get(plain(getattr(metric, "__name__", "")))
        return known if known and is_keras_own(metric) else metric
    raise TypeError(
        "Expected metrics by name, or as classes derived from Keras' Metric, functions "
        f"of (y_true, y_pred) or objects, got {excerpt(metric)}."
    )


def _by_short_name(name):
    try:
        return type(keras.metrics.get(name))  # of "mse", say
    except ValueError:
        known = [kind.__name__ for kind in _CLASSES.values()]
        raise ValueError(
            "Expected 'accuracy' or the name of a Keras metric, got "
            f"{excerpt(name)}.{did_you_mean(name, known)}"
        ) from None


def _of_class(kind):
    try:
        inspect.signature(kind).bind()
    except TypeError as error:
        raise ValueError(
            f"Expected a metric that needs no arguments, got {kind.__name__}: {error}. "
            "Pass an object, made with its arguments."
        ) from None
    return kind()


def _of_function(function):
    made = keras.metrics.MeanMetricWrapper(function, name=name_of(function))
    if hasattr(function, "_direction"):
        made._direction = function._direction
    return made


def _without_number(made):
    """The name without the number that Keras counts up with every object."""
    name = re.sub(r"_\d+$", "", made.name)
    return name if plain(name) == plain(type(made).__name__) else made.name


def described(metrics):
    """What tells metrics apart that compute something else; None where nobody knows.

    Parameters
    ----------
    metrics : list, tuple or None
        As in the parameter of a net.

    Returns
    -------
    tuple or None
        The class and the configuration of each.
    """
    made = make_metrics(metrics)
    if not all(map(is_described, made)):
        return None
    return tuple(
        (type(metric), json.dumps(metric.get_config(), sort_keys=True, default=repr))
        for metric in made
    )


def scores(metrics):
    """What can be watched: names, with "max" or "min", or None where nobody knows.

    Parameters
    ----------
    metrics : list, tuple or None
        As in the parameter of a net.

    Returns
    -------
    dict of str to str or None
        Without ``val_``. A metric takes the place of a score of the same name.
    """
    return OWN | {metric.name: _mode(metric) for metric in make_metrics(metrics)}


def _mode(metric):
    for kind in type(metric).__mro__:
        if is_keras_own(kind) and kind.__name__ in _COUNTS:
            return _COUNTS[kind.__name__]
    said = getattr(metric, "_direction", None)
    return _MODES.get(said, OWN.get(metric.name))


class Metrics:
    """The user's metrics of one net.

    Parameters
    ----------
    metrics : list, tuple or None
        As in the parameter of a net.
    n_outputs : int
        Number of outputs of the net.
    multilabel : bool
        Whether documents may have several labels.
    """

    @shipped_settings()
    def __init__(self, metrics, n_outputs, multilabel):
        self._metrics = make_metrics(metrics, n_outputs, multilabel)
        self._one_of_several = n_outputs > 1 and not multilabel
        # Some make their variables now, which must not be within compiled code.
        codes = np.arange(max(n_outputs, 2))
        target = one_hot(codes, n_outputs)
        found = self.scores(target, np.full(target.shape, 1 / len(codes), np.float32))
        self.of_each_class = [name for name in found if isinstance(found[name], list)]

    def update(self, target, output):
        """Take the outputs of some rows into account; also within compiled code.

        Metrics compare with 0 and 1: of soft labels, the largest counts.
        """
        if self._metrics:
            target = self._hard(target)
        for metric in self._metrics:
            metric.update_state(*adapted(metric, target, output))

    def _hard(self, target):
        if self._one_of_several:
            largest = keras.ops.argmax(target, axis=-1)
            return keras.ops.one_hot(largest, target.shape[-1], dtype=target.dtype)
        return keras.ops.cast(target > 0.5, target.dtype)

    def results(self):
        """What was found since the last time, as plain numbers."""
        found = {metric.name: _number(metric) for metric in self._metrics}
        self.reset()
        return found

    def reset(self):
        """Forget what was found, as that of a fit that was interrupted."""
        for metric in self._metrics:
            metric.reset_state()

    def scores(self, target, output):
        """The metrics of these outputs alone; called inside `shipped_settings`."""
        self.update(*map(keras.ops.convert_to_tensor, (target, output)))
        return self.results()


def _number(metric):
    """The result as a float; a list where there is one number for each class."""
    result = metric.result()
    if isinstance(result, dict):
        raise TypeError(
            "Expected metrics whose result is a number, or one for each class, got "
            f"a dict from {metric.name!r}. Make a metric of each."
        )
    result = np.asarray(result)
    return float(result.reshape(())) if result.size == 1 else result.tolist()
