"""What an audit of a split has found."""

from functools import partial

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score
from sklearn.utils.validation import _num_samples

from skclf._foreign import as_plain
from skclf._indicator import check_targets
from skclf._validation import excerpt
from skclf.evaluate._shown_texts import html_table

_MOST_PAIRS = 20  # in a notebook
KINDS = ("exact", "cleaned", "near")
_METRICS = {
    "accuracy": accuracy_score,
    "f1_macro": partial(f1_score, average="macro", zero_division=np.nan),
}


class SplitAudit:
    """What :func:`audit_split` has found; print it to read it.

    Attributes
    ----------
    pairs : DataFrame
        One row for each leaked test text, with the training text that is closest: exact
        ones first, then by falling similarity. The index ``row`` is the position in
        `X_test`, counted from 0. Columns:

        train_row : int
            Position in `X_train`, the first of equally close texts; of equal ones, the
            first with another label, if there is one.
        kind : {"exact", "cleaned", "near"}
            Whether the texts are equal, equal once both are cleaned, or nearly equal.
        similarity : float
            1 for equal texts; of others, the Jaccard index of character trigrams.
        text, train_text : str
            Both texts.
        label, train_label : label
            Both labels, if they were given.
    leaked : ndarray of shape (n_test,), dtype=bool
        Which test texts are in `pairs`. ``X_test[~audit.leaked]`` are the others.
    counts : DataFrame
        For each kind, and for all ``leaked`` texts: ``n_texts``; their ``share`` of the
        test texts; with labels, ``n_conflicts``, those paired with another label.
    n_train, n_test : int
        Number of texts.
    n_empty : int
        Number of test texts with nothing left after cleaning that are not leaked.
    threshold : float or None
        Lowest similarity of nearly equal texts.

    See Also
    --------
    audit_split : Makes it.
    """

    def __init__(self, pairs, *, n_train, n_test, n_empty, threshold):
        self.pairs = pairs
        self.n_train = n_train
        self.n_test = n_test
        self.n_empty = n_empty
        self.threshold = threshold
        self.leaked = np.zeros(n_test, dtype=bool)
        self.leaked[pairs.index] = True

    @property
    def counts(self):
        found = self.pairs["kind"]
        masks = {kind: found == kind for kind in KINDS}
        if self.threshold is None:
            del masks["near"]
        masks["leaked"] = found.notna()
        table = _count_texts(masks).rename_axis(index="kind")
        table["share"] = table["n_texts"] / self.n_test
        if "label" in self.pairs:
            differ = self.pairs["label"] != self.pairs["train_label"]
            table["n_conflicts"] = [(mask & differ).sum() for mask in masks.values()]
        return table

    def scores(self, y_true, y_pred, *, metrics=None):
        """Score predictions for the test texts with and without the leaked ones.

        Parameters
        ----------
        y_true : array-like of shape (n_test,) or (n_test, n_labels)
            The true labels, or an indicator matrix.
        y_pred : array-like of shape (n_test,) or (n_test, n_columns)
            What a model says of `X_test`: labels, or whatever the metrics take.
        metrics : dict of str to callable, default=None
            Functions of `y_true` and `y_pred`, as in :mod:`sklearn.metrics`. None is
            accuracy and macro F1.

        Returns
        -------
        DataFrame
            Rows ``all``, ``not leaked`` and ``leaked``; ``n_texts`` and a column for
            each metric, which is NaN where there are no texts. Macro F1 is the mean of
            the classes that occur in the row's texts or predictions.

        Raises
        ------
        ValueError
            If there is not one label and one prediction for each test text.
        TypeError
            If `metrics` is no dict of functions.
        """
        metrics = _check_metrics(metrics)
        y_true = check_targets(y_true, self.n_test, names=("X_test", "y_true"))
        y_pred = _check_predictions(y_pred, self.n_test)
        every = np.ones(self.n_test, dtype=bool)
        rows = {"all": every, "not leaked": ~self.leaked, "leaked": self.leaked}
        table = _count_texts(rows)
        for name, metric in metrics.items():
            table[name] = [
                metric(y_true[mask], y_pred[mask]) if mask.any() else np.nan
                for mask in rows.values()
            ]
        return table

    def __repr__(self):
        counts, width = self.counts, len(f"{self.n_test:,}")
        meaning, lines = self._meaning(), [self._title()]
        for kind, n, share in counts[["n_texts", "share"]].itertuples():
            lines.append(f"  {kind:<7} {n:>{width},} {share:>7.1%}  {meaning[kind]}")
        return "\n".join([*lines, *self._remarks()])

    def _repr_html_(self):
        counts = self.counts.assign(share=self.counts["share"].map("{:.1%}".format))
        counts["meaning"] = counts.index.map(self._meaning())
        remarks = "".join(f"<p>{line}</p>" for line in self._remarks())
        pairs = self.pairs.head(_MOST_PAIRS)
        shown = f"the first {len(pairs)} of " if len(pairs) < len(self.pairs) else ""
        title = f"Leaked texts ({shown}{len(self.pairs):,})"
        page = f"<details><summary>{title}</summary>{html_table(pairs)}</details>"
        return (
            f"<div><p><b>{self._title()}</b></p>{html_table(counts)}{remarks}"
            f"{page if len(pairs) else ''}</div>"
        )

    def _title(self):
        return f"{self.n_test:,} test texts against {self.n_train:,} training texts:"

    def _meaning(self):
        return {
            "exact": "equal a training text",
            "cleaned": "equal one once both are cleaned",
            "near": f"nearly equal one (similarity {self.threshold} or more)",
            "leaked": "in all",
        }

    def _remarks(self):
        lines, counts = [], self.counts
        if "n_conflicts" in counts:
            n = counts.loc["leaked", "n_conflicts"]
            lines.append(f"With another label in training: {n:,} of the leaked texts.")
        if self.n_empty:
            lines.append(
                f"Empty once cleaned, not counted as leaked: {self.n_empty:,}."
            )
        return lines


def _count_texts(masks):
    counts = {name: int(mask.sum()) for name, mask in masks.items()}
    return pd.DataFrame({"n_texts": counts})


def _check_metrics(metrics):
    if metrics is None:
        return _METRICS
    if not isinstance(metrics, dict) or not all(map(callable, metrics.values())):
        raise TypeError(
            "Expected metrics as a dict of names to functions, got "
            f"{excerpt(metrics)}. Pass, for example, "
            "{'accuracy': sklearn.metrics.accuracy_score}."
        )
    return metrics


def _check_predictions(y_pred, n_test):
    y_pred = as_plain(y_pred)
    if isinstance(y_pred, str) or _num_samples(y_pred) != n_test:
        got = excerpt(y_pred) if isinstance(y_pred, str) else _num_samples(y_pred)
        raise ValueError(
            f"Expected one prediction in y_pred for each of {n_test} texts, got {got}. "
            "Pass the predictions for the whole X_test."
        )
    return np.asarray(y_pred)
