"""What the first bytes of a word-vector file tell."""

import re
from typing import NamedTuple

from skclf._file_kinds import FILE_KINDS
from skclf.embed._unpacked import LONGEST_ROW

_HEADER = re.compile(rb"(\d{1,18})[ \t](\d{1,18})[ \t]*(?:\r?\n|\Z)")
_WORD = re.compile(rb"[^ \t]+[ \t]")
_NUMBERS = re.compile(rb"[-+.eE\d \t\r\n]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")  # in no text
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PICKLE = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
_FASTTEXT = b"\xba\x16\x4f\x2f"
_UNPACK = "Unpack it and pass the file in it."
_CONVERT = "Read it and pass a dict of word to vector in place of the path."


class Header(NamedTuple):
    """The line ``count dim`` before the vectors."""

    n_rows: int
    dim: int
    size: int


def check_head(source, head):
    """Refuse files that are no word vectors, by their first bytes.

    Parameters
    ----------
    source : Source
        The file.
    head : bytes
        Its first block.

    Raises
    ------
    ValueError
        If it is empty, a pickle, UTF-16, a fastText model, or a file of another kind.
    """
    if not head.strip(b" \t\r\n"):
        raise source.error("the file is empty, expected word vectors.")
    if head.startswith(_PICKLE):
        raise source.error(
            "this is a pickle, which is never opened here since that can run any code. "
            "If you trust it and gensim wrote it, pass "
            "gensim.models.KeyedVectors.load(path) in place of the path."
        )
    if head.startswith(_FASTTEXT):
        raise source.error(
            "this is a model of fastText. Pass "
            "gensim.models.fasttext.load_facebook_vectors(path) in place of the path, "
            "or get the vectors as text (.vec)."
        )
    if head.startswith(_UTF_16):
        raise source.error(
            "expected UTF-8, got UTF-16. Convert the file, for example with: "
            "iconv -f UTF-16 -t UTF-8 old.txt > new.txt"
        )
    for kind in FILE_KINDS:
        if kind.beginning.match(head):
            advice = _UNPACK if kind.is_packed else _CONVERT
            raise source.error(f"this file is {kind.name}. {advice}")


def find_header(source, head):
    """The header, or None if the file begins with a word.

    Parameters
    ----------
    source : Source
        The file.
    head : bytes
        Its first block.

    Returns
    -------
    Header or None
        Number of rows, length of a vector, and bytes that the line takes.

    Raises
    ------
    ValueError
        If the header is followed by nothing, or announces vectors of no possible
        length.
    """
    match = _HEADER.match(head)
    if match is None:
        return None
    header = Header(int(match[1]), int(match[2]), match.end())
    if not head[header.size :].strip(b" \t\r\n"):
        raise source.error("the file has a header line, but no vectors.")
    if not 1 <= header.dim <= LONGEST_ROW // 4:
        raise source.error(
            f"expected the number of words and the length of a vector, got "
            f"{match[0].strip().decode()!r}."
        )
    return header


def is_binary(source, head, header):
    """Whether vectors are stored as bytes rather than as text.

    Parameters
    ----------
    source : Source
        The file.
    head : bytes
        Its first block.
    header : Header or None
        Its header.

    Returns
    -------
    bool
        True for the suffix ``.bin``, or if what follows the first word is no text.

    Raises
    ------
    ValueError
        If the suffix is ``.bin``, but the numbers are text.
    """
    suffix = source.name.endswith(".bin")
    word = header and _WORD.match(head, header.size)
    if not word:
        return suffix
    numbers = head[word.end() : word.end() + 4 * header.dim]
    if suffix and _NUMBERS.fullmatch(numbers):
        raise source.error(
            "the suffix .bin stands for the binary format of word2vec, but the numbers "
            "are text. Name the file .txt.",
            2,
        )
    if suffix or _CONTROL.search(numbers):
        return True
    first_line = numbers.partition(b"\n")[0]
    try:
        first_line.decode()
    except UnicodeDecodeError as error:
        # a letter that the sample cuts in two is text
        return error.end < len(first_line)
    return False
