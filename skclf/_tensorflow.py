"""TensorFlow and Keras, imported quietly and once."""

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from functools import cache

from skclf import _start_up_messages
from skclf._optional import import_optional
from skclf._threads import thread_limit

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"

FEATURE = "A net of skclf"  # in messages, before "needs the package"


@cache
def load_keras():
    """Import Keras on TensorFlow without start-up messages.

    A ``TF_CPP_MIN_LOG_LEVEL`` of 0 or 1 asks for messages, and all are shown. Where
    ``OMP_NUM_THREADS`` limits the threads of a process, as joblib does in its workers,
    TensorFlow is held to the same number, unless it has another one already, or has
    started.

    Returns
    -------
    module
        ``keras``.

    Raises
    ------
    ImportError
        If Keras or TensorFlow is not installed, or Keras runs on another backend.
    """
    if "keras" not in sys.modules:  # before Keras looks for a package that is missing
        _check_backend(os.environ.get("KERAS_BACKEND") or "tensorflow")
    if "tensorflow" in sys.modules:
        _limit_threads(sys.modules["tensorflow"])
        return _keras()
    with _quiet_start():
        tf = import_optional("tensorflow", feature=FEATURE, extra="nets")
        _limit_threads(tf)
        tf.config.list_logical_devices()  # the search for devices is chatty, too
        return _keras()


def _keras():
    keras = import_optional("keras", feature=FEATURE, extra="nets")
    _check_backend(keras.config.backend())
    return keras


def _check_backend(backend):
    if backend != "tensorflow":
        raise ImportError(
            f"skclf's nets need Keras on TensorFlow, got the backend {backend!r}. "
            "Set KERAS_BACKEND=tensorflow before Keras is imported."
        )


def _limit_threads(tf):
    limit = thread_limit()
    threading = tf.config.threading
    with suppress(RuntimeError):  # TensorFlow has started
        if not threading.get_intra_op_parallelism_threads():
            threading.set_intra_op_parallelism_threads(limit)
        if not threading.get_inter_op_parallelism_threads():
            threading.set_inter_op_parallelism_threads(limit)


@contextmanager
def _quiet_start():
    """Hold back TensorFlow's start-up messages, and only those.

    They are written to the file descriptor before any log level is read, so that the
    level alone does not silence them.
    """
    level = os.environ.get(_LEVEL)
    if level in ("0", "1"):
        yield
        return
    os.environ[_LEVEL] = level or "3"
    try:
        with _filtered_stderr():
            yield
    finally:
        if level is None:
            del os.environ[_LEVEL]


@contextmanager
def _filtered_stderr():
    """Let another process read stderr: it can still tell why this one has died."""
    with ExitStack() as stack:
        try:
            stderr = os.dup(2)
            stack.callback(os.close, stderr)
            reader = subprocess.Popen(
                [sys.executable, "-I", "-S", _start_up_messages.__file__],
                stdin=subprocess.PIPE,
                stdout=stderr,
            )
        except OSError:  # no stderr to keep quiet, or nobody to read it
            yield
            return
        os.dup2(reader.stdin.fileno(), 2)
        try:
            yield
        finally:
            os.write(2, _start_up_messages.END)
            os.dup2(stderr, 2)
            reader.stdin.close()
            with suppress(subprocess.TimeoutExpired):  # others have the pipe, too
                reader.wait(timeout=5)
