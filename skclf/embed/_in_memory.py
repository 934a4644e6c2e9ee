"""Vectors that are objects: shown in short, shared by copies, left out of files."""

from uuid import uuid4
from weakref import WeakValueDictionary

from skclf._names import stored

# By token, as long as an estimator holds them: a pipeline with a cache pickles its
# steps, and loads them in the same process.
_HELD = WeakValueDictionary()


@stored
class InMemory:
    """A dict or `KeyedVectors` as the parameter of an estimator.

    Parameters
    ----------
    vectors : dict or gensim.models.KeyedVectors
        Of them a copy of the estimator has no copy, and its repr their number.
    """

    is_whole = True  # whether a pickle holds all vectors

    def __init__(self, vectors):
        self._held = _Held(vectors)
        _HELD[self._held.token] = self._held

    @property
    def vectors(self):
        return self._held.vectors

    def for_pickle(self, is_whole):
        """The same vectors, which are in a pickle, or only their token."""
        new = object.__new__(InMemory)
        new._held, new.is_whole = self._held, is_whole
        return new

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        if self.is_whole:
            return InMemory, (self.vectors,)
        return find_again, (type(self.vectors).__name__, self._held.token)

    def __repr__(self):
        name, words = type(self.vectors).__name__, ""
        if hasattr(self.vectors, "__len__"):
            words = f" of {len(self.vectors):,} words"
        return f"<{name}{words}>"


class _Held:
    def __init__(self, vectors):
        self.vectors = vectors
        self.token = uuid4().hex  # of this process only


class NotSaved:
    """What vectors are that were left out of a pickle, in another process.

    Parameters
    ----------
    kind : str
        Name of their class.
    token : str
        What they are known by in the process that wrote the pickle.
    """

    def __init__(self, kind, token):
        self.kind = kind
        self.token = token

    def __reduce__(self):
        return find_again, (self.kind, self.token)

    def __repr__(self):
        return f"<{self.kind}, not saved>"


@stored
def find_again(kind, token):
    """Vectors that a pickle has the token of."""
    held = _HELD.get(token)
    if held is None:
        return NotSaved(kind, token)
    found = object.__new__(InMemory)
    found._held = held
    return found
