"""Topics of documents, as shares in numeric columns."""

from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skclf._base import HelpfulParamsMixin, ReadsTexts
from skclf._names import public
from skclf._once import WarnsOnce
from skclf._validation import (
    POSITIVE_INT,
    check_documents,
    check_labels,
    check_not_empty,
)
from skclf.features._coherence import npmi
from skclf.features._nonnegative import nonnegative_weights
from skclf.features._topic_mapping import TopicMapping, strongest_topics
from skclf.features._topic_words import to_shares, top_words, weights_table
from skclf.text._unsegmented import warn_if_unsegmented
from skclf.text._word_forms import load_stop_words

_MAX_ITER = {"nmf": 500, "lda": 10}
_ALIKE = "each topic has one share in all documents. Raise max_iter or lower min_df."


@public("skclf.features")
class TopicFeatures(
    WarnsOnce, ReadsTexts, HelpfulParamsMixin, TransformerMixin, BaseEstimator
):
    """Find topics in documents, and how much of each is in a document.

    To be put behind :class:`~skclf.text.TextCleaner`: parts of links are words, too.
    Labels are not used.

    Parameters
    ----------
    n_components : int, default=10
        Number of topics; at most the number of documents, and of words.
    method : {"nmf", "lda"}, default="nmf"
        - "nmf": non-negative matrix factorization [1]_ of TF-IDF. The better choice
          for short texts, and the faster one.
        - "lda": latent Dirichlet allocation [2]_ of counts.
    ngram_range : tuple of (int, int), default=(1, 1)
        Shortest and longest run of words that is taken as a word.
    stop_words : {"english"}, list, tuple, set or None, default="english"
        Words to leave out. "english" is ``skclf.text.ENGLISH_STOP_WORDS``.
    min_df, max_df : int or float, default=2 and 1.0
        Words in fewer or in more documents are left out; a float is a share of the
        documents.
    max_features : int, default=None
        Keep only so many words, the most frequent ones.
    n_top_words : int, default=10
        How many words describe a topic, in ``topics_`` and for its coherence.
    max_iter : int, default=None
        Most passes over the documents. None is 500 for "nmf", which stops before if it
        has converged, and 10 for "lda".
    random_state : int, RandomState instance or None, default=None
        For reproducible topics.

    Attributes
    ----------
    topics_ : DataFrame
        One row for each topic, named as its column, with the `share` of the training
        documents whose strongest topic it is, its `coherence` and its top `words`.
    top_words_ : DataFrame
        One row for each top word, with its `topic`, the `word` and its `weight`, which
        is that in ``components_``.
    coherence_ : ndarray of shape (n_components,)
        How often the top words of a topic are in the same training documents, from -1
        (never) to 1 (only together): the mean normalised pointwise mutual information
        (NPMI) [3]_ [4]_ of their pairs; NaN for a topic of fewer than two words.
    mean_coherence_ : float
        Its mean over the topics.
    strongest_topics_ : ndarray of int of shape (n_documents,)
        Number of the strongest topic of each training document; -1 where there is none.
    components_ : ndarray of shape (n_components, n_words)
        Weights of all words in each topic; rows sum to 1.
    vectorizer_ : TfidfVectorizer or CountVectorizer
        Turns documents into TF-IDF or counts of these words.
    n_iter_ : int
        Number of passes made over the documents.

    Raises
    ------
    ValueError
        If the training documents have no words, or fewer than `n_components`, or if
        there are fewer documents with words.
    TypeError
        If a document is not text.

    See Also
    --------
    TopicFeatures.map_topics : Compares topics with labels.
    skclf.compose.TextAndTable : Takes topics as the table beside word sequences.

    Notes
    -----
    Words are two and more letters or digits in a row, in small letters, as in
    scikit-learn's vectorizers.

    A row of the output sums to 1: with "nmf", the share of a topic is its part of the
    TF-IDF of the words that all topics explain together. A document of which no topic
    knows a word is a row of zeros. A row does not depend on the documents that are
    transformed with it.

    Documents without words are no evidence: for coherence, they do not count. Repeated
    documents (retweets) become topics of their own, of high coherence.

    Twenty topics of 7,613 disaster tweets and of 16,990 financial news have a mean
    coherence of 0.32 and 0.24 with "nmf", of -0.32 and 0.04 with "lda" (mean of three
    seeds).

    References
    ----------
    .. [1] D. D. Lee, H. S. Seung (1999). "Learning the parts of objects by non-negative
       matrix factorization". Nature 401.
    .. [2] D. M. Blei, A. Y. Ng, M. I. Jordan (2003). "Latent Dirichlet Allocation".
       Journal of Machine Learning Research 3.
    .. [3] G. Bouma (2009). "Normalized (Pointwise) Mutual Information in Collocation
       Extraction". GSCL.
    .. [4] J. H. Lau, D. Newman, T. Baldwin (2014). "Machine Reading Tea Leaves:
       Automatically Evaluating Topic Coherence and Topic Model Quality". EACL.

    Examples
    --------
    >>> from skclf.features import TopicFeatures
    >>> docs = ["forest fire", "fire and smoke", "forest fire smoke", None,
    ...         "sunny beach", "a day at the beach", "sunny day"]
    >>> topics = TopicFeatures(2, random_state=0).fit(docs)
    >>> topics.topics_.round(2)
             share  coherence                  words
    topic_0   0.43       0.50  [fire, forest, smoke]
    topic_1   0.43       0.23    [beach, day, sunny]
    >>> topics.transform(["Fire on the beach!", "smoke", "unknown"]).round(2)
    array([[0.5, 0.5],
           [1. , 0. ],
           [0. , 0. ]])

    Do topics go with labels?

    >>> topics.map_topics(["bad", "bad", "bad", "good", "good", "good", "good"]).table
            label  documents  purity
    topic_0   bad          3     1.0
    topic_1  good          3     1.0
    """

    _parameter_constraints = {
        "n_components": [POSITIVE_INT],
        "method": [StrOptions(set(_MAX_ITER))],
        "stop_words": [StrOptions({"english"}), list, tuple, set, frozenset, None],
        **{
            name: CountVectorizer._parameter_constraints[name]
            for name in ("ngram_range", "min_df", "max_df", "max_features")
        },
        "n_top_words": [Interval(Integral, 2, None, closed="left")],
        "max_iter": [POSITIVE_INT, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        n_components=10,
        *,
        method="nmf",
        ngram_range=(1, 1),
        stop_words="english",
        min_df=2,
        max_df=1.0,
        max_features=None,
        n_top_words=10,
        max_iter=None,
        random_state=None,
    ):
        self.n_components = n_components
        self.method = method
        self.ngram_range = ngram_range
        self.stop_words = stop_words
        self.min_df = min_df
        self.max_df = max_df
        self.max_features = max_features
        self.n_top_words = n_top_words
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X, y=None):
        """Find the topics.

        Parameters
        ----------
        X : iterable of str of length n_documents
            Training documents; ``None`` and NaN are empty ones.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : TopicFeatures
            The fitted transformer.
        """
        self.fit_transform(X)
        return self

    def fit_transform(self, X, y=None):
        """Find the topics, and the shares of them in the same documents.

        Parameters
        ----------
        X : iterable of str of length n_documents
            Training documents; ``None`` and NaN are empty ones.
        y : object, default=None
            Ignored.

        Returns
        -------
        ndarray of float64 of shape (n_documents, n_components)
            As for `transform`.
        """
        self._validate_params()
        docs = check_documents(X)
        check_not_empty(docs, "TopicFeatures")
        warn_if_unsegmented(docs)
        vectorizer = self._make_vectorizer(len(docs))
        counts = vectorizer.fit_transform(docs)
        with_words = counts[np.diff(counts.indptr) > 0]
        self._check_n_components(*with_words.shape)
        with np.errstate(invalid="ignore"):  # the error of a perfect fit may be -1e-17
            model = self._make_model().fit(with_words)
        self.vectorizer_ = vectorizer
        self.n_iter_ = model.n_iter_
        # By word in memory, which the product with sparse rows is quick with.
        self.components_ = np.asfortranarray(to_shares(model.components_))
        self._gram = self.components_ @ self.components_.T
        self._lda = None if self.method == "nmf" else model
        shares = self._shares(counts)
        self.strongest_topics_ = strongest_topics(shares)
        self._describe(with_words)
        ranges = np.ptp(shares[np.diff(counts.indptr) > 0], axis=0)
        self._end_fit(_ALIKE if len(ranges) > 1 and ranges.max() < 1e-3 else None)
        return shares

    def transform(self, X):
        """Compute the shares of the topics in documents.

        Parameters
        ----------
        X : iterable of str of length n_documents
            Documents; ``None`` and NaN are empty ones.

        Returns
        -------
        ndarray of float64 of shape (n_documents, n_components)
            One row for each document, which sums to 1 or is zeros; a DataFrame after
            ``set_output(transform="pandas")``.
        """
        check_is_fitted(self)
        docs = check_documents(X)
        if not docs:
            return np.zeros((0, len(self.components_)))
        return self._shares(self.vectorizer_.transform(docs))

    def map_topics(self, y, X=None):
        """Give each topic the most frequent label of the documents that it leads.

        Parameters
        ----------
        y : array-like of shape (n_documents,)
            Labels of the documents.
        X : iterable of str of length n_documents, default=None
            Documents. None are those of `fit`, in their order.

        Returns
        -------
        TopicMapping
            With `labels` of the topics, `accuracy`, the `baseline` that it is to be
            compared with, a `table` to print, and ``predict``.

        Raises
        ------
        ValueError
            If there is not one label for each document.

        Notes
        -----
        The accuracy is measured on the documents that give the labels, and rises with
        the number of topics. For one on other documents, predict their labels:
        ``accuracy_score(y_test, mapping.predict(topics.transform(X_test)))``.
        """
        check_is_fitted(self)
        strongest = self.strongest_topics_
        if X is not None:
            docs = check_documents(X)
            check_not_empty(docs, "map_topics")
            strongest = strongest_topics(self.transform(docs))
        name = "X of fit" if X is None else "X"
        y = check_labels(y, len(strongest), names=(name, "y"))
        return TopicMapping(strongest, y, self.get_feature_names_out())

    def get_feature_names_out(self, input_features=None):
        """Names of the topics.

        Parameters
        ----------
        input_features : object, default=None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (n_components,)
            ``topic_0``, ``topic_1`` and so on.
        """
        check_is_fitted(self)
        return np.array([f"topic_{i}" for i in range(len(self.components_))], object)

    def _make_vectorizer(self, n_documents):
        if isinstance(self.min_df, Integral) and self.min_df > n_documents:
            raise ValueError(
                f"Expected min_df of at most {n_documents}, the number of documents, "
                f"got {self.min_df!r}. Take a lower min_df or more documents."
            )
        make = TfidfVectorizer if self.method == "nmf" else CountVectorizer
        return make(
            stop_words=_as_tokens(load_stop_words(self.stop_words, False)),
            ngram_range=self.ngram_range,
            min_df=self.min_df,
            max_df=self.max_df,
            max_features=self.max_features,
        )

    def _check_n_components(self, n_documents, n_words):
        for n, what in ((n_documents, "documents with words"), (n_words, "words")):
            if n < self.n_components:
                raise ValueError(
                    f"Expected n_components of at most {n}, the number of {what}, got "
                    f"{self.n_components!r}. Take fewer topics, a lower min_df or more "
                    "documents."
                )

    def _make_model(self):
        params = {
            "n_components": self.n_components,
            "max_iter": self.max_iter or _MAX_ITER[self.method],
            "random_state": self.random_state,
        }
        if self.method == "nmf":
            # "nndsvd" may start so near the solution that NMF, which compares with its
            # first step, does not notice that it has converged.
            return NMF(init="nndsvda", **params)
        return LatentDirichletAllocation(**params)

    def _shares(self, counts):
        shares = np.zeros((counts.shape[0], len(self.components_)))
        rows = np.flatnonzero(np.diff(counts.indptr))
        if len(rows):
            counts = counts[rows]
            if self._lda is None:
                targets = counts @ self.components_.T
                weights = nonnegative_weights(targets, self._gram)
            else:
                weights = np.asarray(self._lda.transform(counts))
            shares[rows] = to_shares(weights)
        return shares

    def _describe(self, counts):
        """Work out `topics_` and the coherence."""
        words = top_words(self.components_, self.n_top_words)
        self.coherence_ = npmi(counts, words)
        measured = self.coherence_[~np.isnan(self.coherence_)]
        self.mean_coherence_ = float(measured.mean()) if len(measured) else np.nan
        leads = self.strongest_topics_[self.strongest_topics_ >= 0]
        n_led = np.bincount(leads, minlength=len(self.components_))
        names = self.vectorizer_.get_feature_names_out()
        self.topics_ = pd.DataFrame(
            {
                "share": n_led / len(self.strongest_topics_),
                "coherence": self.coherence_,
                "words": [names[top].tolist() for top in words],
            },
            index=self.get_feature_names_out().tolist(),
        )
        self.top_words_ = weights_table(
            self.components_, words, names, self.topics_.index
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags


def _as_tokens(stop_words):
    """Stop words as the vectorizers find them: ``don't`` is ``don``."""
    text = " ".join(stop_words).lower()
    return sorted(set(CountVectorizer().build_tokenizer()(text)))
