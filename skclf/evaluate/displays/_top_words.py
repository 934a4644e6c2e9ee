"""The words that speak for each class."""

from typing import Any

from skclf._names import public
from skclf._typing import Documents, Estimator
from skclf.evaluate.displays._style import Display, draw_words
from skclf.inspection import explain_model


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
        axes = self._grid(ax, len(groups), self.words.groupby("class").size().max())
        for (label, part), one in zip(groups, axes, strict=True):
            draw_words(one, part["word"], part["weight"], str(label))
        return self._drawn(axes)
