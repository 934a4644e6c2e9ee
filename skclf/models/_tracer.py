"""Functions of a model, compiled by TensorFlow."""

import tensorflow as tf

from skclf._fork import new_lock
from skclf.models._architecture import all_layers
from skclf.models._recurrence import forget_gradients, speed_up
from skclf.models._seeds import seeded


class Tracer:
    """Compiles functions of a model, one after the other.

    Parameters
    ----------
    model : keras.Model
        A model that nobody else uses: its recurrent layers get faster loops.
    seed : int or None
        Seed of what layers of the user's draw without one of their own.
    """

    def __init__(self, model, seed):
        self._seed = seed
        self._gradient_names = []
        self._lock = new_lock()
        speed_up(all_layers(model), self._gradient_names)

    def trace(self, function, *signature):
        """Compile a function.

        The result is not called as a `tf.function`, since TensorFlow warns of retracing
        where functions of one name are traced several times, as they are for several
        architectures. Code is taken as it is, not rewritten by AutoGraph, as in Keras'
        own training.
        """
        traced = tf.function(function, input_signature=signature, autograph=False)
        with self._lock:
            with seeded(self._seed) as unseeded:
                found = traced.get_concrete_function()
            found.unseeded = unseeded  # as long as the function, which may read it
            forget_gradients(self._gradient_names)
        return found
