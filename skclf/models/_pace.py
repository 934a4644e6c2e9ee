"""How much to train in one compiled call: Ctrl-C has to wait for its end."""

from time import perf_counter

SECONDS = 0.5

# How many times as many batches a call may have as the one before: the first ones are
# slow, and batches are not alike.
GROWTH = 8


class Pace:
    """Cuts epochs into parts of about half a second, as fast as batches turn out to be.

    An epoch that takes less is one part, but for the first epoch.

    Examples
    --------
    >>> from skclf.models._pace import Pace
    >>> pace = Pace()
    >>> [last - first for first, last in pace.parts(100)]
    [1, 8, 64, 27]
    >>> list(pace.parts(100))
    [(0, 100)]
    """

    def __init__(self):
        self._n_at_once = 1

    def parts(self, n_batches):
        """The first batch of each part, and the one after its last.

        What is done with a part until the next one is asked for is timed.
        """
        first = 0
        while first < n_batches:
            last = min(first + self._n_at_once, n_batches)
            started = perf_counter()
            yield first, last
            self._note(last - first, perf_counter() - started)
            first = last

    def _note(self, n_batches, seconds):
        fitting = int(n_batches * SECONDS / max(seconds, 1e-6))
        self._n_at_once = max(min(fitting, GROWTH * self._n_at_once), 1)
