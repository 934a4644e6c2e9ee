"""What Keras keeps for a whole process or thread: settings, and random numbers."""

import random
from contextlib import contextmanager
from contextvars import ContextVar

from keras.src.backend.common import global_state
from keras.src.random import seed_generator

from skclf._fork import new_lock
from skclf.models.building._scikeras import keras

# What Keras keeps for all threads.
_SHIPPED = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
}

# What Keras keeps for each thread, and nets are not computed by: names that are given
# out already, the user's own classes, and how errors and progress are shown.
_KEPT = (
    "object_name_uids",
    "custom_objects_scope_dict",
    "safe_mode_saving",
    "traceback_filtering",
    "interactive_logging",
)

_LOCK = new_lock()
_inside = 0  # how many threads are in `shipped_settings`
_theirs = {}


@contextmanager
def shipped_settings():
    """Build and trace nets by Keras' own settings, and put the user's back.

    Precision, data format, dtype policy, scopes of names and all else that Keras looks
    up globally would change a net, or break it; and a net that is kept compiled would
    depend on what was set when it was traced.
    """
    before = dict(vars(global_state.GLOBAL_STATE_TRACKER))
    _set_state({name: before[name] for name in _KEPT if name in before})
    _enter()
    try:
        yield
    finally:
        _leave()
        _set_state(before)


def forget_kernels():
    """Let TensorFlow forget its kernels, as ``keras.backend.clear_session`` does.

    It keeps one for each operation and shape that there ever was, about half a MB for
    an architecture. Whatever is computed later makes those it needs again.
    """
    try:
        from tensorflow.python.eager import context

        context.context().clear_kernel_cache()
    except (ImportError, AttributeError):  # private: then the memory stays
        pass


def _set_state(values):
    state = vars(global_state.GLOBAL_STATE_TRACKER)  # another one after clear_session
    state.clear()
    state.update(values)


def _enter():
    global _inside
    with _LOCK:
        if not _inside:
            for name, value in _SHIPPED.items():
                _theirs[name] = getattr(keras.config, name)()
                getattr(keras.config, f"set_{name}")(value)
        _inside += 1


def _leave():
    global _inside
    with _LOCK:
        _inside -= 1
        if not _inside:
            for name, value in _theirs.items():
                getattr(keras.config, f"set_{name}")(value)


_UNSEEDED = "global_seed_generator"  # Keras' name
_GENERATOR = ContextVar("generator", default=random)


class _Python:
    """In the place of Python's `random` in Keras, which takes default seeds from it.

    It stays there, as Python's generator to all but a thread inside `seeded`: to put it
    in for a while would let threads that build nets at once take each other's seeds.
    """

    @staticmethod
    def randint(low, high):
        return _GENERATOR.get().randint(low, high)


seed_generator.python_random = _Python


@contextmanager
def seeded(seed):
    """Let all that this thread does through Keras depend on a seed alone.

    Weights and dropout take their seeds from Python's generator, which belongs to all
    threads: workers of Dask draw from it while a net is built. Layers of the user's
    that draw without a seed take them from a generator of the thread, which goes on
    from fit to fit. Here both are new ones, and those of the process do not move. Nor
    do Keras' settings count, see `shipped_settings`.

    Parameters
    ----------
    seed : int or None
        None goes on from Python's generator as it is.

    Yields
    ------
    keras.random.SeedGenerator
        Keep it as long as what was traced meanwhile, which may read it.
    """
    own = random.Random(seed)
    if seed is None:
        own.setstate(random.getstate())
    token = _GENERATOR.set(own)
    try:
        with shipped_settings():  # puts the process' own generator back, too
            unseeded = keras.random.SeedGenerator(seed)
            global_state.set_global_attribute(_UNSEEDED, unseeded)
            yield unseeded
    finally:
        _GENERATOR.reset(token)
