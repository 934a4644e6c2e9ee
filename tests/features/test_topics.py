"""TopicFeatures: shares of topics, their words and coherence, and labels."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from helpers import tiny
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import nnls
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline, make_union

from skclf import SequenceEncoder, TextAndTable, TextCleaner
from skclf.features import TextStatistics, TopicFeatures
from skclf.features._coherence import npmi
from skclf.features._nonnegative import nonnegative_weights
from skclf.features._topic_mapping import TopicMapping
from skclf.features._topic_words import top_words
from skclf.testing import check_text_transformer

THEMES = {
    "fire": ["fire", "smoke", "flames", "burning", "wildfire"],
    "flood": ["water", "flood", "river", "rain", "boat"],
    "game": ["ball", "team", "goal", "score", "coach"],
}
both_methods = pytest.mark.parametrize("method", ["nmf", "lda"])


@pytest.fixture(scope="module")
def planted():
    """120 documents of four words of one theme each, and the themes."""
    rng = np.random.default_rng(0)
    themes = np.repeat(list(THEMES), 40)
    return [" ".join(rng.choice(THEMES[theme], 4)) for theme in themes], themes


@pytest.fixture(scope="module")
def topics(planted):
    return TopicFeatures(3, n_top_words=5, random_state=0).fit(planted[0])


@pytest.fixture(scope="module")
def clean_tweets(tweets):
    return TextCleaner.preset("tweets").transform(tweets[0]), tweets[1]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"method": "lda"},
        {"ngram_range": (1, 2), "stop_words": None},
        {"n_components": 1},
    ],
    ids=str,
)
def test_passes_the_checks_of_text_transformers(params):
    params = {"n_components": 2, "min_df": 1, "random_state": 0} | params
    check_text_transformer(TopicFeatures(**params))


# -- shares


@both_methods
def test_finds_the_topics_that_are_there(planted, method):
    docs, themes = planted
    topics = TopicFeatures(3, method=method, n_top_words=5, random_state=0).fit(docs)
    words = map(sorted, topics.topics_["words"])
    assert sorted(words) == sorted(map(sorted, THEMES.values()))
    assert topics.map_topics(themes).accuracy == 1


@both_methods
def test_rows_sum_to_one_or_are_zeros(clean_tweets, method):
    topics = TopicFeatures(5, method=method, min_df=1, random_state=0)
    shares = topics.fit_transform([*clean_tweets[0], "", "the !"])
    assert shares.dtype == np.float64
    assert shares.min() >= 0
    assert_allclose(shares[:-2].sum(axis=1), 1)
    assert not shares[-2:].any()
    assert topics.strongest_topics_[-2:].tolist() == [-1, -1]
    assert_array_equal(topics.strongest_topics_[:-2], shares[:-2].argmax(axis=1))


@both_methods
def test_a_document_of_two_themes_has_a_share_of_both(planted, method):
    topics = TopicFeatures(3, method=method, random_state=0).fit(planted[0])
    assert_allclose(
        topics.transform(["fire smoke river flood"])[0],
        topics.transform(["fire smoke", "river flood"]).mean(axis=0),
        atol=0.1,
    )


@both_methods
def test_a_document_of_unknown_or_no_words_is_zeros(planted, method):
    topics = TopicFeatures(3, method=method, random_state=0).fit(planted[0])
    for nothing in ("", "   ", "zebra", "the", "a !", None, np.nan, pd.NA):
        assert topics.transform([nothing]).tolist() == [[0, 0, 0]]
    assert topics.transform([]).shape == (0, 3)


@both_methods
def test_a_row_does_not_depend_on_others(clean_tweets, method):
    docs = clean_tweets[0]
    topics = TopicFeatures(10, method=method, random_state=0).fit(docs)
    alone = np.vstack([topics.transform([doc]) for doc in docs])
    assert_allclose(topics.transform(docs), alone, atol=1e-7)


def test_empty_documents_change_no_topic(planted):
    docs = planted[0]
    alone = TopicFeatures(3, random_state=0).fit(docs)
    among = TopicFeatures(3, random_state=0).fit([*docs, *len(docs) * [None]])
    assert_allclose(among.coherence_, alone.coherence_)
    assert among.topics_["words"].tolist() == alone.topics_["words"].tolist()
    assert_allclose(among.topics_["share"], alone.topics_["share"] / 2)


def test_random_state_is_reproducible(clean_tweets):
    docs = clean_tweets[0]
    for method in ("nmf", "lda"):
        once, again = (
            TopicFeatures(4, method=method, random_state=1).fit_transform(docs)
            for _ in range(2)
        )
        assert_array_equal(once, again)


@pytest.mark.parametrize("singular", [False, True])
def test_weights_are_those_of_nonnegative_least_squares(singular):
    rng = np.random.default_rng(0)
    components = rng.random((6, 15)) * (rng.random((6, 15)) < 0.5)
    if singular:
        components[4] = components[3]
        components[5] = 0
    X = rng.random((40, 15)) - 0.2
    ours = nonnegative_weights(X @ components.T, components @ components.T)
    scipys = np.array([nnls(components.T, x)[0] for x in X])
    assert (scipys == 0).sum() > (scipys > 0).sum() / 4  # the bound matters
    assert_allclose(ours @ components, scipys @ components, atol=1e-6)
    assert ours.min() >= 0


# -- words and tables


def test_topics_in_a_table(topics, planted):
    table = topics.topics_
    assert table.index.tolist() == ["topic_0", "topic_1", "topic_2"]
    assert table.columns.tolist() == ["share", "coherence", "words"]
    assert_allclose(table["share"], 1 / 3)
    assert_array_equal(table["coherence"], topics.coherence_)
    assert topics.mean_coherence_ == pytest.approx(topics.coherence_.mean())
    lines = str(table.round(2)).splitlines()
    assert all("..." not in line[:40] for line in lines)  # fits: no column is hidden
    assert all(len(line) <= 80 for line in lines)


def test_weights_of_top_words(planted):
    topics = TopicFeatures(3, n_top_words=4, random_state=0).fit(planted[0])
    table = topics.top_words_
    names = topics.vectorizer_.get_feature_names_out().tolist()
    for i, (name, rows) in enumerate(table.groupby("topic")):
        assert rows["word"].tolist() == topics.topics_.loc[name, "words"]
        columns = [names.index(word) for word in rows["word"]]
        assert_array_equal(rows["weight"], topics.components_[i, columns])
        assert rows["weight"].is_monotonic_decreasing
    assert len(table) == 12
    assert_allclose(topics.components_.sum(axis=1), 1)


def test_only_words_of_the_topic_are_top_words():
    docs = ["fire smoke", "fire smoke flames", "fire flames", "boat"] * 5 + ["boat"]
    topics = TopicFeatures(2, random_state=0).fit(docs)
    assert sorted(topics.topics_["words"], key=len)[0] == ["boat"]
    assert np.isnan(topics.coherence_).tolist() == [False, True]
    assert topics.mean_coherence_ == topics.coherence_[0]


@pytest.mark.parametrize("error", [-1e-16, 0, 1e-16])
def test_rounding_errors_do_not_order_top_words(error):
    weights = np.array([[0.1, 0.3, 0.3 + error, 1e-20, 0.3], [0.0] * 5])
    first, second = top_words(weights, 3)
    assert_array_equal(first, [1, 2, 4])
    assert not len(second)


def test_coherence_is_nan_if_no_topic_has_two_words():
    topics = TopicFeatures(1, random_state=0).fit(["fire", "fire fire"])
    assert np.isnan(topics.mean_coherence_)


@pytest.mark.parametrize(
    ("params", "doc", "known"),
    [
        ({}, "The FIRE, and (smoke)! x 12 café", ["12", "café", "fire", "smoke"]),
        ({"stop_words": None}, "The fire", ["fire", "the"]),
        ({"stop_words": []}, "The fire", ["fire", "the"]),
        ({"stop_words": ["Don't", "fire"]}, "don't fire the don", ["the"]),
        ({"ngram_range": (1, 2)}, "fire at sea", ["fire", "fire sea", "sea"]),
        ({"max_features": 1}, "fire fire smoke", ["fire"]),
    ],
    ids=str,
)
def test_what_words_are(params, doc, known):
    topics = TopicFeatures(1, **{"min_df": 1} | params).fit([doc])
    assert topics.vectorizer_.get_feature_names_out().tolist() == known


@pytest.mark.parametrize(
    ("params", "known"),
    [
        ({}, ["fire", "smoke"]),
        ({"min_df": 3}, ["fire"]),
        ({"max_df": 0.5}, ["smoke"]),
        ({"min_df": 1, "max_df": 1}, ["boat"]),
    ],
    ids=str,
)
def test_rare_and_frequent_words_are_left_out(params, known):
    docs = ["fire smoke", "fire smoke", "fire", "fire boat"]
    topics = TopicFeatures(1, **params).fit(docs)
    assert topics.vectorizer_.get_feature_names_out().tolist() == known


# -- coherence


def coherence(*docs):
    """Of the one topic of words 0, 1, ...; documents are strings of these."""
    n_words = 1 + max(int(word) for doc in docs for word in doc)
    counts = np.zeros((len(docs), n_words))
    for row, doc in enumerate(docs):
        for word in doc:
            counts[row, int(word)] += 1
    return npmi(csr_matrix(counts), [np.arange(n_words)])[0]


@pytest.mark.parametrize(
    ("docs", "expected"),
    [
        (("01", "01", "2"), 1 / 3 - 2 / 3),  # one pair always, two pairs never
        (("0", "1"), -1),
        (("01", "0", "1", "2"), (np.log(4 / 4) / np.log(4) - 2) / 3),  # independent
        (("011", "001", "222"), -1 / 3),  # presence counts, not how often
        (("01", "01"), 1),
        (("0", "0"), np.nan),
        (("01", "01", "0", "2"), (np.log(4 / 3) / np.log(2) - 2) / 3),
    ],
    ids=str,
)
def test_npmi_by_hand(docs, expected):
    assert coherence(*docs) == pytest.approx(expected, nan_ok=True)


def test_npmi_is_that_of_gensim(planted):
    """With windows as long as documents; words that never meet, gensim smooths."""
    rng = np.random.default_rng(0)
    words = list("abcdefgh")
    docs = [list(rng.choice(words, 4, replace=False)) for _ in range(200)]
    dictionary = Dictionary([words, *docs])
    counts = [[doc.count(dictionary[i]) for i in range(8)] for doc in docs]
    chosen = [[0, 1, 2], [3, 4, 5, 6, 7], [2, 5]]
    gensims = CoherenceModel(
        topics=[[dictionary[i] for i in topic] for topic in chosen],
        texts=docs,
        dictionary=dictionary,
        coherence="c_npmi",
        window_size=99,
        processes=1,
    ).get_coherence_per_topic()
    assert_allclose(npmi(csr_matrix(counts), chosen), gensims, atol=1e-8)


def test_coherence_is_higher_for_words_of_one_theme(planted, topics):
    shuffled = np.random.default_rng(0).permutation(" ".join(planted[0]).split())
    docs = [" ".join(words) for words in shuffled.reshape(-1, 4)]
    assert clone(topics).fit(docs).mean_coherence_ < 0.1
    assert topics.mean_coherence_ > 0.2


# -- labels


def test_topics_are_mapped_to_labels(topics, planted):
    docs, themes = planted
    mapping = topics.map_topics(themes)
    assert mapping.accuracy == 1
    assert mapping.baseline == pytest.approx(1 / 3)
    assert repr(mapping) == "TopicMapping(accuracy=1.000, baseline=0.333)"
    assert mapping.table.index.tolist() == topics.topics_.index.tolist()
    assert mapping.table["label"].tolist() == mapping.labels.tolist()
    assert mapping.table["documents"].tolist() == [40, 40, 40]
    new = topics.transform(["smoke", "boat", "goal"])
    assert mapping.predict(new).tolist() == ["fire", "flood", "game"]
    assert_array_equal(mapping.predict(topics.transform(docs)), themes)


def test_accuracy_purity_and_documents_without_topic(topics):
    docs = ["fire", "smoke", "flames", "boat", "", "zebra", "nothing"]
    y = [1, 1, 0, 0, 0, 0, 1]
    mapping = topics.map_topics(y, docs)
    labels = mapping.predict(topics.transform(docs))
    assert labels.tolist() == [1, 1, 1, 0, 0, 0, 0]
    assert mapping.default == 0
    assert mapping.accuracy == accuracy_score(y, labels)
    assert mapping.baseline == pytest.approx(4 / 7)
    table = mapping.table.sort_values("documents", ascending=False)
    assert table["documents"].tolist() == [3, 1, 0]
    assert table["purity"].tolist() == pytest.approx([2 / 3, 1, np.nan], nan_ok=True)
    assert table["label"].tolist() == [1, 0, 0]  # the last leads no document


def test_labels_of_equal_frequency_are_taken_in_order(topics):
    mapping = topics.map_topics(["b", "a"], ["fire", "fire"])
    assert mapping.labels.tolist() == ["a", "a", "a"]
    assert mapping.accuracy == mapping.baseline == 0.5


@pytest.mark.parametrize(
    "labels",
    [[0, 1, 2], ["x", "y", "z"], [True, False, True], pd.Series([7, 8, 9])],
    ids=str,
)
def test_labels_of_any_kind(topics, labels):
    labels = np.array(labels)
    docs = ["fire", "boat", "goal"]
    mapping = topics.map_topics(pd.Series(labels, index=[9, 8, 7]), docs)
    assert mapping.accuracy == 1
    assert mapping.predict(topics.transform(docs)).tolist() == labels.tolist()


def test_mapping_holds_plain_data(topics, planted):
    mapping = topics.map_topics(planted[1])
    again = pickle.loads(pickle.dumps(mapping))
    assert again.labels.tolist() == mapping.labels.tolist()


@pytest.mark.parametrize(
    ("y", "X", "message"),
    [
        (["a"], None, "X of fit has 120 rows, y has 1"),
        (["a"], ["fire", "boat"], "X has 2 rows, y has 1"),
        (["a", None], ["fire", "boat"], "1 labels are missing, the first in row 1"),
        (["a", np.nan], ["fire", "boat"], "1 labels are missing, the first in row 1"),
        (None, ["fire"], "the target y is None"),
        ([0.5, 1.5], ["fire", "boat"], "Unknown label type: continuous"),
        ([], [], "0 sample.* required by map_topics"),
        (["a"], "fire", "string object received"),
    ],
    ids=str,
)
def test_bad_labels_are_clear_errors(topics, y, X, message):
    with pytest.raises(ValueError, match=message):
        topics.map_topics(y, X)


@pytest.mark.parametrize("shares", [np.zeros((2, 4)), np.zeros(3)], ids=str)
def test_a_mapping_predicts_from_its_own_topics(topics, planted, shares):
    mapping = topics.map_topics(planted[1])
    with pytest.raises(ValueError, match="the shares of 3 topics in documents, got"):
        mapping.predict(shares)


# -- with other estimators


def test_set_output_keeps_names_and_index(planted):
    frame = pd.DataFrame({"text": planted[0]}, index=range(5, 125))
    topics = TopicFeatures(3, random_state=0).set_output(transform="pandas")
    table = topics.fit_transform(frame)
    assert table.columns.tolist() == topics.get_feature_names_out().tolist()
    assert table.index.equals(frame.index)
    assert topics.transform(["fire"]).shape == (1, 3)


def test_beside_tfidf_for_a_linear_model(clean_tweets):
    docs, y = clean_tweets
    features = make_union(TfidfVectorizer(), TopicFeatures(4, random_state=0))
    model = make_pipeline(features, LogisticRegression())
    assert np.isfinite(cross_val_score(model, docs, y, cv=2)).all()
    names = features.fit(docs).get_feature_names_out()
    assert names[-1] == "topicfeatures__topic_3"


def test_topics_alone_tell_themes_apart(planted):
    docs, themes = planted
    model = make_pipeline(TopicFeatures(3, random_state=0), LogisticRegression())
    grid = {"topicfeatures__n_components": [2, 3]}
    search = GridSearchCV(model, grid, cv=3).fit(docs, themes)
    assert search.best_params_ == {"topicfeatures__n_components": 3}
    assert search.best_score_ == 1


@pytest.mark.parametrize("kind", ["lstm", "cnn", "dense"])
def test_as_the_table_beside_a_net(tweets, kind):
    texts, y = tweets
    frame = pd.DataFrame({"text": texts, "length": [float(len(t)) for t in texts]})
    topics = make_pipeline(TextCleaner(), TopicFeatures(4, random_state=0))
    columns = ColumnTransformer(
        [("topics", topics, "text"), ("length", "passthrough", ["length"])]
    )
    text = TfidfVectorizer(max_features=50) if kind == "dense" else SequenceEncoder()
    inputs = TextAndTable(
        make_pipeline(TextCleaner(), text),
        columns,
        text_column="text",
        table_columns=["text", "length"],
    )
    model = make_pipeline(inputs, tiny(kind, epochs=1)).fit(frame, y)
    proba = model.predict_proba(frame[:5])
    assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)
    names = inputs.fit(frame).get_feature_names_out().tolist()
    assert names[-5:] == [
        *(f"table__topics__topic_{i}" for i in range(4)),
        "table__length__length",
    ]


def test_a_net_uses_the_topics_of_the_table(planted):
    """The text that the net reads says nothing; the other column does."""
    docs, themes = planted
    frame = pd.DataFrame({"text": "same", "body": docs})
    inputs = TextAndTable(
        SequenceEncoder(),
        TopicFeatures(3, random_state=0),
        text_column="text",
        table_columns=["body"],
    )
    model = make_pipeline(inputs, tiny("lstm", epochs=30, random_state=0))
    assert model.fit(frame, themes).score(frame, themes) > 0.9


def test_survives_pickling_and_cloning(topics, planted):
    docs = planted[0]
    again = pickle.loads(pickle.dumps(topics))
    assert_array_equal(again.transform(docs), topics.transform(docs))
    assert again.topics_.equals(topics.topics_)
    assert not hasattr(clone(topics), "topics_")


def test_beside_text_statistics(clean_tweets):
    union = FeatureUnion(
        [("how", TextStatistics(["words"])), ("what", TopicFeatures(2))]
    )
    assert union.fit_transform(clean_tweets[0]).shape == (160, 3)


# -- errors and warnings


@pytest.mark.parametrize(
    ("docs", "message"),
    [
        ([], "0 sample.* required by TopicFeatures"),
        (["", None, ""], "empty vocabulary"),
        (["the", "and"], "perhaps the documents only contain stop words"),
        (["fire", "smoke"], "After pruning, no terms remain. Try a lower min_df"),
        (["fire"], "min_df of at most 1, the number of documents, got 2"),
        (["fire smoke"] * 2 + [""], "at most 2, the number of documents with words"),
        (["fire smoke"] * 9, "n_components of at most 2, the number of words, got 3"),
    ],
    ids=str,
)
@both_methods
def test_documents_with_too_few_words_are_clear_errors(docs, message, method):
    topics = TopicFeatures(3, method=method)
    with pytest.raises(ValueError, match=message):
        topics.fit(docs)
    with pytest.raises(NotFittedError):
        topics.transform(docs)


@pytest.mark.parametrize(
    "params",
    [
        {"n_components": 0},
        {"n_components": 2.5},
        {"method": "lsa"},
        {"stop_words": "nltk"},
        {"ngram_range": 2},
        {"min_df": 0},
        {"max_df": 1.5},
        {"max_features": 0},
        {"n_top_words": 1},
        {"max_iter": 0},
        {"random_state": "x"},
    ],
    ids=str,
)
def test_bad_parameters_are_named(params):
    [name] = params
    message = f"The '{name}' parameter of TopicFeatures must be"
    with pytest.raises(ValueError, match=message):
        TopicFeatures(**params).fit(["fire"])


def test_a_stop_word_is_one_word():
    with pytest.raises(ValueError, match="every stop word to be one word, got 3"):
        TopicFeatures(stop_words=["a", 3]).fit(["fire"] * 9)


def test_wrong_parameter_name_gets_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'n_components'"):
        TopicFeatures().set_params(n_component=3)


@pytest.mark.parametrize("method", ["transform", "map_topics", "get_feature_names_out"])
def test_not_fitted(method):
    with pytest.raises(NotFittedError):
        getattr(TopicFeatures(), method)(["fire"])


def test_says_if_it_has_not_converged(clean_tweets):
    with pytest.warns(ConvergenceWarning, match="Maximum number of iterations 1"):
        topics = TopicFeatures(5, max_iter=1, random_state=0).fit(clean_tweets[0])
    assert topics.n_iter_ == 1


@pytest.mark.parametrize("n", [1, 2, 10, 40])
def test_default_iterations_suffice(clean_tweets, n):
    assert TopicFeatures(n, random_state=0).fit(clean_tweets[0]).n_iter_ < 500


def test_a_perfect_fit_is_no_warning():
    shares = TopicFeatures(2, min_df=1, random_state=0).fit_transform(["fire", "boat"])
    assert_allclose(np.sort(shares, axis=0), [[0, 0], [1, 1]], atol=1e-9)


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_topics_that_tell_no_document_from_another(method):
    topics = TopicFeatures(2, method=method, random_state=0)
    with pytest.warns(ConvergenceWarning, match="TopicFeatures learned too little"):
        topics.fit(["fire smoke"] * 20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        topics.fit(["fire smoke", "sunny beach"] * 20)
        topics.set_params(n_components=1).fit(["fire smoke", "fire", "smoke"] * 20)


def test_a_mapping_in_a_notebook():
    mapping = TopicMapping(np.array([0, 1, 1]), np.array(["<b>", "a", "a"]), ["t", "u"])
    html = mapping._repr_html_()
    assert "accuracy=1.000, baseline=0.667" in html
    assert "&lt;b&gt;" in html
    assert "<td><b>" not in html
