import os
import pickle
import re
import subprocess
import sys
import warnings

import keras
import numpy as np
import pandas as pd
import pytest
import sklearn
from helpers import tiny_pipeline
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import f1_score, hamming_loss, make_scorer
from sklearn.model_selection import (
    GroupKFold,
    ShuffleSplit,
    StratifiedKFold,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skclf import RNNClassifier, compare, make_text_classifier
from skclf.datasets import make_tweets
from skclf.exceptions import TrainingInterruptedWarning

TWEETS = make_tweets(120, random_state=0)
TEXTS = TWEETS.data["text"]
TARGET = TWEETS.target
SPEED = ["fit_seconds", "latency_ms", "docs_per_second", "file_kb"]


def logistic(**params):
    return make_pipeline(TfidfVectorizer(), LogisticRegression(**params))


def quick(models, X=TEXTS, y=TARGET, **params):
    settings = {"cv": 3, "random_state": 0, "verbose": 0} | params
    return compare(models, X, y, **settings)


class RowsSeen(ClassifierMixin, BaseEstimator):
    """Predicts the first class, and writes down what it was fitted on."""

    seen = {}

    def __init__(self, name="first"):
        self.name = name

    def fit(self, X, y):
        self.seen.setdefault(self.name, []).append(tuple(X))
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


class Broken(RowsSeen):
    def fit(self, X, y):
        raise ArithmeticError("no luck")


def test_scores_are_those_of_cross_validate():
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    expected = cross_validate(
        logistic(),
        TEXTS,
        TARGET,
        cv=folds,
        scoring=["accuracy", "f1_macro"],
        return_train_score=True,
    )
    row = quick({"logistic": logistic()}).loc["logistic"]
    for metric in ("accuracy", "f1_macro"):
        valid, train = expected[f"test_{metric}"], expected[f"train_{metric}"]
        assert row[metric] == pytest.approx(valid.mean())
        assert row[f"{metric}_std"] == pytest.approx(valid.std())
        assert row[f"{metric}_train"] == pytest.approx(train.mean())
        assert row[f"{metric}_gap"] == pytest.approx(train.mean() - valid.mean())


def test_table_has_the_documented_columns():
    table = quick([logistic()])
    scores = [
        f"{metric}{part}"
        for metric in ("accuracy", "f1_macro")
        for part in ("", "_std", "_train", "_gap")
    ]
    assert list(table.columns) == scores + SPEED
    assert table.index.name == "model"
    assert table.notna().all(axis=None)


def test_every_model_gets_the_same_folds(monkeypatch):
    monkeypatch.setattr(RowsSeen, "seen", {})
    # Without a seed, folds that are made twice would differ.
    quick([RowsSeen("first"), RowsSeen("second")], random_state=None)
    first, second = RowsSeen.seen["first"], RowsSeen.seen["second"]
    assert first == second
    assert len(set(first)) == 3


def test_best_comes_first_and_the_majority_class_last():
    models = {"worst": DummyClassifier(strategy="constant", constant=1)}
    models |= {"good": logistic(), "middle": logistic(C=0.01)}
    table = quick(models, scoring=["f1", "accuracy"])
    assert table.index[-1] == "majority class"
    assert table["f1"].iloc[:-1].is_monotonic_decreasing
    by_accuracy = quick(models, scoring="accuracy")
    assert list(by_accuracy.index) == ["good", "middle", "worst", "majority class"]


def test_majority_class_scores_its_share():
    labels = np.where(np.arange(120) < 90, "usual", "rare")
    table = quick([logistic()], y=labels, scoring=["accuracy", "roc_auc"])
    assert table.loc["majority class", "accuracy"] == pytest.approx(0.75)
    assert table.loc["majority class", "roc_auc"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    "scoring",
    ["precision_macro", "neg_log_loss", "average_precision", "top_k_accuracy"],
)
def test_majority_class_bears_any_metric(scoring):
    labels = np.arange(120) % 3 if scoring == "top_k_accuracy" else TARGET
    table = quick([logistic()], y=labels, scoring=scoring)
    assert np.isfinite(table.loc["majority class", scoring])


def test_fitted_and_unfitted_objects_stay_as_they_are():
    fitted = make_pipeline(TfidfVectorizer(), SGDClassifier(random_state=None))
    fitted.fit(["fire", "sun"], [0, 1])
    unfitted = logistic()
    before = pickle.dumps(fitted), pickle.dumps(unfitted)
    models, texts, labels = {"a": fitted, "b": unfitted}, TEXTS.copy(), TARGET.copy()
    quick(models, X=texts, y=labels)
    assert (pickle.dumps(fitted), pickle.dumps(unfitted)) == before
    assert list(models) == ["a", "b"]
    pd.testing.assert_series_equal(texts, TEXTS)
    np.testing.assert_array_equal(labels, TARGET)


def test_two_jobs_score_as_one_does():
    models = [logistic(), make_pipeline(CountVectorizer(), LinearSVC())]
    one, two = quick(models), quick(models, n_jobs=2)
    scores = [column for column in one if column not in SPEED]
    pd.testing.assert_frame_equal(one[scores], two[scores])


def test_size_is_that_of_the_fitted_model():
    table = quick([logistic()])
    size = len(pickle.dumps(logistic().fit(TEXTS, TARGET))) / 1000
    assert 0.5 * size < table["file_kb"].iloc[0] < 1.5 * size


def test_model_that_cannot_be_saved_has_no_size():
    model = make_pipeline(
        CountVectorizer(tokenizer=lambda text: text.split(), token_pattern=None),
        LogisticRegression(),
    )
    with pytest.warns(RuntimeWarning, match="'special' cannot be saved"):
        table = quick({"special": model})
    assert np.isnan(table.loc["special", "file_kb"])
    assert table.loc["special", "accuracy"] > 0


def forest():
    return make_pipeline(CountVectorizer(), RandomForestClassifier(5))


@pytest.mark.parametrize(
    "make_state", [lambda: 7, lambda: np.random.RandomState(7)], ids=["int", "state"]
)
def test_seeded_comparisons_repeat(make_state):
    def scores():
        return quick({"forest": forest()}, random_state=make_state())["accuracy"]

    pd.testing.assert_series_equal(scores(), scores())


def test_seed_goes_to_nested_states_that_are_none():
    seeds = {}

    class Remember(RandomForestClassifier):
        def fit(self, X, y):
            seeds[self.n_estimators] = self.random_state
            return super().fit(X, y)

    vote = VotingClassifier([("a", Remember(3)), ("b", Remember(4, random_state=9))])
    model = make_pipeline(CountVectorizer(), vote)
    with pytest.warns(RuntimeWarning, match="cannot be saved"):  # a local class
        quick([model], random_state=5)
    assert seeds == {3: 5, 4: 9}


@pytest.mark.parametrize(
    "container",
    [
        list,
        tuple,
        np.asarray,
        pd.Series,
        lambda texts: np.array([list(texts)]).T,
        lambda texts: pytest.importorskip("polars").Series(list(texts)),
    ],
    ids=["list", "tuple", "array", "series", "column", "polars"],
)
def test_containers_of_texts_are_alike(container):
    expected = quick(["nb"])["accuracy"]
    table = quick(["nb"], X=container(TEXTS))
    pd.testing.assert_series_equal(table["accuracy"], expected)


@pytest.mark.parametrize(
    "labels",
    [
        [f"topic {i % 20}" for i in range(120)],
        pd.Series(np.where(TARGET, "yes", "no"), index=range(500, 620)),
        pd.Series(TARGET, dtype="Int64"),
        pd.Series(TARGET).astype("category"),
        TARGET.astype(bool),
    ],
    ids=["20 classes", "str series", "Int64", "categorical", "bool"],
)
def test_labels_of_any_kind(labels):
    table = quick([logistic()], y=labels)
    assert 0 <= table["accuracy"].iloc[0] <= 1


def test_rows_need_not_be_texts():
    vectors = CountVectorizer().fit_transform(TEXTS)
    table = quick([LogisticRegression()], X=vectors)
    assert table["accuracy"].iloc[0] > 0.6


def word_f1(y_true, y_pred):
    return f1_score(y_true, y_pred, average="macro")


@pytest.mark.parametrize(
    ("scoring", "names"),
    [
        ("balanced_accuracy", ["balanced_accuracy"]),
        (("f1", "recall"), ["f1", "recall"]),
        ({"mine": make_scorer(word_f1), "acc": "accuracy"}, ["mine", "acc"]),
        (make_scorer(word_f1), ["word_f1"]),
        (make_scorer(hamming_loss, greater_is_better=False), ["neg_hamming_loss"]),
        (lambda model, X, y: model.score(X, y), ["score"]),
        (lambda model, X, y: {"a": model.score(X, y), "b": 1.0}, ["a", "b"]),
    ],
    ids=["name", "names", "dict", "scorer", "loss", "function", "function of two"],
)
def test_scoring_is_what_cross_validate_takes(scoring, names):
    table = quick([logistic()], scoring=scoring)
    assert list(table.columns[: -len(SPEED) : 4]) == names


def test_list_names_models_after_their_last_step():
    models = ["nb", logistic(), logistic(C=10), make_pipeline(logistic())]
    table = quick([*models, clone(models[1])])
    assert set(table.index) == {
        "nb",
        "LogisticRegression",
        "LogisticRegression (2)",
        "Pipeline",
        "LogisticRegression (3)",
        "majority class",
    }


def test_dict_names_ready_made_models():
    table = quick({"ours": "nb", "same": make_text_classifier("nb")})
    assert table.loc["ours", "accuracy"] == table.loc["same", "accuracy"]


def test_groups_stay_together(monkeypatch):
    monkeypatch.setattr(RowsSeen, "seen", {})
    texts = [f"{number} {text}" for number, text in enumerate(TEXTS)]
    groups = np.arange(120) // 4
    for cv in (3, GroupKFold(3)):
        quick([RowsSeen()], X=texts, groups=groups, cv=cv)
    for fold in RowsSeen.seen["first"]:
        counts = np.bincount([groups[int(text.split()[0])] for text in fold])
        assert set(counts) <= {0, 4}


@pytest.mark.parametrize(
    "cv",
    [
        ShuffleSplit(1, test_size=5, random_state=0),
        [(np.arange(100), np.arange(100, 120))],
        [(np.arange(120) < 100, np.arange(120) >= 100)],
        ((np.arange(100), np.array([row])) for row in (110, 111)),
    ],
    ids=["splitter", "rows", "masks", "generator of one-row folds"],
)
def test_any_splits(cv):
    table = quick([logistic()], cv=cv)
    assert (table[SPEED] > 0).all(axis=None)


def test_metadata_routing_does_no_harm():
    groups = np.arange(120) // 4
    expected = quick(["nb"], groups=groups, cv=GroupKFold(3))["accuracy"]
    with sklearn.config_context(enable_metadata_routing=True):
        table = quick(["nb"], groups=groups, cv=GroupKFold(3))
    pd.testing.assert_series_equal(table["accuracy"], expected)


def test_progress_in_a_terminal_names_the_fold(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    quick(["nb", logistic()], verbose=1)
    shown = capsys.readouterr().out.split("\r")
    for line in ("1/2 nb: fold 3/3", "2/2 LogisticRegression: fold 1/3"):
        # The time that is left stands behind it, if there is enough of it.
        assert any(re.fullmatch(rf"{line}(, about \d+ s left)? *", s) for s in shown)


def test_progress_in_a_file_has_a_line_for_each_model(capsys):
    quick(["nb", logistic()], verbose=1)
    kept = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in kept] == [
        "majority",
        "nb",
        "LogisticRegression",
    ]
    assert kept[0].startswith("majority class      accuracy 0.5")


def test_progress_of_parallel_folds(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    quick([logistic()], n_jobs=2, verbose=1)
    assert "1/1 LogisticRegression: 3 folds, 2 at a time" in capsys.readouterr().out


def test_silent_when_not_verbose(capsys):
    quick(["nb"], verbose=0)
    assert capsys.readouterr() == ("", "")


def test_error_of_a_model_names_it():
    with pytest.raises(ArithmeticError, match="no luck") as caught:
        quick({"fine": logistic(), "unlucky": Broken()})
    assert "'unlucky'" in caught.value.__notes__[0]


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize(
    ("model", "message"),
    [
        (RNNClassifier(epochs=0), "'epochs' parameter of RNNClassifier must"),
        (logistic(C=-1), "'C' parameter of LogisticRegression must"),
    ],
    ids=["net", "linear"],
)
def test_wrong_parameter_of_a_model_is_told_as_its_own(model, message, n_jobs):
    with pytest.raises(ValueError, match=message) as caught:
        quick({"wrong": model}, n_jobs=n_jobs)
    assert "'wrong'" in caught.value.__notes__[0]


class Interrupted(RowsSeen):
    """Is interrupted from the keyboard in its second fit."""

    def fit(self, X, y):
        super().fit(X, y)
        if len(self.seen[self.name]) == 2:
            raise KeyboardInterrupt
        return self


def test_interruption_returns_the_finished_models(monkeypatch):
    monkeypatch.setattr(RowsSeen, "seen", {})
    models = {"done": logistic(), "halfway": Interrupted("second"), "later": Broken()}
    with pytest.warns(
        TrainingInterruptedWarning, match=r"without \['halfway', 'later'\]"
    ) as caught:
        table = quick(models)
    assert caught[0].filename == __file__
    done = quick({"done": logistic()})
    assert list(table.index) == ["done", "majority class"]
    pd.testing.assert_frame_equal(table.drop(columns=SPEED), done.drop(columns=SPEED))


def test_interruption_of_the_first_model_goes_through(monkeypatch):
    monkeypatch.setattr(RowsSeen, "seen", {})
    with pytest.raises(KeyboardInterrupt):
        quick({"halfway": Interrupted("second"), "later": logistic()})


class InterruptSecondEpoch(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def test_net_that_is_interrupted_is_not_scored():
    net = make_text_classifier(
        "cnn",
        classify__filters=4,
        classify__kernel_sizes=2,
        classify__callbacks=[InterruptSecondEpoch],
    )
    with pytest.warns(TrainingInterruptedWarning, match=r"without \['net'\]"):
        table = quick({"linear": "nb", "net": net})
    assert list(table.index) == ["linear", "majority class"]


NO_TEXT = [*TEXTS[:-1], 5]
GAPS = [*np.where(TARGET, "yes", "no")[:-1], None]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"models": []}, ValueError, "at least one model"),
        ({"models": {}}, ValueError, "at least one model"),
        ({"models": "nb"}, ValueError, "'models' parameter"),
        ({"models": ["tfidf-logrek"]}, ValueError, "Did you mean 'tfidf-logreg'"),
        ({"models": ["nb", "nb"]}, ValueError, "'nb' twice"),
        ({"models": {"majority class": "nb"}}, ValueError, "Rename"),
        ({"models": {1: "nb"}}, TypeError, "to be str, got 1"),
        ({"models": [LogisticRegression]}, TypeError, r"LogisticRegression\(\)"),
        ({"models": [TfidfVectorizer()]}, TypeError, "got TfidfVectorizer"),
        ({"models": [None]}, TypeError, "got None"),
        ({"X": "one tweet"}, ValueError, "string object received"),
        ({"X": NO_TEXT, "models": ["nb"]}, TypeError, "row 119"),
        ({"X": TEXTS[:100]}, ValueError, "X has 100 rows, y has 120"),
        ({"y": TARGET[:100]}, ValueError, "X has 120 rows, y has 100"),
        ({"y": None}, ValueError, "the target y is None"),
        ({"y": GAPS}, ValueError, "1 labels are missing, the first in row 119"),
        ({"y": [*GAPS[:-1], float("nan")]}, ValueError, "row 119"),
        ({"y": np.zeros(120)}, ValueError, "at least 2 classes"),
        ({"y": np.linspace(0, 1, 120)}, ValueError, "Unknown label type: continuous"),
        (
            {"y": np.ones((120, 2))},
            ValueError,
            "some documents have and others have not",
        ),
        ({"groups": [1, 2]}, ValueError, "in groups as in X, got 2 and 120"),
        ({"cv": 1}, ValueError, "'cv' parameter"),
        ({"cv": iter([])}, ValueError, r"got none from <list_iterator.*list\(splits\)"),
        ({"cv": [([0, 1], [])]}, ValueError, "split 1 of cv, got an empty part"),
        ({"cv": [([0, 1], [5]), ([0, 1], [120])]}, ValueError, r"split 2 of cv.*\[120"),
        ({"scoring": "acuracy"}, ValueError, "Did you mean 'accuracy'"),
        ({"scoring": ["f1", "acuracy"]}, ValueError, "Did you mean 'accuracy'"),
        ({"scoring": {"mine": "acuracy"}}, ValueError, "Did you mean 'accuracy'"),
        ({"scoring": []}, ValueError, "Empty list"),
        ({"scoring": f1_score}, ValueError, "make_scorer"),
        ({"random_state": "seven"}, ValueError, "'random_state' parameter"),
        ({"n_jobs": "two"}, ValueError, "'n_jobs' parameter"),
        ({"n_jobs": 0}, ValueError, "n_jobs == 0"),
    ],
)
def test_bad_input_is_refused_before_any_fit(change, error, message):
    arguments = {"models": [Broken()], "X": TEXTS, "y": TARGET, "verbose": 0}
    with pytest.raises(error, match=message):
        compare(**(arguments | change))


def test_importing_is_cheap():
    code = (
        "import sys, skclf.evaluate; "
        "print(sorted({'tensorflow', 'matplotlib'} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    assert result.stdout.strip() == "[]"


def test_nets_are_compared_with_linear_models(capsys):
    net = make_text_classifier(
        "cnn", classify__epochs=2, classify__filters=4, classify__kernel_sizes=2
    )
    first = quick({"cnn": net, "linear": "nb"}, cv=2, verbose=1)
    again = quick({"cnn": net}, cv=2)
    assert first.loc["cnn", "accuracy"] == again.loc["cnn", "accuracy"]
    assert (first[SPEED] > 0).all(axis=None)
    assert "\ncnn " in capsys.readouterr().out


def test_models_that_learned_too_little_are_named_once():
    hasty = {"classify__epochs": 1, "classify__early_stopping": True}
    models = {
        "linear": "tfidf-logreg",
        "hasty": tiny_pipeline("cnn", **hasty),
        "vote": VotingClassifier(
            [("a", tiny_pipeline("bigru", **hasty)), ("b", logistic())], voting="soft"
        ),
    }
    for _ in range(2):  # another comparison of the same models says it again
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            quick(models)
        (warning,) = caught
        assert warning.category is ConvergenceWarning
        first, *lines = str(warning.message).splitlines()
        assert first == "Models that learned too little: ['hasty', 'vote']."
        assert [line.split()[:2] for line in lines] == [
            ["hasty:", "CNNClassifier"],
            ["vote:", "RNNClassifier"],
        ]
