"""Comparisons, mistakes and audits where documents have several labels."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from skclf import compare, confident_mistakes, make_text_classifier
from skclf.compose import LabelThresholdsCV
from skclf.evaluate import audit_split
from skclf.evaluate._splits import make_splits

WORDS = np.array(["fire", "flood", "sun"])


@pytest.fixture(scope="module")
def data():
    rng = np.random.RandomState(0)
    Y = (rng.uniform(size=(90, 3)) < [0.7, 0.4, 0.2]).astype(int)
    return ["the day " + " ".join(WORDS[row == 1]) for row in Y], Y


# -- compare


def test_compare(data):
    texts, Y = data
    forest = make_pipeline(CountVectorizer(), RandomForestClassifier(10))
    models = {
        "nb": "nb",
        "forest": forest,
        "tuned": LabelThresholdsCV(make_text_classifier("nb", classify__alpha=9.0)),
    }
    table = compare(models, texts, pd.DataFrame(Y), cv=3, random_state=0, verbose=0)
    metrics = [name for name in table.columns if f"{name}_std" in table.columns]
    assert metrics == ["f1_micro", "f1_macro", "accuracy"]
    assert (table.loc[["tuned", "forest"], "accuracy"] > 0.9).all()
    assert table.loc["nb", "f1_macro"] > table.loc["majority class", "f1_macro"]
    most = table.loc["majority class"]
    first = np.tile([1, 0, 0], (90, 1))
    assert most["f1_macro"] == pytest.approx(
        f1_score(Y, first, average="macro", zero_division=0), abs=0.02
    )
    assert most["accuracy"] == pytest.approx((first == Y).all(axis=1).mean(), abs=0.02)


def test_compare_by_other_metrics(data):
    scoring = ["roc_auc", "f1_samples"]
    params = {"cv": 2, "scoring": scoring, "verbose": 0, "random_state": 0}
    table = compare(["nb"], data[0], csr_matrix(data[1]), **params)
    assert table.loc["nb", "roc_auc"] > 0.9
    assert table.loc["majority class", "roc_auc"] == 0.5
    assert list(table.columns[::4][:2]) == scoring


def test_folds_have_their_share_of_rare_labels():
    Y = np.zeros((100, 3), dtype=int)
    Y[:90, 0] = Y[:40, 1] = Y[:10, 2] = 1
    groups = np.arange(100)
    for cv, by in [(5, None), (5, groups), (StratifiedKFold(5), None)]:
        for _, test in make_splits(cv, groups, Y, by, 0):
            usual, some, rare = Y[test].sum(axis=0).tolist()
            assert (usual, some) == (18, 8)
            assert rare in (1, 2, 3)  # groups are put into folds one after the other
    parts = [test for _, test in make_splits(KFold(5), groups, Y, None, 0)]
    assert np.concatenate(parts).tolist() == list(range(100))


def test_labels_with_fewer_rows_than_folds(data):
    texts, Y = data
    few = np.zeros((90, 2), dtype=int)
    few[0, 0] = 1
    few[2:, 1] = 1
    message = r"Labels, .* have fewer rows with them, or without, .*: \[3, 4\]\. Put"
    with pytest.warns(UserWarning, match=message) as caught:
        compare(["nb"], texts, np.column_stack([Y, few]), cv=3, verbose=0)
    assert len(caught) == 1
    with pytest.raises(ValueError, match="some documents have and others have not"):
        compare({"dummy": DummyClassifier()}, texts, Y[:, :2] * 0, verbose=0)


# -- mistakes


def test_mistakes_of_single_labels(data):
    texts, Y = data
    wrong = Y.copy()
    wrong[7, 1] = 1 - Y[7, 1]
    model = make_text_classifier("tfidf-logreg", classify__C=100.0)
    proba = cross_val_predict(model, texts, wrong, cv=3, method="predict_proba")
    for given in (wrong, csr_matrix(wrong), pd.DataFrame(wrong).astype(bool)):
        found = confident_mistakes(given, proba, texts, classes=WORDS)
        row = found.iloc[0]
        assert found.index[0] == 7
        assert row.to_dict() == {
            "text": texts[7],
            "label": "flood",
            "true": not Y[7, 1],
            "predicted": bool(Y[7, 1]),
            "probability": abs(proba[7, 1] - (1 - Y[7, 1])),
        }
    assert found["probability"].is_monotonic_decreasing


def test_mistakes_with_one_text_and_several_labels():
    proba = [[0.9, 0.2, 0.6], [0.1, 0.5, 0.3]]
    true = [[0, 1, 1], [0, 1, 0]]
    found = confident_mistakes(true, proba, ["a", "b"], classes=WORDS, n=3)
    assert found.index.tolist() == [0, 0, 1]
    assert found["label"].tolist() == ["fire", "flood", "flood"]
    assert found["predicted"].tolist() == [True, False, False]
    assert found["probability"].tolist() == [0.9, 0.8, 0.5]
    assert confident_mistakes(true, true, ["a", "b"], classes=[0, 1, 2]).empty


@pytest.mark.parametrize(
    ("y_true", "message"),
    [
        ([[0, 1], [1, 0]], "Expected a column of y_true for each of 3 classes, got 2"),
        ([[0, 1, 2], [1, 0, 0]], "Expected 0 and 1 in the indicator matrix y_true"),
        ([[0, 1, 1]], "texts has 2 rows, y_true has 1"),
    ],
)
def test_mistakes_of_other_labels_are_refused(y_true, message):
    with pytest.raises(ValueError, match=message):
        confident_mistakes(y_true, np.full((2, 3), 0.5), ["a", "b"], classes=WORDS)


# -- audits


def test_leaked_texts_with_other_labels():
    train, test = ["Flood warning!", "a fire", "sun"], ["flood warning", "a fire", "x"]
    y_train, y_test = np.array([[1, 0], [1, 1], [0, 0]]), [[0, 1], [1, 1], [0, 0]]
    audit = audit_split(train, test, y_train, y_test)
    assert audit.pairs["label"].to_dict() == {1: (1, 1), 0: (0, 1)}
    assert audit.pairs["train_label"].to_dict() == {1: (1, 1), 0: (1, 0)}
    assert audit.counts.loc["leaked", ["n_texts", "n_conflicts"]].tolist() == [2, 1]
    scores = audit.scores(y_test, np.array([[0, 1], [1, 0], [1, 0]]))
    assert scores["accuracy"].round(3).tolist() == [0.333, 0, 0.5]
    assert scores["f1_macro"].round(3).tolist() == [0.667, 0, 0.833]
    with pytest.raises(ValueError, match=r"the same columns of labels .* \(3, 2\) and"):
        audit_split(train, test, y_train, [0, 1, 0])
