"""Word vectors from a file or an object, looked up for a vocabulary."""

from copy import deepcopy
from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from skclf._containers import FIRST_WORD, UNKNOWN
from skclf.embed._base import WordVectorTransformer
from skclf.embed._match import match
from skclf.embed._spellings import spellings
from skclf.embed._vectors import is_shared


class EmbeddingLookup(WordVectorTransformer):
    """Replace words by pretrained word vectors.

    The step after :class:`~skclf.sequence.SequenceEncoder`. Only the vectors of the
    fitted vocabulary are kept: a file is read as a stream, never as a whole, and once
    for each vocabulary however many candidates of a grid search use it.

    Parameters
    ----------
    vectors : str, PathLike, dict or gensim.models.KeyedVectors
        - A path: GloVe or word2vec text (with or without a header line, plain, ``.gz``
          or ``.zip``) or word2vec binary (``.bin``, ``.bin.gz``).
        - A name of gensim-data such as ``"glove-twitter-25"``: downloaded on first use.
        - A dict of word to vector.
        - Vectors that were loaded with gensim, also memory-mapped. They and a dict are
          shared, not copied, by `clone`; a fitted lookup is pickled without them.
    oov : {"zeros", "mean", "random"}, default="zeros"
        Vector of a word that has none, and of unknown words: zeros, the mean of the
        vectors found, or random numbers of the same spread.
    case_fallback : bool, default=True
        Try the word in lower case, capitalised, and without apostrophes and hash sign
        if it is not found as it stands.
    extra_words : int, default=0
        Keep the vectors of this many other words too, the most frequent ones
        (word-vector files are sorted by frequency). Documents that are transformed
        later get vectors for words that training never saw.
    normalize : bool, default=False
        Scale each vector to unit length.
    dtype : {"float32", "float16"}, default="float32"
        Number format of the table. Half precision halves the size of the pipeline's
        file.
    random_state : int, RandomState or None, default=None
        Seed for ``oov="random"``.

    Attributes
    ----------
    table_ : ndarray of shape (n_rows, dim_)
        Vectors of padding (zeros), the unknown word, the vocabulary, the extra words.
    dim_ : int
        Length of a vector.
    n_found_ : int
        Number of words of the vocabulary that have a vector.
    coverage_ : dict of str to float
        Share of the vocabulary (``"types"``) and of its occurrences in the training
        documents (``"tokens"``) that have a vector.
    missing_words_ : list of str
        Words of the vocabulary without a vector, the most frequent first.
    extra_words_ : dict of str to int
        Other words and their rows in `table_`.
    n_duplicates_ : int
        How often the file repeats one of these words; the first vector counts.

    See Also
    --------
    EmbeddingTrainer : Word vectors learned from the training documents.
    skclf.features.DocumentEmbedding : One vector for each document.

    Notes
    -----
    All lines of a text file are checked for their number of columns; only the numbers
    of lines that are kept are read, so that wrong numbers elsewhere are not noticed.

    To try several objects in a grid search, let the candidates of the step be
    ``[EmbeddingLookup(first), EmbeddingLookup(second)]``: scikit-learn copies an object
    that is given as the candidate ``embed__vectors`` itself.

    References
    ----------
    .. [1] J. Pennington, R. Socher, C. Manning (2014). "GloVe: Global Vectors for Word
       Representation". https://nlp.stanford.edu/projects/glove/
    .. [2] T. Mikolov et al. (2013). "Efficient Estimation of Word Representations in
       Vector Space". https://arxiv.org/abs/1301.3781

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skclf import EmbeddingLookup, SequenceEncoder
    >>> vectors = {"fire": [1.0, 2.0], "smoke": [2.0, 1.0], "flames": [1.5, 2.0]}
    >>> lookup = EmbeddingLookup(vectors, extra_words=10)
    >>> pipeline = make_pipeline(SequenceEncoder(), lookup)
    >>> X = pipeline.fit_transform(["Fire", "the smoke"])
    >>> X
    EmbeddedSequences(n=2, max_len=2, dim=2, 6 vectors)
    >>> lookup.coverage_["types"], lookup.missing_words_
    (0.6666666666666666, ['the'])
    >>> pipeline.transform(["flames"])[0]
    array([[1.5, 2. ],
           [0. , 0. ]], dtype=float32)
    """

    _parameter_constraints = {
        "vectors": "no_validation",
        "oov": [StrOptions({"zeros", "mean", "random"})],
        "case_fallback": ["boolean"],
        "extra_words": [Interval(Integral, 0, None, closed="left")],
        "normalize": ["boolean"],
        "dtype": [StrOptions({"float32", "float16"})],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        vectors,
        *,
        oov="zeros",
        case_fallback=True,
        extra_words=0,
        normalize=False,
        dtype="float32",
        random_state=None,
    ):
        self.vectors = vectors
        self.oov = oov
        self.case_fallback = case_fallback
        self.extra_words = extra_words
        self.normalize = normalize
        self.dtype = dtype
        self.random_state = random_state

    def _learn(self, X):
        if isinstance(self.vectors, NotSaved):
            raise ValueError(
                f"The word vectors, a {self.vectors.kind}, are not saved with a fitted "
                "EmbeddingLookup. Set them again to fit anew: "
                "set_params(vectors=...)."
            )
        matched = match(
            self.vectors,
            X,
            case_fallback=self.case_fallback,
            extra_words=self.extra_words,
        )
        first_extra = FIRST_WORD + len(X.vocabulary)
        self.extra_words_ = {
            word: row for row, word in enumerate(matched.extra, first_extra)
        }
        self.n_duplicates_ = matched.n_duplicates
        self._set_table(X, self._table(matched), matched.rows >= 0)
        self._rows = X.vocabulary | self.extra_words_
        self._warn_of_low_coverage()

    def _table(self, matched):
        rows = np.concatenate([matched.rows, [*matched.extra.values()]]).astype(int)
        table = np.zeros((FIRST_WORD + len(rows), matched.vectors.shape[1]), np.float32)
        words = table[FIRST_WORD:]
        if len(matched.vectors):
            np.take(matched.vectors, rows, axis=0, out=words, mode="clip")
            words[rows < 0] = 0
        if self.normalize:
            norms = np.sqrt(np.einsum("ij,ij->i", words, words))
            words /= np.where(norms > 0, norms, 1)[:, None]
        if self.oov != "zeros":
            found = words[: len(matched.rows)][matched.rows >= 0]
            without = np.flatnonzero(np.append([False, True], rows < 0))
            table[without] = self._substitutes(len(without), found)
        return table.astype(self.dtype, copy=False)

    def _substitutes(self, n, found):
        """Vectors for words that have none."""
        if not len(found):
            return 0
        if self.oov == "mean":
            return found.mean(axis=0)
        rng = check_random_state(self.random_state)
        return rng.normal(0, found.std(axis=0), (n, found.shape[1]))

    def _rows_of(self, words):
        rows = np.fromiter(map(self._row, words), np.int32, len(words))
        return rows, self.table_

    def _row(self, word):
        for spelling in spellings(word) if self.case_fallback else (word,):
            if spelling in self._rows:
                return self._rows[spelling]
        return UNKNOWN

    def __sklearn_clone__(self):
        bare = object.__new__(type(self))
        vars(bare).update(vars(self), vectors=None)
        new = super(EmbeddingLookup, bare).__sklearn_clone__()
        new.vectors = self.vectors
        return new

    def __deepcopy__(self, memo):
        memo[id(self.vectors)] = self.vectors
        new = object.__new__(type(self))
        vars(new).update(deepcopy(vars(self), memo))
        return new

    def __getstate__(self):
        state = super().__getstate__()
        if hasattr(self, "table_") and is_shared(self.vectors):
            state = state | {"vectors": NotSaved(type(self.vectors).__name__)}
        return state


class NotSaved:
    """Stands for an object that was left out of a pickle.

    Parameters
    ----------
    kind : str
        Name of the object's class.
    """

    def __init__(self, kind):
        self.kind = kind

    def __repr__(self):
        return f"<{self.kind}, not saved>"
