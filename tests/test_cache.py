"""The cache keeps what was used last, and no more than it may."""

import numpy as np
import pytest
from sklearn.base import clone

from skclf import EmbeddingLookup, EmbeddingTrainer, SequenceEncoder
from skclf._cache import CACHE, LRUCache, end_of, once, working_once
from skclf.text import TextCleaner

TEXTS = ["The house is on fire!", "a sunny beach", "fire, fire", "the sun"] * 3


def made_again():
    pytest.fail("it was kept")


def test_keeps_what_was_used_last():
    cache = LRUCache(2)
    for key in "ab":
        cache.get(key, key.upper)
    assert cache.get("a", made_again) == "A"
    cache.get("c", "C".lower)
    assert len(cache) == 2
    assert cache.get("a", made_again) == "A"
    assert cache.get("b", lambda: "made again") == "made again"


def test_is_bounded_by_the_sizes_of_the_items():
    cache = LRUCache(100, size_of=len)
    for key in "abc":
        cache.get(key, lambda: "x" * 40)
    assert len(cache) == 2
    assert cache.get("d", lambda: "x" * 101) == "x" * 101
    assert len(cache) == 2
    assert cache.get("c", made_again) == "x" * 40


def test_finds_and_keeps_many_at_a_time():
    cache = LRUCache(100, size_of=len)
    for key in "abc":
        cache.keep(key, key * 30)
    assert cache.find("bax") == {"a": "a" * 30, "b": "b" * 30}
    cache.keep("d", "d" * 30)  # c was used least recently
    assert list(cache.find("abcd")) == ["a", "b", "d"]
    cache.keep("a", "a" * 40)  # in place of the other one
    assert len(cache) == 3
    cache.keep("e", "e" * 101)
    assert not cache.find("e")
    cache.clear()
    for key in "abc":
        cache.keep(key, key * 30)
    assert len(cache) == 3


def test_sizes_may_be_given_and_items_be_forgotten():
    cache = LRUCache(100)
    for key in "abc":
        cache.keep(key, key, 40)
    assert list(cache.find("abc")) == ["b", "c"]
    cache.forget("b".__eq__)
    assert cache.find("bc") == {"c": "c"}
    cache.keep("d", "d", 60)
    assert len(cache) == 2


def test_clear_forgets_all():
    cache = LRUCache(2)
    cache.get("a", str)
    cache.clear()
    assert len(cache) == 0
    assert cache.get("a", lambda: "new") == "new"


# What the fits of a search share


@pytest.fixture(autouse=True)
def nothing_kept():
    CACHE.clear()
    yield
    CACHE.clear()


class Counted:
    """Counts what is made."""

    def __init__(self):
        self.n = 0

    def __call__(self):
        self.n += 1
        return self.n


def split(doc):
    return doc.split()


def test_equal_steps_compute_equal_data_once():
    made = Counted()
    with working_once("a search"):
        for _ in range(2):
            assert once(SequenceEncoder(tokenizer=split), ("fit",), TEXTS, made) == 1
        assert once(SequenceEncoder(max_len=1), ("fit",), TEXTS, made) == 2
        assert once(SequenceEncoder(max_len=1.0), ("fit",), TEXTS, made) == 3
        assert once(SequenceEncoder(max_len=1), ("fit",), TEXTS[1:], made) == 4
        assert once(SequenceEncoder(max_len=1), ("transform",), TEXTS, made) == 5
        assert once(SequenceEncoder(max_len=1), ("fit",), TEXTS, made) == 2
        # Where one text ends and the next begins is a matter of contents.
        assert once(SequenceEncoder(), ("fit",), ["ab", "c"], made) == 6
        assert once(SequenceEncoder(), ("fit",), ["a", "bc"], made) == 7


def test_nothing_is_taken_over_from_other_searches_or_kept_outside():
    made = Counted()
    for search in ("first", "second"):
        with working_once(search):
            once(SequenceEncoder(), ("fit",), TEXTS, made)
    assert made.n == 2
    end_of("first")
    assert [key[0] for key in CACHE._items] == ["second"]
    end_of("second")
    for _ in range(2):
        once(SequenceEncoder(), ("fit",), TEXTS, made)
    assert made.n == 4
    assert len(CACHE) == 0


def test_what_differs_from_clone_to_clone_is_not_kept():
    class Own(SequenceEncoder):
        """Nobody knows what it depends on."""

    class Tokenizer:
        def __call__(self, doc):
            return doc.split()

    steps = [
        Own(),
        SequenceEncoder(tokenizer=Tokenizer()),
        EmbeddingTrainer(random_state=None),
    ]
    made = Counted()
    with working_once("a search"):
        for step in steps:
            once(step, ("fit",), TEXTS, made)
    assert len(CACHE) == 0


def test_texts_are_cleaned_once_and_as_always():
    plain = TextCleaner().fit_transform(TEXTS)
    with working_once("a search"):
        first = TextCleaner().fit_transform(TEXTS)
        n_kept = len(CACHE)
        again = TextCleaner().fit_transform(TEXTS[::-1])
        other = TextCleaner(lowercase=False).fit_transform(TEXTS)
    assert n_kept == len(set(TEXTS))
    assert first.tolist() == again[::-1].tolist() == plain.tolist()
    assert other[0] == "The house is on fire"


@pytest.mark.parametrize(
    "lookup",
    [
        EmbeddingLookup({"fire": [1.0, 2.0], "sun": [3.0, 4.0]}, random_state=0),
        EmbeddingTrainer(vector_size=3, epochs=1, random_state=0),
    ],
    ids=["lookup", "trainer"],
)
@pytest.mark.filterwarnings("ignore::skclf.exceptions.CoverageWarning")
def test_encoders_and_vectors_are_those_of_a_fit_alone(lookup):
    if isinstance(lookup, EmbeddingTrainer):
        pytest.importorskip("gensim")

    def fitted():
        encoder, vectors = clone(SequenceEncoder()), clone(lookup)
        embedded = vectors.fit_transform(encoder.fit_transform(TEXTS))
        more = vectors.transform(encoder.transform(["fire sun moon", None]))
        return encoder, vectors, np.asarray(embedded), np.asarray(more)

    alone = fitted()
    with working_once("a search"):
        first, second = fitted(), fitted()
    for found in (first, second):
        assert found[0].vocabulary_ == alone[0].vocabulary_
        assert vars(found[0]).keys() == vars(alone[0]).keys()
        assert vars(found[1]).keys() == vars(alone[1]).keys()
        for array, expected in zip(found[2:], alone[2:], strict=True):
            np.testing.assert_array_equal(array, expected)
    assert second[1].table_ is first[1].table_
