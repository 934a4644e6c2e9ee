"""What classes and functions take."""

import inspect


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
