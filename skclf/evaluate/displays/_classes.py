"""How many documents each class has, how many are predicted, and how well."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import precision_recall_fscore_support
from sklearn.utils.multiclass import unique_labels

from skclf._names import public
from skclf._typing import Documents, Estimator, Labels
from skclf.evaluate._one_label import one_label
from skclf.evaluate._wording import names_of
from skclf.evaluate.displays._style import (
    BLUE,
    GREEN,
    ORANGE,
    Display,
    height_of,
    legend_above,
    tidy,
)


@public("skclf.evaluate")
class ClassDistributionDisplay(Display):
    """How often each class occurs, and, with predictions, how often it is predicted.

    Use :meth:`from_labels` or :meth:`from_predictions`.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        The labels, sorted.
    counts : ndarray of int of shape (n_classes,)
        Documents of each.
    predicted : ndarray of int of shape (n_classes,), default=None
        Documents that are predicted to be of it.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : matplotlib.axes.Axes
        Its axes.

    Examples
    --------
    >>> from skclf.evaluate import ClassDistributionDisplay
    >>> display = ClassDistributionDisplay.from_labels(["a", "b", "b", "b"])
    >>> display.counts
    array([1, 3])
    """

    def __init__(self, classes, counts, predicted=None):
        self.classes = classes
        self.counts = counts
        self.predicted = predicted

    @classmethod
    def from_labels(cls, y: Labels, *, ax: Any = None) -> "ClassDistributionDisplay":
        """Draw the distribution of some labels.

        Parameters
        ----------
        y : array-like of shape (n,)
            The labels.
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        ClassDistributionDisplay
            With the plot.
        """
        (y,) = one_label(y)
        classes = unique_labels(y)
        return cls(classes, _counts(y, classes)).plot(ax=ax)

    @classmethod
    def from_predictions(
        cls, y_true: ArrayLike, y_pred: ArrayLike, *, ax: Any = None
    ) -> "ClassDistributionDisplay":
        """Draw predicted beside true shares.

        Parameters
        ----------
        y_true, y_pred : array-like of shape (n,)
            True and predicted labels.
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        ClassDistributionDisplay
            With the plot.
        """
        y_true, y_pred = one_label(y_true, y_pred)
        classes = unique_labels(y_true, y_pred)
        counts = [_counts(y, classes) for y in (y_true, y_pred)]
        return cls(classes, *counts).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "ClassDistributionDisplay":
        """Draw it, the most frequent class on top.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        ClassDistributionDisplay
            Itself.
        """
        order = np.argsort(self.counts, kind="stable")
        rows, total = np.arange(len(order)), self.counts.sum()
        ax = self._axes(ax, 6.5, height_of(len(order)))
        several = self.predicted is not None
        height, shift = (0.4, 0.2) if several else (0.7, 0)
        bars = ax.barh(
            rows + shift, self.counts[order] / total, height, color=BLUE, label="true"
        )
        labels = [f"{n:,} ({n / total:.1%})" for n in self.counts[order].tolist()]
        if several:
            shares = self.predicted[order] / total
            ax.barh(rows - shift, shares, height, color=ORANGE, label="predicted")
            legend_above(ax)
        else:
            ax.bar_label(bars, labels, padding=3, fontsize="small")
            ax.margins(x=0.25)
        ax.set_yticks(rows, names_of(self.classes[order]))
        ax.set(xlabel=f"share of {total:,} documents")
        ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        tidy(ax)
        return self._drawn(ax)


@public("skclf.evaluate")
class ClassScoresDisplay(Display):
    """Precision, recall and F1 of each class.

    Use :meth:`from_estimator` or :meth:`from_predictions`.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        The labels, sorted.
    scores : ndarray of shape (3, n_classes)
        Precision, recall and F1; NaN where there is none.
    counts : ndarray of int of shape (n_classes,)
        Documents of each class.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : matplotlib.axes.Axes
        Its axes.

    Examples
    --------
    >>> from skclf.evaluate import ClassScoresDisplay
    >>> y_true, y_pred = ["a", "a", "b", "b"], ["a", "b", "b", "b"]
    >>> ClassScoresDisplay.from_predictions(y_true, y_pred).scores.round(2)
    array([[1.  , 0.67],
           [0.5 , 1.  ],
           [0.67, 0.8 ]])
    """

    def __init__(self, classes, scores, counts):
        self.classes = classes
        self.scores = scores
        self.counts = counts

    @classmethod
    def from_estimator(
        cls, estimator: Estimator, X: Documents, y: Labels, *, ax: Any = None
    ) -> "ClassScoresDisplay":
        """Draw the scores of a fitted classifier.

        Parameters
        ----------
        estimator : estimator
            A fitted classifier.
        X, y : documents and labels
            What it is scored on.
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        ClassScoresDisplay
            With the plot.
        """
        return cls.from_predictions(y, estimator.predict(X), ax=ax)

    @classmethod
    def from_predictions(
        cls, y_true: ArrayLike, y_pred: ArrayLike, *, ax: Any = None
    ) -> "ClassScoresDisplay":
        """Draw the scores of predicted labels.

        Parameters
        ----------
        y_true, y_pred : array-like of shape (n,)
            True and predicted labels.
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        ClassScoresDisplay
            With the plot.
        """
        y_true, y_pred = one_label(y_true, y_pred)
        classes = unique_labels(y_true, y_pred)
        *scores, counts = precision_recall_fscore_support(
            y_true, y_pred, labels=classes, zero_division=np.nan
        )
        return cls(classes, np.array(scores), counts).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "ClassScoresDisplay":
        """Draw it, the most frequent class on top.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        ClassScoresDisplay
            Itself.
        """
        order = np.argsort(self.counts, kind="stable")
        rows = np.arange(len(order))
        ax = self._axes(ax, 6.5, height_of(len(order)))
        precision, recall, f1 = self.scores[:, order]
        ax.hlines(rows, precision, recall, color="#CCCCCC", linewidth=3, zorder=1)
        for values, marker, colour, label in (
            (precision, "<", ORANGE, "precision"),
            (recall, ">", GREEN, "recall"),
            (f1, "o", BLUE, "F1"),
        ):
            ax.scatter(values, rows, marker=marker, color=colour, label=label, zorder=2)
        names = names_of(self.classes[order])
        counts = self.counts[order].tolist()
        ax.set_yticks(
            rows, [f"{name} ({n:,})" for name, n in zip(names, counts, strict=True)]
        )
        ax.set(xlim=(-0.03, 1.03), xlabel="score")
        ax.grid(axis="x", color="#EEEEEE")
        ax.set_axisbelow(True)
        legend_above(ax)
        tidy(ax)
        return self._drawn(ax)


def _counts(y, classes):
    return np.bincount(np.searchsorted(classes, y), minlength=len(classes))
