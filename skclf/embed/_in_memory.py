"""Vectors that are objects in memory: left out of pickles, and shown in short."""

from collections import OrderedDict
from uuid import uuid4
from weakref import WeakValueDictionary

from skclf._fork import new_lock
from skclf._names import stored


class Registry:
    """Objects that were left out of pickles, to be found again in this process.

    They are referred to weakly. What cannot be, such as a dict, is kept alive, but only
    the last few of them.

    Parameters
    ----------
    n_kept : int, default=4
        How many objects to keep alive.
    """

    def __init__(self, n_kept=4):
        self.n_kept = n_kept
        self._weak = WeakValueDictionary()
        self._kept = OrderedDict()
        self._lock = new_lock()

    def token_of(self, item):
        """A text by which `find` knows the object, the same one each time."""
        with self._lock:
            for token, known in [*self._weak.items(), *self._kept.items()]:
                if known is item:
                    return token
            token = uuid4().hex  # of this process only
            try:
                self._weak[token] = item
            except TypeError:
                self._kept[token] = item
                if len(self._kept) > self.n_kept:
                    self._kept.popitem(last=False)
            return token

    def find(self, token):
        """The object, or None if it is of another process or gone."""
        with self._lock:
            if token in self._kept:
                self._kept.move_to_end(token)
                return self._kept[token]
            return self._weak.get(token)

    def clear(self):
        """Forget all."""
        with self._lock:
            self._weak.clear()
            self._kept.clear()


REGISTRY = Registry()


class NotSaved:
    """Stands in a pickle for an object that was left out.

    Unpickled in the process that wrote it, it becomes the object again.

    Parameters
    ----------
    kind : str
        Name of the object's class.
    token : str
        By which the registry knows the object.
    """

    def __init__(self, kind, token):
        self.kind = kind
        self.token = token

    def __reduce__(self):
        return find_again, (self.kind, self.token)

    def __repr__(self):
        return f"<{self.kind}, not saved>"


def leave_out(vectors):
    """What a pickle has in place of vectors."""
    if isinstance(vectors, NotSaved):
        return vectors
    return NotSaved(type(vectors).__name__, REGISTRY.token_of(vectors))


@stored
def find_again(kind, token):
    found = REGISTRY.find(token)
    return NotSaved(kind, token) if found is None else found


class Shown:
    """Stands for vectors where they are printed: all numbers would take minutes.

    Parameters
    ----------
    vectors : dict or gensim.models.KeyedVectors
        What is shown as its class and its number of words.
    """

    def __init__(self, vectors):
        self._text = f"<{type(vectors).__name__} of {len(vectors):,} words>"

    def __repr__(self):
        return self._text
