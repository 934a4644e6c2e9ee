"""Unions of our steps have the same rows, whatever scikit-learn is asked to put out.

Texts, sequences and sparse matrices have no row labels. A step behind them numbers the
rows anew, and pandas would pair these numbers with the labels of the branches beside.
"""

import inspect

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn import config_context
from sklearn.compose import make_column_transformer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

import skclf
from skclf import (
    CategoryCanonicalizer,
    DocumentEmbedding,
    EmbeddingLookup,
    EmbeddingTrainer,
    EmbeddingUnion,
    LocationCanonicalizer,
    SentenceEncoder,
    SequenceEncoder,
    TextAndTable,
    TextCleaner,
    TextStatistics,
    TopicFeatures,
)

TEXTS = [
    "Fire!",
    "a beach",
    "FIRE on the beach",
    "sun",
    "sun, fire",
    "a",
    "the sun",
    "",
]
VECTORS = {"fire": [1.0, 2.0], "beach": [0.0, 3.0], "sun": [5.0, 5.0], "a": [0.0, 1.0]}
ROWS = [3, 1, 2, 0, 7, 5, 4, 6]
INDEXES = {
    "plain": None,
    "shuffled": ROWS,
    "repeated": [row // 2 for row in ROWS],
    "text": list("dbcahfeg"),
    "backwards": pd.RangeIndex(7, -1, -1),
    "part of a file": pd.RangeIndex(100, 108),
    "two levels": pd.MultiIndex.from_arrays([[row % 2 for row in ROWS], ROWS]),
}

COLUMNS = {
    "text": TEXTS,
    "place": ["rome", "oslo", "Rome", "oslo", "lima", "rome", "oslo", "lima"],
    "number": np.arange(8) ** 2.0,
}

FOLDERS = {}


@pytest.fixture(autouse=True)
def folders(encoder_folder):
    FOLDERS["encoder"] = encoder_folder


def statistics(*names):
    return TextStatistics(names or ("characters", "words"))


def lookup():
    return EmbeddingLookup(VECTORS)


def trainer():
    return EmbeddingTrainer(vector_size=2, epochs=1, random_state=0)


def topics():
    return TopicFeatures(2, min_df=1, random_state=0)


def pooled(vectors):
    return make_pipeline(TextCleaner(), SequenceEncoder(), vectors, DocumentEmbedding())


def encoder():
    return SentenceEncoder(FOLDERS["encoder"])


def svd():
    reduce = TruncatedSVD(2, random_state=0)
    return make_pipeline(TextCleaner(), TfidfVectorizer(), reduce)


def beside_numbers():
    """It puts out a matrix, which the scaler behind it gets without row labels."""
    columns = {"text_column": "text", "table_columns": ["number"]}
    return make_pipeline(
        TextAndTable(statistics(), "passthrough", **columns), StandardScaler()
    )


OF_TEXTS = {
    "cleaned": lambda: make_pipeline(TextCleaner(), statistics("lexical_diversity")),
    "ids": lambda: make_pipeline(TextCleaner(), SequenceEncoder(max_len=3)),
    "looked up": lambda: pooled(lookup()),
    "learned": lambda: pooled(EmbeddingUnion([("a", lookup()), ("b", trainer())])),
    "topics": lambda: make_pipeline(TextCleaner(), topics()),
    "encoded": encoder,
    "tf-idf": svd,
    "logs": lambda: make_pipeline(
        TextCleaner(),
        statistics("mean_word_length"),
        FunctionTransformer(np.log1p, feature_names_out="one-to-one"),
    ),
    "nested": lambda: make_pipeline(make_union(svd(), statistics()), StandardScaler()),
    "no labels": lambda: make_union(svd(), pooled(trainer())),
}
OF_COLUMNS = {
    "categories": (CategoryCanonicalizer, ["place"]),
    "one-hot": (
        lambda: make_pipeline(
            LocationCanonicalizer(), OneHotEncoder(sparse_output=False)
        ),
        ["place"],
    ),
    "scaled": (StandardScaler, ["number"]),
    "text and table": (beside_numbers, ["text", "number"]),
    **{f"text, {name}": (OF_TEXTS[name], "text") for name in OF_TEXTS if name != "ids"},
}


def check_rows(make, X):
    """What comes out in all modes is what comes out by default."""
    expected = make().fit_transform(X)
    assert len(expected) == len(TEXTS)
    for library in ("pandas", "polars"):
        with config_context(transform_output=library):
            model = make()
            outputs = [model.fit_transform(X), model.transform(X)]
        if "Tfidf" not in repr(model):  # which has no set_output
            outputs.append(make().set_output(transform=library).fit_transform(X))
        for output in outputs:
            assert type(output).__module__.startswith(library)
            assert_same(output.to_numpy(), expected)
            if library == "pandas" and isinstance(X, pd.DataFrame):
                assert output.index.equals(X.index)


def assert_same(output, expected):
    frames = [pd.DataFrame(np.asarray(x)).infer_objects() for x in (output, expected)]
    pd.testing.assert_frame_equal(*frames, check_dtype=False)


def test_every_transformer_is_in_a_union():
    tested = repr([make() for make, _ in OF_COLUMNS.values()])
    for name in skclf.__all__:
        if inspect.isclass(cls := getattr(skclf, name)) and hasattr(cls, "transform"):
            assert f"{name}(" in tested


@pytest.mark.parametrize("index", INDEXES)
def test_branches_on_texts(index):
    X = pd.Series(TEXTS, index=INDEXES[index], name="text")
    for make in OF_TEXTS.values():
        check_rows(lambda make=make: make_union(statistics(), make()), X)
    for first in (svd, OF_TEXTS["cleaned"]):
        check_rows(lambda make=first: make_union(make(), statistics()), X.to_frame())


@pytest.mark.parametrize(
    "X", [TEXTS, np.array(TEXTS, dtype=object), pl.Series("text", TEXTS)], ids=type
)
def test_branches_on_texts_without_an_index(X):
    for make in OF_TEXTS.values():
        check_rows(lambda make=make: make_union(make(), statistics()), X)


@pytest.mark.parametrize("index", INDEXES)
def test_branches_on_columns(index):
    check_rows(union_of_columns, pd.DataFrame(COLUMNS, index=INDEXES[index]))


def test_branches_on_columns_of_a_polars_frame():
    check_rows(union_of_columns, pl.DataFrame(COLUMNS))


def union_of_columns():
    branches = [(make(), columns) for make, columns in OF_COLUMNS.values()]
    return make_column_transformer(*branches, ("passthrough", ["number"]))


def test_a_branch_with_other_rows_is_an_error_as_by_default():
    half = FunctionTransformer(lambda X: X[:4], feature_names_out="one-to-one")
    union = make_column_transformer((half, ["number"]), (svd(), "text"))
    X = pd.DataFrame(COLUMNS, index=ROWS)
    for mode in ("default", "pandas"):
        with (
            config_context(transform_output=mode),
            pytest.raises(ValueError, match="array dimensions|Length mismatch"),
        ):
            union.fit_transform(X)


def test_branches_that_all_know_their_rows_are_paired_by_them():
    """As scikit-learn has it: only what is numbered anew is paired by position."""
    backwards = FunctionTransformer(lambda X: X[::-1], feature_names_out="one-to-one")
    union = make_union("passthrough", backwards).set_output(transform="pandas")
    output = union.fit_transform(pd.DataFrame(COLUMNS, index=ROWS)[["number"]])
    np.testing.assert_array_equal(output.iloc[:, 0], output.iloc[:, 1])
