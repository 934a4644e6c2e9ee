import re

import pytest
from emoji import EMOJI_DATA, STATUS

from skclf.text import TextCleaner
from skclf.text._emoji import EMOJI, IN_EMOJI, emoji_name

QUALIFIED = [
    e for e, data in EMOJI_DATA.items() if data["status"] == STATUS["fully_qualified"]
]
SEQUENCES = ["👨‍👩‍👧", "👍🏽", "🇺🇸", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1\u20e3", "❤‍🔥", "☺"]


def test_every_emoji_of_unicode_is_found_whole_and_has_a_name():
    assert len(QUALIFIED) > 3000
    assert [e for e in QUALIFIED if not re.fullmatch(EMOJI, e)] == []
    assert [e for e in QUALIFIED if not re.search(IN_EMOJI, e)] == []
    assert [e for e in QUALIFIED if not emoji_name(e)] == []


@pytest.mark.parametrize("emoji", SEQUENCES)
def test_a_sequence_is_one_emoji(emoji):
    docs = [f"so{emoji}{emoji}!"]
    assert TextCleaner().transform(docs)[0] == f"so {emoji} {emoji}"
    assert TextCleaner(emojis="remove").transform(docs)[0] == "so"
    assert TextCleaner(emojis="token").transform(docs)[0] == "so <emoji> <emoji>"


@pytest.mark.parametrize(
    ("emoji", "name"),
    [
        ("🔥", "fire"),
        ("😂", "face with tears of joy"),
        ("🇺🇸", "united states"),
        ("👍🏽", "thumbs up medium skin tone"),
        ("👒", "womans hat"),
        ("1️⃣", "keycap 1"),
        # Not in Unicode's list of sequences: the names of its parts.
        ("🐶‍🔥", "dog face fire"),
    ],
)
def test_names_are_plain_words(emoji, name):
    assert TextCleaner(emojis="name").transform([f"a{emoji}b"])[0] == f"a {name} b"


def test_letter_like_symbols_need_their_variation_selector():
    cleaner = TextCleaner(emojis="token")
    assert cleaner.transform(["Acme™ ©2015 ™️"])[0] == "acme 2015 <emoji>"


def test_kept_emojis_stand_alone_when_punctuation_is_kept():
    assert TextCleaner(punctuation="keep").transform(["hot🔥!"])[0] == "hot 🔥 !"
