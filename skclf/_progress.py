"""One line of progress that is written over in a terminal."""

import sys
from time import perf_counter


class ProgressLine:
    """Report progress on standard output, or standard error.

    In a terminal each message takes the place of the one before; elsewhere, as in a
    log file, only those that stay are written.

    Parameters
    ----------
    active : bool
        Say nothing if False.
    away : bool, default=False
        Write to standard error, where standard output is for something else.
    """

    def __init__(self, active, *, away=False):
        self.active = active
        self.away = away
        self._length = 0

    @property
    def _stream(self):
        return sys.stderr if self.away else sys.stdout

    def show(self, message):
        """Show a message that the next one may replace."""
        if self.active and self._stream.isatty():
            self._stream.write("\r" + message.ljust(self._length))
            self._stream.flush()
            self._length = len(message)

    def keep(self, message):
        """Show a message that stays."""
        self.show(message)
        if self.active and not self._length:
            self._stream.write(message + "\n")
        self.close()

    def close(self):
        """End the line."""
        if self.active and self._length:
            self._stream.write("\n")
            self._stream.flush()
            self._length = 0


class TimeLeft:
    """How long tasks of several steps will take, judged by those that are done.

    Of the task at hand the remaining steps take as long as those before; of the tasks
    to come each takes as long as the longest so far.

    Parameters
    ----------
    n_tasks : int
        Number of tasks.
    n_steps : int
        Number of steps of each.
    """

    def __init__(self, n_tasks, n_steps):
        self._n_left, self._n_steps = n_tasks, n_steps
        self._longest = 0.0
        self._started = perf_counter()

    def begin(self):
        """A task begins."""
        self._n_left -= 1
        self._started = perf_counter()

    def end(self):
        """It has ended."""
        self._longest = max(self._longest, perf_counter() - self._started)

    def text(self, n_done):
        """For a message: ``", about 12 s left"``; empty, if not known or over.

        Parameters
        ----------
        n_done : int
            Steps of the present task that are done.
        """
        seconds = perf_counter() - self._started
        whole = seconds / n_done * self._n_steps if n_done else self._longest
        if not whole:
            return ""
        left = max(whole - seconds, 0) + self._n_left * max(whole, self._longest)
        return f", about {duration(left)} left" if left >= 0.5 else ""


def duration(seconds):
    """Seconds in few words.

    >>> duration(12.3), duration(200), duration(5000)
    ('12 s', '3 min', '1.4 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"
