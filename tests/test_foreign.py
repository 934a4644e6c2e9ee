"""Documents, labels and tables of Arrow, polars and others, wherever lists are."""

import sys

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline

from skclf import make_text_classifier, predict_stream
from skclf._foreign import as_plain
from skclf._validation import check_documents, check_labels
from skclf.category import CategoryCanonicalizer
from skclf.evaluate import compare, confident_mistakes

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")

TEXTS = ["fire!", None, "flood", "Ça brûle 🔥", ""]
CONTAINERS = {
    "array": pa.array,
    "large": lambda texts: pa.array(texts, pa.large_string()),
    "dictionary": lambda texts: pa.array(texts).dictionary_encode(),
    "chunked": lambda texts: pa.chunked_array([texts[:2], texts[2:]]),
    "scalars": lambda texts: list(pa.array(texts)),
    "table": lambda texts: pa.table({"text": texts}),
    "batch": lambda texts: pa.record_batch({"text": texts}),
    "reader": lambda texts: pa.table({"text": texts}).to_reader(max_chunksize=2),
    "polars": lambda texts: pl.DataFrame({"text": texts}),
    "lazy": lambda texts: pl.LazyFrame({"text": texts}),
    "series": pl.Series,
    "categorical": lambda texts: pl.Series(texts, dtype=pl.Categorical),
}
in_all = pytest.mark.parametrize("make", CONTAINERS.values(), ids=CONTAINERS)
TABLES = {
    "table": pa.table,
    "batch": pa.record_batch,
    "polars": pl.DataFrame,
    "lazy": pl.LazyFrame,
}
in_tables = pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)


@pytest.fixture(scope="module")
def columns(tweets):
    texts = tweets[0][:100].tolist()
    kinds = [None if i % 7 == 0 else "ab"[i % 2] for i in range(100)]
    return {"text": texts, "kind": kinds, "length": list(map(len, texts))}


@pytest.fixture(scope="module")
def y(tweets):
    return np.where(tweets[1][:100] == 1, "disaster", "calm")


@pytest.fixture(scope="module")
def on_columns(columns, y):
    model = make_text_classifier("nb", text="text", table=["kind", "length"])
    return model.fit(pd.DataFrame(columns), y)


@in_all
def test_documents(make):
    assert check_documents(make(TEXTS)) == ["fire!", "", "flood", "Ça brûle 🔥", ""]


@pytest.mark.parametrize("rows", [[b"x"], [1, 2]], ids=["bytes", "numbers"])
def test_what_is_not_text_is_refused(rows):
    with pytest.raises(TypeError, match=r"Expected text, got .* in row 0"):
        check_documents(pa.array(rows))


def test_one_column_of_several_is_to_be_selected():
    with pytest.raises(ValueError, match=r"columns \['a', 'b'\]"):
        check_documents(pa.table({"a": ["x"], "b": ["y"]}))


@pytest.mark.parametrize("labels", [["b", "a", "b"], [1, 0, 1], [True, False, True]])
def test_labels(labels):
    arrays = [pa.array(labels), pa.chunked_array([labels]), pl.Series(labels)]
    for y in [*arrays, pa.array(labels).dictionary_encode()]:
        assert check_labels(y, 3).tolist() == labels
    with pytest.raises(ValueError, match="1 labels are missing, the first in row 2"):
        check_labels(pa.array([*labels[:2], None]), 3)


@pytest.mark.parametrize("name", ["tfidf-svm", "cnn"])
def test_pipelines_on_texts(name, columns, y):
    texts = columns["text"]
    expected = tiny_pipeline(name).fit(texts, y).predict_proba(texts)
    for kind in ("chunked", "batch", "lazy"):
        X = CONTAINERS[kind](texts)
        model = tiny_pipeline(name).fit(X, pa.array(y.tolist()))
        np.testing.assert_array_equal(model.predict_proba(X), expected)


@in_tables
def test_pipelines_on_columns(make, columns, y, on_columns):
    X = make(columns)
    model = make_text_classifier("nb", text="text", table=["kind", "length"]).fit(X, y)
    expected = on_columns.predict_proba(pd.DataFrame(columns))
    np.testing.assert_allclose(model.predict_proba(X), expected)


@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_ensembles_that_index_rows(class_weight, columns, y):
    model = tiny_pipeline("vote", class_weight=class_weight)
    X = pl.LazyFrame({"text": columns["text"]})
    assert model.fit(X, y).predict(X).shape == (100,)


@in_tables
def test_categories(make):
    X = make({"keyword": ["fire", None, "flood"]})
    output = np.asarray(CategoryCanonicalizer().fit_transform(X))
    assert output.tolist() == [["fire"], ["missing"], ["flood"]]


@in_all
def test_chunks_of_a_stream(make, columns, y):
    texts = columns["text"]
    model = tiny_pipeline("nb").fit(texts, y)
    parts = predict_stream(model, iter([make(texts[:60]), make(texts[60:])]))
    assert np.concatenate(list(parts)).tolist() == model.predict(texts).tolist()


def test_batches_of_columns_in_a_stream(columns, on_columns):
    expected = on_columns.predict(pd.DataFrame(columns)).tolist()
    for stream in (pa.table(columns).to_reader(30), pa.table(columns).to_batches(30)):
        parts = list(predict_stream(on_columns, stream))
        assert list(map(len, parts)) == [30, 30, 30, 10]
        assert np.concatenate(parts).tolist() == expected


def test_a_stream_of_single_values(columns, y):
    texts = columns["text"]
    model = tiny_pipeline("nb").fit(texts, y)
    for stream in (pa.array(texts), iter(pa.array(texts)), pa.chunked_array([texts])):
        found = list(predict_stream(model, stream))
        assert found == model.predict(texts).tolist()


def test_compare_and_mistakes(columns, y):
    texts, lazy = columns["text"], pl.LazyFrame({"text": columns["text"]})
    metrics = ["accuracy", "accuracy_std"]
    tables = [
        compare(["nb"], *data, groups=groups, cv=2, random_state=0, verbose=0)[metrics]
        for data, groups in [
            ((texts, y), list(range(100))),
            ((lazy, pa.array(y.tolist())), pa.array(range(100))),
        ]
    ]
    pd.testing.assert_frame_equal(*tables)
    proba = tiny_pipeline("nb").fit(texts, y).predict_proba(texts)[:, ::-1]
    args = {"classes": ["disaster", "calm"]}
    found = confident_mistakes(pl.Series(y.tolist()), proba, lazy, **args)
    assert found.equals(confident_mistakes(y, proba, texts, **args))


def test_what_is_read_already_is_not_touched():
    for X in (TEXTS, tuple(TEXTS), np.array(["a"]), pd.Series(["a"]), pl.Series(["a"])):
        assert as_plain(X) is X


def test_plain_data_do_not_import_narwhals(monkeypatch):
    monkeypatch.setitem(sys.modules, "narwhals", None)  # an import would fail
    assert check_documents(["a"]) == check_documents(pd.Series(["a"])) == ["a"]
