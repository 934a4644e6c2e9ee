"""Word vectors from a file or an object, looked up for a vocabulary."""

import re
import warnings
from numbers import Integral

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skclf._containers import FIRST_WORD, UNKNOWN
from skclf._names import public
from skclf.embed._embedding import LOW_COVERAGE, WordVectorTransformer
from skclf.embed._in_memory import InMemory, NotSaved
from skclf.embed._match import match
from skclf.embed._spellings import spellings_of
from skclf.embed._vector_table import make_table
from skclf.embed._vectors import is_shared
from skclf.exceptions import CoverageWarning
from skclf.text._scripts import WITHOUT_BLANKS

_ALPHABETS = re.compile(f"[^{WITHOUT_BLANKS}]+")


@public("skclf.embed")
class EmbeddingLookup(WordVectorTransformer):
    """Replace words by pretrained word vectors.

    The step after :class:`~skclf.sequence.SequenceEncoder`. Only the vectors of the
    words in the training documents are kept, also of those that the encoder cut from
    its vocabulary. A file is read as a stream, never as a whole, and once for the same
    words however many candidates of a grid search use it.

    Parameters
    ----------
    vectors : str, PathLike, dict or gensim.models.KeyedVectors
        - A path: GloVe or word2vec text (with or without a header line, plain, ``.gz``
          or ``.zip``) or word2vec binary (``.bin``, ``.bin.gz``).
        - A name of gensim-data such as ``"glove-twitter-25"``, if gensim has downloaded
          it to this machine, or is to do so: see `download_if_missing`.
        - A dict of word to vector.
        - Vectors that were loaded with gensim, also memory-mapped. They and a dict are
          shared, not copied, by `clone`; a fitted lookup is pickled without them.
          Those of fastText have a vector for any word of the training documents.
    oov : {"zeros", "mean", "random"}, default="zeros"
        Vector of a word that has none, and of unknown words: zeros, the mean of the
        vocabulary's vectors, or random numbers of the same spread.
    case_fallback : bool, default=True
        Try the word in lower case, capitalised, and without apostrophes and hash sign
        if it is not found as it stands. Vectors of these spellings are kept too.
    extra_words : int, default=0
        Keep the vectors of this many other words too, the most frequent ones
        (word-vector files are sorted by frequency). Documents that are transformed
        later get vectors for words that training never saw. All other words are then
        unknown, to vectors of fastText as well.
    normalize : bool, default=False
        Scale each vector to unit length, also those that `oov` makes up; zeros stay
        zeros.
    dtype : {"float32", "float16"}, default="float32"
        Number format of the table. Half precision halves the size of the pipeline's
        file, for numbers up to 65504.
    random_state : int, RandomState or None, default=None
        Seed for ``oov="random"``.
    download_if_missing : bool, default=False
        Whether to download vectors that are given by a name of gensim-data and are not
        on this machine, once, to where gensim keeps its data. It needs gensim.

    Attributes
    ----------
    table_ : ndarray of shape (n_rows, dim_)
        Vectors of padding (zeros), the unknown word, the vocabulary, the extra words.
    dim_ : int
        Length of a vector.
    n_found_ : int
        Number of words of the vocabulary that have a vector.
    coverage_ : dict of str to float
        Share of the words of the training documents (``"types"``), and of all their
        occurrences (``"tokens"``), that have a vector. Words that the encoder cut from
        its vocabulary count as well.
    missing_words_ : list of str
        These words without a vector, the most frequent first.
    extra_words_ : dict of str to int
        Words outside the vocabulary and their rows in `table_`: those that the encoder
        cut, other spellings that have a vector of their own, and `extra_words` frequent
        ones.
    n_duplicates_ : int
        How often the file repeats one of these words; the first vector counts.
    n_features_in_ : int
        Number of columns of the training data.

    See Also
    --------
    EmbeddingTrainer : Word vectors learned from the training documents.
    skclf.features.DocumentEmbedding : One vector for each document.

    Notes
    -----
    All lines of a text file are checked for their number of columns; only the numbers
    of the first line and of lines that are kept are read, so that wrong numbers
    elsewhere are not noticed.

    What was read from the last files stays in memory for the next fit, besides
    `table_`: up to 256 MB in all. More than that from one file is not kept, and the
    file is read in each fit.

    To try several objects in a grid search, let the candidates of the step be
    ``[EmbeddingLookup(first), EmbeddingLookup(second)]``: scikit-learn copies an object
    that is given as the candidate ``embed__vectors`` itself.

    A fitted lookup that is unpickled finds its object again in the process that pickled
    it, so that ``Pipeline(memory=...)`` can be fitted again; for this, the last four
    dicts that were left out of pickles stay in memory. In another process it has to be
    given vectors to fit anew. Searches and other meta-estimators (GridSearchCV,
    VotingClassifier) hold an unfitted copy besides the fitted one, and with it the
    whole object in their pickle: save ``best_estimator_``, or pass a path.

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
        "download_if_missing": ["boolean"],
    }

    _coverage_advice = (
        "Usually the words are stemmed, glued together or of another case than those "
        "of the vectors: set stemmer=None in the TextCleaner, look at its other "
        "options, and set case_fallback=True."
    )

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
        download_if_missing=False,
    ):
        self.vectors = vectors
        self.oov = oov
        self.case_fallback = case_fallback
        self.extra_words = extra_words
        self.normalize = normalize
        self.dtype = dtype
        self.random_state = random_state
        self.download_if_missing = download_if_missing

    @property
    def vectors(self):
        value = vars(self)["vectors"]
        return value.vectors if isinstance(value, InMemory) else value

    @vectors.setter
    def vectors(self, value):
        known = isinstance(value, InMemory | NotSaved | None)
        is_object = is_shared(value) and not known
        vars(self)["vectors"] = InMemory(value) if is_object else value

    def _learn(self, X, unknown):
        self._check_saved()
        matched = match(
            self.vectors,
            X,
            unknown.words,
            case_fallback=self.case_fallback,
            extra_words=self.extra_words,
            download_if_missing=self.download_if_missing,
        )
        first_extra = FIRST_WORD + len(X.vocabulary)
        self.extra_words_ = {
            word: row for row, word in enumerate(matched.extra, first_extra)
        }
        self.n_duplicates_ = matched.n_duplicates
        cut = [word in matched.cut for word in unknown.words]
        found = np.append(matched.rows >= 0, np.array(cut, dtype=bool))
        table = make_table(
            matched,
            [*X.vocabulary, *matched.extra],
            oov=self.oov,
            normalize=self.normalize,
            dtype=self.dtype,
            random_state=self.random_state,
        )
        self._set_table(X, unknown, table, found)
        aliases = {word: X.vocabulary[known] for word, known in matched.aliases.items()}
        self._rows = X.vocabulary | self.extra_words_ | aliases
        if X.of_characters:
            self._warn_of_letters(X.vocabulary)

    def _check_saved(self):
        if isinstance(self.vectors, NotSaved):
            raise ValueError(
                f"The word vectors, a {self.vectors.kind}, are not saved with a fitted "
                "EmbeddingLookup, be it in a file or by Pipeline(memory=...), and are "
                "found again in the same process only. Set them again to fit anew: "
                "set_params(vectors=...). A path is always saved."
            )

    def _warn_of_letters(self, vocabulary):
        """Say what the vector of a letter is; in Chinese, a character may be a word."""
        letters = list(filter(_ALPHABETS.fullmatch, vocabulary))
        is_known = self.coverage_["tokens"] >= LOW_COVERAGE
        if is_known and 2 * len(letters) > len(vocabulary):
            warnings.warn(
                "The documents are encoded as characters: vectors of words have for a "
                "letter that of the word of one letter. Set analyzer='word' in the "
                "SequenceEncoder, or learn vectors of characters: by EmbeddingTrainer, "
                "or by the net itself.",
                CoverageWarning,
                stacklevel=5,
            )

    def _rows_of(self, words):
        rows = np.fromiter(map(self._row, words), np.int32, len(words))
        return rows, self.table_

    def _row(self, word):
        for spelling in spellings_of(word) if self.case_fallback else (word,):
            if spelling in self._rows:
                return self._rows[spelling]
        return UNKNOWN

    def get_params(self, deep=True):
        """The parameters, with an object in memory as `vectors` in short.

        Parameters
        ----------
        deep : bool, default=True
            Without effect: no parameter is an estimator.

        Returns
        -------
        dict of str to object
            Parameter names and their values.
        """
        return super().get_params(deep) | {"vectors": vars(self)["vectors"]}

    def __getstate__(self):
        state, vectors = super().__getstate__(), vars(self)["vectors"]
        if isinstance(vectors, InMemory):
            vectors = vectors.for_pickle(is_whole=not hasattr(self, "table_"))
            state = state | {"vectors": vectors}
        return state
