"""What a fit starts from: compiled functions of its architecture, and fresh weights."""

import numpy as np

from skclf.models._workbench import workbench_for


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
    workbench, key = workbench_for(model, architecture, seed)
    return workbench, key, values


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
