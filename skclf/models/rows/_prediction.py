"""From rows to class probabilities, whatever computes the net."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from skclf._threads import count_threads
from skclf.models.rows._rows import by_length

# No smaller probability is told apart in float32; so logarithms stay finite.
CERTAIN = float(np.finfo(np.float32).eps)


def predict_rows(source, n_outputs, run, *, batch_size, multilabel=False):
    """Run a net over rows, documents of one length at a time.

    So neither padding nor the other documents have a part in a prediction.

    Parameters
    ----------
    source : TokenSource or FeatureSource
        The rows.
    n_outputs : int
        Width of the net's output: 1 for two classes, else one for each class.
    run : callable
        ``run(blocks)`` is the net's output for some rows, which are given as a tuple of
        arrays.
    batch_size : int
        Largest number of rows in one call of `run`. Where there are more, several
        threads call it.
    multilabel : bool, default=False
        Whether each output is the probability of a label, whatever the others are.

    Returns
    -------
    ndarray of float64 of shape (n_rows, n_classes)
        Class probabilities.
    """
    n_rows = len(source)
    if n_rows == 1:
        output = run(source.blocks(slice(0, 1), source.lengths[0]))
        return _of_labels(output) if multilabel else _of_one_row(output)
    if not n_rows:
        return np.empty((0, max(n_outputs, 2)))
    batch_size = source.rows_at_once(batch_size)
    output = np.empty((n_rows, n_outputs))

    def fill(rows):
        output[rows] = run(source.blocks(rows, source.lengths[rows[0]]))

    batches = by_length(source.lengths, batch_size)
    n_threads = 1 if n_rows <= batch_size else count_threads()
    if n_threads == 1:
        for rows in batches:
            fill(rows)
    else:
        pool = ThreadPoolExecutor(n_threads)
        try:
            list(pool.map(fill, batches))
        finally:  # also after Ctrl-C: it need not wait for what has not begun
            pool.shutdown(cancel_futures=True)
    return _of_labels(output) if multilabel else _probabilities(output)


def most_probable(proba, multilabel):
    """The position of the most probable class; or 1 for labels above a half, else 0."""
    return (proba > 0.5).astype(int) if multilabel else proba.argmax(axis=1)


def _of_labels(output):
    if np.isnan(output.sum()):
        raise _not_a_number(np.isnan(output).any(axis=1).sum(), len(output))
    return np.clip(output.astype(np.float64), CERTAIN, 1 - CERTAIN)


def _of_one_row(output):
    """As `_probabilities`; many times faster than NumPy for so few numbers."""
    row = output[0].tolist()
    row = [max(p, CERTAIN) for p in ([1 - row[0], *row] if len(row) == 1 else row)]
    total = sum(row)
    if total != total:
        raise _not_a_number(1, 1)
    return np.array([[p / total for p in row]])


def _probabilities(output):
    output = output.astype(np.float64, copy=False)
    if output.shape[1] == 1:
        output = np.concatenate([1 - output, output], axis=1)
    output = np.maximum(output, CERTAIN)
    total = output.sum(axis=1, keepdims=True)
    if np.isnan(total.sum()):
        raise _not_a_number(np.isnan(total).sum(), len(output))
    return output / total


def _not_a_number(n_wrong, n_rows):
    return ValueError(
        f"Expected numbers from the net, got NaN for {n_wrong} of {n_rows} rows: they "
        "hold too large numbers, or the net divides by zero. Scale numbers, or mend "
        "the net."
    )
