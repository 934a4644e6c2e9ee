"""Non-negative least squares for many rows at once."""

import numpy as np

_TOLERANCE = 1e-8  # of a row's largest weight
_MAX_SWEEPS = 1000


def nonnegative_weights(targets, gram):
    """The weights w >= 0 of each row x that make ``w @ components`` closest to it.

    By coordinate descent, each row until its own weights settle: it does not depend on
    the rows beside it, as the result of ``NMF.transform`` does.

    Parameters
    ----------
    targets : ndarray of shape (n, n_components)
        The rows times the components, ``X @ components.T``.
    gram : ndarray of shape (n_components, n_components)
        ``components @ components.T``.

    Returns
    -------
    ndarray of float64 of shape (n, n_components)
        The weights.
    """
    targets = np.ascontiguousarray(targets.T)
    result = np.zeros_like(targets)
    weights, rows = result.copy(), np.arange(targets.shape[1])
    for _ in range(_MAX_SWEEPS):
        change = _sweep(weights, targets, gram)
        settled = change <= _TOLERANCE * weights.max(axis=0, initial=0.0)
        result[:, rows[settled]] = weights[:, settled]
        weights, targets = weights[:, ~settled], targets[:, ~settled]
        rows = rows[~settled]
        if not len(rows):
            break
    result[:, rows] = weights
    return result.T


def _sweep(weights, targets, gram):
    """Set the weights of one component after the other; the largest change by row."""
    change = np.zeros(weights.shape[1])
    for i in np.flatnonzero(gram.diagonal()):
        step = (targets[i] - gram[i] @ weights) / gram[i, i]
        new = np.maximum(weights[i] + step, 0.0)
        np.maximum(change, np.abs(new - weights[i]), out=change)
        weights[i] = new
    return change
