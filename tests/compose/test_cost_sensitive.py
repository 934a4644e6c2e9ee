"""Decisions by lowest expected cost."""

import numpy as np
import pytest
from helpers import tiny_pipeline
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score
from sklearn.model_selection import GridSearchCV

from skclf import compare, make_text_classifier, to_onnx_pipeline
from skclf.compose import CostSensitiveClassifier

TEXTS = ["bad", "so so", "great", "not bad", "great, so so", "bad, bad"] * 10
STARS = np.array([1, 3, 5, 3, 4, 1] * 10)


@pytest.fixture(scope="module")
def model():
    return make_text_classifier("tfidf-logreg", classify__C=0.1)


@pytest.mark.parametrize("cost", ["absolute", "quadratic"])
def test_the_cheapest_class_is_predicted(cost, model):
    found = CostSensitiveClassifier(model, cost=cost).fit(TEXTS, STARS)
    proba = model.fit(TEXTS, STARS).predict_proba(TEXTS)
    distance = abs(found.classes_[:, None] - found.classes_).astype(float)
    expected = proba @ (distance if cost == "absolute" else distance**2)
    np.testing.assert_array_equal(found.predict_proba(TEXTS), proba)
    cheapest = found.classes_[expected.argmin(axis=1)]
    np.testing.assert_array_equal(found.predict(TEXTS), cheapest)


def test_a_matrix_in_the_order_of_the_classes(model):
    y = np.where(STARS > 2, "fine", "bad")
    never_bad = [[0, 0], [1, 0]]  # what is fine must not be called bad
    found = CostSensitiveClassifier(model, cost=never_bad).fit(TEXTS, y)
    assert set(found.predict(TEXTS)) == {"fine"}
    equal = CostSensitiveClassifier(model, cost=1 - np.eye(2)).fit(TEXTS, y)
    np.testing.assert_array_equal(
        equal.predict(TEXTS), model.fit(TEXTS, y).predict(TEXTS)
    )


def test_classes_without_numbers_are_apart_by_their_positions(model):
    y = np.array(["a", "b", "c"] * 20)
    found = CostSensitiveClassifier(model).fit(TEXTS, y)
    assert found.cost_.tolist() == [[0, 1, 2], [1, 0, 1], [2, 1, 0]]


def test_searches_clones_and_nets(model):
    search = GridSearchCV(
        CostSensitiveClassifier(model),
        {"cost": ["absolute", "quadratic"], "estimator__classify__C": [0.1, 1]},
        cv=2,
    ).fit(TEXTS, STARS)
    assert clone(search.best_estimator_).get_params()["cost"] in (
        "absolute",
        "quadratic",
    )
    net = CostSensitiveClassifier(tiny_pipeline("cnn")).fit(TEXTS, STARS)
    small = to_onnx_pipeline(net)
    np.testing.assert_array_equal(small.predict(TEXTS), net.predict(TEXTS))


@pytest.mark.parametrize(
    ("cost", "message"),
    [
        ([[0, 1], [1, 0]], r"shape \(4, 4\).*classes \[1, 3, 4, 5\].*shape \(2, 2\)"),
        (np.full((4, 4), np.inf), "finite numbers"),
        ([["a"] * 4] * 4, "finite numbers"),
        ("cubic", "'cost' parameter of CostSensitiveClassifier"),
    ],
)
def test_wrong_costs(cost, message, model):
    with pytest.raises(ValueError, match=message):
        CostSensitiveClassifier(model, cost=cost).fit(TEXTS, STARS)


def test_several_labels_are_refused(model):
    with pytest.raises(ValueError, match="one label for each document"):
        CostSensitiveClassifier(model).fit(["a", "b"], [[0, 1], [1, 0]])


def test_scores_of_ordered_classes_in_a_comparison(model):
    scoring = ["quadratic_kappa", "neg_mean_absolute_error"]
    found = compare(["nb"], TEXTS, STARS, cv=2, scoring=scoring, verbose=0)
    assert found.columns[0] == "quadratic_kappa"
    assert found.loc["majority class", "quadratic_kappa"] == 0
    assert found["neg_mean_absolute_error"].iloc[0] <= 0
    predicted = model.fit(TEXTS, STARS).predict(TEXTS)
    assert cohen_kappa_score(STARS, predicted, weights="quadratic") > 0
    with pytest.raises(ValueError, match="Did you mean 'quadratic_kappa'"):
        compare(["nb"], TEXTS, STARS, scoring="quadratic_kapa", verbose=0)


def test_predict_before_fit_says_so():
    with pytest.raises(NotFittedError):
        CostSensitiveClassifier(LogisticRegression()).predict([[1.0]])
