"""Fits of a search that are looked up before they are made, and kept when they are."""

import json
from contextlib import contextmanager
from math import isfinite
from threading import Event, Thread
from time import perf_counter
from uuid import uuid4

import numpy as np
from sklearn.base import clone
from sklearn.utils.parallel import delayed

from skclf._cache import end_of, working_once
from skclf._progress import ProgressLine, duration
from skclf._validation import excerpt
from skclf.search._digest import digest

_POLL = 0.5  # seconds between two looks at the file


class StoredFits:
    """One call of ``fit``: which of its fits are in the store, and which are made.

    Parameters
    ----------
    store : FitStore
        Where results are.

    Attributes
    ----------
    n_fits : int
        Number of fits that were asked for so far.
    n_reloaded : int
        Number of those that were in the store.
    """

    def __init__(self, store):
        self.store = store
        self.n_fits = self.n_reloaded = 0
        self._run = uuid4().hex
        self._data = None
        self._candidate = self._params_of = None

    def delayed(self, fit_and_score):
        """What scikit-learn calls ``delayed``, for a fit that may not be necessary.

        It is called for each fit, in the process of the search, with all that the
        result depends on. What it returns goes to the workers.
        """

        def task(estimator, X, y, **params):
            self._count(params)
            row = self._row(estimator, X, y, params)
            result = self.store.find(row["key"])
            if result is None:
                made = self.store, row, fit_and_score, estimator, X, y
                return delayed(fit_and_keep)(*made, **params)
            self.n_reloaded += 1
            callback_ctx = params.get("callback_ctx")
            caller = None if callback_ctx is None else params["caller"]
            return delayed(hand_out)(result, caller, callback_ctx)

        return task

    def _count(self, params):
        """The first fit of a round says how many there are."""
        split, n_splits = params["split_progress"]
        candidate, n_candidates = params["candidate_progress"]
        if split == candidate == 0:
            self.n_fits += n_splits * n_candidates

    def _row(self, estimator, X, y, params):
        train, test = np.asarray(params["train"]), np.asarray(params["test"])
        data = self._digest_of_data(X, y, params)
        scoring = [
            params[name] for name in ("scorer", "error_score", "return_train_score")
        ]
        candidate = self._digest_of_candidate(estimator, params["parameters"])
        return {
            "key": digest(data, train, test, candidate, scoring),
            "run": self._run,
            "data": data,
            "params": json.dumps(
                {name: _readable(v) for name, v in params["parameters"].items()}
            ),
            "fold": params["split_progress"][0],
            "n_train": int(train.sum() if train.dtype == bool else len(train)),
        }

    def _digest_of_data(self, X, y, params):
        """Once, as all fits of a search get the same ones."""
        if self._data is None:
            self._data = digest(X, y, params["fit_params"], params["score_params"])
        return self._data

    def _digest_of_candidate(self, estimator, parameters):
        """Once for all folds of a candidate, which follow one another."""
        if self._params_of is not parameters:
            candidate = clone(estimator).set_params(**clone(parameters, safe=False))
            self._candidate, self._params_of = digest(candidate), parameters
        return self._candidate

    @contextmanager
    def watched(self, verbose):
        """Show how far the search is, and in the end how many fits were reloaded."""
        try:
            with self._progress(verbose):
                yield
        finally:
            end_of(self._run)

    @contextmanager
    def _progress(self, verbose):
        progress = ProgressLine(verbose)
        if not verbose:
            yield
            return
        ended, started = Event(), perf_counter()

        def watch():
            while not ended.wait(_POLL):
                n_made = self.store.count(self._run)
                progress.show(self.text(n_made, perf_counter() - started))

        watcher = Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()
            progress.keep(f"reloaded {self.n_reloaded} of {self.n_fits} fits")

    def text(self, n_made, seconds):
        """How far it is, and how long fits to come take if they are as those made.

        Parameters
        ----------
        n_made : int
            Number of fits that were made.
        seconds : float
            How long that took.
        """
        n_left = self.n_fits - self.n_reloaded - n_made
        text = f"reloaded {self.n_reloaded} of {self.n_fits} fits, made {n_made}"
        if not n_made or n_left <= 0:
            return text
        return f"{text}, about {duration(seconds / n_made * n_left)} left"


def fit_and_keep(store, row, fit_and_score, *args, **params):
    """Fit as scikit-learn does, and keep the result; in a worker."""
    with working_once(row["run"]):
        result = fit_and_score(*args, **params)
    kept = json.dumps(result, default=lambda value: value.item())
    store.add(row | {"result": kept, "is_whole": _is_whole(result)})
    return result


def hand_out(result, caller, callback_ctx):
    """Return what was kept; to callbacks, the fit is over at once."""
    if callback_ctx is not None:
        callback_ctx.call_on_fit_task_begin(estimator=caller)
        callback_ctx.call_on_fit_task_end(estimator=caller)
    return result


def _is_whole(result):
    """Neither the fit nor a score failed, as the same may succeed the next time."""
    scores = [result["test_scores"], result.get("train_scores", {})]
    values = [v for s in scores for v in (s.values() if isinstance(s, dict) else [s])]
    return result["fit_error"] is None and all(map(isfinite, values))


def _readable(value):
    """A parameter for people: plain values as they are, others in words."""
    value = value.item() if isinstance(value, np.generic) else value
    is_plain = value is None or isinstance(value, str | bool | int | float)
    return value if is_plain else excerpt(value)
