"""Results that are kept for the next time."""

from collections import OrderedDict

from skclf._fork import new_lock


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
                return self._items[key]
            item = make()
            self.keep(key, item)
            return item

    def find(self, keys):
        """Those of several items that are there, by key."""
        with self._lock:
            found = {key: self._items[key] for key in keys if key in self._items}
            for key in found:
                self._items.move_to_end(key)
            return found

    def keep(self, key, item):
        """Keep an item that is made already; what was used least recently goes."""
        size = self.size_of(item)
        if size > self.size:
            return
        with self._lock:
            if key in self._items:
                self._total -= self.size_of(self._items.pop(key))
            self._items[key] = item
            self._total += size
            while self._total > self.size:
                self._total -= self.size_of(self._items.popitem(last=False)[1])
