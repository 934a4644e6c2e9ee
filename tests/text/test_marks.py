"""Marks and endings as words of their own: ``TextCleaner(punctuation="split")``."""

import numpy as np
import pytest

from skclf.text import TextCleaner


def split(doc, **params):
    return TextCleaner(punctuation="split", **params).transform([doc])[0]


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("great!", "great !"),
        ("so (very) great!!!", "so ( very ) great ! ! !"),
        ("what?!", "what ? !"),
        ("wait..... what", "wait ... what"),
        ("yes --- no", "yes -- no"),
        ("well-known snake_case and/or", "well - known snake _ case and / or"),
        ("$5, 50% of AT&T", "$ 5 , 50 % of at & t"),
        ("we are #1 @ 7", "we are # 1 @ 7"),
        ('"quoted"', '" quoted "'),
    ],
)
def test_each_mark_is_a_word(doc, expected):
    assert split(doc) == expected


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("don't WON'T can’t", "do n't wo n't ca n't"),
        ("it's you're we've", "it 's you 're we 've"),
        ("they'll i'm she'd", "they 'll i 'm she 'd"),
        ("shouldn't've", "should n't 've"),
        ("Anna's dogs' toys", "anna 's dogs ' toys"),
        ("'quoted'", "' quoted '"),
        ("'Santa' 'the'", "' santa ' ' the '"),
        ("o'clock O’Brien", "o'clock o'brien"),
        ("dont its", "dont its"),
    ],
)  # fmt: skip
def test_endings_are_words_with_their_apostrophe(doc, expected):
    assert split(doc) == expected


def test_endings_keep_their_case():
    assert split("IT'S DON'T", lowercase=False) == "IT 'S DO N'T"


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("3.5, 1,000.50 at 10:30 on 9/11.", "3.5 , 1,000.50 at 10:30 on 9/11 ."),
        ("v1.2 1..2 1990's", "v1.2 1 ... 2 1990 's"),
        ("U.S. (U.K.) a.m.", "u.s. ( u.k. ) a.m."),
        ("plan b. wait.I.am e.g.,", "plan b . wait . i . am e.g. ,"),
    ],
)
def test_numbers_and_abbreviations_stay_whole(doc, expected):
    assert split(doc) == expected


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("“so”…", '" so " ...'),
        ("a – b—c ‘x’", "a - b -- c ' x '"),
        ("€5 • ¿qué? 10°", "€ 5 • ¿ qué ? 10 °"),
        ("don´t a´ b", "do n't a ' b"),
        ("a\ud800b", "a b"),
    ],
)
def test_marks_outside_ascii_have_plain_spellings_or_are_words(doc, expected):
    assert split(doc) == expected


DOCUMENT = "RT @Al's: #Hot, 7% (http://t.co/X?a=b's)… can't 👨‍👩‍👧!"


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("keep", "rt @al 's : #hot , 7 % ( http://t.co/x?a=b's ) ... ca n't 👨‍👩‍👧 !"),
        ("remove", "rt : , % ( ) ... ca n't !"),
        ("token", "rt <user> : <hashtag> , <number> % ( <url> ) ... ca n't <emoji> !"),
    ],
)  # fmt: skip
def test_what_is_found_is_treated_as_ever(action, expected):
    kinds = ("urls", "mentions", "hashtags", "emojis", "numbers")
    assert split(DOCUMENT, **dict.fromkeys(kinds, action)) == expected


def test_hashtags_and_emojis_become_words():
    doc = "#ForestFire2015's 😂!"
    clean = split(doc, hashtags="split", emojis="name")
    assert clean == "forest fire 2015 's face with tears of joy !"
    assert split("#ForestFire!", hashtags="strip") == "forestfire !"


@pytest.mark.parametrize("action", ["keep", "token"])
def test_clean_text_stays_as_it_is(action, tweets):
    texts, _ = tweets
    kinds = ("urls", "mentions", "hashtags", "emojis")
    cleaner = TextCleaner(punctuation="split", **dict.fromkeys(kinds, action))
    rng = np.random.default_rng(0)
    pieces = [*"ab1.,:/'\"-_#@!?<>&* ’…“😂", "n't", "'s", "u.s.", "..."]
    mixed = ["".join(row) for row in rng.choice(pieces, (2000, 12))]
    clean = cleaner.transform([*texts, DOCUMENT, *mixed])
    assert cleaner.transform(clean).tolist() == clean.tolist()


def test_nothing_is_lost_or_glued(tweets):
    texts, _ = tweets
    keep = dict.fromkeys(("mentions", "hashtags", "emojis", "urls"), "keep")
    cleaner = TextCleaner(punctuation="split", max_repeats=None, **keep)
    ascii_texts = [text for text in texts if text.isascii() and "&" not in text]
    for text, clean in zip(ascii_texts, cleaner.transform(ascii_texts), strict=True):
        kept = text.lower().replace("....", "...")
        assert clean.replace(" ", "") == "".join(kept.split())


def test_english_stop_words_hold_the_endings_but_no_negation():
    doc = "It's not the HELL they'd feared, and I don't like it."
    assert split(doc, stop_words="english") == "not hell feared , n't ."


@pytest.mark.parametrize("stemmer", ["porter", "snowball"])
def test_stemmers_leave_endings_and_marks(stemmer):
    doc = "they're burning, we've isn't it's they'll!"
    clean = "they 're burn , we 've is n't it 's they 'll !"
    assert split(doc, stemmer=stemmer) == clean


def test_endings_are_parted_in_english_only():
    french = TextCleaner(punctuation="split", language="french")
    assert french.transform(["L'homme n'est pas là, c'est tout!"]).tolist() == [
        "l'homme n'est pas là , c'est tout !"
    ]
