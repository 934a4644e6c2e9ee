"""One line of progress that is written over in a terminal."""

import sys


class ProgressLine:
    """Report progress on standard output.

    In a terminal each message takes the place of the one before; elsewhere, as in a
    log file, each is a line.

    Parameters
    ----------
    active : bool
        Say nothing if False.
    """

    def __init__(self, active):
        self.active = active
        self._length = 0

    def show(self, message):
        """Show a message that the next one may replace."""
        if not self.active:
            return
        if sys.stdout.isatty():
            sys.stdout.write("\r" + message.ljust(self._length))
            self._length = len(message)
        else:
            sys.stdout.write(message + "\n")
        sys.stdout.flush()

    def keep(self, message):
        """Show a message that stays."""
        if self.active:
            self.show(message)
            self.close()

    def close(self):
        """End the line."""
        if self.active and self._length:
            sys.stdout.write("\n")
            sys.stdout.flush()
            self._length = 0
