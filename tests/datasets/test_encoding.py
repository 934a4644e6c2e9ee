"""Users' files of other encodings, and of other kinds."""

import bz2
import gzip
import io
import lzma
import zipfile

import pytest

from skclf.datasets import load_csv

GOOD = "text,target\nso good,pos\nso bad,neg\n"
CAFE = "text,target\nfine,ja\ncafé,ja\n"
QUOTED = "text,target\n“it’s fine” — €5,ja\n"


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-32"])
def test_encoding(write, encoding):
    path = write("text,target\ncafé,ja\n".encode(encoding))
    assert load_csv(path, encoding=encoding).data["text"].tolist() == ["café"]


@pytest.mark.parametrize(
    ("content", "encoding", "asked", "reads"),
    [
        (CAFE, "cp1252", None, "café"),
        (QUOTED, "cp1252", None, "“it’s fine”"),
        (CAFE, "cp1252", "ascii", "café"),
        ("text,target\nПривет как дела сегодня,1\n", "cp1251", None, "Привет как"),
        ("text,target\n今日はとても天気がいいですね,1\n", "cp932", None, "今日は"),
        ("text,target\nZażółć gęślą jaźń proszę,1\n", "cp1250", "utf-8", "Zażółć gę"),
    ],
)
def test_encodings_are_suggested_and_not_assumed(
    write, content, encoding, asked, reads
):
    path = write(content.encode(encoding))
    with pytest.raises(ValueError, match=f"is not {asked or 'utf-8'}: byte 0x") as e:
        load_csv(path, encoding=asked)
    assert f"encoding='{encoding}' reads '{reads}" in str(e.value)
    assert len(str(e.value)) < 600


def test_where_another_encoding_begins(write):
    with pytest.raises(ValueError, match="byte 0xe9 at position 23, line 3"):
        load_csv(write(CAFE.encode("cp1252")))


def test_a_byte_that_cp1252_does_not_have(write):
    path = write(b"text,target\nabc \x81 \xe9,1\n")
    with pytest.raises(
        ValueError, match=r"not cp1252: byte 0x81 .* encoding='latin-1'"
    ) as e:
        load_csv(path, encoding="cp1252")
    assert "encoding='cp1252'" not in str(e.value)


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        (QUOTED, "cp1252"),  # ” has the byte 0x9d
        (CAFE, "ascii"),
        (GOOD, "utf-16"),
        (GOOD + "a,b\n", "utf-16-le"),
        (GOOD, "utf-32"),
        ("\ufeff" + GOOD, "latin-1"),
    ],
)
def test_utf_8_that_is_taken_for_something_else(write, content, asked):
    with pytest.raises(ValueError, match=r"is UTF-8.* leave encoding out"):
        load_csv(write(content), encoding=asked)


def test_utf_8_that_another_encoding_reads(write):
    with pytest.warns(UserWarning, match="'cafÃ©,ja' instead of 'café,ja'"):
        load_csv(write(CAFE), encoding="cp1252")


def test_a_file_of_two_encodings_or_cut_off(write):
    content = "text,target\nüber,1\ncafé,2\n".encode()
    for damaged in (content + "naïve,3\n".encode("cp1252"), content + b"gr\xc3"):
        with pytest.raises(ValueError, match=r"line 4, .*most of it is UTF-8.*Mend"):
            load_csv(write(damaged))


@pytest.mark.parametrize(
    ("encoding", "advice"),
    [
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
@pytest.mark.parametrize("content", [GOOD, CAFE])
def test_utf_16(write, encoding, advice, content):
    path = write(content.encode(encoding))
    with pytest.raises(ValueError, match=f"pass encoding='{advice}'"):
        load_csv(path)
    assert load_csv(path, encoding=advice).target.tolist()


@pytest.mark.parametrize("encoding", [None, "cp1252"])
def test_a_single_nul(write, encoding):
    with pytest.raises(ValueError, match=r"the character NUL is in line 3") as e:
        load_csv(write(GOOD.replace("bad", "b\0d")), encoding=encoding)
    assert "UTF-16" not in str(e.value)


@pytest.mark.parametrize("encoding", ["utf8000", "hex", "x" * 10**5])
def test_unknown_encoding(write, encoding):
    with pytest.raises(ValueError, match=f"got encoding='{encoding[:50]}") as e:
        load_csv(write(GOOD), encoding=encoding)
    assert len(str(e.value)) < 500


def zipped(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mine.csv", content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("convert", "message"),
    [
        (gzip.compress, "a file packed with gzip. Unpack it, .* gunzip"),
        (bz2.compress, "packed with bzip2. Unpack it"),
        (lzma.compress, "packed with xz. Unpack it"),
        (zipped, "a zip archive or an Excel workbook. Unpack it, or save it as CSV"),
        (lambda content: b"PAR1" + content, "a Parquet file. Save it as CSV"),
        (lambda content: b"\xd0\xcf\x11\xe0" + content, "an old Excel workbook"),
        (lambda content: b"\xef\xbb\xbf<!DOCTYPE html>" + content, "a page of HTML"),
        (lambda content: b'[\n{"text": 1}]', "JSON. Read it with pandas.read_json"),
    ],
    ids=["gzip", "bzip2", "xz", "zip", "parquet", "xls", "html", "json"],
)
def test_files_of_other_kinds_are_named(write, convert, message):
    with pytest.raises(ValueError, match=f"mine.csv.*no CSV, it is {message}"):
        load_csv(write(convert(GOOD.encode()), "mine.csv.gz"))
