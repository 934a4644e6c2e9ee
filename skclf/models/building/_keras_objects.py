"""Losses, metrics, optimizers and callbacks of Keras' and of users': what they take."""

import inspect
import re

from skclf._tensorflow import load_keras
from skclf._validation import excerpt, listed

keras = load_keras()
ops = keras.ops

# Arguments that say nothing of what is computed.
_NEUTRAL = {"name", "dtype"}

# Lower case without underscores, as both classes and functions may be written.
_OF_NUMBERS = {
    "categoricalgeneralizedcrossentropy",
    "sparsecategoricalaccuracy",
    "sparsecategoricalcrossentropy",
    "sparsetopkcategoricalaccuracy",
}
_OF_COLUMNS = _OF_NUMBERS | {
    "categoricalaccuracy",
    "categoricalcrossentropy",
    "categoricalfocalcrossentropy",
    "categoricalhinge",
    "concordancecorrelation",
    "cosinesimilarity",
    "kldivergence",
    "onehotiou",
    "onehotmeaniou",
    "pearsoncorrelation",
    "topkcategoricalaccuracy",
}


def arguments(target):
    """Parameters of a class or function by name, those of a base class included.

    Parameters
    ----------
    target : type, callable or None
        None takes nothing. A class with ``**kwargs`` hands them to its base class.

    Returns
    -------
    dict of str to inspect.Parameter
        Without ``*args``, ``**kwargs``, and `meta`, which a net is given.
    """
    if target is None:
        return {}
    parameters = inspect.signature(target).parameters
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = {
        name: parameter
        for name, parameter in parameters.items()
        if parameter.kind not in variable and name != "meta"
    }
    if inspect.isclass(target) and _has_kwargs(target):
        return arguments(target.__base__) | named
    return named


def takes_any(target):
    """Whether a function has ``**kwargs``; those of a class go to its base class."""
    return target is not None and not inspect.isclass(target) and _has_kwargs(target)


def _has_kwargs(target):
    parameters = inspect.signature(target).parameters.values()
    return any(p.kind == p.VAR_KEYWORD for p in parameters)


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


def plain(name):
    """A name of Keras', however it is written.

    >>> plain("KLDivergence") == plain("kl_divergence")
    True
    """
    return name.replace("_", "").lower()


def wants_columns(judge):
    """Whether a loss or metric is one of several columns, even for two classes."""
    names = keras_names(judge)
    # Without a threshold the largest column wins.
    if "fbetascore" in names and judge.threshold is None:
        return True
    return bool(names & _OF_COLUMNS)


def wants_numbers(judge):
    """Whether targets have to be numbers of classes."""
    return bool(keras_names(judge) & _OF_NUMBERS)


def adapted(judge, target, output):
    """Targets and outputs as a loss or metric wants them."""
    if output.shape[-1] == 1 and wants_columns(judge):
        target, output = (
            ops.concatenate([1 - one, one], axis=-1) for one in (target, output)
        )
    if wants_numbers(judge):
        target = ops.argmax(target, axis=-1)
    return target, output


def keras_names(judge):
    """Names of the classes of a loss or metric that are Keras', and of its function."""
    function = function_of(judge)
    named = function if hasattr(function, "__name__") else type(function)
    parts = [*type(judge).__mro__, named]
    return {plain(part.__name__) for part in parts if is_keras_own(part)}
