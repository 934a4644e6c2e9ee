"""Vectors read from files, kept for the next fit on the same words."""

from collections import OrderedDict
from threading import RLock

MAX_BYTES = 256 << 20


class VectorCache:
    """The vectors read last; bounded in bytes, and safe to use from several threads.

    Parameters
    ----------
    max_bytes : int
        Sum of the sizes of what is kept. An item larger than that is not kept.
    """

    def __init__(self, max_bytes=MAX_BYTES):
        self.max_bytes = max_bytes
        self._items = OrderedDict()
        self._lock = RLock()

    def __len__(self):
        return len(self._items)

    def clear(self):
        """Forget all; files are read again when they are needed."""
        with self._lock:
            self._items.clear()

    def get(self, key, read):
        """What `read` returned for this key, read now if it is not there."""
        with self._lock:  # held while reading: two threads never read one file
            if key in self._items:
                self._items.move_to_end(key)
                return self._items[key]
            item = read()
            if item.nbytes <= self.max_bytes:
                self._items[key] = item
                while self._size() > self.max_bytes:
                    self._items.popitem(last=False)
            return item

    def _size(self):
        return sum(item.nbytes for item in self._items.values())


CACHE = VectorCache()
