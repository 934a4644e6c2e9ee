"""What a search with Optuna has found."""

import numpy as np
import pandas as pd

from skclf._names import public

_STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}


@public("skclf.search")
class TunedPipeline:
    """The best pipeline of a search, and all that were tried; :func:`tune` makes it.

    It predicts as the best one does.

    Parameters
    ----------
    name : str
        The ready-made pipeline.
    best_estimator : Pipeline
        The best one, fitted on all rows.
    best_trial : optuna.trial.FrozenTrial
        The trial that it comes from.
    study : optuna.Study
        All trials.
    n_reloaded : int
        Number of trials that were there before.
    figures : dict of str to float
        Kilobytes and milliseconds of the best one.
    allow : callable
        Whether the figures of a trial are within the budgets.
    metric : str
        What the score is called.

    Attributes
    ----------
    best_estimator_ : Pipeline
        The best pipeline, fitted on all rows.
    best_params_ : dict of str to object
        Its parameters, as far as they were searched for.
    best_score_ : float
        Its mean score on the folds.
    best_index_ : int
        The row of it in `cv_results_`.
    cv_results_ : DataFrame
        A row for each trial that has ended, with scikit-learn's names: ``params``,
        ``param_<name>``, ``split<n>_test_score``, ``mean_test_score``,
        ``std_test_score``, ``rank_test_score``. And ``state`` ("complete", "pruned",
        "failed"), ``seconds``, ``kb`` and ``ms`` of the pipeline of the first fold
        where there is a budget, and ``error``. There is a mean of complete trials only,
        and a rank of those that are not known to be beyond a budget.
    study_ : optuna.Study
        The study, for Optuna's own plots and importances.
    n_reloaded_ : int
        Number of trials that were in the study before.
    kb_, ms_ : float
        Size of the file of the best pipeline in 1,000 bytes, and median milliseconds to
        predict one document.
    classes_ : ndarray
        The labels.

    See Also
    --------
    tune : The search, with an example.

    Examples
    --------
    >>> from skclf.datasets import make_tweets
    >>> from skclf.evaluate import SearchDisplay
    >>> from skclf.search import tune
    >>> tweets = make_tweets(200, random_state=0)
    >>> X, y = tweets.data["text"], tweets.target
    >>> tuned = tune("nb", X, y, n_trials=3, cv=3, random_state=0)
    >>> tuned.cv_results_["state"].tolist()
    ['complete', 'complete', 'complete']
    >>> "classify__alpha" in SearchDisplay.from_search(tuned).parameters
    True
    """

    def __init__(
        self,
        name,
        best_estimator,
        best_trial,
        study,
        *,
        n_reloaded,
        figures,
        allow,
        metric,
    ):
        self.name = name
        self.metric = metric
        self.best_estimator_ = best_estimator
        self.best_params_ = dict(best_trial.params)
        self.best_score_ = float(best_trial.value)
        self.study_ = study
        self.n_reloaded_ = n_reloaded
        self.kb_, self.ms_ = figures["kb"], figures["ms"]
        ended = [trial for trial in study.get_trials(deepcopy=False) if is_over(trial)]
        self.best_index_ = [t.number for t in ended].index(best_trial.number)
        self.cv_results_ = _table(ended, allow)

    @property
    def classes_(self):
        return self.best_estimator_.classes_

    def predict(self, X):
        """Predict labels with the best pipeline.

        Parameters
        ----------
        X : iterable of str of length n_documents, or DataFrame
            Documents.

        Returns
        -------
        ndarray of shape (n_documents,)
            Their labels.
        """
        return self.best_estimator_.predict(X)

    def predict_proba(self, X):
        """Probabilities of the classes by the best pipeline.

        Parameters
        ----------
        X : iterable of str of length n_documents, or DataFrame
            Documents.

        Returns
        -------
        ndarray of shape (n_documents, n_classes)
            In the order of `classes_`.
        """
        return self.best_estimator_.predict_proba(X)

    def __repr__(self):
        states = self.cv_results_["state"].value_counts()
        parts = [f"{states[s]} {s}" for s in ("pruned", "failed") if s in states]
        others = f" ({', '.join(parts)})" if parts else ""
        lines = [
            f"TunedPipeline: {self.name!r}, the best of {len(self.cv_results_)} "
            f"trials{others}",
            f"  {self.metric} {self.best_score_:.4f}, {self.kb_:,.0f} kB, "
            f"{self.ms_:.2g} ms a document",
            *(f"  {name} = {_short(v)}" for name, v in self.best_params_.items()),
        ]
        return "\n".join(lines)


def _short(value):
    return f"{value:.4g}" if isinstance(value, float) else repr(value)


def _table(ended, allow):
    table = pd.DataFrame([_row(trial) for trial in ended])
    ranked = table["mean_test_score"].where([allow(t.user_attrs) for t in ended])
    ranks = ranked.rank(ascending=False, method="min")
    table.insert(table.columns.get_loc("std_test_score") + 1, "rank_test_score", ranks)
    return table


def is_over(trial):
    """Whether a trial has ended, in whatever way."""
    return trial.state.name in _STATES


def _row(trial):
    found = trial.user_attrs
    scores = found.get("scores", [])
    is_complete = trial.state.name == "COMPLETE"
    return {
        "params": dict(trial.params),
        **{f"param_{name}": value for name, value in trial.params.items()},
        **{f"split{i}_test_score": score for i, score in enumerate(scores)},
        "mean_test_score": np.mean(scores) if is_complete else np.nan,
        "std_test_score": np.std(scores) if is_complete else np.nan,
        "state": _STATES[trial.state.name],
        "seconds": found.get("seconds", np.nan),
        "kb": found.get("kb", np.nan),
        "ms": found.get("ms", np.nan),
        "error": found.get("error"),
    }
