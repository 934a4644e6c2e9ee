"""What Keras draws at random, without anybody else who draws meanwhile."""

import random
from contextlib import contextmanager
from contextvars import ContextVar

from keras.src.backend.common import global_state
from keras.src.random import seed_generator

from skclf.models._scikeras import keras
from skclf.models._settings import shipped_settings

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
