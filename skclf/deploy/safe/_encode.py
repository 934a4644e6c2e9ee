"""From a fitted estimator to plain data that JSON holds, arrays and graphs.

A node is a number, a text, true, false or null, which stand for themselves, or an
object with one word that says what it is:

``plain``
    Lists and objects of JSON that stand for themselves, as vocabularies do.
``list``, ``tuple``, ``set``, ``frozenset``, ``dict``, ``slice``
    A list of nodes; of a dict, pairs of them.
``array``, ``sparse``, ``objects``, ``scalar``, ``dtype``
    Data of NumPy and SciPy; the number of an array is its place in ``arrays.npy``.
``float``, ``complex``, ``bytes``, ``path``
    Numbers that JSON has not, the name of another file of the archive, a path.
``name``
    A class or function of the list.
``object``
    The name of a class, with its ``state``, and maybe ``args`` and ``items``.
``call``
    The name of one of two functions of ours, with its arguments.
``ref``
    What was met before, by the number of its turn.
"""

import copyreg
from math import isfinite
from pathlib import PurePath
from types import FunctionType, NoneType

import numpy as np
from scipy import sparse

from skclf.deploy.safe._trusted_types import check_attributes, trusted_name

# The attribute of a class that is a model of its own, and how files of it are called.
MODELS = {
    "skclf.stored.OnnxNet": ("model", "onnx"),
    "skclf.stored.SentenceGraph": ("model", "onnx"),
    "skclf.stored.StaticTable": ("model", "safetensors"),
}
# Functions that are called, by what unpickling would call them.
CALLS = ("skclf.stored.InMemory", "skclf.stored.find_again")
NUMERIC = "biufcSUmM"
SPARSE = ("csr_matrix", "csr_array", "csc_matrix", "csc_array")

_SCALARS = (NoneType, bool, int, str)


class NotPlainError(TypeError):
    """Something that a safe file cannot hold.

    Parameters
    ----------
    value : object
        It.
    """

    def __init__(self, value):
        super().__init__(f"a {type(value).__module__}.{type(value).__qualname__}")
        self.value = value


class Encoder:
    """Makes nodes of objects, and collects what is kept beside them.

    Attributes
    ----------
    arrays : list of ndarray
        In the order of their numbers.
    blobs : dict of str to bytes
        Files of the archive.
    """

    def __init__(self):
        self.arrays = []
        self.blobs = {}
        self._turns = {}
        self._alive = []  # an id must not be used again meanwhile

    def encode(self, value):
        """The node of a value.

        Raises
        ------
        NotPlainError
            If there is none, for it or something in it.
        """
        kind = type(value)
        if kind in _SCALARS:
            return value
        if kind in _UNNUMBERED:
            return _UNNUMBERED[kind](self, value)
        if isinstance(value, np.generic):
            return {"scalar": [value.dtype.str, self.encode(_item(value))]}
        if isinstance(value, np.dtype):
            return {"dtype": _simple(value).str}
        if isinstance(value, PurePath):
            return {"path": str(value)}
        if isinstance(value, type | FunctionType | np.ufunc):
            return {"name": _listed(value)}
        if id(value) in self._turns:
            return {"ref": self._turns[id(value)]}
        self._turns[id(value)] = len(self._turns)
        self._alive.append(value)
        return _NUMBERED.get(kind, Encoder._object)(self, value)

    def _float(self, value):
        return value if isfinite(value) else {"float": repr(value)}

    def _complex(self, value):
        return {"complex": [self.encode(value.real), self.encode(value.imag)]}

    def _tuple(self, value):
        return {"tuple": [self._inside(part) for part in value]}

    def _inside(self, part):
        """What is in a tuple: no reference to another one.

        Tuples that refer to tuples can be made to take for ever to be hashed.
        """
        if type(part) is tuple:
            return self._tuple(part)
        if isinstance(part, tuple) and id(part) in self._turns:
            raise NotPlainError(part)
        return self.encode(part)

    def _slice(self, value):
        return {"slice": self._all((value.start, value.stop, value.step))}

    def _bytes(self, value, suffix="bin"):
        name = f"part-{len(self.blobs)}.{suffix}"
        self.blobs[name] = value
        return {"bytes": name}

    def _list(self, value):
        return {"plain": value} if is_json(value) else {"list": self._all(value)}

    def _dict(self, value):
        if is_json(value):
            return {"plain": value}
        return {"dict": [self._all(pair) for pair in value.items()]}

    def _set(self, value):
        return {type(value).__name__: self._all(sorted(value, key=repr))}

    def _array(self, value):
        if value.dtype.kind == "O":
            shape = list(value.shape)
            return {"objects": self._all(value.ravel().tolist()), "shape": shape}
        _simple(value.dtype)
        self.arrays.append(np.asarray(value))
        return {"array": len(self.arrays) - 1}

    def _sparse(self, value):
        parts = self._all((value.data, value.indices, value.indptr))
        shape = [int(n) for n in value.shape]
        is_array = isinstance(value, sparse.sparray)
        kind = f"{value.format}_{'array' if is_array else 'matrix'}"
        return {"sparse": kind, "shape": shape, "parts": parts}

    def _object(self, value):
        try:
            reduced = value.__reduce_ex__(4)
        except Exception as error:  # whatever an object raises when it is pickled
            raise NotPlainError(value) from error
        if not isinstance(reduced, tuple):  # a name
            raise NotPlainError(value)
        make, args, state, members, items = (*reduced, None, None, None)[:5]
        call = f"{make.__module__}.{getattr(make, '__qualname__', '')}"
        if call in CALLS:
            return {"call": call, "args": self._all(args)}
        name = trusted_name(type(value))
        is_plain_object = make is copyreg.__newobj__ and args[0] is type(value)
        if name is None or not is_plain_object or members is not None:
            raise NotPlainError(value)
        node = {"object": name}
        if len(args) > 1:
            node["args"] = [self._inside(part) for part in args[1:]]
        if state is not None:
            node["state"] = self._state(value, state, name)
        if items is not None:
            node["items"] = [self._all(pair) for pair in items]
        return node

    def _state(self, value, state, name):
        """Attributes; the bytes of a graph get a file that says what it is."""
        if not isinstance(state, dict) or not all(type(key) is str for key in state):
            raise NotPlainError(value)
        try:
            check_attributes(state)
        except ValueError as error:
            raise NotPlainError(value) from error
        attribute, suffix = MODELS.get(name, (None, None))
        if attribute and not isinstance(state.get(attribute), bytes):
            raise NotPlainError(value)  # it is in a folder elsewhere
        return {
            key: self._bytes(part, suffix) if key == attribute else self.encode(part)
            for key, part in state.items()
        }

    def _all(self, values):
        return [self.encode(value) for value in values]


_UNNUMBERED = {
    float: Encoder._float,
    complex: Encoder._complex,
    slice: Encoder._slice,
    bytes: Encoder._bytes,
}
_NUMBERED = {
    list: Encoder._list,
    tuple: Encoder._tuple,
    dict: Encoder._dict,
    set: Encoder._set,
    frozenset: Encoder._set,
    np.ndarray: Encoder._array,
    np.memmap: Encoder._array,
} | {getattr(sparse, kind): Encoder._sparse for kind in SPARSE}


def is_json(value):
    """Whether JSON holds a value as it is."""
    kind = type(value)
    if kind in _SCALARS:
        return True
    if kind is float:
        return isfinite(value)
    if kind is list:
        return all(map(is_json, value))
    if kind is dict:
        return all(type(key) is str for key in value) and all(
            map(is_json, value.values())
        )
    return False


def _simple(dtype):
    """A type of numbers, texts or times that says all about itself in a few letters."""
    if dtype.kind not in NUMERIC or dtype.names or not dtype.itemsize:
        raise NotPlainError(dtype)
    return dtype


def _item(value):
    """A scalar of NumPy as one of Python; times as whole numbers."""
    if value.dtype.kind in "mM":
        return int(value.astype(np.int64))
    return value.item()


def _listed(value):
    name = trusted_name(value)
    if name is None:
        raise NotPlainError(value)
    return name
