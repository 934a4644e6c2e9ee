"""How single categories are cleaned."""

import random

import pytest

from skclf.category._cleaning import clean_category


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("forest%20fire", "forest fire"),
        (" Forest \t FIRE\u00a0\n", "forest fire"),
        ("Cafe\u0301", "café"),
        ("caf%C3%A9", "café"),
        ("forest%2520fire", "forest fire"),
        ("100%", "100%"),
        ("50%off", "50%off"),
        ("caf%E9", "caf%e9"),
        ("%20", ""),
        ("STRASSE Ünsal", "strasse ünsal"),
        ("東京", "東京"),
    ],
)
def test_clean_category(value, clean):
    assert clean_category(value) == clean


def test_cleaning_twice_is_cleaning_once():
    rng = random.Random(0)
    values = [chr(i) + "a" for i in range(0x30000)]  # every cased letter
    values += ["".join(rng.choices("%2035aE ", k=9)) for _ in range(5000)]
    clean = [clean_category(value) for value in values]
    assert [clean_category(value) for value in clean] == clean


def test_what_was_encoded_a_million_times_takes_no_time():
    assert clean_category("%" + "25" * 1_000_000) == "%" + "25" * 999_995
