"""Word-vector files, sound and damaged."""

import bz2
import gzip
import io
import lzma
import os
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from skclf.embed import _binary_format, _text_format
from skclf.embed import _unpacked as source
from skclf.embed._vector_files import read_vectors

GLOVE = "the 0.1 -2 3e-1\nfire 4 5 6\nof 7 8 9\nsmoke 1 0 -1\n"
# what str.split and str.splitlines would take for blanks or ends of lines
STRANGE = ["naïve", "日本", "🔥", "a\x85b", "\x85", "\u2028", "a\xa0b", "\x1c", "#x"]


@pytest.fixture
def write(tmp_path):
    """Write a file of text or bytes and return its path."""

    def write_file(content, name="mine.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks so small that every row is cut somewhere."""
    monkeypatch.setattr(source, "BLOCK", 7)


def binary(rows, header=None, end=b"\n"):
    """The bytes of a word2vec file."""
    header = header or f"{len(rows)} {len(next(iter(rows.values())))}"
    words = [word.encode() + b" " for word in rows]
    numbers = [np.array(vector, "<f4").tobytes() for vector in rows.values()]
    pairs = zip(words, numbers, strict=True)
    return header.encode() + b"\n" + b"".join(w + n + end for w, n in pairs)


def write_zip(path, content, *names):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return path


def as_dict(found):
    return {word: found.vectors[row].tolist() for word, row in found.words.items()}


ROWS = {"the": [0.5, -2], "fire": [3, 4], "日本": [5, 6], "smoke": [7, 8]}
TEXT = "".join(f"{word} {x} {y}\n" for word, (x, y) in ROWS.items())
FORMATS = {
    "glove": TEXT.encode(),
    "header": b"4 2\n" + TEXT.encode(),
    "blank at the end of lines": b"4 2\n" + TEXT.replace("\n", " \n").encode(),
    "line ends of Windows": b"4 2\r\n" + TEXT.replace("\n", "\r\n").encode(),
    "tabs": TEXT.replace(" ", "\t").encode(),
    "tabs after a header": b"4\t2\n" + TEXT.replace(" ", "\t").encode(),
    "byte order mark": b"\xef\xbb\xbf4 2\n" + TEXT.encode(),
    "blank last lines": TEXT.encode() + b"\r\n \n\n",
    "binary": binary(ROWS),
    "binary without ends of rows": binary(ROWS, end=b""),
}


@pytest.mark.parametrize("content", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_formats_are_told_by_their_bytes(write, content, pack):
    found = read_vectors(write(pack(content), "vectors"), {"fire", "日本", "absent"})
    assert as_dict(found) == {"fire": [3, 4], "日本": [5, 6]}
    assert found.vectors.dtype == np.float32
    assert found.vectors.shape == (2, 2)
    assert found.n_duplicates == 0


@pytest.mark.parametrize("content", FORMATS.values(), ids=FORMATS)
def test_rows_that_blocks_cut_in_two(write, content, monkeypatch):
    for size in range(len(content) // 2, len(content) + 2):
        monkeypatch.setattr(source, "BLOCK", size)
        assert as_dict(read_vectors(write(content), set(ROWS))) == ROWS


def test_many_small_blocks(write, small_blocks):
    rows = {f"word{i}": [i, -i] for i in range(500)}
    lines = "".join(f"{word} {x} {y}\n" for word, (x, y) in rows.items())
    assert as_dict(read_vectors(write(lines), set(rows))) == rows
    some = dict(list(rows.items())[::7])
    path = write(binary(rows, end=b""), "mine.bin")
    assert as_dict(read_vectors(path, set(some))) == some


def zipped(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mine.txt", content)
    return file.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zipped])
@pytest.mark.parametrize("block", [source.BLOCK, 7], ids=["one block", "blocks"])
@pytest.mark.parametrize(
    ("content", "last"),
    [
        (GLOVE.rstrip(), -1),
        (GLOVE + "rain 1 2 3.1", 3.1),  # of 3.14159
        ("4 3\n" + GLOVE.rstrip(), -1),  # the header agrees
        (GLOVE.rstrip() + "\r", -1),  # cut between \r and \n
        (GLOVE.rstrip() + " ", -1),
    ],
)
def test_no_end_of_the_last_line(write, content, last, pack, block, monkeypatch):
    monkeypatch.setattr(source, "BLOCK", block)
    path, word = write(pack(content.encode())), content.split()[-4]
    n = content.count("\n") + 1
    with pytest.warns(
        UserWarning, match=f"mine.txt', line {n}: .* '{word}' .* kept as"
    ):
        found = read_vectors(path, {"the", word})
    assert found.vectors[:, -1].tolist() == [np.float32(0.3), np.float32(last)]
    with pytest.warns(UserWarning, match=f"'{word}' is wrong.* not among those kept"):
        read_vectors(path, {"the"})


@pytest.mark.parametrize("content", [FORMATS["glove"], FORMATS["binary"]])
def test_zip_with_one_file(tmp_path, content):
    path = write_zip(tmp_path / "mine.zip", content, "vectors")
    assert as_dict(read_vectors(path, set(ROWS))) == ROWS
    with zipfile.ZipFile(path, "a") as archive:
        archive.mkdir("folder")
        archive.writestr("__MACOSX/._vectors", b"\0")
    assert as_dict(read_vectors(path, set(ROWS))) == ROWS


@pytest.mark.parametrize("name", ["a.bin", "a.BIN", "a.bin.gz", "a.zip"])
def test_suffix_bin_means_binary(tmp_path, name):
    # bytes that could be text
    rows = {"the": np.frombuffer(b"ab:cdefg", "<f4")}
    path, content = tmp_path / name, binary(rows)
    if name == "a.zip":
        write_zip(path, content, "a.bin")
    else:
        path.write_bytes(gzip.compress(content) if name == "a.bin.gz" else content)
    assert as_dict(read_vectors(path, {"the"})) == {"the": rows["the"].tolist()}


def test_binary_words_that_are_cut_inside_a_letter(write):
    content = binary({"the": [1], "xx": [2], "of": [3]}).replace(b"xx", b"x\xc3")
    found = read_vectors(write(content, "a.bin"), {"of"}, extra_words=2)
    assert as_dict(found) == {"the": [1], "of": [3]}


def test_words_of_any_characters(write):
    lines = "".join(f"{word} {i} 1\n" for i, word in enumerate(STRANGE))
    found = read_vectors(write(lines), set(STRANGE))
    assert as_dict(found) == {word: [i, 1] for i, word in enumerate(STRANGE)}
    assert read_vectors(write(lines), {"\ud800", "a", "b"}).words == {}


def test_words_with_blanks(write):
    path = write(f". . . 1 2 3\nat name@domain.com 4 5 6\n{GLOVE}12 7 8 9\n")
    found = read_vectors(path, {". . .", "at name@domain.com", "12", "fire"})
    assert as_dict(found) == {
        ". . .": [1, 2, 3],
        "at name@domain.com": [4, 5, 6],
        "fire": [4, 5, 6],
        "12": [7, 8, 9],
    }


def test_extra_words_are_the_first_others(write):
    found = read_vectors(write(GLOVE), {"smoke"}, extra_words=2)
    assert list(found.words) == ["the", "fire", "smoke"]
    assert found.vectors[1].tolist() == [4, 5, 6]
    assert list(read_vectors(write(GLOVE), {"the"}, 9).words) == [
        "the", "fire", "of", "smoke"
    ]  # fmt: skip
    assert list(read_vectors(write(" 1 2 3\n" + GLOVE), set(), 1).words) == ["the"]


def test_first_of_duplicates_wins(write):
    path = write("a 1 1\nb 2 2\na 3 3\nb 4 4\nc 5 5\nb 6 6\nc 7 7\n")
    found = read_vectors(path, {"b"})
    assert as_dict(found) == {"b": [2, 2]}
    assert found.n_duplicates == 2
    assert read_vectors(path, {"b"}, extra_words=1).n_duplicates == 3
    assert read_vectors(path, set(), extra_words=3).n_duplicates == 4


def test_no_word_is_found(write):
    found = read_vectors(write(GLOVE), {"absent"})
    assert found.words == {}
    assert found.vectors.shape == (0, 3)


def test_path_of_any_kind(write, monkeypatch):
    path = write(GLOVE)
    monkeypatch.setenv("HOME", str(path.parent))
    monkeypatch.setenv("USERPROFILE", str(path.parent))
    for same in (path, str(path), "~/mine.txt"):
        assert list(read_vectors(same, {"of"}).words) == ["of"]


def test_result_is_the_users_own(write):
    path, wanted = write(GLOVE), {"of"}
    found = read_vectors(path, wanted, extra_words=1)
    found.vectors[:] = 0
    assert wanted == {"of"}
    assert path.read_text() == GLOVE
    assert read_vectors(path, wanted).vectors.tolist() == [[7, 8, 9]]


def test_result_can_be_pickled(write):
    found = read_vectors(write(GLOVE), {"of"})
    assert as_dict(pickle.loads(pickle.dumps(found))) == {"of": [7, 8, 9]}


def test_numbers_of_lines_that_are_not_kept_are_not_read(write):
    path = write(GLOVE.replace("5", "x"))
    assert as_dict(read_vectors(path, {"of"})) == {"of": [7, 8, 9]}


@pytest.mark.parametrize(
    ("content", "got"),
    [
        ("<!DOCTYPE html>\n<html lang='en'>\n<p class='a'>\n", "html"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n", "http"),
        ('{"the": [1.0,\n"fire": [3.0,\n"of": [5.0]}\n', r"\[1.0,"),
        ("the 1 2\rfire 3 4\rof 5 6\r", r"2\\rfire"),
        ("2 1\n1,0 x\n2,0 y\n", "x"),
    ],
    ids=["HTML", "Git LFS", "JSON", "line ends of old Macs", "header"],
)
def test_text_without_numbers_is_no_file_of_vectors(write, content, got):
    with pytest.raises(ValueError, match=rf"line \d: expected .*numbers, got '.*{got}"):
        read_vectors(write(content), {"absent"})


def tar(content):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("mine.txt"), io.BytesIO(content))
    return file.getvalue()


def npy(content):
    file = io.BytesIO()
    np.save(file, np.ones(3))
    return file.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("name", ["mine.txt", "mine.bin"])
@pytest.mark.parametrize(
    ("convert", "message"),
    [
        (bz2.compress, "packed with bzip2. Unpack it"),
        (lzma.compress, "packed with xz. Unpack it"),
        (tar, "a tar archive. Unpack it"),
        (npy, r"NumPy \(.npy\). Read it and pass a dict"),
        (lambda content: b"\x89HDF\r\n\x1a\n" + content, "HDF5 file. Read it and pass"),
    ],
    ids=["bzip2", "xz", "tar", "npy", "hdf5"],
)
def test_files_of_other_kinds_are_named(write, convert, message, name, pack):
    path = write(pack(convert(GLOVE.encode())), name)
    with pytest.raises(ValueError, match=f"line 1: this file is .*{message}"):
        read_vectors(path, {"the"})


GOOD_BINARY = binary(ROWS)
# what is wrong: (content, line, message)
DAMAGED_TEXT = {
    "empty": (b"", 1, "the file is empty"),
    "white space only": (b"\xef\xbb\xbf\r\n \n", 1, "the file is empty"),
    "header only": (b"3 2\n", 1, "header line, but no vectors"),
    "header only, cut": (b"3 2", 1, "header line, but no vectors"),
    "no numbers": ("the\nfire\n", 1, "numbers with blanks in between, got 'the'"),
    "commas": ("the,1,2\n", 1, "numbers with blanks in between, got 'the,1,2'"),
    "number missing": (GLOVE.replace(" 8", ""), 3, "3 numbers .* got 3 columns: 'of"),
    "number too many": (GLOVE.replace("8", "8 8"), 3, "3 numbers .* got 5 columns"),
    "one too few, one too many": (
        GLOVE.replace(" 5", "").replace("8", "8 8"), 2, "got 3 columns: 'fire 4 6'"
    ),
    "cut off": (GLOVE[:-6], 4, "got 2 columns: 'smoke 1'"),
    "empty column": (GLOVE.replace("5 ", " "), 2, "one blank in between.*'fire 4  6'"),
    "blank too many": (GLOVE.replace("fire ", "fire  "), 2, "got 5 columns"),
    "blank line": (GLOVE.replace("of", "\nof"), 3, "got a blank line. Remove it"),
    "blank first line": ("\n" + GLOVE, 1, "got a blank line. Remove it"),
    "blank first line of few": ("\nthe 1 2\n", 1, "got a blank line. Remove it"),
    "first line of blanks": (" \t\nthe 1 2\n", 1, "got a blank line. Remove it"),
    "line of blanks": (GLOVE.replace("of", "  \nof"), 3, "got a blank line. Remove it"),
    "no number": (GLOVE.replace("5", "x"), 2, "expected finite numbers, got 'x'"),
    "no number in Python's way": (GLOVE.replace("5", "5_0"), 2, "got '5_0'"),
    "decimal comma": (GLOVE.replace("5", "5,0"), 2, "got '5,0'"),
    "NaN": (GLOVE.replace("5", "nan"), 2, "expected finite numbers, got 'nan'"),
    "infinity": (GLOVE.replace("5", "-inf"), 2, "expected finite numbers, got '-inf'"),
    "too large a number": (GLOVE.replace("5", "1e39"), 2, "got '1e39'"),
    "header of too many words": ("5 3\n" + GLOVE, 1, "header says 5 words, got 4"),
    "header of too few words": ("3 3\n" + GLOVE, 1, "header says 3 words, got 4"),
    "header of longer vectors": (
        "4 4\n" + GLOVE, 2, "4 numbers .* as the header says, got 4 columns: 'the"
    ),
    "header of shorter vectors": (
        "4 2\n" + GLOVE, 2, "2 numbers .* as the header says, got 4 columns: 'the"
    ),
    "header of longer vectors, blanks at the end": (
        "4 4\n" + GLOVE.replace("\n", " \n"), 2, "4 numbers .* as the header says"
    ),
    "header of empty vectors": ("4 0\n" + GLOVE, 1, "length of a vector, got '4 0'"),
    "header of endless vectors": ("4 999999999\n" + GLOVE, 1, "length of a vector"),
    "Latin-1": (
        GLOVE.replace("of", "é").encode("latin-1"), 3, "UTF-8, got the byte 0xe9.*iconv"
    ),
    "Latin-1 after a header": (
        ("4 3\n" + GLOVE.replace("the", "thé")).encode("latin-1"), 2, "iconv -f LATIN1"
    ),
    "UTF-16": (GLOVE.encode("utf-16"), 1, "expected UTF-8, got UTF-16.*iconv -f"),
    "UTF-16 without mark": (GLOVE.encode("utf-16-le"), 1, "0x00.*iconv -f UTF-16"),
    "fastText model": (b"\xba\x16\x4f\x2f\x0c\0\0\0", 1, "load_facebook_vectors"),
}  # fmt: skip

# what is wrong: (content, row, message)
DAMAGED_BINARY = {
    "cut off": (GOOD_BINARY[:-4], 4, "left does not fit. The file is cut off"),
    "without last row": (GOOD_BINARY[:-15], 4, "but the file ends before this"),
    "header of too many words": (
        binary(ROWS, "5 2"), 5, "the header says 5 words .* the file ends before this"
    ),
    "header of too few words": (
        binary(ROWS, "3 2"), 4, "the header says 3 words .* but the file goes on"
    ),
    "header of longer vectors": (binary(ROWS, "4 3"), 4, "vectors of 3 numbers"),
    "header of shorter vectors": (binary(ROWS, "4 1"), 5, "vectors of 1 number"),
    "NaN": (binary({"a": [1], "b": [np.nan]}), 2, "NaN or infinity for b'b'"),
    "infinity": (binary({"a": [1], "b": [np.inf]}), 2, "NaN or infinity"),
}  # fmt: skip


@pytest.mark.parametrize("block", [source.BLOCK, 64], ids=["one block", "blocks"])
@pytest.mark.parametrize(
    ("content", "line", "message"), DAMAGED_TEXT.values(), ids=DAMAGED_TEXT
)
def test_damaged_text(write, content, line, message, block, monkeypatch):
    monkeypatch.setattr(source, "BLOCK", block)
    with pytest.raises(ValueError, match=f"mine.txt', line {line}: .*{message}"):
        read_vectors(write(content), {"the", "fire"}, extra_words=1)


@pytest.mark.parametrize("block", [source.BLOCK, 64], ids=["one block", "blocks"])
@pytest.mark.parametrize(
    ("content", "row", "message"), DAMAGED_BINARY.values(), ids=DAMAGED_BINARY
)
def test_damaged_binary(write, content, row, message, block, monkeypatch):
    monkeypatch.setattr(source, "BLOCK", block)
    with pytest.raises(ValueError, match=f"mine.txt', row {row}: .*{message}"):
        read_vectors(write(content), {"the", "fire", "a", "b"}, extra_words=1)


def test_rows_without_end_do_not_fill_the_memory(write, monkeypatch, small_blocks):
    monkeypatch.setattr(_text_format, "LONGEST_ROW", 100)
    with pytest.raises(ValueError, match=r"line 2: .* got 10\d bytes without the end"):
        read_vectors(write(GLOVE[:17] + "x" * 1000), {"the"})
    monkeypatch.setattr(_binary_format, "LONGEST_ROW", 100)
    monkeypatch.setattr(_binary_format, "BLOCK", 7)
    with pytest.raises(ValueError, match="row 1: .* what is left does not fit"):
        read_vectors(write(b"2 3\n" + b"x" * 1000, "a.bin"), {"the"})


def test_wrong_columns_are_an_error_in_lines_that_are_not_kept(write):
    with pytest.raises(ValueError, match="line 3: .*got 3 columns: 'of 7 9'"):
        read_vectors(write(GLOVE.replace(" 8", "")), {"the"})


@pytest.mark.parametrize("name", ["a.bin", "a.bin.gz"])
def test_suffix_bin_of_a_text_file(write, name):
    pack = gzip.compress if name.endswith(".gz") else bytes
    with pytest.raises(ValueError, match="line 2: the suffix .bin .* Name the file"):
        read_vectors(write(pack(b"4 3\n" + GLOVE.encode()), name), {"the"})
    with pytest.raises(ValueError, match=r"line 1: .*got b'the 0.1 .* name it .txt"):
        read_vectors(write(pack(GLOVE.encode()), name), {"the"})


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("name", ["mine.txt", "mine.bin"])
def test_pickle_is_never_opened(write, tmp_path, pack, protocol, name):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "opened"),)

    path = write(pack(pickle.dumps(Trap(), protocol=protocol)), name)
    with pytest.raises(ValueError, match=r"line 1: this is a pickle.*KeyedVectors.loa"):
        read_vectors(path, {"the"})
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[:-9],  # cut off
        lambda packed: packed[: len(packed) // 2],
        lambda packed: packed[:2],
        lambda packed: packed[:-8] + b"\0\0\0\0" + packed[-4:],  # checksum
        lambda packed: packed[:30] + b"\xff" * 20 + packed[50:],
        lambda packed: packed + b"something else",
    ],
)
@pytest.mark.parametrize("content", [TEXT.encode(), binary(ROWS)], ids=["text", "bin"])
def test_damaged_gzip(write, damage, content):
    path = write(damage(gzip.compress(content)), "mine.txt.gz")
    with pytest.raises(
        ValueError, match=r"mine.txt.gz', (line|row) \d+: .* damaged or cut off"
    ):
        read_vectors(path, {"the"})


def test_damage_is_located_after_what_was_read(write, small_blocks):
    rng = np.random.default_rng(0)
    lines = [f"word{i} {rng.random()} {rng.random()}\n" for i in range(5000)]
    packed = gzip.compress("".join(lines).encode())
    path = write(packed[: len(packed) // 2], "mine.txt.gz")
    with pytest.raises(ValueError, match=r"line [12]\d\d\d: the compressed file is"):
        read_vectors(path, {"the"})


def test_zip_with_several_files_or_none(tmp_path):
    path = write_zip(tmp_path / "mine.zip", GLOVE, "a.50d.txt", "b.100d.txt")
    with pytest.raises(ValueError, match=r"with 2: \['a.50d.txt', 'b.100d.txt'\]. Unp"):
        read_vectors(path, {"the"})
    write_zip(path, GLOVE)
    with pytest.raises(ValueError, match=r"one file in it, got .*mine.zip' with 0"):
        read_vectors(path, {"the"})


def test_damaged_zip(tmp_path):
    path = write_zip(tmp_path / "mine.zip", GLOVE, "mine.txt")
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(ValueError, match=r"mine.zip' cannot be unpacked: .* Get it ag"):
        read_vectors(path, {"the"})
    at = whole.index(b"mine.txt") + 12
    path.write_bytes(whole[:at] + b"\xff\xff\xff" + whole[at + 3 :])
    with pytest.raises(ValueError, match=r"mine.zip', line 1: .* damaged or cut off"):
        read_vectors(path, {"the"})


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_zip_of_other_methods(tmp_path, method):
    path = tmp_path / "mine.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("mine.txt", GLOVE)
    assert list(read_vectors(path, {"the"}).words) == ["the"]
    whole = path.read_bytes()
    at = whole.index(b"mine.txt") + 20
    path.write_bytes(whole[:at] + b"\xff" * 9 + whole[at + 9 :])
    with pytest.raises(ValueError, match=r"mine.zip', line 1: .* damaged or cut off"):
        read_vectors(path, {"the"})


def test_a_name_in_a_zip_that_is_no_text(tmp_path):
    path = write_zip(tmp_path / "mine.zip", GLOVE, "日.txt")
    path.write_bytes(path.read_bytes().replace("日".encode(), b"\xff\xff\xff"))
    with pytest.raises(ValueError, match="cannot be unpacked: 'utf-8'"):
        read_vectors(path, {"the"})


def test_an_error_of_the_system_is_no_damage(write, monkeypatch):
    def read(size):
        raise OSError(5, "Input/output error")

    with source.UnpackedFile(write(GLOVE)) as opened:
        monkeypatch.setattr(opened, "_stream", type("Disk", (), {"read": read}))
        with pytest.raises(OSError, match="Input/output error"):
            opened.read()


def test_zip_with_a_password(tmp_path):
    path = write_zip(tmp_path / "mine.zip", GLOVE, "mine.txt")
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1  # says that it is encrypted
    path.write_bytes(content)
    with pytest.raises(ValueError, match="cannot be unpacked: .*encrypted"):
        read_vectors(path, {"the"})


def test_missing_file_and_folder(write, tmp_path):
    write(GLOVE, "glove.6B.50d.txt")
    with pytest.raises(FileNotFoundError, match=r"B.5d.txt'. Did you mean 'glove.6B.5"):
        read_vectors(tmp_path / "glove.6B.5d.txt", {"the"})
    with pytest.raises(FileNotFoundError, match=r"no file .*vectors.txt'\.$"):
        read_vectors(tmp_path / "no" / "folder" / "vectors.txt", {"the"})
    with pytest.raises(IsADirectoryError, match="got the folder"):
        read_vectors(tmp_path, {"the"})


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((3, {"the"}), TypeError, "Expected the path of a word-vector file, got 3"),
        (("x", "the"), TypeError, "Expected a set of words, got 'the'"),
        (("x", ["the"]), TypeError, r"Expected a set of words, got \['the'\]"),
        (("x", {b"the"}), TypeError, "got one with b'the' in it"),
        (("x", {"the"}, -1), ValueError, "extra words, 0 or more, got -1"),
        (("x", {"the"}, 1.5), ValueError, "extra words, 0 or more, got 1.5"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        read_vectors(*arguments)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mine.txt", {}),
        ("mine.txt.gz", {}),
        ("mine.txt", {"write_header": False}),
        ("mine.bin", {"binary": True}),
        ("mine.bin.gz", {"binary": True}),
    ],
)
# gensim leaves a file open when there is no header
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_same_vectors_as_gensim(tmp_path, name, options):
    gensim = pytest.importorskip("gensim.models")
    words = ["the", "naïve", "日本", "🔥", "#fire", "a_b", "0.5"]
    theirs = gensim.KeyedVectors(vector_size=20)
    numbers = np.random.default_rng(0).normal(size=(len(words), 20))
    theirs.add_vectors(words, numbers.astype(np.float32))
    path = str(tmp_path / name)
    theirs.save_word2vec_format(path, **options)
    again = gensim.KeyedVectors.load_word2vec_format(
        path,
        binary="binary" in options,
        no_header="write_header" in options,
    )
    found = read_vectors(path, set(words))
    assert list(found.words) == again.index_to_key
    np.testing.assert_array_equal(found.vectors, again.vectors)


def test_glove(data_home):
    path = Path(data_home, "embeddings", "glove.6B.50d.txt.gz")
    found = read_vectors(path, {"the", "sandberger", "fire", "no such word"}, 3)
    assert list(found.words) == ["the", ",", ".", "of", "fire", "sandberger"]
    assert found.n_duplicates == 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        first = [next(lines) for _ in range(4)]
    expected = np.array([line.split(" ")[1:] for line in first], dtype=np.float32)
    np.testing.assert_array_equal(found.vectors[:4], expected)
    assert found.vectors.shape == (6, 50)
    assert found.vectors[5, 0] == np.float32(0.072617)
