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
        self._lock = new_lock()

    def __len__(self):
        return len(self._items)

    def clear(self):
        """Forget all; it is made again when it is needed."""
        with self._lock:
            self._items.clear()

    def get(self, key, make):
        """What `make` returned for this key, made now if it is not there."""
        with self._lock:  # held while making: two threads never make the same
            if key in self._items:
                self._items.move_to_end(key)
                return self._items[key]
            item = make()
            if self.size_of(item) <= self.size:
                self._items[key] = item
                while sum(map(self.size_of, self._items.values())) > self.size:
                    self._items.popitem(last=False)
            return item
