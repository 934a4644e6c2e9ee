"""What is behind the table of a comparison."""

import numpy as np
from sklearn.metrics import get_scorer
from sklearn.utils.multiclass import unique_labels

from skclf._names import public
from skclf.evaluate._comparison import Comparison
from skclf.evaluate._predictions import Predictions


@public("skclf.evaluate")
class ComparisonDetails:
    """Models, predictions and folds of a comparison.

    ``compare(..., return_details=True)`` makes it. Displays and
    :func:`~skclf.evaluate.report` draw from it, and nothing is fitted again.

    Attributes
    ----------
    results : Comparison
        The table that :func:`compare` returns without it.
    folds : list of tuple of ndarray of int
        Training and test rows of each fold.
    rows : ndarray of int of shape (n_predicted,)
        Rows of X that were in a test fold, sorted. The arrays below are of these.
    y_true : ndarray of shape (n_predicted,) or (n_predicted, n_labels)
        Their labels.
    classes : ndarray of shape (n_classes,)
        All labels; of several labels of a document, their numbers.
    predictions : dict of str to ndarray of the shape of y_true
        For each model, what it predicted in the first fold that tests the row.
    probabilities : dict of str to ndarray of shape (n_predicted, n_classes)
        The same of ``predict_proba``, where a model has it and was fitted on documents
        of all classes in each fold.
    estimators : dict of str to list of estimator
        For each model, those that were fitted on the folds.
    histories : dict of str to list of dict
        For each net, the ``history_`` of each fold.

    Examples
    --------
    >>> from skclf import compare
    >>> from skclf.datasets import make_tweets
    >>> from skclf.evaluate import ConfusionDisplay
    >>> tweets = make_tweets(200, random_state=0)
    >>> details = compare(["nb"], tweets.data["text"], tweets.target, random_state=0,
    ...                   verbose=0, return_details=True)
    >>> details.probabilities["nb"].shape
    (200, 2)
    >>> ConfusionDisplay.from_predictions(details.y_true, details.predictions["nb"])
    ... # doctest: +ELLIPSIS
    <skclf.evaluate.ConfusionDisplay object at ...>
    """

    def __init__(
        self,
        results,
        folds,
        rows,
        y_true,
        classes,
        predictions,
        probabilities,
        estimators,
        histories,
    ):
        self.results = results
        self.folds = folds
        self.rows = rows
        self.y_true = y_true
        self.classes = classes
        self.predictions = predictions
        self.probabilities = probabilities
        self.estimators = estimators
        self.histories = histories

    def __repr__(self):
        names = list(self.predictions)
        return (
            f"<ComparisonDetails of {len(names)} models, {len(self.folds)} folds, "
            f"{len(self.rows):,} documents>"
        )

    @property
    def verdict(self):
        return self.results.verdict


def gather(table, assessment):
    """What a comparison has found, with a table of models by their first score."""
    y, splits = assessment.y, assessment.splits
    tested = np.concatenate([test for _, test in splits])
    rows, places = np.unique(tested, return_index=True)
    y_true = y[rows]
    classes = unique_labels(y) if y.ndim == 1 else np.arange(y.shape[1])
    found = {
        name: _responses(folds, places, len(classes))
        for name, folds in assessment.folds.items()
    }
    evidence = {
        "y": y_true,
        "predictions": {
            name: Predictions(responses, classes) for name, responses in found.items()
        },
        "scorer": _first_score(assessment.scoring),
    }
    estimators = {
        name: [fold.estimator for fold in folds]
        for name, folds in assessment.folds.items()
        if assessment.keep
    }
    return ComparisonDetails(
        Comparison(table, evidence),
        splits,
        rows,
        y_true,
        classes,
        {name: one["predict"] for name, one in found.items()},
        {
            name: one["predict_proba"]
            for name, one in found.items()
            if "predict_proba" in one
        },
        estimators,
        {
            name: histories
            for name, fitted in estimators.items()
            if (histories := _histories(fitted))
        },
    )


def _responses(folds, places, n_classes):
    """Out-of-fold responses, each row once; those that all folds have alike."""
    found = {}
    for method in folds[0].responses:
        parts = [fold.responses.get(method) for fold in folds]
        shapes = {None if part is None else part.shape[1:] for part in parts}
        if len(shapes) > 1 or (method == "predict_proba" and shapes != {(n_classes,)}):
            continue
        found[method] = np.concatenate(parts)[places]
    return found


def _first_score(scoring):
    """A scorer that gives a number, the first metric."""
    if not callable(scoring):
        metrics = scoring.values() if isinstance(scoring, dict) else scoring
        return get_scorer(next(iter(metrics)))

    def first(estimator, rows, y):
        score = scoring(estimator, rows, y)
        return next(iter(score.values())) if isinstance(score, dict) else score

    return first


def _histories(estimators):
    """The histories of nets at the end of pipelines; none, if they are others."""
    nets = [getattr(one, "steps", [(None, one)])[-1][1] for one in estimators]
    return [net.history_ for net in nets if hasattr(net, "history_")]
