"""Whatever scikit-learn does with LogisticRegression it does with ours, on raw text.

In full on one linear pipeline and on each kind of net; on the others what is different
about them.
"""

import pickle
from contextlib import nullcontext

import joblib
import numpy as np
import pytest
import sklearn
from helpers import tiny_pipeline
from scipy.stats import loguniform
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.metrics import ConfusionMatrixDisplay, f1_score
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
    check_cv,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
)
from sklearn.multiclass import OneVsRestClassifier

from skclf.compose._recipes import READY_MADE

pytestmark = pytest.mark.slow

NETS = ["mlp", "cnn", "gru"]
IN_FULL = ["tfidf-logreg", *NETS]
OTHERS = [name for name in READY_MADE if name not in IN_FULL]

in_full = pytest.mark.parametrize("name", IN_FULL)
nets = pytest.mark.parametrize("name", NETS)


@pytest.fixture(scope="module")
def X(tweets):
    return tweets[0][:100]


@pytest.fixture(scope="module")
def y(tweets):
    """Two classes, integers."""
    return tweets[1][:100]


@pytest.fixture(scope="module")
def words(y):
    """Two classes with names."""
    return np.where(y == 1, "disaster", "calm")


@pytest.fixture(scope="module")
def y3(named_tweets):
    """Three classes with names."""
    return named_tweets[1][:100]


# -- the other ready-made pipelines


@pytest.mark.parametrize("name", OTHERS)
def test_the_others_fit_clone_pickle_and_cross_validate(name, X, y3):
    model = clone(tiny_pipeline(name))
    proba = model.fit(X, y3).predict_proba(X)
    assert model.classes_.tolist() == ["calm", "fire", "flood"]
    np.testing.assert_array_equal(model.predict(X), model.classes_[proba.argmax(1)])
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_allclose(copy.predict_proba(X), proba, atol=1e-7)
    scores = cross_validate(model, X, y3, cv=2, scoring="neg_log_loss")["test_score"]
    assert np.isfinite(scores).all()


# -- cross-validation


@in_full
def test_cross_validate_is_stratified_and_scores_every_way(name, X, words, y):
    model = tiny_pipeline(name)
    assert is_classifier(model)
    assert isinstance(check_cv(3, y, classifier=is_classifier(model)), StratifiedKFold)
    order = np.argsort(y)  # unstratified folds would have one class
    scoring = ["roc_auc", "average_precision", "neg_log_loss", "f1_macro", "accuracy"]
    result = cross_validate(
        model, X[order], y[order], cv=3, scoring=scoring, return_train_score=True
    )
    for metric in scoring:
        assert np.isfinite(result[f"test_{metric}"]).all()
        assert np.isfinite(result[f"train_{metric}"]).all()
    named = cross_val_score(model, X[order], words[order], cv=3, scoring="roc_auc")
    np.testing.assert_allclose(named, result["test_roc_auc"])


@in_full
def test_cross_val_predict(name, X, y3):
    proba = cross_val_predict(tiny_pipeline(name), X, y3, cv=2, method="predict_proba")
    assert proba.shape == (100, 3)
    np.testing.assert_allclose(proba.sum(axis=1), 1)


@nets
def test_folds_in_threads_are_as_folds_one_after_the_other(name, X, y):
    def scores(**params):
        model = tiny_pipeline(name)
        return cross_val_score(model, X, y, cv=4, scoring="neg_log_loss", **params)

    with joblib.parallel_config("threading"):
        at_once = scores(n_jobs=4)
    np.testing.assert_allclose(at_once, scores(), rtol=1e-5)


@in_full
def test_learning_curve(name, X, y):
    sizes, train, test = learning_curve(
        tiny_pipeline(name), X, y, cv=2, train_sizes=[0.6, 1.0], shuffle=True
    )
    assert sizes.tolist() == [30, 50]
    assert train.shape == test.shape == (2, 2)
    assert np.isfinite(train).all()
    assert np.isfinite(test).all()


# -- searches

GRID = {
    "tfidf-logreg": {"vectorize__min_df": [1, 2], "classify__C": [0.1, 3.0]},
    "mlp": {"vectorize__words__min_df": [1, 5], "classify__epochs": [1, 3]},
    "cnn": {"encode__max_len": [2, 6], "classify__filters": [2, 4]},
    "gru": {"encode__max_len": [2, 6], "classify__batch_size": [16, 32]},
}


def search_all_steps(name, X, y, n_jobs):
    grid = {"clean__stop_words": [None, "english"], **GRID[name]}
    search = GridSearchCV(
        tiny_pipeline(name), grid, cv=2, scoring="neg_log_loss", n_jobs=n_jobs
    )
    return search.fit(X, y)


@pytest.mark.slow
@in_full
def test_grid_search_over_cleaner_encoder_and_net_at_once(name, X, words):
    search, parallel = [search_all_steps(name, X, words, n_jobs) for n_jobs in (1, 2)]
    scores = search.cv_results_["mean_test_score"]
    assert len(set(scores)) == 8  # every parameter makes a difference
    np.testing.assert_allclose(
        parallel.cv_results_["mean_test_score"], scores, rtol=1e-5
    )
    assert parallel.best_params_ == search.best_params_
    assert search.best_params_.items() <= search.best_estimator_.get_params().items()
    np.testing.assert_array_equal(parallel.predict(X), search.predict(X))


@pytest.mark.slow
@in_full
def test_randomized_search(name, X, y):
    step = "classify__C" if name == "tfidf-logreg" else "classify__dropout"
    distributions = {step: loguniform(0.1, 0.9), "clean__lowercase": [True, False]}
    search = RandomizedSearchCV(
        tiny_pipeline(name), distributions, n_iter=2, cv=2, random_state=0
    ).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_estimator_.get_params()[step] == search.best_params_[step]


@nets
def test_halving_search_with_epochs_as_the_resource(name, X, y):
    model = tiny_pipeline(name, classify__early_stopping=False)
    search = HalvingGridSearchCV(
        model,
        {"classify__class_weight": [None, "balanced", {0: 1, 1: 9}]},
        resource="classify__epochs",
        min_resources=1,
        max_resources=3,
        factor=3,
        cv=2,
        scoring="neg_log_loss",
        random_state=0,
    ).fit(X, y)
    assert search.n_resources_ == [1, 3]
    assert search.n_candidates_ == [3, 1]
    assert len(search.best_estimator_["classify"].history_["loss"]) == 3


@nets
def test_search_over_a_net_on_precomputed_input(name, X, y):
    """The steps before the net are worked out once; the containers are cut in folds."""
    *steps, (_, net) = tiny_pipeline(name).steps
    for _, step in steps:
        X = step.fit_transform(X)
    search = GridSearchCV(net, {"epochs": [1, 3]}, cv=2, scoring="neg_log_loss")
    search.fit(X, y)
    assert len(set(search.cv_results_["mean_test_score"])) == 2
    assert search.predict_proba(X[:5]).shape == (5, 2)
    ovr = OneVsRestClassifier(net).fit(X, np.column_stack([y, 1 - y]))
    assert ovr.predict(X).shape == (100, 2)


# -- estimators that hold others


@in_full
def test_voting(name, X, words):
    members = [("net", tiny_pipeline(name)), ("nb", tiny_pipeline("nb"))]
    soft = VotingClassifier(members, voting="soft").fit(X, words)
    mean = np.mean([model.predict_proba(X) for model in soft.estimators_], axis=0)
    np.testing.assert_allclose(soft.predict_proba(X), mean)
    hard = VotingClassifier([*members, ("again", members[1][1])]).fit(X, words)
    np.testing.assert_array_equal(
        hard.predict(X), members[1][1].fit(X, words).predict(X)
    )


@in_full
def test_stacking(name, X, y3):
    members = [("net", tiny_pipeline(name)), ("nb", tiny_pipeline("nb"))]
    stack = StackingClassifier(members, cv=2).fit(X, y3)
    assert stack.predict_proba(X).shape == (100, 3)
    assert stack.final_estimator_.n_features_in_ == 6
    assert set(stack.predict(X)) <= set(y3)


@in_full
@pytest.mark.parametrize("ensemble", [True, False])
def test_calibration(name, ensemble, X, words):
    model = CalibratedClassifierCV(tiny_pipeline(name), cv=2, ensemble=ensemble)
    proba = model.fit(X, words).predict_proba(X)
    assert len(model.calibrated_classifiers_) == 1 + ensemble
    assert np.isfinite(proba).all()
    assert len(np.unique(proba[:, 1])) > 10


@in_full
def test_tuned_threshold(name, X, y):
    model = TunedThresholdClassifierCV(tiny_pipeline(name), scoring="f1", cv=2)
    model.fit(X, y)
    proba = model.estimator_.predict_proba(X)[:, 1]
    np.testing.assert_array_equal(model.predict(X), proba >= model.best_threshold_)
    assert f1_score(y, model.predict(X)) > 0.4  # at .5 a hardly trained net finds none


@in_full
def test_one_versus_rest(name, X, y, y3):
    model = OneVsRestClassifier(tiny_pipeline(name))
    proba = model.fit(X, y3).predict_proba(X)
    assert proba.shape == (100, 3)
    assert set(model.predict(X)) <= set(y3)
    labels = np.column_stack([y, 1 - y, y3 == "flood"]).astype(int)
    assert model.fit(X, labels).predict(X).shape == (100, 3)


@in_full
def test_class_weight_is_keyed_by_the_labels_that_the_net_is_given(name, X, words):
    """The user's own; inside Voting and OneVsRest those that scikit-learn made."""
    own, codes = {"calm": 1, "disaster": 50}, {0: 1, 1: 50}
    plain = tiny_pipeline(name).fit(X, words).predict_proba(X)[:, 1]
    weighted = tiny_pipeline(name, classify__class_weight=own).fit(X, words)
    expected = weighted.predict_proba(X)
    assert expected[:, 1].mean() > plain.mean() + 0.1
    inner = tiny_pipeline(name, classify__class_weight=codes)
    vote = VotingClassifier([("net", inner)], voting="soft").fit(X, words)
    np.testing.assert_allclose(vote.predict_proba(X), expected)
    ovr = OneVsRestClassifier(inner).fit(X, words)
    np.testing.assert_allclose(ovr.predict_proba(X), expected)


@nets
def test_class_weight_by_other_labels_is_an_error_that_shows_them(name, X, words):
    inner = tiny_pipeline(name, classify__class_weight={"calm": 1, "disaster": 50})
    with pytest.raises(ValueError, match=r"among the classes \[0, 1\], got 'calm'"):
        VotingClassifier([("net", inner)]).fit(X, words)


# -- parameters, copies, looks


@in_full
def test_clone_has_the_parameters_and_nothing_learned(name, X, y):
    model = tiny_pipeline(name).fit(X, y)
    copy = clone(model)
    assert repr(copy) == repr(model)
    assert copy["classify"].get_params() == model["classify"].get_params()
    assert model.predict(X).shape == (100,)
    with pytest.raises(NotFittedError):
        copy.predict(X)


@in_full
def test_html_repr(name, X, y):
    model = tiny_pipeline(name)
    kind = type(model["classify"]).__name__
    for state in (model, model.fit(X, y)):
        html = state._repr_html_()
        assert kind in html
        assert "TextCleaner" in html


@nets
def test_set_params_by_nested_name(name):
    model = tiny_pipeline(name).set_params(
        clean__lowercase=False, classify__epochs=9, classify__optimizer__beta_1=0.8
    )
    assert model["clean"].lowercase is False
    assert clone(model).get_params()["classify__epochs"] == 9
    assert clone(model).get_params()["classify__optimizer__beta_1"] == 0.8


@nets
@pytest.mark.parametrize(
    ("param", "near"),
    [
        ("clean__lower_case", "lowercase"),
        ("classify__epoch", "epochs"),
        ("classify__optimizer__beta1", "beta_1"),
    ],
)
def test_a_wrong_nested_name_gets_a_suggestion(name, param, near):
    with pytest.raises(ValueError, match=f"Did you mean '{near}'"):
        tiny_pipeline(name).set_params(**{param: 1})


@in_full
def test_memory_keeps_what_the_first_steps_made(name, X, y, tmp_path, monkeypatch):
    """With mmap_mode, cached arrays are read-only: nobody writes into them."""
    cache = joblib.Memory(tmp_path, mmap_mode="r", verbose=0)
    model = tiny_pipeline(name, memory=cache)
    expected = tiny_pipeline(name).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), expected)
    for _, step in model.steps[:-1]:
        monkeypatch.setattr(type(step), "fit_transform", None)
        monkeypatch.setattr(type(step), "fit", None)
    again = clone(model).set_params(classify__verbose=0).fit(X, y)
    np.testing.assert_array_equal(again.predict_proba(X), expected)


@nets
@pytest.mark.parametrize("how", ["set_output", "config"])
def test_asking_for_data_frames_does_no_harm(name, how, X, y):
    expected = tiny_pipeline(name).fit(X, y).predict_proba(X)
    model = tiny_pipeline(name)
    context = nullcontext()
    if how == "set_output":
        model.set_output(transform="pandas")
    else:
        context = sklearn.config_context(transform_output="pandas")
    with context:
        np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), expected)


@in_full
def test_confusion_matrix_display(name, X, words, pyplot):
    model = tiny_pipeline(name).fit(X, words)
    display = ConfusionMatrixDisplay.from_estimator(model, X, words)
    assert display.confusion_matrix.sum() == 100
    assert display.display_labels.tolist() == ["calm", "disaster"]
