"""Word vectors of several sources, side by side."""

from itertools import chain

import numpy as np
from sklearn.base import clone
from sklearn.utils import Bunch
from sklearn.utils.metaestimators import _BaseComposition

from skclf._containers import FIRST_WORD, UNKNOWN
from skclf._names import public
from skclf._validation import excerpt
from skclf.embed._embedding import WordVectorTransformer


class _NamedTransformers(_BaseComposition):
    """Parameters of named transformers in a list, as FeatureUnion has them."""

    def get_params(self, deep=True):
        """The parameters, and with `deep` those of the transformers.

        Parameters
        ----------
        deep : bool, default=True
            Whether to give the transformers by their names, and their parameters.

        Returns
        -------
        dict of str to object
            Parameter names and their values.
        """
        return self._get_params("transformer_list", deep=deep)

    def set_params(self, **params):
        return self._set_params("transformer_list", **params)


@public("skclf.embed")
class EmbeddingUnion(WordVectorTransformer, _NamedTransformers):
    """Put the word vectors of several transformers side by side.

    The vector of a word is that of the first transformer, followed by that of the
    second, and so on [1]_. What one of them does not know is written with its own
    vector of unknown words; a word is unknown if none of them knows it. Vectors of
    several files know more words, and vectors learned from the training documents know
    what these words mean there.

    Parameters
    ----------
    transformer_list : list of (str, transformer)
        Names, and each an :class:`EmbeddingLookup`, an :class:`EmbeddingTrainer` or
        another union. They are copied; their parameters are set as
        ``name__parameter``.

    Attributes
    ----------
    transformers_ : list of (str, transformer)
        The fitted copies.
    named_transformers_ : Bunch
        The same by name.
    table_ : ndarray of shape (n_rows, dim_)
        Vectors of padding (zeros), the unknown word, the vocabulary, the extra words.
    dim_ : int
        Length of a vector: the sum of those of the transformers.
    n_found_ : int
        Number of words of the vocabulary that have a vector in one of them.
    coverage_ : dict of str to float
        Share of the words of the training documents (``"types"``), and of all their
        occurrences (``"tokens"``), that have a vector in one of them.
    missing_words_ : list of str
        Words of the training documents without a vector, the most frequent first.
    extra_words_ : dict of str to int
        Words outside the vocabulary and their rows in `table_`.
    n_features_in_ : int
        Number of columns of the training data.

    Raises
    ------
    ValueError
        From ``fit``, if the list is empty, holds something else, or a name twice.

    See Also
    --------
    sklearn.pipeline.FeatureUnion : The same for features of documents.

    Notes
    -----
    The unfitted transformers are kept beside the fitted copies. Where they hold vectors
    as an object in memory, it is pickled with the union: pass paths.

    References
    ----------
    .. [1] W. Yin, H. Schütze (2016). "Learning Word Meta-Embeddings".
       https://aclanthology.org/P16-1128/

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skclf import EmbeddingLookup, EmbeddingUnion, SequenceEncoder
    >>> news = EmbeddingLookup({"fire": [1.0, 2.0], "smoke": [2.0, 1.0]})
    >>> tweets = EmbeddingLookup({"fire": [0.5], "lol": [3.0]})
    >>> union = EmbeddingUnion([("news", news), ("tweets", tweets)])
    >>> X = make_pipeline(SequenceEncoder(), union).fit_transform(["fire lol", "smoke"])
    >>> X[0]
    array([[1. , 2. , 0.5],
           [0. , 0. , 3. ]], dtype=float32)
    """

    _parameter_constraints = {"transformer_list": "no_validation"}
    _coverage_advice = (
        "See coverage_ and missing_words_ of each in named_transformers_. Usually the "
        "words are stemmed, glued together or of another case than those of the "
        "vectors: set stemmer=None in the TextCleaner, and case_fallback=True."
    )

    def __init__(self, transformer_list):
        self.transformer_list = transformer_list

    @property
    def named_transformers_(self):
        """The fitted transformers by name."""
        return Bunch(**dict(self.transformers_))

    def _learn(self, X, unknown):
        self._check_transformers()
        self.transformers_ = [
            (name, clone(transformer)._fit_quietly(X))
            for name, transformer in self.transformer_list
        ]
        members = [transformer for _, transformer in self.transformers_]
        extra = dict.fromkeys(chain.from_iterable(t.extra_words_ for t in members))
        first_extra = FIRST_WORD + len(X.vocabulary)
        self.extra_words_ = {word: row for row, word in enumerate(extra, first_extra)}
        self._first_extra = first_extra
        missing = set.intersection(*(set(t.missing_words_) for t in members))
        words = [*X.vocabulary, *unknown.words]
        found = np.array([word not in missing for word in words])
        self._set_table(X, unknown, self._make_table(), found)

    def _make_table(self):
        tables = [t.table_[: self._first_extra] for _, t in self.transformers_]
        extra, _ = self._side_by_side(self.extra_words_)
        return np.vstack([np.hstack(tables), extra])

    def _check_transformers(self):
        pairs = self.transformer_list
        if not isinstance(pairs, list) or not pairs:
            raise ValueError(
                "Expected transformer_list as a list of pairs of a name and an "
                f"EmbeddingLookup or EmbeddingTrainer, got {excerpt(pairs)}."
            )
        for pair in pairs:
            if not _is_named(pair):
                raise ValueError(
                    "Expected each of transformer_list to be a pair of a name and an "
                    f"EmbeddingLookup or EmbeddingTrainer, got {excerpt(pair)}."
                )
        self._validate_names([name for name, _ in pairs])

    def _side_by_side(self, words):
        """Vectors of words outside the vocabulary, and which have one."""
        parts, known = [], np.zeros(len(words), dtype=bool)
        for _, transformer in self.transformers_:
            rows, table = transformer._rows_of(list(words))
            parts.append(table[rows])
            known |= rows != UNKNOWN
        return np.hstack(parts), known

    def _rows_of(self, words):
        rows = [self.extra_words_.get(word, UNKNOWN) for word in words]
        rows = np.array(rows, dtype=np.int32)
        new = np.flatnonzero(rows == UNKNOWN)
        if not len(new):
            return rows, self.table_
        vectors, known = self._side_by_side([words[i] for i in new])
        if not known.any():
            return rows, self.table_
        # A known word in another spelling, or a word made of subwords.
        first = len(self.table_)
        rows[new[known]] = np.arange(first, first + known.sum())
        return rows, np.vstack([self.table_, vectors[known]])

    # A file holds the vectors once: those of the transformers.

    def __getstate__(self):
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name != "table_"}

    def __setstate__(self, state):
        super().__setstate__(state)
        if hasattr(self, "transformers_"):
            self.table_ = self._make_table()


def _is_named(pair):
    if not isinstance(pair, tuple) or len(pair) != 2:
        return False
    return isinstance(pair[0], str) and isinstance(pair[1], WordVectorTransformer)
