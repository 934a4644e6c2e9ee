"""Which words a fitted pipeline knows, found out from what reads them in it."""

from collections import Counter
from functools import partial
from itertools import chain
from math import ceil
from numbers import Integral

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import check_is_fitted

from skclf._containers import UNKNOWN
from skclf._validation import check_documents, excerpt
from skclf.compose._column_selection import texts_in
from skclf.compose._text_and_table import TextAndTable
from skclf.embed import SentenceEncoder
from skclf.embed._embedding import WordVectorTransformer
from skclf.features import TextStatistics, TopicFeatures
from skclf.models._net_classifier import NetClassifier
from skclf.sequence import SequenceEncoder
from skclf.sequence._splitting import choose_splitter
from skclf.text._scripts import WORD

# Where ensembles, searches and other wrappers keep what they have fitted.
_MEMBERS = (
    "best_estimator_",
    "student_",
    "estimator_",
    "estimators_",
    "calibrated_classifiers_",
    "estimator",
)


def unknown_shares(estimator, X):
    """Share of the words of each document that nothing in an estimator knows.

    Parameters
    ----------
    estimator : estimator
        A fitted pipeline of texts.
    X : iterable of str, or DataFrame
        What it takes.

    Returns
    -------
    ndarray of float of shape (n_documents,)
        From 0 to 1; NaN for documents without words.

    Raises
    ------
    ValueError
        If it cannot be told which words the estimator knows.
    """
    readers = readers_of(estimator)
    docs = readers[0].words(X)
    words = list(dict.fromkeys(chain.from_iterable(docs)))
    known = np.any([reader.knows(words) for reader in readers], axis=0)
    unknown = dict(zip(words, ~known, strict=True))
    return _means([[unknown[word] for word in doc] for doc in docs])


def unknown_shares_of_training(estimator, X):
    """The same of training documents, as if each had not been among them.

    What a training document has made known is unknown to it: its words would all be
    known otherwise, and those of other documents would look strange beside them.
    """
    readers = readers_of(estimator)
    docs = readers[0].words(X)
    words = list(dict.fromkeys(chain.from_iterable(docs)))
    knows = [
        (dict(zip(words, reader.knows(words), strict=True)), reader.without_one(X))
        for reader in readers
    ]

    def unknown(word, n_here):
        return not any(known[word] and rests(word, n_here) for known, rests in knows)

    counted = map(Counter, docs)
    return _means(
        [[unknown(word, here[word]) for word in here.elements()] for here in counted]
    )


def _means(docs):
    return np.array([np.mean(doc) if doc else np.nan for doc in docs], dtype=float)


def readers_of(estimator):
    """What reads words in a fitted estimator, parts that read whole words first."""
    check_is_fitted(estimator)
    found = _find(estimator, [])
    if not found:
        raise ValueError(
            "Expected a fitted pipeline of texts with a vocabulary, in a vectorizer of "
            f"scikit-learn or a SequenceEncoder, got {excerpt(estimator)}: nothing in "
            "it tells which words it knows."
        )
    return sorted(found, key=lambda reader: reader.of_characters)


class _Reader:
    """A part that reads words, and the steps from documents to it."""

    _documents = staticmethod(check_documents)

    def __init__(self, path):
        self._path = path

    def words(self, X):
        """The words of each document, as lists."""
        for step in self._path:
            X = step(X)
        return [self.split(text) for text in self._documents(X)]


class _VectorizerReader(_Reader):
    """A vectorizer knows a word if its vocabulary has it, or an n-gram of it."""

    def __init__(self, path, vectorizer):
        super().__init__(path)
        analyzer = vectorizer.analyzer
        self.of_characters = analyzer in ("char", "char_wb")
        self._min_df = vectorizer.min_df
        self._vocabulary = vectorizer.vocabulary_.keys()
        if self.of_characters:
            self.split = WORD.findall
            self._parts = vectorizer.build_analyzer()
        elif callable(analyzer):
            self._documents = list  # of whatever it takes
            self.split, self._parts = vectorizer.build_analyzer(), lambda word: [word]
        else:
            prepare = vectorizer.build_preprocessor()
            split = vectorizer.build_tokenizer()
            stop_words = frozenset(vectorizer.get_stop_words() or ())
            self.split = self._parts = lambda text: [
                word for word in split(prepare(text)) if word not in stop_words
            ]
            if vectorizer.ngram_range[0] > 1:  # a word is known by those it is in
                ngrams = (ngram.split(" ") for ngram in self._vocabulary)
                self._vocabulary = set(chain.from_iterable(ngrams))

    def knows(self, words):
        return np.array(
            [any(part in self._vocabulary for part in self._parts(w)) for w in words],
            dtype=bool,
        )

    def without_one(self, X):
        """A function that tells whether a word stays known without one document."""
        docs = self.words(X)
        counts = Counter()
        for doc in docs:
            counts.update(set(chain.from_iterable(map(self._parts, doc))))
        least = self._min_df
        least = (
            least if isinstance(least, Integral) else max(ceil(least * len(docs)), 1)
        )
        kept = {part for part, n in counts.items() if n > least}
        kept &= self._vocabulary
        return lambda word, n_here: any(part in kept for part in self._parts(word))


class _SequenceReader(_Reader):
    """A net knows the words of its encoder that it has trained, and those with vectors.

    Parameters
    ----------
    path : list of callable
        The steps to the encoder.
    encoder : SequenceEncoder
        It has the vocabulary.
    vectors : WordVectorTransformer or None
        The step after it.
    is_trained : bool
        Whether the net has vectors of its own for the vocabulary.
    """

    def __init__(self, path, encoder, vectors, is_trained):
        super().__init__(path)
        self.of_characters = encoder.analyzer != "word"
        self.split = choose_splitter(
            encoder.tokenizer,
            encoder.token_pattern,
            encoder.analyzer,
            encoder.ngram_range,
        )
        self._encoder = encoder
        self._vectors = vectors
        self._is_trained = is_trained

    def knows(self, words):
        learned = np.array([word in self._encoder.vocabulary_ for word in words], bool)
        if self._vectors is None:
            return learned
        missing = set(self._vectors.missing_words_)
        has_vector = learned & [word not in missing for word in words]
        new = np.flatnonzero(~learned)
        rows, table = self._vectors._rows_of([words[i] for i in new])
        has_vector[new] = (rows != UNKNOWN) & table[rows].any(axis=1)
        return has_vector | learned if self._is_trained else has_vector

    def without_one(self, X):
        if getattr(self._vectors, "ngram_vectors_", None) is not None:
            return lambda word, n_here: True  # made of parts of other words
        counts = Counter(chain.from_iterable(self.words(X)))
        least = self._encoder.min_count
        if self._vectors is not None:  # those cut from the vocabulary have one, too
            least = getattr(self._vectors, "min_count", 1)
        return lambda word, n_here: counts[word] - n_here >= least


def _find(part, path, after=None, net=None):
    """What reads words in a part; None if it hands texts on, or is no reader at all.

    Parameters
    ----------
    part : estimator
        A step, an ensemble, a pipeline or what is inside of them.
    path : list of callable
        The steps from documents to it.
    after : estimator, default=None
        The step that follows.
    net : estimator, default=None
        The last step.
    """
    if isinstance(part, Pipeline):
        return _find_in_steps(part, path, after, net)
    if isinstance(part, CountVectorizer):
        return [_VectorizerReader(path, part)]
    if isinstance(part, SequenceEncoder):
        vectors = after if isinstance(after, WordVectorTransformer) else None
        return [_SequenceReader(path, part, vectors, _has_own_vectors(net))]
    if isinstance(part, TopicFeatures):
        return [_VectorizerReader(path, part.vectorizer_)]
    if isinstance(part, TextStatistics | SentenceEncoder):
        return []  # nothing is unknown to it
    if isinstance(part, TextAndTable):
        if isinstance(part.text_, str):
            return []
        path = [*path, partial(texts_in, columns=part.text_column)]
        if isinstance(part.text_, list):  # of several columns
            return _find_in_all(part.text_, path, after, net)
        return _find(part.text_, path, after, net)
    if isinstance(part, FeatureUnion):
        branches = [branch for _, branch in part.transformer_list if branch != "drop"]
        return _find_in_all(branches, path, after, net)
    if isinstance(part, ColumnTransformer):
        return _find_in_columns(part, path, after, net)
    return _find_in_all(_members(part), path)


def _find_in_all(parts, path, after=None, net=None):
    """What reads words in branches or members; None if none of them does."""
    found = [_find(part, path, after, net) for part in parts]
    if found.count(None) == len(found):
        return None
    if None in found:
        raise ValueError(
            "Expected parts of a union or an ensemble that all tell which words they "
            f"know, got {excerpt(parts[found.index(None)])}, which does not."
        )
    return list(chain.from_iterable(found))


def _find_in_steps(pipeline, path, after, net):
    steps = [step for _, step in pipeline.steps if step not in (None, "passthrough")]
    net = steps[-1] if isinstance(steps[-1], NetClassifier) else net
    for i, step in enumerate(steps):
        following = _first(steps[i + 1]) if i + 1 < len(steps) else after
        found = _find(step, path, following, net)
        if found is not None:
            return found
        if not hasattr(step, "transform"):
            return None
        path = [*path, step.transform]
    return None


def _find_in_columns(transformer, path, after, net):
    found = []
    for _, part, columns in transformer.transformers_:
        if not isinstance(part, str):
            pick = partial(_safe_indexing, indices=columns, axis=1)
            found += _find(part, [*path, pick], after, net) or []
    return found


def _first(step):
    return _first(step.steps[0][1]) if isinstance(step, Pipeline) else step


def _members(part):
    """What an ensemble, a search or another wrapper has fitted."""
    for name in _MEMBERS:
        value = getattr(part, name, None)
        if isinstance(value, list):
            return [
                one for one in value if one is not None and not isinstance(one, str)
            ]
        if hasattr(value, "predict") or hasattr(value, "estimator"):
            return [value]
    return []


def _has_own_vectors(net):
    if not isinstance(net, NetClassifier):
        return False
    fitted = net._net
    return bool(getattr(fitted, "architecture", fitted).n_vectors)
