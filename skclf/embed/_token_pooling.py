"""From the vectors of tokens to one vector for each text."""

import numpy as np


def _mean(states, mask):
    # einsum: a masked copy of all states is not made.
    total = np.einsum("nld,nl->nd", states, mask.astype(states.dtype))
    return total / mask.sum(axis=1, keepdims=True).astype(states.dtype)


def _max(states, mask):
    return np.where(mask[:, :, None], states, -np.inf).max(axis=1)


def _first(states, mask):
    return states[:, 0]


def _last(states, mask):
    return states[np.arange(len(states)), mask.sum(axis=1) - 1]


POOLINGS = {"mean": _mean, "cls": _first, "max": _max, "last": _last}


def unit_length(vectors):
    """Vectors of length 1; zeros stay zeros."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(norms, np.finfo(np.float32).tiny)
