"""Losses, metrics and optimizers by their configuration, as Keras' files have them."""

import re

from skclf._tensorflow import load_keras
from skclf._validation import excerpt, listed
from skclf.models._signatures import arguments

keras = load_keras()

# Arguments that say nothing of what is computed.
_NEUTRAL = {"name", "dtype"}


def is_keras_own(target):
    """Whether Keras brings a class or function."""
    return (getattr(target, "__module__", None) or "").startswith("keras.")


def function_of(made):
    """The function that a loss or metric calls for each batch, or None."""
    return getattr(made, "fn", None) or getattr(made, "_fn", None)


def name_of(function):
    """What a function is called in histories and graphs, without <> of a lambda."""
    name = getattr(function, "__name__", None) or getattr(function, "name", None)
    return re.sub(r"\W+", "", name or type(function).__name__)


def is_described(made):
    """Whether a loss or metric is Keras' own, so that its configuration says all."""
    function = function_of(made)
    return is_keras_own(type(made)) and (function is None or is_keras_own(function))


def _unsaid(made):
    """Names of arguments that are not in the configuration."""
    return set(arguments(type(made))) - set(made.get_config()) - _NEUTRAL


def copied(made, what):
    """Another object of the same configuration.

    Parameters
    ----------
    made : keras.losses.Loss or keras.metrics.Metric
        An object of the user's, which stays as it is.
    what : str
        What it is, for the message.

    Raises
    ------
    ValueError
        If Keras cannot make another one, as it would have to from a pickle.
    """
    unsaid = [] if is_keras_own(type(made)) else sorted(_unsaid(made))
    if unsaid:
        raise ValueError(
            f"Expected a {what} whose get_config() has all its arguments, got "
            f"{excerpt(made)} without {listed(unsaid)}. Pass the class instead of an "
            "object, or write get_config()."
        )
    try:
        config = keras.saving.serialize_keras_object(made)
        return keras.saving.deserialize_keras_object(config)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Expected a {what} that Keras can make again, as pickles need it, got "
            f"{excerpt(made)}. Pass the class or the function instead of an object, or "
            "decorate it with keras.saving.register_keras_serializable()."
        ) from error
