"""No answer where it would be wrong too often."""

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from scipy.stats import beta
from sklearn import config_context
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
)
from sklearn.svm import LinearSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from skclf import AbstainingClassifier, make_text_classifier, to_onnx_pipeline
from skclf.compose import CostSensitiveClassifier
from skclf.compose._abstaining import _threshold
from skclf.datasets import make_tweets

N = 600  # the others are new


@pytest.fixture(scope="module")
def data():
    """Texts and labels, as arrays."""
    tweets = make_tweets(1000, random_state=0)
    return tweets.data["text"].to_numpy(dtype=object), tweets.target


@pytest.fixture(scope="module")
def model():
    return make_text_classifier("tfidf-logreg")


@pytest.fixture(scope="module")
def fitted(model, data):
    X, y = data
    return AbstainingClassifier(model).fit(X[:N], y[:N])


@parametrize_with_checks(
    [AbstainingClassifier(LogisticRegression(), error=0.9, abstain_label=-7)]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_the_error_among_the_answers_is_what_was_asked_for(fitted, data):
    X, y = data
    answers = fitted.predict(X[N:])
    answered = answers != None  # noqa: E711
    everything = (fitted.estimator_.predict(X[N:]) != y[N:]).mean()
    error = (answers[answered] != y[N:][answered]).mean()
    assert error < 0.07 < everything
    assert abs(answered.mean() - fitted.coverage_) < 0.1
    assert fitted.error_ <= 0.05


def test_the_threshold_is_that_of_held_out_documents(model, data):
    X, y = data[0][:200], data[1][:200]
    folds = StratifiedKFold(4, shuffle=True, random_state=0)
    found = AbstainingClassifier(model, error=0.1, cv=folds).fit(X, y)
    proba = cross_val_predict(model, X, y, cv=folds, method="predict_proba")
    answered = proba.max(axis=1) >= found.threshold_
    right = proba.argmax(axis=1) == y
    assert found.coverage_ == answered.mean()
    assert found.error_ == pytest.approx(1 - right[answered].mean())
    lower = np.sort(proba.max(axis=1)[~answered])[::-1]
    for threshold in lower:  # each lower one has too many errors
        assert right[proba.max(axis=1) >= threshold].mean() < 0.9
    np.testing.assert_array_equal(
        found.predict_proba(X), clone(model).fit(X, y).predict_proba(X)
    )


def test_thresholds_by_hand():
    confidence = np.repeat([0.9, 0.8, 0.7], 20)
    right = np.ones(60, dtype=bool)
    right[[20, 40, 41, 42]] = False
    assert _threshold(confidence, right, 0.07, None) == 0.7
    assert _threshold(confidence, right, 0.05, None) == 0.8
    assert _threshold(confidence, right, 0.01, None) == np.inf  # 20 of 100 would tell
    assert _threshold(confidence, ~right, 0.05, None) == np.inf
    assert _threshold(np.full(3, -np.inf), right[:3], 0.5, None) == np.inf


def test_a_bound_that_holds_with_a_probability():
    rng = np.random.RandomState(0)
    confidence = rng.rand(1000)
    right = rng.rand(1000) < confidence
    loose = _threshold(confidence, right, 0.2, None)
    strict = _threshold(confidence, right, 0.2, 0.05)
    answered = confidence >= strict
    n, wrong = answered.sum(), (~right[answered]).sum()
    assert loose < strict < 1
    assert (
        beta.ppf(1 - 0.05 / 10, wrong + 1, n - wrong) <= 0.2
    )  # 10 steps to halve 1000
    # Of many samples, the true error is above the target for next to none.
    above = 0
    for seed in range(50):
        rng = np.random.RandomState(seed)
        confidence = rng.rand(1000)
        threshold = _threshold(confidence, rng.rand(1000) < confidence, 0.2, 0.05)
        above += (1 - threshold) / 2 > 0.2
    assert above <= 2


def test_delta_answers_less(model, data):
    X, y = data
    found = AbstainingClassifier(model, error=0.15, delta=0.05).fit(X[:N], y[:N])
    plain = AbstainingClassifier(model, error=0.15).fit(X[:N], y[:N])
    assert 0 < found.coverage_ < plain.coverage_


def test_texts_of_unknown_words_are_never_answered(data):
    X, y = data
    y = np.where(np.arange(len(y)) % 10 == 0, y, 1)  # whatever it is, 1 is likely
    model = make_text_classifier("tfidf-logreg")
    found = AbstainingClassifier(model, error=0.3).fit(X[:N], y[:N])
    nothing = ["xyzzy", "Щщщ xyzzy", None, "http://t.co/x"]
    assert (found.predict_proba(nothing).max(axis=1) > found.threshold_).all()
    assert found.predict([*nothing, "fire"]).tolist() == [None] * 4 + [1]


class TestLabels:
    def test_none_among_numbers_and_texts(self, fitted, model, data):
        X, y = data
        found = fitted.predict(["xyzzy", *X[:20]])
        assert found.dtype == object
        assert set(found) == {None, 0, 1}
        words = np.where(y == 1, "fire", "calm")
        found = AbstainingClassifier(model, error=0.2).fit(X[:N], words[:N])
        assert found.classes_.tolist() == ["calm", "fire"]
        assert set(found.predict(["xyzzy", *X[:20]])) == {None, "calm", "fire"}

    def test_one_of_the_same_kind_keeps_the_dtype(self, model, data):
        X, y = data
        words = np.where(y == 1, "fire", "calm")
        found = AbstainingClassifier(model, 0.2, abstain_label="ask somebody")
        labels = found.fit(X[:N], words[:N]).predict(["xyzzy", *X[:20]])
        assert labels.dtype.kind == "U"
        assert labels[0] == "ask somebody"
        assert accuracy_score(words[:20], labels[1:]) == found.score(X[:20], words[:20])
        numbers = AbstainingClassifier(model, 0.2, abstain_label=-1).fit(X[:N], y[:N])
        labels = numbers.predict(["xyzzy", *X[:20]])
        assert labels.dtype.kind == "i"
        assert labels[0] == -1

    def test_one_of_another_kind(self, model, data):
        X, y = data
        found = AbstainingClassifier(model, 0.2, abstain_label="?").fit(X[:N], y[:N])
        assert found.predict(["xyzzy", *X[:20]]).dtype == object

    def test_one_that_is_a_class(self, model, data):
        X, y = data
        found = AbstainingClassifier(model, abstain_label=1)
        with pytest.raises(ValueError, match=r"none of the labels \[0, 1\], got 1"):
            found.fit(X, y)


def test_nothing_can_be_answered(data):
    X, _ = data
    y = np.random.RandomState(0).randint(2, size=100)
    found = AbstainingClassifier(make_text_classifier("nb"), error=0.01)
    with pytest.warns(UserWarning, match=r"No document can be answered.*0\.\d+ are wr"):
        found.fit(X[:100], y)
    assert (found.coverage_, found.threshold_) == (0, np.inf)
    assert np.isnan(found.error_)
    assert set(found.predict(X[:5])) == {None}
    assert found.score(X[:5], y[:5]) == 0


def test_the_decision_of_the_classifier_is_kept(data):
    X, y = data
    model = CostSensitiveClassifier(
        make_text_classifier("nb"), cost=[[0, 1], [9, 0]]
    )  # to miss a fire is dear
    found = AbstainingClassifier(model, error=0.4).fit(X[:N], y[:N])
    answers = found.predict(X[N:])
    answered = answers != None  # noqa: E711
    expected = found.estimator_.predict(X[N:])
    np.testing.assert_array_equal(answers[answered], expected[answered])
    assert (expected != found.predict_proba(X[N:]).argmax(axis=1)).any()


def test_groups_and_weights_are_routed(model, data):
    X, y = data[0][:200], data[1][:200]
    groups, weight = np.arange(200) // 4, np.ones(200)
    with config_context(enable_metadata_routing=True):
        pipeline = clone(model)
        pipeline[-1].set_fit_request(sample_weight=True)
        found = AbstainingClassifier(pipeline, 0.2, cv=GroupKFold(3))
        found.fit(X, y, groups=groups, sample_weight=weight)
        one = found.threshold_
        found.fit(X, y, groups=groups, sample_weight=np.where(y == 1, 5.0, 1.0))
        assert found.threshold_ != one
    with pytest.raises(ValueError, match="enable_metadata_routing"):
        found.fit(X, y, groups=groups)


def test_searches_frames_and_nets(data):
    X, y = data[0][:120], data[1][:120]
    model = make_text_classifier("tfidf-logreg", text="text", table=["length"])
    frame = pd.DataFrame({"text": X, "length": list(map(len, X))})
    search = GridSearchCV(
        AbstainingClassifier(model, cv=2),
        {"error": [0.3, 0.4], "estimator__classify__C": [1, 3]},
        cv=2,
    ).fit(frame, y)
    assert 0 < search.best_score_ <= 1
    net = AbstainingClassifier(tiny_pipeline("cnn"), 0.45, cv=2).fit(X, y)
    small = to_onnx_pipeline(net)
    np.testing.assert_array_equal(small.predict(X), net.predict(X))
    assert len(cross_val_score(net, X, y, cv=2)) == 2


def test_a_class_with_fewer_documents_than_folds(data):
    X, y = data[0][:60], data[1][:60].copy()
    y[0] = 2
    found = AbstainingClassifier(make_text_classifier("nb"), 0.4).fit(X, y)
    assert found.classes_.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"error": 0}, "'error' parameter of AbstainingClassifier"),
        ({"error": 1.0}, "'error' parameter of AbstainingClassifier"),
        ({"delta": 2}, "'delta' parameter of AbstainingClassifier"),
        ({"abstain_label": ["?"]}, "'abstain_label' parameter of AbstainingClassifier"),
        ({"estimator": LinearSVC()}, "'estimator' parameter of AbstainingClassifier"),
    ],
)
def test_wrong_parameters(params, message, data):
    found = AbstainingClassifier(make_text_classifier("nb")).set_params(**params)
    with pytest.raises(ValueError, match=message):
        found.fit(*data)


def test_several_labels_are_refused(model):
    with pytest.raises(ValueError, match="one label for each document"):
        AbstainingClassifier(model).fit(["a", "b"], [[0, 1], [1, 0]])
