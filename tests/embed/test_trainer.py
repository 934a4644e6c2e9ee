"""Word vectors learned from the training documents, compared with gensim's own."""

import logging
import os
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from helpers import global_random_state
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from skclf import (
    DocumentEmbedding,
    EmbeddingLookup,
    EmbeddingTrainer,
    SequenceEncoder,
    TokenSequences,
)
from skclf.embed._subwords import ngram_buckets

TEXTS = [
    "forest fire near the lake",
    "the fire and the smoke",
    "smoke over the lake",
    "",
    "café 東京 🔥 fire",
]
BOTH = ["word2vec", "fasttext"]


def trainer(algorithm="word2vec", **params):
    """A trainer that is quick on a few texts."""
    small = {"vector_size": 6, "epochs": 3, "bucket": 50, "random_state": 0}
    return EmbeddingTrainer(algorithm, **small | params)


def encode(texts=TEXTS, **params):
    return SequenceEncoder(**params).fit_transform(texts)


def vector(fitted, X, word):
    """The vector that a word of these documents gets."""
    embedded = fitted.transform(X)
    words = [None, None, *X.vocabulary, *X.unknown_words]
    return embedded.table[embedded.raw_ids[X.raw_ids == words.index(word)][0]]


def gensim_vectors(algorithm, sentences, **params):
    from gensim.models import FastText, Word2Vec

    seed = np.random.RandomState(0).randint(2**31 - 1)
    if algorithm == "word2vec":
        model = Word2Vec
        params.pop("bucket")
    else:
        model = FastText
    return model(sentences, seed=seed, workers=1, **params).wv


@pytest.mark.parametrize("algorithm", BOTH)
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"sg": 0, "cbow_mean": 0, "window": 2},
        {"hs": 1, "negative": 0, "alpha": 0.05, "min_alpha": 0.01},
        {"negative": 2, "ns_exponent": 0.5, "sample": 0.1},
    ],
    ids=str,
)
def test_vectors_are_those_of_gensim(algorithm, params):
    fitted = trainer(algorithm, **params).fit(encode())
    shared = {"vector_size": 6, "epochs": 3, "bucket": 50, "min_count": 1, "sg": 1}
    expected = gensim_vectors(
        algorithm, [text.split() for text in TEXTS], **shared | params
    )
    for word, row in encode().vocabulary.items():
        np.testing.assert_array_equal(fitted.table_[row], expected[word])


@pytest.mark.parametrize("params", [{}, {"min_n": 1, "max_n": 2}, {"min_n": 4}])
def test_fasttext_composes_words_it_never_saw_as_gensim_does(params):
    encoder = SequenceEncoder().fit(TEXTS)
    fitted = trainer("fasttext", **params).fit(encoder.transform(TEXTS))
    new_words = ["fires", "forests", "cafés", "東京都", "🔥🔥", "x", "wildfire" * 9]
    expected = gensim_vectors(
        "fasttext",
        [text.split() for text in TEXTS],
        **{"vector_size": 6, "epochs": 3, "bucket": 50, "min_count": 1, "sg": 1}
        | params,
    )
    for word in new_words:
        X = encoder.transform([word])
        np.testing.assert_allclose(
            vector(fitted, X, word), expected[word], rtol=1e-5, atol=1e-8
        )


@pytest.mark.parametrize(("min_n", "max_n"), [(1, 1), (1, 6), (3, 6), (5, 5), (9, 12)])
@pytest.mark.parametrize("word", ["a", "fire", "naïve", "東京", "🔥", "<b>", ""])
def test_ngrams_are_hashed_as_in_gensim(word, min_n, max_n):
    from gensim.models.fasttext import ft_ngram_hashes

    buckets = ngram_buckets(word, min_n, max_n, 1000)
    assert buckets == ft_ngram_hashes(word, min_n, max_n, 1000)


def test_word2vec_knows_no_other_words():
    encoder = SequenceEncoder().fit(TEXTS)
    X = encoder.transform(["fire flames"])
    fitted = trainer().fit(encoder.transform(TEXTS))
    assert fitted.ngram_vectors_ is None
    embedded = fitted.transform(X)
    assert embedded.table is fitted.table_
    assert embedded.raw_ids[0, :2].tolist() == [encoder.vocabulary_["fire"], 1]
    assert not vector(fitted, X, "flames").any()


def test_fasttext_appends_new_words_for_one_call():
    encoder = SequenceEncoder().fit(TEXTS)
    train = encoder.transform(TEXTS)
    fitted = trainer("fasttext").fit(train)
    before = fitted.table_.copy()
    first = fitted.transform(train)
    X = fitted.transform(encoder.transform(["fires fire", "flames fires"]))
    assert first.table is fitted.table_
    assert X.fingerprint == first.fingerprint
    np.testing.assert_array_equal(X.table[: len(before)], before)
    np.testing.assert_array_equal(fitted.table_, before)
    n = len(before)
    assert X.raw_ids[:, :2].tolist() == [
        [n, encoder.vocabulary_["fire"]],
        [n + 1, n],
    ]


def test_fasttext_composes_only_words_of_these_rows():
    encoder = SequenceEncoder().fit(TEXTS)
    fitted = trainer("fasttext").fit(encoder.transform(TEXTS))
    X = encoder.transform(["fires", "forests lakes", "fire"])
    whole, part = fitted.transform(X), fitted.transform(X[1:])
    assert len(part.table) == len(fitted.table_) + 2
    np.testing.assert_array_equal(np.asarray(part), np.asarray(whole)[1:])
    assert fitted.transform(X[2:]).table is fitted.table_


@pytest.mark.parametrize("algorithm", BOTH)
def test_words_cut_from_the_vocabulary_are_learned(algorithm):
    whole, cut = encode(), encode(max_words=2)
    fitted = trainer(algorithm).fit(cut)
    assert set(fitted.extra_words_) == set(whole.vocabulary) - set(cut.vocabulary)
    assert sorted(fitted.extra_words_.values()) == list(range(4, len(fitted.table_)))
    expected = trainer(algorithm).fit(whole)
    for word in whole.vocabulary:
        np.testing.assert_array_equal(
            vector(fitted, cut, word), vector(expected, whole, word)
        )


@pytest.mark.parametrize("algorithm", BOTH)
def test_learns_from_its_rows_only(algorithm):
    X = encode(max_words=3)
    fitted = trainer(algorithm).fit(X[1:3])
    assert set(fitted.extra_words_) == {"and", "over", "smoke"}
    rows = encode(TEXTS[1:3])
    expected = trainer(algorithm).fit(rows)
    for word in rows.vocabulary:
        np.testing.assert_array_equal(
            vector(fitted, X, word), vector(expected, rows, word)
        )


def test_report_for_words_below_min_count():
    fitted = trainer(min_count=2).fit(encode())
    assert list(encode().vocabulary)[:4] == ["the", "fire", "lake", "smoke"]
    assert fitted.n_found_ == 4
    assert fitted.dim_ == 6
    assert fitted.coverage_ == {"types": 4 / 11, "tokens": 11 / 18}
    assert fitted.missing_words_ == list(encode().vocabulary)[4:]
    assert fitted.table_.shape == (13, 6)
    assert not fitted.table_[fitted.n_found_ + 2 :].any()


def test_report_counts_words_cut_from_the_vocabulary():
    X = encode(max_words=3)  # the fire lake
    fitted = trainer(min_count=2).fit(X)
    assert fitted.n_found_ == 3
    assert fitted.coverage_ == {"types": 4 / 11, "tokens": 11 / 18}
    assert set(fitted.missing_words_) == set(encode().vocabulary) - {
        "the", "fire", "lake", "smoke"
    }  # fmt: skip


def test_fasttext_composes_words_below_min_count():
    X = encode(max_words=6)
    fitted = trainer("fasttext", min_count=2).fit(X)
    assert fitted.coverage_ == {"types": 1.0, "tokens": 1.0}
    assert fitted.table_[2:].any(axis=1).all()
    assert len(fitted.extra_words_) == 5


def test_a_word_too_short_for_an_ngram_has_no_vector():
    fitted = trainer("fasttext", min_n=5, min_count=2).fit(encode(["fire fire 🔥"]))
    assert fitted.missing_words_ == ["🔥"]


@pytest.mark.parametrize("algorithm", BOTH)
def test_padding_and_unnamed_words_are_no_words(algorithm):
    X = encode()
    expected = trainer(algorithm).fit(X).table_
    before = trainer(algorithm).fit(encode(padding="pre")).table_
    np.testing.assert_array_equal(before, expected)
    ids = np.pad(X.raw_ids, [(0, 0), (0, 1)], constant_values=1)
    unnamed = trainer(algorithm).fit(TokenSequences(ids, X.vocabulary))
    np.testing.assert_array_equal(unnamed.table_, expected)
    assert not expected[:2].any()


@pytest.mark.parametrize("algorithm", BOTH)
def test_the_same_seed_gives_the_same_vectors(algorithm):
    X = encode(TEXTS * 2000)  # several batches, which threads would take in any order
    first, second = (trainer(algorithm).fit(X).table_ for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(trainer(algorithm, random_state=1).fit(X).table_, first)
    unseeded = trainer(algorithm, random_state=None)
    assert not np.array_equal(unseeded.fit(X).table_, clone(unseeded).fit(X).table_)


def test_another_process_gives_the_same_vectors():
    script = (
        "from skclf import EmbeddingTrainer, SequenceEncoder\n"
        f"X = SequenceEncoder().fit_transform({TEXTS!r})\n"
        "trainer = EmbeddingTrainer('fasttext', vector_size=6, epochs=3, bucket=50,"
        " random_state=0)\n"
        "print(trainer.fit(X).table_.tobytes().hex())"
    )
    seed = "7" if os.environ.get("PYTHONHASHSEED") != "7" else "8"
    result = subprocess.run(
        [sys.executable, "-W", "ignore:EmbeddingTrainer learned", "-c", script],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (
        result.stdout.strip()
        == trainer("fasttext").fit(encode()).table_.tobytes().hex()
    )
    assert not result.stderr


@pytest.mark.parametrize("algorithm", BOTH)
def test_nothing_global_changes_and_nothing_is_printed(algorithm, capfd):
    def state():
        loggers = {
            name: (logger.level, logger.disabled, tuple(logger.handlers))
            for name, logger in logging.Logger.manager.loggerDict.items()
            if isinstance(logger, logging.Logger)
        }
        return (
            global_random_state(),
            list(warnings.filters),
            list(logging.root.handlers),
            loggers,
        )

    X = encode()
    trainer(algorithm).fit(X)  # imports gensim
    before = state()
    trainer(algorithm, hs=1, negative=0).fit(X).transform(X)
    assert state() == before
    assert capfd.readouterr() == ("", "")


def test_verbose_says_how_far_it_is(capsys):
    trainer(verbose=1).fit(encode())
    assert capsys.readouterr().out == "Word vectors: 11 words, 3 epochs\n"


@pytest.mark.parametrize("algorithm", BOTH)
def test_pickle_is_small_and_works_without_gensim(algorithm, monkeypatch):
    encoder = SequenceEncoder().fit(TEXTS)
    fitted = trainer(algorithm).fit(encoder.transform(TEXTS))
    X = encoder.transform(["fires over the lake"])
    saved, expected = pickle.dumps(fitted), np.asarray(fitted.transform(X))
    assert b"gensim" not in saved
    n_numbers = fitted.table_.size + (50 * 6 if algorithm == "fasttext" else 0)
    assert len(saved) < 4 * n_numbers + 2000
    for name in [name for name in sys.modules if name.split(".")[0] == "gensim"]:
        monkeypatch.setitem(sys.modules, name, None)
    np.testing.assert_array_equal(pickle.loads(saved).transform(X), expected)


def test_changed_parameters_do_not_change_a_fitted_trainer():
    encoder = SequenceEncoder().fit(TEXTS)
    fitted = trainer("fasttext").fit(encoder.transform(TEXTS))
    X = encoder.transform(["fires"])
    expected = np.asarray(fitted.transform(X))
    fitted.set_params(algorithm="word2vec", min_n=1, bucket=9)
    np.testing.assert_array_equal(fitted.transform(X), expected)


def test_input_is_not_changed():
    X = encode()
    ids = X.raw_ids.copy()
    X.raw_ids.flags.writeable = False
    trainer().fit_transform(X)
    np.testing.assert_array_equal(X.raw_ids, ids)


@pytest.mark.parametrize("algorithm", BOTH)
@pytest.mark.parametrize(
    "texts", [["fire"], ["fire fire"], ["fire", ""], ["\ud800 fire"]], ids=ascii
)
def test_odd_documents(algorithm, texts):
    X = encode(texts)
    embedded = trainer(algorithm).fit_transform(X)
    assert embedded.table[2:].any(axis=1).all()
    assert np.isfinite(embedded.table).all()


def test_a_grid_swaps_lookup_and_training(tweets):
    texts, y = tweets
    pipeline = Pipeline(
        [
            ("encode", SequenceEncoder()),
            ("embed", EmbeddingTrainer()),
            ("pool", DocumentEmbedding()),
            ("classify", LogisticRegression(max_iter=1000)),
        ]
    )
    words = sorted({word for text in texts for word in text.split()})
    numbers = np.random.default_rng(0).normal(size=(len(words), 20))
    lookup = EmbeddingLookup(dict(zip(words, numbers, strict=True)))
    search = GridSearchCV(
        pipeline,
        {"embed": [lookup, trainer("fasttext", vector_size=20, epochs=30)]},
        cv=3,
        error_score="raise",
    ).fit(texts, y)
    assert search.cv_results_["mean_test_score"].min() > 0.5
    assert search.predict(texts).shape == y.shape


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"algorithm": "glove"}, "'algorithm' parameter of EmbeddingTrainer must be"),
        ({"vector_size": 0}, "'vector_size' parameter"),
        ({"window": 0}, "'window' parameter"),
        ({"min_count": 0}, "'min_count' parameter"),
        ({"sg": 2}, "'sg' parameter"),
        ({"hs": 2}, "'hs' parameter"),
        ({"negative": -1}, "'negative' parameter"),
        ({"ns_exponent": np.inf}, "'ns_exponent' parameter"),
        ({"cbow_mean": 2}, "'cbow_mean' parameter"),
        ({"alpha": 0}, "'alpha' parameter"),
        ({"min_alpha": -1}, "'min_alpha' parameter"),
        ({"sample": -1}, "'sample' parameter"),
        ({"epochs": 0}, "'epochs' parameter"),
        ({"min_n": 0}, "'min_n' parameter"),
        ({"max_n": 0}, "'max_n' parameter"),
        ({"bucket": 0}, "'bucket' parameter"),
        ({"random_state": "seed"}, "'random_state' parameter"),
        ({"verbose": -1}, "'verbose' parameter"),
        ({"negative": 0}, "hs=1 with negative=0, .* got hs=0 and negative=0"),
        ({"hs": 1}, "or hs=0 with negative > 0, got hs=1 and negative=5"),
        (
            {"algorithm": "fasttext", "min_n": 4, "max_n": 3},
            "Expected min_n <= max_n, got min_n=4 and max_n=3",
        ),
        ({"min_count": 6}, "No word occurs 6 times.* Lower min_count, got 6"),
    ],
    ids=str,
)
def test_bad_parameters_are_clear_errors(params, message):
    with pytest.raises(ValueError, match=message):
        trainer(**params).fit(encode())


def test_empty_documents_only_is_a_clear_error():
    X = SequenceEncoder().fit(TEXTS).transform(["", ""])
    with pytest.raises(ValueError, match="No word occurs 1 times"):
        trainer().fit(X)


def test_other_input_names_the_missing_step():
    with pytest.raises(TypeError, match=r"EmbeddingTrainer expects .* SequenceEncoder"):
        trainer().fit(TEXTS)


def test_ids_of_another_vocabulary_are_refused():
    fitted = trainer().fit(encode())
    with pytest.raises(ValueError, match="EmbeddingTrainer was fitted"):
        fitted.transform(encode(["other words"]))


def test_transform_before_fit():
    with pytest.raises(NotFittedError):
        trainer().transform(encode())


@pytest.mark.parametrize("algorithm", ["word2vec", "fasttext"])
@pytest.mark.parametrize("how", [{}, {"hs": 1, "negative": 0}], ids=["noise", "tree"])
def test_vectors_that_have_hardly_moved(algorithm, how):
    few = SequenceEncoder().fit_transform(["forest fire", "sunny beach"] * 20)
    alone = SequenceEncoder().fit_transform(["fire", "beach", "storm"] * 99)
    lazy = trainer(algorithm, epochs=1, **how)
    for X in (few, alone):
        with pytest.warns(ConvergenceWarning, match="EmbeddingTrainer learned too lit"):
            lazy.fit(X)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        clone(lazy).set_params(epochs=200, alpha=0.2, sample=0).fit(few)
