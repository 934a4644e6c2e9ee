"""What a comparison says of its models, how it is shown, and what is behind it."""

import pickle

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skclf import compare
from skclf.datasets import make_tweets
from skclf.evaluate import ConfusionDisplay, HistoryDisplay, Verdict

TWEETS = make_tweets(160, random_state=0)
TEXTS, TARGET = TWEETS.data["text"], TWEETS.target


def logistic(**params):
    return make_pipeline(TfidfVectorizer(), LogisticRegression(**params))


def constant():
    return DummyClassifier(strategy="constant", constant=1)


def quick(models, X=TEXTS, y=TARGET, **params):
    settings = {"cv": 3, "random_state": 0, "verbose": 0} | params
    return compare(models, X, y, **settings)


def test_twins_tie_and_what_is_far_behind_does_not():
    models = {"good": logistic(), "twin": logistic(), "bad": constant()}
    verdict = quick(models).verdict
    assert isinstance(verdict, str)
    assert (verdict.best, verdict.tied) == ("good", ["twin"])
    assert verdict.beats_majority
    assert "twin ties with it: 160 documents" in verdict
    found = verdict.differences
    assert found.loc["twin"].tolist() == [0, 0, 0, True]
    assert found.loc["bad", "low"] > 0.1
    assert not found.loc["bad", "tied"]


def test_difference_is_that_of_all_predictions_together():
    details = quick({"good": logistic(), "bad": constant()}, return_details=True, cv=4)
    scores = {
        name: accuracy_score(TARGET, predicted)
        for name, predicted in details.predictions.items()
    }
    row = details.verdict.differences.loc["bad"]
    assert row["difference"] == pytest.approx(scores["good"] - scores["bad"])
    assert row["low"] < row["difference"] < row["high"]


class Heavy(LogisticRegression):
    """Has a large file."""

    def fit(self, X, y):
        self.ballast_ = np.zeros(1_000_000)
        return super().fit(X, y)


def test_cheapest_of_those_that_tie():
    heavy = make_pipeline(TfidfVectorizer(), Heavy())
    verdict = quick({"heavy": heavy, "light": logistic()}).verdict
    assert (verdict.best, verdict.tied, verdict.cheapest) == (
        "heavy",
        ["light"],
        "light",
    )
    assert "Of these, light is the cheapest" in verdict


def test_a_cost_that_is_not_known_of_all_decides_nothing():
    table = quick({"slow": logistic(), "quick": logistic()})
    table.loc["quick", ["fit_seconds", "latency_ms", "file_kb"]] = [1, 1, np.nan]
    table.loc["slow", ["fit_seconds", "latency_ms", "file_kb"]] = [2, 2, 1e-3]
    assert table.verdict.cheapest == "quick"


def test_model_that_learned_nothing_is_said_to():
    labels = np.random.default_rng(0).permutation(TARGET)
    verdict = quick([logistic()], y=labels).verdict
    assert not verdict.beats_majority
    assert "No model is better than always predicting the majority class" in verdict


def test_clear_winner():
    verdict = quick({"good": logistic(), "bad": constant()}).verdict
    assert verdict.tied == []
    assert "bad, the next, is worse by 0." in verdict


@pytest.mark.parametrize(
    "scoring",
    [
        "roc_auc",
        "neg_log_loss",
        ("f1", "accuracy"),
        {"mine": "f1_macro"},
        lambda model, X, y: model.score(X, y),
        lambda model, X, y: {"a": model.score(X, y)},
    ],
)
def test_any_score_of_predictions(scoring):
    models = {"good": logistic(C=10), "noise": DummyClassifier(strategy="stratified")}
    verdict = quick(models, scoring=scoring).verdict
    assert verdict.best == "good"
    assert verdict.tied == []
    assert verdict.differences.notna().all(axis=None)


def test_decision_function_serves_where_there_are_no_probabilities():
    svm = make_pipeline(TfidfVectorizer(), LinearSVC())
    verdict = quick({"svm": svm, "bad": constant()}, scoring="roc_auc").verdict
    assert verdict.best == "svm"
    assert verdict.differences.loc["bad", "low"] > 0


def test_score_that_looks_at_the_texts_leaves_ties_open():
    def letters(model, X, y):
        return float(sum(map(len, X)))

    verdict = quick({"a": logistic(), "b": logistic()}, scoring=letters).verdict
    assert "is not known" in verdict
    assert verdict.beats_majority is None
    assert verdict.tied == []


def test_several_labels():
    Y = np.column_stack([TARGET, 1 - TARGET])
    verdict = quick(["tfidf-logreg", "nb"], y=Y).verdict
    assert verdict.best in {"tfidf-logreg", "nb"}
    assert verdict.beats_majority


def test_pickles_keep_the_verdict():
    table = quick([logistic()], scoring=lambda model, X, y: model.score(X, y))
    again = pickle.loads(pickle.dumps(table))
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(table))
    assert isinstance(again.verdict, Verdict)
    assert again.verdict == table.verdict
    assert again.verdict.best == "LogisticRegression"


def test_print_is_narrow_and_the_whole_is_there():
    names = {f"a model with quite a long name {i}": logistic() for i in range(3)}
    table = quick(names, scoring=["neg_mean_absolute_error", "f1_macro", "accuracy"])
    shown = str(table).splitlines()
    assert max(map(len, shown)) <= 80
    assert shown[0].split()[:2] == ["neg_mean_a…ute_error", "±"]
    assert "more columns" in shown[-1]
    assert "docs_per_second" in table.to_string()
    assert repr(table) == str(table)


def test_print_never_shows_powers_of_ten():
    table = quick({"bad": constant()})
    table["fit_seconds"] = 9.2e-07
    table["accuracy_gap"] = -1e-17
    assert "e-0" not in str(table)
    assert "-0.000" not in str(table)
    assert "<0.001" in str(table)


def test_html_marks_the_best_of_each_column_and_escapes_names():
    table = quick({"<script>": logistic(), "bad": constant()})
    html = table._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    rows = html.split("<tr>")[2:]
    assert "<b>" in rows[0].partition("</td>")[0]  # the best by the first metric
    assert "<b>" not in rows[-1]  # the majority class is no model


def test_parts_are_plain_tables():
    table = quick([logistic()])
    for part in (table[["accuracy"]], table.copy(), table.round(2)):
        assert type(part) is pd.DataFrame


def test_details_hold_out_of_fold_predictions():
    details = quick([logistic()], return_details=True)
    name = "LogisticRegression"
    expected = cross_val_predict(logistic(), TEXTS, TARGET, cv=details.folds)
    np.testing.assert_array_equal(details.predictions[name], expected)
    np.testing.assert_array_equal(details.rows, np.arange(160))
    np.testing.assert_array_equal(details.y_true, TARGET)
    assert details.probabilities[name].shape == (160, 2)
    _, test = details.folds[0]
    model = details.estimators[name][0]
    np.testing.assert_array_equal(
        model.predict(TEXTS.iloc[test]), details.predictions[name][test]
    )
    assert details.histories == {}
    assert repr(details) == ("<ComparisonDetails of 2 models, 3 folds, 160 documents>")


def test_rows_that_are_tested_twice_count_once():
    folds = RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=0)
    details = quick([logistic()], cv=folds, return_details=True)
    assert len(details.folds) == 4
    np.testing.assert_array_equal(details.rows, np.arange(160))
    some = quick([logistic()], cv=[(range(80), range(80, 90))], return_details=True)
    np.testing.assert_array_equal(some.rows, np.arange(80, 90))


def test_displays_draw_from_details_without_another_fit():
    details = quick({"net": tiny_pipeline("cnn")}, cv=2, return_details=True)
    (first, second) = details.histories["net"]
    assert first["loss"] != second["loss"]
    display = HistoryDisplay.from_estimator(details.estimators["net"][0])
    assert display.histories[""]["loss"] == first["loss"]
    ConfusionDisplay.from_predictions(details.y_true, details.predictions["net"])


def test_models_that_are_not_kept_are_not_returned():
    details = quick([logistic()], return_details=True, n_jobs=2)
    assert [len(models) for models in details.estimators.values()] == [3, 3]
    assert not hasattr(quick([logistic()]), "estimators")
