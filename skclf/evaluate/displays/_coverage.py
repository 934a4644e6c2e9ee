"""How many words have a vector, and which frequent ones have none."""

from typing import Any

import numpy as np

from skclf._names import public
from skclf._typing import Estimator
from skclf._validation import excerpt
from skclf.compose._unwrapped import unwrapped
from skclf.evaluate._wording import shortened
from skclf.evaluate.displays._style import (
    BLUE,
    GREY,
    Display,
    tidy,
)


@public("skclf.evaluate")
class CoverageDisplay(Display):
    """Shares of words with a vector, and the most frequent words without one.

    Use :meth:`from_estimator`.

    Parameters
    ----------
    coverage : dict of str to float
        Shares of the distinct words ("types") and of the running text ("tokens").
    missing : list of str
        Words without a vector, the most frequent first.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : matplotlib.axes.Axes
        Its axes.

    Examples
    --------
    >>> from skclf import EmbeddingLookup, SequenceEncoder
    >>> from skclf.evaluate import CoverageDisplay
    >>> X = SequenceEncoder().fit_transform(["fire", "smoke", "fire", "xyz"])
    >>> lookup = EmbeddingLookup({"fire": [1.0], "smoke": [2.0]}).fit(X)
    >>> CoverageDisplay.from_estimator(lookup).missing
    ['xyz']
    """

    def __init__(self, coverage, missing):
        self.coverage = coverage
        self.missing = missing

    @classmethod
    def from_estimator(
        cls, estimator: Estimator, *, ax: Any = None
    ) -> "CoverageDisplay":
        """Draw the coverage of a fitted lookup.

        Parameters
        ----------
        estimator : estimator
            A fitted :class:`~skclf.embed.EmbeddingLookup`, ``EmbeddingTrainer`` or
            ``EmbeddingUnion``, or a pipeline with one of them.
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        CoverageDisplay
            With the plot.

        Raises
        ------
        TypeError
            If there is no fitted lookup.
        """
        lookup = fitted_lookup(estimator)
        if lookup is None:
            raise TypeError(
                "Expected fitted word vectors, or a pipeline with a step of them, got "
                f"{excerpt(estimator)}."
            )
        return cls(lookup.coverage_, list(lookup.missing_words_)).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "CoverageDisplay":
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        CoverageDisplay
            Itself.
        """
        ax = self._axes(ax, 6.5, 2.4)
        names = {"types": "distinct words", "tokens": "running text"}
        rows = np.arange(len(names))
        shares = np.array([self.coverage[name] for name in names])
        ax.barh(rows, shares, 0.6, color=BLUE)
        ax.barh(rows, 1 - shares, 0.6, left=shares, color=GREY, alpha=0.3)
        for row, share in zip(rows, shares, strict=True):
            colour = "white" if share > 0.12 else "black"
            ax.text(0.01, row, f"{share:.1%}", va="center", color=colour)
        ax.set_yticks(rows, list(names.values()))
        ax.set(xlim=(0, 1))
        ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        words = ", ".join(shortened(word, 16) for word in self.missing[:6])
        if words:
            ax.set_xlabel(f"most frequent without a vector:\n{words}", fontsize="small")
        tidy(ax)
        return self._drawn(ax)


def fitted_lookup(estimator):
    """The step with word vectors of a pipeline; None if there is none."""
    estimator = unwrapped(estimator)
    if hasattr(estimator, "coverage_"):
        return estimator
    steps = getattr(estimator, "steps", [])
    found = filter(None, (fitted_lookup(step) for _, step in steps))
    return next(found, None)
