"""What looks the same is the same: in texts, categories and places."""

import random
import unicodedata

import pytest

from skclf.category import CategoryCanonicalizer, LocationCanonicalizer
from skclf.category._cleaning import clean_category
from skclf.features import TextStatistics, extract_entities
from skclf.text import TextCleaner
from skclf.text._unicode import comparison_key, normalize, normalize_text
from skclf.text._word_forms import WordMap

SHY, ZWSP, ZWNJ, ZWJ, WJ, BOM = "\xad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
OTHERS = "\u034f\u180e\u2061\u2064\u206f\u115f\ufe00\ufff9\U000e0041\U000e0101"
PLAIN = {"fix_mojibake": False}  # which finds faults in what is strange on purpose


def clean(doc, **params):
    return TextCleaner(**params).transform([doc])[0]


@pytest.mark.parametrize("char", [SHY, ZWSP, ZWNJ, ZWJ, WJ, BOM, *DIRECTIONS, *OTHERS])
@pytest.mark.parametrize("punctuation", ["keep", "remove", "token", "split"])
def test_invisible_characters_are_no_part_of_words(char, punctuation):
    doc = f"{char}for{char}{char}est {char} fi{char}re{char}"
    assert clean(doc, punctuation=punctuation) == "forest fire"
    assert clean_category(doc) == "forest fire"
    assert clean_category(f"forest%20fi{char}re") == "forest fire"


@pytest.mark.parametrize("char", ["\u2800", "\u3164", "\uffa0", "\x00", "\x07", "\xa0"])
def test_what_shows_a_blank_parts_words(char):
    for punctuation in ("keep", "remove", "split"):
        assert clean(f"forest{char}fire", punctuation=punctuation) == "forest fire"
    assert clean_category(f"forest{char}fire{char}") == "forest fire"


def test_entities_are_repaired_before():
    assert clean("fire&shy;fighters for&#8203;est don&acute;t") == (
        "firefighters forest dont"
    )


@pytest.mark.parametrize(
    "doc",
    [
        f"می{ZWNJ}خواهم",  # Persian
        f"क्{ZWJ}ष",  # Hindi
        f"ශ්{ZWJ}රී",  # Sinhala
        f"അവന്{ZWJ} അവള്{ZWJ}",  # Malayalam, where it may end a word
    ],
)
@pytest.mark.parametrize("punctuation", ["keep", "remove", "token", "split"])
def test_joiners_stay_in_words_and_are_not_compared(doc, punctuation):
    assert clean(doc, punctuation=punctuation) == doc
    folded = doc.replace(ZWJ, "").replace(ZWNJ, "")
    assert clean_category(doc) == clean_category(folded) == folded


def test_joiners_belong_to_hashtags_and_names():
    docs = [f"#می{ZWNJ}خواهم @می{ZWNJ}خواهم"]
    assert clean(docs[0], hashtags="token", mentions="token") == "<hashtag> <user>"
    assert sorted(extract_entities(docs)["entity"]) == sorted(docs[0].split())


def test_one_joiner_is_enough_and_none_stands_at_an_edge():
    assert clean(f"{ZWNJ}می{ZWNJ}{ZWNJ}خواهم{ZWNJ}") == f"می{ZWNJ}خواهم"


def test_khmer_and_thai_part_words_by_a_blank_without_width():
    assert clean(f"ភាសា{ZWSP}ខ្មែរ ภาษา{ZWSP}ไทย") == "ភាសា ខ្មែរ ภาษา ไทย"


@pytest.mark.parametrize(
    "apostrophe",
    "'`\x92\xb4\u02b9\u02bb\u02bc\u02bf\u02c8\u2018\u2019\u201b\u2032\uff07",
)
def test_apostrophes_are_one_within_a_word(apostrophe):
    doc = f"I don{apostrophe}t know, it{apostrophe}s O{apostrophe}Hara{apostrophe}s"
    plain = doc.replace(apostrophe, "'").lower()
    assert clean(doc, **PLAIN) == "i dont know it s o hara s"
    assert clean(doc, **PLAIN, punctuation="keep") == plain
    assert clean(doc, **PLAIN, punctuation="split") == (
        "i do n't know , it 's o'hara 's"
    )
    assert clean_category(doc) == plain
    assert clean(f"@ann{apostrophe}s cat", **PLAIN) == "cat"


def test_around_words_they_are_quotation_marks():
    assert clean("`code` ‘quoted’ 5´ 6′") == "code quoted 5 6"
    assert clean("‘quoted’", punctuation="keep") == "‘quoted’"


def test_letters_of_places_and_categories_are_those_of_texts():
    forms = ["İzmir", "izmir", "I\u0307zmir", "IZMIR"]
    assert {clean(form) for form in forms} == {"izmir"}
    categories = CategoryCanonicalizer(threshold=1.0).fit_transform(forms)
    assert set(categories.ravel()) == {"izmir"}
    entities = extract_entities([f"#{form}" for form in forms])
    assert entities["count"].tolist() == [4]
    places = ["St John’s", "St\u200b John`s", "St\xa0John\u02bcs", "st. johns"]
    found = LocationCanonicalizer(min_frequency=4).fit_transform(places)
    assert set(found.ravel()) == {"st johns"}


def test_marks_of_numbers_that_are_seen_stay_in_texts_and_are_not_compared():
    assert clean("\u06dd\u0600", punctuation="keep") == "\u06dd\u0600"
    assert clean_category("fi\u06ddre\u070f") == "fire"


@pytest.mark.parametrize("emoji", "❤☺✔☀▶↔⬅㊗🅰")
def test_an_emoji_is_one_word_with_and_without_its_selector(emoji):
    docs = [f"so {emoji}", f"so{emoji}\ufe0f", f"so {emoji}\ufe0e!"]
    for emojis in ("keep", "token", "name"):
        assert len(set(TextCleaner(emojis=emojis).transform(docs))) == 1
    assert clean(docs[0]) == f"so {emoji}"
    assert extract_entities(docs)["count"].tolist() == [3]
    assert TextStatistics(["emojis"]).transform(docs).tolist() == [[1], [1], [1]]
    assert len({clean_category(doc.rstrip("!")) for doc in docs[::2]}) == 1


def test_sequences_of_emojis_stay_whole():
    for sequence in ["👨‍👩‍👧", "❤️‍🔥", "🏳️‍🌈", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"]:
        plain = sequence.replace("\ufe0f", "")
        assert clean(f"a{sequence}b") == clean(f"a{plain}b") == f"a {plain} b"
    assert clean("🔥\U000e0067\U000e007f 🔥\u200d") == "🔥 🔥"  # no tags of a flag


@pytest.mark.parametrize(
    "doc", ["J\u030c H\u0331 T\u0308", "Ϊ\u0301", "W\u030aY\u030a"]
)
def test_small_letters_are_composed(doc):
    composed = unicodedata.normalize("NFC", doc.lower())
    assert composed != unicodedata.normalize("NFC", doc).lower()
    assert clean(doc) == clean_category(doc) == composed
    assert clean(doc, stop_words=[doc.split()[0]]) == " ".join(composed.split()[1:])


def test_what_has_no_stem_leaves_no_blank():
    words = WordMap(frozenset(), stem=lambda word: word.removeprefix("x"))
    assert words.apply(["a x b x"]) == ["a b"]
    link = LocationCanonicalizer(min_frequency=1).fit(["a http://t.co/x b"])
    assert list(link.mapping_["x0"]) == ["a b"]


PIECES = [
    *"aeoKItTJsS İıßΣσ'’`´ʼ‘＇.,:!?#@-_/&;%0139<>\"״׳\t\n",
    *"میخَ۱कष्ത്ก่ខ្東かㄱ각ŉﬁÅẞпשl·\ud800",
    *"\u0301\u030c\u0307\u0323\u0345\u0344\u20e3\u1100\u1161\u11a8\u0374\u1fef\x00\x92",
    *(SHY + ZWSP + ZWNJ + ZWJ + ZWNJ + ZWJ + WJ + BOM + DIRECTIONS[:4] + OTHERS),
    *"\ufe0e\ufe0f\U000e0067\U000e007f🏴👍❤🔥☺©™▶🇩🇪\U0001f3fd\u3164\u2800\u0600",
    "http://", "www.", "t.co/x", "don", "n", "t",
]  # fmt: skip


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"punctuation": "keep"},
        {"punctuation": "split"},
        {"hashtags": "split", "emojis": "name"},
        {"strip_accents": True, "punctuation": "keep"},
        {"lowercase": False},
        {"language": "turkish"},
    ],
    ids=str,
)
def test_cleaning_what_is_clean_changes_nothing(params):
    rng = random.Random(0)
    docs = ["".join(rng.choices(PIECES, k=rng.randint(1, 14))) for _ in range(4000)]
    cleaner = TextCleaner(**params, **PLAIN)
    texts = cleaner.transform(docs).tolist()
    assert cleaner.transform(texts).tolist() == texts
    assert all(unicodedata.is_normalized("NFC", text) for text in texts)
    assert not any("  " in text for text in texts)


@pytest.mark.parametrize("function", [normalize_text, comparison_key, clean_category])
def test_normalising_what_is_normal_changes_nothing(function):
    rng = random.Random(1)
    docs = ["".join(rng.choices(PIECES, k=rng.randint(1, 9))) for _ in range(10_000)]
    once = list(map(function, docs))
    assert list(map(function, once)) == once


def test_a_letter_has_thirty_marks_at_most():
    word = "e" + "\u0301\u0316" * 40_000
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        marks = normalize("NFD", normalize(form, word))
        assert len(marks) == 31
    for doc in ("Việt", "e" + "\u0316" * 29, "שָׁלוֹם", "한국어"):
        assert normalize("NFKD", doc) == unicodedata.normalize("NFKD", doc)
