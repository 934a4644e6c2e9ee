"""Callbacks of one fit, from names, classes, functions and objects."""

import inspect
import reprlib
from copy import copy, deepcopy

from skclf._tensorflow import load_keras
from skclf._validation import did_you_mean, excerpt
from skclf.models.building._keras_objects import arguments
from skclf.models.building._metrics import scores

keras = load_keras()
Callback = keras.callbacks.Callback


def callback_makers(callbacks):
    """Objects, classes and functions by position or key; names are looked up in Keras.

    Parameters
    ----------
    callbacks : list, tuple, dict, str, type, callable, Callback or None
        As in the parameter `callbacks` of a net.

    Returns
    -------
    dict of str to Callback or callable
        What is used itself, and what makes a callback.
    """
    if callbacks is None:
        return {}
    if not isinstance(callbacks, dict):
        many = isinstance(callbacks, list | tuple)
        callbacks = dict(enumerate(callbacks if many else [callbacks]))
    return {str(key): _maker(value) for key, value in callbacks.items()}


def _maker(value):
    if isinstance(value, str):
        found = getattr(keras.callbacks, value, None)
        if not inspect.isclass(found):
            raise ValueError(
                "Expected the name of a Keras callback, got "
                f"{value!r}.{did_you_mean(value, dir(keras.callbacks))}"
            )
        return found
    is_class = inspect.isclass(value)
    if issubclass(value, Callback) if is_class else callable(value):
        return value
    if isinstance(value, Callback):
        return value
    raise ValueError(
        "Expected Keras callbacks by name or class, or functions that make them, got "
        f"{reprlib.repr(value)}. Pass for example callbacks=['ReduceLROnPlateau']."
    )


def make_callbacks(net):
    """Callbacks for one fit.

    What a class or a function makes is used as it is. An object is used itself, unless
    its class is Keras' or derived from one of those: they keep the best value of a fit,
    and waiting times, and would disturb the next one.

    Parameters
    ----------
    net : KerasTextClassifier
        Its `callbacks`, and their arguments, are used.

    Returns
    -------
    list of Callback
        In the order given.
    """
    routed, callbacks = net.routed_params("callbacks"), []
    known = scores(net.metrics)
    for key, maker in callback_makers(net.callbacks).items():
        prefix = f"callbacks__{key}__"
        params = {
            name.removeprefix(prefix): value
            for name, value in routed.items()
            if name.startswith(prefix)
        }
        if not isinstance(maker, Callback):
            callback = _made(maker, params, prefix, known)
        else:
            callback = copy(maker) if _is_derived_from_keras(maker) else maker
        is_open = getattr(callback, "mode", None) == "auto"
        is_open = is_open and hasattr(callback, "monitor")
        if is_open and _is_derived_from_keras(callback):
            _check_monitor(callback, known)
            callback.mode = _mode(callback.monitor, known)
        callbacks.append(callback)
    return callbacks


def _made(maker, params, prefix, known):
    """What a class or function makes of its arguments."""
    mode = arguments(maker).get("mode")
    if mode is not None and mode.default == "auto" == params.get("mode", "auto"):
        # Before Keras 3.11 some look it up when they are made.
        params = params | {"mode": _mode(params.get("monitor", ""), known)}
    try:
        inspect.signature(maker).bind(**params)
    except TypeError as error:
        raise TypeError(
            f"Expected all arguments of {_name(maker)}, got {sorted(params)}: {error}. "
            f"Pass them as {prefix}name=value."
        ) from error
    made = maker(**params)
    if not isinstance(made, Callback):
        raise TypeError(
            f"Expected a Keras callback from {_name(maker)}, got {reprlib.repr(made)}."
        )
    return made


def _mode(monitor, known):
    """Whether more or less is better, which Keras looks up in metrics of its own."""
    name = str(monitor).removeprefix("val_")
    return known.get(name) or "auto"


def _check_monitor(callback, known):
    """Say what Keras would say only at the end of the first epoch, and in its words."""
    if _mode(callback.monitor, known) == "auto":
        raise ValueError(
            f"Expected monitor of {type(callback).__name__} among {list(known)}, with "
            f"or without val_ before it, got {excerpt(callback.monitor)}. Others are "
            "given to the net as metrics=[...]. Set mode='min' or 'max' where it is "
            "not known whether more is better, or another callback puts it into the "
            "logs."
        )


def _is_derived_from_keras(callback):
    own = (kind for kind in type(callback).__mro__ if not issubclass(Callback, kind))
    return any(kind.__module__.startswith("keras.") for kind in own)


def let_go(callbacks):
    """Take the model of a fit, which others will use, away from its callbacks."""
    for callback in callbacks:
        Callback.set_model(callback, None)


def keep(callbacks, net, fitted):
    """Callbacks of a finished fit with a model of their own.

    The user's own objects are left without one, since they are parameters: a clone or a
    pickle would take the model along.
    """
    given = list(map(id, callback_makers(net.callbacks).values()))
    kept = [copy(c) if id(c) in given else c for c in callbacks]
    for callback in kept:
        callback.set_model(fitted.model())
    return kept


def cloned(callbacks):
    """Callbacks for a clone: objects are copied, what makes them is not."""
    if isinstance(callbacks, dict):
        return {key: cloned(value) for key, value in callbacks.items()}
    if isinstance(callbacks, list | tuple):
        return type(callbacks)(map(cloned, callbacks))
    return deepcopy(callbacks) if isinstance(callbacks, Callback) else callbacks


def _name(maker):
    return getattr(maker, "__name__", reprlib.repr(maker))
