"""Words of a vocabulary and the vectors that are known for them."""

from dataclasses import dataclass

import numpy as np

from skclf.embed._cache import CACHE
from skclf.embed._spellings import spellings
from skclf.embed._vectors import find_file, find_vectors, is_shared


@dataclass(frozen=True)
class Match:
    """Vectors of the words of a vocabulary, and of others.

    Parameters
    ----------
    vectors : ndarray of float32 of shape (n_vectors, dim)
        All vectors.
    rows : ndarray of int of shape (n_words,)
        The row of each word of the vocabulary, -1 for a word without one.
    extra : dict of str to int
        Other words and their rows.
    n_duplicates : int
        Lines of the file that repeat one of these words.
    """

    vectors: np.ndarray
    rows: np.ndarray
    extra: dict
    n_duplicates: int

    @property
    def nbytes(self):
        """Size in memory of the arrays, in bytes."""
        return self.vectors.nbytes + self.rows.nbytes


def match(vectors, X, *, case_fallback, extra_words):
    """Match the vocabulary of documents with word vectors.

    A file is read once for each vocabulary, as long as the file stays the same.

    Parameters
    ----------
    vectors : str, PathLike, dict or gensim.models.KeyedVectors
        Where to look.
    X : TokenSequences
        Documents with a vocabulary.
    case_fallback : bool
        Whether to try other spellings.
    extra_words : int
        How many other words to keep.

    Returns
    -------
    Match
        What was found.
    """

    def look_up():
        return _match(vectors, list(X.vocabulary), case_fallback, extra_words)

    file = None if is_shared(vectors) else _identity(find_file(vectors))
    if file is None:
        return look_up()
    key = (file, X.vocabulary_fingerprint, case_fallback, extra_words)
    return CACHE.get(key, look_up)


def _identity(path):
    try:
        stat = path.stat()
    except OSError:
        return None  # reading it says what is wrong
    return path.resolve(), stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def _match(vectors, words, case_fallback, extra_words):
    ways = spellings if case_fallback else lambda word: (word,)
    # Worked out twice, which costs less than to hold all spellings while reading.
    wanted = {spelling for word in words for spelling in ways(word)}
    known = find_vectors(vectors, wanted, extra_words)
    rows = [
        next((known.words[way] for way in ways(word) if way in known.words), -1)
        for word in words
    ]
    extra = {word: row for word, row in known.words.items() if word not in wanted}
    return Match(known.vectors, np.array(rows), extra, known.n_duplicates)
