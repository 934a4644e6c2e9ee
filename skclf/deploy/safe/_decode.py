"""From plain data to a fitted estimator. What is read may be anybody's."""

from math import prod
from pathlib import Path

import numpy as np
from scipy import sparse

from skclf import stored
from skclf._containers import FIRST_WORD
from skclf.deploy.safe._encode import CALLS, MODELS, NUMERIC, SPARSE
from skclf.deploy.safe._graph_check import check_graph
from skclf.deploy.safe._trusted_types import check_attributes, named

_FIRST_IDS = {"skclf.sequence.SequenceEncoder": FIRST_WORD}
_NUMBERS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


class Decoder:
    """Makes objects of nodes, as `Encoder` describes them.

    Parameters
    ----------
    arrays : list of ndarray
        By their numbers.
    blobs : dict of str to bytes
        Other files of the archive.
    """

    def __init__(self, arrays, blobs):
        self._arrays = arrays
        self._blobs = blobs
        self._met = []

    def decode(self, node):
        """The value of a node.

        Raises
        ------
        Exception
            Of any kind, if a node is not as `Encoder` makes them.
        """
        if type(node) is not dict:
            if type(node) is list:
                raise ValueError("it holds a list that is no node")
            return node
        kind = next(iter(node), None)
        if kind not in _READERS:
            raise ValueError(f"it holds a node of the kind {str(kind)[:20]!r}")
        return _READERS[kind](self, node[kind], node)

    def _ref(self, turn, node):
        if type(turn) is not int or turn < 0 or self._met[turn] is _UNFINISHED:
            raise ValueError(f"it refers to {turn!r}, which was not met before")
        return self._met[turn]

    def _turn(self, value):
        self._met.append(value)
        return value

    def _late_turn(self, make):
        """What has its turn before its parts, but is made of them."""
        turn = len(self._met)
        self._met.append(_UNFINISHED)
        self._met[turn] = value = make()
        return value

    def _plain(self, value, node):
        return self._turn(_instance(value, list | dict))

    def _list(self, parts, node):
        new = self._turn([])
        new.extend(self._all(parts))
        return new

    def _dict(self, pairs, node):
        new = self._turn({})
        self._put(pairs, new)
        return new

    def _set(self, parts, node):
        return self._late_turn(lambda: set(self._all(parts)))

    def _frozenset(self, parts, node):
        return self._late_turn(lambda: frozenset(self._all(parts)))

    def _tuple(self, parts, node):
        return self._late_turn(lambda: self._inside(parts))

    def _inside(self, parts):
        """A tuple of nodes, none of which refers to another tuple."""
        found = []
        for node in _instance(parts, list):
            if type(node) is dict and "tuple" in node:
                found.append(self._inside(node["tuple"]))
                continue
            found.append(self.decode(node))
            if isinstance(found[-1], tuple) and "ref" in node:
                raise ValueError("it holds a tuple that refers to another one")
        return tuple(found)

    def _slice(self, parts, node):
        return slice(*self._all(parts))

    def _float(self, name, node):
        return _NUMBERS[name]

    def _complex(self, parts, node):
        return complex(*self._all(parts))

    def _bytes(self, name, node):
        if name not in self._blobs:
            raise ValueError(f"it names the file {str(name)[:50]!r}, which it has not")
        return self._blobs[name]

    def _path(self, name, node):
        return Path(_instance(name, str))

    def _name(self, name, node):
        return named(name)

    def _array(self, index, node):
        if type(index) is not int or index < 0:
            raise ValueError(f"it names an array {index!r}")
        return self._turn(self._arrays[index])

    def _objects(self, parts, node):
        shape = tuple(_instance(n, int) for n in node["shape"])
        if min(shape, default=0) < 0 or prod(shape) != len(parts):
            raise ValueError(f"it has {len(parts)} objects of the shape {shape}")

        def make():
            new = np.empty(len(parts), dtype=object)
            new[:] = self._all(parts)
            return new.reshape(shape)

        return self._late_turn(make)

    def _scalar(self, parts, node):
        name, value = parts
        dtype, value = simple(name), self.decode(value)
        if dtype.kind in "mM":
            return np.int64(value).view(dtype)
        return dtype.type(value)

    def _dtype(self, name, node):
        return simple(name)

    def _sparse(self, kind, node):
        if kind not in SPARSE:
            raise ValueError(f"it holds a sparse matrix of the kind {kind!r}")

        def make():
            parts = [_instance(part, np.ndarray) for part in self._all(node["parts"])]
            shape = tuple(_instance(n, int) for n in node["shape"])
            new = getattr(sparse, kind)(tuple(parts), shape=shape)
            new.check_format(full_check=True)  # what computes with it does not
            return new

        return self._late_turn(make)

    def _object(self, name, node):
        kind = named(name)
        if not isinstance(kind, type):
            raise ValueError(f"it takes {name!r} for a class")
        args = node.get("args")
        if args is None:
            new = self._turn(kind.__new__(kind))
        else:
            new = self._late_turn(lambda: kind.__new__(kind, *self._inside(args)))
        if "state" in node:
            self._set_state(new, name, node["state"])
        if "items" in node:
            self._put(node["items"], _instance(new, dict))
        return new

    def _set_state(self, new, name, nodes):
        state = {key: self.decode(node) for key, node in nodes.items()}
        if name in MODELS:
            _check_model(name, state)
        _check_ids(name, state)
        check_attributes(state)
        if hasattr(new, "__setstate__"):
            new.__setstate__(state)
        else:
            vars(new).update(state)

    def _call(self, name, node):
        if name not in CALLS:
            raise ValueError(f"it calls {name!r}")
        function = getattr(stored, name.rpartition(".")[2])
        return self._late_turn(lambda: function(*self._all(node["args"])))

    def _put(self, pairs, new):
        for key, value in pairs:
            new[self.decode(key)] = self.decode(value)

    def _all(self, nodes):
        return [self.decode(node) for node in _instance(nodes, list)]


_UNFINISHED = object()
_READERS = {
    kind: getattr(Decoder, f"_{kind}")
    for kind in (
        *("plain", "list", "tuple", "set", "frozenset", "dict", "slice"),
        *("array", "sparse", "objects", "scalar", "dtype"),
        *("float", "complex", "bytes", "path", "name", "object", "call", "ref"),
    )
}


def _instance(value, kind):
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    raise ValueError(f"expected {kind}, got a {type(value).__name__}")


def simple(name):
    """The type of data by its name, if it is one of numbers, texts or times."""
    dtype = np.dtype(_instance(name, str))
    if dtype.kind not in NUMERIC or dtype.names or not dtype.itemsize:
        raise ValueError(f"it holds data of the type {name[:20]!r}")
    return dtype


def _check_model(name, state):
    """A graph is in the file itself, and does what graphs do, no more."""
    attribute, suffix = MODELS[name]
    model = _instance(state.get(attribute), bytes)
    if suffix == "onnx":
        check_graph(model)


def _check_ids(name, state):
    """Whether ids of a vocabulary are places in a row: some index memory by them."""
    vocabulary = state.get("vocabulary_")
    if not isinstance(vocabulary, dict):
        return
    end = len(vocabulary) + _FIRST_IDS.get(name, 0)
    for i in vocabulary.values():
        if not isinstance(i, int | np.integer) or not 0 <= i < end:
            raise ValueError(f"its vocabulary has the id {i!r}")
