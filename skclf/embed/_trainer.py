"""Word vectors learned from the training documents."""

from collections import Counter
from itertools import chain
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval, Options, StrOptions

from skclf._containers import FIRST_WORD, UNKNOWN
from skclf._names import public
from skclf._once import WarnsOnce
from skclf._validation import POSITIVE_INT
from skclf.embed._embedding import WordVectorTransformer
from skclf.embed._gensim import learn_vectors
from skclf.embed._subwords import vectors_of_parts

_SHARED = (
    "vector_size",
    "window",
    "min_count",
    "sg",
    "hs",
    "negative",
    "ns_exponent",
    "cbow_mean",
    "alpha",
    "min_alpha",
    "sample",
    "epochs",
)
_FASTTEXT_ONLY = ("min_n", "max_n", "bucket")

_TOO_LITTLE = (
    "the vectors have hardly moved from the random numbers that they started with. "
    "Raise epochs or alpha, or train on more documents, of several words each."
)


@public("skclf.embed")
class EmbeddingTrainer(WarnsOnce, WordVectorTransformer):
    """Learn word vectors from the training documents with gensim.

    The step after :class:`~skclf.sequence.SequenceEncoder`, in the place of
    :class:`EmbeddingLookup`. It learns from the documents that `fit` gets, so that in
    cross-validation no word of a test fold takes part. Words that the encoder cut from
    its vocabulary are learned too; positions beyond its `max_len` are not seen.

    Parameters
    ----------
    algorithm : {"word2vec", "fasttext"}, default="word2vec"
        "word2vec" [1]_ learns a vector for each word. "fasttext" [2]_ learns one for
        each run of letters as well, and so has a vector for words that it never saw.
    vector_size : int, default=100
        Length of a vector.
    window : int, default=5
        How many words to either side count as neighbours.
    min_count : int, default=1
        Words that occur less often than this are left out of training. They are then
        unknown to word2vec, while fastText composes their vectors.
    sg : {0, 1}, default=1
        1 is skip-gram, 0 is CBOW.
    hs : {0, 1}, default=0
        1 is hierarchical softmax, with ``negative=0``.
    negative : int, default=5
        Number of noise words for each word; 0 is allowed with ``hs=1`` only.
    ns_exponent : float, default=0.75
        Noise words are drawn in proportion to their count to this power.
    cbow_mean : {0, 1}, default=1
        Whether CBOW takes the mean of the neighbours' vectors or their sum. Without
        effect for skip-gram.
    alpha : float, default=0.025
        Learning rate at the start.
    min_alpha : float, default=0.0001
        Learning rate at the end.
    sample : float, default=1e-3
        Words more frequent than this share of all words are skipped now and then; 0
        skips none.
    epochs : int, default=20
        How often to go through the documents.
    min_n : int, default=3
        Shortest run of letters, "fasttext" only.
    max_n : int, default=6
        Longest run of letters, "fasttext" only.
    bucket : int, default=20000
        Number of vectors for runs of letters, "fasttext" only: several runs share one.
        These make up most of the size: ``4 * bucket * vector_size`` bytes.
    random_state : int, RandomState or None, default=None
        Seed; the same number gives the same vectors, in any process.
    verbose : int, default=0
        Show a line of progress if not 0.

    Attributes
    ----------
    table_ : ndarray of float32 of shape (n_rows, dim_)
        Vectors of padding (zeros), the unknown word (zeros), the vocabulary and the
        extra words.
    dim_ : int
        Length of a vector.
    n_found_ : int
        Number of words of the vocabulary that have a vector.
    coverage_ : dict of str to float
        Share of the words of the training documents (``"types"``), and of all their
        occurrences (``"tokens"``), that have a vector. Words that the encoder cut from
        its vocabulary count as well.
    missing_words_ : list of str
        These words without a vector, the most frequent first: those that `min_count`
        left out, or for fastText those too short for any run of letters.
    extra_words_ : dict of str to int
        Words of the training documents outside the encoder's vocabulary, and their
        rows in `table_`.
    ngram_vectors_ : ndarray of float32 of shape (bucket, dim_) or None
        Vectors of runs of letters; None for word2vec.

    Raises
    ------
    ValueError
        From `fit`, if parameters contradict each other or no word is frequent enough.

    Warns
    -----
    ConvergenceWarning
        From `fit`, if the vectors have hardly moved from where they started at random;
        once for all clones, as in a search.

    See Also
    --------
    EmbeddingLookup : Vectors that were learned elsewhere, from far more text.
    skclf.features.DocumentEmbedding : One vector for each document.

    Notes
    -----
    Parameters have gensim's names [3]_, but `sg`, `epochs`, `min_count` and `bucket`
    have defaults for a few thousand short texts, measured on the disaster tweets (mean
    of the vectors, logistic regression, accuracy of two folds): word2vec reaches .695
    with gensim's ``sg=0, epochs=5`` and .779 with ``sg=1, epochs=20``. fastText reaches
    .768, .778 and .777 with 5,000, 20,000 and 200,000 buckets; fitted on 6,000 of the
    tweets it takes 13 MB, 8 of them for runs of letters, where gensim's 2,000,000
    buckets would take 800.

    gensim runs in one thread, since several give other vectors each time. It is not
    part of the fitted state and not needed to transform.

    References
    ----------
    .. [1] T. Mikolov et al. (2013). "Efficient Estimation of Word Representations in
       Vector Space". https://arxiv.org/abs/1301.3781
    .. [2] P. Bojanowski et al. (2017). "Enriching Word Vectors with Subword
       Information". https://arxiv.org/abs/1607.04606
    .. [3] https://radimrehurek.com/gensim/models/word2vec.html

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skclf import EmbeddingTrainer, SequenceEncoder
    >>> trainer = EmbeddingTrainer("fasttext", vector_size=8, alpha=0.5, random_state=0)
    >>> pipeline = make_pipeline(SequenceEncoder(), trainer)
    >>> X = pipeline.fit_transform(["forest fire", "fire and smoke"] * 100)
    >>> X
    EmbeddedSequences(n=200, max_len=3, dim=8, 6 vectors)
    >>> bool(pipeline.transform(["firestorm"])[0].any())
    True
    """

    _parameter_constraints = {
        "algorithm": [StrOptions({"word2vec", "fasttext"})],
        "vector_size": [POSITIVE_INT],
        "window": [POSITIVE_INT],
        "min_count": [POSITIVE_INT],
        "sg": [Options(Integral, {0, 1})],
        "hs": [Options(Integral, {0, 1})],
        "negative": [Interval(Integral, 0, None, closed="left")],
        "ns_exponent": [Interval(Real, None, None, closed="neither")],
        "cbow_mean": [Options(Integral, {0, 1})],
        "alpha": [Interval(Real, 0, None, closed="neither")],
        "min_alpha": [Interval(Real, 0, None, closed="left")],
        "sample": [Interval(Real, 0, None, closed="left")],
        "epochs": [POSITIVE_INT],
        "min_n": [POSITIVE_INT],
        "max_n": [POSITIVE_INT],
        "bucket": [POSITIVE_INT],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    _coverage_advice = (
        "The others are too rare to be learned: lower min_count, or take "
        "algorithm='fasttext', which makes vectors of parts of words."
    )
    _character_advice = _coverage_advice

    def __init__(
        self,
        algorithm="word2vec",
        *,
        vector_size=100,
        window=5,
        min_count=1,
        sg=1,
        hs=0,
        negative=5,
        ns_exponent=0.75,
        cbow_mean=1,
        alpha=0.025,
        min_alpha=0.0001,
        sample=1e-3,
        epochs=20,
        min_n=3,
        max_n=6,
        bucket=20_000,
        random_state=None,
        verbose=0,
    ):
        self.algorithm = algorithm
        self.vector_size = vector_size
        self.window = window
        self.min_count = min_count
        self.sg = sg
        self.hs = hs
        self.negative = negative
        self.ns_exponent = ns_exponent
        self.cbow_mean = cbow_mean
        self.alpha = alpha
        self.min_alpha = min_alpha
        self.sample = sample
        self.epochs = epochs
        self.min_n = min_n
        self.max_n = max_n
        self.bucket = bucket
        self.random_state = random_state
        self.verbose = verbose

    def _learn(self, X, unknown):
        self._check_combinations()
        words = [*X.vocabulary, *X.unknown_words]
        sentences = _sentences(X, [_as_utf8(word) for word in words])
        self._check_counts(sentences)
        fasttext = self.algorithm == "fasttext"
        names = _SHARED + _FASTTEXT_ONLY if fasttext else _SHARED
        trained, learned = learn_vectors(
            self.algorithm,
            sentences,
            random_state=self.random_state,
            verbose=self.verbose,
            **{name: getattr(self, name) for name in names},
        )
        self.ngram_vectors_ = trained.vectors_ngrams if fasttext else None
        self._ngram_lengths = (self.min_n, self.max_n)
        self._keep(X, unknown, trained)
        self._end_fit(_TOO_LITTLE if learned < 1 else None, stacklevel=4)

    def _keep(self, X, unknown, trained):
        """Make the table of the vocabulary and of other words in the documents."""
        n_words = len(X.vocabulary)
        vectors = self._vectors([*X.vocabulary, *unknown.words], trained)
        found = vectors.any(axis=1)
        pairs = zip(unknown.words, found[n_words:], strict=True)
        extra = [word for word, has in pairs if has]
        self.extra_words_ = {
            word: row for row, word in enumerate(extra, FIRST_WORD + n_words)
        }
        kept = found.copy()
        kept[:n_words] = True
        padding_and_unknown = np.zeros((FIRST_WORD, self.vector_size), np.float32)
        table = np.concatenate([padding_and_unknown, vectors[kept]])
        self._set_table(X, unknown, table, found)

    def _check_combinations(self):
        if bool(self.hs) == bool(self.negative):
            raise ValueError(
                "Expected either hs=1 with negative=0, or hs=0 with negative > 0, got "
                f"hs={self.hs!r} and negative={self.negative!r}."
            )
        if self.algorithm == "fasttext" and self.min_n > self.max_n:
            raise ValueError(
                f"Expected min_n <= max_n, got min_n={self.min_n!r} and "
                f'max_n={self.max_n!r}. Vectors without subwords: algorithm="word2vec".'
            )

    def _check_counts(self, sentences):
        counts = Counter(chain.from_iterable(sentences))
        if max(counts.values(), default=0) < self.min_count:
            raise ValueError(
                f"No word occurs {self.min_count} times in the training documents. "
                f"Lower min_count, got {self.min_count!r}."
            )

    def _vectors(self, words, trained):
        """Vectors of words, zeros for those without one."""
        rows = [trained.key_to_index.get(_as_utf8(word), -1) for word in words]
        rows = np.array(rows, dtype=np.int64)
        vectors = np.zeros((len(words), self.vector_size), dtype=np.float32)
        vectors[rows >= 0] = trained.vectors[rows[rows >= 0]]
        if self.ngram_vectors_ is not None:
            left_out = np.flatnonzero(rows < 0)
            vectors[left_out] = self._compose([words[i] for i in left_out])
        return vectors

    def _compose(self, words):
        return vectors_of_parts(words, self.ngram_vectors_, *self._ngram_lengths)

    def _rows_of(self, words):
        rows = [self.extra_words_.get(word, UNKNOWN) for word in words]
        rows = np.array(rows, dtype=np.int32)
        if self.ngram_vectors_ is None:
            return rows, self.table_
        new = np.flatnonzero(rows == UNKNOWN)
        rows[new] = np.arange(len(self.table_), len(self.table_) + len(new))
        vectors = self._compose([words[i] for i in new])
        return rows, np.concatenate([self.table_, vectors])


def _sentences(X, words):
    """Documents as lists of words, without padding and unknown words unnamed."""
    names = [None, None, *words]
    return [[names[i] for i in row if i > UNKNOWN] for row in X.raw_ids.tolist()]


def _as_utf8(word):
    """The word without lone surrogates, which gensim could not encode."""
    return word.encode(errors="replace").decode()
