"""Cleaning does no harm to words of other scripts."""

import sys
import unicodedata

import pytest
from sklearn.feature_extraction.text import strip_accents_unicode

from skclf import TextStatistics
from skclf.text import TextCleaner
from skclf.text._repair import take_off_accents

TOKENS = dict.fromkeys(("urls", "mentions", "numbers"), "token")


def clean(doc, **params):
    return TextCleaner(**params).transform([doc])[0]


@pytest.mark.parametrize(
    "doc",
    [
        "น้ำท่วม ภาษาไทย",
        "தமிழ் மொழி",
        "မြန်မာ",
        "ខ្មែរ",
        "한국어 문장",
        "مُدَرِّسَة",
        "می\u200cخواهم",  # Persian, with a non-joiner inside the word
        "क्\u200dष हि\u200dन्दी",  # and a joiner
        "straße",
    ],
)
@pytest.mark.parametrize("punctuation", ["keep", "remove", "token"])
def test_vowel_signs_and_joiners_belong_to_words(doc, punctuation):
    assert clean(doc, punctuation=punctuation) == doc


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("п'ять об’єктів пʼять", "пять обєктів пять"),
        ('צה"ל צה״ל ג׳ירפה', "צהל צהל גירפה"),
        ("col·legi COL·LEGI", "collegi collegi"),
        ("l’été c'est", "l été c est"),  # French elisions are words
        ("'слово' \"שלום\" a·b", "слово שלום a b"),  # around words they are none
    ],
)
def test_marks_inside_words_do_not_part_them(doc, expected):
    assert clean(doc) == expected
    assert clean(doc, punctuation="keep") != expected


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("見てhttp://t.co/xyz火事です", "見て <url> 火事です"),
        ("见http://t.cn/Ab1。快跑", "见 <url> 快跑"),
        ("ดูwww.example.comไฟไหม้", "ดู <url> ไฟไหม้"),
        ("見てbit.ly/g03火事です", "見て <url> 火事です"),
        ("@user火事です", "<user> 火事です"),
        ("連絡はabc@example.comまで", "連絡は <user> まで"),
        ("価格は1000円、3月", "価格は <number> 円 <number> 月"),
        ("covid19です b2b", "covid19です b2b"),
        ("@हिन्दी नमस्ते", "<user> नमस्ते"),
        ("https://ja.wikipedia.org/wiki/東京 は", "<url> は"),
    ],
)
def test_text_may_follow_a_link_name_or_number_without_a_blank(doc, expected):
    assert clean(doc, **TOKENS) == expected
    marks = dict.fromkeys(TOKENS, "remove")
    assert clean(doc, **marks).split() == [
        word for word in expected.split() if not word.startswith("<")
    ]


def test_statistics_count_what_the_cleaner_finds():
    statistics = TextStatistics().set_output(transform="pandas")
    counts = statistics.fit_transform(["見てhttp://t.co/xyz火事です@user火事です"])
    assert counts.filter(regex="url|mention").to_numpy().tolist() == [[1, 1]]


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("ガラス パン", "ガラス パン"),  # voiced sounds
        ("한국어", "한국어"),
        ("हिन्दी", "हिन्दी"),
        ("ไม้ท่วม", "ไม้ท่วม"),
        ("Şişli çöp", "sisli cop"),
        ("مُدَرِّسَة", "مدرسة"),  # short vowels, which are mostly left out
    ],
)
def test_strip_accents_takes_no_sign_that_makes_another_letter(doc, expected):
    assert clean(doc, strip_accents=True) == expected


def test_accents_are_those_of_scikit_learn():
    letters = [
        char
        for char in map(chr, range(0x80, sys.maxunicode + 1))
        if unicodedata.name(char, "").startswith(("LATIN", "GREEK", "CYRILLIC"))
    ]
    assert len(letters) > 2000
    theirs = [strip_accents_unicode(char) for char in letters]
    assert [take_off_accents(char) for char in letters] == theirs
