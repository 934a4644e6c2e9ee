"""What a forked process has of its parent's, and cannot use: locks and TensorFlow."""

import os
import sys
from threading import RLock
from weakref import WeakSet

_LOCKS = WeakSet()
_parent = None  # the process in which TensorFlow was started, if this is a fork of it


def new_lock():
    """A reentrant lock that is free in a forked process.

    A thread that held it while the process was forked is not there to release it.
    """
    lock = RLock()
    _LOCKS.add(lock)
    return lock


def check_not_forked():
    """Refuse to compute with a TensorFlow that was started before a fork.

    Its threads are not in this process; it would wait for them for ever.

    Raises
    ------
    RuntimeError
        If TensorFlow was started in a process of which this one is a fork.
    """
    if _parent is not None:
        raise RuntimeError(
            "Expected a net to be used in the process that started TensorFlow, or in "
            f"one with a TensorFlow of its own, got process {os.getpid()}, a fork of "
            f"process {_parent}, which had started it: the net would wait for ever. "
            "Start processes with multiprocessing.get_context('spawn') or joblib's "
            "loky, and load nets in each of them (gunicorn: without --preload). Or "
            "predict without TensorFlow: skclf.to_onnx_pipeline works in forks, too."
        )


def _after_fork():
    global _parent
    for lock in _LOCKS:
        lock._at_fork_reinit()
    context = sys.modules.get("tensorflow.python.eager.context")
    started = context and context.context_safe()
    if _parent is None and started and started._initialized:
        _parent = os.getppid()


if hasattr(os, "register_at_fork"):  # Windows has no forks
    os.register_at_fork(after_in_child=_after_fork)
