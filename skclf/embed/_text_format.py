"""Word vectors as text: a word and its numbers in each line."""

import re
import warnings
from collections import Counter

import numpy as np

from skclf.embed._unpacked import LONGEST_ROW

_NUMBER = re.compile(rb"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def read_text(source, head, header, selection):
    """Read a text file to its end.

    Parameters
    ----------
    source : Source
        The file.
    head : bytes
        Its first block.
    header : Header or None
        Its header.
    selection : Selection
        Gets the rows.

    Returns
    -------
    int
        Length of a vector.

    Raises
    ------
    ValueError
        If it is not UTF-8, header and lines do not agree, a line has too few or too
        many columns, or a kept line has something else than finite numbers.
    """
    reader = _TextReader(source, header, selection)
    if header:
        source.position = 2
        head = head[header.size :]
    for chunk in _whole_lines(source, head):
        reader.read(chunk)
    reader.check_end()
    return reader.dim


def _whole_lines(source, block):
    """The text in chunks that end where a line does, the last one maybe without end."""
    rest = b""
    while block:
        data = rest + block
        end = data.rfind(b"\n") + 1
        if end:
            yield data[:end]
        rest = data[end:]
        if len(rest) > LONGEST_ROW:
            raise source.error(
                f"expected a word and its numbers, got {len(rest)} bytes without the "
                "end of a line. This is no word-vector file."
            )
        block = source.read()
    if rest:
        yield rest


class _TextReader:
    """Reads chunk after chunk; `dim` is known from the header or the first chunk."""

    def __init__(self, source, header, selection):
        self._source = source
        self._header = header
        self._selection = selection
        self._first_line = 2 if header else 1
        self._blank_line = None
        self._open_line = None  # the last word and whether it is kept
        self.dim = header.dim if header else None

    def read(self, chunk):
        self._check_encoding(chunk)
        is_open = not chunk.endswith(b"\n")
        chunk = self._without_last_blank_lines(_tidy(chunk))
        if not chunk:
            return
        columns = self.dim and _columns(chunk, self.dim)
        if columns is None:
            chunk = chunk.replace(b" \n", b"\n")  # word2vec ends lines with a blank
            self.dim = self.dim or self._most_common_dim(chunk)
            columns = _columns(chunk, self.dim) or self._irregular(chunk)
        starts, blanks, ends = columns
        if self._source.position == self._first_line:
            self._vectors([chunk[blanks[0] + 1 : ends[0]]], [0])  # or it is no number
        words = [chunk[i:j] for i, j in zip(starts, blanks, strict=True)]
        kept = self._selection.choose(b"\n".join(words).decode().split("\n"))
        if kept:
            texts = [chunk[blanks[i] + 1 : ends[i]] for i in kept]
            self._selection.add(self._vectors(texts, kept))
        self._source.position += len(words)
        if is_open:
            self._open_line = words[-1], len(words) - 1 in kept

    def check_end(self):
        n_rows = self._source.position - self._first_line
        if self._header and n_rows != self._header.n_rows:
            raise self._source.error(
                f"the header says {self._header.n_rows} words, got {n_rows}. The file "
                "is cut off, or was changed without its header.",
                1,
            )
        if self._open_line:
            word, is_kept = self._open_line
            error = self._source.error(
                "the last line has no line end, so the file may be cut off, and then "
                f"the last number of {_excerpt(word)} is wrong. Its vector is "
                f"{'kept as it stands' if is_kept else 'not among those kept'}. Get "
                "the file again, or end its last line if it is whole.",
                self._source.position - 1,
            )
            warnings.warn(str(error), stacklevel=2)

    def _check_encoding(self, chunk):
        try:
            chunk.decode()
            wrong = chunk.find(b"\0")
        except UnicodeDecodeError as error:
            wrong = error.start
        if wrong >= 0:
            line = self._source.position + chunk.count(b"\n", 0, wrong)
            likely = "LATIN1" if chunk[wrong] else "UTF-16"
            raise self._source.error(
                f"expected text in UTF-8, got the byte {chunk[wrong]:#04x}. Convert "
                f"the file, for example with: iconv -f {likely} -t UTF-8 old.txt > "
                "new.txt; if it is a binary file of word2vec, name it .bin.",
                line,
            )

    def _without_last_blank_lines(self, chunk):
        """The chunk, empty if it has blank lines only; they may end the file."""
        text = chunk.rstrip(b" \n")
        if text and self._blank_line:
            raise self._blank(self._blank_line)
        n_blank = chunk.count(b"\n", len(text)) - bool(text)
        if n_blank and not self._blank_line:
            n_lines = chunk.count(b"\n") - n_blank
            self._blank_line = self._source.position + n_lines
        return text + b"\n" if text else b""

    def _most_common_dim(self, chunk):
        lines = chunk.split(b"\n")[:-1]
        if not lines[0].strip():
            raise self._blank(self._source.position)
        dim = Counter(line.count(b" ") for line in lines).most_common(1)[0][0]
        if not dim:
            raise self._source.error(
                "expected a word and its numbers with blanks in between, got "
                f"{_excerpt(lines[0])}."
            )
        return dim

    def _irregular(self, chunk):
        """As `_columns`, line by line: some words have blanks in them, or it fails."""
        starts, blanks, ends = [], [], []
        start = 0
        for i, line in enumerate(chunk[:-1].split(b"\n")):
            starts.append(start)
            blanks.append(start + self._size_of_word(line, self._source.position + i))
            ends.append(start + len(line))
            start = ends[-1] + 1
        return starts, blanks, ends

    def _size_of_word(self, line, number):
        if not line.strip():
            raise self._blank(number)
        columns = line.split(b" ")
        parts = columns[: -self.dim]
        if not parts or b"" in columns[1:] or any(map(_NUMBER.fullmatch, parts[1:])):
            raise self._source.error(
                f"expected a word and {self.dim} numbers with one blank in between, as "
                f"{'the header says' if self._header else 'in the first lines'}, got "
                f"{len(columns)} columns: {_excerpt(line)}.",
                number,
            )
        return len(b" ".join(parts))

    def _blank(self, number):
        return self._source.error(
            "expected a word and its numbers, got a blank line. Remove it.", number
        )

    def _vectors(self, texts, rows):
        text = b" ".join(texts)
        try:
            numbers = list(map(float, text.split(b" ")))
        except ValueError:
            numbers = None
        # Python takes 1_000 for a number
        if numbers is None or b"_" in text:
            raise self._no_number(texts, rows)
        with np.errstate(over="ignore"):
            vectors = np.array(numbers, np.float32)
        if not np.isfinite(vectors).all():
            raise self._no_number(texts, rows)
        return vectors.reshape(-1, self.dim)

    def _no_number(self, texts, rows):
        row, number = next(
            (row, number)
            for text, row in zip(texts, rows, strict=True)
            for number in text.split(b" ")
            if not _is_finite(number)
        )
        return self._source.error(
            f"expected finite numbers, got {_excerpt(number)}.",
            self._source.position + row,
        )


def _tidy(chunk):
    """The same lines with plain ends, and blanks between columns."""
    if b"\r" in chunk:
        chunk = chunk.replace(b"\r\n", b"\n")
    return chunk.replace(b"\t", b" ")


def _columns(chunk, dim):
    """Where lines start, where words and lines end; None if columns are irregular.

    If every (dim + 1)th of all blanks and line ends is a line end, and no other is, all
    lines have dim + 1 columns. No two may be side by side: a column would be empty.
    """
    characters = np.frombuffer(chunk, np.uint8)
    at = np.flatnonzero((characters == ord(" ")) | (characters == ord("\n")))
    is_end = characters[at] == ord("\n")
    n_lines = int(is_end.sum())
    if len(at) != n_lines * (dim + 1) or not is_end[dim :: dim + 1].all():
        return None
    if (at[1:] - at[:-1] == 1).any():
        return None
    ends = at[dim :: dim + 1].tolist()
    return [0, *(end + 1 for end in ends[:-1])], at[:: dim + 1].tolist(), ends


def _is_finite(number):
    if not _NUMBER.fullmatch(number):
        return False
    with np.errstate(over="ignore"):
        return np.isfinite(np.float32(float(number)))


def _excerpt(text):
    text = text.decode()
    return repr(text if len(text) <= 60 else text[:57] + "...")
