"""What cannot be converted is said before training, which is not needed for that."""

import keras
import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from sklearn.base import BaseEstimator, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skclf import KerasTextClassifier, SequenceEncoder, make_text_classifier
from skclf.deploy import _convert, check_convertible

layers = keras.layers

X = ["a house on fire", "a sunny beach", "the old party"] * 10
Y = np.array(["bad", "good", "else"] * 10)


@pytest.fixture(autouse=True)
def no_training(monkeypatch):
    def train(*args, **params):
        raise AssertionError("a net was trained")

    monkeypatch.setattr("skclf.models._keras_text_classifier.train", train)


def own(between):
    """A pipeline with a net of the user's: a layer of words, pooled."""

    def model(meta):
        ids = keras.Input((None,), dtype="int32")
        words = layers.Embedding(meta["vocabulary_size_"], 4)(ids)
        found = layers.GlobalMaxPooling1D()(between(words))
        return keras.Model(
            ids, layers.Dense(meta["n_outputs_"], activation="softmax")(found)
        )

    return make_pipeline(SequenceEncoder(), KerasTextClassifier(model))


@pytest.mark.parametrize("name", ["cnn", "bigru", "mlp", "vote", "tfidf-logreg"])
def test_what_is_ready_made_can_be_converted(name):
    model = tiny_pipeline(name)
    before = clone(model).get_params()
    assert check_convertible(model, X, Y) is None
    assert str(model.get_params()) == str(before)
    assert not model.__sklearn_is_fitted__()


def inside(kind, net):
    return {
        "pipeline": net,
        "voting": VotingClassifier([("a", LogisticRegression()), ("b", net)]),
        "search": GridSearchCV(net, {"kerastextclassifier__epochs": [1]}),
        "calibrated": make_pipeline(net[0], CalibratedClassifierCV(net[1])),
        "nested": make_pipeline(net[0], make_pipeline(net[1])),
    }[kind]


KINDS = pytest.mark.parametrize(
    "kind", ["pipeline", "voting", "search", "calibrated", "nested"]
)


@KINDS
def test_a_layer_that_cannot_be_is_named_wherever_the_net_is(kind):
    model = inside(
        kind, own(lambda x: layers.GRU(3, "softplus", return_sequences=True)(x))
    )
    with pytest.raises(ValueError, match=r"\(GRU\) with the activation 'softplus'"):
        check_convertible(model, X, Y)


@KINDS
def test_a_net_that_can_be(kind):
    model = inside(kind, own(lambda x: x + layers.MultiHeadAttention(2, 3)(x, x)))
    check_convertible(model, X, Y)


def test_columns_and_vectors():
    frame = pd.DataFrame({"text": X, "n": np.arange(30.0)})
    vectors = {word: [1.0, 2.0] for word in ["a", "house", "fire", "sunny", "beach"]}
    model = make_text_classifier("cnn", text="text", table=["n"], vectors=vectors)
    check_convertible(model, frame, Y)


def test_a_graph_that_computes_something_else_is_an_error(monkeypatch):
    monkeypatch.setattr(_convert, "_TOLERANCE", -1.0)
    with pytest.raises(ValueError, match="to compute what the net computes"):
        check_convertible(tiny_pipeline("cnn"), X, Y)


def test_few_documents_are_enough():
    texts, labels = X * 100, np.tile(Y, 100)
    labels[-1] = "rare"
    seen = []

    class Notes(BaseEstimator):
        def fit(self, X, y):
            return self

        def transform(self, X):
            seen.append(len(X))
            return X

        def fit_transform(self, X, y):
            assert set(y) == {"bad", "good", "else", "rare"}
            return self.transform(X)

    check_convertible(make_pipeline(Notes(), *tiny_pipeline("cnn")[1:]), texts, labels)
    assert seen == [201]


def test_wrong_data():
    with pytest.raises(ValueError, match="30"):
        check_convertible(tiny_pipeline("cnn"), X, Y[:-1])
