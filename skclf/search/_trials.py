"""The trials of a study, one after the other."""

import traceback
import warnings
from collections import Counter
from math import isfinite
from time import perf_counter
from uuid import uuid4

from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning

from skclf._cache import end_of, working_once
from skclf._progress import duration
from skclf._validation import excerpt
from skclf.search._trial import Pruned, figures
from skclf.search._tuned_pipeline import is_over

_MARK = "skclf_search"  # in a study: what its trials are about
_N_WARM_UP = 3  # epochs, of which the first say little


class Trials:
    """Draws candidates from a study, and tells it how good they are.

    Parameters
    ----------
    optuna : module
        Optuna.
    study : optuna.Study or None
        Holds the trials; None makes one.
    fits : TrialFits
        Fits and scores candidates.
    searched : Searched
        What is searched for.
    about : str
        What the trials depend on besides their parameters.
    seed : int or None
        Seed of the sampler of a study that is made.

    Attributes
    ----------
    study : optuna.Study
        The study.
    n_reloaded : int
        Number of trials that had ended before.
    """

    def __init__(self, optuna, study, fits, searched, about, seed):
        self._state = optuna.trial.TrialState
        self._fits, self._searched = fits, searched
        if study is None:
            study = _made(optuna, seed, _N_WARM_UP if fits.n_epochs else 0)
        self.study = study
        _check(optuna, self.study, about)
        self.n_reloaded = len(self._ended())
        waiting = self.study.get_trials(deepcopy=False, states=[self._state.WAITING])
        if not (self.n_reloaded or waiting):
            self.study.enqueue_trial(searched.present())
        self._n_failed, self._error = 0, None
        self._run = uuid4().hex

    def _ended(self):
        return list(filter(is_over, self.study.get_trials(deepcopy=False)))

    def run(self, n_trials, timeout, line):
        """Make trials until there are enough, or the time is over.

        Parameters
        ----------
        n_trials : int or None
            Number of trials of the study, whoever made them.
        timeout : float or None
            Seconds.
        line : ProgressLine
            Shows how far it is.
        """
        started, n_made = perf_counter(), 0
        try:
            while n_trials is None or len(self._ended()) < n_trials:
                seconds = perf_counter() - started
                if timeout is not None and seconds >= timeout:
                    break
                line.show(self._text(n_trials, timeout, n_made, seconds))
                self._make()
                n_made += 1
            line.keep(self._text(n_trials, None, n_made, None))
        finally:
            end_of(self._run)
            line.close()
        if self._n_failed:
            warnings.warn(
                f"{self._n_failed} of {n_made} trials failed. The last error: "
                f"{self._error!r}. cv_results_['error'] has all of them.",
                FitFailedWarning,
                stacklevel=3,
            )

    def _make(self):
        trial = self.study.ask(self._searched.distributions)
        state, value = self._state.FAIL, None
        try:
            with working_once(self._run):
                score = self._fits.run(trial, self._searched.in_pipeline(trial.params))
            if not isfinite(score):
                raise ValueError(f"Expected a finite score, got {score}.")
            state, value = self._state.COMPLETE, score
        except Pruned:
            state = self._state.PRUNED
        except Exception as error:  # whatever a fit or a scorer raises
            self._n_failed, self._error = self._n_failed + 1, error
            trial.set_user_attr("error", traceback.format_exc())
        finally:  # after Ctrl-C, too
            self.study.tell(trial, value, state)

    def _text(self, n_trials, timeout, n_made, seconds):
        """How far it is; at the end, without a time that is left."""
        ended = self._ended()
        of = "" if n_trials is None else f" of {n_trials}"
        text = f"reloaded {self.n_reloaded}{of} trials, made {n_made}"
        n_pruned = sum(trial.state == self._state.PRUNED for trial in ended)
        text += f", {n_pruned} pruned" if n_pruned else ""
        good = [trial.value for trial in self._within(ended)]
        text += f", best {max(good):.4f}" if good else ""
        left = []
        if seconds is not None and timeout is not None:
            left.append(timeout - seconds)
        if seconds is not None and n_trials is not None and n_made:
            left.append(seconds / n_made * (n_trials - len(ended)))
        return f"{text}, about {duration(min(left))} left" if left else text

    def _within(self, ended):
        """Complete trials within the budgets, the best first."""
        budgets = self._fits.budgets
        good = [
            trial
            for trial in ended
            if trial.state == self._state.COMPLETE and budgets.allow(trial.user_attrs)
        ]
        return sorted(good, key=lambda trial: -trial.value)

    def best(self):
        """Fit the best candidate on all rows.

        Returns
        -------
        trial : optuna.trial.FrozenTrial
            The best one whose pipeline is within the budgets when it is fitted.
        model : Pipeline
            It.
        found : dict of str to float
            Its kilobytes and milliseconds.

        Raises
        ------
        ValueError
            If there is none.
        """
        fits, ended = self._fits, self._ended()
        rows, measured = fits.splits[0][1], [trial.user_attrs for trial in ended]
        for trial in self._within(ended):
            params = self._searched.in_pipeline(trial.params)
            model = clone(fits.estimator).set_params(**params).fit(fits.X, fits.y)
            found = figures(fits.name, model, fits.X, rows)
            if fits.budgets.allow(found):
                return trial, model, found
            measured.append(found)
        raise ValueError(self._why_none(ended, measured)) from self._error

    def _why_none(self, ended, measured):
        least = [
            f"the least was {min(values):.3g} {name}"
            for name in self._fits.budgets.limits
            if (values := [found[name] for found in measured if name in found])
        ]
        if not least:
            states = Counter(trial.state.name.lower() for trial in ended)
            return f"None of {len(ended)} trials was completed: {dict(states)}."
        return (
            f"Expected a pipeline within {self._fits.budgets}, got none in "
            f"{len(ended)} trials: {', '.join(least)}. Raise the budget, or take "
            "another pipeline."
        )


def _made(optuna, seed, n_warm_up):
    """A study in memory, without what Optuna says of it."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        return optuna.create_study(
            direction="maximize",
            sampler=optuna.samplers.TPESampler(seed=seed),
            pruner=optuna.pruners.MedianPruner(n_warmup_steps=n_warm_up),
        )
    finally:
        optuna.logging.set_verbosity(before)


def _check(optuna, study, about):
    """Refuse a study of something else, and mark one that is new."""
    if not isinstance(study, optuna.Study):
        raise TypeError(
            f"Expected an optuna.Study as study, got {excerpt(study)} "
            f"({type(study).__name__}). Make one with optuna.create_study."
        )
    if [direction.name for direction in study.directions] != ["MAXIMIZE"]:
        raise ValueError(
            "Expected a study that maximizes one score, got directions="
            f"{[direction.name.lower() for direction in study.directions]}. Pass "
            "direction='maximize' to optuna.create_study."
        )
    mark = study.user_attrs.get(_MARK)
    has_trials = any(map(is_over, study.get_trials(deepcopy=False)))
    if mark is None and not has_trials:
        study.set_user_attr(_MARK, about)
    elif mark != about:
        raise ValueError(
            f"Expected a study that is new, or of this search, got "
            f"{study.study_name!r}, whose trials are of another pipeline, of other "
            "data, folds, options or metrics, or made by other versions of skclf or "
            "scikit-learn. Take another study_name."
        )
