"""All figures of one model: scores over the folds, then speed and size."""

import warnings
from dataclasses import dataclass, field, replace

import joblib
import numpy as np
from sklearn.exceptions import UndefinedMetricWarning

from skclf._indicator import SAME_FOR_ALL
from skclf._once import gathered
from skclf._progress import ProgressLine, TimeLeft
from skclf._validation import excerpt
from skclf.evaluate._candidates import MAJORITY
from skclf.evaluate._folds import fit_folds
from skclf.evaluate._timing import measure


@dataclass
class Assessment:
    """What is the same for all models of a comparison.

    Parameters
    ----------
    X : sequence
        The documents.
    y : ndarray
        Their labels.
    splits : list of tuple of ndarray of int
        The folds.
    scoring : tuple, list, dict or callable
        The metrics.
    n_jobs : int or None
        Number of folds fitted at the same time.
    progress : ProgressLine
        Where to report.
    time_left : TimeLeft
        Of models, whose steps are the folds and the timing.
    keep : bool
        Whether to keep the fitted models.
    folds : dict of str to list of Fold
        What came of the folds, by the names of the models.
    too_little : dict of str to list of str
        What is said of the models that learned too little, by their names.
    """

    X: object
    y: np.ndarray
    splits: list
    scoring: object
    n_jobs: int | None
    progress: ProgressLine
    time_left: TimeLeft
    keep: bool = False
    folds: dict = field(default_factory=dict)
    too_little: dict = field(default_factory=dict)

    def figures(self, name, estimator, title):
        """The row of one model as a dict; an error carries the model's name."""
        try:
            with gathered() as messages:
                # Said of the folds by now, not once for each model and fold.
                warnings.filterwarnings("ignore", SAME_FOR_ALL)
                figures = self._majority if name == MAJORITY else self._figures
                found = figures(name, estimator, title)
        except Exception as error:
            error.add_note(f"This happened to the model {excerpt(name)}.")
            raise
        if messages:
            self.too_little[name] = messages
        return found

    def _majority(self, name, estimator, title):
        with warnings.catch_warnings():
            # It never predicts the other classes: no news.
            warnings.simplefilter("ignore", UndefinedMetricWarning)
            quietly = replace(self, n_jobs=1, progress=ProgressLine(active=False))
            return quietly._figures(name, estimator, title)

    def _figures(self, name, estimator, title):
        n_splits = len(self.splits)
        jobs = min(joblib.effective_n_jobs(self.n_jobs), n_splits)
        left = self.time_left.text
        if jobs > 1:
            what = f"{n_splits} folds, {jobs} at a time"
            self.progress.show(f"{title}: {what}{left(0)}")
        folds = fit_folds(
            estimator,
            self.X,
            self.y,
            self.splits,
            self.scoring,
            n_jobs=jobs,
            keep=self.keep,
            announce=lambda i: self.progress.show(
                f"{title}: fold {i}/{n_splits}{left(i - 1)}"
            ),
        )
        self.progress.show(f"{title}: speed{left(n_splits)}")
        train, test = self.splits[0]
        speed = measure(name, estimator, self.X, self.y, train, test, warm=jobs == 1)
        self.folds[name] = folds
        return score_columns(folds, self.scoring) | speed


def score_columns(folds, scoring):
    """Mean, standard deviation, training score and gap of each metric.

    Parameters
    ----------
    folds : list of Fold
        What came of the folds.
    scoring : tuple, list, dict or callable
        The metrics.

    Returns
    -------
    dict of str to float
        Four columns for each metric.
    """
    columns = {}
    for metric in folds[0].test_scores:
        scores = np.array([fold.test_scores[metric] for fold in folds])
        train = np.mean([fold.train_scores[metric] for fold in folds])
        if callable(scoring) and metric == "score":
            metric = _name_of(scoring)
        columns[metric] = scores.mean()
        columns[f"{metric}_std"] = scores.std()
        columns[f"{metric}_train"] = train
        columns[f"{metric}_gap"] = train - scores.mean()
    return columns


def _name_of(scorer):
    function = getattr(scorer, "_score_func", scorer)
    name = getattr(function, "__name__", "score")
    if not name.isidentifier():
        return "score"
    # As scikit-learn's names have it: a loss is scored by its negative.
    return f"neg_{name}" if getattr(scorer, "_sign", 1) < 0 else name
