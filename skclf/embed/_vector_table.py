"""The table of vectors that a lookup keeps."""

import numpy as np
from sklearn.utils import check_random_state

from skclf._containers import FIRST_WORD
from skclf._validation import excerpt


def make_table(matched, words, *, oov, normalize, dtype, random_state):
    """Put vectors in the order of the words, and fill up those without one.

    Parameters
    ----------
    matched : Match
        Vectors of a vocabulary and of extra words.
    words : list of str
        These words, for messages.
    oov : {"zeros", "mean", "random"}
        Vector of words that have none.
    normalize : bool
        Whether to scale all vectors but zeros to unit length.
    dtype : {"float32", "float16"}
        Number format.
    random_state : int, RandomState or None
        Seed for ``oov="random"``.

    Returns
    -------
    ndarray of shape (2 + len(words), dim)
        Vectors of padding (zeros), the unknown word and the words.

    Raises
    ------
    ValueError
        If a number is too large for the number format.
    """
    rows = np.concatenate([matched.rows, [*matched.extra.values()]]).astype(int)
    table = np.zeros((FIRST_WORD + len(rows), matched.vectors.shape[1]), np.float32)
    vectors = table[FIRST_WORD:]
    if len(matched.vectors):
        np.take(matched.vectors, rows, axis=0, out=vectors, mode="clip")
        vectors[rows < 0] = 0
    if normalize:
        _scale_to_unit_length(vectors)
    found = vectors[: len(matched.rows)][matched.rows >= 0]
    if oov != "zeros" and len(found):
        without = np.flatnonzero(np.append([False, True], rows < 0))
        made_up = _make_up(oov, len(without), found, random_state)
        if normalize:
            _scale_to_unit_length(made_up)
        table[without] = made_up
    return _convert(table, words, dtype)


def _make_up(oov, n, found, random_state):
    if oov == "mean":
        return np.tile(found.mean(axis=0), (n, 1))
    rng = check_random_state(random_state)
    return rng.normal(0, found.std(axis=0), (n, found.shape[1]))


def _scale_to_unit_length(vectors):
    """Scale rows in place; zeros stay zeros."""
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    vectors /= np.where(norms > 0, norms, 1)[:, None]


def _convert(table, words, dtype):
    with np.errstate(over="ignore"):  # refused in clearer words
        converted = table.astype(dtype, copy=False)
    if not np.isfinite(converted).all():
        row, column = np.argwhere(~np.isfinite(converted))[0]
        word = ["<pad>", "<unk>", *words][row]
        raise ValueError(
            f"Expected numbers up to {np.finfo(dtype).max} for dtype={dtype!r}, got "
            f"{table[row, column]} in the vector of {excerpt(word)}. Set "
            "dtype='float32' or "
            "normalize=True."
        )
    return converted
