"""Users' files in other dialects of CSV, and damaged ones."""

import csv
import io
import warnings

import numpy as np
import pytest

from skclf.datasets import load_csv

GOOD = "text,target\nso good,pos\nso bad,neg\n"
STRAY = 'text\ttarget\n"stray\t1\nb\t2\nc"\t3\nd\t4\n'  # four rows that become two
BACKSLASH = 'text,target\n"say \\"hi\\", he said",1\nb,2\n'


def texts(path, **options):
    return load_csv(path, **options).data["text"].tolist()


def test_dialects_are_read_as_python_does(write):
    assert texts(write(STRAY), sep="\t", quotechar=None) == ['"stray', "b", 'c"', "d"]
    assert texts(write(BACKSLASH), escapechar="\\") == ['say "hi", he said', "b"]
    single = "text|target\n'it''s | mine'|1\n"
    assert texts(write(single), sep="|", quotechar="'") == ["it's | mine"]
    bare = 'text,target\nno\\, "sir",1\n'
    assert texts(write(bare), quotechar=None, escapechar="\\") == ['no, "sir"']


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (BACKSLASH, {}, r"line 2 .*escaped by .*pass escapechar='\\\\'\.$"),
        ('text,target\n"he said \\"",1\nb,2\n', {}, r"pass escapechar='\\\\'\.$"),
        ("text,target\nb,1\na,no\\, sir\n", {}, r"line 3.*pass escapechar='\\\\'"),
        ("text;target\na;1\n", {}, r"looks like ';': pass sep=';'\.$"),
        ("text;target\na, b;1\n", {}, "looks like ';': pass sep=';'"),
        ("id\tbody\n1\ta, b\n", {}, r"looks like '\\t': pass sep='\\t'"),
        ("text|target\na|1\n", {"sep": ";"}, "looks like '|': pass sep='|'"),
        ("text,target\na,1\n", {"sep": "'"}, "looks like ',': pass sep=','"),
        ("text^target\na^1\n", {}, r"looks like '\^': pass sep='\^'"),
        ('text;target\n"\\"a\\"";1\n', {}, r"pass sep=';', escapechar='\\\\'\.$"),
        ("text,target\n'a, b',1\n", {}, r"line 2.* pass quotechar=\"'\"\.$"),
        ('text,target\n"a" b,1\n', {}, "line 2 .*pass quotechar=None"),
        (
            STRAY.replace('c"', 'c "x" y'),
            {"sep": "\t"},
            "lines 2 to 4 .*quotechar=None",
        ),
        ("text,target\na,1,\n", {}, "line 2.* ends with a separator"),
        ("sep=;\ntext;target\na;1\n", {}, r"'sep=;'.*tells Excel.* pass sep=';'"),
        ("I am glad,1\nI am sad,0\n", {}, "If they are a row, put a header line"),
        ("text,a,target\nfine,1,x\ncut,2", {}, "got 2 in the row .* in line 3"),
        ("text,target\nno, sir,x\nfine,x\n", {}, "got 3 in the row .* in line 2"),
        ('text,target\n""\na,1\n', {}, "got 1 in the row .* in line 2"),
        ('text,target\n"two\nlines",x\n"open,x\nb,x\n', {}, "line 4.* never closed"),
        ('target,text\n1,fine\n0,"cut', {}, "line 3 does not end: a quotation mark"),
        ('text,target\n"' + "x" * 200_000 + ",1\n", {}, "in line 2.*never closed"),
    ],
)
def test_what_the_strict_reader_refuses(write, content, options, message):
    with pytest.raises(ValueError, match=message) as e:
        load_csv(write(content), **options)
    assert len(str(e.value)) < 600


def test_following_the_advice(write):
    content = 'text;target\n"\\"a\\"; b";1\n'
    assert texts(write(content), sep=";", escapechar="\\") == ['"a"; b']
    for mark in ("", "\ufeff"):
        content = f"{mark}sep=;\r\ntext;target\r\na;1\r\n"
        assert texts(write(content), sep=";") == ["a"]


def test_a_quoted_field_that_swallows_rows(write):
    with pytest.warns(UserWarning, match="lines 2 to 4 are one row.*quotechar=None"):
        assert texts(write(STRAY), sep="\t") == ["stray\t1\nb\t2\nc", "d"]
    rows = '"stray\nb\nc"\nd\n'
    with pytest.warns(UserWarning, match="lines 2 to 4 .* 1 rows of this kind"):
        assert len(texts(write(f"text\n{rows}"), target=None)) == 2
    escaped = "text,target\na,1\\\nb,2\\\nc,3\n"
    with pytest.raises(ValueError, match="got 4 in the row .* line 2"):
        load_csv(write(escaped), escapechar="\\")


@pytest.mark.parametrize(
    "text",
    [
        "first\nsecond, and\nthird",
        "first,\nsecond, and",  # the first line as a row has no label
        "first, and\n\nsecond, and",
    ],
)
def test_texts_of_several_lines(write, text):
    assert texts(write(f'text,target\n"{text}",1\n')) == [text]


@pytest.mark.parametrize(
    ("text", "is_doubtful"),
    [
        ('a \\"b\\" c', True),
        ('"C:\\folder\\"', False),  # a backslash at the end of a quoted text
        ('"{""a"": ""\\""b\\""""}"', False),  # JSON with marks doubled
        ("a \\ b", False),
    ],
)
def test_marks_that_could_be_escaped(write, text, is_doubtful):
    path = write(f"text,target\nx,1\n{text},2\n")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert len(texts(path)) == 2
    shown = [str(warning.message) for warning in caught]
    assert len(shown) == is_doubtful
    assert all(r"the mark \" in line 3" in message for message in shown)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(write, end):
    content = end.join(["", "text,target", "a,1", " ", '"b', 'c",2', ""])
    assert texts(write(content)) == ["a", f"b{end}c"]


def test_rows_of_blanks_are_texts_where_there_is_one_column(write):
    content = 'text\na\n  \n\n""\nb\n'
    data = load_csv(write(content), target=None).data["text"]
    assert data.fillna("").tolist() == ["a", "  ", "", "b"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sep": ""}, "Expected one character between columns, got sep=''"),
        ({"sep": "||"}, r"one character between columns, got sep='\|\|'"),
        ({"sep": "\n"}, r"one character between columns, got sep='\\n'"),
        ({"quotechar": "''"}, "one character or None, got quotechar=\"''\""),
        ({"escapechar": ""}, "one character or None, got escapechar=''"),
        ({"sep": '"'}, "Expected different characters as sep, quotechar"),
        ({"quotechar": "'", "escapechar": "'"}, "Expected different characters"),
    ],
)
def test_wrong_options(write, options, message):
    with pytest.raises(ValueError, match=message):
        load_csv(write(GOOD), **options)


PIECES = [
    *("a", "é", " ", ",", ";", "\t", '"', '""', "'", "\\", '\\"', "\n", "\r\n", "\r"),
    *('"a,b"', '"a\nb"', '",', '\n"', ',"', "\x0b", "\x85", "\u2028", "\ufeff"),
]


@pytest.mark.parametrize("options", [(",", '"', None), ("\t", None, None)], ids=str)
@pytest.mark.parametrize("escapechar", [None, "\\"])
def test_what_is_read_without_a_word_is_what_the_strict_reader_reads(
    write, options, escapechar
):
    rng = np.random.default_rng(0)
    sep, quotechar, _ = options
    n_read = 0
    for _ in range(200):
        good = rng.choice(["b", '"c\nd"', '"e""f"', ""]) + sep + "x\n"
        dirty = "".join(rng.choice(PIECES, rng.integers(1, 9)))
        content = f"text{sep}target\n{good}{dirty}"
        path = write(content.encode())
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                frame = load_csv(
                    path,
                    target=None,
                    sep=sep,
                    quotechar=quotechar,
                    escapechar=escapechar,
                ).frame
            except (ValueError, UserWarning):
                continue
        strict = csv.reader(
            io.StringIO(content, newline=""),
            delimiter=sep,
            quotechar=quotechar,
            escapechar=escapechar,
            quoting=csv.QUOTE_MINIMAL if quotechar else csv.QUOTE_NONE,
            strict=True,
        )
        rows = [
            row for row in strict if row and not (len(row) == 1 and row[0].isspace())
        ]
        assert frame.fillna("").to_numpy().tolist() == rows[1:]
        n_read += 1
    assert n_read > 10
