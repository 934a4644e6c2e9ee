"""The share of words that a model knows nothing about."""

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import BernoulliNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer

from skclf import (
    EmbeddingLookup,
    SequenceEncoder,
    TextStatistics,
    TopicFeatures,
    make_text_classifier,
    to_onnx_pipeline,
    unknown_rate,
)
from skclf.compose import CostSensitiveClassifier
from skclf.compose._known_words import unknown_shares_of_training
from skclf.datasets import make_tweets
from skclf.embed import EmbeddingTrainer
from skclf.features import DocumentEmbedding

TEXTS = ["the house is on fire", "a day on the beach"] * 10
LABELS = ["bad", "good"] * 10
NEW = ["a house on Mars", "xyzzy xyzzy", "http://t.co/x", None]
EXPECTED = [0.25, 1, np.nan, np.nan]


def fitted(*steps):
    return make_pipeline(*steps, LogisticRegression()).fit(TEXTS, LABELS)


@pytest.mark.parametrize("name", ["tfidf-logreg", "nb", "cnn"])
def test_words_outside_of_the_vocabulary(name):
    model = tiny_pipeline(name).fit(TEXTS, LABELS)
    np.testing.assert_array_equal(unknown_rate(model, NEW), EXPECTED)
    assert unknown_rate(model, []).shape == (0,)


def test_a_word_seen_once_is_unknown_to_an_encoder_that_leaves_it_out():
    texts = [*TEXTS, "fire in Oslo"]
    model = make_pipeline(SequenceEncoder(min_count=2), LogisticRegression())
    model.fit(texts, [*LABELS, "bad"])
    assert unknown_rate(model, ["fire in Oslo"]) == [2 / 3]


def test_pooled_vectors_know_what_has_a_vector():
    vectors = {key: [1.0] for key in ["the", "on", "a", "fire", "flames"]}
    lookup = EmbeddingLookup(vectors, extra_words=10)
    model = fitted(SequenceEncoder(), lookup, DocumentEmbedding())
    # "house" is in the vocabulary, without a vector: nothing is known of it.
    found = unknown_rate(model, ["fire", "flames", "house", "Fire"])
    np.testing.assert_array_equal(found, [0, 0, 1, 0])


@pytest.mark.parametrize("embedding", ["frozen", "trainable"])
def test_a_net_knows_what_has_a_vector_and_what_it_trains(embedding):
    words = ["the", "on", "a", "fire", "flames"]
    vectors = {key: [1.0, 0.5] for key in words}
    model = tiny_pipeline("cnn", vectors=vectors, classify__embedding=embedding)
    model.fit(TEXTS, LABELS)
    house = float(embedding == "frozen")  # in the vocabulary, but without a vector
    texts = ["fire", "house", "flames", "xyzzy", "Fire flames house xyzzy"]
    found = unknown_rate(model, texts)
    np.testing.assert_array_equal(found, [0, house, 0, 1, (house + 1) / 4])
    small = to_onnx_pipeline(model)
    np.testing.assert_array_equal(unknown_rate(small, texts), found)


def test_vectors_learned_of_words_and_of_their_parts():
    def model(algorithm):
        trainer = EmbeddingTrainer(algorithm, vector_size=4, epochs=30, random_state=0)
        return fitted(SequenceEncoder(), trainer, DocumentEmbedding())

    assert unknown_rate(model("word2vec"), ["fire fires"]) == [0.5]
    assert unknown_rate(model("fasttext"), ["fire fires"]) == [0]


def test_of_n_grams_of_characters_all_have_to_be_new():
    model = fitted(TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)))
    # "fires" shares " fi" with "fire"; "qqq" shares nothing.
    np.testing.assert_array_equal(unknown_rate(model, ["fires qqq"]), [0.5])


def test_characters_are_words_where_there_are_no_blanks():
    model = make_text_classifier("tfidf-logreg", analyzer="char")
    model.fit(["山火事が発生", "晴れた海辺"] * 5, ["bad", "good"] * 5)
    assert unknown_rate(model, ["火山灰車"]) == [0.5]


def test_pairs_of_words_make_these_known():
    model = fitted(CountVectorizer(ngram_range=(2, 2)))
    assert unknown_rate(model, ["fire mars"]) == [0.5]


def test_stop_words_and_capitals_are_what_the_vectorizer_takes_for_them():
    model = fitted(CountVectorizer(stop_words=["the", "of"]))
    assert unknown_rate(model, ["The FIRE of Mars"]) == [0.5]


def test_an_analyzer_of_your_own():
    model = fitted(CountVectorizer(analyzer=str.split))
    assert unknown_rate(model, ["fire, fire"]) == [0.5]


@pytest.mark.parametrize("name", ["tfidf-svm", "vote", "stack", "mlp"])
def test_in_unions_and_ensembles_no_part_may_know_it(name):
    model = tiny_pipeline(name).fit(TEXTS, LABELS)
    found = unknown_rate(model, ["fire", "щщщщ", "щщщщ fire"])
    np.testing.assert_array_equal(found, [0, 1, 0.5])


def test_members_know_different_words():
    first = CountVectorizer(vocabulary=["fire", "house"])
    second = CountVectorizer(vocabulary=["beach"])
    model = fitted(make_union(first, make_union(second, TextStatistics())))
    assert unknown_rate(model, ["fire beach mars day"]) == [0.5]


def test_wrappers_and_searches():
    model = make_text_classifier("tfidf-logreg")
    expected = unknown_rate(model.fit(TEXTS, LABELS), NEW)
    search = GridSearchCV(model, {"classify__C": [1.0]}, cv=2)
    for wrapped in (search, CostSensitiveClassifier(model)):
        wrapped.fit(TEXTS, LABELS)
        np.testing.assert_array_equal(unknown_rate(wrapped, NEW), expected)


def test_topics_of_a_vocabulary():
    topics = TopicFeatures(n_components=2, min_df=1, random_state=0)
    assert unknown_rate(fitted(topics), ["fire mars"]) == [0.5]


def test_text_beside_a_table():
    frame = pd.DataFrame({"text": TEXTS, "keyword": ["a", "b"] * 10})
    model = make_text_classifier("tfidf-logreg", text="text", table=["keyword"])
    model.fit(frame, LABELS)
    rows = pd.DataFrame({"keyword": "new", "text": NEW})
    np.testing.assert_array_equal(unknown_rate(model, rows), EXPECTED)
    columns = ColumnTransformer([("words", CountVectorizer(), "text")])
    model = make_pipeline(columns, LogisticRegression()).fit(frame, LABELS)
    rows = pd.DataFrame({"text": ["fire mars"]})
    assert unknown_rate(model, rows) == [0.5]


def test_of_a_training_document_counts_what_others_know():
    texts = ["fire house", "fire beach", "fire fire"]
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(texts, [0, 1, 0])
    assert unknown_rate(model, texts).tolist() == [0, 0, 0]
    assert unknown_shares_of_training(model, texts).tolist() == [0.5, 0.5, 0]


@pytest.mark.parametrize("min_count", [1, 2])
def test_of_a_training_document_counts_what_the_encoder_would_have_kept(min_count):
    texts = ["smoke smoke fire", "smoke fire", "fire"]
    encoder = SequenceEncoder(min_count=min_count)
    found = unknown_shares_of_training(make_pipeline(encoder).fit(texts), texts)
    # Without the first document, "smoke" occurs once; without the second, twice.
    expected = [0, 0, 0] if min_count == 1 else [2 / 3, 0, 0]
    np.testing.assert_allclose(found, expected)


def test_of_a_training_document_counts_parts_that_others_have():
    texts = ["fires zzz", "fire", "fire"]
    model = make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)))
    found = unknown_shares_of_training(model.fit(texts), texts)
    np.testing.assert_array_equal(found, [0.5, 0, 0])


def test_training_documents_are_like_others_of_their_kind():
    tweets = make_tweets(900, random_state=0)
    texts, y = tweets.data["text"].to_numpy(), tweets.target
    model = make_text_classifier("tfidf-logreg").fit(texts[:500], y[:500])
    assert unknown_rate(model, texts[:500]).mean() == 0
    own = unknown_shares_of_training(model, texts[:500]).mean()
    others = unknown_rate(model, texts[500:]).mean()
    assert abs(own - others) < 0.02 < others


class TestErrors:
    def test_no_vocabulary(self):
        model = fitted(HashingVectorizer(n_features=64))
        with pytest.raises(
            ValueError, match="nothing in it tells which words it knows"
        ):
            unknown_rate(model, TEXTS)

    def test_one_branch_without_a_vocabulary(self):
        model = fitted(make_union(CountVectorizer(), HashingVectorizer(n_features=64)))
        with pytest.raises(ValueError, match="got HashingVectorizer"):
            unknown_rate(model, TEXTS)
        members = [("words", CountVectorizer()), ("hashes", HashingVectorizer())]
        vote = VotingClassifier(
            [(name, make_pipeline(part, BernoulliNB())) for name, part in members]
        )
        with pytest.raises(ValueError, match="union or an ensemble that all tell"):
            unknown_rate(vote.fit(TEXTS, LABELS), TEXTS)

    def test_no_texts(self):
        model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
        with pytest.raises(ValueError, match="Expected a fitted pipeline of texts"):
            unknown_rate(model, [[0.0]])
        steps = make_pipeline(FunctionTransformer(), LogisticRegression())
        with pytest.raises(ValueError, match="Expected a fitted pipeline of texts"):
            unknown_rate(steps.fit([[0.0], [1.0]], [0, 1]), [[0.0]])

    def test_one_text(self):
        with pytest.raises(TypeError, match=r"Pass \[text\]"):
            unknown_rate(fitted(CountVectorizer()), "fire")

    def test_not_fitted(self):
        with pytest.raises(NotFittedError):
            unknown_rate(make_text_classifier("nb"), TEXTS)
