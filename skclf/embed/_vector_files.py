"""Word-vector files, of which only the wanted rows are kept."""

import os
from collections.abc import Set
from dataclasses import dataclass
from numbers import Integral
from reprlib import repr as short_repr

import numpy as np

from skclf.embed._binary_format import read_binary
from skclf.embed._head import check_head, find_header, is_binary
from skclf.embed._text_format import read_text
from skclf.embed._unpacked import UnpackedFile
from skclf.embed._word_selection import WordSelection

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class FoundVectors:
    """Word vectors that were kept of a larger collection.

    Parameters
    ----------
    words : dict of str to int
        Word to row of `vectors`: wanted words and extra ones, in the order of the rows.
    vectors : ndarray of float32 of shape (n_words, dim)
        One vector for each word.
    n_duplicates : int, default=0
        How often one of these words came again. The first vector counts.
    """

    words: dict
    vectors: np.ndarray
    n_duplicates: int = 0


def read_vectors(path, wanted, extra_words=0):
    r"""Read the vectors of wanted words from a file, as a stream.

    The file is GloVe or word2vec text, with or without a header line, or word2vec
    binary; plain, or compressed with gzip or zip. What it is shows in its bytes; only
    the suffix ``.bin`` (also ``.bin.gz``) counts as well, and means binary.

    Parameters
    ----------
    path : str or PathLike
        The file. ``~`` is the home directory.
    wanted : set of str
        Words whose vectors are kept.
    extra_words : int, default=0
        Keep this many other words too, the first ones in the file. They are those in
        ``words`` of the result that are not in `wanted`.

    Returns
    -------
    FoundVectors
        Words in the order of the file, and their vectors.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no file at this path.
    TypeError
        If the path is no path, or `wanted` does not consist of words.
    ValueError
        If the file is damaged, empty, of another format or encoding, does not agree
        with its header, has a line with a wrong number of columns, or a first or kept
        line with something else than finite numbers. The message names file and line.

    Notes
    -----
    All lines of a text file are checked for UTF-8 and their number of columns. Numbers
    are read in the first line and the lines that are kept only, so that wrong ones
    elsewhere are not noticed. Lines end with ``\n`` or ``\r\n``, columns are divided
    by one blank or tab. A word may contain blanks if none of its parts but the first is
    a number. A last line without an end is read with a warning: the file may be cut off
    inside its last number.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skclf.embed._vector_files import read_vectors
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "glove.txt")
    ...     _ = path.write_text("the 0.5 1\nfire 2 3\nof 4 5\n")
    ...     found = read_vectors(path, {"fire", "smoke"}, extra_words=1)
    >>> found.words
    {'the': 0, 'fire': 1}
    >>> found.vectors
    array([[0.5, 1. ],
           [2. , 3. ]], dtype=float32)
    """
    _check_arguments(path, wanted, extra_words)
    selection = WordSelection(wanted, extra_words)
    with UnpackedFile(path) as source:
        head = source.read().removeprefix(_BYTE_ORDER_MARK)
        check_head(source, head)
        header = find_header(source, head)
        read = read_binary if is_binary(source, head, header) else read_text
        dim = read(source, head, header, selection)
    words, vectors = selection.result(dim)
    return FoundVectors(words, vectors, selection.n_duplicates)


def _check_arguments(path, wanted, extra_words):
    if not isinstance(path, str | os.PathLike):
        raise TypeError(
            f"Expected the path of a word-vector file, got {short_repr(path)}."
        )
    if not isinstance(wanted, Set):
        raise TypeError(f"Expected a set of words, got {short_repr(wanted)}.")
    for word in wanted:
        if not isinstance(word, str):
            raise TypeError(
                f"Expected a set of words, got one with {short_repr(word)} in it."
            )
    if not isinstance(extra_words, Integral) or extra_words < 0:
        raise ValueError(
            f"Expected a number of extra words, 0 or more, got {extra_words!r}."
        )
