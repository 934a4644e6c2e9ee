"""Predictions for a source of any length, a batch at a time."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, LinearSVC

from skclf import make_text_classifier, predict_stream, save
from skclf.datasets import make_tweets


@pytest.fixture(scope="module")
def X(tweets):
    return tweets[0].tolist()


@pytest.fixture(scope="module")
def model(tweets):
    return tiny_pipeline("tfidf-logreg").fit(*tweets)


@pytest.fixture(scope="module")
def named_model(named_tweets):
    return tiny_pipeline("tfidf-logreg").fit(*named_tweets)


class Source:
    """Counts how many documents were drawn from it."""

    def __init__(self, documents):
        self.documents = documents
        self.drawn = 0

    def __iter__(self):
        for document in self.documents:
            self.drawn += 1
            yield document


# Documents


@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_log_proba"])
@pytest.mark.parametrize("batch_size", [1, 7, 160, 1000])
def test_the_same_as_all_at_once(named_model, X, method, batch_size):
    rows = list(
        predict_stream(named_model, iter(X), method=method, batch_size=batch_size)
    )
    expected = getattr(named_model, method)(X)
    if method == "predict":
        assert rows == expected.tolist()
    else:
        np.testing.assert_allclose(rows, expected)


@pytest.mark.parametrize("name", ["cnn", "gru"])
def test_nets(name, tweets, X):
    net = tiny_pipeline(name).fit(*tweets)
    rows = list(predict_stream(net, X, method="predict_proba", batch_size=50))
    np.testing.assert_allclose(rows, net.predict_proba(X), atol=1e-6)


def test_decision_function(tweets, X):
    model = make_pipeline(TfidfVectorizer(), LinearSVC()).fit(*tweets)
    rows = list(predict_stream(model, X, method="decision_function", batch_size=9))
    np.testing.assert_allclose(rows, model.decision_function(X))


@pytest.mark.parametrize(
    "kind", [list, tuple, np.array, pd.Series, lambda X: np.array(X, dtype=object)]
)
def test_documents_in_any_container(model, X, kind):
    labels = list(predict_stream(model, kind(X), batch_size=50))
    np.testing.assert_array_equal(labels, model.predict(X))


def test_lines_of_a_file(model, X, tmp_path):
    lines = [" ".join(text.split()) for text in X]
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    with file.open(encoding="utf-8") as source:
        labels = list(predict_stream(model, source, batch_size=50))
    np.testing.assert_array_equal(labels, model.predict(lines))


def test_missing_texts_are_empty_documents(tweets):
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(*tweets)
    documents = ["fire", None, float("nan"), np.nan, pd.NA, np.str_("fire")]
    rows = list(predict_stream(model, documents, method="predict_proba"))
    expected = model.predict_proba(["fire", "", "", "", "", "fire"])
    np.testing.assert_array_equal(rows, expected)


@pytest.mark.parametrize("nothing", [[], (), iter([]), pd.Series([], dtype=object)])
def test_no_documents(model, nothing):
    assert list(predict_stream(model, nothing)) == []


# Laziness


def test_nothing_is_drawn_before_it_is_asked_for(model, X):
    source = Source(X)
    labels = predict_stream(model, source, batch_size=10)
    assert source.drawn == 0
    next(labels)
    assert source.drawn == 10
    for _ in range(10):
        next(labels)
    assert source.drawn == 20


def test_batches_of_one_answer_at_once(model, X):
    source = Source(X)
    labels = predict_stream(model, source, batch_size=1)
    for n, _ in enumerate(labels, start=1):
        assert source.drawn == n


def test_a_source_without_end(model):
    def endless():
        while True:
            yield "fire"

    labels = predict_stream(model, endless(), batch_size=10)
    assert len({next(labels) for _ in range(100)}) == 1
    labels.close()


def test_no_document_is_kept(model):
    class Text(str):
        alive = 0

        def __init__(self, *args):
            Text.alive += 1

        def __del__(self):
            Text.alive -= 1

    documents = (Text(f"fire {i}") for i in range(200))
    most = max(Text.alive for _ in predict_stream(model, documents, batch_size=10))
    assert most <= 20


# Chunks


def test_chunks_of_a_table(tmp_path):
    tweets = make_tweets(120, random_state=0)
    columns = ["text", "keyword"]
    model = make_text_classifier("tfidf-logreg", text="text", table=["keyword"])
    model.fit(tweets.data[columns], tweets.target)
    tweets.frame.to_csv(tmp_path / "tweets.csv", index=False)
    with pd.read_csv(tmp_path / "tweets.csv", chunksize=50) as chunks:
        chunks = (chunk[columns] for chunk in chunks)
        arrays = list(predict_stream(model, chunks, method="predict_proba"))
    assert [array.shape for array in arrays] == [(50, 2), (50, 2), (20, 2)]
    expected = model.predict_proba(tweets.data[columns])
    np.testing.assert_allclose(np.concatenate(arrays), expected)


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, pd.DataFrame])
def test_chunks_of_texts(model, X, kind):
    source = Source([kind(X[:100]), kind(X[100:])])
    first, second = predict_stream(model, source, batch_size=10)
    np.testing.assert_array_equal([*first, *second], model.predict(X))
    assert source.drawn == 2


@pytest.mark.parametrize(
    ("method", "shape"), [("predict", (0,)), ("predict_proba", (0, 2))]
)
def test_an_empty_chunk_gives_an_empty_array(model, method, shape):
    some, none = predict_stream(model, [["fire"], []], method=method)
    assert none.shape == shape
    assert none.dtype == some.dtype


@pytest.mark.parametrize(("n_classes", "shape"), [(2, (0,)), (3, (0, 3))])
def test_decisions_for_an_empty_chunk(n_classes, shape):
    texts = ["fire", "flood", "calm"][:n_classes]
    model = make_pipeline(TfidfVectorizer(), LinearSVC()).fit(texts, texts)
    none, some = predict_stream(model, [[], texts], method="decision_function")
    assert none.shape == shape
    assert np.concatenate([none, some]).shape == some.shape


def test_an_empty_chunk_is_shaped_like_the_one_before():
    texts, labels = ["fire", "flood", "calm", "sun"], [0, 1, 2, 3]
    svm = make_pipeline(TfidfVectorizer(), SVC(decision_function_shape="ovo"))
    some, none = predict_stream(
        svm.fit(texts, labels), [texts, []], method="decision_function"
    )
    assert some.shape == (4, 6)  # a column for each pair of classes
    assert none.shape == (0, 6)


def test_an_empty_chunk_of_a_regression():
    model = make_pipeline(TfidfVectorizer(), Ridge()).fit(["fire", "calm"], [0.0, 1.0])
    for chunks in ([["fire"], []], [[], ["fire"]]):
        shapes = sorted(values.shape for values in predict_stream(model, chunks))
        assert shapes == [(0,), (1,)]


# Errors


@pytest.mark.parametrize("batch_size", [1, 4, 100])
@pytest.mark.parametrize("wrong", [5, b"fire", {"text": "fire"}, ["fire"]], ids=repr)
def test_the_position_of_what_is_no_text(model, wrong, batch_size):
    labels = predict_stream(model, ["fire"] * 9 + [wrong], batch_size=batch_size)
    message = rf"Expected a text, got .* \({type(wrong).__name__}\) at position 9,"
    given = []
    with pytest.raises(TypeError, match=message):
        given.extend(labels)
    assert len(given) == 9  # all before it


def test_rows_of_a_database_are_no_chunks(model):
    rows = [("1", "fire"), ("2", "sun")]  # they would be four predictions
    with pytest.raises(TypeError, match=r"Expected a text, .* \(tuple\) at position 0"):
        list(predict_stream(model, rows))


@pytest.mark.parametrize("wrong", ["fire", None, 5, ("1", "fire")])
def test_the_position_of_what_is_no_chunk(model, wrong):
    labels = predict_stream(model, [["fire"], ["fire"], wrong])
    with pytest.raises(TypeError, match="Expected chunks only, .* at position 2,"):
        list(labels)


@pytest.mark.parametrize("batch_size", [2, 3, 100])
def test_an_error_of_the_source_comes_after_the_predictions(model, batch_size):
    def source():
        yield from ["fire", "flood", "sun"]
        raise ConnectionError("gone")

    given = []
    with pytest.raises(ConnectionError, match="gone") as caught:
        given.extend(predict_stream(model, source(), batch_size=batch_size))
    assert len(given) == 3
    assert caught.traceback[-1].name == "source"


def test_an_error_of_the_pipeline_says_where(model):
    chunks = [["fire"] * 10, ["fire", 5]]
    with pytest.raises(TypeError, match="in row 1") as caught:
        list(predict_stream(model, chunks))
    (note,) = caught.value.__notes__
    assert "was at documents 10 to 11" in note


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        ("fire", ValueError, "Iterable over raw text documents expected"),
        (None, TypeError, r"an iterable of texts or of chunks, got None \(NoneType\)"),
        (5, TypeError, r"got 5 \(int\)"),
        (b"fire", TypeError, r"\(bytes\)"),
        ({"text": "fire"}, TypeError, r"\(dict\)"),
        (pd.DataFrame({"text": ["fire"]}), ValueError, r"DataFrame of shape \(1, 1\)"),
        (np.array([["fire"]]), ValueError, r"one table: .* or \[table\]"),
    ],
    ids=["str", "None", "int", "bytes", "dict", "DataFrame", "array"],
)
def test_what_is_no_iterable_of_documents(model, documents, error, message):
    with pytest.raises(error, match=message):
        predict_stream(model, documents)  # before anything is asked for


@pytest.mark.parametrize(
    "params", [{"method": "transform"}, {"batch_size": 0}, {"verbose": "yes"}]
)
def test_bad_parameters(model, params):
    with pytest.raises(ValueError, match="parameter of predict_stream must be"):
        predict_stream(model, [], **params)


def test_not_fitted():
    with pytest.raises(NotFittedError):
        predict_stream(tiny_pipeline("tfidf-logreg"), ["fire"])


def test_a_method_that_the_pipeline_lacks(tweets):
    model = make_pipeline(TfidfVectorizer(), LinearSVC()).fit(*tweets)
    with pytest.raises(AttributeError, match="the method 'predict_proba', got a Pipe"):
        predict_stream(model, ["fire"], method="predict_proba")


# Progress


def test_progress_is_one_line_when_asked(model, X, capsys):
    list(predict_stream(model, X, batch_size=50))
    assert capsys.readouterr().out == ""
    list(predict_stream(model, X, batch_size=50, verbose=1))
    out = capsys.readouterr().out
    assert out.startswith("160 documents, ")
    assert out.count("\n") == 1


# The example


@pytest.fixture(scope="module")
def label():
    examples = Path(__file__).parents[2] / "examples"
    return run_path(str(examples / "predict_stream.py"))["main"]


@pytest.fixture
def files(model, tmp_path):
    """Names of a saved model and of a file of texts, which has to be written."""
    save(model, tmp_path / "model.skclf")
    return tmp_path / "model.skclf", tmp_path / "texts.csv"


@pytest.mark.parametrize("n_rows", [0, 3])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_example_labels_a_file(label, model, files, n_rows, kind):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    table = pd.DataFrame({"id": ["a", "b", "c"], "text": ["fire", "sun", "fire"]})
    table[:n_rows].to_csv(files[1], index=False)
    output = files[1].with_name(f"labels.{kind}")
    label(*files, output)
    labels = getattr(pd, f"read_{kind}")(output)
    assert list(labels) == ["id", "label"]
    assert labels["id"].tolist() == table["id"][:n_rows].tolist()
    expected = model.predict(table["text"])[:n_rows]
    assert labels["label"].tolist() == expected.tolist()


@pytest.mark.parametrize("given", [0, 1], ids=["model", "texts"])
def test_the_example_does_not_write_over_what_it_reads(label, files, given):
    files[1].write_text("id,text\n1,fire\n")
    before = files[given].read_bytes()
    with pytest.raises(ValueError, match="Expected a new file for the labels, got"):
        label(*files, files[given])
    assert files[given].read_bytes() == before
