"""Stop words, stems and rules of languages other than English."""

import pytest
from helpers import needs_nltk_data
from nltk.corpus import stopwords

from skclf.exceptions import MissingResourceError
from skclf.text import TextCleaner
from skclf.text._languages import LANGUAGES
from skclf.text._nltk import read_corpus


def clean(doc, **params):
    return TextCleaner(**params).transform([doc])[0]


@pytest.mark.parametrize(
    ("language", "doc", "stems"),
    [
        ("german", "Häuser Straßen brannten", "haus strass brannt"),
        ("french", "maisons aimait", "maison aim"),
        ("spanish", "niños calles", "niñ call"),
        ("russian", "пожары в лесах", "пожар в лес"),
        ("english", "fires burning", "fire burn"),
    ],
)
def test_snowball_stems_words_of_the_language(language, doc, stems):
    assert clean(doc, language=language, stemmer="snowball") == stems


def test_a_stem_does_not_depend_on_the_words_before():
    """NLTK's Arabic stemmer remembers what kind of word the last one was."""
    words = ["ليسوا", "مايو", "يورو", "حرائق", "الغابات"]
    cleaner = TextCleaner(language="arabic", stemmer="snowball")
    together = cleaner.transform([" ".join(words), " ".join(words[::-1])])
    assert together[0].split() == together[1].split()[::-1]


@needs_nltk_data
@pytest.mark.parametrize(
    ("language", "doc", "left"),
    [
        ("german", "Das Feuer und die Häuser", "feuer häuser"),
        ("french", "l'incendie de la forêt", "incendie forêt"),
        ("turkish", "yangın İçin ve", "yangın"),
    ],
)
@pytest.mark.parametrize("lowercase", [True, False])
def test_stop_words_of_the_language_are_left_out(language, doc, left, lowercase):
    params = {"language": language, "stop_words": "nltk", "lowercase": lowercase}
    assert clean(doc, **params).lower() == left


@needs_nltk_data
def test_phrases_among_stop_words_do_not_remove_their_words():
    assert "des de" in read_corpus("stopwords", "catalan")
    assert clean("per sempre", language="catalan", stop_words="nltk") == "sempre"
    lines = read_corpus("stopwords", "tajik")
    assert "сар карда" in [line.strip() for line in lines]
    assert clean("сар", language="tajik", stop_words="nltk") == "сар"


@needs_nltk_data
def test_all_lists_of_nltk_are_languages():
    available = set(stopwords.fileids()) - {"english-extended"}
    assert available <= set(LANGUAGES)
    for language in available:
        cleaner = TextCleaner(language=language, stop_words="nltk").fit(["a"])
        first = stopwords.words(language)[0]
        assert cleaner.transform([first])[0] == "", language


@needs_nltk_data
def test_a_list_that_older_data_does_not_have_is_named():
    with pytest.raises(MissingResourceError, match=r"has no 'new'.*nltk\.download"):
        read_corpus("stopwords", "new")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"language": "klingon"}, r"Got 'klingon' instead.*'english'.*'german'"),
        ({"language": "germn"}, r"Did you mean 'german'\?"),
        ({"language": "German"}, r"Did you mean 'german'\?"),
        ({"language": None}, "'language' parameter of TextCleaner"),
        (
            {"language": "greek", "stemmer": "snowball"},
            "stop words but no stemmer for language='greek'.*stemmer=None.*'danish'",
        ),
        (
            {"language": "german", "stemmer": "porter"},
            "stems of English only, got language='german'. Set stemmer='snowball'",
        ),
        (
            {"language": "hebrew", "stemmer": "wordnet"},
            "lemmas of English only, got language='hebrew'. Set stemmer=None",
        ),
        (
            {"language": "french", "stop_words": "english"},
            "got stop_words='english'. Set stop_words='nltk'",
        ),
        ({"stop_words": "french"}, "Set stop_words='nltk' and language='french'"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "transform"])
def test_what_nltk_does_not_have_is_an_error(params, message, method):
    cleaner = TextCleaner().set_params(**params)
    with pytest.raises(ValueError, match=message):
        getattr(cleaner, method)(["fire"])


def test_messages_about_languages_are_short():
    with pytest.raises(ValueError, match="Got 'xxx") as caught:
        TextCleaner(language="x" * 100_000).fit(["fire"])
    assert len(str(caught.value)) < 700


def test_nt_is_an_ending_in_english_only():
    assert clean("don't in't") == "dont int"
    assert clean("in't huis", language="dutch") == "in t huis"


@pytest.mark.parametrize("language", ["turkish", "azerbaijani"])
@pytest.mark.parametrize("hashtags", ["strip", "split"])
def test_turkish_has_two_letters_i(language, hashtags):
    params = {"language": language, "hashtags": hashtags}
    assert clean("ISPARTA İZMİR #Iğdır", **params) == "ısparta izmir ığdır"
    assert clean("IBAN", **params) == "ıban"  # ASCII alone
    assert clean("ISPARTA", hashtags=hashtags) == "isparta"
