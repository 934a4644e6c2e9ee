"""Documents with their classes and weights, and which of them go into which batch."""

from dataclasses import dataclass, replace
from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

from skclf._indicator import strata
from skclf.models.rows._targets import one_hot


@dataclass
class Rows:
    """Documents, classes and weights, one of each for a row.

    Parameters
    ----------
    source : TokenSource or FeatureSource
        The documents.
    codes : ndarray of int of shape (n,) or (n, n_labels)
        Their classes as positions in `classes_`; or which labels each of them has.
    weight : ndarray of float of shape (n,)
        Their weights in the loss.
    soft : ndarray of float of shape (n, n_classes), default=None
        How much of each class they have, where labels are soft; `codes` are then the
        largest.
    """

    source: object
    codes: np.ndarray
    weight: np.ndarray
    soft: np.ndarray | None = None

    def __len__(self):
        return len(self.codes)

    def take(self, rows):
        """The rows with these numbers."""
        soft = None if self.soft is None else self.soft[rows]
        return Rows(self.source.take(rows), self.codes[rows], self.weight[rows], soft)

    def target(self, n_outputs):
        """What is learned, as Keras' losses want it."""
        if self.soft is None:
            return one_hot(self.codes, n_outputs)
        return self.soft[:, -n_outputs:].astype(np.float32)

    def with_weight(self):
        """The rows whose weight is not 0; the others are as if not there."""
        some = np.flatnonzero(self.weight)
        if not len(some):
            raise ValueError("Expected a positive sample_weight in some row, got none.")
        return self if len(some) == len(self) else self.take(some)

    def reweighted(self, factors):
        """The weight of each row multiplied by the factor of its class.

        A soft label is as good as copies of the row with all labels, each of which
        weighs as much as its share: so the shares change, too.
        """
        if self.codes.ndim == 2:
            return self
        if self.soft is None:
            return replace(self, weight=self.weight * factors[self.codes])
        soft = self.soft * factors
        total = soft.sum(axis=1)
        soft = soft / np.where(total > 0, total, 1)[:, None]
        return replace(self, weight=self.weight * total, soft=soft)

    def weight_of(self, n_classes):
        """How much all rows weigh together in each class."""
        if self.soft is None:
            return np.bincount(self.codes, self.weight, n_classes)
        return self.weight @ self.soft

    def shares(self, n_classes):
        """Weighted share of each class; of rows without and with each label."""
        if self.codes.ndim == 2:
            shares = np.average(self.codes, axis=0, weights=self.weight)
            return np.stack([1 - shares, shares])
        return self.weight_of(n_classes) / self.weight.sum()

    def split(self, fraction, rng):
        """Training and validation rows: stratified and shuffled.

        Of several labels of a row, its rarest one counts. The validation part is None
        if every class is too rare to spare a row.
        """
        train, held = hold_out(strata(self.codes), fraction, rng)
        return (self.take(train), self.take(held)) if len(held) else (self, None)


def hold_out(codes, fraction, rng):
    """Row numbers of a training and a validation part, class by class.

    Every class keeps at least one row for training, so a class with a single row is
    not validated.

    Parameters
    ----------
    codes : ndarray of int of shape (n,)
        Class of each row.
    fraction : float
        Share of the rows to hold out.
    rng : numpy.random.RandomState
        Source of the shuffling.

    Returns
    -------
    train, validation : ndarray of int
        Row numbers in order. `validation` may be empty.
    """
    order = rng.permutation(len(codes))
    ranked = order[np.argsort(codes[order], kind="stable")]
    counts = np.bincount(codes)
    rank = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    held = rank < np.repeat(_quotas(counts, fraction), counts)
    return np.sort(ranked[~held]), np.sort(ranked[held])


def _quotas(counts, fraction):
    """Rows to hold out of each class: proportional, by largest remainder."""
    wanted = counts * fraction
    quota = np.floor(wanted).astype(int)
    rest = round(counts.sum() * fraction) - quota.sum()
    by_remainder = np.argsort(quota - wanted, kind="stable")
    quota[by_remainder[: max(rest, 0)]] += 1
    return np.minimum(quota, np.maximum(counts - 1, 0))


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
