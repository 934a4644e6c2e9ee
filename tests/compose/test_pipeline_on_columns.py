"""Ready-made pipelines on the columns of a DataFrame."""

import pickle

import numpy as np
import pandas as pd
import polars
import pytest
import sklearn
from helpers import tiny_pipeline
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import StandardScaler

from skclf import SequenceEncoder, TextAndTable, compare, make_text_classifier
from skclf.category import CategoryCanonicalizer
from skclf.compose._recipes import ON_SEQUENCES, READY_MADE
from skclf.datasets import make_tweets

TABLE = ["keyword", "location", "length", "long"]

all_names = pytest.mark.parametrize("name", READY_MADE)


@pytest.fixture(scope="module")
def tweets():
    bunch = make_tweets(120, random_state=0)
    frame = bunch.data.copy()
    frame["length"] = frame["text"].str.len().astype("Int64")
    frame["long"] = frame["length"] > 60
    frame.loc[3, "length"] = pd.NA
    return frame, bunch.target


def small(name, **params):
    """A ready-made pipeline on tables whose nets are small."""
    model = make_text_classifier(name, text="text", table=TABLE)
    values = tiny_pipeline(name).get_params()
    for step in ("clean", "encode", "vectorize"):
        values |= {
            f"inputs__text__{key}": value
            for key, value in values.items()
            if key.startswith(step)
        }
    valid = model.get_params()
    if name in ("vote", "stack"):
        for member, size in ("cnn", "filters"), ("bigru", "units"):
            net = f"classify__{member}__classify__"
            params |= {f"{net}epochs": 1, f"{net}random_state": 0, f"{net}{size}": 4}
    else:
        params |= {
            key: value
            for key, value in values.items()
            if key in valid and not hasattr(value, "get_params") and key != "steps"
        }
    return model.set_params(**params)


@all_names
def test_learns_from_text_and_table(name, tweets):
    X, y = tweets
    model = clone(small(name)).fit(X, y)
    proba = model.predict_proba(X)
    assert proba.shape == (120, 2)
    loaded = pickle.loads(pickle.dumps(model))
    np.testing.assert_allclose(loaded.predict_proba(X), proba, atol=1e-6)
    mixed = X.assign(other="x")[["other", *TABLE[::-1], "text"]]
    np.testing.assert_allclose(model.predict_proba(mixed), proba, atol=1e-6)


@all_names
def test_steps(name):
    model = make_text_classifier(name, text="text", table=["keyword"])
    if name in ("vote", "stack"):
        assert list(model.named_steps) == ["classify"]
        model = dict(model["classify"].estimators)["bigru"]
        name = "bigru"
    assert list(model.named_steps) == ["inputs", "classify"]
    inputs = model["inputs"]
    assert isinstance(inputs, TextAndTable)
    assert (inputs.text_column, inputs.table_columns) == ("text", ["keyword"])
    first, *_, last = inputs.text.named_steps
    assert first == "clean"
    assert last == ("encode" if name in ON_SEQUENCES else "vectorize")


@pytest.mark.parametrize("name", ["tfidf-logreg", "cnn"])
def test_text_alone_from_a_frame(name, tweets):
    X, y = tweets
    params = {"classify__random_state": 0}
    if name == "cnn":
        params |= {"classify__epochs": 1, "classify__filters": 4}
    model = make_text_classifier(name, text="text", **params).fit(X, y)
    plain = make_text_classifier(name, **params).fit(X["text"], y)
    np.testing.assert_allclose(
        model.predict_proba(X), plain.predict_proba(X["text"]), atol=1e-6
    )


@pytest.mark.parametrize("name", ["tfidf-logreg", "gru"])
def test_the_table_is_read(name):
    """The label is in the table alone."""
    y = np.array([0, 1] * 40)
    X = pd.DataFrame(
        {
            "text": ["one text"] * 80,
            "kind": np.where(y, "quiet", "loud"),
            "size": np.random.RandomState(0).normal(size=80),
        }
    )
    model = make_text_classifier(name, text="text", table=["kind", "size"])
    if name == "gru":
        model.set_params(
            classify__learning_rate=0.02, classify__random_state=0, classify__units=4
        )
    assert model.fit(X, y).score(X, y) == 1


def test_columns_by_kind(tweets):
    model = small("tfidf-logreg").fit(*tweets)
    names = model["inputs"].get_feature_names_out().tolist()
    assert names[-2:] == ["table__length", "table__long"]
    assert "table__keyword_missing" in names
    assert "table__location_infrequent" in names
    numbers = model[:1].transform(tweets[0])[:, -2:].toarray()
    assert np.isfinite(numbers).all()
    np.testing.assert_allclose(numbers.mean(axis=0), 0, atol=1e-9)


def test_a_transformer_for_each_column(tweets):
    table = {"keyword": CategoryCanonicalizer(1.0), "length": StandardScaler()}
    model = make_text_classifier("tfidf-logreg", text="text", table=table)
    branch = model["inputs"].table
    assert isinstance(branch, ColumnTransformer)
    X, y = tweets
    X = X.fillna({"length": 0})
    assert model.set_params(inputs__table__keyword__threshold=0.9).fit(X, y)
    assert model["inputs"].table_.named_transformers_["keyword"].threshold == 0.9
    assert table["keyword"].threshold == 1.0


def test_columns_in_any_list(tweets):
    X = tweets[0]
    for table in (X.columns[:2], X.columns[:2].to_numpy(), ("keyword", "location")):
        model = make_text_classifier("tfidf-logreg", text="text", table=table)
        assert model["inputs"].table_columns == ["keyword", "location"]


def test_a_table_counts_for_less_than_the_text(tweets):
    X = small("tfidf-logreg").fit(*tweets)[:1].transform(tweets[0])
    names = small("tfidf-logreg").fit(*tweets)["inputs"].get_feature_names_out()
    one_hot = X[:, [i for i, name in enumerate(names) if "keyword" in name]].toarray()
    assert set(one_hot.ravel().round(6)) == {0, 0.2}
    assert small("nb")["inputs"].transformer_weights is None


def test_numbers_stay_within_the_bounds_for_naive_bayes(tweets):
    X, y = tweets
    model = small("nb").fit(X, y)
    new = model[:1].transform(X.assign(length=-1_000))
    assert new.min() >= 0


def test_categories_of_numbers(tweets):
    X, y = tweets
    X = X.assign(keyword=pd.Categorical(np.arange(120) % 3))
    model = make_text_classifier("tfidf-logreg", text="text", table=["keyword"])
    names = model.fit(X, y)["inputs"].get_feature_names_out()
    assert list(names[-3:]) == [f"table__keyword_{i}" for i in range(3)]


def test_columns_for_any_transformer(tweets):
    X, y = tweets
    X = X.rename(columns={"length": "n_jobs"}).fillna({"n_jobs": 0, "keyword": ""})
    table = {
        "n_jobs": "passthrough",
        "keyword": CountVectorizer(),
        "long": StandardScaler(),
    }
    model = make_text_classifier("tfidf-logreg", text="text", table=table)
    assert model.fit(X, y).predict(X).shape == y.shape


def test_parameters_of_a_branch_that_is_given():
    model = make_text_classifier(
        "tfidf-logreg",
        text="text",
        table=["keyword"],
        inputs__table=CategoryCanonicalizer(),
        inputs__table__threshold=0.5,
    )
    assert model["inputs"].table.threshold == 0.5


def test_parameters_by_nested_name():
    model = make_text_classifier(
        "bigru",
        text="text",
        table=["keyword"],
        inputs__text__encode__max_len=30,
        inputs__table__categories__threshold=0.7,
        classify__table_embedding_dim=4,
    )
    assert model["inputs"].text["encode"].max_len == 30
    assert model["classify"].table_embedding_dim == 4
    with pytest.raises(ValueError, match="Did you mean 'inputs__text__encode__max_l"):
        make_text_classifier("bigru", text="text", encode__max_len=30)


def test_word_vectors_beside_a_table(tweets):
    X, y = tweets
    words = SequenceEncoder().fit(X["text"].str.lower()).vocabulary_
    vectors = {word: np.full(4, i / 100) for i, word in enumerate(words)}
    model = make_text_classifier(
        "bigru", vectors=vectors, text="text", table=["keyword"], classify__epochs=1
    )
    assert model.fit(X, y).predict(X).shape == y.shape
    assert list(model["inputs"].text.named_steps) == ["clean", "encode", "embed"]


@pytest.mark.parametrize("name", ["tfidf-logreg", "cnn"])
def test_pandas_output_for_everything(name, tweets):
    X, y = tweets
    expected = small(name).fit(X, y).predict_proba(X)
    with sklearn.config_context(transform_output="pandas"):
        found = small(name).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_polars(tweets):
    X, y = tweets
    columns = X.astype(object).where(X.notna(), None).to_dict(orient="list")
    expected = small("tfidf-logreg").fit(X, y).predict_proba(X)
    table = polars.DataFrame(columns)
    model = small("tfidf-logreg").fit(table, y)
    np.testing.assert_allclose(model.predict_proba(table), expected)


def test_unseen_missing_and_empty(tweets):
    X, y = tweets
    new = X[:4].assign(
        keyword=["never seen", None, "", np.nan], location="nowhere at all"
    )
    new["text"] = [None, "", "https://t.co/x", "fire"]
    for name in ("tfidf-logreg", "cnn"):
        proba = small(name).fit(X, y).predict_proba(new)
        assert np.isfinite(proba).all()


def test_columns_that_say_nothing(tweets):
    X, y = tweets
    X = X.assign(keyword=None, location="here", length=np.nan, long=True)
    for name in ("tfidf-logreg", "nb", "cnn"):
        assert np.isfinite(small(name).fit(X, y).predict_proba(X)).all()


@pytest.mark.slow
def test_comparison_and_cross_validation(tweets):
    X, y = tweets
    models = {
        "text": make_text_classifier("tfidf-logreg", text="text"),
        "both": small("tfidf-logreg"),
    }
    table = compare(models, X, y, cv=2, random_state=0, verbose=0)
    assert {"text", "both"} <= set(table.index)
    scores = cross_val_score(small("cnn"), X, y, cv=2, error_score="raise")
    assert len(scores) == 2


# -- bad input


@pytest.mark.parametrize(
    ("text", "table", "error", "message"),
    [
        (None, ["keyword"], ValueError, "Expected text, the name of the column"),
        ({"text"}, None, TypeError, r"as text, or a list of names, got {'text'}"),
        (
            "text",
            "keyword",
            TypeError,
            "a list of names of columns as table.* got 'k",
        ),
        ("text", [3], TypeError, r"a list of names of columns as table, .* got \[3\]"),
        ("text", ["text"], ValueError, "Expected other columns than the text's"),
        ("text", [], ValueError, "at least one column"),
        ("text", {"keyword", "place"}, TypeError, "a list of names of columns"),
    ],
)
def test_columns_that_are_wrong(text, table, error, message):
    with pytest.raises(error, match=message):
        make_text_classifier("cnn", text=text, table=table)


@pytest.mark.parametrize("transformer", [None, "drop", CategoryCanonicalizer, 3])
def test_what_is_no_transformer_of_a_column(transformer):
    with pytest.raises(TypeError, match="a transformer or 'passthrough' for the colu"):
        make_text_classifier("nb", text="text", table={"keyword": transformer})


@pytest.mark.parametrize("value", ["abc", "3", pd.Timestamp(0), 1j])
def test_another_type_of_column_than_in_fit(value, tweets):
    X, y = tweets
    model = small("tfidf-logreg").fit(X, y)
    with pytest.raises(TypeError, match="Expected numbers in the column 'length'"):
        model.predict(X.assign(length=value))


def test_a_missing_column_is_named(tweets):
    X, y = tweets
    model = small("tfidf-logreg").fit(X, y)
    with pytest.raises(ValueError, match=r"Expected the columns \['location'\] in X"):
        model.predict(X.drop(columns="location"))


def test_texts_instead_of_a_frame(tweets):
    X, y = tweets
    with pytest.raises(ValueError, match="Expected a DataFrame or an array of shape"):
        small("cnn").fit(X["text"], y)
