"""One look for all displays: colours, names of classes, sizes of figures."""

from skclf._optional import import_optional

# Okabe and Ito's colours, which people with any kind of colour vision tell apart.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#7F7F7F"
CYCLE = (BLUE, ORANGE, GREEN, "#CC79A7", "#D55E00", "#56B4E9", "#000000", "#F0E442")
SHADES = "Blues"


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
