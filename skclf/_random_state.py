"""One seed for everything in a pipeline that takes one."""

from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state


def set_seed(estimator, seed):
    """Set each ``random_state`` that is None, also of nested estimators, in place."""
    if seed is None:
        return estimator
    unset = {
        name: seed
        for name, value in estimator.get_params(deep=True).items()
        if name.split("__")[-1] == "random_state" and value is None
    }
    return estimator.set_params(**unset)


def draw_seed(random_state):
    """An int that stands for `random_state`, or None."""
    if random_state is None or isinstance(random_state, Integral):
        return random_state
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))
