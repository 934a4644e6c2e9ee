"""The classes that a first pass over labelled rows has found."""

import warnings
from collections import Counter

import numpy as np

from skclf._validation import check_labels, excerpt, listed, similar_labels
from skclf.datasets._delimited import typed_column
from skclf.datasets._published import plain_labels

_ENOUGH = 100  # rows of a chunk for each class that say something about their order
_SORTED = 0.3  # total variation distance


class LabelCount:
    """Counts the labels of chunks that go by.

    Parameters
    ----------
    target : str
        The column of labels.
    is_text : bool
        Whether labels are cells of text, of which some may be numbers.
    """

    def __init__(self, target, is_text):
        self._target, self._is_text = target, is_text
        self._by_chunk = []

    def watch(self, chunks):
        """Yield the texts of chunks, and count the labels."""
        for texts, labels in chunks:
            self._by_chunk.append(Counter(labels))
            if texts:
                yield texts

    @property
    def n_chunks(self):
        """Number of chunks, and of passes through a classifier, of an epoch."""
        return sum(bool(counts) for counts in self._by_chunk)

    def finish(self):
        """The classes.

        Returns
        -------
        KnownLabels
            Those of all chunks.

        Raises
        ------
        ValueError
            If there are fewer than two, or labels are no classes.

        Warns
        -----
        UserWarning
            If labels look alike, or rows seem to be sorted by class.
        """
        counts = sum(self._by_chunk, Counter())
        found = list(counts)
        values = found
        if self._is_text:
            values = plain_labels(typed_column(found)).tolist()
            if similar := similar_labels(values):
                warnings.warn(f"{similar} Write each label in one way.", stacklevel=4)
        # Some of each, by which scikit-learn tells classes from values that are unique.
        some = [
            v
            for v, n in zip(values, counts.values(), strict=True)
            for _ in range(min(n, 3))
        ]
        check_labels(some, len(some), ("labels", f"the column {excerpt(self._target)}"))
        classes, codes = np.unique(values, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(
                f"Expected two classes or more in the column {excerpt(self._target)}, "
                f"got {listed(classes.tolist())} in the part that is learned from."
            )
        known = KnownLabels(classes, dict(zip(found, codes.tolist(), strict=True)))
        known.counts = known.count(counts)
        self._warn_if_sorted(known)
        return known

    def _warn_if_sorted(self, known):
        shares = known.counts / known.counts.sum()
        for counts in self._by_chunk:
            own = known.count(counts)
            if own.sum() < _ENOUGH * len(own):
                continue
            distance = abs(own / own.sum() - shares).sum() / 2
            if distance > _SORTED:
                warnings.warn(
                    f"The rows seem to be sorted by {excerpt(self._target)}: classes "
                    "have other shares in some chunks than in all rows, by "
                    f"{distance:.0%} in one. Only rows of a chunk are shuffled, so the "
                    "last chunks count most. Shuffle the file, or raise chunk_size.",
                    stacklevel=4,
                )
                return


class KnownLabels:
    """Classes, and the labels that stand for them.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        Sorted.
    codes : dict of object to int
        Position of the class of a label as it is in the file.

    Attributes
    ----------
    counts : ndarray of shape (n_classes,)
        Rows of each class that are learned from.
    """

    def __init__(self, classes, codes):
        self.classes, self._codes = classes, codes

    def count(self, counts):
        """Rows of each class, of counts by label."""
        n_rows = np.zeros(len(self.classes))
        for label, n in counts.items():
            n_rows[self._codes[label]] += n
        return n_rows

    def codes(self, labels):
        """Positions of the classes of labels; -1 for labels that are not known."""
        codes = (self._codes.get(label, -1) for label in labels)
        return np.fromiter(codes, np.int64, len(labels))

    def weights(self, class_weight):
        """Weight of each class.

        Parameters
        ----------
        class_weight : dict, "balanced" or None
            As classifiers take it.

        Returns
        -------
        ndarray of float of shape (n_classes,), or None
            None where all rows count the same.

        Raises
        ------
        ValueError
            If a key is no class.
        """
        if class_weight is None:
            return None
        if class_weight == "balanced":
            return self.counts.sum() / (len(self.classes) * self.counts)
        known = self.classes.tolist()
        unknown = [label for label in class_weight if label not in known]
        if unknown:
            raise ValueError(
                f"Expected classes as keys of class_weight, got {excerpt(unknown[0])}. "
                f"They are {listed(known)}."
            )
        return np.array([class_weight.get(label, 1.0) for label in known])
