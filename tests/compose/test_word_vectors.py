"""Word vectors as a step of a whole pipeline, from raw texts to labels."""

import joblib
import numpy as np
import pytest
import sklearn
from gensim.models import KeyedVectors
from helpers import tiny_pipeline
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from skclf import (
    DocumentEmbedding,
    EmbeddingLookup,
    EmbeddingTrainer,
    EmbeddingUnion,
    SequenceEncoder,
    TextCleaner,
    make_text_classifier,
    to_onnx_pipeline,
)
from skclf.compose._recipes import ON_SEQUENCES, READY_MADE, WITH_VECTORS
from skclf.embed import _match
from skclf.embed._match import CACHE

DIM = 10


@pytest.fixture(scope="module")
def words(tweets):
    """All words of the sample, by frequency."""
    texts = TextCleaner.preset("tweets").fit_transform(tweets[0])
    return list(SequenceEncoder().fit(texts).vocabulary_)


@pytest.fixture(scope="module")
def paths(words, tmp_path_factory):
    """Two vector files that know all words."""
    folder = tmp_path_factory.mktemp("vectors")
    rng = np.random.default_rng(0)
    for name in "ab":
        rows = rng.normal(size=(len(words), DIM)).round(3).tolist()
        lines = [
            f"{word} {' '.join(map(str, row))}"
            for word, row in zip(words, rows, strict=True)
        ]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [folder / "a", folder / "b"]


@pytest.mark.parametrize("name", ON_SEQUENCES)
def test_every_net_on_word_sequences_takes_vectors(name, paths, tweets):
    X, y = tweets
    model = tiny_pipeline(name, vectors=paths[0]).fit(X, y)
    steps = model["classify"].estimators_[1] if name in ("vote", "stack") else model
    assert list(steps.named_steps)[-3:] == ["encode", "embed", "classify"]
    assert steps["embed"].coverage_["types"] == 1
    assert steps["classify"].embedding == "trainable"
    assert model.predict_proba(X[:3]).shape == (3, 2)


@pytest.mark.parametrize("name", sorted(set(READY_MADE) - set(WITH_VECTORS)))
def test_the_others_say_that_they_take_none(name, paths):
    with pytest.raises(ValueError, match=f"Expected vectors=None for '{name}'"):
        make_text_classifier(name, vectors=paths[0])


@pytest.fixture(scope="module")
def wide_mlp(paths, tweets):
    """The perceptron on n-grams, pooled vectors, raw characters and statistics."""
    params = {"hidden_units": 32, "epochs": 2, "random_state": 0}
    params = {f"classify__{name}": value for name, value in params.items()}
    return make_text_classifier("mlp", vectors=paths[0], **params).fit(*tweets)


def test_a_perceptron_on_vectors_reads_raw_texts_too(wide_mlp, tweets):
    X, _ = tweets
    assert list(wide_mlp.named_steps) == ["vectorize", "classify"]
    quiet, loud = wide_mlp.predict_proba(["Fire in town", "FIRE in town!!!"])
    assert not np.allclose(quiet, loud)  # to the cleaner they are the same
    names = [name for name, _ in wide_mlp["vectorize"].transformer_list]
    assert names == ["cleaned", "raw", "statistics"]
    cleaned = wide_mlp["vectorize"].named_transformers["cleaned"]
    steps = cleaned["vectorize"].named_transformers["vectors"]
    assert steps["embed"].coverage_["types"] == 1
    assert cleaned[:1].transform(X[:1]).dtype == object
    assert cleaned["vectorize"].transformer_weights == {"vectors": 0.3}
    assert steps.transform(X[:5]).shape == (5, 3 * DIM)


def test_a_perceptron_on_vectors_is_tuned_and_saved(wide_mlp, paths, tweets):
    X, y = tweets
    step = "vectorize__cleaned__vectorize__vectors__embed__vectors"
    grid = {step: paths, "vectorize__raw__characters__max_features": [50]}
    search = GridSearchCV(wide_mlp, grid, cv=2, error_score="raise").fit(X, y)
    assert len(search.cv_results_["params"]) == 2
    loaded = joblib.load(joblib.dump(wide_mlp, paths[0].parent / "mlp.joblib")[0])
    np.testing.assert_array_equal(loaded.predict_proba(X), wide_mlp.predict_proba(X))


def test_a_perceptron_on_vectors_takes_a_missing_text_as_an_empty_one(wide_mlp):
    missing, empty = wide_mlp.predict_proba([None, ""])
    np.testing.assert_allclose(missing, empty, atol=1e-6)


def test_a_perceptron_on_vectors_under_pandas_output(wide_mlp, tweets):
    X, y = tweets
    with sklearn.config_context(transform_output="pandas"):
        proba = clone(wide_mlp).fit(X, y).predict_proba(X[:9])
    np.testing.assert_allclose(proba, wide_mlp.predict_proba(X[:9]), atol=1e-6)


def test_a_transformer_is_taken_as_the_step():
    trainer = EmbeddingTrainer("fasttext", vector_size=4)
    model = make_text_classifier("cnn", vectors=trainer, embed__window=2)
    assert isinstance(model["embed"], EmbeddingTrainer)
    assert (model["embed"].window, trainer.window) == (2, 5)


@pytest.fixture
def union(paths):
    """Vectors of two files side by side."""
    return EmbeddingUnion([(path.name, EmbeddingLookup(path)) for path in paths])


@pytest.mark.parametrize("name", ["cnn", "bigru"])
def test_vectors_of_two_files_from_raw_texts_to_onnx(name, union, tweets):
    X, y = tweets
    model = tiny_pipeline(name, vectors=union).fit(X, y)
    plain = to_onnx_pipeline(model)
    new = [*X[:5], "a word_that_nobody_knows", "FIRE", ""]
    expected = model.predict_proba(new)
    np.testing.assert_allclose(plain.predict_proba(new), expected, atol=1e-5)


def test_one_of_two_files_is_tuned(union, paths, tweets):
    model = tiny_pipeline("cnn", vectors=union, classify__epochs=1)
    grid = {"embed__a__vectors": paths, "embed__b__normalize": [True]}
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(*tweets)
    assert search.best_estimator_["embed"].dim_ == 2 * DIM


@pytest.mark.slow
def test_grid_search_over_the_vectors(paths, tweets):
    X, y = tweets
    grid = {
        "embed__vectors": paths,
        "embed__oov": ["zeros", "random"],
        "classify__embedding": ["frozen", "finetune"],
    }
    model = tiny_pipeline("cnn", vectors=paths[0], classify__epochs=1)
    search = GridSearchCV(model, grid, cv=2, n_jobs=2, error_score="raise")
    search.fit(X, y)
    assert len(search.cv_results_["params"]) == 8
    assert search.best_estimator_.predict(X).shape == y.shape


def test_a_search_reads_a_file_once_for_each_fold(paths, tweets, monkeypatch):
    CACHE.clear()
    read, find_vectors = [], _match.find_vectors

    def counting(vectors, *args):
        read.append(vectors)
        return find_vectors(vectors, *args)

    monkeypatch.setattr(_match, "find_vectors", counting)
    X, y = tweets
    model = make_pipeline(
        SequenceEncoder(),
        EmbeddingLookup(paths[0]),
        DocumentEmbedding(),
        LogisticRegression(),
    )
    grid = {
        "embeddinglookup__oov": ["zeros", "mean"],
        "embeddinglookup__normalize": [True, False],
        "logisticregression__C": [0.1, 1.0],
    }
    GridSearchCV(model, grid, cv=3, refit=False).fit(X, y)
    assert len(read) == 3


def test_looked_up_or_learned_is_a_choice_of_a_grid(paths, tweets):
    X, y = tweets
    model = make_pipeline(
        SequenceEncoder(), "passthrough", DocumentEmbedding(), LogisticRegression()
    )
    learned = EmbeddingTrainer(vector_size=8, epochs=2, random_state=0)
    grid = {"passthrough": [EmbeddingLookup(paths[0]), learned]}
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(X, y)
    assert len(search.cv_results_["params"]) == 2


def test_objects_in_memory_reach_other_processes(words, tweets):
    vectors = {word: np.full(4, i / 100) for i, word in enumerate(words)}
    X, y = tweets
    model = make_pipeline(
        SequenceEncoder(),
        EmbeddingLookup(vectors),
        DocumentEmbedding(),
        LogisticRegression(),
    )
    here, there = (cross_val_score(model, X, y, cv=2, n_jobs=n) for n in (None, 2))
    np.testing.assert_allclose(here, there)


@pytest.mark.parametrize("name", ["cnn", "gru"])
def test_a_frozen_table_is_in_the_file_once(name, paths, tweets, tmp_path):
    X, y = tweets
    model = tiny_pipeline(name, vectors=paths[0], classify__embedding="frozen")
    model.set_params(encode__max_words=None).fit(X, y)
    joblib.dump(model, tmp_path / "model.joblib")
    vocabulary = "".join(model["encode"].vocabulary_).encode()
    table = model["embed"].table_
    weights = 4 * model["classify"].n_parameters_ + table.nbytes
    size = (tmp_path / "model.joblib").stat().st_size
    assert size < 1.2 * (weights + len(vocabulary)) + 200_000
    big = np.tile(table, (100, 1))  # so that 200 kB are nothing beside it
    model["embed"].table_ = big
    joblib.dump(model, tmp_path / "big.joblib")
    assert (tmp_path / "big.joblib").stat().st_size < size + 1.1 * big.nbytes


def test_the_file_of_vectors_is_not_needed_to_predict(paths, tweets, tmp_path):
    X, y = tweets
    copy = tmp_path / "vectors.txt"
    copy.write_bytes(paths[0].read_bytes())
    model = tiny_pipeline("cnn", vectors=copy, embed__extra_words=5).fit(X, y)
    copy.unlink()
    CACHE.clear()
    joblib.dump(model, tmp_path / "model.joblib")
    loaded = joblib.load(tmp_path / "model.joblib")
    np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))


def test_caching_of_the_steps_before(paths, tweets, tmp_path):
    X, y = tweets
    model = tiny_pipeline("cnn", vectors=paths[0])
    expected = model.fit(X, y).predict_proba(X)
    model.set_params(memory=str(tmp_path))
    for _ in range(2):
        np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), expected)


@pytest.mark.parametrize("kind", [dict, KeyedVectors])
def test_objects_in_memory_and_caching(kind, words, tweets, tmp_path):
    rows = np.random.default_rng(0).normal(size=(len(words), 4))
    vectors = dict(zip(words, rows, strict=True))
    if kind is KeyedVectors:
        vectors = KeyedVectors(4)
        vectors.add_vectors(words, rows)
    X, y = tweets
    model = make_pipeline(
        SequenceEncoder(),
        EmbeddingLookup(vectors),
        DocumentEmbedding(),
        LogisticRegression(),
        memory=str(tmp_path),
    )
    search = GridSearchCV(model, {"logisticregression__C": [0.1, 1.0]}, cv=2)
    best = search.fit(X, y).best_estimator_
    for texts in (X, X, X[::-1]):  # the second fit finds all in the cache
        model.fit(texts, y)
        best.fit(texts, y)
        assert model[1].vectors is best[1].vectors is vectors


def test_an_empty_document_gets_a_fixed_prediction(paths, tweets):
    X, y = tweets
    model = tiny_pipeline("gru", vectors=paths[0]).fit(X, y)
    texts = ["", None, "https://t.co/x", "@user"]
    assert not any(model["clean"].transform(texts))
    empty = model.predict_proba(texts)
    assert np.isfinite(empty).all()
    assert (empty == empty[0]).all()


def test_names_of_all_columns_of_an_mlp(paths, tweets):
    features = make_text_classifier("mlp", vectors=paths[0])[:-1]
    names = features.fit(tweets[0]).get_feature_names_out()
    assert len(names) == features.transform(tweets[0][:1]).shape[1]
    blocks = {name.partition("__")[0] for name in names}
    assert blocks == {"cleaned", "raw", "statistics"}


def test_names_of_columns_of_document_vectors(paths, tweets):
    model = make_pipeline(
        SequenceEncoder(), EmbeddingLookup(paths[0]), DocumentEmbedding()
    ).fit(tweets[0])
    assert model.get_feature_names_out().tolist()[:2] == ["embedding_0", "embedding_1"]
