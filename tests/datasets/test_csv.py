"""Users' own files, sound and damaged."""

import csv

import numpy as np
import pytest

from skclf.datasets import load_csv

GOOD = "id,text,target\n1,so good,pos\n2,so bad,neg\n3,,pos\n"


@pytest.fixture
def write(tmp_path):
    """Write a file of text or bytes and return its path."""

    def write_file(content, name="mine.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


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


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16"])
def test_encoding(write, encoding):
    path = write("text,target\ncafé,ja\n".encode(encoding))
    assert load_csv(path, encoding=encoding).data["text"].tolist() == ["café"]


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


@pytest.mark.parametrize(
    ("content", "n_fields", "line"),
    [
        ("text,a,target\nfine,1,x\ncut,2", 2, 3),  # cut off
        ("text,target\nno, sir,x\nfine,x\n", 3, 2),  # separator without quotes
        ('text,target\n"two\nlines",x\n"open,x\nfine,x\n', 1, 4),  # quote not closed
    ],
)
def test_damaged_row(write, content, n_fields, line):
    with pytest.raises(
        ValueError, match=f"got {n_fields} in the row .* in line {line}"
    ):
        load_csv(write(content))


def test_quote_not_closed_in_the_last_column(write):
    with pytest.raises(ValueError, match="quotation mark in it is never closed"):
        load_csv(write('target,text\n1,fine\n0,"cut'))


def test_field_that_never_ends(write):
    with pytest.raises(ValueError, match=r"starts in line 2.*never closed"):
        load_csv(write('text,target\n"' + "x" * 200_000 + ",1\n"))


def test_long_texts_are_read_and_the_limit_of_the_csv_module_stays(write):
    limit = csv.field_size_limit()
    text = "x" * 2 * limit
    assert load_csv(write(f"text,target\n{text},1\n")).data["text"][0] == text
    assert csv.field_size_limit() == limit


def test_another_encoding_is_not_guessed(write):
    path = write("text,target\nfine,ja\ncafé,ja\n".encode("cp1252"))
    with pytest.raises(
        ValueError, match=r"not utf-8: byte 0xe9 at position 23, line 3"
    ) as e:
        load_csv(path)
    assert "encoding='cp1252'" in str(e.value)


def test_wrong_encoding_given(write):
    with pytest.raises(ValueError, match=r"not ascii: byte 0xc3"):
        load_csv(write("text,target\ncafé,ja\n"), encoding="ascii")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf_16(write, encoding):
    with pytest.raises(ValueError, match="encoding='utf-16'"):
        load_csv(write(GOOD.encode(encoding)))


def test_unknown_encoding(write):
    with pytest.raises(ValueError, match="got encoding='utf8000'"):
        load_csv(write(GOOD), encoding="utf8000")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            {"text": "txt"},
            r"no column 'txt' \(parameter text\)\. Did you mean 'text'\?",
        ),
        ({"target": "Target"}, r"no column 'Target'.*Did you mean 'target'\?"),
        ({"text": "zzz"}, r"Its columns are: \['id', 'text', 'target'\]"),
        (
            {"text": "id", "target": "id"},
            "different columns of texts and labels, got 'id'",
        ),
    ],
)
def test_column_missing(write, names, message):
    with pytest.raises(ValueError, match=message):
        load_csv(write(GOOD), **names)


def test_other_separator(write):
    with pytest.raises(ValueError, match="pass sep=';'"):
        load_csv(write("text;target\na;1\n"))


def test_only_one_column(write):
    with pytest.raises(ValueError, match="one column only: pass target=None"):
        load_csv(write("text\na\n"))


def test_column_twice(write):
    with pytest.raises(ValueError, match="2 columns named 'text'"):
        load_csv(write("text,text,target\na,b,1\n"))


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize("label", ["1", "pos"])
def test_labels_missing(write, blank, label):
    path = write(f"text,target\na,{label}\nb,{blank}\nc,{blank}\n")
    with pytest.raises(ValueError, match="no label in 2 of 3 rows; the first is row 1"):
        load_csv(path)


@pytest.mark.parametrize("sep", ["", "||"])
def test_wrong_separator(write, sep):
    with pytest.raises(
        ValueError, match=f"one character .*got sep='{sep}'".replace("|", r"\|")
    ):
        load_csv(write(GOOD), sep=sep)


@pytest.mark.parametrize(
    "wrong", [{"text": None}, {"target": 3}, {"encoding": 8}, {"sep": 0}]
)
def test_wrong_parameters(write, wrong):
    with pytest.raises(
        ValueError, match=f"'{next(iter(wrong))}' parameter of load_csv"
    ):
        load_csv(write(GOOD), **wrong)
