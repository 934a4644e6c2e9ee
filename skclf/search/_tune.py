"""A search of Optuna's over whole pipelines."""

from numbers import Integral, Real
from typing import Any

from sklearn.metrics import check_scoring
from sklearn.model_selection import StratifiedKFold
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    validate_parameter_constraints,
)

from skclf._foreign import as_plain
from skclf._names import public
from skclf._optional import import_optional
from skclf._progress import ProgressLine
from skclf._random_state import draw_seed
from skclf._typing import RandomState
from skclf._validation import POSITIVE_INT
from skclf.compose import make_text_classifier
from skclf.evaluate._checks import (
    OWN_SCORERS,
    check_classes,
    check_metrics,
    check_rows,
)
from skclf.evaluate._splits import make_splits
from skclf.search._digest import digest
from skclf.search._searched import Searched
from skclf.search._spaces import known_space
from skclf.search._spaces import space as space_of
from skclf.search._trial import Budgets, TrialFits
from skclf.search._trials import Trials
from skclf.search._tuned_pipeline import TunedPipeline

N_TRIALS = 50
_POSITIVE = Interval(Real, 0, None, closed="neither")
_CONSTRAINTS = {
    "n_trials": [POSITIVE_INT, None],
    "timeout": [_POSITIVE, None],
    "cv": [
        Interval(Integral, 2, None, closed="left"),
        HasMethods(["split"]),
        "array-like",
    ],
    "max_kb": [_POSITIVE, None],
    "max_ms": [_POSITIVE, None],
    "scoring": [str, callable],
    "space": [dict, None],
    "random_state": ["random_state"],
    "verbose": ["verbose"],
}


@public("skclf.search")
def tune(
    name: str,
    X: Any,
    y: Any,
    *,
    study: Any = None,
    n_trials: int | None = None,
    timeout: float | None = None,
    cv: Any = 5,
    max_kb: float | None = None,
    max_ms: float | None = None,
    scoring: Any = "accuracy",
    space: dict | None = None,
    random_state: RandomState = None,
    verbose: int = 0,
    **options: Any,
) -> TunedPipeline:
    """Find good parameters of a ready-made pipeline with Optuna.

    Candidates are drawn where good ones were found before, and those that fall behind
    are ended early: nets after an epoch, all after a fold. The first candidate is the
    ready-made pipeline itself. ``pip install 'skclf[search]'`` installs Optuna [1]_.

    Parameters
    ----------
    name : str
        As for :func:`skclf.make_text_classifier`.
    X : iterable of str of length n_documents, or DataFrame
        The documents; a DataFrame with the option `text`.
    y : array-like of shape (n_documents,) or (n_documents, n_labels)
        The labels, or an indicator matrix.
    study : optuna.Study, default=None
        Has the sampler, the pruner and the storage, and maximizes. If it holds trials
        of this search already, they are reloaded. None makes one in memory, with
        Optuna's default sampler, and its median pruner.
    n_trials : int, default=None
        Number of trials, those that are reloaded included. None is 50, or no limit if
        there is a `timeout`.
    timeout : float, default=None
        Seconds after which no more trial is begun. The one at hand is finished, and
        the best pipeline is fitted on all rows after that.
    cv : int, splitter or iterable of (train, test), default=5
        An int is a number of stratified folds. All trials have the same splits.
    max_kb : float, default=None
        The largest file of a pipeline, as ``joblib.dump`` writes it, in 1,000 bytes.
    max_ms : float, default=None
        The most milliseconds for one document, in the median, on this machine.
    scoring : str or callable, default="accuracy"
        Metric of scikit-learn, "quadratic_kappa" for ordered classes, or
        ``scorer(estimator, X, y)``. More is better.
    space : dict of str to optuna.distributions.BaseDistribution, default=None
        What to search for. None is ``skclf.search.space(name)``, as far as the pipeline
        with these `options` has it.
    random_state : int, RandomState or None, default=None
        Seed of the pipeline, and of the sampler if there is no `study`.
    verbose : int, default=0
        Show in a terminal how far the search is and how much time is left, and in the
        end how many trials were reloaded, if not 0.
    **options : dict
        Of :func:`skclf.make_text_classifier`: `vectors`, `text`, `table`,
        `class_weight`, and parameters of steps.

    Returns
    -------
    TunedPipeline
        With ``best_estimator_``, which is fitted on all rows, ``best_params_``,
        ``best_score_``, ``cv_results_`` (a DataFrame of all trials), ``study_`` and
        ``n_reloaded_``.

    Raises
    ------
    ValueError
        If a parameter of `space` is none of the pipeline; if `study` minimizes, or has
        trials of other data, folds, metrics or options, or of other versions; if no
        trial succeeded, or no pipeline is within the budgets.
    TypeError
        If `study` is none of Optuna's.
    ImportError
        If Optuna is not installed.

    Warns
    -----
    FitFailedWarning
        If trials failed, with the last error. They count as trials.

    See Also
    --------
    space : What is searched for.
    resumable : Searches of scikit-learn that go on where they were stopped.

    Notes
    -----
    Each fold fits a pipeline of its own on its rows for training, vocabulary included.
    After each epoch a net reports what it measures on the rows that early stopping
    holds out of these, never on those for the test; after each fold the mean score of
    the folds so far counts. Epochs are reported for "accuracy", "f1_macro", "roc_auc",
    "roc_auc_ovr" and "neg_log_loss", by nets that stop early; votes and stacks, linear
    models and other metrics report folds only.

    To resume, also after the process was killed, give a study with a storage:
    ``optuna.create_study(storage="sqlite:///tune.db", study_name="tweets",
    load_if_exists=True, direction="maximize")``. Several processes that do share the
    trials. A trial that was killed is lost.

    What has a budget is measured in the first fold: a pipeline beyond it goes no
    further. It is measured again of the best one, fitted on all rows. If that is too
    large or too slow, the next best one is taken.

    Equal steps compute equal data once, as in :func:`resumable`.

    References
    ----------
    .. [1] T. Akiba, S. Sano, T. Yanase, T. Ohta, M. Koyama (2019). "Optuna: A
       Next-generation Hyperparameter Optimization Framework".
       https://arxiv.org/abs/1907.10902

    Examples
    --------
    >>> from skclf.datasets import make_tweets
    >>> from skclf.search import tune
    >>> tweets = make_tweets(200, random_state=0)
    >>> X, y = tweets.data["text"], tweets.target
    >>> tuned = tune("tfidf-logreg", X, y, n_trials=5, cv=3, random_state=0, max_kb=500)
    >>> tuned.kb_ <= 500
    True
    >>> tuned.best_params_["classify__C"]
    3.0
    >>> tuned.predict(["the whole street is on fire"])
    array([1])
    """
    params = {key: value for key, value in locals().items() if key in _CONSTRAINTS}
    validate_parameter_constraints(_CONSTRAINTS, params, caller_name="tune")
    known_space(name)
    optuna = import_optional("optuna", feature="tune", extra="search")
    if n_trials is None and timeout is None:
        n_trials = N_TRIALS
    seed = draw_seed(random_state)
    estimator = make_text_classifier(name, random_state=seed, **options)
    fits = TrialFits(
        name,
        estimator,
        *_data(name, X, y, cv, options),
        *_metric(estimator, scoring),
        Budgets(kb=max_kb, ms=max_ms),
    )
    if space is None:
        searched = Searched(name, estimator, space_of(name), options)
    else:
        searched = Searched(name, estimator, space)
    # What the seed decides is no reason to begin anew.
    unseeded = make_text_classifier(name, **options)
    about = digest(unseeded, fits.X, fits.y, fits.splits, scoring)
    trials = Trials(optuna, study, fits, searched, about, seed)
    trials.run(n_trials, timeout, ProgressLine(verbose))
    best, model, found = trials.best()
    return TunedPipeline(
        name,
        model,
        best,
        trials.study,
        n_reloaded=trials.n_reloaded,
        figures=found,
        allow=fits.budgets.allow,
        metric=fits.metric or getattr(scoring, "__name__", "score"),
    )


def _data(name, X, y, cv, options):
    """Documents, labels and splits."""
    X = as_plain(X)
    # A pipeline on columns knows itself which ones it needs.
    names = [] if "text" in options else [name]
    instead = "To tune on columns, pass text= with the name of the text column"
    y = check_classes(y, check_rows(X, names=names, instead=instead))
    # Not shuffled: a study with a storage has the same ones the next time.
    cv = StratifiedKFold(int(cv)) if isinstance(cv, Integral) else cv
    return X, y, make_splits(cv, X, y, None, None)


def _metric(estimator, scoring):
    """A scorer, and its name if it is one of those that have one."""
    check_metrics(scoring, multilabel=False)  # says what is known
    if not isinstance(scoring, str):
        return check_scoring(estimator, scoring=scoring), None
    known = OWN_SCORERS.get(scoring, scoring)
    return check_scoring(estimator, scoring=known), scoring
