"""Files of rows of every kind."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skclf.cli._data import inputs, read_data, write_table
from skclf.cli._messages import UserError
from skclf.cli._quick_checks import FORMATS
from skclf.datasets import make_tweets

NAMES = [f"rows{ending}" for ending in FORMATS]
NAMES += ["rows.csv.gz", "rows.tsv.gz", "rows.jsonl.gz"]


def read(path, **options):
    return read_data(Path(path), **{"text": "text", "target": "target"} | options)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_again(tmp_path, name):
    frame = make_tweets(40, random_state=0).frame
    frame.loc[3, "text"] = 'two\nlines, "quoted"\tand \u2028 more'
    write_table(frame, tmp_path / name)
    bunch = read(tmp_path / name)
    assert bunch.data["text"].tolist() == frame["text"].tolist()
    assert bunch.target.tolist() == frame["target"].tolist()
    assert bunch.data["location"].isna().tolist() == frame["location"].isna().tolist()
    assert list(bunch.data) == ["id", "keyword", "location", "text"]


@pytest.mark.parametrize("name", NAMES)
def test_labels_that_are_texts(tmp_path, name):
    frame = pd.DataFrame({"text": ["a", "b"], "target": ["pos", "neg"]})
    write_table(frame, tmp_path / name)
    bunch = read(tmp_path / name)
    assert bunch.target.tolist() == ["pos", "neg"]
    assert bunch.target.dtype.kind == "U"
    assert bunch.target_names.tolist() == ["neg", "pos"]


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.parquet"])
def test_files_without_labels(tmp_path, name):
    write_table(pd.DataFrame({"text": ["a", "b"], "n": [1, 2]}), tmp_path / name)
    bunch = read(tmp_path / name, target=None)
    assert bunch.target is None
    assert bunch.data["n"].tolist() == [1, 2]


def test_separators_and_encodings(tmp_path):
    file = tmp_path / "rows.csv"
    file.write_bytes("text;target\nschön;1\n".encode("cp1252"))
    bunch = read(file, sep=";", encoding="cp1252")
    assert bunch.data["text"].tolist() == ["schön"]
    file.write_text("text\ttarget\ngood\t1\n")
    assert read(file, sep="\\t").target.tolist() == [1]
    file.write_text('text,target\n"so \\"good\\"",1\n')
    assert read(file, escapechar="\\").data["text"].tolist() == ['so "good"']
    file.write_text('text,target\n"so good,1\n')
    assert read(file, quotechar="none").data["text"].tolist() == ['"so good']
    lines = tmp_path / "rows.jsonl"
    lines.write_bytes('{"text": "schön", "target": 1}\n'.encode("cp1252"))
    assert read(lines, encoding="cp1252").data["text"].tolist() == ["schön"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv.gz", b"text,target\na,1\n", "no whole file packed with gzip"),
        (
            "a.csv.gz",
            gzip.compress(b"text,target\na,1\n", mtime=0)[:-9],
            "no whole file",
        ),
        ("a.jsonl", b'{"text": "a"\n', "line 1 is no JSON"),
        ("a.jsonl", b"\n[1, 2]\n", "expected an object, {...}, in line 2"),
        ("a.jsonl", b"\n", "no column 'text'"),
        ("a.jsonl", b"\xff\n", "--encoding"),
        ("a.jsonl", b'{"text": "a", "label": 1}\n', "no column 'target'"),
        ("a.jsonl", b'{"text": 3, "target": 1}\n', "3"),
        ("a.jsonl", b'{"text": "a", "target": null}\n', "no label in 1 of 1 rows"),
        ("a.parquet", b"text,target\na,1\n", "is no Parquet file, or is damaged"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(
        (UserError, ValueError), match="a.(csv|jsonl|parquet)"
    ) as raised:
        read(tmp_path / name)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("a.jsonl", {"sep": ";"}, "--sep has no effect for jsonl"),
        ("a.parquet", {"encoding": "utf-8"}, "--encoding has no effect for parquet"),
    ],
)
def test_options_without_effect_are_refused(tmp_path, name, options, message):
    (tmp_path / name).touch()
    with pytest.raises(UserError, match=message):
        read(tmp_path / name, **options)


def test_labels_that_look_alike_are_a_warning(tmp_path):
    for name in ("a.csv", "a.jsonl"):
        frame = pd.DataFrame({"text": ["a", "b"], "target": ["pos", "Pos"]})
        write_table(frame, tmp_path / name)
        with pytest.warns(UserWarning, match="differ in blanks or the case"):
            read(tmp_path / name)


def test_inputs_are_texts_or_the_columns_that_are_named():
    data = make_tweets(30, random_state=0).data
    assert inputs(data, ["text"], []).tolist() == data["text"].tolist()
    assert list(inputs(data, ["text"], ["keyword"])) == ["text", "keyword"]
    with pytest.raises(UserError, match="Did you mean 'keyword'"):
        inputs(data, ["text"], ["keywords"])


def test_a_table_of_numbers_and_missing_values_is_plain():
    from skclf.cli._output import as_plain_data

    frame = pd.DataFrame({"a": [1, np.nan]}, index=pd.Index(["x", "y"], name="key"))
    assert as_plain_data(frame) == [{"key": "x", "a": 1.0}, {"key": "y", "a": None}]
    assert as_plain_data({1: np.float32(0.5), "p": Path("a")}) == {"1": 0.5, "p": "a"}
