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
    found : ndarray of bool of shape (n_words,)
        Which words of the vocabulary have a vector.
    vectors : ndarray of float32 of shape (n_found, dim)
        Their vectors, in the order of the vocabulary.
    extra : dict of str to int
        Other words, and their rows in `extra_vectors`.
    extra_vectors : ndarray of float32 of shape (n_extra, dim)
        Their vectors.
    n_duplicates : int
        Lines of the file that repeat one of these words.
    """

    found: np.ndarray
    vectors: np.ndarray
    extra: dict
    extra_vectors: np.ndarray
    n_duplicates: int

    @property
    def nbytes(self):
        """Size in memory of the arrays, in bytes."""
        return self.vectors.nbytes + self.extra_vectors.nbytes


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
    tried = [spellings(word) if case_fallback else [word] for word in words]
    wanted = {spelling for options in tried for spelling in options}
    known = find_vectors(vectors, wanted, extra_words)
    rows = [
        next((known.words[word] for word in options if word in known.words), -1)
        for options in tried
    ]
    rows = np.array(rows)
    others = [word for word in known.words if word not in wanted]
    return Match(
        found=rows >= 0,
        vectors=known.vectors[rows[rows >= 0]],
        extra={word: i for i, word in enumerate(others)},
        extra_vectors=known.vectors[[known.words[word] for word in others]],
        n_duplicates=known.n_duplicates,
    )
