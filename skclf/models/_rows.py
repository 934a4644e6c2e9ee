"""Documents with their classes and weights, on the way into training."""

from dataclasses import dataclass, replace

import numpy as np

from skclf._indicator import strata


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
    """

    source: object
    codes: np.ndarray
    weight: np.ndarray

    def __len__(self):
        return len(self.codes)

    def take(self, rows):
        """The rows with these numbers."""
        return Rows(self.source.take(rows), self.codes[rows], self.weight[rows])

    def with_weight(self):
        """The rows whose weight is not 0; the others are as if not there."""
        some = np.flatnonzero(self.weight)
        if not len(some):
            raise ValueError("Expected a positive sample_weight in some row, got none.")
        return self if len(some) == len(self) else self.take(some)

    def reweighted(self, factors):
        """The weight of each row multiplied by the factor of its class."""
        if self.codes.ndim == 2:
            return self
        return replace(self, weight=self.weight * factors[self.codes])

    def shares(self, n_classes):
        """Weighted share of each class; of rows without and with each label."""
        if self.codes.ndim == 2:
            shares = np.average(self.codes, axis=0, weights=self.weight)
            return np.stack([1 - shares, shares])
        return np.bincount(self.codes, self.weight, n_classes) / self.weight.sum()

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
