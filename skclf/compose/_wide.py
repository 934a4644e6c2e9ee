"""All that a net without word order can read of a text."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skclf._names import stored
from skclf._validation import check_documents
from skclf.compose._sparse_union import SparseUnion
from skclf.features import DocumentEmbedding, TextStatistics

# TF-IDF has rows of length 1; scaled numbers beside it would drown it.
_WEIGHT = 0.3
_WEIGHT_OF_ENCODINGS = 0.1  # they are more numbers
_POOLINGS = ("mean", "max", "tfidf")


def wide_features(clean, ngrams, word_vectors=None, encodings=None):
    """n-grams and pooled vectors of cleaned texts; of raw ones all that is lost there.

    Parameters
    ----------
    clean : tuple of (str, transformer)
        The step that cleans texts.
    ngrams : list of (str, transformer)
        Features of the cleaned texts.
    word_vectors : list of (str, transformer), default=None
        Steps that make word vectors of them.
    encodings : list of (str, transformer), default=None
        Steps that make one vector of a raw text, scaled.

    Returns
    -------
    FeatureUnion
        Takes raw texts.
    """
    cleaned = SparseUnion(ngrams)
    if word_vectors is not None:
        pooled = [
            (pooling, Pipeline([("pool", DocumentEmbedding(pooling)), _scale()]))
            for pooling in _POOLINGS
        ]
        vectors = Pipeline([*word_vectors, ("pool", SparseUnion(pooled))])
        cleaned.set_params(
            transformer_list=[*ngrams, ("vectors", vectors)],
            transformer_weights={"vectors": _WEIGHT},
        )
    union = SparseUnion(
        [
            ("cleaned", Pipeline([clean, ("vectorize", cleaned)])),
            ("raw", _raw_characters()),
            ("statistics", _statistics()),
        ],
        transformer_weights={"statistics": _WEIGHT},
    )
    if encodings is not None:
        union.transformer_list.append(("sentences", Pipeline(encodings)))
        union.transformer_weights["sentences"] = _WEIGHT_OF_ENCODINGS
    return union


def _scale():
    return "scale", StandardScaler()


def _statistics():
    log = FunctionTransformer(np.log1p, feature_names_out="one-to-one")
    return Pipeline([("count", TextStatistics()), ("log", log), _scale()])


def _raw_characters():
    """Capitals and marks, which cleaning removes, are worth a point on brands."""
    characters = TfidfVectorizer(
        lowercase=False,
        analyzer="char",
        ngram_range=(1, 3),
        sublinear_tf=True,
        max_features=5_000,
    )
    # A missing text is an empty one, as everywhere.
    as_texts = FunctionTransformer(check_documents, feature_names_out=name_of_texts)
    as_texts.set_output(transform="default")
    return Pipeline([("texts", as_texts), ("characters", characters)])


@stored
def name_of_texts(transformer, input_features):
    return np.array(["text"], dtype=object)
