"""Containers that flow between the stations of a pipeline."""

import hashlib

import numpy as np

PADDING = 0
UNKNOWN = 1
FIRST_WORD = 2


def fingerprint(vocabulary):
    """A short digest of a vocabulary's words in the order of their ids.

    Parameters
    ----------
    vocabulary : dict of str to int
        Word to id, in the order of the ids.

    Returns
    -------
    str
        Hexadecimal digest, equal for equal vocabularies only.
    """
    text = "\n".join(vocabulary)
    return hashlib.blake2b(
        text.encode(errors="surrogatepass"), digest_size=16
    ).hexdigest()


class TokenSequences:
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

    def __init__(
        self, ids, vocabulary, *, unknown_words=(), vocabulary_fingerprint=None
    ):
        self._ids = np.asarray(ids, dtype=np.int32)
        if self._ids.ndim != 2:
            raise ValueError(
                "Expected token ids of shape (n_documents, max_len), got shape "
                f"{self._ids.shape}."
            )
        self.vocabulary = vocabulary
        self.unknown_words = unknown_words
        self.vocabulary_fingerprint = vocabulary_fingerprint or fingerprint(vocabulary)

    @property
    def shape(self):
        return self._ids.shape

    @property
    def raw_ids(self):
        """The ids with a private one for every unknown word, as an int32 matrix."""
        return self._ids

    def __len__(self):
        return len(self._ids)

    def __getitem__(self, key):
        if isinstance(key, tuple):
            rows, *rest = key
            if any(k is not Ellipsis and not _is_full(k) for k in rest):
                return np.asarray(self)[key]
            key = rows
        ids = self._ids[key]
        if ids.ndim != 2:
            return _hide_private(ids, len(self.vocabulary))
        return TokenSequences(
            ids,
            self.vocabulary,
            unknown_words=self.unknown_words,
            vocabulary_fingerprint=self.vocabulary_fingerprint,
        )

    def __array__(self, dtype=None, copy=None):
        ids = _hide_private(self._ids, len(self.vocabulary))
        made_new = ids is not self._ids
        if dtype is not None and np.dtype(dtype) != ids.dtype:
            ids, made_new = ids.astype(dtype), True
        if copy is False and made_new:
            raise ValueError(
                "TokenSequences cannot be shown as this array without a copy."
            )
        return ids.copy() if copy and not made_new else ids

    def __repr__(self):
        n, max_len = self.shape
        words = len(self.vocabulary)
        return f"TokenSequences(n={n}, max_len={max_len}, vocabulary of {words} words)"


def _is_full(key):
    return isinstance(key, slice) and key == slice(None)


def _hide_private(ids, n_words):
    """Show words outside the vocabulary as the unknown word."""
    private = ids >= n_words + FIRST_WORD
    return np.where(private, np.int32(UNKNOWN), ids) if private.any() else ids
