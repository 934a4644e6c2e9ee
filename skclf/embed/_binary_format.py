"""Word vectors as the binary format of word2vec.

A header line ``count dim``, then for each word: the word, a blank, its numbers as
little-endian float32, and often the end of a line.
"""

import numpy as np

from skclf.embed._unpacked import BLOCK, LONGEST_ROW


def read_binary(source, head, header, selection):
    """Read a binary file to its end.

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
        If header and rows do not agree, or a kept vector is not finite.
    """
    if header is None:
        raise source.error(
            "expected the number of words and the length of a vector, as in binary "
            f"files of word2vec (.bin), got {head[:20]!r}. If the file is text, name "
            "it .txt."
        )
    source.unit = "row"
    data = block = head[header.size :]
    while block:
        words, offsets, end = _split(data, header, source.position)
        _keep(source, data, words, offsets, header.dim, selection)
        source.position += len(words)
        data = data[end:]
        rest = data.strip(b"\r\n")
        if (rest and _is_complete(source, header)) or len(data) > LONGEST_ROW + BLOCK:
            break
        block = source.read()
        data += block
    _check_end(source, rest, header)
    return header.dim


def _is_complete(source, header):
    return source.position > header.n_rows


def _split(data, header, position):
    """Words of the complete rows, where their numbers start, where the rest does."""
    words, offsets = [], []
    size, start = 4 * header.dim, 0
    for _ in range(position, header.n_rows + 1):
        blank = data.find(b" ", start)
        if blank < 0 or blank + 1 + size > len(data):
            break
        words.append(data[start:blank].lstrip(b"\r\n"))
        offsets.append(blank + 1)
        start = blank + 1 + size
    return words, offsets, start


def _keep(source, data, words, offsets, dim, selection):
    kept = selection.choose([word.decode(errors="surrogateescape") for word in words])
    vectors = np.empty((len(kept), dim), np.float32)
    for vector, i in zip(vectors, kept, strict=True):
        vector[:] = np.frombuffer(data, "<f4", dim, offsets[i])
        if not np.isfinite(vector).all():
            raise source.error(
                f"expected finite numbers, got NaN or infinity for {words[i]!r}.",
                source.position + i,
            )
    selection.add(vectors)


def _check_end(source, rest, header):
    says = f"the header says {header.n_rows} words and vectors of {header.dim} numbers"
    if _is_complete(source, header):
        if rest:
            raise source.error(f"{says}, but the file goes on.")
    elif rest:
        raise source.error(
            f"{says}, but what is left does not fit. The file is cut off, or its "
            "header is wrong."
        )
    else:
        raise source.error(f"{says}, but the file ends before this row.")
