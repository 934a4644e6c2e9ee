"""A process that passes on what TensorFlow writes at its start, but for chatter.

It needs nothing but Python, and outlives the process whose messages it reads.
"""

import re
import signal
import sys

# What TensorFlow's C++ part says at start-up; anything else is passed on.
_CHATTER = re.compile(
    rb"[IWE]\d{4} \d\d|WARNING: All log messages before absl|To enable the following"
)

# The last line, where all went well.
END = b"skclf: TensorFlow has started\n"


def pass_on(lines, write):
    """Write all lines but chatter; chatter, too, if the end is missing.

    Parameters
    ----------
    lines : iterable of bytes
        What TensorFlow writes.
    write : callable
        Called with each line that is passed on.
    """
    held = []
    for line in lines:
        if line.endswith(END):
            line, held = line.removesuffix(END), []
        if _CHATTER.match(line):
            held.append(line)
        elif line:
            write(line)
    for line in held:
        write(line)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other process
    with open(1, "wb", buffering=0) as stderr:
        pass_on(sys.stdin.buffer, stderr.write)
