"""Word vectors by file, gensim-data name, dict or gensim's KeyedVectors."""

import os
import re
from itertools import islice
from pathlib import Path
from reprlib import repr as short_repr

import numpy as np

from skclf._optional import import_optional
from skclf._validation import excerpt
from skclf.embed._vector_files import FoundVectors, read_vectors
from skclf.exceptions import MissingResourceError

# gensim-data names have neither a path in them nor a suffix: "glove-twitter-25"
_NAME = re.compile(r"[A-Za-z0-9_]+(-[A-Za-z0-9_]+)+")


def is_shared(vectors):
    """Whether vectors are an object in memory rather than a path or name."""
    return not isinstance(vectors, str | os.PathLike)


def knows_all_words(vectors):
    """Whether vectors are gensim's of fastText, which composes them for any word."""
    return getattr(vectors, "bucket", 0) > 0


def find_vectors(vectors, wanted, extra_words):
    """The vectors of wanted words, and of the most frequent other words.

    Parameters
    ----------
    vectors : Path, dict or gensim.models.KeyedVectors
        Where to look.
    wanted : set of str
        Words.
    extra_words : int
        How many other words to keep.

    Returns
    -------
    FoundVectors
        Words, their rows and their vectors.

    Raises
    ------
    TypeError
        If `vectors` is something else.
    ValueError
        If a vector is no finite row of numbers, or of another dimension.
    """
    if not is_shared(vectors):
        return read_vectors(vectors, wanted, extra_words)
    if isinstance(vectors, dict):
        return _from_dict(vectors, wanted, extra_words)
    if hasattr(vectors, "key_to_index") and hasattr(vectors, "get_vector"):
        return _from_keyed_vectors(vectors, wanted, extra_words)
    if hasattr(vectors, "wv"):
        raise TypeError(
            f"Expected KeyedVectors, got the model {type(vectors).__name__}. Pass its "
            "vectors: model.wv."
        )
    raise TypeError(
        "Expected vectors as a path, a gensim-data name, a dict of word to vector or "
        f"gensim KeyedVectors, got {short_repr(vectors)}."
    )


def find_file(vectors, download_if_missing=False):
    """The path of a file, also of one that gensim has downloaded by its name.

    Parameters
    ----------
    vectors : str or PathLike
        A path, or a name of gensim-data.
    download_if_missing : bool, default=False
        Whether to download vectors of this name that are not on this machine.

    Returns
    -------
    Path
        The file; whether there is one, reading it tells.

    Raises
    ------
    skclf.exceptions.MissingResourceError
        If it is a name, and the vectors are not on this machine and were not to be
        downloaded, or could not be.
    ImportError
        If they are to be downloaded, and gensim is not installed.
    """
    path = Path(vectors).expanduser()
    if path.exists() or not (isinstance(vectors, str) and _NAME.fullmatch(vectors)):
        return path
    base = Path(os.environ.get("GENSIM_DATA_DIR", Path.home() / "gensim-data"))
    downloaded = sorted((base.expanduser() / vectors).glob("*.gz"))
    if downloaded:
        return downloaded[0]
    if not download_if_missing:
        raise MissingResourceError(
            f"The word vectors {vectors!r} are neither a file nor, as vectors of "
            f"gensim-data, in {str(base)!r}. Pass the path of a file, or set "
            "download_if_missing=True in the EmbeddingLookup, which lets gensim "
            "download them."
        )
    return _download(vectors, base)


def _download(name, base):
    feature = f"The download of {name!r}"
    downloader = import_optional("gensim.downloader", feature=feature, extra="vectors")
    try:
        return Path(downloader.load(name, return_path=True))
    except Exception as error:  # gensim's own, urllib's, the file system's
        raise MissingResourceError(
            f"The word vectors {name!r} are neither a file nor in {base}, and could "
            f"not be downloaded as gensim-data: {error}. Check the name, connect to "
            f"the internet, or download the file and pass its path."
        ) from error


def _from_keyed_vectors(vectors, wanted, extra_words):
    words = sorted(word for word in wanted if word in vectors)
    others = (word for word in vectors.key_to_index if word not in wanted)
    words += islice(others, extra_words)
    table = np.empty((len(words), vectors.vector_size), dtype=np.float32)
    for row, word in enumerate(words):
        table[row] = vectors.get_vector(word)
    _check_finite(words, table)
    return _found(words, table)


def _from_dict(vectors, wanted, extra_words):
    if not vectors:
        raise ValueError("Expected word vectors, got an empty dict.")
    words = [word for word in vectors if word in wanted]
    words += islice((word for word in vectors if word not in wanted), extra_words)
    dim = np.shape(next(iter(vectors.values())))
    if len(dim) != 1 or not dim[0]:
        raise ValueError(
            "Expected one vector for each word, got the shape "
            f"{dim} for {short_repr(next(iter(vectors)))}."
        )
    table = np.empty((len(words), *dim), dtype=np.float32)
    for row, word in enumerate(words):
        table[row] = _as_vector(word, vectors[word], dim)
    _check_finite(words, table)
    return _found(words, table)


def _as_vector(word, value, dim):
    try:
        vector = np.asarray(value, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Expected numbers as the vector of {excerpt(word)}, got "
            f"{short_repr(value)}."
        ) from error
    if vector.shape != dim:
        raise ValueError(
            f"Expected vectors of shape {dim} as for the first word, got "
            f"{vector.shape} for {excerpt(word)}."
        )
    return vector


def _check_finite(words, table):
    wrong = np.flatnonzero(~np.isfinite(table).all(axis=1))
    if len(wrong):
        raise ValueError(
            f"Expected finite numbers, got NaN or infinity in the vector of "
            f"{words[wrong[0]]!r}."
        )


def _found(words, table):
    rows = {word: row for row, word in enumerate(words)}
    return FoundVectors(words=rows, vectors=table, n_duplicates=0)
