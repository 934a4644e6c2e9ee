"""Results that are kept for the next time, and for other fits of a search."""

import pickle
from collections import OrderedDict
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy
from hashlib import blake2b

from skclf._fork import new_lock

_BESIDE = 400  # bytes that an item takes besides what is in it


class LRUCache:
    """What was made last; bounded, and safe to use from several threads.

    Parameters
    ----------
    size : int
        Sum of the sizes of the items that are kept. A larger item is not kept.
    size_of : callable, default=None
        Size of an item; None counts each as 1.

    Examples
    --------
    >>> from skclf._cache import LRUCache
    >>> cache = LRUCache(2)
    >>> [cache.get(n, lambda: print("made") or n) for n in (7, 7)]
    made
    [7, 7]
    """

    def __init__(self, size, size_of=None):
        self.size = size
        self.size_of = size_of or (lambda item: 1)
        self._items = OrderedDict()
        self._total = 0
        self._lock = new_lock()

    def __len__(self):
        return len(self._items)

    def clear(self):
        """Forget all; it is made again when it is needed."""
        with self._lock:
            self._items.clear()
            self._total = 0

    def get(self, key, make):
        """What `make` returned for this key, made now if it is not there."""
        with self._lock:  # held while making: two threads never make the same
            if key in self._items:
                self._items.move_to_end(key)
                return self._items[key][0]
            item = make()
            self.keep(key, item)
            return item

    def find(self, keys):
        """Those of several items that are there, by key."""
        with self._lock:
            found = {key: self._items[key][0] for key in keys if key in self._items}
            for key in found:
                self._items.move_to_end(key)
            return found

    def keep(self, key, item, size=None):
        """Keep an item that is made already; what was used least recently goes.

        Parameters
        ----------
        key : hashable
            What it is found by.
        item : object
            The item.
        size : int, default=None
            Its size; None asks `size_of`.
        """
        size = self.size_of(item) if size is None else size
        if size > self.size:
            return
        with self._lock:
            self._drop(key)
            self._items[key] = item, size
            self._total += size
            while self._total > self.size:
                self._drop(next(iter(self._items)))

    def forget(self, is_over):
        """Forget some items.

        Parameters
        ----------
        is_over : callable
            Given a key, whether its item goes.
        """
        with self._lock:
            for key in list(filter(is_over, self._items)):
                self._drop(key)

    def _drop(self, key):
        if key in self._items:
            self._total -= self._items.pop(key)[1]


def _n_bytes(item):
    buffers = []  # arrays, which are not copied
    packed = pickle.dumps(item, protocol=5, buffer_callback=buffers.append)
    return len(packed) + sum(b.raw().nbytes for b in buffers) + _BESIDE


# Vectors of texts, and what steps have computed in a search: 256 MB at most.
CACHE = LRUCache(256 << 20, size_of=_n_bytes)

_SEARCH = ContextVar("search", default=None)


@contextmanager
def working_once(search):
    """Let equal steps compute equal data once, for all fits of a search.

    Parameters
    ----------
    search : str
        Tells the search from others: nothing is taken over from one to the next.
    """
    token = _SEARCH.set(search)
    try:
        yield
    finally:
        _SEARCH.reset(token)


def end_of(search):
    """Forget what was computed in a search."""
    CACHE.forget(lambda key: key[0] == search)


def once(step, task, data, make):
    """What a step computes; in a search, what an equal step has computed before.

    Parameters
    ----------
    step : estimator
        The step. Its parameters count, and nothing else that it has.
    task : tuple
        What is computed, and what it depends on besides parameters and `data`.
    data : list of str, or TokenSequences
        What it is computed of.
    make : callable
        Computes it. The result may be handed out again: nobody writes into it.

    Returns
    -------
    object
        The result.
    """
    key = _key(step, task)
    return make() if key is None else CACHE.get((*key, _digest(data)), make)


def each_once(step, texts, make):
    """The same for a step that computes each text by itself.

    Parameters
    ----------
    step : estimator
        The step.
    texts : list of str
        The texts.
    make : callable
        Given a list of texts, computes the list of results.

    Returns
    -------
    list
        A result for each text.
    """
    key = _key(step, ())
    if key is None:
        return make(texts)
    keys = {text: (*key, _digest([text])) for text in texts}
    found = CACHE.find(keys.values())
    new = [text for text in keys if keys[text] not in found]
    for text, result in zip(new, make(new), strict=True):
        found[keys[text]] = result
        CACHE.keep(keys[text], result)
    return [found[keys[text]] for text in texts]


def fitted_attributes(step):
    """What a step has besides its parameters."""
    params = step.get_params(deep=False)
    return {name: value for name, value in vars(step).items() if name not in params}


def take_over(step, attributes):
    """Let a step have these and no others besides its parameters."""
    for name in fitted_attributes(step).keys() - attributes.keys():
        delattr(step, name)
    vars(step).update(attributes)


def _key(step, task):
    """What is known of a computation but its data; None if it is not to be shared."""
    search = _SEARCH.get()
    # Of a user's own class it is not known what it depends on.
    if search is None or not type(step).__module__.startswith("skclf."):
        return None
    try:
        return search, _identity(step), task
    except _OtherEachTime:
        return None


class _OtherEachTime(Exception):  # noqa: N818  # it is no error
    """A parameter that is not recognised in a clone."""


def _identity(value):
    """A parameter, or a step, such that equal ones of clones are equal."""
    if hasattr(value, "get_params") and not isinstance(value, type):
        params = value.get_params(deep=False)
        if params.get("random_state", 0) is None:  # each draws for itself
            raise _OtherEachTime
        return type(value), _identity(tuple(sorted(params.items())))
    if isinstance(value, list | tuple):
        return type(value), tuple(map(_identity, value))
    if isinstance(value, set | frozenset):
        return type(value), frozenset(map(_identity, value))
    if deepcopy(value) is not value:
        raise _OtherEachTime
    return type(value), value  # 1, 1.0 and True are equal


def _digest(data):
    """The contents of texts, or of sequences of words."""
    if isinstance(data, list):
        parts = [repr(list(map(len, data))), "".join(data)]
    else:
        ids = data.raw_ids
        parts = [data.vocabulary_fingerprint, repr(ids.shape), repr(ids.dtype)]
        parts += [repr(data.unknown_words)]
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(f"{len(part)} {part}".encode(errors="surrogatepass"))
    if not isinstance(data, list):
        digest.update(ids.tobytes())
    return digest.digest()
