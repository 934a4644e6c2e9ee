"""Losses by name, class, function or object, on the targets of a net."""

import inspect

import numpy as np

from skclf._tensorflow import load_keras
from skclf._validation import did_you_mean, excerpt
from skclf.models.building._keras_objects import (
    adapted,
    copied,
    is_keras_own,
    keras_names,
    name_of,
    plain,
    wants_columns,
    wants_numbers,
)
from skclf.models.rows._targets import one_hot

keras = load_keras()
Loss = keras.losses.Loss
FunctionLoss = keras.losses.MeanSquaredError.__base__  # has no public name

MEANS = ("sum_over_batch_size", "mean")  # two names of one reduction

LOSSES = {
    # name: the class for one output, the class for one output per class
    "crossentropy": (
        keras.losses.BinaryCrossentropy,
        keras.losses.CategoricalCrossentropy,
    ),
    "focal": (
        keras.losses.BinaryFocalCrossentropy,
        keras.losses.CategoricalFocalCrossentropy,
    ),
}

_OF_EACH_ROW = {kind for kinds in LOSSES.values() for kind in kinds}

# They compare with one class, not with shares of several.
_OF_ONE_CLASS = {
    "categoricalhinge",
    "hinge",
    "sparsecategoricalcrossentropy",
    "squaredhinge",
}

# They judge sequences, embeddings, or shares of targets, which may be 0.
_OF_OTHER_OUTPUTS = {"ctc", "circle", "meanabsolutepercentageerror"}

_CLASSES = {
    plain(name): value
    for name, value in vars(keras.losses).items()
    if inspect.isclass(value) and value is not Loss
}
NAMES = [
    *LOSSES,
    *(name for name in vars(keras.losses) if plain(name) in _CLASSES and "_" in name),
]


@keras.saving.register_keras_serializable("skclf")
class ClassLoss(Loss):
    """A loss of Keras' that wants other targets than one-hot ones or a single column.

    Parameters
    ----------
    loss : keras.losses.Loss
        Is given two columns where there is one, or numbers of classes.
    **kwargs
        As of every loss.
    """

    def __init__(self, loss, **kwargs):
        super().__init__(**kwargs)
        self.loss = loss

    def call(self, y_true, y_pred):
        return self.loss.call(*adapted(self.loss, y_true, y_pred))

    def get_config(self):
        return super().get_config() | {"loss": keras.losses.serialize(self.loss)}

    @classmethod
    def from_config(cls, config):
        return cls(**config | {"loss": keras.losses.deserialize(config["loss"])})


def find_loss(loss, n_outputs):
    """The class, function or object that a parameter `loss` stands for.

    Parameters
    ----------
    loss : str, type, callable or Loss
        As in the parameter of a net.
    n_outputs : int
        Number of outputs of the net.

    Raises
    ------
    TypeError, ValueError
        If it is no loss.
    """
    if isinstance(loss, str):
        return _named(loss, n_outputs)
    if isinstance(loss, Loss):
        return loss
    if inspect.isclass(loss):
        if issubclass(loss, Loss):
            return loss
    elif callable(loss):  # Keras has functions beside its classes
        known = _CLASSES.get(plain(getattr(loss, "__name__", "")))
        return known if known and is_keras_own(loss) else loss
    raise TypeError(
        "Expected loss by name, or as a class derived from Keras' Loss, a function of "
        f"(y_true, y_pred) or an object, got loss={loss!r}."
    )


def _named(name, n_outputs):
    if name in LOSSES:
        return LOSSES[name][n_outputs > 1]
    if plain(name) in _CLASSES:
        return _CLASSES[plain(name)]
    try:
        short = keras.losses.get(name).__name__  # such as "mse"
    except ValueError:
        raise ValueError(
            f"Expected loss among {list(LOSSES)} or the name of a Keras loss, got "
            f"loss={excerpt(name)}.{did_you_mean(name, NAMES)}"
        ) from None
    return _CLASSES[plain(short)]


def make_loss(loss, params, n_outputs, multilabel=False):
    """A loss for a net, checked on a few made-up rows.

    Parameters
    ----------
    loss : str, type, callable or Loss
        As in the parameter of a net. An object is copied.
    params : dict
        Arguments of the class or function.
    n_outputs : int
        Number of outputs of the net.
    multilabel : bool, default=False
        Whether documents may have several labels.

    Returns
    -------
    Loss
        To be compiled with.

    Raises
    ------
    ValueError
        If it cannot judge the outputs of a net, or does so for all rows together.
    """
    found = find_loss(loss, 1 if multilabel else n_outputs)
    if isinstance(found, Loss):
        made = copied(found, "loss")
        check_object(made)
    elif inspect.isclass(found):
        if found is LOSSES["focal"][0] and "alpha" in params:
            params = params | {"apply_class_balancing": True}  # else without effect
        made = found(**params)
        check_object(made)
    else:
        made = FunctionLoss(found, name=name_of(found), **params)
    if multilabel and wants_columns(made):
        raise ValueError(
            "Expected a loss of each output by itself, since documents may have "
            f"several labels, got loss={excerpt(loss)}, which compares them. Set "
            "loss='crossentropy' or loss='focal'."
        )
    if wants_numbers(made) or (n_outputs == 1 and wants_columns(made)):
        made = ClassLoss(made, name=made.name)
    if type(made) not in _OF_EACH_ROW:
        _check_rows(made, n_outputs, loss)
    return made


def check_object(loss):
    """Refuse losses of other outputs, or with another mean, than training needs."""
    if keras_names(loss) & _OF_OTHER_OUTPUTS:
        raise ValueError(
            "Expected a loss that compares class probabilities with 0 and 1, got "
            f"loss={type(loss).__name__}, which is for other targets. Set "
            "loss='crossentropy' or loss='focal'."
        )
    config = loss.get_config()
    if config.get("from_logits"):
        raise ValueError(
            f"Expected from_logits=False, got {excerpt(loss)} with from_logits=True: "
            "the outputs of a net are probabilities. Leave it out, and end the net "
            "with a sigmoid or a softmax."
        )
    if loss.reduction not in MEANS:
        raise ValueError(
            f"Expected reduction={MEANS[0]!r}, got {excerpt(loss)} with reduction="
            f"{loss.reduction!r}: a net is trained on the mean of the loss. Leave it "
            "out."
        )


def check_takes_shares(loss):
    """Refuse losses that cannot judge soft labels."""
    found = find_loss(loss, n_outputs=2)
    kind = found if inspect.isclass(found) else type(found)
    names = {plain(cls.__name__) for cls in kind.__mro__ if is_keras_own(cls)}
    if names & _OF_ONE_CLASS:
        raise ValueError(
            "Expected a loss of class probabilities for soft labels, got "
            f"loss={excerpt(loss)}, which is of one class for each document. Set "
            "loss='crossentropy', or pass the largest class: y.argmax(axis=1)."
        )


def _check_rows(made, n_outputs, given):
    """One value for each row, or weights of rows could not count."""
    n_rows = n_outputs + 2  # that no other number is the same
    target = one_hot(np.arange(n_rows) % max(n_outputs, 2), n_outputs)
    output = np.full(target.shape, 1 / max(n_outputs, 2), np.float32)
    try:
        values = made.call(*map(keras.ops.convert_to_tensor, (target, output)))
        shape = tuple(values.shape)
    except Exception as error:
        error.add_note(
            f"This happened to loss={excerpt(given)} with targets and outputs of "
            f"shape {target.shape}."
        )
        raise
    if shape not in [(n_rows,), (n_rows, 1)]:
        raise ValueError(
            "Expected a loss with one value for each row, which weights of rows and "
            f"classes multiply, got loss={excerpt(given)} with values of shape {shape} "
            f"for targets of shape {target.shape}. Take means over the last axis only: "
            "axis=-1."
        )
