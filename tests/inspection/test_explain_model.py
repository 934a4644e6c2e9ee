"""Words that speak for each class."""

import pandas as pd
import pytest
from helpers import tiny_pipeline

from skclf import explain_model, make_text_classifier

TEXTS = ["the house is on fire", "a day on the beach", "a flood, and rain"] * 10
LABELS = ["hot", "good", "wet"] * 10


def test_weights_of_a_linear_model():
    model = make_text_classifier("tfidf-svm").fit(TEXTS, LABELS)
    found = explain_model(model, n_words=3)
    assert found.columns.tolist() == ["class", "word", "weight"]
    assert found["class"].tolist() == ["good"] * 3 + ["hot"] * 3 + ["wet"] * 3
    assert (found["weight"] > 0).all()
    words = set(make_text_classifier("tfidf-logreg").fit(TEXTS, LABELS)[1].vocabulary_)
    logreg = explain_model(make_text_classifier("tfidf-logreg").fit(TEXTS, LABELS))
    assert set(logreg["word"]) <= words


@pytest.mark.parametrize("name", ["tfidf-logreg", "cnn"])
def test_mean_contributions_in_texts(name):
    model = tiny_pipeline(name).fit(TEXTS, LABELS)
    found = explain_model(model, TEXTS[:9], n_words=2)
    assert len(found) == 6
    assert (found["n_texts"] >= 2).all()
    if name == "tfidf-logreg":
        assert {"flood", "rain"} & set(found[found["class"] == "wet"]["word"])


def test_columns_of_a_table_are_no_words():
    table = pd.DataFrame({"text": TEXTS, "kind": ["a", "b", "c"] * 10})
    model = make_text_classifier("tfidf-logreg", text="text", table=["kind"])
    found = explain_model(model.fit(table, LABELS), table[:6])
    assert "kind" not in set(found["word"])
    assert "fire" in set(found["word"])


def test_wrong_input():
    net = tiny_pipeline("cnn").fit(TEXTS, LABELS)
    with pytest.raises(ValueError, match="no weights of words, got texts=None"):
        explain_model(net)
    with pytest.raises(ValueError, match="at least one text"):
        explain_model(net, [])
