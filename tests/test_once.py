"""An estimator that learned too little says so once for all of its clones."""

import pickle
import warnings

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclf._once import WarnsOnce, gathered, leave_family

X = np.arange(24.0)[:, None]
Y = np.array([0, 1] * 12)


class Learner(WarnsOnce, ClassifierMixin, BaseEstimator):
    """Predicts equal chances, and says that it learned nothing."""

    def __init__(self, patience=1):
        self.patience = patience

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self._end_fit("nothing at all.")
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)

    def predict(self, X):
        return self.classes_[np.zeros(len(X), int)]


def n_warnings(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    assert {one.category for one in caught} <= {ConvergenceWarning}
    return len(caught)


def search(estimator, name):
    return GridSearchCV(estimator, {f"{name}patience": [1, 2, 3]}, cv=2)


def beside_another(estimator, kind):
    return kind([("learner", estimator), ("other", GaussianNB())])


ONCE = {
    "search": lambda: search(Learner(), ""),
    "search over pipelines": lambda: search(
        make_pipeline(StandardScaler(), Learner()), "learner__"
    ),
    "vote": lambda: beside_another(Learner(), VotingClassifier),
    "stack": lambda: beside_another(Learner(), StackingClassifier),
    "calibrated": lambda: CalibratedClassifierCV(Learner(), cv=3),
    "search over votes": lambda: search(
        beside_another(make_pipeline(Learner()), VotingClassifier), "learner__learner__"
    ),
    "vote of searches": lambda: beside_another(search(Learner(), ""), VotingClassifier),
}


@pytest.mark.parametrize("make", ONCE.values(), ids=ONCE)
def test_once_for_all_clones(make):
    assert n_warnings(lambda: make().fit(X, Y)) == 1
    assert n_warnings(lambda: cross_validate(make(), X, Y, cv=3)) == 1


def test_once_in_several_threads():
    with joblib.parallel_config(backend="threading", n_jobs=4):
        assert n_warnings(lambda: cross_validate(Learner(), X, Y, cv=8)) == 1


def test_what_is_fitted_directly_always_warns():
    learner = Learner()
    assert n_warnings(lambda: learner.fit(X, Y)) == 1
    assert n_warnings(lambda: cross_validate(learner, X, Y, cv=3)) == 1
    assert n_warnings(lambda: learner.fit(X, Y)) == 1
    best = search(learner, "")
    assert n_warnings(lambda: best.fit(X, Y)) == 0  # clones of one that has warned
    assert n_warnings(lambda: best.best_estimator_.fit(X, Y)) == 1


def test_an_estimator_with_other_parameters_is_another_one():
    learner = Learner()
    assert n_warnings(lambda: search(learner, "").fit(X, Y)) == 1
    learner.set_params(patience=9)
    assert n_warnings(lambda: search(learner, "").fit(X, Y)) == 1


def test_clones_in_another_process_know_each_other():
    learner = Learner()
    first, second = (pickle.loads(pickle.dumps(clone(learner))) for _ in range(2))
    assert n_warnings(lambda: first.fit(X, Y)) == 1
    assert n_warnings(lambda: second.fit(X, Y)) == 0
    assert set(vars(first)) == {"patience", "classes_"}  # no trace in a fitted one


def test_clones_can_be_made_independent():
    learner = make_pipeline(Learner())
    for _ in range(2):
        independent = leave_family(clone(learner))
        assert n_warnings(lambda pipe=independent: pipe.fit(X, Y)) == 1


def test_gathered_warnings_are_held_back_and_others_are_not():
    def gather():
        with gathered() as messages:
            warnings.warn("something else", ConvergenceWarning, stacklevel=1)
            Learner().fit(X, Y)
        assert messages == ["Learner learned too little: nothing at all."]

    with pytest.warns(ConvergenceWarning, match="something else"):
        gather()
