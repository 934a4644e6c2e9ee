"""What a fit depends on, as a short text that is the same in every process.

``joblib.hash`` alone is not: of an estimator it sees attributes that differ from clone
to clone, of a function only the name, and objects that are shared count as others than
equal ones. It is asked for arrays, and for what nothing else is known about. Where two
digests of the same differ, a fit is made anew; equal digests of different things would
be a wrong result, so whatever may matter is in them.
"""

import os
import sys
from collections.abc import Mapping
from functools import partial, singledispatch
from hashlib import sha256
from importlib.metadata import version
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType

import joblib
import numpy as np
import pandas as pd
import scipy.sparse
import sklearn
from sklearn.base import BaseEstimator

import skclf
from skclf._validation import excerpt
from skclf.models._keras_model import HasKerasModel

_PLAIN = (str, bytes, int, float, complex, bool, type(None))
# They decide how, not what is computed.
_WITHOUT_EFFECT = {"n_jobs", "verbose", "memory"}


def digest(*values):
    """Identify values by their contents, and by the versions of what makes fits.

    Parameters
    ----------
    *values : object
        Estimators, data, scorers, functions and plain values.

    Returns
    -------
    str
        Of 64 hexadecimal digits.

    Raises
    ------
    TypeError
        If a value cannot be pickled, and nothing else is known about it.

    Examples
    --------
    >>> from skclf.search._digest import digest
    >>> digest([1, "a"]) == digest([1, "a"]), digest([1]) == digest([1.0])
    (True, False)
    """
    versions = skclf.__version__, sklearn.__version__
    return sha256(repr((versions, *map(_canonical, values))).encode()).hexdigest()


@singledispatch
def _canonical(value):
    """Nested tuples of texts that stand for a value."""
    if hasattr(value, "get_params") and not _is_frozen(value):
        params = value.get_params(deep=False).items()
        relevant = {k: _param(v) for k, v in params if k not in _WITHOUT_EFFECT}
        return "estimator", _class(type(value)), _items(relevant)
    if hasattr(value, "get_config") and _is_from("keras", type(value)):
        return "keras", _class(type(value)), _of_keras(value)
    if callable(value) and hasattr(value, "__dict__"):  # a scorer, for one
        attributes = {k: v for k, v in vars(value).items() if k != "_metadata_request"}
        return "callable", _class(type(value)), _canonical(attributes)
    return "object", _class(type(value)), _hashed(value)


def _of_keras(value):
    """An optimizer or a layer, whose pickle is another one each time."""
    config = {k: v for k, v in value.get_config().items() if k != "name"}
    weights = value.get_weights() if hasattr(value, "get_weights") else ()
    return _canonical(config), _canonical(weights)


def _is_frozen(estimator):
    """Whether it stays fitted when it is cloned, so that parameters are not all."""
    own = getattr(type(estimator), "__sklearn_clone__", None)
    plain = BaseEstimator.__sklearn_clone__
    return own not in (None, plain) and estimator.__sklearn_clone__() is estimator


def _hashed(value):
    try:
        return joblib.hash(value, coerce_mmap=True)
    except Exception as error:  # whatever pickling calls
        raise TypeError(
            f"A resumable search must recognise everything that a fit depends on in a "
            f"later process, got {excerpt(value)} ({type(value).__name__}), which "
            f"cannot be pickled: {error}. Use an object that can be, or a search that "
            "is not resumable."
        ) from error


def _param(value):
    """A file that a parameter names is another one after a change."""
    canonical = _canonical(value)
    if isinstance(value, str | os.PathLike) and os.path.isfile(value):
        found = os.stat(value)
        return canonical, found.st_size, found.st_mtime_ns
    return canonical


def _items(params):
    return tuple(sorted(params.items()))


@_canonical.register(str)
@_canonical.register(bytes)
@_canonical.register(int)
@_canonical.register(float)
@_canonical.register(complex)
@_canonical.register(type(None))
@_canonical.register(np.generic)
def _(value):
    return type(value).__name__, repr(value)


@_canonical.register(list)
@_canonical.register(tuple)
def _(values):
    if all(type(value) in _PLAIN for value in values):  # a million texts, say
        return type(values).__name__, joblib.hash(list(values))
    return type(values).__name__, tuple(map(_canonical, values))


@_canonical.register(set)
@_canonical.register(frozenset)
def _(values):
    return type(values).__name__, tuple(sorted(repr(_canonical(v)) for v in values))


@_canonical.register(Mapping)
def _(values):
    items = [(repr(_canonical(k)), _canonical(v)) for k, v in values.items()]
    return "mapping", type(values).__name__, tuple(sorted(items))


@_canonical.register(np.ndarray)
def _(values):
    # With axes in this order, as joblib takes those of views for other contents.
    return "array", _hashed(np.ascontiguousarray(values)), values.shape


@_canonical.register(pd.Series)
@_canonical.register(pd.Index)
def _(column):
    return "column", repr(column.name), str(column.dtype), _canonical(column.to_numpy())


@_canonical.register(pd.DataFrame)
def _(frame):
    columns = [_canonical(frame.iloc[:, n]) for n in range(frame.shape[1])]
    return "frame", _canonical(frame.index), tuple(columns)


def _sparse(matrix):
    """Without what SciPy notes down about a matrix when it is used."""
    rows = matrix.tocsr()
    parts = rows.data, rows.indices, rows.indptr
    return type(matrix).__name__, rows.shape, tuple(map(_canonical, parts))


_canonical.register(scipy.sparse.spmatrix, _sparse)
_canonical.register(scipy.sparse.sparray, _sparse)


@_canonical.register(type)
def _class(cls):
    """A class by its name and the versions, or else the code, of it and its bases."""
    parts = [_of_class(base) for base in cls.__mro__ if base is not object]
    if issubclass(cls, HasKerasModel) or _is_from("scikeras", cls):
        parts.append(("keras", version("keras")))
    return tuple(parts)


def _is_from(package, cls):
    return any(base.__module__.partition(".")[0] == package for base in cls.__mro__)


def _of_class(cls):
    return cls.__module__, cls.__qualname__, _version(cls) or _own_class(cls)


def _own_class(cls):
    """The user's class as it is written, but for what it is derived from."""
    members = {}
    for name, value in vars(cls).items():
        value = getattr(value, "__func__", getattr(value, "fget", value))
        if isinstance(value, FunctionType):
            members[name] = _own_function(value, set())
        elif type(value) in _PLAIN and not name.startswith("__"):
            members[name] = _canonical(value)
    return _items(members)


@_canonical.register(FunctionType)
def _(function):
    name = function.__module__, function.__qualname__
    return "function", name, _version(function) or _own_function(function, set())


def _own_function(function, seen):
    """The user's function with those that it refers to, and plain values."""
    seen.add(function)
    names = _names(function.__code__) & function.__globals__.keys()
    constants = {name: function.__globals__[name] for name in sorted(names)}
    free = function.__code__.co_freevars
    cells = dict(zip(free, function.__closure__ or (), strict=True))
    return (
        _code(function.__code__),
        _canonical(function.__defaults__),
        _canonical(function.__kwdefaults__),
        _items({k: _referred(v, seen) for k, v in constants.items()}),
        _items({k: _in_cell(v, seen) for k, v in cells.items()}),
    )


def _referred(value, seen):
    if isinstance(value, FunctionType) and not (value in seen or _version(value)):
        return _own_function(value, seen)
    return _canonical(value) if type(value) in _PLAIN else type(value).__name__


def _in_cell(cell, seen):
    try:
        value = cell.cell_contents
    except ValueError:  # not yet filled
        return ""
    if isinstance(value, FunctionType):
        return _referred(value, seen)
    # The class of a method with super() is what is looked at.
    return value.__qualname__ if isinstance(value, type) else _canonical(value)


@_canonical.register(BuiltinFunctionType)
@_canonical.register(np.ufunc)
def _(function):
    owner = getattr(function, "__self__", None)
    owner = None if isinstance(owner, ModuleType) else _canonical(owner)
    name = getattr(function, "__qualname__", function.__name__)
    return "built in", getattr(function, "__module__", None), name, owner


@_canonical.register(MethodType)
def _(method):
    return "method", _canonical(method.__self__), _canonical(method.__func__)


@_canonical.register(partial)
def _(call):
    parts = call.func, call.args, call.keywords
    return "partial", tuple(map(_canonical, parts))


@_canonical.register(ModuleType)
def _(module):
    return "module", module.__name__, str(getattr(module, "__version__", ""))


def _names(code):
    nested = (_names(value) for value in code.co_consts if isinstance(value, CodeType))
    return set(code.co_names).union(*nested)


def _code(code):
    constants = [
        _code(value) if isinstance(value, CodeType) else _canonical(value)
        for value in code.co_consts
    ]
    return code.co_code.hex(), tuple(constants), code.co_names


def _version(target):
    """The version of the package that a class or function is from; "" if unknown."""
    package = str(target.__module__).partition(".")[0]
    if package in sys.stdlib_module_names:
        return f"Python {sys.version_info.major}.{sys.version_info.minor}"
    return str(getattr(sys.modules.get(package), "__version__", ""))
