"""Dirt of the sample corpus."""

import ftfy
import pytest

from skclf.datasets._dirt import as_mojibake, misspell
from skclf.datasets._draw import Draw
from skclf.datasets._events import spellings


@pytest.mark.parametrize("text", ["don’t panic…", "crème brûlée", "so good 😍"])
def test_mojibake_can_be_repaired(text):
    garbled = as_mojibake(text)
    assert garbled != text
    assert ftfy.fix_text(garbled, uncurl_quotes=False) == text


def test_mojibake_needs_no_special_characters():
    assert not as_mojibake("plain").isascii()


@pytest.mark.parametrize("seed", range(5))
def test_misspelt_word_keeps_its_letters_and_ends(seed):
    word = misspell("hailstorm", Draw(seed))
    assert sorted(word) == sorted("hailstorm")
    assert (word[0], word[-1]) == ("h", "m")


def test_short_words_are_spelt_right():
    assert misspell("fire", Draw(0)) == "fire"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("crash", ("crash", "crashes")),
        ("tragedy", ("tragedy", "tragedies")),
        ("bush fire", ("bush%20fire", "bushfire", "bushfires", "bush%20fires")),
    ],
)
def test_spellings(event, expected):
    assert spellings(event) == expected
