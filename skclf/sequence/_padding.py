"""Sequences of any length to rows of one length."""

import numpy as np


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
