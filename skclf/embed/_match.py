"""Words of documents and the vectors that are known for them."""

from dataclasses import dataclass
from itertools import chain

import numpy as np

from skclf._cache import LRUCache
from skclf._containers import fingerprint
from skclf.embed._spellings import spellings_of
from skclf.embed._vectors import find_file, find_vectors, is_shared, knows_all_words

_BYTES_PER_WORD = 150  # of a short text, and its place in a dict


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
        Words outside the vocabulary that have a vector of their own, and their rows.
    aliases : dict of str to str
        Words outside the vocabulary, and the word of it that has their vector.
    cut : frozenset of str
        Words of the documents outside the vocabulary that have a vector.
    n_duplicates : int
        Lines of the file that repeat one of these words.
    """

    vectors: np.ndarray
    rows: np.ndarray
    extra: dict
    aliases: dict
    cut: frozenset
    n_duplicates: int

    @property
    def nbytes(self):
        """Size in memory in bytes; that of the words is a guess."""
        n_words = len(self.extra) + len(self.aliases) + len(self.cut)
        return self.vectors.nbytes + self.rows.nbytes + _BYTES_PER_WORD * n_words


# The vectors of the files that were read last, 256 MB at most.
CACHE = LRUCache(256 << 20, size_of=lambda item: item.nbytes)


def match(vectors, X, cut, *, case_fallback, extra_words, download_if_missing=False):
    """Match the words of documents with word vectors.

    A file is read once for the same words, as long as the file stays the same.

    Parameters
    ----------
    vectors : str, PathLike, dict or gensim.models.KeyedVectors
        Where to look.
    X : TokenSequences
        Documents with a vocabulary.
    cut : list of str
        Words outside the vocabulary that occur in these documents.
    case_fallback : bool
        Whether to try other spellings.
    extra_words : int
        How many other words to keep.
    download_if_missing : bool, default=False
        Whether to download vectors that are given by name.

    Returns
    -------
    Match
        What was found.
    """
    cut = sorted(cut)
    if not is_shared(vectors):
        vectors = find_file(vectors, download_if_missing)

    def look_up():
        return _match(vectors, X.vocabulary, cut, case_fallback, extra_words)

    file = None if is_shared(vectors) else _identity(vectors)
    if file is None:
        return look_up()
    words = (X.vocabulary_fingerprint, fingerprint(cut))
    return CACHE.get((file, words, case_fallback, extra_words), look_up)


def _identity(path):
    try:
        stat = path.stat()
    except OSError:
        return None  # reading it says what is wrong
    return path.resolve(), stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def _match(vectors, vocabulary, cut, case_fallback, extra_words):
    ways = spellings_of
    if not case_fallback or knows_all_words(vectors):
        ways = _as_it_stands
    # Worked out twice, which costs less than to hold all spellings while reading.
    wanted = {way for word in chain(vocabulary, cut) for way in ways(word)}
    known = find_vectors(vectors, wanted, extra_words)

    def row(word):
        return next((known.words[way] for way in ways(word) if way in known.words), -1)

    rows = [row(word) for word in vocabulary]
    others = {word: i for word, i in known.words.items() if word not in vocabulary}
    spelled = set(others.values()).intersection(rows)
    owner = {i: word for word, i in zip(vocabulary, rows, strict=True) if i in spelled}
    own = [word for word, i in others.items() if i not in owner]
    # Files, dicts and gensim's vectors give the wanted words in another order each.
    own.sort(key=lambda word: (word not in wanted, word if word in wanted else ""))
    return Match(
        vectors=known.vectors,
        rows=np.array(rows),
        extra={word: others[word] for word in own},
        aliases={word: owner[i] for word, i in others.items() if i in owner},
        cut=frozenset(word for word in cut if row(word) >= 0),
        n_duplicates=known.n_duplicates,
    )


def _as_it_stands(word):
    return (word,)
