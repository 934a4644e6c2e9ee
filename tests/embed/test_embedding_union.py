"""Word vectors of several transformers side by side."""

import pickle
import re

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skclf import EmbeddingLookup, EmbeddingTrainer, EmbeddingUnion, SequenceEncoder
from skclf.exceptions import CoverageWarning

NEWS = {"fire": [1.0, 2.0], "smoke": [2.0, 1.0], "London": [5.0, 5.0]}
TWEETS = {"fire": [0.5], "lol": [3.0], "omg": [4.0]}


def union(**params):
    news, tweets = EmbeddingLookup(NEWS, **params), EmbeddingLookup(TWEETS, **params)
    return EmbeddingUnion([("news", news), ("tweets", tweets)])


def encode(texts, **params):
    return SequenceEncoder(padding="post", **params).fit_transform(texts)


def test_vectors_stand_side_by_side():
    X = union().fit_transform(encode(["fire lol smoke"]))
    np.testing.assert_array_equal(X[0], [[1, 2, 0.5], [0, 0, 3], [2, 1, 0]])
    assert (X.shape, X.dtype) == ((1, 3, 3), np.float32)


def test_what_one_does_not_know_is_its_unknown_word():
    X = union(oov="mean").fit_transform(encode(["fire lol smoke"]))
    np.testing.assert_array_equal(X[0][1], [1.5, 1.5, 3])
    np.testing.assert_array_equal(X[0][2], [2, 1, 1.75])


def test_reports_what_was_found_by_either():
    fitted = union().fit(encode(["fire fire lol", "smoke xyz"]))
    assert fitted.coverage_ == {"types": 0.75, "tokens": 0.8}
    assert fitted.missing_words_ == ["xyz"]
    assert (fitted.n_found_, fitted.dim_) == (3, 3)
    news = fitted.named_transformers_["news"]
    assert news.missing_words_ == ["lol", "xyz"]


def test_what_they_cover_together_is_judged():
    X = encode(["fire lol smoke omg London fire"])
    few = EmbeddingLookup({"smoke": [1.0]})
    others = EmbeddingLookup({word: [1.0] for word in ("fire", "lol", "omg", "London")})
    inner = EmbeddingUnion([("few", few), ("others", others)])
    for members in ([few, others], [others, few], [few, inner]):
        fitted = EmbeddingUnion([*zip("ab", members, strict=True)]).fit(X)
        assert fitted.coverage_ == {"types": 1, "tokens": 1}  # and no warning
    with pytest.warns(CoverageWarning, match="Only 17% "):
        few.fit(X)


def test_warns_once_of_what_none_of_them_knows():
    X = encode(["fire lol xyz xyz xyz abc abc", "uvw"])
    learned = EmbeddingTrainer(min_count=3, vector_size=2, epochs=1)
    with pytest.warns(CoverageWarning) as caught:
        union().fit(X)
    (warning,) = caught
    assert re.search(
        "Only 25% of the words .*: 'xyz', 'abc', 'uvw'. .*named_trans",
        str(warning.message),
    )
    assert warning.filename == __file__
    named = [*union().transformer_list, ("learned", learned)]
    assert EmbeddingUnion(named).fit(X).missing_words_ == ["abc", "uvw"]
    with pytest.warns(CoverageWarning, match="Only 38% .*'abc', 'fire'.*min_count"):
        learned.fit(X)


def test_a_warning_of_long_words_is_short():
    with pytest.warns(CoverageWarning) as caught:
        union().fit(encode([10_000 * "x", 10_000 * "y", "a b", "c"]))
    assert len(str(caught[0].message)) < 600


def test_words_that_training_never_saw():
    encoder = SequenceEncoder().fit(["fire"])
    fitted = union(extra_words=10).fit(encoder.transform(["fire"]))
    assert list(fitted.extra_words_) == ["smoke", "London", "lol", "omg"]
    X = fitted.transform(encoder.transform(["omg", "smoke", "xyz"]))
    expected = [[[0, 0, 4]], [[2, 1, 0]], [[0, 0, 0]]]
    np.testing.assert_array_equal(np.asarray(X), expected)
    assert X.table is fitted.table_


def test_other_spellings_of_words_it_knows():
    encoder = SequenceEncoder(max_len=3).fit(["fire"])
    fitted = union(extra_words=10).fit(encoder.transform(["fire"]))
    X = fitted.transform(encoder.transform(["london FIRE xyz"]))
    np.testing.assert_array_equal(X[0], [[5, 5, 0], [1, 2, 0.5], [0, 0, 0]])
    assert len(fitted.table_) == len(X.table) - 2  # the table itself does not grow


def test_vectors_that_were_learned_beside_others():
    texts = ["fire and smoke", "smoke and fire lol"]
    learned = EmbeddingTrainer("fasttext", vector_size=4, bucket=50, random_state=0)
    named = [("news", EmbeddingLookup(NEWS)), ("learned", learned)]
    encoder = SequenceEncoder(max_len=2).fit(texts)
    X = encoder.transform(texts)
    fitted = EmbeddingUnion(named).fit(X)
    alone = clone(learned).fit(X)
    new = encoder.transform(["fire fires"])
    np.testing.assert_array_equal(
        fitted.transform(new)[0][:, 2:], alone.transform(new)[0]
    )
    np.testing.assert_array_equal(fitted.transform(new)[0][:, :2], [[1, 2], [0, 0]])
    assert fitted.coverage_["types"] == 1


def test_parameters_are_set_by_name():
    model = union().set_params(news__oov="mean", tweets=EmbeddingTrainer())
    assert model.get_params()["news__oov"] == "mean"
    assert isinstance(dict(model.transformer_list)["tweets"], EmbeddingTrainer)
    assert "news__oov" not in model.get_params(deep=False)
    with pytest.raises(ValueError, match="Did you mean 'news__oov'"):
        model.set_params(news__oo="zeros")


def test_given_transformers_are_not_fitted():
    model = union().fit(encode(["fire"]))
    assert not any(hasattr(member, "table_") for _, member in model.transformer_list)


def test_pickled_and_cloned():
    X = encode(["fire lol", "smoke"])
    fitted = union().fit(X)
    loaded = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(loaded.transform(X), fitted.transform(X))
    np.testing.assert_array_equal(loaded.table_, fitted.table_)
    assert not hasattr(clone(fitted), "transformers_")
    assert clone(fitted).fit(X).dim_ == 3


def test_vectors_are_in_the_file_once():
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(500)]
    halves = [dict(zip(words, rng.normal(size=(500, 50)), strict=True)) for _ in "ab"]
    lookups = [EmbeddingLookup(half) for half in halves]
    fitted = EmbeddingUnion([*zip("ab", lookups, strict=True)]).fit(encode(words))
    fitted.set_params(a__vectors=None, b__vectors=None)  # not those that were given
    assert len(pickle.dumps(fitted)) < 1.2 * fitted.table_.nbytes


@pytest.mark.parametrize(
    "transformers",
    [[], None, (), [EmbeddingLookup(NEWS)], [("a", 1)], [(1, EmbeddingLookup(NEWS))]],
    ids=str,
)
def test_other_lists_are_refused(transformers):
    with pytest.raises(ValueError, match=r"Expected .*transformer_list.* got "):
        EmbeddingUnion(transformers).fit(encode(["fire"]))


@pytest.mark.parametrize(
    "names", [("a", "a"), ("a__b", "c"), ("transformer_list", "b")]
)
def test_names_that_cannot_be_used_are_refused(names):
    named = [(name, EmbeddingLookup(NEWS)) for name in names]
    with pytest.raises(ValueError, match="ames"):
        EmbeddingUnion(named).fit(encode(["fire"]))


def test_transform_before_fit():
    with pytest.raises(NotFittedError):
        union().transform(encode(["fire"]))
