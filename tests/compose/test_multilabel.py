"""Ready-made pipelines on documents with several labels, and thresholds for these."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from helpers import tiny_pipeline
from scipy.sparse import csr_matrix, issparse
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    balanced_accuracy_score,
    f1_score,
    precision_recall_curve,
)
from sklearn.model_selection import GridSearchCV, KFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from skclf import load, make_text_classifier, predict_stream, save, to_onnx_pipeline
from skclf.compose import LabelThresholdsCV
from skclf.compose._class_weight import CheckedLogisticRegression, WeightedNB
from skclf.deploy import check_convertible

NET = {"epochs": 6, "learning_rate": 0.1}
LINEAR = ("tfidf-logreg", "tfidf-svm", "nb")
WORDS = [("fire", "smoke"), ("flood", "rain"), ("sun", "beach")]


@pytest.fixture(scope="module")
def data():
    """Texts of some words each, and which of three things they are about."""
    rng = np.random.RandomState(0)
    Y = (rng.uniform(size=(120, 3)) < [0.4, 0.3, 0.2]).astype(int)
    texts = [
        " ".join([rng.choice(two) for two, has in zip(WORDS, row, strict=True) if has])
        for row in Y
    ]
    return [f"{text} the day" for text in texts], Y


@pytest.fixture(scope="module")
def counted(data):
    return CountVectorizer().fit_transform(data[0])


# -- ready-made pipelines


@pytest.mark.parametrize("name", [*LINEAR, "mlp", "vote"])
def test_every_name_learns_is_deployed_and_saved(name, data, tmp_path):
    texts, Y = data
    model = tiny_pipeline(name)
    if name not in LINEAR:
        step = "classify__cnn__classify" if name == "vote" else "classify"
        model.set_params(**{f"{step}__{param}": NET[param] for param in NET})
    model.fit(texts, Y)
    proba = model.predict_proba(texts)
    assert proba.shape == Y.shape
    assert model.classes_.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(model.predict(texts), proba > 0.5)
    if name in (*LINEAR, "vote"):
        assert model.score(texts, Y) > 0.8
    small = to_onnx_pipeline(model)
    save(small, tmp_path / "model.skclf")
    for copy in (small, load(tmp_path / "model.skclf")):
        np.testing.assert_allclose(copy.predict_proba(texts), proba, atol=1e-5)
        np.testing.assert_allclose(copy.predict_proba(texts[:1]), proba[:1], atol=1e-5)
        np.testing.assert_array_equal(copy.predict(texts), model.predict(texts))


def test_a_stack_says_what_takes_several_labels(data):
    with pytest.raises(ValueError, match="ready-made pipelines other than 'stack' tak"):
        tiny_pipeline("stack").fit(*data)
    with pytest.raises(ValueError, match="Expected voting='soft' for documents with s"):
        tiny_pipeline("vote", classify__voting="hard").fit(*data)


@pytest.mark.parametrize("name", ["nb", "mlp"])
def test_beside_a_table(name, data):
    texts, Y = data
    X = pd.DataFrame({"text": texts, "place": np.where(Y[:, 0], "here", "there")})
    labels = pd.DataFrame(Y, columns=["fire", "water", "sun"])
    params = {f"classify__{param}": NET[param] for param in NET if name == "mlp"}
    model = make_text_classifier(name, text="text", table=["place"], **params)
    assert model.fit(X, labels).score(X, labels) > 0.9


def test_parameters_have_the_same_names(data):
    grid = {"classify__C": [0.01, 10.0]}
    model = make_text_classifier("tfidf-logreg")
    search = GridSearchCV(model, grid, cv=2, scoring="f1_micro").fit(*data)
    assert search.best_params_["classify__C"] == 10.0


def test_predictions_for_no_document_have_a_column_for_each_label(data):
    model = make_text_classifier("nb").fit(*data)
    first, second = predict_stream(model, iter([[], ["fire"]]))
    assert (first.shape, second.shape) == ((0, 3), (1, 3))
    assert next(predict_stream(model, ["fire and rain"])).tolist() == [1, 1, 0]


# -- linear classifiers


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (CheckedLogisticRegression(C=2.0), LogisticRegression(C=2.0)),
        (WeightedNB(alpha=0.5), MultinomialNB(alpha=0.5)),
    ],
    ids=["logreg", "nb"],
)
def test_is_what_one_against_the_rest_is(ours, theirs, data, counted):
    Y = data[1]
    theirs = OneVsRestClassifier(theirs).fit(counted, Y)
    ours = clone(ours).fit(counted, Y)
    for method in ("predict", "predict_proba", "decision_function"):
        assert hasattr(ours, method) == hasattr(theirs, method)
        if hasattr(ours, method):
            found, expected = (getattr(m, method)(counted) for m in (ours, theirs))
            np.testing.assert_allclose(found, expected, atol=1e-12)
    proba = ours.predict_proba(counted)
    np.testing.assert_allclose(ours.predict_log_proba(counted), np.log(proba))
    assert ours.n_features_in_ == counted.shape[1]
    assert issparse(clone(ours).fit(counted, csr_matrix(Y)).predict(counted))
    copy = pickle.loads(pickle.dumps(ours))
    np.testing.assert_array_equal(copy.predict_proba(counted), proba)


def test_weights_of_rows_and_of_labels(data, counted):
    Y = data[1]
    weight = np.where(Y[:, 2] == 1, 4.0, 1.0)
    weighted = CheckedLogisticRegression().fit(counted, Y, sample_weight=weight)
    for i, column in enumerate(Y.T):
        one = LogisticRegression().fit(counted, column, sample_weight=weight)
        np.testing.assert_array_equal(weighted.estimators_[i].coef_, one.coef_)
    balanced = CheckedLogisticRegression(class_weight="balanced").fit(counted, Y)
    one = LogisticRegression(class_weight="balanced").fit(counted, Y[:, 2])
    np.testing.assert_array_equal(balanced.estimators_[2].coef_, one.coef_)
    with pytest.raises(ValueError, match=r"class_weight among the classes \[0, 1\]"):
        CheckedLogisticRegression(class_weight={2: 1.0}).fit(counted, Y)
    with pytest.raises(ValueError, match="class_weight=None for a vote on documents"):
        tiny_pipeline("vote", class_weight="balanced").fit(*data)


@pytest.mark.parametrize("name", LINEAR)
def test_labels_that_are_the_same_for_all(name, data):
    texts, Y = data
    constant = np.column_stack([np.ones(120, int), Y, np.zeros(120, int)])
    model = make_text_classifier(name)
    with pytest.warns(UserWarning, match=r"same for all documents in y.*: \[0, 4\]"):
        model.fit(texts, constant)
    expected = make_text_classifier(name).fit(texts, Y)
    found = model.predict(texts)
    np.testing.assert_array_equal(found[:, 1:4], expected.predict(texts))
    assert (found[:, [0, 4]] == [1, 0]).all()
    if name != "tfidf-svm":
        assert (model.predict_log_proba(texts)[:, 4] == -np.inf).all()


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_fits_leave_nothing_of_those_before(data, counted):
    Y = data[1]
    model = CheckedLogisticRegression().fit(counted, Y[:, 0])
    model.fit(counted, Y)
    assert not hasattr(model, "coef_")
    assert model.fit(counted, Y[:, 0]).predict(counted).shape == (120,)
    assert not hasattr(model, "estimators_")
    nb = WeightedNB().fit(counted, Y)
    with pytest.raises(ValueError, match="one label for each document for partial_fit"):
        nb.partial_fit(counted, Y[:, 0])


# -- thresholds


def rare(data):
    """The same texts, half of whose labels have been forgotten."""
    texts, Y = data
    return texts, Y * (np.random.RandomState(1).uniform(size=Y.shape) > 0.5)


def test_thresholds_are_the_best_of_all_on_held_out_probabilities(data):
    texts, Y = rare(data)
    model, cv = make_text_classifier("tfidf-logreg"), KFold(3)
    tuned = LabelThresholdsCV(model, cv=cv).fit(texts, Y)
    proba = cross_val_predict(model, texts, Y, cv=cv, method="predict_proba")

    def scores(thresholds):
        return f1_score(Y, proba > thresholds, average=None, zero_division=0)

    np.testing.assert_allclose(tuned.best_scores_, scores(tuned.best_thresholds_))
    for truth, of_label, best in zip(Y.T, proba.T, tuned.best_scores_, strict=True):
        precision, recall, _ = precision_recall_curve(truth, of_label)
        every = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
        assert best == pytest.approx(every.max())
    assert (tuned.best_scores_ > scores(0.5) + 0.1).all()
    whole = clone(model).fit(texts, Y).predict_proba(texts)
    np.testing.assert_array_equal(tuned.predict_proba(texts), whole)
    np.testing.assert_array_equal(tuned.predict(texts), whole > tuned.best_thresholds_)


def test_thresholds_by_another_score(data):
    texts, Y = rare(data)
    model = make_text_classifier("nb")
    named, function, by_f1 = (
        LabelThresholdsCV(model, scoring=scoring, random_state=0).fit(texts, Y)
        for scoring in ("balanced_accuracy", balanced_accuracy_score, "f1")
    )
    np.testing.assert_array_equal(named.best_thresholds_, function.best_thresholds_)
    assert (named.best_thresholds_ != by_f1.best_thresholds_).any()
    assert clone(named).scoring == "balanced_accuracy"


def test_thresholds_of_a_classifier_that_gives_a_list(data):
    texts, Y = data
    Y = np.column_stack([Y, np.zeros(120, int)])
    forest = RandomForestClassifier(20, random_state=0)
    tuned = LabelThresholdsCV(make_pipeline(CountVectorizer(), forest)).fit(texts, Y)
    assert tuned.predict_proba(texts).shape == (120, 4)
    assert tuned.best_thresholds_[3] == 0.5
    assert np.isnan(tuned.best_scores_[3])
    assert tuned.score(texts, Y) > 0.9


def test_thresholds_are_deployed_with_the_net(data):
    texts, Y = rare(data)
    net = tiny_pipeline("cnn", classify__epochs=6, classify__learning_rate=0.1)
    tuned = LabelThresholdsCV(net, cv=2, random_state=0).fit(texts, Y)
    check_convertible(net, texts, Y)
    small, smaller = (to_onnx_pipeline(tuned, quantize=q) for q in (False, True))
    np.testing.assert_array_equal(small.predict(texts), tuned.predict(texts))
    found, proba = smaller.predict_proba(texts), tuned.predict_proba(texts)
    np.testing.assert_allclose(found, proba, atol=0.05)
    assert (found != proba).any()


def test_thresholds_with_metadata_routing(data, counted):
    Y = rare(data)[1]
    weight = np.where(Y[:, 0] == 1, 9.0, 1.0)
    plain = LabelThresholdsCV(WeightedNB(), cv=3, random_state=0)
    with pytest.raises(ValueError, match="enable_metadata_routing=True"):
        plain.fit(counted, Y, sample_weight=weight)
    with sklearn.config_context(enable_metadata_routing=True):
        model = WeightedNB().set_fit_request(sample_weight=True)
        tuned = LabelThresholdsCV(model, cv=3, random_state=0)
        tuned.fit(counted, Y, sample_weight=weight)
    one = MultinomialNB().fit(counted, Y[:, 1], sample_weight=weight)
    found = tuned.predict_proba(counted)[:, 1]
    np.testing.assert_allclose(found, one.predict_proba(counted)[:, 1])
    assert (tuned.best_scores_ != plain.fit(counted, Y).best_scores_).any()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": lambda Y: Y[:, 0]}, "TunedThresholdClassifierCV"),
        ({"y": lambda Y: Y * 0}, "some documents have and others have not"),
        ({"y": lambda Y: Y + 1}, "Expected 0 and 1 in the indicator matrix"),
        ({"scoring": "roc_auc"}, "Expected a scorer of predictions, such as 'f1', got"),
        ({"scoring": "f2"}, "'scoring' parameter of LabelThresholdsCV"),
        (
            {"estimator": CountVectorizer()},
            "'estimator' parameter of LabelThresholdsCV",
        ),
    ],
)
def test_thresholds_are_refused(change, message, data):
    texts, Y = data
    Y = change.pop("y", np.asarray)(Y)
    params = {"estimator": make_text_classifier("nb")} | change
    with pytest.raises(ValueError, match=message):
        LabelThresholdsCV(**params).fit(texts, Y)
