"""Vectors of words from their character n-grams, as fastText composes them."""

import numpy as np

_HASH_START = 2166136261
_HASH_FACTOR = 16777619
_32_BITS = 0xFFFFFFFF


def ngram_buckets(word, min_n, max_n, bucket):
    """Rows of a word's character n-grams in fastText's table of n-grams.

    Parameters
    ----------
    word : str
        The word; ``<`` and ``>`` are put around it.
    min_n, max_n : int
        Shortest and longest n-gram, in characters.
    bucket : int
        Number of rows that n-grams are hashed to.

    Returns
    -------
    list of int
        A row for each n-gram, in the order of their first and then last character.

    Notes
    -----
    The hash is FNV-1a over bytes that are taken as signed, a peculiarity of the
    original that all fastText models share [1]_.

    References
    ----------
    .. [1] https://github.com/facebookresearch/fastText/blob/main/src/dictionary.cc

    Examples
    --------
    >>> from skclf.embed._subwords import ngram_buckets
    >>> ngram_buckets("fire", 5, 6, 100)
    [71, 27, 69]
    """
    letters = [letter.encode(errors="replace") for letter in f"<{word}>"]
    last = len(letters) - 1
    rows = []
    for start in range(len(letters)):
        value = _HASH_START
        for end in range(start, min(start + max_n, len(letters))):
            for byte in letters[end]:
                signed = byte if byte < 128 else byte | 0xFFFFFF00
                value = (value ^ signed) * _HASH_FACTOR & _32_BITS
            length = end - start + 1
            lone_bracket = length == 1 and start in (0, last)
            if length >= min_n and not lone_bracket:
                rows.append(value % bucket)
    return rows


def vectors_of_parts(words, ngram_vectors, min_n, max_n):
    """Mean vector of the n-grams of each word.

    Parameters
    ----------
    words : list of str
        The words.
    ngram_vectors : ndarray of float32 of shape (bucket, dim)
        Vectors of n-grams.
    min_n, max_n : int
        Shortest and longest n-gram, in characters.

    Returns
    -------
    ndarray of float32 of shape (len(words), dim)
        The vectors; zeros for a word that is too short to have an n-gram.
    """
    vectors = np.zeros((len(words), ngram_vectors.shape[1]), dtype=np.float32)
    for vector, word in zip(vectors, words, strict=True):
        rows = ngram_buckets(word, min_n, max_n, len(ngram_vectors))
        if rows:
            vector[:] = ngram_vectors[rows].mean(axis=0)
    return vectors
