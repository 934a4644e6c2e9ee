"""SciKeras: from parameters and classes to a compiled model and callbacks.

This is the only file that knows SciKeras. Its ``BaseWrapper`` is held, not inherited:
it routes ``prefix__name`` arguments, hands the shape of the data to the function that
builds the model, and makes new optimizers, losses and callbacks for each fit. Its
fitting, prediction, seeding and pickling do not fit today's scikit-learn and are ours.
"""

import inspect
from contextlib import contextmanager
from copy import deepcopy
from functools import partial

from skclf._tensorflow import load_keras
from skclf._validation import did_you_mean

keras = load_keras()


@contextmanager
def _unpatched_pickling():
    """Undo what importing SciKeras does to the pickling of Keras' own classes."""
    patched = [
        (keras.Model, "__reduce__"),
        (keras.Model, "__deepcopy__"),
        (keras.losses.Loss, "__reduce__"),
        (keras.metrics.Metric, "__reduce__"),
        (keras.optimizers.Optimizer, "__reduce__"),
    ]
    before = [vars(cls).get(name) for cls, name in patched]
    yield
    for (cls, name), method in zip(patched, before, strict=True):
        if method is not None:
            setattr(cls, name, method)
        elif name in vars(cls):
            delattr(cls, name)


with _unpatched_pickling():
    from scikeras.wrappers import BaseWrapper

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


def build_model(estimator, meta):
    """Build and compile the Keras model of an estimator.

    Parameters
    ----------
    estimator : KerasTextClassifier
        Gives the parameters and the method `build`.
    meta : dict
        What the data decides.

    Returns
    -------
    keras.Model
        The compiled model.

    Raises
    ------
    TypeError, ValueError
        If what is built is not a model for these classes.
    """
    builder = estimator.build if estimator.model is None else estimator.model
    wrapper = BaseWrapper(
        partial(builder),  # SciKeras takes functions and partials only
        optimizer=optimizer_class(estimator.optimizer),
        optimizer__learning_rate=estimator.learning_rate,
        **estimator.routed_params("model", "optimizer", "loss"),
    )
    wrapper._random_state = None  # SciKeras would seed the whole process
    vars(wrapper).update(meta)
    model = wrapper._build_keras_model()
    _check_model(model, builder, meta["n_classes_"])
    wrapper.loss = loss_class(estimator.loss, model.output_shape[-1])
    if wrapper.loss is LOSSES["focal"][0] and hasattr(wrapper, "loss__alpha"):
        wrapper.loss__apply_class_balancing = True  # else Keras ignores alpha here
    wrapper.model_ = model
    wrapper._ensure_compiled_model()
    return model


def _check_model(model, builder, n_classes):
    if not isinstance(model, keras.Model):
        raise TypeError(f"Expected a keras.Model from {_name(builder)}, got {model!r}.")
    if model.compiled:
        raise ValueError(
            "Expected a model that is not compiled: the estimator's optimizer, "
            f"learning_rate and loss are used. Got {model.name!r}, compiled. Leave out "
            "model.compile()."
        )
    if len(model.inputs) != 1:
        raise ValueError(
            f"Expected a model with one input, got {len(model.inputs)} inputs."
        )
    shape = model.output_shape
    if len(shape) != 2 or (shape[1] != n_classes and (shape[1], n_classes) != (1, 2)):
        raise ValueError(
            f"Expected a model with {n_classes} outputs, one for each class, got "
            f"output shape {shape}. Use meta['n_outputs_']."
        )


def make_callbacks(estimator):
    """New callbacks for one fit; those given as objects are copied."""
    wrapper = BaseWrapper(
        callbacks=callback_classes(estimator.callbacks),
        **estimator.routed_params("callbacks"),
    )
    wrapper._initialize_callbacks()
    return [deepcopy(callback) for callback in wrapper._fit_callbacks]


def optimizer_class(optimizer):
    """The class of an optimizer given by name or class."""
    if not isinstance(optimizer, str):
        return optimizer
    try:
        return type(keras.optimizers.get(optimizer))
    except ValueError as error:
        names = [name.lower() for name in dir(keras.optimizers) if name[0].isupper()]
        raise ValueError(
            "Expected the name or class of a Keras optimizer, got optimizer="
            f"{optimizer!r}.{did_you_mean(optimizer, names)}"
        ) from error


def loss_class(loss, n_outputs):
    """The class of a loss given by name or class."""
    return LOSSES[loss][n_outputs > 1] if isinstance(loss, str) else loss


def callback_classes(callbacks):
    """Callbacks as a dict by position or key; names replaced by Keras' classes."""
    if callbacks is None:
        return {}
    if not isinstance(callbacks, dict):
        many = isinstance(callbacks, list | tuple)
        callbacks = dict(enumerate(callbacks if many else [callbacks]))
    return {str(key): _callback(value) for key, value in callbacks.items()}


def _callback(value):
    base = keras.callbacks.Callback
    if isinstance(value, str):
        found = getattr(keras.callbacks, value, None)
        if not inspect.isclass(found):
            raise ValueError(
                "Expected the name of a Keras callback, got "
                f"{value!r}.{did_you_mean(value, dir(keras.callbacks))}"
            )
        return found
    if isinstance(value, base) or (inspect.isclass(value) and issubclass(value, base)):
        return value
    raise ValueError(
        f"Expected Keras callbacks by name or class, got {value!r}. Pass for example "
        "callbacks=['ReduceLROnPlateau']."
    )


def _name(target):
    return getattr(target, "__name__", repr(target))
