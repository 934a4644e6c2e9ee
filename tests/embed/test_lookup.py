"""EmbeddingLookup finds vectors for a vocabulary, wherever they are."""

import copy
import gc
import pickle
import warnings
import weakref

import joblib
import numpy as np
import pytest
from gensim.models import KeyedVectors
from sklearn import config_context
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skclf import DocumentEmbedding, EmbeddingLookup, SequenceEncoder
from skclf.embed import _in_memory, _lookup, _match, _vectors
from skclf.embed._match import CACHE
from skclf.exceptions import CoverageWarning

VECTORS = {
    "the": [1.0, 0.0],
    "fire": [3.0, 4.0],
    "Paris": [0.0, 2.0],
    "dont": [5.0, 0.0],
    "flames": [3.0, 3.0],
    "rain": [-1.0, 1.0],
}
TEXTS = ["the fire the zzz", "paris #fire", "don't FIRE"]


@pytest.fixture
def encoder():
    return SequenceEncoder().fit(TEXTS)


@pytest.fixture
def X(encoder):
    return encoder.transform(TEXTS)


@pytest.fixture
def path(tmp_path):
    lines = [" ".join([word, *map(str, v)]) for word, v in VECTORS.items()]
    path = tmp_path / "vectors.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def keyed_vectors():
    vectors = KeyedVectors(2)
    vectors.add_vectors(list(VECTORS), np.array(list(VECTORS.values()), np.float32))
    return vectors


def vector_of(lookup, X, word):
    return lookup.table_[X.vocabulary[word]].tolist()


@pytest.mark.parametrize("kind", ["path", "str", "dict", "gensim", "mapped"])
def test_all_kinds_of_vectors_give_the_same(kind, path, X, tmp_path):
    keyed_vectors().save(str(tmp_path / "saved.kv"))
    vectors = {
        "path": lambda: path,
        "str": lambda: str(path),
        "dict": lambda: VECTORS,
        "gensim": keyed_vectors,
        "mapped": lambda: KeyedVectors.load(str(tmp_path / "saved.kv"), mmap="r"),
    }[kind]()
    lookup = EmbeddingLookup(vectors, extra_words=1).fit(X)
    expected = EmbeddingLookup(VECTORS, extra_words=1).fit(X)
    np.testing.assert_array_equal(lookup.table_, expected.table_)
    assert lookup.extra_words_ == expected.extra_words_ == {"flames": 9}


def test_stands_for_an_array_of_vectors(X):
    embedded = EmbeddingLookup(VECTORS).fit_transform(X)
    array = np.asarray(embedded)
    assert array.shape == embedded.shape == (3, 4, 2)
    assert array[0].tolist() == [[1, 0], [3, 4], [1, 0], [0, 0]]
    assert array[1].tolist() == [[0, 2], [3, 4], [0, 0], [0, 0]]


def test_other_spellings_are_tried_in_order(X):
    lookup = EmbeddingLookup(VECTORS).fit(X)
    assert vector_of(lookup, X, "paris") == VECTORS["Paris"]
    assert vector_of(lookup, X, "#fire") == VECTORS["fire"]
    assert vector_of(lookup, X, "FIRE") == VECTORS["fire"]
    assert vector_of(lookup, X, "don't") == VECTORS["dont"]
    exact = EmbeddingLookup(VECTORS | {"paris": [9.0, 9.0]}).fit(X)
    assert vector_of(exact, X, "paris") == [9, 9]


def test_spellings_are_taken_as_they_stand_if_asked(X):
    with pytest.warns(CoverageWarning, match="case_fallback=True"):
        lookup = EmbeddingLookup(VECTORS, case_fallback=False).fit(X)
    assert lookup.missing_words_ == ["#fire", "FIRE", "don't", "paris", "zzz"]


def test_reports_what_was_found(X):
    lookup = EmbeddingLookup(VECTORS).fit(X)
    assert (lookup.n_found_, lookup.dim_) == (6, 2)
    assert lookup.missing_words_ == ["zzz"]
    assert lookup.coverage_ == {"types": 6 / 7, "tokens": 7 / 8}


def test_reports_on_words_that_the_encoder_cut():
    X = SequenceEncoder(min_count=2).fit_transform(
        ["fire fire rain yyy yyy yyy", "Flames zzz rain_"]
    )
    assert list(X.vocabulary) == ["yyy", "fire"]
    lookup = EmbeddingLookup(VECTORS)
    with pytest.warns(CoverageWarning, match="Only 44% .*: 'yyy', 'zzz', 'rain_'"):
        lookup.fit(X)
    assert lookup.coverage_ == {"types": 3 / 6, "tokens": 4 / 9}
    assert lookup.missing_words_ == ["yyy", "zzz", "rain_"]
    assert lookup.n_found_ == 1
    first = EmbeddingLookup(VECTORS).fit(X[:1])
    assert first.coverage_ == {"types": 2 / 3, "tokens": 3 / 6}
    assert first.missing_words_ == ["yyy"]


def test_missing_words_come_in_the_order_of_their_frequency():
    X = SequenceEncoder().fit_transform(
        ["b b b a a", "c fire fire fire fire fire fire"]
    )
    assert EmbeddingLookup(VECTORS).fit(X).missing_words_ == ["b", "a", "c"]


def test_every_spelling_has_the_vector_that_is_its_own():
    vectors = {"apple": [1.0, 1.0], "Apple": [2.0, 2.0], "flood": [3.0, 3.0]}
    encoder = SequenceEncoder()
    lookup = EmbeddingLookup(vectors)
    X = make_pipeline(encoder, lookup).fit_transform(["apple #flood"])
    assert np.asarray(X)[0].tolist() == [[1, 1], [3, 3]]
    for text, expected in {
        "Apple apple": [[2, 2], [1, 1]],
        "APPLE Apple": [[1, 1], [2, 2]],
        "flood Flood": [[3, 3], [3, 3]],  # known as #flood
    }.items():
        X = lookup.transform(encoder.transform([text]))
        assert np.asarray(X)[0].tolist() == expected
    assert lookup.extra_words_ == {"Apple": 4}


@pytest.mark.parametrize("oov", ["zeros", "mean", "random"])
def test_words_without_a_vector(oov, X):
    lookup = EmbeddingLookup(VECTORS, oov=oov, random_state=0).fit(X)
    missing = lookup.table_[[1, X.vocabulary["zzz"]]]
    found = [lookup.table_[i] for word, i in X.vocabulary.items() if word != "zzz"]
    assert not lookup.table_[0].any()
    if oov == "zeros":
        assert not missing.any()
    elif oov == "mean":
        np.testing.assert_allclose(missing, [np.mean(found, axis=0)] * 2, rtol=1e-6)
    else:
        assert missing.all()
        assert missing[0].tolist() != missing[1].tolist()
        again = EmbeddingLookup(VECTORS, oov=oov, random_state=0).fit(X)
        np.testing.assert_array_equal(lookup.table_, again.table_)
        other = EmbeddingLookup(VECTORS, oov=oov, random_state=1).fit(X)
        assert (lookup.table_ != other.table_).any()


@pytest.mark.parametrize("oov", ["zeros", "mean", "random"])
def test_vectors_of_unit_length(oov, X):
    lookup = EmbeddingLookup(
        VECTORS, oov=oov, normalize=True, extra_words=9, random_state=0
    ).fit(X)
    lengths = np.linalg.norm(lookup.table_, axis=1)
    zero = [0, 1, X.vocabulary["zzz"]] if oov == "zeros" else [0]
    np.testing.assert_allclose(np.delete(lengths, zero), 1, rtol=1e-6)
    assert not lengths[zero].any()


def test_half_precision_halves_the_table(X):
    full, half = (
        EmbeddingLookup(VECTORS, dtype=dtype).fit(X) for dtype in ("float32", "float16")
    )
    assert half.table_.nbytes * 2 == full.table_.nbytes
    np.testing.assert_allclose(half.table_, full.table_, rtol=1e-3)
    assert half.transform(X).dtype == np.float16


def test_numbers_too_large_for_half_precision(X):
    vectors = VECTORS | {"paris": [0.0, 70_000.0]}
    with pytest.raises(ValueError, match="65504.0 for .* got 70000.0 .* 'paris'"):
        EmbeddingLookup(vectors, dtype="float16").fit(X)
    EmbeddingLookup(vectors, dtype="float16", normalize=True).fit(X)


def test_words_that_training_never_saw(encoder, X):
    new = encoder.transform(["flames rain Fire storm"])
    few, many = (EmbeddingLookup(VECTORS, extra_words=n).fit(X) for n in (0, 2))
    assert np.asarray(few.transform(new))[0].tolist() == [
        [0, 0],
        [0, 0],
        VECTORS["fire"],  # another spelling of a known word
        [0, 0],
    ]
    assert np.asarray(many.transform(new))[0].tolist() == [
        VECTORS["flames"],
        VECTORS["rain"],
        VECTORS["fire"],
        [0, 0],
    ]


def test_words_that_the_encoder_cut_keep_their_vectors(path):
    CACHE.clear()
    texts = ["fire fire", "rain Flames", "zzz"]
    X = SequenceEncoder(min_count=2).fit_transform(texts)
    some, all_ = (EmbeddingLookup(path).fit(rows) for rows in (X[:1], X))
    assert some.extra_words_ == {}
    assert all_.extra_words_ == {"flames": 3, "rain": 4}
    assert np.asarray(all_.transform(X))[1:].tolist() == [
        [VECTORS["rain"], VECTORS["flames"]],
        [[0, 0], [0, 0]],
    ]
    more = EmbeddingLookup(path, extra_words=1).fit(X)
    assert more.extra_words_ == {"flames": 3, "rain": 4, "the": 5}


def test_only_words_of_these_rows_are_looked_up(encoder, X, monkeypatch):
    lookup = EmbeddingLookup(VECTORS).fit(X)
    new = encoder.transform(["Fire new1", *(f"x{i} y{i}" for i in range(50))])
    expected = np.asarray(lookup.transform(new))
    asked = []
    monkeypatch.setattr(
        _lookup, "spellings_of", lambda word: asked.append(word) or [word]
    )
    few = lookup.transform(new[1:2])
    assert asked == ["x0", "y0"]
    np.testing.assert_array_equal(np.asarray(few), expected[1:2])


def test_vectors_of_fasttext_know_the_words_of_training():
    from gensim.models.fasttext import FastTextKeyedVectors

    vectors = FastTextKeyedVectors(vector_size=2, min_n=3, max_n=4, bucket=10)
    vectors.vectors_ngrams = np.arange(20, dtype=np.float32).reshape(10, 2)
    encoder = SequenceEncoder(min_count=2)
    lookup = EmbeddingLookup(vectors)
    make_pipeline(encoder, lookup).fit(["fire fire", "Rain"])
    assert lookup.extra_words_ == {"Rain": 3}  # and no spellings that are in no text
    np.testing.assert_array_equal(lookup.table_[2:], vectors[["fire", "Rain"]])
    X = lookup.transform(encoder.transform(["Rain storm"]))
    assert X.raw_ids.tolist() == [[3, 1]]


def test_warns_when_most_words_are_unknown():
    X = SequenceEncoder().fit_transform(["fir burn hous", "storm rain"])
    with pytest.warns(CoverageWarning, match=r"Only 20% .*'burn', .*stemmer=None"):
        EmbeddingLookup(VECTORS).fit(X)


def test_a_vocabulary_without_any_vector_is_all_zeros():
    X = SequenceEncoder().fit_transform(["zzz yyy"])
    for oov in ("mean", "random"):
        with pytest.warns(CoverageWarning, match="Only 0%"):
            lookup = EmbeddingLookup(VECTORS, oov=oov).fit(X)
        assert lookup.table_.shape == (4, 2)
        assert not lookup.table_.any()


def test_clone_and_deep_copies_share_the_object():
    vectors = keyed_vectors()
    lookup = EmbeddingLookup(vectors, oov="mean")
    assert clone(lookup).vectors is vectors
    assert clone(lookup).oov == "mean"
    pipeline = make_pipeline(SequenceEncoder(), lookup)
    assert clone(pipeline)[1].vectors is vectors
    assert copy.copy(lookup).vectors is copy.deepcopy(lookup).vectors is vectors
    grid = {"embeddinglookup": [lookup]}
    assert (
        clone(GridSearchCV(pipeline, grid)).param_grid["embeddinglookup"][0].vectors
        is vectors
    )


@pytest.mark.parametrize("vectors", [VECTORS, keyed_vectors()], ids=["dict", "gensim"])
def test_the_object_is_found_again_in_the_same_process(vectors, X):
    lookup = EmbeddingLookup(vectors).fit(X)
    saved = pickle.dumps(lookup)
    assert saved == pickle.dumps(lookup)
    assert pickle.loads(saved).vectors is vectors
    assert copy.copy(lookup).vectors is vectors
    _in_memory._HELD.clear()
    elsewhere = pickle.loads(saved)
    assert "not saved" in repr(elsewhere)
    assert pickle.dumps(elsewhere) == saved


def test_an_object_is_not_kept_alive_for_that(X):
    lookup = EmbeddingLookup(keyed_vectors()).fit(X)
    held = weakref.ref(lookup.vectors)
    saved = pickle.dumps(lookup)
    del lookup
    gc.collect()
    assert held() is None
    assert "not saved" in repr(pickle.loads(saved))


def test_parameters_have_the_object_in_short():
    lookup = EmbeddingLookup(VECTORS)
    shown = lookup.get_params()["vectors"]
    assert repr(shown) == f"<dict of {len(VECTORS)} words>"
    assert EmbeddingLookup(**lookup.get_params()).vectors is VECTORS
    assert lookup.set_params(vectors="file.txt").get_params()["vectors"] == "file.txt"


def test_the_object_is_not_in_the_file(X, tmp_path):
    vectors = VECTORS | {f"word{i}": [0.0, 1.0] for i in range(20_000)}
    lookup = EmbeddingLookup(vectors).fit(X)
    joblib.dump(lookup, tmp_path / "lookup.joblib")
    assert (tmp_path / "lookup.joblib").stat().st_size < 5_000
    _in_memory._HELD.clear()  # as in another process
    loaded = joblib.load(tmp_path / "lookup.joblib")
    np.testing.assert_array_equal(
        np.asarray(loaded.transform(X)), np.asarray(lookup.transform(X))
    )
    assert "<dict, not saved>" in repr(loaded)
    with pytest.raises(ValueError, match=r"a dict, .*not saved.*memory=.*set_params\("):
        loaded.fit(X)
    loaded.set_params(vectors=VECTORS).fit(X)
    assert lookup.vectors is vectors


def test_an_unfitted_lookup_takes_its_object_to_other_processes():
    lookup = pickle.loads(pickle.dumps(EmbeddingLookup(VECTORS)))
    assert lookup.vectors == VECTORS


@pytest.mark.parametrize("changed_only", [True, False])
def test_is_printed_without_the_numbers(changed_only):
    class Number:
        def __repr__(self):
            pytest.fail("a number is printed")

    vectors = {f"word{i}": [Number()] for i in range(2000)}
    lookup = EmbeddingLookup(vectors, oov="mean")
    pipeline = make_pipeline(SequenceEncoder(), lookup)
    search = GridSearchCV(pipeline, {"embeddinglookup": [lookup]})
    with config_context(print_changed_only=changed_only):
        for printed in (lookup, pipeline, search):
            assert "vectors=<dict of 2,000 words>" in repr(printed)
            assert "&lt;dict of 2,000 words&gt;" in printed._repr_html_()
    assert lookup.vectors is vectors
    assert repr(EmbeddingLookup("a.txt")) == "EmbeddingLookup(vectors='a.txt')"


def test_a_file_is_read_once_for_the_same_words(path, X, monkeypatch):
    CACHE.clear()
    reads, found = [], []

    def finding(vectors, *options):
        found.append(vectors)
        return find_file(vectors, *options)

    find_file = _match.find_file
    for module in (_match, _vectors):
        monkeypatch.setattr(module, "find_file", finding)

    def counting(*args):
        reads.append(args)
        return find_vectors(*args)

    find_vectors = _match.find_vectors
    monkeypatch.setattr(_match, "find_vectors", counting)
    for oov in ("zeros", "mean", "random"):
        EmbeddingLookup(path, oov=oov, normalize=True).fit(X)
    assert len(reads) == 1
    assert len(found) == 3
    EmbeddingLookup(path).fit(SequenceEncoder().fit_transform(["other fire"]))
    assert len(reads) == 2
    EmbeddingLookup(path, extra_words=1).fit(X)
    assert len(reads) == 3
    path.write_text("fire 7 7\nthe 1 1\nparis 1 1\n", encoding="utf-8")
    changed = EmbeddingLookup(path).fit(X)
    assert len(reads) == 4
    assert len(found) == 6
    assert vector_of(changed, X, "fire") == [7, 7]


def test_the_cache_counts_words_too(X):
    few, many = (
        _match.match(VECTORS, X, [], case_fallback=True, extra_words=n) for n in (0, 2)
    )
    assert many.nbytes > few.nbytes + many.vectors.nbytes - few.vectors.nbytes + 200


def test_is_never_modified_by_another_fit(path, X):
    first = EmbeddingLookup(path).fit(X)
    table = first.table_.copy()
    EmbeddingLookup(path, normalize=True, oov="mean").fit(X)
    np.testing.assert_array_equal(first.table_, table)


@pytest.mark.parametrize(
    ("vectors", "error", "message"),
    [
        ("missing.txt", FileNotFoundError, "missing.txt"),
        (3, TypeError, "Expected vectors as a path, .* got 3"),
        (list(range(10**5)), TypeError, r"got \[0, 1, 2, 3, 4, 5, \.\.\.\]\.$"),
        ({}, ValueError, "empty dict"),
        ({"a": [1.0], "the": [1.0, 2.0]}, ValueError, r"\(1,\).*got \(2,\) for 'the'"),
        ({"the": ["x", "y"]}, ValueError, "numbers as the vector of 'the'"),
        ({"the": [1.0, np.nan]}, ValueError, "finite numbers.* 'the'"),
        ({"the": 3.0}, ValueError, "one vector for each word"),
    ],
    ids=["no file", "number", "list", "empty", "dimensions", "text", "nan", "scalar"],
)
def test_vectors_of_no_use(vectors, error, message, X):
    with pytest.raises(error, match=message):
        EmbeddingLookup(vectors).fit(X)


def test_a_whole_gensim_model_is_refused(X):
    class Model:
        wv = None

    with pytest.raises(TypeError, match=r"the model Model.*model\.wv"):
        EmbeddingLookup(Model()).fit(X)


@pytest.mark.parametrize(
    "wrong", [["raw text"], np.ones((2, 3)), np.array([[2, 3]])], ids=repr
)
def test_needs_the_output_of_the_encoder(wrong, X):
    lookup = EmbeddingLookup(VECTORS).fit(X)
    for use in (lookup.fit, lookup.transform):
        with pytest.raises(TypeError, match=r"expects TokenSequences.*SequenceEncoder"):
            use(wrong)


def test_refuses_another_vocabulary(X):
    lookup = EmbeddingLookup(VECTORS).fit(X)
    other = SequenceEncoder().fit_transform(["other words"])
    with pytest.raises(ValueError, match="vocabulary that EmbeddingLookup was fitted"):
        lookup.transform(other)


def test_refuses_to_transform_before_fit_and_to_fit_nothing(X):
    with pytest.raises(NotFittedError):
        EmbeddingLookup(VECTORS).transform(X)
    with pytest.raises(ValueError, match=r"0 sample\(s\)"):
        EmbeddingLookup(VECTORS).fit(X[:0])


@pytest.mark.parametrize(
    "params",
    [{"oov": "one"}, {"extra_words": -1}, {"dtype": "int8"}, {"normalize": 2}],
    ids=str,
)
def test_wrong_parameters(params, X):
    with pytest.raises(ValueError, match=f"The '{next(iter(params))}' parameter"):
        EmbeddingLookup(VECTORS, **params).fit(X)


def test_misspelt_parameter():
    with pytest.raises(ValueError, match="Did you mean 'normalize'"):
        EmbeddingLookup(VECTORS).set_params(normalise=True)


def test_what_comes_in_is_left_alone(X):
    vectors = {word: np.array(v) for word, v in VECTORS.items()}
    ids = X.raw_ids.copy()
    EmbeddingLookup(vectors, normalize=True, oov="mean").fit_transform(X)
    np.testing.assert_array_equal(X.raw_ids, ids)
    assert {word: v.tolist() for word, v in vectors.items()} == VECTORS


def test_set_output_does_no_harm(X):
    lookup = EmbeddingLookup(VECTORS).set_output(transform="pandas")
    assert lookup.fit_transform(X).shape == (3, 4, 2)


def test_for_linear_models():
    model = make_pipeline(
        SequenceEncoder(), EmbeddingLookup(VECTORS), DocumentEmbedding()
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert model.fit_transform(TEXTS).shape == (3, 2)
