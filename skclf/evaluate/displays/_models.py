"""Several models beside each other: of a comparison, or of a search."""

from typing import Any

import numpy as np
import pandas as pd

from skclf._names import public
from skclf._typing import Estimator
from skclf._validation import did_you_mean, excerpt, listed
from skclf.evaluate._candidates import MAJORITY
from skclf.evaluate._wording import names_of, shortened
from skclf.evaluate.displays._style import (
    BLUE,
    GREY,
    ORANGE,
    Display,
    height_of,
    tidy,
)


@public("skclf.evaluate")
class ComparisonDisplay(Display):
    """Scores of several models against what they cost.

    Use :meth:`from_results`.

    Parameters
    ----------
    results : DataFrame
        What :func:`~skclf.evaluate.compare` returned.
    metric : str
        The score to draw, with its standard deviation over folds.
    cost : str
        The column of costs, drawn on a logarithmic axis.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : matplotlib.axes.Axes
        Its axes.

    Examples
    --------
    >>> from skclf.datasets import make_tweets
    >>> from skclf.evaluate import ComparisonDisplay, compare
    >>> tweets = make_tweets(100, random_state=0)
    >>> results = compare(["nb", "tfidf-logreg"], tweets.data["text"], tweets.target,
    ...                   cv=2, verbose=0)
    >>> ComparisonDisplay.from_results(results).ax_.get_xlabel()
    'fit_seconds'
    """

    def __init__(self, results, metric, cost):
        self.results = results
        self.metric = metric
        self.cost = cost

    @classmethod
    def from_results(
        cls,
        results: pd.DataFrame,
        *,
        metric: str | None = None,
        cost: str = "fit_seconds",
        ax: Any = None,
    ) -> "ComparisonDisplay":
        """Draw the results of a comparison.

        Parameters
        ----------
        results : DataFrame
            What :func:`~skclf.evaluate.compare` returned.
        metric : str, default=None
            A metric of the comparison; None is the first one.
        cost : {"fit_seconds", "latency_ms", "file_kb"}, default="fit_seconds"
            What to compare it with.
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        ComparisonDisplay
            With the plot.

        Raises
        ------
        ValueError
            If there is no such column.
        """
        names = list(getattr(results, "columns", ()))
        metrics = [name for name in names if f"{name}_std" in names]
        if not metrics:
            raise ValueError(
                f"Expected the result of compare, got {excerpt(results)}. Pass the "
                "DataFrame that it returned."
            )
        for what, name, known in (
            ("metric", metric or metrics[0], metrics),
            ("cost", cost, [n for n in names if n in _COSTS]),
        ):
            if name not in known:
                raise ValueError(
                    f"Expected {what} among {known}, got {excerpt(name)}."
                    f"{did_you_mean(str(name), known)}"
                )
        return cls(results, metric or metrics[0], cost).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "ComparisonDisplay":
        """Draw it: better is higher, cheaper is farther to the left.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            None makes a figure.

        Returns
        -------
        ComparisonDisplay
            Itself.
        """
        ax = self._axes(ax, 6.5, 4.2)
        models = self.results.drop(index=MAJORITY, errors="ignore")
        scores, spread = models[self.metric], models[f"{self.metric}_std"]
        ax.errorbar(
            models[self.cost], scores, spread, fmt="o", color=BLUE, capsize=3, alpha=0.9
        )
        best = scores.to_numpy().argmax()
        point = models[self.cost].iloc[best], scores.iloc[best]
        ax.plot(*point, "o", color=ORANGE, zorder=3)
        by_cost = models[self.cost].to_numpy().argsort(kind="stable")
        names = names_of(models.index)
        for rank, i in enumerate(by_cost):  # neighbours above and below
            below = {"xytext": (4, -11), "textcoords": "offset points"}
            above = {"xytext": (4, 5), "textcoords": "offset points"}
            point = models[self.cost].iloc[i], scores.iloc[i]
            ax.annotate(
                names[i], point, fontsize="small", **(below if rank % 2 else above)
            )
        if MAJORITY in self.results.index:
            lowest = self.results.loc[MAJORITY, self.metric]
            ax.axhline(lowest, color=GREY, linewidth=0.8, linestyle=":", label=MAJORITY)
            ax.legend(frameon=False, loc="lower right", fontsize="small")
        ax.set(xscale="log", xlabel=self.cost, ylabel=self.metric)
        ax.margins(x=0.2)
        tidy(ax)
        return self._drawn(ax)


_COSTS = ("fit_seconds", "latency_ms", "file_kb")


@public("skclf.evaluate")
class SearchDisplay(Display):
    """What each value of the parameters of a search scored.

    Use :meth:`from_search`.

    Parameters
    ----------
    results : DataFrame
        ``cv_results_`` of the search.
    parameters : list of str
        Those that were searched.
    score : str
        The column of scores.

    Attributes
    ----------
    figure_ : matplotlib.figure.Figure
        The figure of the last plot.
    ax_ : ndarray of matplotlib.axes.Axes
        Its axes, one for each parameter.

    Examples
    --------
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skclf import make_text_classifier
    >>> from skclf.datasets import make_tweets
    >>> from skclf.evaluate import SearchDisplay
    >>> tweets = make_tweets(100, random_state=0)
    >>> grid = {"classify__C": [0.1, 1.0, 10.0]}
    >>> search = GridSearchCV(make_text_classifier("tfidf-logreg"), grid, cv=2)
    >>> search = search.fit(tweets.data["text"], tweets.target)
    >>> SearchDisplay.from_search(search).parameters
    ['classify__C']
    """

    def __init__(self, results, parameters, score):
        self.results = results
        self.parameters = parameters
        self.score = score

    @classmethod
    def from_search(
        cls, search: Estimator, *, metric: str | None = None, ax: Any = None
    ) -> "SearchDisplay":
        """Draw a fitted search.

        Parameters
        ----------
        search : GridSearchCV, RandomizedSearchCV or a halving search
            A fitted one.
        metric : str, default=None
            Name of the score where there are several; None is that of ``refit``, or the
            only one.
        ax : array of matplotlib.axes.Axes, default=None
            One for each parameter; None makes a figure.

        Returns
        -------
        SearchDisplay
            With the plot.

        Raises
        ------
        ValueError
            If the search is not fitted, or has no such score.
        """
        if not hasattr(search, "cv_results_"):
            raise ValueError(f"Expected a fitted search, got {excerpt(search)}.")
        results = pd.DataFrame(search.cv_results_)
        known = [
            name.removeprefix("mean_test_")
            for name in results.columns
            if name.startswith("mean_test_")
        ]
        refit = getattr(search, "refit", None)
        name = metric or (refit if refit in known else known[0])
        if name not in known:
            raise ValueError(
                f"Expected metric among {listed(known)}, got {excerpt(name)}."
            )
        tried = results["params"]
        shown = {
            key: {repr(one.get(key)) for one in tried} for one in tried for key in one
        }
        parameters = [key for key, values in shown.items() if len(values) > 1]
        return cls(results, parameters, f"mean_test_{name}").plot(ax=ax)

    def plot(self, *, ax: Any = None) -> "SearchDisplay":
        """Draw it: a dot for each candidate, a line for the best of each value.

        Parameters
        ----------
        ax : array of matplotlib.axes.Axes, default=None
            One for each parameter; None makes a figure.

        Returns
        -------
        SearchDisplay
            Itself.
        """
        n = max(len(self.parameters), 1)
        axes = np.ravel(self._axes(ax, 3.6 * n, height_of(8), n))
        for parameter, one in zip(self.parameters, axes, strict=False):
            self._plot_parameter(parameter, one)
        axes[0].set_ylabel(self.score.removeprefix("mean_test_"))
        return self._drawn(axes)

    def _plot_parameter(self, parameter, ax):
        tried = self.results[[parameter in one for one in self.results["params"]]]
        scores = tried[self.score]
        values = pd.Series([one[parameter] for one in tried["params"]], dtype=object)
        values.index = tried.index
        texts = values.map(lambda value: shortened(repr(value), 20))
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(float)
        # In the order of the numbers, as far as they are some; else as they came.
        order = list(dict.fromkeys(texts.iloc[np.argsort(numbers, kind="stable")]))
        places = texts.map({text: i for i, text in enumerate(order)})
        ax.plot(places, scores, "o", color=BLUE, alpha=0.5)
        best = scores.groupby(places).max()
        ax.plot(best.index, best, color=ORANGE)
        ax.set_xticks(range(len(order)), order, rotation=45, ha="right")
        ax.set_title(shortened(parameter), fontsize="medium")
        tidy(ax)
