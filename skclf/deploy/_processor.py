"""What onnxruntime chooses its kernels by."""

from functools import cache
from itertools import takewhile

_PATH = "/proc/cpuinfo"

# Beginnings of the names of instructions that compute with several numbers at once.
_VECTOR = ("amx", "asimd", "avx", "bf16", "fma", "i8mm", "sse", "ssse", "sve")


@cache
def instructions():
    """The vector instructions that this processor has.

    Returns
    -------
    str or None
        Their names, sorted; None where the system has no file that tells them.
    """
    try:
        with open(_PATH, encoding="utf-8", errors="replace") as file:
            lines = [line.partition(":") for line in takewhile(str.strip, file)]
    except OSError:
        return None
    found = {
        flag
        for name, _, flags in lines
        if name.strip() in ("flags", "Features")  # of x86, of ARM
        for flag in flags.split()
        if flag.startswith(_VECTOR)
    }
    return " ".join(sorted(found)) or None
