"""The cache keeps what was used last, and no more than it may."""

import pytest

from skclf._cache import LRUCache


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


def test_clear_forgets_all():
    cache = LRUCache(2)
    cache.get("a", str)
    cache.clear()
    assert len(cache) == 0
    assert cache.get("a", lambda: "new") == "new"
