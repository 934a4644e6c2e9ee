"""Class weights, by the user's own labels, in every ready-made pipeline."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from helpers import tiny_pipeline
from sklearn.base import clone
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import recall_score
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import MultinomialNB

from skclf import make_text_classifier, to_onnx_pipeline
from skclf.compose._class_weight import WeightedNB
from skclf.compose._recipes import READY_MADE, WITH_VECTORS

# What strange texts are is mostly "often": without weights, nothing is "rare".
TEXTS = ["calm"] * 40 + ["strange"] * 20 + ["calm"] * 6 + ["strange"] * 14
LABELS = np.array(["often"] * 60 + ["rare"] * 20)
BALANCED = {"often": 80 / (2 * 60), "rare": 80 / (2 * 20)}
WEIGHTS = np.arange(1.0, 81.0)

LINEAR = ("tfidf-logreg", "tfidf-svm", "nb")
names = pytest.mark.parametrize("name", READY_MADE)


def longer(name, **params):
    """A tiny pipeline whose nets are trained until they know the two words."""
    steps = [] if name in LINEAR else ["classify"]
    if name in ("vote", "stack"):
        steps = [f"classify__{member}__classify" for member in ("cnn", "bigru")]
    epochs = {f"{step}__epochs": 15 for step in steps}
    return tiny_pipeline(name, **epochs, **params)


def probabilities(model, texts=("strange", "calm"), **params):
    return model.fit(TEXTS, LABELS, **params).predict_proba(list(texts))


@names
def test_rare_classes_are_found_and_dicts_have_the_labels_of_the_user(name):
    plain = longer(name).fit(TEXTS, LABELS)
    balanced = longer(name, class_weight="balanced").fit(TEXTS, LABELS)
    recalls = [
        recall_score(LABELS, model.predict(TEXTS), pos_label="rare")
        for model in (plain, balanced)
    ]
    assert recalls == [0, 0.7]
    told = probabilities(longer(name, class_weight=BALANCED))
    expected = balanced.predict_proba(["strange", "calm"])
    np.testing.assert_allclose(told, expected, atol=1e-4)


def test_a_vote_is_deployed_and_pickled_with_its_weights():
    model = longer("vote", class_weight=BALANCED)
    expected = probabilities(model)
    for copy in (pickle.loads(pickle.dumps(model)), to_onnx_pipeline(model)):
        assert copy.get_params()["classify__class_weight"] == BALANCED
        np.testing.assert_allclose(
            copy.predict_proba(["strange", "calm"]), expected, atol=1e-5
        )


@names
@pytest.mark.parametrize("how", ["plain", "table", "vectors"])
def test_is_one_parameter_everywhere(name, how):
    given = {
        "plain": {},
        "table": {"text": "text", "table": ["place"]},
        "vectors": {"vectors": {"calm": [0.0, 1.0]}} if name in WITH_VECTORS else {},
    }
    model = make_text_classifier(name, class_weight={"rare": 2}, **given[how])
    copy = clone(model)
    assert copy.get_params()["classify__class_weight"] == {"rare": 2}
    copy.set_params(classify__class_weight="balanced")
    assert copy["classify"].class_weight == "balanced"
    assert make_text_classifier(name)["classify"].class_weight is None


@pytest.mark.parametrize("name", ["nb", "tfidf-svm", "vote"])
def test_with_a_table(name):
    X = pd.DataFrame({"text": TEXTS, "place": ["here"] * 80})
    table = {"text": "text", "table": ["place"]}
    params = {}
    if name == "vote":  # its members read the table themselves
        for net, size in {"cnn": "filters", "bigru": "units"}.items():
            small = {"epochs": 1, "random_state": 0, "embedding_dim": 4, size: 4}
            params |= {f"classify__{net}__classify__{k}": small[k] for k in small}

    def predict(class_weight):
        model = make_text_classifier(name, class_weight=class_weight, **table, **params)
        return model.fit(X, LABELS).predict_proba(X)

    balanced = predict("balanced")
    assert balanced[:, 1].mean() > predict(None)[:, 1].mean() + 0.1
    np.testing.assert_allclose(predict(BALANCED), balanced, atol=1e-4)


@pytest.mark.parametrize("name", [*LINEAR, "vote", "stack"])
def test_are_multiplied_with_the_weights_of_the_rows(name):
    factors = np.where(LABELS == "rare", 5.0, 1.0)
    both = tiny_pipeline(name, class_weight={"rare": 5.0})
    rows = tiny_pipeline(name)
    np.testing.assert_allclose(
        probabilities(both, classify__sample_weight=WEIGHTS),
        probabilities(rows, classify__sample_weight=WEIGHTS * factors),
        atol=1e-4,
    )
    np.testing.assert_array_equal(WEIGHTS, np.arange(1.0, 81.0))


@pytest.mark.parametrize("name", ["nb", "tfidf-svm", "vote"])
def test_with_metadata_routing(name):
    expected = probabilities(tiny_pipeline(name, class_weight=BALANCED))
    with sklearn.config_context(enable_metadata_routing=True):
        model = tiny_pipeline(name, class_weight=BALANCED)
        np.testing.assert_allclose(probabilities(model), expected, atol=1e-6)


@pytest.mark.parametrize("name", LINEAR)
def test_are_searched(name):
    grid = {"classify__class_weight": [None, "balanced", BALANCED, {"rare": 0.5}]}
    search = GridSearchCV(
        make_text_classifier(name), grid, scoring="balanced_accuracy", cv=4
    ).fit(TEXTS, LABELS)
    scores = search.cv_results_["mean_test_score"]
    assert scores[1] == pytest.approx(scores[2])
    assert scores[1] > max(scores[0], scores[3]) + 0.1


def test_other_classifiers_take_the_place_of_ours():
    """Only an ensemble of pipelines needs those that ask for weights."""
    model = make_text_classifier("tfidf-svm", class_weight="balanced")
    model.set_params(classify__estimator=SGDClassifier(random_state=0))
    assert model.fit(TEXTS, LABELS).predict(["strange"]) == "rare"
    model = make_text_classifier("vote", class_weight="balanced")
    linear = make_text_classifier("tfidf-logreg")[1:]
    model.set_params(classify__cnn="drop", classify__bigru="drop")
    model.set_params(classify__linear=linear)
    with pytest.raises(UnsetMetadataPassedError, match="LogisticRegression.set_fit_"):
        model.fit(TEXTS, LABELS)
    with sklearn.config_context(enable_metadata_routing=True):
        linear["classify"].set_fit_request(sample_weight=True)
    assert model.fit(TEXTS, LABELS).predict(["strange"]) == "rare"


@names
def test_a_key_that_is_no_label(name):
    model = tiny_pipeline(name, class_weight={"often": 1, "rare": 2, "Rare": 2})
    with pytest.raises(
        ValueError, match="class_weight among .*'often', 'rare'.*'Rare'.*mean 'rare'"
    ):
        model.fit(TEXTS, LABELS)


@names
@pytest.mark.parametrize("value", [-1, "2", float("nan"), None])
def test_a_value_that_is_no_weight(name, value):
    model = tiny_pipeline(name, class_weight={"rare": value})
    with pytest.raises(ValueError, match="class_weight, got .* for the class 'rare'"):
        model.fit(TEXTS, LABELS)


@pytest.mark.parametrize("value", ["even", 2, ["rare"], np.array(["balanced", "a"])])
def test_another_kind_is_refused_at_once(value):
    with pytest.raises(ValueError, match="'balanced' or None as class_weight, got "):
        make_text_classifier("nb", class_weight=value)
    for name in ("nb", "tfidf-logreg", "vote"):
        model = make_text_classifier(name, classify__class_weight=value)
        with pytest.raises(ValueError, match="'class_weight' parameter of"):
            model.fit(TEXTS, LABELS)


def test_is_not_given_twice():
    with pytest.raises(ValueError, match="Leave one of them out"):
        make_text_classifier("nb", class_weight={}, classify__class_weight="balanced")


def test_messages_are_short():
    labels = [f"label {i}" for i in range(1000)]
    model = make_text_classifier("nb", class_weight={10_000 * "x": 1})
    with pytest.raises(ValueError, match="class_weight") as caught:
        model.fit(2 * labels, 2 * labels)
    assert len(str(caught.value)) < 300


def test_naive_bayes_in_parts_has_no_class_weights():
    X, y = np.eye(2), ["often", "rare"]
    plain = WeightedNB().partial_fit(X, y, classes=y)
    expected = MultinomialNB().partial_fit(X, y, classes=y)
    np.testing.assert_array_equal(plain.feature_log_prob_, expected.feature_log_prob_)
    with pytest.raises(ValueError, match="partial_fit.* got 'balanced'"):
        WeightedNB(class_weight="balanced").partial_fit(X, y, classes=y)
