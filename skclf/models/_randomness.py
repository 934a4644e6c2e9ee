"""Where a fit takes its randomness from."""

from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state


def rng_of(net, resume):
    """Source of randomness; training that goes on draws other numbers."""
    if resume and isinstance(net.random_state, Integral):
        epochs = len(net.history_["loss"])
        return np.random.RandomState([net.random_state, epochs])
    return check_random_state(net.random_state)


def splitter_of(net, rng, resume):
    """Source of the held-out rows, which stay held out in fits that go on."""
    if not (resume and hasattr(net, "_split_state")):
        seed = net.random_state
        net._split_state = seed if isinstance(seed, Integral) else rng.get_state()
        return rng
    if isinstance(net._split_state, Integral):
        return np.random.RandomState(net._split_state)
    splitter = np.random.RandomState()
    splitter.set_state(net._split_state)
    return splitter
