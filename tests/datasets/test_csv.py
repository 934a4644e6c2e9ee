"""Users' own files: columns, labels, types."""

import csv

import numpy as np
import pytest

from skclf.datasets import load_csv

GOOD = "id,text,target\n1,so good,pos\n2,so bad,neg\n3,,pos\n"


def test_bunch(write):
    mine = load_csv(write(GOOD))
    assert list(mine.data.columns) == ["id", "text"]
    assert list(mine.frame.columns) == ["id", "text", "target"]
    assert mine.target.tolist() == ["pos", "neg", "pos"]
    assert mine.target.dtype.kind == "U"
    assert mine.target_names.tolist() == ["neg", "pos"]
    assert mine.data["text"].isna().tolist() == [False, False, True]
    assert "3 rows, 1 of them without text" in mine.DESCR
    assert "pos: 2" in mine.DESCR


@pytest.mark.parametrize(
    ("labels", "expected", "kind"),
    [
        (("3", "1"), [3, 1], "i"),
        (("0.5", "1"), [0.5, 1.0], "f"),
        (("True", "False"), [True, False], "b"),
        (("None", "NA"), ["None", "NA"], "U"),
        (("1", "one"), ["1", "one"], "U"),
    ],
)
def test_labels_keep_their_type(write, labels, expected, kind):
    target = load_csv(write("text,target\na,{}\nb,{}\n".format(*labels))).target
    assert type(target) is np.ndarray
    assert target.tolist() == expected
    assert target.dtype.kind == kind


def test_texts_stay_texts(write):
    mine = load_csv(write("text,target\n007,a\nnull,b\n"))
    assert mine.data["text"].tolist() == ["007", "null"]


def test_other_columns_and_separator(write):
    mine = load_csv(
        write("body;stars\nfine, really;5\n"), text="body", target="stars", sep=";"
    )
    assert mine.data["body"].tolist() == ["fine, really"]
    assert mine.target.tolist() == [5]


def test_without_target(write):
    mine = load_csv(write("text\nfirst\n\nsecond\n"), target=None)
    assert mine.target is None
    assert mine.target_names.size == 0
    assert mine.data["text"].tolist() == ["first", "second"]


def test_target_none_keeps_a_column_of_that_name(write):
    assert "target" in load_csv(write(GOOD), target=None).data


def test_quotes_newlines_and_blank_lines(write):
    mine = load_csv(write('\r\ntext,target\r\n"a ""b"",\r\nc",1\r\n \r\nd,2\r\n\r\n'))
    assert mine.data["text"].tolist() == ['a "b",\r\nc', "d"]
    assert mine.target.tolist() == [1, 2]


def test_no_newline_at_the_end(write):
    assert load_csv(write(GOOD.rstrip())).target.tolist() == ["pos", "neg", "pos"]


def test_byte_order_mark(write):
    assert load_csv(write(b"\xef\xbb\xbf" + GOOD.encode())).data.columns[0] == "id"


def test_str_path_and_home_directory(write, monkeypatch):
    path = write(GOOD)
    monkeypatch.setenv("HOME", str(path.parent))
    monkeypatch.setenv("USERPROFILE", str(path.parent))
    assert len(load_csv(str(path)).data) == len(load_csv("~/mine.csv").data) == 3


def test_frame_is_not_shared(write):
    mine = load_csv(write("text,target\na,1\n"))
    mine.target[0] = 5
    assert mine.frame["target"].tolist() == [1]


def test_file_missing(write):
    write(GOOD, "reviews.csv")
    folder = write(GOOD).parent
    with pytest.raises(FileNotFoundError, match=r"review\.csv'.*mean 'reviews\.csv'"):
        load_csv(folder / "review.csv")


def test_folder_instead_of_file(tmp_path):
    with pytest.raises(IsADirectoryError, match="got the folder"):
        load_csv(tmp_path)


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf"])
def test_empty(write, content):
    with pytest.raises(ValueError, match="is empty"):
        load_csv(write(content))


def test_header_only(write):
    with pytest.raises(ValueError, match="no rows"):
        load_csv(write("text,target\n"))


def test_long_texts_are_read_and_the_limit_of_the_csv_module_stays(write):
    limit = csv.field_size_limit()
    text = "x" * 2 * limit
    assert load_csv(write(f"text,target\n{text},1\n")).data["text"][0] == text
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            {"text": "txt"},
            r"no column 'txt' \(parameter text\)\. Did you mean 'text'\?",
        ),
        ({"target": "Target"}, r"no column 'Target'.*Did you mean 'target'\?"),
        ({"text": "zzz"}, r"are: \['id', 'text', 'target'\]\. If they are a row, put"),
        (
            {"text": "id", "target": "id"},
            "different columns of texts and labels, got 'id'",
        ),
    ],
)
def test_column_missing(write, names, message):
    with pytest.raises(ValueError, match=message):
        load_csv(write(GOOD), **names)


def test_only_one_column(write):
    with pytest.raises(ValueError, match="one column only: pass target=None"):
        load_csv(write("text\na\n"))
    with pytest.raises(ValueError, match="holds the texts, pass text='body'"):
        load_csv(write("body\na\n"), target=None)
    with pytest.raises(ValueError, match="pass sep=';'"):
        load_csv(write("id;text\n1;a\n"), target=None)


def test_a_thousand_columns_do_not_fill_the_message(write):
    header = ",".join(f"column {i}" for i in range(1000))
    with pytest.raises(ValueError, match="'column 9'] and 990 more") as e:
        load_csv(write(f"{header}\n{header}\n"))
    assert len(str(e.value)) < 1000
    with pytest.raises(ValueError, match=r"no column 'xx.*\.\.\. \(parameter") as e:
        load_csv(write(GOOD), text="x" * 10**5)
    assert len(str(e.value)) < 1000


def test_column_twice(write):
    with pytest.raises(ValueError, match="2 columns named 'text'"):
        load_csv(write("text,text,target\na,b,1\n"))


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize("label", ["1", "pos"])
def test_labels_missing(write, blank, label):
    path = write(f"text,target\na,{label}\nb,{blank}\nc,{blank}\n")
    with pytest.raises(ValueError, match="no label in 2 of 3 rows; the first is row 1"):
        load_csv(path)


@pytest.mark.parametrize(
    "wrong",
    [{"text": None}, {"target": 3}, {"encoding": 8}, {"sep": 0}, {"quotechar": 1}],
)
def test_wrong_parameters(write, wrong):
    with pytest.raises(
        ValueError, match=f"'{next(iter(wrong))}' parameter of load_csv"
    ):
        load_csv(write(GOOD), **wrong)


def test_other_columns_of_one_name(write):
    with pytest.warns(UserWarning, match=r"columns have the same name.*: \['x'\]"):
        frame = load_csv(write("x,text,x,target\n1,a,2,3\n")).frame
    assert frame.columns.tolist() == ["x", "text", "x.1", "target"]


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (["pos", "Pos", "neg"], r"\['Pos', 'pos'\]"),
        (["pos", "pos ", "neg"], r"\['pos', 'pos '\]"),
        (["top left", "topleft", "neg"], r"\['top left', 'topleft'\]"),
        (["ja", "nein", "ja\xa0"], r"\['ja', 'ja"),
        (["été", "e\u0301te\u0301", "x"], "differ in blanks or the case"),
        (["1", "01", "2"], r"one class: \['01', '1'\]"),
        (["1", "1.0", "2"], r"one class: \['1', '1.0'\]"),
        (["True", "TRUE", "False"], r"one class: \['TRUE', 'True'\]"),
    ],
)
def test_labels_that_differ_in_how_they_are_written(write, labels, shown):
    rows = "".join(f'a,"{label}"\n' for label in labels)
    with pytest.warns(UserWarning, match=f"mine.csv': labels .*{shown}"):
        load_csv(write(f"text,target\n{rows}"))


@pytest.mark.parametrize("label", ["inf", "-Infinity"])
def test_infinite_labels(write, label):
    with pytest.raises(ValueError, match="infinity as label in 1 of 2 rows.* row 1"):
        load_csv(write(f"text,target\na,1\nb,{label}\n"))
    assert load_csv(write(f"text,target\na,x\nb,{label}\n")).target[1] == label


def test_long_numbers_beside_empty_cells_keep_their_digits(write):
    path = write("id,x,text,target\n571234567890123456,1e30,a,1\n,2.5,b,2\n")
    with pytest.warns(UserWarning, match="column 'id' is read as text"):
        data = load_csv(path).data
    assert data["id"].tolist()[:1] == ["571234567890123456"]
    assert data["x"].tolist() == [1e30, 2.5]
