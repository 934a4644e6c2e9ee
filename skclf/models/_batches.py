"""Which rows go into which batch.

A plan is a tuple ``(order, bounds, widths)``: batch ``i`` holds the rows
``order[bounds[i]:bounds[i + 1]]``, cut after ``widths[i]`` words.
"""

import numpy as np

# Training rows from which batches are as large as they may be, and the smallest ones.
# By accuracy on 200 to 1,000 texts of five data sets, see benchmarks/little_data.py.
ENOUGH_ROWS = 1920
SMALLEST = 4
# Rows times words of one batch: bounds the memory of the hidden states.
MAX_WORDS = 1 << 16


def auto_batch_size(n_rows, largest):
    """The size of the batches for so many training rows.

    An epoch of little data has as many steps as one of `ENOUGH_ROWS`. So neither the
    number of epochs nor the patience of early stopping have to be others.

    >>> [auto_batch_size(n, 32) for n in (100, 900, 50_000)]
    [4, 15, 32]
    """
    return min(max(largest * n_rows // ENOUGH_ROWS, SMALLEST), largest)


def one_length(lengths, batch_size, rng):
    """Random batches of documents of the same length: no padding, no mask."""
    order = rng.permutation(len(lengths))
    order = order[np.argsort(lengths[order], kind="stable")]
    batches = _cut_by_length(order, lengths[order], batch_size)
    rng.shuffle(batches)
    return _plan(batches, lengths)


def trimmed(lengths, batch_size, rng):
    """Random batches, each as wide as its longest document."""
    order = rng.permutation(len(lengths))
    starts = np.arange(batch_size, len(order), batch_size)
    batches = [
        part
        for batch in np.split(order, starts)
        for part in _within_memory(batch, lengths)
    ]
    return _plan(batches, lengths)


def by_length(lengths, batch_size):
    """Batches of documents of the same length, in order, for prediction."""
    order = np.argsort(lengths, kind="stable")
    return _cut_by_length(order, lengths[order], batch_size)


def _within_memory(batch, lengths):
    """The batch; halved by length while a very long document widens it too much."""
    if len(batch) == 1 or len(batch) * lengths[batch].max() <= MAX_WORDS:
        return [batch]
    batch = batch[np.argsort(lengths[batch], kind="stable")]
    half = len(batch) // 2
    return [
        *_within_memory(batch[:half], lengths),
        *_within_memory(batch[half:], lengths),
    ]


def _cut_by_length(order, lengths, batch_size):
    firsts = np.flatnonzero(np.diff(lengths, prepend=-1))
    ends = [*firsts[1:], len(order)]
    starts = [
        start
        for first, end in zip(firsts, ends, strict=True)
        for start in range(first, end, _rows_of(lengths[first], batch_size))
    ]
    return np.split(order, starts[1:])


def _rows_of(length, batch_size):
    return max(min(batch_size, MAX_WORDS // length), 1)


def _plan(batches, lengths):
    sizes = [len(batch) for batch in batches]
    widths = [lengths[batch].max() for batch in batches]
    bounds = np.cumsum([0, *sizes])
    return (
        np.concatenate(batches).astype(np.int32),
        bounds.astype(np.int32),
        np.asarray(widths, np.int32),
    )


PLANS = {"one_length": one_length, "trimmed": trimmed}
