"""What a fit starts from: compiled functions of its architecture, and fresh weights."""

import numpy as np

from skclf.models._architecture import describe, is_of_known_parts
from skclf.models._configs import is_described
from skclf.models._metrics import described
from skclf.models._workbench import WORKBENCHES, Workbench


def prepare(architecture, seed, class_shares=None):
    """A workbench with fresh initial weights for one fit, and its key.

    Parameters
    ----------
    architecture : Architecture
        The recipe.
    seed : int
        Seed of the initial weights and of dropout.
    class_shares : ndarray of float, default=None
        Shares of the classes, or of rows without and with each label, from which the
        output bias starts.

    Returns
    -------
    workbench : Workbench
        Compiled functions, to be started with `values`.
    key : object
        Where it is cached.
    values : list of ndarray
        Initial values of all variables.
    """
    model = architecture.build(seed, roomy=True)
    if class_shares is not None:
        _set_output_bias(model, class_shares)
    values = [variable.numpy() for variable in model.variables]

    def make():
        return Workbench(model, architecture, seed)

    key = _key(model, architecture)
    workbench = WORKBENCHES.get(key, make)
    if workbench.model is not model and _key(workbench.model, architecture) != key:
        # A fitted net was built again by a function that has changed in between.
        key = object()
        workbench = WORKBENCHES.get(key, make)
    return workbench, key, values


def _key(model, architecture):
    """What models have in common that compute the same."""
    metrics = described(architecture.params["metrics"])
    loss, optimizer = model.loss, model.optimizer
    known = is_of_known_parts(model) and metrics is not None
    if not (known and is_described(loss) and is_described(optimizer)):
        return object()  # what is of the user's may compute anything
    # Classes of the user's stand for themselves: they may be defined anew.
    kinds = type(optimizer), type(loss), type(getattr(loss, "loss", None))
    key = (describe(model), *kinds, metrics)
    if architecture.is_ours():
        return key
    # What is made of the data before such a net reads it.
    names = ("max_len_", "embedding_dim_", "table_sizes_", "target_type_")
    given = [architecture.meta.get(name) for name in names]
    return (*key, given[0] is not None, *given[1:])


def _set_output_bias(model, class_shares):
    """Start from the class shares: the untrained net predicts them."""
    logits = np.log(np.maximum(class_shares, 1e-6))
    n_outputs = model.output_shape[-1]
    if logits.ndim == 2:
        logits = logits[1] - logits[0]
    elif n_outputs == 1:
        logits = logits[1:] - logits[:1]
    else:
        logits = logits - logits.mean()
    bias = getattr(model.layers[-1], "bias", None)
    if bias is not None and tuple(bias.shape) == (n_outputs,):
        bias.assign(logits)
