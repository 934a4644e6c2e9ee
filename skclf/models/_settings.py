"""Keras as it is shipped, whatever else it is told in this process."""

from contextlib import contextmanager

from keras.src.backend.common import global_state

from skclf._fork import new_lock
from skclf.models._scikeras import keras

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
