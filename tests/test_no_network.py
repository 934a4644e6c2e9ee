"""Nothing is downloaded or sent that nobody has asked for."""

import socket
import urllib.request

import numpy as np
import pytest
from watched import no_network

from skclf import (
    EmbeddingLookup,
    SentenceEncoder,
    SequenceEncoder,
    TextCleaner,
    compare,
    load,
    make_text_classifier,
    predict_file,
    save,
)
from skclf.datasets import load_disaster_tweets
from skclf.exceptions import MissingResourceError

TEXTS = ["the house is on fire", "a day on the beach", "smoke", "sunny"] * 10
LABELS = ["bad", "good"] * 20


@pytest.mark.parametrize(
    "ask",
    [
        lambda: urllib.request.urlopen("http://localhost:1"),
        lambda: socket.create_connection(("127.0.0.1", 1)),
    ],
)
def test_the_network_is_blocked(ask):
    with (
        pytest.raises(AssertionError),
        no_network(),
        pytest.raises(OSError, match="not permitted"),
    ):
        ask()


def test_what_is_done_every_day(tmp_path):
    (tmp_path / "new.csv").write_text("text\nfire\n")
    with no_network():
        model = make_text_classifier("tfidf-svm").fit(TEXTS, LABELS)
        save(model, tmp_path / "model.skclf")
        found = load(tmp_path / "model.skclf").predict(TEXTS)
        predict_file(model, tmp_path / "new.csv", tmp_path / "out.csv")
        compare(["nb", "tfidf-logreg"], TEXTS, LABELS, cv=2)
    np.testing.assert_array_equal(found, model.predict(TEXTS))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: EmbeddingLookup("glove-twitter-25").fit(
            SequenceEncoder().fit_transform(TEXTS)
        ),
        lambda: SentenceEncoder("some-one/some-model").fit(TEXTS),
        lambda: TextCleaner(stemmer="wordnet").fit_transform(TEXTS),
        lambda: TextCleaner(stop_words="nltk").fit_transform(TEXTS),
        lambda: load_disaster_tweets(data_home="no-such-folder"),
    ],
    ids=["vectors", "encoder", "lemmas", "stop words", "data"],
)
def test_what_is_not_there_is_an_error(ask, monkeypatch, tmp_path):
    monkeypatch.setenv("GENSIM_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setattr("nltk.data.path", [str(tmp_path)])
    missing = (MissingResourceError, FileNotFoundError)
    with no_network(), pytest.raises(missing):
        ask()
