"""One trial of a search: a candidate that is fitted on one fold after the other."""

from dataclasses import dataclass
from statistics import fmean
from time import perf_counter
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from skclf._cache import working_once
from skclf.evaluate._timing import SINGLE_DOCUMENTS, file_size, latency
from skclf.models._net_classifier import NetClassifier


class Pruned(Exception):  # noqa: N818  # it is no error
    """A trial ends early."""


class Budgets:
    """What a pipeline may take.

    Parameters
    ----------
    **limits : float or None
        ``kb`` is the size of its file, in 1,000 bytes, ``ms`` the median milliseconds
        to predict one document. None is no limit.
    """

    def __init__(self, **limits):
        self.limits = {name: top for name, top in limits.items() if top is not None}

    def excess(self, found):
        """By how much known figures are above each limit; NaN is above any."""
        return {
            name: np.inf if np.isnan(found[name]) else found[name] - limit
            for name, limit in self.limits.items()
            if name in found
        }

    def allow(self, found):
        """Whether a pipeline is within all of them, as far as is known."""
        return all(over <= 0 for over in self.excess(found).values())

    def __str__(self):
        return " and ".join(f"max_{name}={top:g}" for name, top in self.limits.items())


def figures(name, model, X, rows, which=("kb", "ms")):
    """Size and latency of a fitted pipeline, as :func:`skclf.compare` has them."""
    found = {}
    with working_once(None):  # what is known already would take no time
        if "kb" in which:
            found["kb"] = file_size(name, model) / 1e3
        if "ms" in which:
            found["ms"] = latency(model, X, rows[:SINGLE_DOCUMENTS]) * 1e3
    return found


@dataclass
class TrialFits:
    """Fits the candidate of a trial on each fold, until it is known not to be good.

    Parameters
    ----------
    name : str
        The ready-made pipeline.
    estimator : Pipeline
        It, unfitted.
    X, y : sequence and ndarray
        Documents and labels.
    splits : list of tuple of ndarray of int
        Rows for training and test of each fold.
    scorer : callable
        ``scorer(estimator, X, y)``.
    metric : str or None
        Its name, if it is one of scikit-learn's.
    budgets : Budgets
        What a pipeline may take.

    Attributes
    ----------
    n_epochs : int
        How many epochs of a fold are reported; 0 if none are.
    """

    name: str
    estimator: Any
    X: Any
    y: np.ndarray
    splits: list
    scorer: Any
    metric: str | None
    budgets: Budgets

    def __post_init__(self):
        last = self.estimator.steps[-1][1]
        self.n_epochs = 0
        if isinstance(last, NetClassifier):
            from skclf.search._epoch_reports import n_epochs_of, reports_epochs

            if reports_epochs(last, self.metric):
                self.n_epochs = n_epochs_of(last)

    def run(self, trial, params):
        """Fit and score the candidate; the mean of the scores.

        Parameters
        ----------
        trial : optuna.Trial
            It is told of all scores, and decides whether to go on.
        params : dict
            Parameters of the pipeline.

        Returns
        -------
        float
            The mean score on the folds.

        Raises
        ------
        Pruned
            If it is not worth it to go on.
        """
        started, scores = perf_counter(), []
        try:
            for fold, (train, test) in enumerate(self.splits):
                model = clone(self.estimator).set_params(**params)
                self._fit(model, train, trial, scores)
                X_test = _safe_indexing(self.X, test)
                scores.append(float(self.scorer(model, X_test, self.y[test])))
                if fold == 0:
                    self._check_budgets(trial, model, test)
                self._report(trial, fold, self.n_epochs, fmean(scores))
        finally:
            trial.set_user_attr("scores", scores)
            trial.set_user_attr("seconds", perf_counter() - started)
        return fmean(scores)

    def _fit(self, model, train, trial, scores):
        X, y = _safe_indexing(self.X, train), self.y[train]
        if not self.n_epochs:
            model.fit(X, y)
            return
        from skclf.search._epoch_reports import with_reports

        def report(epoch, score):
            # Of a space with more epochs, those beyond are not looked at.
            if epoch < self.n_epochs:
                self._report(trial, len(scores), epoch, fmean([*scores, score]))

        net = model.steps[-1][1]
        callbacks = net.callbacks
        net.callbacks = with_reports(callbacks, self.metric, report)
        model.fit(X, y)
        net.callbacks = callbacks  # its file has nothing of the trial

    def _report(self, trial, fold, step, score):
        """All trials have a score of the same kind at the same step."""
        trial.report(score, fold * (self.n_epochs + 1) + step)
        last = fold == len(self.splits) - 1 and step == self.n_epochs
        if not last and trial.should_prune():
            raise Pruned

    def _check_budgets(self, trial, model, rows):
        found = figures(self.name, model, self.X, rows, self.budgets.limits)
        for name, value in found.items():
            trial.set_user_attr(name, value)
        for name, over in self.budgets.excess(found).items():
            trial.set_constraint(name, over)
        if not self.budgets.allow(found):
            raise Pruned
