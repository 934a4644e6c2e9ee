"""Explanations of single predictions: exact ones, and by leaving words out."""

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, LinearSVC

from skclf import (
    TextCleaner,
    explain,
    explain_model,
    make_text_classifier,
    to_onnx_pipeline,
)
from skclf.compose import CostSensitiveClassifier
from skclf.inspection._words import origins, spans_of_words

TEXTS = [
    "the house is on fire!", "a sunny day on the beach", "smoke, and fire near here",
    "what a lovely #SunnyDay", "help: the flood is coming", "we love the sea &amp; sun",
] * 6  # fmt: skip
LABELS = ["bad", "good", "bad", "good", "wet", "good"] * 6
TWO = ["bad", "good", "bad", "good", "bad", "good"] * 6
NEW = "Fire, fire at the #SunnyBeach &amp; a flood… http://t.co/x 😂"


def words_of(explanation):
    frame = explanation.frame
    starts, ends = frame["start"], frame["end"]
    return [explanation.text[a:b] for a, b in zip(starts, ends, strict=True)]


def decision(pipeline, text):
    """What a linear pipeline decides by, for each class."""
    found = pipeline.decision_function([text])
    return np.append(-found, found) if found.ndim == 1 else found[0]


LINEAR = {
    "tfidf-logreg": make_text_classifier("tfidf-logreg"),
    "characters": make_text_classifier("tfidf-logreg", analyzer="char"),
    "char_wb": make_text_classifier("tfidf-logreg", analyzer="char_wb"),
    "plain": make_pipeline(TfidfVectorizer(), LogisticRegression()),
    "stop words": make_pipeline(
        TfidfVectorizer(stop_words="english", ngram_range=(1, 3)), LinearSVC()
    ),
    "cleaned": make_pipeline(
        TextCleaner(stemmer="snowball", punctuation="split"),
        CountVectorizer(token_pattern=r"\S+", ngram_range=(1, 2)),
        LogisticRegression(),
    ),
}


@pytest.mark.parametrize("y", [LABELS, TWO], ids=["three", "two"])
@pytest.mark.parametrize("name", LINEAR)
def test_contributions_of_linear_models_add_up(name, y):
    model = LINEAR[name].fit(TEXTS, y)
    for found in explain(model, [NEW, *TEXTS[:3]]):
        assert found.method == "linear"
        total = found.base + found.to_array().sum(axis=0)
        np.testing.assert_allclose(total, decision(model, found.text), atol=1e-9)
        assert found.frame.columns[3:].tolist() == sorted(set(y))
        assert words_of(found) == found.frame["word"].tolist()
        assert found.predicted == model.predict([found.text])[0]


def test_a_calibrated_svm_is_explained_by_its_margin():
    model = make_text_classifier("tfidf-svm").fit(TEXTS, LABELS)
    (found,) = explain(model, [NEW])
    svm = model["classify"].calibrated_classifiers_[0].estimator
    margin = svm.decision_function(model[:-1].transform([NEW]))[0]
    np.testing.assert_allclose(found.base + found.to_array().sum(axis=0), margin)


@pytest.mark.parametrize(
    "model",
    [
        make_text_classifier("nb"),
        make_pipeline(CountVectorizer(), ComplementNB()),
    ],
    ids=["nb", "complement"],
)
def test_naive_bayes_is_explained_by_its_joint_log_likelihood(model):
    model.fit(TEXTS, LABELS)
    (found,) = explain(model, [NEW])
    expected = model[-1].predict_joint_log_proba(model[:-1].transform([NEW]))[0]
    np.testing.assert_allclose(found.base + found.to_array().sum(axis=0), expected)


def test_labels_are_explained_each_by_itself():
    Y = np.array([[1, 0], [0, 1], [1, 0], [0, 1], [1, 0], [0, 1]] * 6)
    model = make_text_classifier("tfidf-logreg").fit(TEXTS, Y)
    (found,) = explain(model, ["fire on the beach"])
    assert found.frame.columns[3:].tolist() == [0, 1]
    fire = found.frame.set_index("word").loc["fire"]
    assert fire[0] > 0 > fire[1]


def test_a_search_is_explained_by_its_best_pipeline():
    search = GridSearchCV(LINEAR["plain"], {"logisticregression__C": [1, 10]}, cv=2)
    (found,) = explain(search.fit(TEXTS, LABELS), [NEW])
    assert found.method == "linear"
    total = found.base + found.to_array().sum(axis=0)
    np.testing.assert_allclose(total, decision(search, NEW), atol=1e-9)


def test_sparse_weights_are_weights():
    model = make_pipeline(CountVectorizer(), LinearSVC()).fit(TEXTS, LABELS)
    (dense,) = explain(model, [NEW])
    model[-1].sparsify()
    (sparse,) = explain(model, [NEW], method="linear")
    np.testing.assert_array_equal(sparse.to_array(), dense.to_array())


def test_weights_of_one_class_against_another_are_none_of_a_class():
    """Of three classes SVC has three rows, too, which mean something else."""
    model = make_pipeline(CountVectorizer(), SVC(kernel="linear")).fit(TEXTS, LABELS)
    (found,) = explain(model, [NEW])
    assert found.method == "occlusion"
    with pytest.raises(ValueError, match="linear model on counts"):
        explain(model, [NEW], method="linear")


@pytest.mark.parametrize("name", ["tfidf-svm", "vote"])
def test_what_is_predicted_is_what_the_pipeline_predicts(name):
    """Calibration can change the order of the classes; losses do not add up."""
    model = tiny_pipeline(name).fit(TEXTS, LABELS)
    texts = [" ".join(TEXTS[i : i + 4]) for i in range(6)]
    found = [one.predicted for one in explain(model, texts)]
    assert found == model.predict(texts).tolist()
    with_costs = CostSensitiveClassifier(model, cost=[[0, 9, 9], [0, 0, 0], [0, 9, 0]])
    found = explain(with_costs.fit(TEXTS, LABELS), texts)
    assert [one.predicted for one in found] == with_costs.predict(texts).tolist()


def test_words_keep_their_place_through_cleaning():
    model = make_text_classifier("tfidf-logreg").fit(TEXTS, TWO)
    (found,) = explain(model, [NEW])
    weights = dict(zip(words_of(found), found.frame["good"], strict=True))
    assert weights["Fire,"] < 0 < weights["#SunnyBeach"]
    assert weights["http://t.co/x"] == 0


@pytest.mark.parametrize(
    ("text", "cleaned", "sources"),
    [
        ("#ForestFire now", "forest fire now", [0, 0, 1]),
        ("a   b", "a b", [0, 1]),
        ("x <b>bold</b> y", "x bold y", [0, 1, 2]),
        ("", "", []),
        ("http://t.co/x", "", []),
    ],
)
def test_origins_of_cleaned_words(text, cleaned, sources):
    cleaner = TextCleaner.preset("tweets")
    assert cleaner.transform([text])[0] == cleaned
    spans = spans_of_words(text)
    assert origins(text, spans, cleaned, cleaner.transform) == sources


def test_words_of_scripts_without_blanks_are_characters():
    assert len(spans_of_words("東京で火事 now")) == 6


@pytest.mark.parametrize("name", ["mlp", "cnn", "vote"])
def test_other_models_are_explained_by_what_they_lose(name):
    model = tiny_pipeline(name).fit(TEXTS, LABELS)
    text = "the fire is near"
    (found,) = explain(model, [text])
    assert found.method == "occlusion"
    assert found.frame["word"].tolist() == text.split()

    def log_odds(text):
        proba = np.clip(model.predict_proba([text])[0], 1e-7, 1 - 1e-7)
        return np.log(proba / (1 - proba))

    expected = log_odds(text) - log_odds("the is near")
    np.testing.assert_allclose(found.to_array()[1], expected, atol=1e-4)
    np.testing.assert_allclose(found.base, log_odds(""), atol=1e-4)


def test_a_net_in_onnx_is_explained_as_the_net():
    model = tiny_pipeline("gru").fit(TEXTS, TWO)
    (net,), (onnx,) = (explain(m, [NEW]) for m in (model, to_onnx_pipeline(model)))
    np.testing.assert_allclose(net.to_array(), onnx.to_array(), atol=1e-3)


def vote_of(*names, **params):
    members = [(name, make_text_classifier(name)) for name in names]
    return VotingClassifier(members, voting="soft", **params)


VOTES = {
    "ready-made": tiny_pipeline("vote"),
    "bare": vote_of("nb", "tfidf-logreg", weights=[3, 1]),
    "dropped": vote_of("nb", "tfidf-svm", "tfidf-logreg", weights=[3, 5, 1]).set_params(
        **{"tfidf-svm": "drop"}
    ),
    "behind a cleaner": make_pipeline(
        TextCleaner(), "passthrough", vote_of("nb", "tfidf-svm")
    ),
}


@pytest.mark.parametrize("name", VOTES)
def test_members_of_a_vote_are_explained_each_by_itself(name):
    vote = VOTES[name].fit(TEXTS, LABELS)
    (found,) = explain(vote, [NEW])
    last = vote if name in ("bare", "dropped") else vote[-1]
    before = () if last is vote else vote[:-1]
    names = [name for name, one in last.estimators if one != "drop"]
    assert list(found.members) == names
    for member, one in zip(last.estimators_, found.members.values(), strict=True):
        # Members of a vote have numbers for labels, in the order of its own.
        pipeline = make_pipeline(*before, member) if before else member
        (alone,) = explain(pipeline, [NEW], method="occlusion")
        np.testing.assert_allclose(one.to_array(), alone.to_array(), atol=1e-4)
        np.testing.assert_allclose(one.base, alone.base, atol=1e-4)
        assert one.predicted == found.classes[alone.predicted]
        assert one.members == {}


def test_a_vote_is_explained_as_what_its_members_vote():
    """By the same probabilities as any other pipeline."""
    vote = VOTES["dropped"].fit(TEXTS, LABELS)
    (found,) = explain(vote, [NEW])
    (searched,) = explain(GridSearchCV(vote, {}, cv=2).fit(TEXTS, LABELS), [NEW])
    (hidden,) = explain(FrozenEstimator(vote), [NEW])
    assert hidden.members == {}
    assert list(searched.members) == list(found.members)
    for one in (searched, hidden):
        np.testing.assert_allclose(one.to_array(), found.to_array())


def test_members_of_a_vote_beside_a_table_and_of_labels():
    table = pd.DataFrame({"text": TEXTS, "kind": ["a", "b"] * 18})
    members = [
        (name, make_text_classifier(name, text="text", table=["kind"]))
        for name in ("tfidf-logreg", "nb")
    ]
    vote = VotingClassifier(members, voting="soft").fit(table, TWO)
    (found,) = explain(vote, table[:1])
    for one in found.members.values():
        assert one.frame["word"].tolist() == [*TEXTS[0].split(), "kind"]
        assert one.to_array()[-1].any()
    Y = np.array([[1, 0], [0, 1], [1, 0], [0, 1], [1, 0], [0, 1]] * 6)
    (found,) = explain(tiny_pipeline("vote").fit(TEXTS, Y), ["fire on the beach"])
    assert found.members["linear"].frame.columns[3:].tolist() == [0, 1]
    assert found.members["linear"].predicted in (0, 1)


def test_members_are_columns_in_print_and_texts_in_html():
    names = [f"a member with a long name {i}" for i in range(8)]
    members = [(name, make_text_classifier("nb")) for name in names]
    y = ["<b>", "good"] * 18
    vote = VotingClassifier(members, voting="soft").fit(TEXTS, y)
    (found,) = explain(vote, ["fire " + "x" * 90])
    lines = str(found).splitlines()
    assert max(map(len, lines)) <= 80
    heading = next(line for line in lines if line.startswith("    vote"))
    assert heading.count("a membe…") == 6
    assert all(f"{name}: <b>" in " ".join(lines) for name in names)
    html = found._repr_html_()
    assert html.count("<details>") == 8
    assert f"{names[0]}: &lt;b&gt;</summary>" in html
    assert "<b></" not in html


def test_a_hard_vote_has_no_scores():
    vote = vote_of("nb", "tfidf-logreg").set_params(voting="hard").fit(TEXTS, TWO)
    with pytest.raises(TypeError, match="A vote has them with voting='soft'"):
        explain(vote, TEXTS)


def test_columns_of_a_table_are_words_without_a_place():
    table = pd.DataFrame({"text": TEXTS, "kind": ["a", "b"] * 18, "n": range(36)})
    model = make_text_classifier("tfidf-logreg", text="text", table=["kind", "n"])
    model.fit(table, ["x", "y"] * 18)
    before = table.copy()
    found = explain(model, table[:2])[1]
    assert found.frame["word"].tolist()[-2:] == ["kind", "n"]
    assert found.frame[["start", "end"]].to_numpy()[-2:].tolist() == [[-1, -1]] * 2
    assert found.frame.set_index("word").loc["kind", "y"] > 0
    pd.testing.assert_frame_equal(table, before)
    with pytest.raises(
        TypeError, match=r"DataFrame, as .*'text', 'kind', 'n'.*got a list"
    ):
        explain(model, TEXTS[:2])


def test_missing_and_empty_texts_have_no_words():
    model = make_text_classifier("tfidf-logreg").fit(TEXTS, TWO)
    for method in ("linear", "occlusion"):
        for found in explain(model, [None, "", "  "], method=method):
            assert len(found.frame) == 0
            assert found.predicted in ("bad", "good")
            assert str(found).startswith(found.predicted)
    assert explain(model, []) == []


def test_a_class_may_be_called_like_a_column():
    model = make_text_classifier("tfidf-logreg")
    model.fit(TEXTS, ["word", "start"] * 18)
    (found,) = explain(model, ["the fire"])
    assert found.to_array().shape == (2, 2)
    assert found.frame.columns.tolist() == ["start", "end", "word", "start", "word"]
    assert "fire" in str(found)
    assert ">fire</span>" in found._repr_html_()
    assert set(explain_model(model, TEXTS)["class"]) == {"start", "word"}


def test_texts_are_data_in_html():
    model = make_text_classifier("tfidf-logreg").fit(TEXTS, ["<i>", "<b>"] * 18)
    html = explain(model, ['<script>alert(1)</script> "fire" & beach'])[0]._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;" in html or "&lt;i&gt;" in html


def test_printed_without_colours_where_there_is_no_terminal():
    model = make_text_classifier("tfidf-logreg").fit(TEXTS, TWO)
    shown = str(explain(model, [" ".join(map(str, range(50)))])[0])
    assert "\033" not in shown
    assert "and 40 more" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_wrong_input():
    model = make_text_classifier("tfidf-logreg")
    with pytest.raises(NotFittedError):
        explain(model, TEXTS)
    model.fit(TEXTS, TWO)
    with pytest.raises(TypeError, match=r"Expected a list of texts.*Pass \[text\]"):
        explain(model, "a text")
    regression = make_pipeline(CountVectorizer(), LinearRegression())
    with pytest.raises(TypeError, match="Expected a fitted classifier"):
        explain(regression.fit(TEXTS, range(36)), TEXTS)
    with pytest.raises(ValueError, match="'method' parameter of explain"):
        explain(model, TEXTS, method="lime")
    net = tiny_pipeline("cnn").fit(TEXTS, TWO)
    with pytest.raises(ValueError, match="linear model on counts or TF-IDF"):
        explain(net, TEXTS, method="linear")


def test_naive_bayes_shows_what_a_word_says_beside_the_other_classes():
    texts, y = (
        ["fire on the hill", "sun on the beach", "rain on the roof"] * 5,
        "abc" * 5,
    )
    model = make_text_classifier("nb").fit(texts, list(y))
    (found,) = explain(model, ["fire on the"])
    assert (found.to_array() <= 0).all()  # exact: the joint log-likelihood
    fire, on, _ = found.compared()[:, 0]
    assert fire > 0.1
    assert on == pytest.approx(0, abs=0.05)
    assert "+" in str(found).splitlines()[1]
    words = explain_model(model, n_words=2)
    assert set(words.loc[words["class"] == "a", "word"]) & {"fire", "hill"}
    assert (words["weight"] > 0).all()
