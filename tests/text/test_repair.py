import os
from pathlib import Path

import ftfy
import pandas as pd
import pytest

from skclf.text import TextCleaner
from skclf.text._repair import repair_mojibake, unescape_entities


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("I &lt;3 U &amp; me", "I <3 U & me"),
        ("&amp;amp;lt;", "<"),
        ("it&#39;s it&#x27;s", "it's it's"),
        ("AT&T R&B; &unknown; ?a=1&copy=2", "AT&T R&B; &unknown; ?a=1&copy=2"),
    ],
)
def test_unescape_entities(doc, expected):
    assert unescape_entities(doc) == expected


def test_unescape_can_be_switched_off():
    assert TextCleaner().transform(["a &amp;amp; b"])[0] == "a b"
    assert TextCleaner(unescape=False).transform(["a &amp; b"])[0] == "a amp b"


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("donâ€™t", "don’t"),
        ("sÃ³", "só"),
        ("voilÃ le travail", "voilà le travail"),
        # The chain through Mac Roman, in the disaster tweets.
        ("don\x89Ûªt", "don’t"),
        ("JAMAICA \x89ÛÒ Two cars", "JAMAICA – Two cars"),
        ("tee\x89Û_", "tee…"),
        ("(\x89ÛÏhi\x89Û\x9d)", "(“hi”)"),
        ("CarolinaåÊAblaze å£279", "Carolina\xa0Ablaze £279"),
        ("cafÌ©", "café"),
    ],
)
def test_mojibake_is_repaired(doc, expected):
    assert repair_mojibake(doc) == expected


def test_mojibake_is_repaired_in_the_middle_of_a_text():
    doc = f"{'before ' * 9}donâ€™t{' after' * 9}"
    assert repair_mojibake(doc) == doc.replace("â€™", "’")


@pytest.mark.parametrize(
    "doc",
    [
        "théâtre",
        "blåøjet",
        "påätande",
        "créée",
        "Ísland ÀÉÎ",
        "東京",
        "“quoted” – ok",
        "vi gør det «også»",
        "»Vi gør det også«",
        "«LUNEDÌ»",
        "LUNEDÌ\xa0sera",
        "på\xa0ny",
    ],
)
def test_sound_text_is_left_alone(doc):
    assert repair_mojibake(doc) == doc


def test_cleaner_repairs_on_request():
    assert TextCleaner().transform(["don\x89Ûªt"])[0] == "dont"
    assert TextCleaner(fix_mojibake=False).transform(["don\x89Ûªt"])[0] == "don ûªt"


@pytest.fixture(scope="module")
def tweets():
    if "SKCLF_DATA" not in os.environ:
        pytest.skip("needs the disaster tweets: set SKCLF_DATA")
    path = Path(os.environ["SKCLF_DATA"]) / "disaster" / "train.csv"
    return pd.read_csv(path)["text"].tolist()


def test_ascii_text_needs_no_repair(tweets):
    ascii_docs = [doc for doc in tweets if doc.isascii()]
    assert all(repair_mojibake(doc) == doc for doc in ascii_docs)
    assert all(ftfy.fix_encoding(doc) == doc for doc in ascii_docs)


def test_nothing_is_left_for_ftfy_to_repair(tweets):
    repaired = [repair_mojibake(doc) for doc in tweets if not doc.isascii()]
    assert len(repaired) > 600
    assert all(ftfy.fix_encoding(doc) == doc for doc in repaired)
    assert not any("\x89" in doc for doc in repaired)
