"""How many threads a computation may have."""

import os

from joblib import cpu_count


def thread_limit():
    """What ``OMP_NUM_THREADS`` says, which joblib sets in its workers; 0: no limit."""
    limit = os.environ.get("OMP_NUM_THREADS", "")
    return int(limit) if limit.isdecimal() else 0


def count_threads():
    """As many as there are cores; in joblib's workers as many as they may have."""
    return min(thread_limit() or cpu_count(), cpu_count())
