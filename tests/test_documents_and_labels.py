"""Documents in any container, empty ones among them, and labels of any kind."""

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline

from skclf.compose._recipes import READY_MADE

in_full = pytest.mark.parametrize("name", ["tfidf-logreg", "mlp", "cnn", "gru"])

EMPTY = ["", None, float("nan"), "   ", "http://t.example/x", "!!!"]


@pytest.fixture(scope="module")
def X(tweets):
    return tweets[0][:100]


@pytest.fixture(scope="module")
def y(tweets):
    """Two classes, integers."""
    return tweets[1][:100]


@pytest.fixture(scope="module")
def words(y):
    """Two classes with names."""
    return np.where(y == 1, "disaster", "calm")


@pytest.fixture(scope="module")
def y3(named_tweets):
    """Three classes with names."""
    return named_tweets[1][:100]


@in_full
def test_documents_in_any_container(name, X, y):
    expected = tiny_pipeline(name).fit(X, y).predict_proba(X)
    containers = [list(X), tuple(X), pd.Series(X, index=range(7, 107), dtype="str")]
    containers += [X[:, None], pd.DataFrame({"text": X})]
    for data in containers:
        model = tiny_pipeline(name).fit(data, pd.Series(y, index=range(5, 105)))
        np.testing.assert_array_equal(model.predict_proba(data), expected)


def test_documents_and_labels_of_polars(X, words):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"text": list(X), "label": list(words)})
    model = tiny_pipeline("cnn").fit(frame["text"], frame["label"])
    expected = tiny_pipeline("cnn").fit(X, words).predict(X)
    np.testing.assert_array_equal(model.predict(frame["text"]), expected)


@in_full
@pytest.mark.parametrize(
    "labels",
    [[0, 1], [7, -2], ["no", "yes"], [False, True], [4, 2, 9], ["a", "c", "b"]],
    ids=str,
)
def test_labels_of_any_kind_come_back_as_they_were(name, labels, X, y3):
    y = np.array(labels)[np.unique(y3, return_inverse=True)[1] % len(labels)]
    model = tiny_pipeline(name).fit(X, y)
    assert model.classes_.tolist() == sorted(labels)
    assert model.classes_.dtype == y.dtype
    predicted, one = model.predict(X), model.predict(X[:1])
    assert predicted.dtype == y.dtype
    assert one.tolist() == predicted[:1].tolist()
    proba, one = model.predict_proba(X), model.predict_proba(X[:1])
    assert one.shape == (1, len(labels))
    np.testing.assert_allclose(one, proba[:1], atol=1e-6)


@pytest.mark.parametrize("name", READY_MADE)
def test_empty_documents_get_one_fixed_prediction(name, X, y3):
    """Alone or among others, whatever it was that nothing is left of."""
    model = tiny_pipeline(name).fit(X, y3)
    among = [*EMPTY, *X[:9]]
    proba = model.predict_proba(among)[: len(EMPTY)]
    assert np.isfinite(proba).all()
    np.testing.assert_allclose(proba, proba[[0] * len(EMPTY)], atol=1e-6)
    np.testing.assert_allclose(model.predict_proba([""]), proba[:1], atol=1e-6)
    labels = model.predict(among)[: len(EMPTY)]
    assert {*labels} == {*model.predict([""])}
    words = model.predict_proba(["zzzunseen"])
    assert np.isfinite(words).all()


@in_full
def test_empty_documents_may_be_trained_on(name, X, y):
    some = [*X, *EMPTY]
    model = tiny_pipeline(name).fit(some, [*y, *[1] * len(EMPTY)])
    assert np.isfinite(model.predict_proba(some)).all()
