"""One vector for each document, checked against slow loops."""

import pickle
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from skclf import DocumentEmbedding, SequenceEncoder, TokenSequences
from skclf.embed import EmbeddedSequences

POOLINGS = ["mean", "max", "tfidf", "sif"]
VOCABULARY = {"the": 2, "fire": 3, "smoke": 4, "xyz": 5}  # nobody knows "xyz"
TRAIN = [[2, 3, 4, 3, 2], [2, 4, 5, 1, 0], [0, 0, 0, 0, 0], [0, 0, 5, 2, 6], [5] * 5]
TEST = [[2, 2, 6, 7, 0], [0, 0, 0, 0, 3], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]]


def embedded(ids, dtype=np.float32, n_rows=8):
    """Documents with vectors of three dimensions; rows from 6 are extra words."""
    table = np.random.default_rng(0).normal(size=(n_rows, 3)).astype(dtype)
    table[[0, 1, 5]] = 0
    return EmbeddedSequences(ids, table, vocabulary=VOCABULARY, fingerprint="abc")


def known_words(X):
    """For each document the rows of its words that have a vector."""
    return [[i for i in row if X.table[i].any()] for row in X.raw_ids]


def mean_by_loop(train, X):
    pooled = np.zeros((len(X), 3))
    for row, words in zip(pooled, known_words(X), strict=True):
        if words:
            row[:] = np.mean([X.table[i] for i in words], axis=0)
    return pooled


def max_by_loop(train, X):
    pooled = np.zeros((len(X), 3))
    for row, words in zip(pooled, known_words(X), strict=True):
        if words:
            row[:] = np.max([X.table[i] for i in words], axis=0)
    return pooled


def tfidf_by_loop(train, X):
    documents = known_words(train)

    def idf(word):
        in_vocabulary = word in VOCABULARY.values()
        df = sum(word in words for words in documents) if in_vocabulary else 0
        return np.log((1 + len(documents)) / (1 + df)) + 1

    pooled = np.zeros((len(X), 3))
    for row, words in zip(pooled, known_words(X), strict=True):
        if words:
            total = sum(idf(i) * X.table[i].astype(float) for i in words)
            row[:] = total / sum(map(idf, words))
    return pooled


def sif_by_loop(train, X, a=1e-3, n_components=1):
    all_words = [word for words in known_words(train) for word in words]

    def weighted_means(documents):
        pooled = np.zeros((len(documents), 3))
        for row, words in zip(pooled, known_words(documents), strict=True):
            for word in words:
                in_vocabulary = word in VOCABULARY.values()
                p = all_words.count(word) / len(all_words) if in_vocabulary else 0
                row += a / (a + p) * documents.table[word] / len(words)
        return pooled

    pooled = weighted_means(X)
    components = np.linalg.svd(weighted_means(train))[2][:n_components]
    for component in components:
        pooled -= np.outer(pooled @ component, component)
    return pooled


@pytest.mark.parametrize("ids", [TRAIN, TEST], ids=["training", "later"])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_equals_the_formula(pooling, ids):
    reference = globals()[f"{pooling}_by_loop"]
    train, X = embedded(TRAIN), embedded(ids)
    pooled = DocumentEmbedding(pooling).fit(train).transform(X)
    np.testing.assert_allclose(pooled, reference(train, X), atol=1e-6)


@pytest.mark.parametrize(("a", "n_components"), [(0.1, 1), (1e-3, 0), (1e-3, 2)])
def test_sif_parameters(a, n_components):
    train, X = embedded(TRAIN), embedded(TEST)
    pooling = DocumentEmbedding("sif", a=a, n_components=n_components).fit(train)
    np.testing.assert_allclose(
        pooling.transform(X), sif_by_loop(train, X, a, n_components), atol=1e-6
    )
    assert pooling.components_.shape == (n_components, 3)
    np.testing.assert_allclose(
        pooling.components_ @ pooling.transform(X).T, 0, atol=1e-6
    )


def test_inverse_document_frequency_is_that_of_scikit_learn():
    texts = ["fire fire smoke", "the fire", "the hill", ""]
    encoder = SequenceEncoder().fit(texts)
    ids = encoder.transform(texts)
    table = np.ones((len(encoder.vocabulary_) + 2, 2))
    table[0] = 0
    X = EmbeddedSequences(ids.raw_ids, table, vocabulary=encoder.vocabulary_)
    counts = CountVectorizer(vocabulary=list(encoder.vocabulary_)).transform(texts)
    np.testing.assert_allclose(
        DocumentEmbedding("tfidf").fit(X).word_weights_,
        TfidfTransformer().fit(counts).idf_,
    )


@pytest.mark.parametrize("pooling", POOLINGS)
def test_document_without_known_words_is_zeros(pooling):
    X = embedded(TRAIN)
    pooled = DocumentEmbedding(pooling).fit_transform(X)
    assert not pooled[[2, 4]].any()
    assert pooled[[0, 1, 3]].any(axis=1).all()


@pytest.mark.parametrize("pooling", POOLINGS)
def test_padding_does_not_count(pooling):
    fitted = DocumentEmbedding(pooling).fit(embedded(TRAIN))
    ids = np.array(TEST)
    wide = np.pad(ids, [(0, 0), (3, 7)])
    np.testing.assert_allclose(
        fitted.transform(embedded(wide)), fitted.transform(embedded(ids)), rtol=1e-6
    )


@pytest.mark.parametrize("pooling", POOLINGS)
def test_unknown_words_count_only_if_they_have_a_vector(pooling):
    X, without = embedded([[3, 1, 4, 5]]), embedded([[3, 4, 0, 0]])
    fitted = DocumentEmbedding(pooling).fit(embedded(TRAIN))
    np.testing.assert_allclose(
        fitted.transform(X), fitted.transform(without), rtol=1e-6
    )
    X.table[1] = 9
    assert not np.allclose(fitted.transform(X), fitted.transform(without))


@pytest.mark.parametrize("pooling", ["tfidf", "sif"])
def test_words_outside_the_vocabulary_weigh_like_unseen_ones(pooling):
    fitted = DocumentEmbedding(pooling, n_components=0).fit(embedded([[2, 6], [2, 3]]))
    assert len(fitted.word_weights_) == len(VOCABULARY)
    assert fitted.unseen_weight_ == pytest.approx(fitted.word_weights_[2])
    assert fitted.unseen_weight_ > fitted.word_weights_[1] > fitted.word_weights_[0]
    longer = embedded([[9, 8]], n_rows=10)  # fastText appends rows for new words
    mean = DocumentEmbedding().fit(longer).transform(longer)
    np.testing.assert_allclose(fitted.transform(longer), mean, rtol=1e-6)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_nothing_to_learn_from_is_no_nan(pooling):
    fitted = DocumentEmbedding(pooling).fit(embedded([[0, 5], [1, 0]]))
    pooled = fitted.transform(embedded([[3, 0], [0, 0]]))
    np.testing.assert_allclose(pooled[0], embedded([[3]]).table[3], rtol=1e-6)
    assert not pooled[1].any()


def test_more_components_than_directions_remove_nothing_else():
    train = embedded([[3, 0], [3, 3]])
    fitted = DocumentEmbedding("sif", n_components=2).fit(train)
    assert not fitted.transform(train).round(6).any()
    assert not fitted.components_[1].any()
    assert fitted.transform(embedded([[4]])).any()


@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_an_array_of_three_dimensions_is_the_same(pooling):
    train, X = embedded(TRAIN), embedded(TEST)
    fitted = DocumentEmbedding(pooling).fit(np.asarray(train))
    expected = DocumentEmbedding(pooling).fit(train).transform(X)
    np.testing.assert_allclose(fitted.transform(np.asarray(X)), expected, rtol=1e-6)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("float16", "float32"), ("float32", "float32"), ("float64", "float64")],
)
def test_keeps_the_number_format(pooling, dtype, expected):
    X = embedded(TRAIN, dtype)
    assert DocumentEmbedding(pooling).fit_transform(X).dtype == expected


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_row_depends_on_no_other(pooling):
    X = embedded(TRAIN)
    fitted = DocumentEmbedding(pooling).fit(X)
    pooled = fitted.transform(X)
    for rows in ([3], [3, 0], slice(None, None, -1)):
        np.testing.assert_allclose(
            fitted.transform(X[rows]), pooled[rows], rtol=1e-6, atol=1e-7
        )


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_large_array_is_not_built(pooling):
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 500, size=(3000, 40)).astype(np.int32)
    table = rng.normal(size=(500, 200)).astype(np.float32)
    table[0] = 0
    vocabulary = {str(i): i for i in range(2, 500)}
    X = EmbeddedSequences(ids, table, vocabulary=vocabulary)
    tracemalloc.start()
    try:
        pooled = DocumentEmbedding(pooling).fit_transform(X)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < np.prod(X.shape) * 4 / 2
    one_by_one = [table[row[row > 0]].max(axis=0) for row in ids]
    if pooling == "max":
        np.testing.assert_array_equal(pooled, one_by_one)


def test_feature_names_and_pandas():
    X = embedded(TRAIN)
    pooling = DocumentEmbedding().fit(X)
    names = ["embedding_0", "embedding_1", "embedding_2"]
    assert pooling.get_feature_names_out().tolist() == names
    assert pooling.n_features_in_ == 3
    frame = pooling.set_output(transform="pandas").transform(X)
    assert isinstance(frame, pd.DataFrame)
    assert frame.columns.tolist() == names


@pytest.mark.parametrize("pooling", POOLINGS)
def test_survives_clone_and_pickle_and_leaves_its_input_alone(pooling):
    X = embedded(TRAIN)
    X.table.flags.writeable = X.raw_ids.flags.writeable = False
    fitted = clone(DocumentEmbedding(pooling)).fit(X)
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.transform(X), fitted.transform(X))


def test_a_second_fit_forgets_the_first():
    X = embedded(TRAIN)
    pooling = DocumentEmbedding("sif").fit(X).set_params(pooling="mean").fit(X)
    assert pooling.word_weights_ is pooling.components_ is None


@pytest.mark.parametrize("pooling", POOLINGS)
def test_feeds_a_linear_model(tweets, pooling):
    texts, y = tweets
    ids = SequenceEncoder(min_count=2).fit_transform(texts)
    rng = np.random.default_rng(0)
    table = rng.normal(size=(len(ids.vocabulary) + 2, 50)).astype(np.float32)
    table[:2] = 0
    X = EmbeddedSequences(np.asarray(ids), table, vocabulary=ids.vocabulary)
    model = make_pipeline(DocumentEmbedding(pooling), LogisticRegression(max_iter=1000))
    assert cross_val_score(model, X, y, cv=3).mean() > 0.6


def tokens():
    return TokenSequences([[2, 3]], {"the": 2, "fire": 3})


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (tokens(), r"got TokenSequences of shape \(1, 2\). Put EmbeddingLookup\(...\)"),
        (np.ones((2, 3)), r"got ndarray of shape \(2, 3\). Put SequenceEncoder\(\)"),
        (["the fire"], r"got list. Put SequenceEncoder\(\) and EmbeddingLookup\(...\)"),
        (np.full((1, 1, 1), "fire"), r"got ndarray of shape \(1, 1, 1\). Put"),
    ],
    ids=["tokens", "matrix", "texts", "words"],
)
def test_other_input_names_the_missing_step(X, message):
    with pytest.raises(TypeError, match=message):
        DocumentEmbedding().fit(X)
    with pytest.raises(TypeError, match=message):
        DocumentEmbedding().fit(embedded(TRAIN)).transform(X)


@pytest.mark.parametrize("pooling", ["tfidf", "sif"])
def test_weights_need_a_vocabulary(pooling):
    with pytest.raises(TypeError, match="which vector is which word"):
        DocumentEmbedding(pooling).fit(np.ones((2, 3, 4)))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"pooling": "median"}, "'pooling' parameter of DocumentEmbedding must be"),
        ({"pooling": "sif", "a": 0}, "'a' parameter of DocumentEmbedding must be"),
        ({"pooling": "sif", "n_components": -1}, "'n_components' parameter"),
        ({"pooling": "sif", "n_components": 3}, "below 3, the number of dim.*, got 3"),
    ],
    ids=str,
)
def test_bad_parameters_are_clear_errors(params, message):
    with pytest.raises(ValueError, match=message):
        DocumentEmbedding(**params).fit(embedded(TRAIN))


def test_no_documents_and_bad_numbers_are_clear_errors():
    X = embedded(TRAIN)
    with pytest.raises(ValueError, match=r"Found array with 0 sample\(s\)"):
        DocumentEmbedding().fit(X[:0])
    X.table[3, 1] = np.nan
    with pytest.raises(ValueError, match="finite word vectors, got NaN or infinity"):
        DocumentEmbedding().fit(X)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_vectors_of_another_fit_are_refused(pooling):
    X = embedded(TRAIN)
    fitted = DocumentEmbedding(pooling).fit(X)
    other = EmbeddedSequences(
        TRAIN, X.table, vocabulary=VOCABULARY, fingerprint="another"
    )
    narrow = EmbeddedSequences(TRAIN, X.table[:, :2], vocabulary=VOCABULARY)
    with pytest.raises(ValueError, match="got EmbeddedSequences.* of others"):
        fitted.transform(other)
    with pytest.raises(ValueError, match="of 2 dimensions, .* expecting 3"):
        fitted.transform(narrow)


def test_a_container_without_fingerprint_is_known_by_its_vocabulary():
    table = embedded(TRAIN).table
    fitted = DocumentEmbedding("tfidf").fit(
        EmbeddedSequences(TRAIN, table, vocabulary=VOCABULARY)
    )
    other = EmbeddedSequences(TRAIN, table, vocabulary={"a": 2, "b": 3})
    with pytest.raises(ValueError, match="of others"):
        fitted.transform(other)


def test_transform_before_fit_and_misspelt_parameter():
    with pytest.raises(NotFittedError):
        DocumentEmbedding().transform(embedded(TRAIN))
    with pytest.raises(ValueError, match="Did you mean 'pooling'"):
        DocumentEmbedding().set_params(poling="max")
