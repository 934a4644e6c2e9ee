"""Rows that `predict_file` cannot label: an error, or a line of the side file."""

import gzip
import io
import json
import os
import warnings

import numpy as np
import pandas as pd
import pytest
from row_files import LABELS, TEXTS, Keywords, read_rows

from skclf import make_text_classifier, predict_file
from skclf.datasets import load_csv

GOOD = "id,text\n1,fire\n2,sun\n"


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="a.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def label(source, name="b.csv", **params):
    """Labels a file without a word; the rows that were written."""
    target = source.with_name(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        summary = predict_file(Keywords(), source, target, **params)
    return read_rows(target)[1:], summary


def reported(summary):
    """Rows of the side file as dicts."""
    texts = dict.fromkeys(["outcome", "reason", "content"], str)
    table = pd.read_csv(summary.rejected_file, dtype=texts, keep_default_na=False)
    return table.to_dict("records")


# What load_csv refuses is refused in the same words

REFUSED = {
    "short": GOOD + "3\n4,sea\n",
    "long": GOOD + "3,sea,sun\n4,sea\n",
    "unclosed": GOOD + '3,"sea\n4,sun\n',
    "quote in a text": GOOD + '3,"sea" sun\n4,sun\n',
    "cp1252": (GOOD + "3,café\n4,sun\n").encode("cp1252"),
    "damaged UTF-8": GOOD.encode() + "3,é é é é caf".encode() + b"\xe9\n4,sun\n",
    "NUL": GOOD + "3,se\0a\n4,sun\n",
}
REFUSED_WHOLE = {
    "other separator": GOOD.replace(",", ";"),
    "empty": "",
    "blank": " \n\n",
    "header only": "id,text\n",
    "gzip": gzip.compress(GOOD.encode(), mtime=0),
    "JSON": '{"text": "fire"}\n',
    "Parquet": b"PAR1" + b"\0" * 400,
    "UTF-16": GOOD.encode("utf-16"),
    "UTF-16 without mark": GOOD.encode("utf-16-le"),
    "two columns": "text,text\nfire,sun\n",
}


def words_of_load_csv(source):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        load_csv(source, target=None)
    return str(caught.value).partition(": ")[2]


@pytest.mark.parametrize("kind", REFUSED)
def test_a_row_is_refused_in_the_words_of_load_csv(write, kind):
    source = write(REFUSED[kind])
    words = words_of_load_csv(source)
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        predict_file(Keywords(), source, source.with_name("b.csv"))
    message = str(caught.value)
    assert message.startswith(f"{str(source)!r}: row 2, line 4: ")
    assert words in message
    assert os.listdir(source.parent) == ["a.csv"]


@pytest.mark.parametrize("on_error", ["raise", "skip", "null"])
@pytest.mark.parametrize("kind", REFUSED_WHOLE)
def test_a_file_is_refused_in_the_words_of_load_csv(write, kind, on_error):
    source = write(REFUSED_WHOLE[kind])
    words = words_of_load_csv(source)
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        predict_file(Keywords(), source, source.with_name("b.csv"), on_error=on_error)
    assert words in str(caught.value)
    assert os.listdir(source.parent) == ["a.csv"]


def test_an_error_leaves_the_file_that_was_there(write):
    source = write(REFUSED["short"])
    source.with_name("b.csv").write_text("before")
    with pytest.raises(ValueError, match="row 2, line 4"):
        predict_file(Keywords(), source, source.with_name("b.csv"), batch_size=1)
    assert source.with_name("b.csv").read_text() == "before"
    assert sorted(os.listdir(source.parent)) == ["a.csv", "b.csv"]


def test_rows_and_lines_are_counted_over_all_batches(write):
    lines = "".join(f'{i},"two\nlines"\n' for i in range(20))
    source = write(f"id,text\n{lines}20\n")
    with pytest.raises(ValueError, match="row 20, line 42: it is damaged or cut off"):
        predict_file(Keywords(), source, source.with_name("b.csv"), batch_size=3)


# Left out, or kept without label


@pytest.mark.parametrize("batch_size", [1, 3, 100])
@pytest.mark.parametrize("kind", REFUSED)
def test_skip(write, kind, batch_size):
    rows, summary = label(write(REFUSED[kind]), on_error="skip", batch_size=batch_size)
    expected = [["1", "fire", "fire"], ["2", "sun", "calm"]]
    if kind == "unclosed":  # up to the end of the file
        assert rows == expected
    else:
        assert [row[0] for row in rows] == ["1", "2", "4"]
    assert summary.rejected == 1
    assert summary.rows == summary.labelled + 1
    (report,) = reported(summary)
    assert (report["row"], report["line"], report["outcome"]) == (2, 4, "left out")
    assert report["content"].startswith("3")


@pytest.mark.parametrize("batch_size", [1, 3, 100])
@pytest.mark.parametrize("kind", REFUSED)
def test_null(write, kind, batch_size):
    rows, summary = label(write(REFUSED[kind]), on_error="null", batch_size=batch_size)
    assert len(rows) == summary.rows
    assert [row[-1] for row in rows] == ["fire", "calm", "", "calm"][: len(rows)]
    (report,) = reported(summary)
    assert report["outcome"] == "no label"
    kept = {
        "short": ["3", ""],
        "cp1252": ["3", "caf\ufffd"],
        "damaged UTF-8": ["3", "é é é é caf\ufffd"],
        "NUL": ["3", "se\0a"],
    }
    assert rows[2][:2] == kept.get(kind, ["", ""])


@pytest.mark.parametrize("name", ["b.csv", "b.jsonl", "b.parquet"])
def test_nothing_but_rejected_rows(write, name):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    source = write("id,text\n1\n2\n")
    with pytest.warns(UserWarning, match="2 of 2 rows got no label"):
        predict_file(
            Keywords(), source, source.with_name(name), on_error="skip", proba=True
        )
    if name == "b.jsonl":
        assert source.with_name(name).read_bytes() == b""
    else:
        header = ["id", "text", "prediction", "probability_calm", "probability_fire"]
        assert read_rows(source.with_name(name)) == [header]


def test_reasons_name_what_is_wrong(write):
    content = GOOD.encode() + b"3\n4,caf\xe9\n5,a\0b\n6,a,b,c\n"
    _, summary = label(write(content), on_error="skip")
    reasons = [row["reason"] for row in reported(summary)]
    assert "expected 2 fields as in its header, got 1" in reasons[0]
    assert "it is not utf-8: byte 0xe9 in line 5 cannot be read" in reasons[1]
    assert "the character NUL is in line 6" in reasons[2]
    assert "got 4 in the row that starts in line 7" in reasons[3]
    assert reported(summary)[1]["content"] == "4,caf\\udce9\n"


def test_the_warning_has_the_first_rows_and_the_side_file(write):
    source = write(GOOD + "3\n4\n5\n6\n")
    message = r"4 of 6 rows got no label\. The first: row 2, line 4: .*row 4, line 6"
    with pytest.warns(UserWarning, match=message) as caught:
        predict_file(Keywords(), source, source.with_name("b.csv"), on_error="skip")
    assert "b.csv.rejected.csv" in str(caught[0].message)
    assert "row 5" not in str(caught[0].message)


def test_the_side_file_of_an_earlier_run_goes(write, tmp_path):
    _, summary = label(write(REFUSED["short"]), on_error="skip")
    assert summary.rejected_file == str(tmp_path / "b.csv.rejected.csv")
    _, summary = label(write(GOOD), on_error="skip")
    assert summary.rejected_file is None
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "b.csv"]
    (tmp_path / "b.csv.rejected.csv").write_text("something else of the user's")
    label(write(GOOD), on_error="skip")
    assert (tmp_path / "b.csv.rejected.csv").exists()


def test_the_side_file_elsewhere(write, tmp_path):
    side = tmp_path / "why.csv"
    _, summary = label(write(REFUSED["short"]), on_error="null", rejected=side)
    assert summary.rejected_file == str(side)
    assert [row["row"] for row in reported(summary)] == [2]


def test_the_side_file_of_an_open_target(write, tmp_path):
    target = io.BytesIO()
    with pytest.warns(UserWarning, match="1 of 4 rows got no label"):
        predict_file(
            Keywords(),
            write(REFUSED["short"]),
            target,
            on_error="skip",
            rejected=tmp_path / "why.csv",
        )
    assert target.getvalue().count(b"\n") == 4
    assert len(pd.read_csv(tmp_path / "why.csv")) == 1


def test_formulas_in_the_side_file(write):
    _, summary = label(write(GOOD + "=1+1\n"), on_error="skip", escape_formulas=True)
    assert reported(summary)[0]["content"] == "'=1+1\n"


# Rows that may be others than is meant


SWALLOWED = 'id,text\n1,"a fire\n2,the sun\n3,a sea"\n4,fire\n'


@pytest.mark.parametrize("on_error", ["raise", "skip", "null"])
def test_a_row_that_may_have_swallowed_others_is_told_of(write, on_error):
    source = write(SWALLOWED)
    with pytest.warns(UserWarning, match="could be rows") as expected:
        load_csv(source, target=None)
    with pytest.warns(UserWarning, match="lines 2 to 4 are one row") as caught:
        summary = predict_file(
            Keywords(), source, source.with_name("b.csv"), on_error=on_error
        )
    assert str(caught[0].message) == str(expected[0].message)
    assert (summary.rows, summary.labelled, summary.doubtful) == (2, 2, 1)
    (report,) = reported(summary)
    assert (report["row"], report["line"], report["outcome"]) == (0, 2, "labelled")
    assert "lines 2 to 4 are one row" in report["reason"]
    assert "1 doubtful" in repr(summary)


def test_a_quotation_mark_that_may_be_escaped_is_told_of(write):
    source = write('id,text\n1,"a \\"fire\\""\n2,sun\n')
    with pytest.raises(ValueError, match="look escaped by .*: pass escapechar="):
        predict_file(Keywords(), source, source.with_name("b.csv"))
    source = write('id,text\n1,a \\"b\\" c\n2,sun\n')
    with pytest.warns(UserWarning, match="two characters") as expected:
        load_csv(source, target=None)
    with pytest.warns(UserWarning, match="in line 2 is read as these two") as caught:
        predict_file(Keywords(), source, source.with_name("b.csv"))
    assert str(caught[0].message) == str(expected[0].message)


def test_another_encoding_than_it_is(write):
    source = write(GOOD + "3,café\n")
    with pytest.warns(UserWarning, match="is UTF-8, but is read with encoding='cp"):
        predict_file(Keywords(), source, source.with_name("b.csv"), encoding="cp1252")


def test_a_mark_that_is_never_closed_does_not_fill_the_memory(write, monkeypatch):
    from skclf.deploy.files import _delimited_source

    monkeypatch.setattr(_delimited_source, "_MOST_LINES", 50)
    source = write(GOOD + '3,"sea\n' + "4,sun\n" * 100)
    with pytest.raises(ValueError, match="starts in line 4 has more than 50 lines"):
        predict_file(Keywords(), source, source.with_name("b.csv"), on_error="skip")


# Rows that the model refuses


@pytest.mark.parametrize("name", ["b.csv", "b.jsonl", "b.parquet"])
def test_rows_that_the_model_refuses_are_found(write, name):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    texts = [f"text {i}" + " refuse" * (i in (3, 11, 12)) for i in range(20)]
    source = write("id,text\n" + "".join(f"{i},{t}\n" for i, t in enumerate(texts)))
    with pytest.raises(ValueError, match="row 3, line 5: the model refuses it: Value"):
        predict_file(Keywords(), source, source.with_name(name), batch_size=8)
    rows, summary = label(source, name, on_error="skip", batch_size=8)
    assert [row[0] for row in rows] == [
        str(i) for i in range(20) if i not in (3, 11, 12)
    ]
    assert [row["row"] for row in reported(summary)] == [3, 11, 12]
    assert "cannot read 'text 3 refuse'" in reported(summary)[0]["reason"]
    rows, summary = label(source, name, on_error="null", batch_size=8, proba=True)
    assert [i for i, row in enumerate(rows) if row[2:] == [""] * 3] == [3, 11, 12]
    assert rows[3][:2] == ["3", "text 3 refuse"]


def test_a_model_that_refuses_everything_is_an_error(write):
    source = write("text\nrefuse\nrefuse\n")
    with pytest.raises(ValueError, match="cannot read 'refuse'") as caught:
        predict_file(Keywords(), source, source.with_name("b.csv"), on_error="skip")
    assert caught.value.__notes__ == ["predict_file was at rows 0 to 1."]


def test_numbers_that_are_none(write):
    table = pd.DataFrame({"text": TEXTS * 5, "age": np.arange(20.0)})
    model = make_text_classifier("nb", text="text", table=["age"]).fit(
        table, LABELS * 5
    )
    source = write("text,age\nfire,1\nsun,old\nsea,\n")
    with pytest.raises(
        ValueError, match="row 1, line 3: Expected a number in the column"
    ):
        predict_file(model, source, source.with_name("b.csv"))
    with pytest.warns(UserWarning, match="1 of 3 rows"):
        predict_file(model, source, source.with_name("b.csv"), on_error="null")
    assert [row[1] for row in read_rows(source.with_name("b.csv"))[1:]] == [
        "1",
        "old",
        "",
    ]


# JSON lines


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1]", r"Expected an object, {...}, got \[1\] (list)"),
        ('{"text": "a"', "it is no JSON: Expecting ',' delimiter, at character 13"),
        ('{"txt": "a"}', "it has no field 'text'"),
        ('{"text": 5}', "Expected text, got 5 (int)"),
        ('{"text": "a", "prediction": 1}', "it has ['prediction'] already"),
        ('{"text": "\\ud83d"}', "half of a pair of surrogates"),
        (b'{"text": "caf\xe9"}', "it is not utf-8: byte 0xe9"),
        ('{"text": ' + "[" * 100_000, "it cannot be read as JSON"),
    ],
)
def test_lines_that_are_no_rows(write, line, reason):
    line = line if isinstance(line, bytes) else line.encode()
    good = b'{"text": "fire"}\n'
    source = write(good + b"\n" + line + b"\n" + good, "a.jsonl")
    target = source.with_name("b.jsonl")
    with pytest.raises(ValueError, match="row 1, line 3: ") as caught:
        predict_file(Keywords(), source, target)
    assert reason.replace("\\", "") in str(caught.value)
    _, summary = label(source, "b.jsonl", on_error="skip")
    assert target.read_text() == '{"text": "fire", "prediction": "fire"}\n' * 2
    assert reason.replace("\\", "") in reported(summary)[0]["reason"]
    label(source, "b.jsonl", on_error="null")
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line["prediction"] for line in lines] == ["fire", None, "fire"]


def test_rows_of_json_with_other_fields_than_the_first(write):
    source = write('{"text": "fire", "n": 1}\n{"text": "sun", "m": 2}\n', "a.jsonl")
    rows, _ = label(source, batch_size=1, on_error="null")
    assert rows == [["fire", "1", "fire"], ["sun", "", ""]]
    with pytest.raises(
        ValueError, match=r"row 1, line 2: it has \['m'\], which the fi"
    ):
        predict_file(Keywords(), source, source.with_name("b.csv"), batch_size=1)
    rows, _ = label(source, batch_size=2)  # among the first rows
    assert rows == [["fire", "1", "", "fire"], ["sun", "", "2", "calm"]]


def test_values_of_json_of_another_type_than_the_first(write):
    pytest.importorskip("pyarrow")
    content = '{"text": "fire", "n": 1}\n{"text": "sun", "n": "x"}\n{"text": "sea"}\n'
    source = write(content, "a.jsonl")
    with pytest.raises(
        ValueError, match=r"row 1, line 2: .*The first rows have another"
    ):
        predict_file(Keywords(), source, source.with_name("b.parquet"), batch_size=1)
    rows, _ = label(source, "b.parquet", batch_size=1, on_error="null")
    assert rows == [["fire", "1", "fire"], ["", "", ""], ["sea", "", "calm"]]
    with pytest.raises(ValueError, match="values of different types in one column"):
        predict_file(Keywords(), source, source.with_name("b.parquet"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "it is empty: expected a JSON object"),
        ("id,text\n1,fire\n", "Expected a JSON object, {...}, in each line, got 'id,"),
        ('[{"text": "fire"}]', "It is one array: write one object in each line"),
        ('{"txt": "fire"}\n', "no column 'text' .*Did you mean 'txt'"),
        (
            gzip.compress(b'{"text": "fire"}\n', mtime=0),
            "packed with gzip: give it a name",
        ),
        (b"PAR1" + b"\0" * 400, "it is no JSON, it is a Parquet file"),
    ],
)
def test_what_is_no_file_of_json_lines(write, content, message):
    source = write(content, "a.jsonl")
    with pytest.raises(ValueError, match=message):
        predict_file(Keywords(), source, source.with_name("b.csv"), on_error="skip")
    assert os.listdir(source.parent) == ["a.jsonl"]


# Damaged files


@pytest.mark.parametrize("cut", [5, 400])
def test_a_packed_file_that_is_cut_off(write, cut):
    rng = np.random.default_rng(0)
    rows = "".join(f"{i},{rng.integers(1 << 60)}\n" for i in range(2000))
    packed = gzip.compress(f"id,text\n{rows}".encode())
    source = write(packed[:cut], "a.csv.gz")
    with pytest.raises(ValueError, match="no whole file packed with gzip"):
        predict_file(Keywords(), source, source.with_name("b.csv"), on_error="skip")
    assert os.listdir(source.parent) == ["a.csv.gz"]


def test_a_parquet_file_that_is_damaged(write):
    pytest.importorskip("pyarrow")
    source = write("no such thing", "a.parquet")
    with pytest.raises(ValueError, match="it is no Parquet file, or is damaged"):
        predict_file(Keywords(), source, source.with_name("b.csv"))
    frame = pd.DataFrame({"text": [f"text {i}" for i in range(5000)], "n": 5})
    frame.to_parquet(source)
    content = bytearray(source.read_bytes())
    content[20:2000] = b"x" * 1980
    source.write_bytes(content)
    with pytest.raises(ValueError, match="it is damaged or cut off"):
        predict_file(Keywords(), source, source.with_name("b.csv"))
    frame[["n"]].to_parquet(source)
    with pytest.raises(ValueError, match=r"no column 'text' \(parameter text\)"):
        predict_file(Keywords(), source, source.with_name("b.csv"))
    with pytest.raises(ValueError, match="Expected text in the column 'n', got int64"):
        predict_file(Keywords(), source, source.with_name("b.csv"), text="n")
    frame[:0].to_parquet(source)
    with pytest.raises(ValueError, match="it has no rows"):
        predict_file(Keywords(), source, source.with_name("b.csv"))
