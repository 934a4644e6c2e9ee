"""Containers that flow between the stations of a pipeline."""

import hashlib
from html import escape

import numpy as np

from skclf._names import public

PADDING = 0
UNKNOWN = 1
FIRST_WORD = 2

_MOST_DOCUMENTS, _MOST_WORDS = 5, 100  # of each document, in a notebook


def fingerprint(vocabulary):
    """A short digest of a vocabulary's words in the order of their ids.

    Parameters
    ----------
    vocabulary : iterable of str
        The words, or a dict of them to ids, in the order of the ids.

    Returns
    -------
    str
        Hexadecimal digest, equal for equal vocabularies only.
    """
    words = list(vocabulary)
    text = "\n".join(words)
    if text.count("\n") >= max(len(words), 1):  # some word holds a newline
        text = repr(words)
    return hashlib.blake2b(
        text.encode(errors="surrogatepass"), digest_size=16
    ).hexdigest()


class _Sequences:
    """A matrix of ids whose rows are selected as in a NumPy array."""

    def __init__(self, ids, n_ids):
        ids = np.asarray(ids)
        if ids.ndim != 2:
            raise ValueError(
                "Expected token ids of shape (n_documents, max_len), got shape "
                f"{ids.shape}."
            )
        if ids.size:
            _check_ids(ids, n_ids)
        self._ids = ids.astype(np.int32, copy=False)

    def __len__(self):
        return len(self._ids)

    def __getitem__(self, key):
        if isinstance(key, tuple):
            rows, *rest = key
            if any(k is not Ellipsis and not is_full(k) for k in rest):
                return np.asarray(self)[key]
            key = rows
        ids = self._ids[key]
        return self._with(ids) if ids.ndim == 2 else self._shown(ids)

    def __array__(self, dtype=None, copy=None):
        array = self._shown(self._ids)
        made_new = array is not self._ids
        if dtype is not None and np.dtype(dtype) != array.dtype:
            array, made_new = array.astype(dtype), True
        if copy is False and made_new:
            raise ValueError(
                f"{type(self).__name__} cannot be shown as this array without a copy."
            )
        return array.copy() if copy and not made_new else array

    def _repr_html_(self):
        """The first documents in words, paler where the vocabulary has none."""
        known, others = self._words()
        items = []
        for ids in self._ids[:_MOST_DOCUMENTS] if known or others else ():
            ids = ids[ids != PADDING].tolist()
            words = [_word_html(i, known, others) for i in ids[:_MOST_WORDS]]
            if len(ids) > _MOST_WORDS:
                words.append(f"… and {len(ids) - _MOST_WORDS:,} more")
            items.append(f"<li>{' '.join(words)}</li>")
        shown = f'<ol start="0">{"".join(items)}</ol>' if items else ""
        more = len(self) - len(items)
        rest = f"<p>and {more:,} more</p>" if items and more else ""
        return (
            '<div style="max-width:60em;overflow-wrap:anywhere">'
            f"<p><b>{escape(repr(self))}</b></p>{shown}{rest}</div>"
        )

    def _with(self, ids):
        """Other rows of the same kind: a copy with other ids."""
        new = object.__new__(type(self))
        vars(new).update(vars(self), _ids=ids)
        return new


def _check_ids(ids, n_ids):
    if ids.dtype.kind not in "iu":
        raise TypeError(f"Expected whole numbers as ids, got dtype {ids.dtype}.")
    lowest, highest = ids.min(), ids.max()
    if lowest < 0 or highest >= n_ids:
        raise ValueError(
            f"Expected ids from 0 to {n_ids - 1}, got ids from {lowest} to {highest}. "
            "Take the vocabulary, or the vectors, that they were made with."
        )


def _word_html(i, known, others):
    """The word of an id on a page."""
    position = i - FIRST_WORD
    if 0 <= position < len(known):
        return escape(known[position])
    position -= len(known)
    word = others[position] if 0 <= position < len(others) else "?"
    title = "no word of the vocabulary"
    return f'<span style="opacity:.5" title="{title}">{escape(word)}</span>'


@public("skclf.sequence")
class TokenSequences(_Sequences):
    """Token ids of documents together with the vocabulary they belong to.

    To NumPy and scikit-learn it is an int32 matrix of shape ``(n, max_len)`` in which 0
    is padding and 1 an unknown word. Rows are selected as in a NumPy array; columns are
    selected from the matrix. The arrays inside are never written to.

    Parameters
    ----------
    ids : ndarray of shape (n, max_len)
        Token ids. Ids above the vocabulary stand for `unknown_words`, in order.
    vocabulary : dict of str to int
        Word to id; ids are consecutive and start at 2.
    unknown_words : sequence of str, default=()
        Words outside the vocabulary that occur in the documents. A word-vector lookup
        may know them; for everybody else they are the unknown word.
    vocabulary_fingerprint : str, default=None
        Digest of `vocabulary`; worked out when None.

    Raises
    ------
    TypeError
        If the ids are no whole numbers.
    ValueError
        If they are no matrix, or some id has no word.

    Attributes
    ----------
    shape : tuple of (int, int)
        Number of documents and number of positions.
    ndim : int
        Always 2.
    dtype : numpy.dtype
        Always int32.

    See Also
    --------
    skclf.sequence.SequenceEncoder : Makes them from texts.

    Examples
    --------
    >>> import numpy as np
    >>> from skclf.sequence import TokenSequences
    >>> X = TokenSequences([[2, 3, 0], [4, 2, 0]], {"fire": 2, "now": 3},
    ...                    unknown_words=["flames"])
    >>> X
    TokenSequences(n=2, max_len=3, vocabulary of 2 words)
    >>> np.asarray(X[1:])
    array([[1, 2, 0]], dtype=int32)
    """

    ndim = 2
    dtype = np.dtype(np.int32)
    of_characters = False  # whether the "words" are characters or n-grams of them

    def __init__(
        self, ids, vocabulary, *, unknown_words=(), vocabulary_fingerprint=None
    ):
        super().__init__(ids, FIRST_WORD + len(vocabulary) + len(unknown_words))
        self.vocabulary = vocabulary
        self.unknown_words = unknown_words
        self.vocabulary_fingerprint = vocabulary_fingerprint or fingerprint(vocabulary)

    @classmethod
    def _of_encoder(cls, ids, vocabulary, unknown_words, fingerprint, of_characters):
        """From ids that are right: to check those of one document takes a while."""
        new = object.__new__(cls)
        new._ids, new.vocabulary, new.unknown_words = ids, vocabulary, unknown_words
        new.vocabulary_fingerprint = fingerprint
        new.of_characters = of_characters
        return new

    @property
    def shape(self):
        return self._ids.shape

    @property
    def raw_ids(self):
        """The ids with a private one for every unknown word, as an int32 matrix."""
        return self._ids

    def _words(self):
        """Words of the ids from 2: those of the vocabulary, and others."""
        return list(self.vocabulary), self.unknown_words

    def _shown(self, ids):
        private = ids >= len(self.vocabulary) + FIRST_WORD
        if not np.count_nonzero(private):  # for few numbers faster than private.any()
            return ids
        return np.where(private, np.int32(UNKNOWN), ids)

    def __repr__(self):
        n, max_len = self.shape
        words = len(self.vocabulary)
        return f"TokenSequences(n={n}, max_len={max_len}, vocabulary of {words} words)"


@public("skclf.embed")
class EmbeddedSequences(_Sequences):
    """Documents as rows of a table of word vectors.

    To NumPy and scikit-learn it is a float array of shape ``(n, max_len, dim)``, which
    is built only where somebody asks for it. Rows are selected as in a NumPy array. The
    arrays inside are never written to.

    Parameters
    ----------
    ids : ndarray of shape (n, max_len)
        Row numbers of `table`. 0 is padding, 1 the unknown word, the words of the
        vocabulary follow from 2, and after them come words that only the vectors know.
    table : ndarray of shape (n_rows, dim)
        Word vectors; row 0 is zero. Shared, not copied.
    vocabulary : dict of str to int, default=None
        Word to row; None where the vectors do not belong to words.
    fingerprint : str, default=None
        Digest of the vocabulary and its vectors, by which nets know them again; that of
        the vocabulary alone when None.

    Attributes
    ----------
    shape : tuple of (int, int, int)
        Number of documents, of positions and of dimensions.
    ndim : int
        Always 3.
    dtype : numpy.dtype
        That of the table.

    See Also
    --------
    skclf.embed.EmbeddingLookup : Makes them from token sequences.

    Examples
    --------
    >>> import numpy as np
    >>> from skclf.embed import EmbeddedSequences
    >>> table = np.array([[0, 0], [0, 0], [1, 2]], dtype=np.float32)
    >>> X = EmbeddedSequences([[2, 0], [2, 1]], table, vocabulary={"fire": 2})
    >>> X
    EmbeddedSequences(n=2, max_len=2, dim=2, 3 vectors)
    >>> X[0]
    array([[1., 2.],
           [0., 0.]], dtype=float32)
    """

    ndim = 3

    def __init__(self, ids, table, *, vocabulary=None, fingerprint=None):
        self.table = np.asarray(table)
        if self.table.ndim != 2:
            raise ValueError(
                "Expected a table of shape (n_rows, dim), got shape "
                f"{self.table.shape}."
            )
        if self.table[PADDING:UNKNOWN].any():
            raise ValueError(
                "Expected a table whose row 0, the vector of padding, is zero, got "
                f"{self.table[PADDING]!r}."
            )
        super().__init__(ids, len(self.table))
        self.vocabulary = vocabulary
        self.fingerprint = fingerprint or _fingerprint(vocabulary)

    @classmethod
    def from_array(cls, X):
        """Wrap a 3-D float array; vectors of zeros at either end are padding.

        Parameters
        ----------
        X : ndarray of shape (n, max_len, dim)
            A vector for each position of each document.

        Returns
        -------
        EmbeddedSequences
            The same documents, without a vocabulary.
        """
        n, max_len, dim = X.shape
        some = X.any(axis=2)
        inside = np.maximum.accumulate(some, axis=1)
        inside &= np.maximum.accumulate(some[:, ::-1], axis=1)[:, ::-1]
        ids = np.arange(FIRST_WORD, n * max_len + FIRST_WORD).reshape(n, max_len)
        zeros = np.zeros((FIRST_WORD, dim), X.dtype)
        table = np.concatenate([zeros, X.reshape(-1, dim)])
        return cls(np.where(inside, ids, PADDING), table)

    @property
    def shape(self):
        return (*self._ids.shape, self.table.shape[1])

    @property
    def dtype(self):
        return self.table.dtype

    @property
    def raw_ids(self):
        """Row numbers of the table, as an int32 matrix."""
        return self._ids

    def _words(self):
        return list(self.vocabulary or ()), ()

    def _shown(self, ids):
        return self.table[ids]

    def __repr__(self):
        n, max_len, dim = self.shape
        rows = len(self.table)
        return f"EmbeddedSequences(n={n}, max_len={max_len}, dim={dim}, {rows} vectors)"


def _fingerprint(vocabulary):
    return None if vocabulary is None else fingerprint(vocabulary)


def is_full(key):
    """Whether an index selects everything: a plain colon."""
    return isinstance(key, slice) and key == slice(None)
