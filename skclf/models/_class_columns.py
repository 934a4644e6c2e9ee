"""Targets and outputs of a net as what Keras judges them by wants them.

Targets are one-hot, or a column of 0 and 1 for two classes. Some losses and metrics
compare columns, and would be 0, or always right, on a single one; some want numbers.
"""

from skclf._tensorflow import load_keras
from skclf.models._configs import function_of, is_keras_own

keras = load_keras()
ops = keras.ops

# Lower case without underscores, as both classes and functions may be written.
_OF_NUMBERS = {
    "categoricalgeneralizedcrossentropy",
    "sparsecategoricalaccuracy",
    "sparsecategoricalcrossentropy",
    "sparsetopkcategoricalaccuracy",
}
_OF_COLUMNS = _OF_NUMBERS | {
    "categoricalaccuracy",
    "categoricalcrossentropy",
    "categoricalfocalcrossentropy",
    "categoricalhinge",
    "concordancecorrelation",
    "cosinesimilarity",
    "kldivergence",
    "onehotiou",
    "onehotmeaniou",
    "pearsoncorrelation",
    "topkcategoricalaccuracy",
}


def plain(name):
    """A name of Keras', however it is written.

    >>> plain("KLDivergence") == plain("kl_divergence")
    True
    """
    return name.replace("_", "").lower()


def wants_columns(judge):
    """Whether a loss or metric is one of several columns, even for two classes."""
    names = _names(judge)
    # Without a threshold the largest column wins.
    if "fbetascore" in names and judge.threshold is None:
        return True
    return bool(names & _OF_COLUMNS)


def wants_numbers(judge):
    """Whether targets have to be numbers of classes."""
    return bool(_names(judge) & _OF_NUMBERS)


def adapted(judge, target, output):
    """Targets and outputs as a loss or metric wants them."""
    if output.shape[-1] == 1 and wants_columns(judge):
        target, output = (
            ops.concatenate([1 - one, one], axis=-1) for one in (target, output)
        )
    if wants_numbers(judge):
        target = ops.argmax(target, axis=-1)
    return target, output


def _names(judge):
    """Names of its classes that are Keras', and of its function."""
    function = function_of(judge)
    named = function if hasattr(function, "__name__") else type(function)
    parts = [*type(judge).__mro__, named]
    return {plain(part.__name__) for part in parts if is_keras_own(part)}
