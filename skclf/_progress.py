"""One line of progress that is written over in a terminal."""

import sys


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
