"""Compare classifiers on the same folds."""

import reprlib
import warnings
from collections.abc import Mapping, Sequence
from numbers import Integral
from time import perf_counter
from typing import Any

import pandas as pd
from numpy.typing import ArrayLike
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import validate_parameter_constraints

from skclf._foreign import as_plain
from skclf._names import public
from skclf._once import TOO_LITTLE
from skclf._progress import ProgressLine, TimeLeft
from skclf._random_state import draw_seed
from skclf._typing import Documents, Estimator, Labels, RandomState
from skclf._validation import listed
from skclf.evaluate._assessment import Assessment
from skclf.evaluate._candidates import (
    MAJORITY,
    make_candidates,
    name_models,
)
from skclf.evaluate._checks import (
    check_classes,
    check_length,
    check_metrics,
    check_rows,
)
from skclf.evaluate._comparison import Comparison
from skclf.evaluate._details import ComparisonDetails, gather
from skclf.evaluate._splits import make_splits
from skclf.exceptions import TrainingInterruptedWarning

_CONSTRAINTS = {
    "models": [list, tuple, dict],
    "cv": ["cv_object"],
    "scoring": [str, callable, list, tuple, dict, None],
    "groups": ["array-like", None],
    "n_jobs": [Integral, None],
    "random_state": ["random_state"],
    "verbose": ["verbose"],
    "return_details": ["boolean"],
}


@public("skclf.evaluate")
def compare(
    models: Mapping[str, Estimator] | Sequence[Any],
    X: Documents,
    y: Labels,
    *,
    cv: Any = 5,
    scoring: Any = None,
    groups: ArrayLike | None = None,
    n_jobs: int | None = None,
    random_state: RandomState = None,
    verbose: int = 1,
    return_details: bool = False,
) -> "Comparison | ComparisonDetails":
    """Compare classifiers: scores on the same folds, overfitting, speed and size.

    Parameters
    ----------
    models : list or dict
        Ready-made names, see :func:`skclf.make_text_classifier`, and estimators; or a
        dict of names to them. In a list an estimator is named after its class, a
        pipeline after its last step. They are cloned, never fitted or changed.
    X : iterable of str of length n_documents
        The documents: a list, Series or array; or whatever all of the estimators take.
    y : array-like or sparse matrix of shape (n_documents,) or (n_documents, n_labels)
        The labels; or an indicator matrix, if documents may have several.
    cv : int, splitter, iterable of (train, test) or None, default=5
        An int is a number of stratified, shuffled folds (which keep groups together if
        `groups` is given), None is 5. Of several labels of a document, the rarest one
        counts. The splits are made once, for all models.
    scoring : str, callable, list, tuple, dict or None, default=None
        Metrics as in :func:`sklearn.model_selection.cross_validate`, and
        "quadratic_kappa": for ordered classes, as is "neg_mean_absolute_error". None is
        accuracy and macro F1. With an indicator matrix it is micro F1, macro F1, and
        accuracy, which is the share of documents whose labels are all right.
    groups : array-like of shape (n_documents,), default=None
        Groups for the splitter, for example authors.
    n_jobs : int or None, default=None
        Number of folds that are fitted at the same time. Timings are never taken in
        parallel.
    random_state : int, RandomState or None, default=None
        Seed of the folds, if `cv` is an int, and of every ``random_state`` of a model,
        nested ones too, that is None.
    verbose : int, default=1
        Show a line for each model if not 0.
    return_details : bool, default=False
        Whether to return fitted models, out-of-fold predictions and folds, too. They
        take memory: there is a fitted model for each fold.

    Returns
    -------
    Comparison, or ComparisonDetails
        A DataFrame that prints its most important columns, with a ``verdict``: which
        model is the best, which tie with it, and which of these is the cheapest. With
        `return_details` an object that has it as ``results``.

        One row for each model, the best by the first metric first; the last row, named
        ``majority class``, always predicts the most frequent class, or the labels that
        most documents have. The index is
        ``model``. For each metric, named as in `scoring` (here: accuracy), there are

        accuracy : float
            Mean of the scores on the validation folds.
        accuracy_std : float
            Standard deviation of these scores (``ddof=0``).
        accuracy_train : float
            Mean of the scores on the training folds.
        accuracy_gap : float
            ``accuracy_train - accuracy``: large if the model overfits.

        and once

        fit_seconds : float
            Seconds to fit the training rows of the first fold, nets being compiled.
        latency_ms : float
            Median milliseconds to predict the label of one document.
        docs_per_second : float
            Documents per second in one call of ``predict`` on up to 2,000, to three
            digits.
        file_kb : float
            Size of the fitted model written by ``joblib.dump``, in 1,000 bytes; NaN,
            with a warning, where that fails.

    Raises
    ------
    ValueError
        If a name is unknown or used twice, there is no model, or `X`, `y` and `groups`
        do not fit together. An error of a model carries a note with its name.
    TypeError
        If a model is neither a name nor a classifier, or a document is not text.
    KeyboardInterrupt
        If it is interrupted before a model is finished.

    Warns
    -----
    TrainingInterruptedWarning
        If it is interrupted (Ctrl-C) later: the table has the models that are finished.
    ConvergenceWarning
        If models learned too little in a fold: once, with their names.
    UserWarning
        If classes have fewer rows than there are stratified folds, or labels differ in
        blanks or the case of letters only.

    See Also
    --------
    ComparisonDetails : What is behind the table.
    report : A page on one model, or on the best of a comparison.
    confident_mistakes : What a model gets wrong.
    sklearn.model_selection.cross_validate : Scores of one model.

    Notes
    -----
    Speed is measured after the cross-validation, in this process and one model at a
    time, on a model that is fitted once more. No document is predicted twice, and those
    of the validation fold come first. The estimators' own ``n_jobs`` is respected.

    An interrupt ends the whole comparison, whatever a model is doing; one that is not
    finished has no row.

    Models tie where a paired bootstrap does not tell them apart [1]_: documents are
    drawn with replacement 500 times, within their classes, the first metric is computed
    on the out-of-fold predictions for those drawn, and the 95 % interval of its
    difference to that of the best model reaches zero.

    Choosing the best of many models makes its score optimistic: score the one that is
    chosen on documents that were not part of the comparison.

    References
    ----------
    .. [1] B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skclf import compare
    >>> from skclf.datasets import make_tweets
    >>> tweets = make_tweets(220, random_state=0)
    >>> plain = make_pipeline(TfidfVectorizer(), LogisticRegression())
    >>> table = compare(
    ...     {"plain": plain, "ready-made": "tfidf-logreg"},
    ...     tweets.data["text"], tweets.target, random_state=0, verbose=0,
    ... )
    >>> table.verdict.best, table.verdict.tied
    ('ready-made', [])
    >>> table[["accuracy", "accuracy_std", "accuracy_gap", "f1_macro"]].round(2)
                    accuracy  accuracy_std  accuracy_gap  f1_macro
    model
    ready-made          0.84          0.02          0.15      0.83
    plain               0.77          0.04          0.17      0.76
    majority class      0.57          0.00          0.00      0.36
    """
    # Not scikit-learn's decorator: it would turn off the checks of the models, and
    # put its name in the place of theirs.
    validate_parameter_constraints(_CONSTRAINTS, locals(), caller_name="compare")
    named = name_models(models)
    X, groups = as_plain(X), as_plain(groups)
    n_rows = check_rows(X, names=[m for m in named.values() if isinstance(m, str)])
    y = check_classes(y, n_rows)
    if groups is not None:
        check_length(groups, n_rows, "groups")
    scoring = check_metrics(scoring, multilabel=y.ndim == 2)
    seed = draw_seed(random_state)
    splits = make_splits(cv, X, y, groups, seed)
    progress = ProgressLine(bool(verbose))
    left = TimeLeft(len(named), len(splits) + 1)
    given = X, y, splits, scoring, n_jobs, progress, left, return_details
    assessment = Assessment(*given)
    rows = _assess_all(make_candidates(named, seed), assessment)
    if assessment.too_little:
        warnings.warn(_too_little(assessment), ConvergenceWarning, stacklevel=2)
    details = gather(_as_table(rows), assessment)
    return details if return_details else details.results


def _too_little(assessment):
    """Say it once for all models, of some in full."""
    found = assessment.too_little
    lines = [
        f"  {name}: {message}"
        for name, messages in list(found.items())[:3]
        for message in messages
    ]
    return "\n".join(
        [f"Models that {TOO_LITTLE}: {reprlib.repr(list(found))}.", *lines]
    )


def _assess_all(candidates, assessment):
    progress, rows = assessment.progress, {}
    width = max(map(len, candidates))
    try:
        for number, (name, estimator) in enumerate(candidates.items()):
            started = perf_counter()
            title = f"{number}/{len(candidates) - 1} {name}" if number else name
            if number:  # the majority class takes no time
                assessment.time_left.begin()
            rows[name] = assessment.figures(name, estimator, title)
            if number:
                assessment.time_left.end()
            seconds = perf_counter() - started
            progress.keep(f"{name:<{width}}  {_summary(rows[name], seconds)}")
    except KeyboardInterrupt:
        if len(rows) < 2:  # the majority class is no model
            raise
        missing = [name for name in candidates if name not in rows]
        warnings.warn(
            f"The comparison was interrupted; the table is without {listed(missing)}.",
            TrainingInterruptedWarning,
            stacklevel=3,
        )
    finally:
        progress.close()
    return rows


def _summary(row, seconds):
    metric, std, *_ = row
    digits = 1 if seconds < 10 else 0
    return f"{metric} {row[metric]:.3f} ± {row[std]:.3f}  ({seconds:.{digits}f} s)"


def _as_table(rows):
    """Models by the first metric, the majority class last."""
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="model")
    models = table.drop(index=MAJORITY)
    models = models.sort_values(models.columns[0], ascending=False, kind="stable")
    return pd.concat([models, table.loc[[MAJORITY]]])
