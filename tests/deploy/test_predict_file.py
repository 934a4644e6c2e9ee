"""A file in, the same file with labels out: kinds of files, columns, models."""

import gzip
import io
import json
import os
import re
import subprocess
import sys
import time
import warnings
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from row_files import LABELS, TEXTS, Keywords, read_rows, small_model, write_rows
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import LinearSVC

from skclf import Monitor, load, make_text_classifier, predict_file, save
from skclf.deploy import FileSummary

ROWS = [
    ["id", "text", "n", "note"],
    ["007", "house on fire", "1", ""],
    ["008", "", "2.50", "=no text"],
    ["009", 'a "quoted", text', "-3.5", "tab\there"],
    ["010", "two\nlines", "1e5", "ünïcode 🔥"],
    ["011", "a fire\rreturn", "NA", " blank "],
]
SOURCES = ["a.csv", "a.tsv", "a.jsonl", "a.csv.gz", "a.jsonl.gz", "a.parquet"]
needs_arrow = pytest.mark.skipif(find_spec("pyarrow") is None, reason="needs pyarrow")


@pytest.fixture(scope="module")
def model():
    return small_model()


def kinds(names):
    return [
        pytest.param(name, marks=needs_arrow) if "parquet" in name else name
        for name in names
    ]


@pytest.fixture
def source(tmp_path):
    return write_rows(tmp_path / "source.csv", ROWS)


# Kinds of files


@pytest.mark.parametrize("batch_size", [2, 100])
@pytest.mark.parametrize(
    "target", kinds([name.replace("a.", "b.") for name in SOURCES])
)
@pytest.mark.parametrize("source", kinds(SOURCES))
def test_columns_and_order_are_kept_in_every_kind(tmp_path, source, target, batch_size):
    source = write_rows(tmp_path / source, ROWS)
    target = tmp_path / target
    summary = predict_file(Keywords(), source, target, batch_size=batch_size)
    header, *rows = read_rows(target)
    assert header == [*ROWS[0], "prediction"]
    assert [row[:-1] for row in rows] == ROWS[1:]
    assert [row[-1] for row in rows] == ["fire", "calm", "calm", "calm", "fire"]
    assert (summary.rows, summary.labelled, summary.without_text) == (5, 5, 1)
    assert sorted(os.listdir(tmp_path)) == sorted({source.name, target.name})


def test_values_of_json_stay_as_they_are_written(tmp_path):
    source, target = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first = '{"text":"fire",  "n": 1.0, "big": 12345678901234567890, "e": 1e2'
    source.write_text(first + '}\n\n{"other": [1, {"a": null}], "text": null }\r\n')
    predict_file(Keywords(), source, target)
    assert target.read_text().splitlines() == [
        first + ', "prediction": "fire"}',
        '{"other": [1, {"a": null}], "text": null, "prediction": "calm"}',
    ]


@needs_arrow
def test_types_of_parquet_stay(tmp_path):
    frame = pd.DataFrame(
        {
            "text": ["fire", None, "sun"],
            "n": np.array([1, 2, 3], np.int8),
            "x": np.array([0.5, np.nan, 2], np.float32),
            "when": pd.to_datetime(["2024-05-03", None, "2024-05-04"]),
            "kind": pd.Categorical(["a", "b", "a"]),
            "raw": [b"1", b"2", None],
        },
        index=[5, 6, 7],
    )
    frame.to_parquet(tmp_path / "a.parquet")
    predict_file(Keywords(), tmp_path / "a.parquet", tmp_path / "b.parquet", proba=True)
    found = pd.read_parquet(tmp_path / "b.parquet")
    pd.testing.assert_frame_equal(found[list(frame)], frame)
    assert found["prediction"].tolist() == ["fire", "calm", "calm"]
    assert found["probability_fire"].tolist() == [0.75, 0.25, 0.25]
    with pytest.raises(ValueError, match=r"bytes in \['raw'\], which csv cannot"):
        predict_file(Keywords(), tmp_path / "a.parquet", tmp_path / "b.csv")


@needs_arrow
def test_values_of_parquet_as_text(tmp_path):
    frame = pd.DataFrame(
        {
            "text": ["fire", "sun"],
            "n": [1, 2],
            "x": [1.0, np.nan],
            "yes": [True, False],
            "tags": [["a"], None],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    for target in ("b.csv", "b.jsonl"):
        predict_file(Keywords(), tmp_path / "a.parquet", tmp_path / target)
    assert (tmp_path / "b.csv").read_text().splitlines()[1:] == [
        'fire,1,1.0,true,"[""a""]",fire',
        "sun,2,,false,,calm",
    ]
    records = [*map(json.loads, (tmp_path / "b.jsonl").read_text().splitlines())]
    assert records[0]["tags"] == ["a"]
    assert records[1]["x"] is None


@needs_arrow
def test_columns_of_json_in_parquet_have_the_types_of_the_first_rows(tmp_path):

    source, target = tmp_path / "a.jsonl", tmp_path / "b.parquet"
    records = [{"text": "fire", "n": 1}, {"text": "sun", "x": None}, {"text": "sea"}]
    source.write_text("\n".join(map(json.dumps, records)))
    predict_file(Keywords(), source, target, batch_size=2)
    types = {
        f.name: str(f.type)
        for f in __import__("pyarrow.parquet").parquet.read_schema(target)
    }
    assert types == {
        "text": "string",
        "n": "int64",
        "x": "string",
        "prediction": "string",
    }


@needs_arrow
def test_few_big_groups_of_rows(tmp_path):
    from pyarrow.parquet import ParquetFile

    rows = [["text"], *([f"text {i}"] for i in range(1000))]
    source = write_rows(tmp_path / "a.csv", rows)
    predict_file(Keywords(), source, tmp_path / "b.parquet", batch_size=10)
    assert ParquetFile(tmp_path / "b.parquet").num_row_groups == 1


def test_the_separator_of_the_source(tmp_path):
    source = tmp_path / "a.csv"
    source.write_text("id;text\n1;'fire; or\nsmoke'\n")
    predict_file(Keywords(), source, tmp_path / "b.csv", sep=";", quotechar="'")
    assert (tmp_path / "b.csv").read_text() == (
        'id;text;prediction\n1;"fire; or\nsmoke";fire\n'
    )
    predict_file(Keywords(), source, tmp_path / "b.tsv", sep=";", quotechar="'")
    assert (tmp_path / "b.tsv").read_text().startswith("id\ttext\tprediction\n")


def test_encodings(tmp_path):
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        (tmp_path / "a.csv").write_text("id,text\n1,früher fire\n", encoding=encoding)
        given = None if encoding == "utf-8-sig" else encoding
        predict_file(Keywords(), tmp_path / "a.csv", tmp_path / "b.csv", encoding=given)
        found = (tmp_path / "b.csv").read_text(encoding="utf-8")
        assert found == "id,text,prediction\n1,früher fire,fire\n"


def test_excels_first_line(tmp_path):
    (tmp_path / "a.csv").write_text("sep=;\r\nid;text\r\n1;fire\r\n")
    predict_file(Keywords(), tmp_path / "a.csv", tmp_path / "b.csv", sep=";")
    assert (tmp_path / "b.csv").read_text() == "id;text;prediction\n1;fire;fire\n"
    with pytest.raises(ValueError, match="tells Excel the separator: pass sep=';'"):
        predict_file(Keywords(), tmp_path / "a.csv", tmp_path / "b.csv")


def test_columns_of_one_name_are_kept_in_csv(tmp_path):
    source = tmp_path / "a.csv"
    source.write_text("x,text,x\n1,fire,2\n")
    predict_file(Keywords(), source, tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text() == "x,text,x,prediction\n1,fire,2,fire\n"
    with pytest.raises(ValueError, match="2 columns named 'x'.*or write CSV"):
        predict_file(Keywords(), source, tmp_path / "b.jsonl")


@pytest.mark.parametrize("name", ["a.txt", "a", "a.csv.zip", "a.gz"])
def test_names_that_say_no_kind(source, name):
    with pytest.raises(ValueError, match=r"ends in .*Pass target_format="):
        predict_file(Keywords(), source, source.with_name(name))
    predict_file(Keywords(), source, source.with_name(name), target_format="csv")


# Columns to be written


def test_probabilities(source, model):
    target = source.with_name("b.csv")
    predict_file(model, source, target, proba=True)
    found = pd.read_csv(target, keep_default_na=False)
    texts = found["text"].tolist()
    assert found["prediction"].tolist() == model.predict(texts).tolist()
    columns = ["probability_bad", "probability_good"]
    expected = model.predict_proba(texts)  # as a batch of another size
    np.testing.assert_allclose(found[columns], expected, rtol=1e-12, atol=1e-15)


def test_no_probabilities(source):
    svm = make_pipeline(TfidfVectorizer(), LinearSVC()).fit(TEXTS, LABELS)
    with pytest.raises(AttributeError, match="'predict_proba', got a Pipeline without"):
        predict_file(svm, source, source.with_name("b.csv"), proba=True)
    predict_file(svm, source, source.with_name("b.csv"))


@pytest.mark.parametrize("suffix", kinds(["csv", "jsonl", "parquet"]))
def test_a_column_that_is_there_already(tmp_path, suffix):
    rows = [["text", "prediction"], ["fire", "?"]]
    source = write_rows(tmp_path / f"a.{suffix}", rows)
    target = tmp_path / "b.csv"
    message = r"it has \['prediction'\] already.*Pass other names in prediction_name="
    with pytest.raises(ValueError, match=message):
        predict_file(Keywords(), source, target)
    assert not target.exists()
    predict_file(Keywords(), source, target, prediction_name="label")
    assert read_rows(target) == [["text", "prediction", "label"], ["fire", "?", "fire"]]
    message = r"\['prediction'\] already"
    with pytest.raises(ValueError, match="Expected distinct columns to be written"):
        predict_file(
            Keywords(), source, target, proba=True, prediction_name="p_fire",
            probability_prefix="p_",
        )  # fmt: skip


def test_numbers_as_labels(tmp_path):
    source = write_rows(tmp_path / "a.csv", [["text"], *([text] for text in TEXTS)])
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(
        TEXTS, [1, 0, 1, 0]
    )
    predict_file(model, source, tmp_path / "b.jsonl")
    records = [*map(json.loads, (tmp_path / "b.jsonl").read_text().splitlines())]
    assert [record["prediction"] for record in records] == [1, 0, 1, 0]
    regression = make_pipeline(TfidfVectorizer(), Ridge()).fit(TEXTS, [1, 0, 1, 0])
    predict_file(regression, source, tmp_path / "b.csv")
    found = pd.read_csv(tmp_path / "b.csv")["prediction"]
    np.testing.assert_allclose(found, regression.predict(TEXTS), rtol=1e-12)


def test_several_labels(tmp_path):
    source = write_rows(tmp_path / "a.csv", [["text"], *([text] for text in TEXTS)])
    Y = np.array([[1, 0], [0, 1], [1, 0], [0, 1]] * 5)
    model = make_text_classifier("tfidf-logreg").fit(TEXTS * 5, Y)
    predict_file(model, source, tmp_path / "b.csv", proba=True)
    found = pd.read_csv(tmp_path / "b.csv")
    names = [f"prediction_{label}" for label in model.classes_]
    np.testing.assert_array_equal(found[names], model.predict(TEXTS))
    names = [f"probability_{label}" for label in model.classes_]
    np.testing.assert_allclose(found[names], model.predict_proba(TEXTS))


# Formulas


def test_cells_that_a_spreadsheet_would_run_are_escaped(tmp_path):
    cells = ["=1+1", "+x", "-x", "@sum", "\tx", "\rx", "-3.5", "+1e5", "x=1", "", "-"]
    source = write_rows(
        tmp_path / "a.csv", [["text", "=id"], *([c, "1"] for c in cells)]
    )
    target = tmp_path / "b.csv"
    predict_file(Keywords(), source, target, escape_formulas=True)
    header, *rows = read_rows(target)
    assert header == ["text", "'=id", "prediction"]
    expected = [f"'{c}" for c in cells[:6]] + [*cells[6:10], "'-"]
    assert [row[0] for row in rows] == expected
    predict_file(Keywords(), source, target)
    assert [row[0] for row in read_rows(target)[1:]] == cells


@pytest.mark.parametrize("target", ["b.jsonl", "b.parquet"])
def test_escaping_without_effect_is_refused(source, target):
    with pytest.raises(ValueError, match="has no effect in"):
        predict_file(Keywords(), source, source.with_name(target), escape_formulas=True)


# Models


def test_a_model_in_a_file(source, model, tmp_path):
    save(model, tmp_path / "model.skclf")
    predict_file(tmp_path / "model.skclf", source, tmp_path / "b.csv")
    by_path = (tmp_path / "b.csv").read_bytes()
    predict_file(load(tmp_path / "model.skclf"), str(source), str(tmp_path / "b.csv"))
    assert (tmp_path / "b.csv").read_bytes() == by_path
    assert {row[-1] for row in read_rows(tmp_path / "b.csv")[1:]} <= {"good", "bad"}


TABLE = pd.DataFrame(
    {
        "text": [*TEXTS, None] * 4,
        "place": ["01", "2", None, "3", "01"] * 4,
        "age": [1.5, 20, np.nan, 40, 5] * 4,
        "n": [1, 2, 3, 4, 5] * 4,
        "unused": list("abcde") * 4,
    }
)
TABLE_LABELS = [*LABELS, "good"] * 4


@pytest.mark.parametrize("name", ["tfidf-logreg", "columns"])
@pytest.mark.parametrize("suffix", kinds(["csv", "jsonl", "parquet"]))
def test_models_on_tables_get_columns_in_their_types(tmp_path, suffix, name):
    source, target = tmp_path / f"a.{suffix}", tmp_path / "b.csv"
    table = TABLE.astype({"place": "category"}) if suffix == "parquet" else TABLE
    if suffix == "csv":
        table.to_csv(source, index=False)
    elif suffix == "jsonl":
        table.to_json(source, orient="records", lines=True)
    else:
        table.to_parquet(source)
    model = fitted_on_table(name)
    predict_file(model, source, target, proba=True, batch_size=3)
    found = pd.read_csv(target)
    expected = model.predict_proba(TABLE)
    np.testing.assert_allclose(found.filter(like="probability_"), expected)


def fitted_on_table(name):
    if name == "columns":
        columns = ColumnTransformer(
            [
                ("text", TfidfVectorizer(), "text"),
                ("kinds", OneHotEncoder(handle_unknown="ignore"), ["n"]),
                ("numbers", StandardScaler(), ["n"]),
            ]
        )
        table = TABLE.fillna({"text": ""})
        return make_pipeline(_NoMissingText(), columns, LogisticRegression()).fit(
            table[["text", "n"]], TABLE_LABELS
        )
    model = make_text_classifier(
        "tfidf-logreg", text="text", table=["place", "age", "n"]
    )
    return model.fit(TABLE, TABLE_LABELS)


class _NoMissingText(BaseEstimator):
    """Puts an empty text where there is none."""

    def fit(self, X, y=None):
        self.feature_names_in_ = np.array(X.columns, object)
        return self

    def transform(self, X):
        return X.fillna({"text": ""})


def test_types_of_a_table_do_not_change_on_the_way(tmp_path):
    """Categories that look like numbers in some batches are categories in all."""
    table = pd.DataFrame({"text": TEXTS * 5, "place": ["1", "2", "x", "y"] * 5})
    model = make_text_classifier("tfidf-logreg", text="text", table=["place"])
    model.fit(table, LABELS * 5)
    table["place"] = ["1", "2"] * 4 + ["x"] * 12
    table.to_csv(tmp_path / "a.csv", index=False)
    predict_file(
        model, tmp_path / "a.csv", tmp_path / "b.csv", proba=True, batch_size=4
    )
    found = pd.read_csv(tmp_path / "b.csv").filter(like="probability_")
    np.testing.assert_allclose(found, model.predict_proba(table))


@pytest.mark.parametrize("kind", [OneHotEncoder, OrdinalEncoder])
def test_types_that_encoders_know(tmp_path, kind):
    table = pd.DataFrame({"text": TEXTS * 5, "zip": ["01", "2", "3", "4"] * 5})
    columns = ColumnTransformer(
        [("text", TfidfVectorizer(), "text"), ("zip", kind(), ["zip"])]
    )
    model = make_pipeline(columns, LogisticRegression()).fit(table, LABELS * 5)
    table.to_csv(tmp_path / "a.csv", index=False)
    predict_file(model, tmp_path / "a.csv", tmp_path / "b.csv", proba=True)
    found = pd.read_csv(tmp_path / "b.csv").filter(like="probability_")
    np.testing.assert_allclose(found, model.predict_proba(table))


def test_types_that_the_user_says(tmp_path):
    table = pd.DataFrame({"text": TEXTS * 5, "zip": ["01", "02", "30", "4x"] * 5})
    columns = ColumnTransformer(
        [("text", TfidfVectorizer(), "text"), ("zip", CountVectorizer(), "zip")]
    )
    model = make_pipeline(columns, LogisticRegression()).fit(table, LABELS * 5)
    table.to_csv(tmp_path / "a.csv", index=False)
    files = tmp_path / "a.csv", tmp_path / "b.csv"
    with pytest.raises(ValueError, match="row 3, line 5: Expected a number in the col"):
        predict_file(model, *files, column_types={"zip": "number"})
    predict_file(model, *files, proba=True, batch_size=3, column_types={"zip": "text"})
    found = pd.read_csv(files[1]).filter(like="probability_")
    np.testing.assert_allclose(found, model.predict_proba(table))


def test_dates(tmp_path):
    when = ["2024-05-03T10:00", "2024-05-04T00:00", None, "2023-01-01T23:00"]
    when = pd.to_datetime(when * 5)
    table = pd.DataFrame({"text": TEXTS * 5, "when": when})
    model = make_text_classifier("tfidf-logreg", text="text", table=["when"])
    model.fit(table, LABELS * 5)
    table.to_csv(tmp_path / "a.csv", index=False)
    predict_file(model, tmp_path / "a.csv", tmp_path / "b.csv", proba=True)
    found = pd.read_csv(tmp_path / "b.csv").filter(like="probability_")
    np.testing.assert_allclose(found, model.predict_proba(table))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"text": "place"},
            "the column that the model was fitted on, 'text', got text=",
        ),
        ({"column_types": {"plce": "text"}}, "column_types, got .*It reads"),
        ({"column_types": {"text": "number"}}, "columns beside the text"),
        ({"column_types": {"age": "float"}}, "Expected one of .*got 'float' for 'age'"),
    ],
)
def test_bad_parameters_of_tables(tmp_path, given, message):
    TABLE.to_csv(tmp_path / "a.csv", index=False)
    model = fitted_on_table("tfidf-logreg")
    with pytest.raises(ValueError, match=message):
        predict_file(model, tmp_path / "a.csv", tmp_path / "b.csv", **given)


def test_a_table_that_lacks_a_column(tmp_path):
    TABLE.rename(columns={"place": "places"}).to_csv(tmp_path / "a.csv", index=False)
    model = fitted_on_table("tfidf-logreg")
    with pytest.raises(ValueError, match="no column 'place', .*mean 'places'"):
        predict_file(model, tmp_path / "a.csv", tmp_path / "b.csv")


def test_not_fitted(source):
    with pytest.raises(NotFittedError):
        predict_file(make_text_classifier("nb"), source, source.with_name("b.csv"))


# Parameters


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"on_error": "ignore"}, "'on_error' parameter of predict_file must be"),
        ({"batch_size": 0}, "'batch_size' parameter of predict_file must be"),
        ({"column_types": {"n": "text"}}, "reads texts alone, .*has no effect"),
        ({"sep": ",", "quotechar": ","}, "Expected different characters"),
        ({"sep": "::"}, "Expected one character between columns, got sep='::'"),
        ({"encoding": "utf-9"}, "Expected the name of an encoding"),
        ({"text": "txt"}, r"no column 'txt' \(parameter text\)\. Did you mean 'text'"),
    ],
)
def test_bad_parameters(source, given, message):
    with pytest.raises(ValueError, match=message):
        predict_file(Keywords(), source, source.with_name("b.csv"), **given)
    assert os.listdir(source.parent) == ["source.csv"]


@pytest.mark.parametrize(
    "given", [{"sep": ","}, {"quotechar": None}, {"escapechar": "!"}]
)
def test_signs_without_effect(tmp_path, given):
    source = write_rows(tmp_path / "a.jsonl", ROWS)
    with pytest.raises(ValueError, match=f"{next(iter(given))} for a source of CSV"):
        predict_file(Keywords(), source, tmp_path / "b.csv", **given)


@needs_arrow
def test_an_encoding_without_effect(tmp_path):
    source = write_rows(tmp_path / "a.parquet", ROWS)
    with pytest.raises(ValueError, match="has no effect"):
        predict_file(Keywords(), source, tmp_path / "b.csv", encoding="utf-8")


@pytest.mark.parametrize("other", ["source.csv", "link.csv", "model.skclf"])
def test_nothing_that_is_read_is_written_over(source, model, other):
    save(model, source.with_name("model.skclf"))
    source.with_name("link.csv").symlink_to(source)
    before = source.read_bytes()
    with pytest.raises(ValueError, match="Expected another file as target than as"):
        predict_file(
            source.with_name("model.skclf"), source, source.with_name(other),
            target_format="csv",
        )  # fmt: skip
    with pytest.raises(ValueError, match="as the side file than as source"):
        predict_file(Keywords(), source, source.with_name("b.csv"), rejected=source)
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("source", "target", "error", "message"),
    [
        ("sorce.csv", "b.csv", FileNotFoundError, "There is no file .*'source.csv'"),
        ("source.csv", "no/b.csv", FileNotFoundError, "There is no folder"),
        (
            "source.csv",
            "",
            IsADirectoryError,
            "a file to write, got the folder",
        ),
        (
            5,
            "b.csv",
            TypeError,
            "a path, '-' or an open file as source, got 5",
        ),
    ],
)
def test_files_that_are_not_there(tmp_path, source, target, error, message):
    write_rows(tmp_path / "source.csv", ROWS)
    source = tmp_path / source if isinstance(source, str) else source
    with pytest.raises(error, match=message):
        predict_file(Keywords(), source, tmp_path / target, target_format="csv")


# Open files


def test_open_files(source):
    predict_file(Keywords(), source, source.with_name("b.csv"))
    expected = source.with_name("b.csv").read_bytes().decode()
    target = io.BytesIO()
    predict_file(Keywords(), io.BytesIO(source.read_bytes()), target)
    assert target.getvalue().decode() == expected
    target = io.StringIO(newline="")
    with source.open(newline="", encoding="utf-8") as file:
        summary = predict_file(Keywords(), file, target)
    assert target.getvalue() == expected
    assert summary.source == str(source)
    assert summary.rejected_file is None


@needs_arrow
def test_parquet_through_what_cannot_be_sought_in(tmp_path):
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    source = write_rows(tmp_path / "a.parquet", ROWS)
    target = io.BytesIO()
    predict_file(Keywords(), Pipe(source.read_bytes()), target, source_format="parquet")
    (tmp_path / "b.parquet").write_bytes(target.getvalue())
    predict_file(Keywords(), source, tmp_path / "c.parquet")
    assert read_rows(tmp_path / "b.parquet") == read_rows(tmp_path / "c.parquet")
    for file, given in ((io.StringIO(), "source"), (source, "target")):
        with pytest.raises(ValueError, match="Parquet is no text"):
            predict_file(
                Keywords(), file, io.StringIO(), **{f"{given}_format": "parquet"}
            )


def test_standard_input_and_output(source):
    code = (
        "from row_files import Keywords; from skclf import predict_file;"
        "predict_file(Keywords(), '-', '-', target_format='jsonl', verbose=1)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=source.read_bytes(),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    records = list(map(json.loads, done.stdout.splitlines()))
    assert [record["id"] for record in records] == [row[0] for row in ROWS[1:]]
    assert b"5 rows, " in done.stderr


def test_what_needs_a_path(source):
    with pytest.raises(ValueError, match="with resume=True: what comes"):
        predict_file(Keywords(), source, io.BytesIO(), resume=True)
    with pytest.raises(ValueError, match="a path in rejected= for a target without"):
        predict_file(Keywords(), source, io.BytesIO(), on_error="skip")


# What it says


def test_progress(source, capsys):
    predict_file(Keywords(), source, source.with_name("b.csv"))
    assert capsys.readouterr().out == ""
    predict_file(Keywords(), source, source.with_name("b.csv"), verbose=1)
    assert re.fullmatch(r"5 rows, [\d,]+ per second\n", capsys.readouterr().out)


class Slow(Keywords):
    def predict(self, X):
        time.sleep(0.1)
        return super().predict(X)


@pytest.mark.parametrize("name", SOURCES)
def test_time_left_in_a_terminal(name, tmp_path, capsys, monkeypatch):
    pytest.importorskip("pyarrow")
    noise = np.random.RandomState(0)  # which gzip cannot make much smaller
    rows = [["text"], *([noise.bytes(40).hex()] for _ in range(30_000))]
    source = write_rows(tmp_path / name, rows)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    options = {"verbose": 1, "batch_size": 3000}
    predict_file(Slow(), source, tmp_path / "b.csv", **options)
    first, *_, last = capsys.readouterr().out.strip().split("\r")
    assert re.fullmatch(r"3,000 rows, .* per second, about \d+ s left *", first)
    assert re.fullmatch(r"30,000 rows, .* per second *", last)


def test_a_monitor_labels_by_its_pipeline(source, tmp_path):
    path = tmp_path / "monitor.skclf"
    save(Monitor(small_model(), TEXTS * 5), path)
    target = tmp_path / "b.csv"
    assert predict_file(path, source, target).labelled == 5


def test_summary(source):
    summary = predict_file(Keywords(), source, source.with_name("b.csv"))
    assert isinstance(summary, FileSummary)
    assert summary.seconds > 0
    shown = repr(summary)
    assert "5 rows, 5 labelled, 1 without text" in shown
    assert "rejected" not in shown


def test_no_warnings_and_no_change_of_what_is_read(source):
    before = source.read_bytes(), source.stat().st_mtime_ns
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        predict_file(Keywords(), source, source.with_name("b.csv"), on_error="skip")
    assert (source.read_bytes(), source.stat().st_mtime_ns) == before


def test_gzip_is_one_file_to_others(source):
    target = source.with_name("b.csv.gz")
    predict_file(Keywords(), source, target, batch_size=1)
    predict_file(Keywords(), source, source.with_name("b.csv"))
    assert (
        gzip.decompress(target.read_bytes()) == source.with_name("b.csv").read_bytes()
    )


RESIDENT = """
import re, sys
from row_files import Keywords
from skclf import predict_file
predict_file(Keywords(), sys.argv[1], sys.argv[2])
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs Linux")
@pytest.mark.parametrize("suffix", kinds(["csv", "parquet"]))
def test_memory_does_not_grow_with_the_file(tmp_path, suffix):
    def peak(n):
        rows = [["id", "text"], *([str(i), f"fire {i} " * 10] for i in range(n))]
        source = write_rows(tmp_path / f"{n}.{suffix}", rows)
        command = [sys.executable, "-c", RESIDENT, source, tmp_path / f"out.{suffix}"]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        # The least, as the pools of Arrow differ by 20 MB from run to run.
        runs = [int(subprocess.check_output(command, env=env)) for _ in range(3)]
        return min(runs) / 1024

    few, many = peak(150_000), peak(600_000)
    assert many - few < 30  # MB; the rows between them are 50 in the file
