"""TensorFlow and Keras, imported quietly and once."""

import os
import re
import sys
import tempfile
from contextlib import contextmanager, suppress
from functools import cache

from skclf._threads import thread_limit

# What TensorFlow's C++ part says at start-up; anything else is passed on.
_CHATTER = re.compile(
    rb"[IWE]\d{4} \d\d|WARNING: All log messages before absl|To enable the following"
)


@cache
def load_keras():
    """Import Keras on TensorFlow without start-up messages.

    A ``TF_CPP_MIN_LOG_LEVEL`` that the user has set is respected: then every message
    is shown that it asks for. Where ``OMP_NUM_THREADS`` limits the threads of a
    process, as joblib does in its workers, TensorFlow is held to the same number,
    unless it has another one already, or has started.

    Returns
    -------
    module
        ``keras``.

    Raises
    ------
    ImportError
        If Keras runs on another backend than TensorFlow.
    """
    if "keras" not in sys.modules:  # before Keras looks for a package that is missing
        _check_backend(os.environ.get("KERAS_BACKEND") or "tensorflow")
    if "tensorflow" in sys.modules:
        _limit_threads(sys.modules["tensorflow"])
        return _keras()
    with _quiet_start():
        import tensorflow as tf

        _limit_threads(tf)
        tf.config.list_logical_devices()  # the search for devices is chatty, too
        return _keras()


def _keras():
    import keras

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
    if "TF_CPP_MIN_LOG_LEVEL" in os.environ:
        yield
        return
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    try:
        with _filtered_stderr():
            yield
    finally:
        del os.environ["TF_CPP_MIN_LOG_LEVEL"]


@contextmanager
def _filtered_stderr():
    try:
        stderr = os.dup(2)
    except OSError:  # a process without a terminal has nothing to keep quiet
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            rest = [line for line in held if not _CHATTER.match(line)]
            os.write(2, b"".join(rest))
