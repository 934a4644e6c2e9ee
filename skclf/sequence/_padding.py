"""Sequences of any length to rows of one length."""

import numpy as np

_FEW = 4  # sequences; below, NumPy's calls take longer than a loop


def fill_rows(rows, ids, lengths, padding, truncating):
    """Write sequences into rows, and cut those that are too long.

    Parameters
    ----------
    rows : ndarray of shape (n_sequences, width)
        Written to where a sequence has a word; holds the padding already.
    ids : ndarray of shape (n_words,)
        All sequences in a row.
    lengths : list of int
        Length of each sequence.
    padding, truncating : {"post", "pre"}
        Where padding stays, and where long sequences are cut.
    """
    fill = _fill_one_by_one if len(lengths) <= _FEW else _fill_together
    fill(rows, ids, lengths, padding, truncating)


def _fill_one_by_one(rows, ids, lengths, padding, truncating):
    width, end = rows.shape[1], 0
    for row, length in zip(rows, lengths, strict=True):
        start, end = end, end + length
        size = min(length, width)
        first = end - size if truncating == "pre" else start
        at = width - size if padding == "pre" else 0
        row[at : at + size] = ids[first : first + size]


def _fill_together(rows, ids, lengths, padding, truncating):
    width = rows.shape[1]
    longest = max(lengths)
    lengths = np.array(lengths)
    if longest > width:
        position = np.arange(len(ids)) - np.repeat(
            np.cumsum(lengths) - lengths, lengths
        )
        if truncating == "pre":
            position -= np.repeat(np.maximum(lengths - width, 0), lengths)
        ids = ids[(position >= 0) & (position < width)]
        lengths = np.minimum(lengths, width)
    columns = np.arange(width)
    if padding == "pre":
        columns = columns[::-1]
    rows[columns < lengths[:, None]] = ids
