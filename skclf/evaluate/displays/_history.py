"""What happened in training."""

from typing import Any

import numpy as np

from skclf._names import public
from skclf._typing import Estimator
from skclf._validation import did_you_mean, excerpt
from skclf.compose._unwrapped import unwrapped
from skclf.evaluate._wording import names_of
from skclf.evaluate.displays._style import (
    CYCLE,
    GREY,
    Display,
    tidy,
)


@public("skclf.evaluate")
class HistoryDisplay(Display):
    """Scores of one or several nets by epoch, in training and on held-out documents.

    Use :meth:`from_estimator`.

    Parameters
    ----------
    histories : dict of str to dict
        For each net by name, its ``history_``.
    best_epochs : dict of str to int
        The epochs whose weights were kept, counted from 1.
    metrics : list of str
        What is drawn, each in axes of its own: training lines are dashed, those of
        held-out documents solid.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : ndarray of matplotlib.axes.Axes
        Its axes.

    Examples
    --------
    >>> from skclf import make_text_classifier
    >>> from skclf.datasets import make_tweets
    >>> from skclf.evaluate import HistoryDisplay
    >>> tweets = make_tweets(200, random_state=0)
    >>> model = make_text_classifier("cnn", classify__epochs=3, random_state=0)
    >>> model = model.fit(tweets.data["text"], tweets.target)
    >>> display = HistoryDisplay.from_estimator(model)
    >>> [ax.get_ylabel() for ax in display.ax_]
    ['loss', 'accuracy']
    """

    def __init__(self, histories, best_epochs, metrics):
        self.histories = histories
        self.best_epochs = best_epochs
        self.metrics = metrics

    @classmethod
    def from_estimator(
        cls,
        estimator: Estimator,
        *,
        metrics: Any = ("loss", "accuracy"),
        ax: Any = None,
    ) -> "HistoryDisplay":
        """Draw the training of fitted nets.

        Parameters
        ----------
        estimator : estimator, or dict of str to estimator
            A fitted net, a pipeline whose last step is one, or several by name.
        metrics : str or sequence of str, default=("loss", "accuracy")
            Names in ``history_``, without ``val_``; some, such as "f1", are of held-out
            documents only.
        ax : array of matplotlib.axes.Axes, default=None
            One for each metric; None makes a figure.

        Returns
        -------
        HistoryDisplay
            With the plot.

        Raises
        ------
        TypeError
            If an estimator has no history.
        ValueError
            If no net has such a metric.
        """
        nets = estimator if isinstance(estimator, dict) else {"": estimator}
        nets = {name: _net(one) for name, one in nets.items()}
        metrics = [metrics] if isinstance(metrics, str) else list(metrics)
        histories = {name: net.history_ for name, net in nets.items()}
        keys = {key for history in histories.values() for key in history}
        known = sorted({key.removeprefix("val_") for key in keys} - {"stage"})
        for metric in metrics:
            if metric not in known:
                raise ValueError(
                    f"Expected metrics among {known}, got {excerpt(metric)}."
                    f"{did_you_mean(str(metric), known)}"
                )
        best = {name: net.best_epoch_ for name, net in nets.items()}
        return cls(histories, best, metrics).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "HistoryDisplay":
        """Draw it.

        Parameters
        ----------
        ax : array of matplotlib.axes.Axes, default=None
            One for each metric; None makes a figure.

        Returns
        -------
        HistoryDisplay
            Itself.
        """
        n = len(self.metrics)
        axes = np.ravel(self._axes(ax, 1.2 + 4.2 * n, 3.6, n))
        if len(axes) != n:
            raise ValueError(
                f"Expected {n} axes, one for each metric, got {len(axes)}."
            )
        for metric, one in zip(self.metrics, axes, strict=True):
            self._plot_metric(metric, one)
        if len(self.histories) > 1:
            axes[-1].legend(frameon=False, fontsize="small")
        return self._drawn(axes)

    def _plot_metric(self, metric, ax):
        several = len(self.histories) > 1
        short = names_of(self.histories)
        for i, (name, history) in enumerate(self.histories.items()):
            colour, best = CYCLE[i % len(CYCLE)], self.best_epochs[name]
            of_training, held_out = history.get(metric), history.get(f"val_{metric}")
            if of_training is not None:
                label = None if several else "training"
                _plot(ax, of_training, "--", color=colour, alpha=0.7, label=label)
            if held_out is not None:
                label = short[i] if several else "held out"
                _plot(ax, held_out, color=colour, label=label)
            elif several:
                ax.plot([], [], color=colour, label=short[i])
            drawn = (of_training or ()) if held_out is None else held_out
            if 0 < best <= len(drawn):
                ax.plot(best, drawn[best - 1], "o", color=colour)
            for first in _first_of_stages(history):
                ax.axvline(first - 0.5, color=GREY, linewidth=0.8, linestyle=":")
        if not several:
            ax.legend(frameon=False, fontsize="small")
        ax.set(xlabel="epoch", ylabel=metric)
        ax.xaxis.get_major_locator().set_params(integer=True)
        tidy(ax)


def _plot(ax, values, *style, **params):
    ax.plot(np.arange(1, len(values) + 1), values, *style, **params)


def _net(estimator):
    """The fitted net that an estimator ends with."""
    net = unwrapped(estimator)
    while hasattr(net, "steps"):
        net = unwrapped(net[-1])
    if not hasattr(net, "history_"):
        raise TypeError(
            "Expected a fitted net, or a pipeline that ends with one, got "
            f"{excerpt(estimator)}. Votes and stacks: pass their members."
        )
    return net


def _first_of_stages(history):
    """Epochs with which a stage of training begins, but for the first."""
    stages = history.get("stage", ())
    return [i + 1 for i in range(1, len(stages)) if stages[i] != stages[i - 1]]
