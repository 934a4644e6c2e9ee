"""Documents by themselves: how long they are, which words are how frequent."""

from collections import Counter
from typing import Any

import numpy as np
from sklearn.utils.multiclass import unique_labels
from sklearn.utils.validation import check_consistent_length

from skclf._names import public
from skclf._typing import Documents, Labels
from skclf._validation import check_documents, check_not_empty
from skclf.evaluate._one_label import one_label
from skclf.evaluate._wording import names_of
from skclf.evaluate.displays._style import (
    BLUE,
    GREY,
    ORANGE,
    Display,
    height_of,
    tidy,
)

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@public("skclf.evaluate")
class LengthDisplay(Display):
    """How many words documents have, in each class.

    The box holds the middle half of the documents, the line 90 % of them, and the dot
    is the median. Use :meth:`from_documents`.

    Parameters
    ----------
    names : list of str
        The classes; "all" without labels.
    quantiles : ndarray of shape (n_classes, 5)
        Numbers of words, at shares of .05, .25, .5, .75 and .95 of the documents.
    max_len : int or None
        A length at which documents would be cut.
    cut : float or None
        The share of documents that are longer.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : matplotlib.axes.Axes
        Its axes.

    Examples
    --------
    >>> from skclf.evaluate import LengthDisplay
    >>> texts = ["a", "a fire", "a big fire", "a very big fire"]
    >>> display = LengthDisplay.from_documents(texts, max_len=3)
    >>> display.cut
    0.25
    """

    def __init__(self, names, quantiles, max_len=None, cut=None):
        self.names = names
        self.quantiles = quantiles
        self.max_len = max_len
        self.cut = cut

    @classmethod
    def from_documents(
        cls,
        X: Documents,
        y: Labels | None = None,
        *,
        max_len: int | None = None,
        ax: Any = None,
    ) -> "LengthDisplay":
        """Draw the lengths of some documents.

        Parameters
        ----------
        X : iterable of str
            The documents; words are what stands between blanks.
        y : array-like of shape (n_documents,), default=None
            Their labels; None draws all together.
        max_len : int, default=None
            Draw where a ``SequenceEncoder(max_len=)`` would cut.
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        LengthDisplay
            With the plot.
        """
        docs = check_documents(X)
        check_not_empty(docs, cls.__name__)
        lengths = np.array([len((doc or "").split()) for doc in docs])
        names, groups = ["all"], [lengths]
        if y is not None:
            (y,) = one_label(y)
            check_consistent_length(docs, y)
            classes = unique_labels(y)
            names, groups = (
                names_of(classes),
                [lengths[y == label] for label in classes],
            )
        quantiles = np.array([np.quantile(group, QUANTILES) for group in groups])
        cut = None if max_len is None else float(np.mean(lengths > max_len))
        return cls(names, quantiles, max_len, cut).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "LengthDisplay":
        """Draw it, the class with the longest documents on top.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        LengthDisplay
            Itself.
        """
        order = np.argsort(self.quantiles[:, 2], kind="stable")
        rows = np.arange(len(order))
        ax = self._axes(ax, 6.5, height_of(len(order)))
        lowest, low, median, high, highest = self.quantiles[order].T
        ax.hlines(rows, lowest, highest, color=BLUE, linewidth=1)
        ax.barh(rows, high - low, 0.5, left=low, color=BLUE, alpha=0.35)
        ax.plot(median, rows, "o", color=BLUE)
        if self.max_len is not None:
            ax.axvline(self.max_len, color=ORANGE)
            ax.set_title(f"{self.cut:.1%} have more than {self.max_len} words")
        ax.set_yticks(rows, [self.names[i] for i in order])
        ax.set_ylim(-0.7, len(rows) - 0.3)
        ax.set_xlabel("words")
        ax.set_xlim(left=0)
        tidy(ax)
        return self._drawn(ax)


@public("skclf.evaluate")
class WordRankDisplay(Display):
    """How frequent the words of some documents are, by rank.

    Use :meth:`from_documents`.

    Parameters
    ----------
    counts : ndarray of int of shape (n_words,)
        How often each word occurs, the most frequent first.
    max_words : int or None
        A size of the vocabulary to mark.

    Attributes
    ----------
    once : float
        The share of words that occur once.
    covered : float or None
        The share of the running text that the `max_words` most frequent words are.
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : matplotlib.axes.Axes
        Its axes.

    Examples
    --------
    >>> from skclf.evaluate import WordRankDisplay
    >>> display = WordRankDisplay.from_documents(["a fire", "a flood"], max_words=1)
    >>> display.counts, display.covered
    (array([2, 1, 1]), 0.5)
    """

    def __init__(self, counts, max_words=None):
        self.counts = counts
        self.max_words = max_words

    @property
    def once(self):
        return float(np.mean(self.counts == 1)) if len(self.counts) else 0.0

    @property
    def covered(self):
        if self.max_words is None or not len(self.counts):
            return None
        return float(self.counts[: self.max_words].sum() / self.counts.sum())

    @classmethod
    def from_documents(
        cls, X: Documents, *, max_words: int | None = None, ax: Any = None
    ) -> "WordRankDisplay":
        """Draw the frequencies of the words of some documents.

        Parameters
        ----------
        X : iterable of str
            The documents, best as a ``TextCleaner`` leaves them; words are what stands
            between blanks.
        max_words : int, default=None
            Mark what a ``SequenceEncoder(max_words=)`` would keep.
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        WordRankDisplay
            With the plot.
        """
        docs = check_documents(X)
        check_not_empty(docs, cls.__name__)
        found = Counter(word for doc in docs for word in (doc or "").split())
        counts = np.array(sorted(found.values(), reverse=True), int)
        return cls(counts, max_words).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "WordRankDisplay":
        """Draw it, on logarithmic axes.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        WordRankDisplay
            Itself.
        """
        ax = self._axes(ax, 5.5, 3.8)
        n_words = len(self.counts)
        ax.loglog(np.arange(1, n_words + 1), self.counts, color=BLUE)
        title = f"{n_words:,} words, {self.once:.0%} of them once"
        if self.max_words is not None:
            ax.axvline(self.max_words, color=ORANGE)
            title += (
                f"\n{self.max_words:,} words are {self.covered or 0:.1%} of the text"
            )
        ax.axhline(1, color=GREY, linewidth=0.8, linestyle=":")
        ax.set(xlabel="rank", ylabel="occurrences", title=title)
        tidy(ax)
        return self._drawn(ax)
