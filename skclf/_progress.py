"""One line of progress that is written over in a terminal."""

import sys


class ProgressLine:
    """Report progress on standard output.

    In a terminal each message takes the place of the one before; elsewhere, as in a
    log file, only those that stay are written.

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
        if self.active and sys.stdout.isatty():
            sys.stdout.write("\r" + message.ljust(self._length))
            sys.stdout.flush()
            self._length = len(message)

    def keep(self, message):
        """Show a message that stays."""
        self.show(message)
        if self.active and not self._length:
            sys.stdout.write(message + "\n")
        self.close()

    def close(self):
        """End the line."""
        if self.active and self._length:
            sys.stdout.write("\n")
            sys.stdout.flush()
            self._length = 0
