"""The words that speak for each class."""

from typing import Any

import numpy as np

from skclf._names import public
from skclf._typing import Documents, Estimator
from skclf.evaluate._wording import shortened
from skclf.evaluate.displays._style import (
    BLUE,
    Display,
    tidy,
)
from skclf.inspection import explain_model

MOST_COLUMNS = 4


@public("skclf.evaluate")
class TopWordsDisplay(Display):
    """The words that speak for each class, side by side.

    Use :meth:`from_estimator`.

    Parameters
    ----------
    words : DataFrame
        What :func:`~skclf.inspection.explain_model` returns.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : ndarray of matplotlib.axes.Axes
        Its axes, one for each class.

    Examples
    --------
    >>> from skclf import make_text_classifier
    >>> from skclf.evaluate import TopWordsDisplay
    >>> texts = ["the house is on fire", "a day on the beach"] * 10
    >>> model = make_text_classifier("tfidf-logreg").fit(texts, ["bad", "good"] * 10)
    >>> display = TopWordsDisplay.from_estimator(model, n_words=3)
    >>> [ax.get_title() for ax in display.ax_]
    ['bad', 'good']
    """

    def __init__(self, words):
        self.words = words

    @classmethod
    def from_estimator(
        cls,
        estimator: Estimator,
        texts: Documents | None = None,
        *,
        n_words: int = 8,
        ax: Any = None,
    ) -> "TopWordsDisplay":
        """Draw what a fitted pipeline goes by.

        Parameters
        ----------
        estimator : estimator
            A fitted pipeline of texts.
        texts : iterable of str, default=None
            Texts to explain it by; a linear model needs none.
        n_words : int, default=8
            How many words to draw for each class.
        ax : array of matplotlib.axes.Axes, default=None
            One for each class; None makes a figure.

        Returns
        -------
        TopWordsDisplay
            With the plot.
        """
        return cls(explain_model(estimator, texts, n_words=n_words)).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "TopWordsDisplay":
        """Draw it, the words that say most on top.

        Parameters
        ----------
        ax : array of matplotlib.axes.Axes, default=None
            One for each class; None makes a figure.

        Returns
        -------
        TopWordsDisplay
            Itself.
        """
        groups = list(self.words.groupby("class", sort=False))
        axes = self._grid(len(groups)) if ax is None else np.ravel(ax)
        if len(axes) != len(groups):
            raise ValueError(
                f"Expected {len(groups)} axes, one for each class, got {len(axes)}."
            )
        for (label, part), one in zip(groups, axes, strict=True):
            part = part.iloc[::-1]
            rows = np.arange(len(part))
            one.barh(rows, part["weight"], 0.7, color=BLUE)
            one.set_yticks(rows, [shortened(str(word), 18) for word in part["word"]])
            one.set_title(shortened(str(label), 24), fontsize="medium")
            one.tick_params(labelsize="small")
            one.margins(y=0.02)
            tidy(one)
        return self._drawn(axes)

    def _grid(self, n_classes):
        """Axes in as many rows as they need; the last row may be shorter."""
        columns = min(n_classes, MOST_COLUMNS)
        n_rows = -(-n_classes // columns)
        most = self.words.groupby("class").size().max()
        first = self._axes(None, 2.9 * columns, n_rows * (0.6 + 0.22 * most))
        figure = first.figure
        first.remove()
        axes = [figure.add_subplot(n_rows, columns, i + 1) for i in range(n_classes)]
        return np.array(axes)
