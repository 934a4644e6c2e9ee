"""EmbeddingLookup finds vectors for a vocabulary, wherever they are."""

import pickle
import warnings

import joblib
import numpy as np
import pytest
from gensim.models import KeyedVectors
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skclf import DocumentEmbedding, EmbeddingLookup, SequenceEncoder
from skclf.embed import _match
from skclf.embed._cache import CACHE, VectorCache
from skclf.exceptions import CoverageWarning, MissingResourceError

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


def test_missing_words_come_in_the_order_of_their_frequency():
    X = SequenceEncoder().fit_transform(
        ["b b b a a", "c fire fire fire fire fire fire"]
    )
    assert EmbeddingLookup(VECTORS).fit(X).missing_words_ == ["b", "a", "c"]


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


def test_vectors_of_unit_length(X):
    lookup = EmbeddingLookup(VECTORS, normalize=True, extra_words=9).fit(X)
    lengths = np.linalg.norm(lookup.table_, axis=1)
    zero = [0, 1, X.vocabulary["zzz"]]
    np.testing.assert_allclose(np.delete(lengths, zero), 1, rtol=1e-6)
    assert not lengths[zero].any()


def test_half_precision_halves_the_table(X):
    full, half = (
        EmbeddingLookup(VECTORS, dtype=dtype).fit(X) for dtype in ("float32", "float16")
    )
    assert half.table_.nbytes * 2 == full.table_.nbytes
    np.testing.assert_allclose(half.table_, full.table_, rtol=1e-3)
    assert half.transform(X).dtype == np.float16


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


def test_words_that_the_encoder_cut_may_be_extra_words():
    texts = ["fire fire", "rain"]
    X = SequenceEncoder(min_count=2).fit_transform(texts)
    embedded = EmbeddingLookup(VECTORS, extra_words=9).fit_transform(X)
    assert embedded[1][0].tolist() == VECTORS["rain"]


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
    grid = {"embeddinglookup": [lookup]}
    assert (
        clone(GridSearchCV(pipeline, grid)).param_grid["embeddinglookup"][0].vectors
        is vectors
    )


def test_the_object_is_not_in_the_file(X, tmp_path):
    vectors = VECTORS | {f"word{i}": [0.0, 1.0] for i in range(20_000)}
    lookup = EmbeddingLookup(vectors).fit(X)
    joblib.dump(lookup, tmp_path / "lookup.joblib")
    assert (tmp_path / "lookup.joblib").stat().st_size < 5_000
    loaded = joblib.load(tmp_path / "lookup.joblib")
    np.testing.assert_array_equal(
        np.asarray(loaded.transform(X)), np.asarray(lookup.transform(X))
    )
    assert "<dict, not saved>" in repr(loaded)
    with pytest.raises(ValueError, match=r"a dict, .*not saved.*set_params\(vectors"):
        loaded.fit(X)
    loaded.set_params(vectors=VECTORS).fit(X)
    assert lookup.vectors is vectors


def test_an_unfitted_lookup_takes_its_object_to_other_processes():
    lookup = pickle.loads(pickle.dumps(EmbeddingLookup(VECTORS)))
    assert lookup.vectors == VECTORS


def test_a_file_is_read_once_for_each_vocabulary(path, X, monkeypatch):
    CACHE.clear()
    reads = []

    def counting(*args):
        reads.append(args)
        return find_vectors(*args)

    find_vectors = _match.find_vectors
    monkeypatch.setattr(_match, "find_vectors", counting)
    for oov in ("zeros", "mean", "random"):
        EmbeddingLookup(path, oov=oov, normalize=True).fit(X)
    assert len(reads) == 1
    EmbeddingLookup(path).fit(SequenceEncoder().fit_transform(["other fire"]))
    assert len(reads) == 2
    EmbeddingLookup(path, extra_words=1).fit(X)
    assert len(reads) == 3
    path.write_text("fire 7 7\nthe 1 1\nparis 1 1\n", encoding="utf-8")
    changed = EmbeddingLookup(path).fit(X)
    assert len(reads) == 4
    assert vector_of(changed, X, "fire") == [7, 7]


def test_the_cache_is_bounded():
    class Item:
        nbytes = 40

    cache = VectorCache(max_bytes=100)
    for key in "abc":
        cache.get(key, Item)
    assert len(cache) == 2
    kept = cache.get("c", Item)
    assert cache.get("c", lambda: pytest.fail("read again")) is kept


def test_is_never_modified_by_another_fit(path, X):
    first = EmbeddingLookup(path).fit(X)
    table = first.table_.copy()
    EmbeddingLookup(path, normalize=True, oov="mean").fit(X)
    np.testing.assert_array_equal(first.table_, table)


def test_a_name_of_gensim_data_that_was_downloaded(path, X, tmp_path, monkeypatch):
    import gzip

    folder = tmp_path / "gensim-data" / "some-vectors-2"
    folder.mkdir(parents=True)
    with gzip.open(folder / "some-vectors-2.gz", "wb") as file:
        file.write(path.read_bytes())
    monkeypatch.setenv("GENSIM_DATA_DIR", str(tmp_path / "gensim-data"))
    lookup = EmbeddingLookup("some-vectors-2").fit(X)
    assert vector_of(lookup, X, "fire") == VECTORS["fire"]


def test_a_name_that_cannot_be_downloaded(X, tmp_path, monkeypatch):
    from gensim import downloader

    def offline(name, return_path):
        raise OSError(f"no network for {name}, {return_path}")

    monkeypatch.setenv("GENSIM_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(downloader, "load", offline)
    with pytest.raises(
        MissingResourceError, match=r"'glove-twitter-25' .*no network .*pass its path"
    ):
        EmbeddingLookup("glove-twitter-25").fit(X)


@pytest.mark.parametrize(
    ("vectors", "error", "message"),
    [
        ("missing.txt", FileNotFoundError, "missing.txt"),
        (3, TypeError, "Expected vectors as a path, .* got 3"),
        ({}, ValueError, "empty dict"),
        ({"a": [1.0], "the": [1.0, 2.0]}, ValueError, r"\(1,\).*got \(2,\) for 'the'"),
        ({"the": ["x", "y"]}, ValueError, "numbers as the vector of 'the'"),
        ({"the": [1.0, np.nan]}, ValueError, "finite numbers.* 'the'"),
        ({"the": 3.0}, ValueError, "one vector for each word"),
    ],
    ids=["no file", "number", "empty", "dimensions", "text", "nan", "scalar"],
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
