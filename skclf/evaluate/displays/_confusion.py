"""Which classes are taken for which."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import confusion_matrix, f1_score
from sklearn.utils.multiclass import unique_labels

from skclf._names import public
from skclf._typing import Documents, Estimator, Labels
from skclf.evaluate._one_label import one_label
from skclf.evaluate._wording import names_of
from skclf.evaluate.displays._style import (
    SHADES,
    Display,
)


@public("skclf.evaluate")
class ConfusionDisplay(Display):
    """Confusion of the classes, of training and validation side by side.

    Rows are true classes and sum to 1; columns are predicted ones. Use
    :meth:`from_estimator` or :meth:`from_predictions`.

    Parameters
    ----------
    matrices : dict of str to ndarray of shape (n_classes, n_classes)
        Shares by part of the data.
    scores : dict of str to float
        Macro-averaged F1 of each part.
    classes : ndarray of shape (n_classes,)
        The labels.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : ndarray of matplotlib.axes.Axes
        Its axes, one for each part.

    See Also
    --------
    sklearn.metrics.ConfusionMatrixDisplay : A single matrix.

    Examples
    --------
    >>> from skclf.evaluate import ConfusionDisplay
    >>> y_true, y_pred = ["a", "a", "b", "b"], ["a", "b", "b", "b"]
    >>> display = ConfusionDisplay.from_predictions(y_true, y_pred)
    >>> display.matrices["all"]
    array([[0.5, 0.5],
           [0. , 1. ]])
    """

    def __init__(self, matrices, scores, classes):
        self.matrices = matrices
        self.scores = scores
        self.classes = classes

    @classmethod
    def from_estimator(
        cls,
        estimator: Estimator,
        X: Documents,
        y: Labels,
        *,
        X_val: Documents | None = None,
        y_val: Labels | None = None,
        ax: Any = None,
    ) -> "ConfusionDisplay":
        """Draw the confusion of a fitted classifier.

        Parameters
        ----------
        estimator : estimator
            A fitted classifier.
        X, y : documents and labels
            What it was trained on; or, without `X_val`, any documents.
        X_val, y_val : documents and labels, default=None
            Others, which are drawn beside them.
        ax : array of matplotlib.axes.Axes, default=None
            One for each part; None makes a figure.

        Returns
        -------
        ConfusionDisplay
            With the plot.
        """
        if X_val is None:
            return cls.from_predictions(y, estimator.predict(X), ax=ax)
        return cls.from_predictions(
            y,
            estimator.predict(X),
            y_true_val=y_val,
            y_pred_val=estimator.predict(X_val),
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        y_true_val: ArrayLike | None = None,
        y_pred_val: ArrayLike | None = None,
        ax: Any = None,
    ) -> "ConfusionDisplay":
        """Draw the confusion of predicted labels.

        Parameters
        ----------
        y_true, y_pred : array-like of shape (n,)
            True and predicted labels.
        y_true_val, y_pred_val : array-like of shape (n_val,), default=None
            Those of validation documents.
        ax : array of matplotlib.axes.Axes, default=None
            One for each part; None makes a figure.

        Returns
        -------
        ConfusionDisplay
            With the plot.

        Raises
        ------
        ValueError
            If lengths differ, or documents have several labels.
        """
        parts = {"all": (y_true, y_pred)}
        if y_true_val is not None:
            parts = {
                "training": (y_true, y_pred),
                "validation": (y_true_val, y_pred_val),
            }
        parts = {name: one_label(*pair) for name, pair in parts.items()}
        classes = unique_labels(*(y for pair in parts.values() for y in pair))
        matrices, scores = {}, {}
        for name, (true, predicted) in parts.items():
            counts = confusion_matrix(true, predicted, labels=classes)
            matrices[name] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
            scores[name] = float(
                f1_score(true, predicted, average="macro", zero_division=np.nan)
            )
        return cls(matrices, scores, classes).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "ConfusionDisplay":
        """Draw it.

        Parameters
        ----------
        ax : array of matplotlib.axes.Axes, default=None
            One for each part; None makes a figure.

        Returns
        -------
        ConfusionDisplay
            Itself.
        """
        n, names = len(self.classes), names_of(self.classes)
        side = 1.2 + 0.42 * max(n, 4)
        room = 0.8 + 0.085 * max(map(len, names))  # for the names of the classes
        width = room + 0.2 + side * len(self.matrices)
        height = side + room + 0.4
        n_parts, squares = len(self.matrices), "compressed"
        axes = np.ravel(self._axes(ax, width, height, n_parts, layout=squares))
        for i, (part, one) in enumerate(zip(self.matrices, axes, strict=True)):
            self._plot_part(one, part, names if i == 0 else None, names)
        return self._drawn(axes)

    def _plot_part(self, ax, part, rows, columns):
        matrix = self.matrices[part]
        ax.imshow(matrix, cmap=SHADES, vmin=0, vmax=1)
        size = "small" if len(matrix) <= 10 else "xx-small"
        for i, j in np.argwhere(matrix >= 0.005):
            colour = "white" if matrix[i, j] > 0.6 else "black"
            text = f"{matrix[i, j]:.2f}".removeprefix("0")
            ax.text(j, i, text, ha="center", va="center", color=colour, fontsize=size)
        ticks = np.arange(len(matrix))
        ax.set_xticks(ticks, columns, rotation=90)
        ax.set_yticks(ticks, ticks * 0 if rows is None else rows)
        if rows is None:
            ax.set_yticks(ticks, [""] * len(ticks))
        else:
            ax.set_ylabel("true")
        title = "" if part == "all" else f"{part}, "
        ax.set(xlabel="predicted", title=f"{title}macro F1 {self.scores[part]:.3f}")
