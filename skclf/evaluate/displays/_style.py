"""One look for all displays: colours, names of classes, sizes of figures."""

import numpy as np

from skclf._optional import import_optional
from skclf.evaluate._wording import shortened

# Okabe and Ito's colours, which people with any kind of colour vision tell apart.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#7F7F7F"
CYCLE = (BLUE, ORANGE, GREEN, "#CC79A7", "#D55E00", "#56B4E9", "#000000", "#F0E442")
SHADES = "Blues"

MOST_COLUMNS = 4  # of lists of words, side by side


class Display:
    """Base of displays: what was computed, and how it is drawn.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : matplotlib.axes.Axes, or ndarray of them
        Its axes.
    """

    def _axes(self, ax, width, height, n=1, layout="constrained"):
        """The user's axes, or new ones of a figure of so many inches."""
        feature = type(self).__name__
        plt = import_optional("matplotlib.pyplot", feature=feature, extra="plot")
        if ax is not None:
            return ax
        _, axes = plt.subplots(1, n, figsize=(width, height), layout=layout)
        return axes

    def _grid(self, ax, n, n_words):
        """The user's `n` axes, or new ones for lists of so many words.

        New ones are in as many rows as they need; the last row may be shorter.
        """
        if ax is not None:
            axes = np.ravel(ax)
            if len(axes) != n:
                raise ValueError(
                    f"Expected {n} axes, one for each list of words, got {len(axes)}."
                )
            return axes
        columns = min(n, MOST_COLUMNS)
        n_rows = -(-n // columns)
        first = self._axes(None, 2.9 * columns, n_rows * (0.6 + 0.22 * n_words))
        figure = first.figure
        first.remove()
        axes = [figure.add_subplot(n_rows, columns, i + 1) for i in range(n)]
        return np.array(axes)

    def _drawn(self, ax):
        """Remember the axes, which `plot` leaves to the user."""
        self.ax_ = ax
        first = ax if not hasattr(ax, "flat") else ax.flat[0]
        self.figure_ = first.figure
        return self


def height_of(n_rows, each=0.32, around=1.2):
    """Inches of a figure with so many rows of text."""
    return around + each * max(n_rows, 2)


def legend_above(ax):
    """A legend in a row over the axes, where it hides nothing."""
    place = {"loc": "lower center", "bbox_to_anchor": (0.5, 1)}
    ax.legend(frameon=False, ncols=3, **place)


def tidy(ax):
    """Leave out what says nothing: the frame above and to the right."""
    ax.spines[["top", "right"]].set_visible(False)


def draw_words(ax, words, weights, title):
    """Words with bars for their weights, the first ones on top."""
    rows = np.arange(len(words))[::-1]
    ax.barh(rows, weights, 0.7, color=BLUE)
    ax.set_yticks(rows, [shortened(str(word), 18) for word in words])
    ax.set_title(shortened(title, 24), fontsize="medium")
    ax.tick_params(labelsize="small")
    ax.locator_params(axis="x", nbins=4, steps=[1, 2, 5, 10])  # short, and few
    ax.margins(y=0.02)
    tidy(ax)
