"""What is fitted gives an empty result for no documents; nothing is fitted on none."""

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline

from skclf import make_text_classifier, predict_stream
from skclf.deploy import to_onnx_pipeline
from skclf.embed import EmbeddingLookup
from skclf.features import DocumentEmbedding, TextStatistics, TopicFeatures
from skclf.sequence import SequenceEncoder
from skclf.text import TextCleaner

TEXTS = ["forest fire", "sunny beach", "fire and smoke", "sunny day"] * 5
VECTORS = dict(
    zip(["forest", "fire", "sunny", "beach", "smoke", "day"], np.eye(6), strict=True)
)
Y = np.array(["bad", "good"] * 10)
in_nets = pytest.mark.parametrize("name", ["mlp", "cnn", "gru"])


def assert_no_predictions(model, X):
    labels, proba = model.predict(X), model.predict_proba(X)
    assert labels.shape == (0,)
    assert labels.dtype == Y.dtype
    assert proba.shape == (0, 2)
    assert proba.dtype == np.float64


@in_nets
def test_nets_and_their_onnx(name):
    model = tiny_pipeline(name).fit(TEXTS, Y)
    for fitted in (model, to_onnx_pipeline(model)):
        for nothing in ([], np.array([], dtype=object), pd.Series([], dtype="str")):
            assert_no_predictions(fitted, nothing)
    with pytest.raises(ValueError, match=r"0 sample\(s\)|empty vocabulary"):
        tiny_pipeline(name).fit([], [])


@in_nets
def test_nets_on_text_and_table(name):
    X = pd.DataFrame({"text": TEXTS, "kind": list("aabb") * 5, "n": range(20)})
    model = make_text_classifier(name, text="text", table=["kind", "n"])
    model.set_params(classify__epochs=1, classify__random_state=0).fit(X, Y)
    for nothing in ([], X[:0]):
        assert_no_predictions(model, nothing)
        assert model[0].transform(nothing).shape[0] == 0


def test_features_of_all_kinds_for_a_net():
    model = make_text_classifier("mlp", vectors=VECTORS, classify__epochs=1)
    model.fit(TEXTS, Y)
    assert_no_predictions(model, [])
    assert model[0].transform([]).shape == (0, model[0].transform(TEXTS).shape[1])


@pytest.mark.parametrize("pooling", ["mean", "max", "tfidf", "sif"])
def test_transformers(pooling):
    encoder = SequenceEncoder().fit(TEXTS)
    ids = encoder.transform([])
    assert ids.shape == (0, encoder.max_len_)
    lookup = EmbeddingLookup(VECTORS).fit(encoder.transform(TEXTS))
    pool = DocumentEmbedding(pooling).fit(lookup.transform(encoder.transform(TEXTS)))
    assert pool.transform(lookup.transform(ids)).shape == (0, 6)
    assert TextCleaner().fit(TEXTS).transform([]).shape == (0,)
    assert TextStatistics(["words"]).fit(TEXTS).transform([]).shape == (0, 1)
    topics = TopicFeatures(2, random_state=0).fit(TEXTS)
    assert topics.transform([]).shape == (0, 2)


def test_an_empty_chunk_of_a_stream():
    model = tiny_pipeline("cnn").fit(TEXTS, Y)
    parts = list(predict_stream(model, [[], TEXTS[:2]]))
    assert [len(part) for part in parts] == [0, 2]
