"""Documents of each pair of a true and a predicted class."""

import numpy as np
import pytest

from skclf import make_text_classifier
from skclf.evaluate import confident_mistakes, error_samples

TEXTS = [f"document {i}" for i in range(40)]
TRUE = np.array(["a", "b", "c", "b"] * 10)
GIVEN = np.array(["a", "b", "b", "c"] * 10)


def test_each_pair_is_a_block_errors_first():
    found = error_samples(TRUE, GIVEN, TEXTS, n=2, random_state=0)
    pairs = found.frame[["true", "predicted"]].drop_duplicates().to_numpy().tolist()
    assert pairs == [["b", "c"], ["c", "b"], ["a", "a"], ["b", "b"]]
    assert len(found.frame) == 8
    assert found.frame["n_documents"].tolist() == [10] * 8
    for row, text, true in found.frame[["row", "text", "true"]].to_numpy():
        assert text == TEXTS[row]
        assert true == TRUE[row]
    assert repr(found) == "<ErrorSamples of 8 documents, 4 of them wrong>"


def test_a_seed_draws_the_same():
    first, same, other = (
        error_samples(TRUE, GIVEN, TEXTS, random_state=seed).frame for seed in (0, 0, 1)
    )
    assert first.equals(same)
    assert not first.equals(other)


def test_texts_are_wrapped_in_terminals_and_whole_in_html():
    texts = ["word " * 50 + "<b>&", "line\nbreak"]
    found = error_samples([0, 0], [1, 0], texts)
    assert max(map(len, str(found).splitlines())) <= 80
    assert "- line break" in str(found)
    html = found._repr_html_()
    assert "word " * 50 + "&lt;b&gt;&amp;" in html
    assert "line\nbreak" in html


def test_wrong_input():
    with pytest.raises(ValueError, match="inconsistent numbers"):
        error_samples([0, 1], [0, 1], ["a"])
    with pytest.raises(ValueError, match="one label for each document"):
        error_samples([[0, 1]], [0], ["a"])
    assert str(error_samples([], [], [])) == ""


def test_mistakes_of_a_pipeline(tweets):
    X, y = tweets
    model = make_text_classifier("tfidf-logreg").fit(X[:80], y[:80])
    found = confident_mistakes(model, X[80:], y[80:], n=5)
    proba = model.predict_proba(X[80:])
    expected = confident_mistakes(y[80:], proba, X[80:], classes=[0, 1], n=5)
    assert found.equals(expected)
