import pickle
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

from skclf.testing import TEXT_TRANSFORMER_CHECKS
from skclf.text import PRESETS, TextCleaner, _cleaner

KINDS = ("urls", "mentions", "hashtags", "emojis", "numbers", "punctuation")
DOCUMENTS = ["Fire in #LaRonge!", "", "don't @me http://t.co/x", "😂 ok", "1,000.50"]


def clean(doc, **params):
    return TextCleaner(**params).transform([doc])[0]


@pytest.mark.parametrize(
    "check", TEXT_TRANSFORMER_CHECKS, ids=lambda check: check.__name__
)
@pytest.mark.parametrize(
    "params",
    [
        {},
        PRESETS["tweets"],
        dict.fromkeys(KINDS, "token"),
        {"punctuation": "split"},
        {"stop_words": "english"},
    ],
    ids=["default", "tweets", "tokens", "split", "stop words"],
)
def test_is_a_text_transformer(check, params):
    check(TextCleaner(**params), DOCUMENTS)


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("doing#ahhh.that", "doing ahhh that"),
        ("fire!!!smoke", "fire smoke"),
        ("before@user after", "before after"),
        ("before @İstanbul after", "before after"),
        ("a🔥b", "a 🔥 b"),
        ("well-known", "well known"),
        ("snake_case", "snake case"),
        ("one\ntwo\tthree\x00four\u2028five\u00a0six", "one two three four five six"),
        ("  many   blanks  ", "many blanks"),
    ],
)
def test_words_are_never_glued_together(doc, expected):
    assert clean(doc) == expected


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("don't WON'T can’t", "dont wont cant"),
        ("it's they'll", "it s they ll"),
        ("California's fire", "california s fire"),
        ("'quoted' dogs'", "quoted dogs"),
    ],
)
def test_apostrophes_part_words_except_in_nt(doc, expected):
    assert clean(doc) == expected


@pytest.mark.parametrize("hashtags", ["strip", "split"])
def test_a_small_letter_stands_for_each_large_one(hashtags):
    assert clean("İSTANBUL ÉCOLE", hashtags=hashtags) == "istanbul école"


@pytest.mark.parametrize(
    "doc",
    ["", None, np.nan, pd.NA, "http://t.co/x", "@user", "#", "...", " \n ", "\ufe0f"],
)
def test_nothing_may_be_left(doc):
    assert clean(doc) == ""


def test_result_is_one_dimensional_text_even_for_tables():
    result = TextCleaner().fit_transform(pd.DataFrame({"text": ["A b", "C!"]}))
    assert type(result) is np.ndarray
    assert result.dtype == object
    assert result.tolist() == ["a b", "c"]


def test_no_documents_give_no_rows():
    assert TextCleaner().fit_transform([]).shape == (0,)


@pytest.mark.parametrize(
    "doc",
    [
        "http://t.co/abc",
        "HTTPS://Example.com/a?b=c&d=@e#f",
        "https://",
        "www.example.com",
        "bit.ly/g03MZB",
        "pic.twitter.com/pNPiZoDY",
        "https://ja.wikipedia.org/wiki/東京",
    ],
)
def test_urls_are_found(doc):
    assert clean(f"see {doc} now") == "see now"
    assert clean(doc, urls="token") == "<url>"


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("(http://t.co/x).", "( <url> )."),
        ("readhttp://t.co/x", "read <url>"),
        ("http://t.co/x…", "<url> …"),
        ("http://t.co/x🔥", "<url> 🔥"),
        ("and/or w/o 9/11 U.S./China", "and/or w/o 9/11 u.s./china"),
        ("amazon.com awww.cute", "amazon.com awww.cute"),
    ],
)
def test_urls_end_where_the_text_goes_on(doc, expected):
    assert clean(doc, urls="token", punctuation="keep") == expected


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("@La_Ronge's fire", "<user> fire"),
        ("RT@user: hi", "rt <user> hi"),
        ("mail john.doe+x@mail.example.com now", "mail <user> now"),
        ("dinner @ 7", "dinner 7"),
        ("“@user hi”", "<user> hi"),
    ],
)
def test_mentions_and_addresses(doc, expected):
    assert clean(doc, mentions="token") == expected


@pytest.mark.parametrize(
    ("doc", "action", "expected"),
    [
        ("#ForestFire now", "strip", "forestfire now"),
        ("#ForestFire now", "split", "forest fire now"),
        ("#ForestFire now", "keep", "#forestfire now"),
        ("#ForestFire now", "remove", "now"),
        ("#ForestFire now", "token", "<hashtag> now"),
        ("#हिन्दी", "split", "हिन्दी"),
        ("we are #1", "token", "we are 1"),
        ("C# and #", "token", "c and"),
    ],
)
def test_hashtags(doc, action, expected):
    assert clean(doc, hashtags=action) == expected


def test_html_entities_are_no_hashtags():
    assert clean("it&#39;s", hashtags="token", unescape=False) == "it 39 s"


@pytest.mark.parametrize(
    ("doc", "kept", "token"),
    [
        ("cost 1,000.50 each", "cost 1,000.50 each", "cost <number> each"),
        ("since 9/11.", "since 9/11", "since <number>"),
        ("the 3rd covid19 b2b", "the 3rd covid19 b2b", "the 3rd covid19 b2b"),
        ("$5, 50% or -3", "5 50 or 3", "<number> <number> or <number>"),
        ("v1.2 1.2x", "v1.2 1.2x", "v1 2 1 2x"),
        ("#1 at 10:30", "1 at 10:30", "<number> at <number>"),
        ("$AAPL", "aapl", "aapl"),
    ],
)
def test_numbers(doc, kept, token):
    assert clean(doc) == kept
    assert clean(doc, numbers="token") == token


@pytest.mark.parametrize("punctuation", ["keep", "remove", "token", "split"])
@pytest.mark.parametrize(
    ("kind", "doc", "placeholder"),
    [
        ("urls", "http://t.co/x", "<url>"),
        ("mentions", "@a_b", "<user>"),
        ("hashtags", "#aB", "<hashtag>"),
        ("emojis", "😂", "<emoji>"),
        ("numbers", "1.5", "<number>"),
    ],
)
def test_placeholders_survive_all_later_steps(kind, doc, placeholder, punctuation):
    cleaner = TextCleaner(
        **{kind: "token"},
        punctuation=punctuation,
        stop_words=["url", "user", "hashtag", "emoji", "number", *placeholder.split()],
        stemmer="porter",
        max_repeats=1,
        strip_accents=True,
    )
    assert cleaner.transform([f"fires {doc}"])[0] == f"fire {placeholder}"


@pytest.mark.parametrize(
    ("kind", "doc"),
    [
        ("urls", "http://www.t.co/2015/08-x_y?a=@b#c"),
        ("urls", "www.books.com"),
        ("mentions", "@the_booook"),
        ("mentions", "a.b@books.com"),
        ("hashtags", "#the_boooks"),
        ("emojis", "👨‍👩‍👧"),
        ("emojis", "1\u20e3"),
        ("numbers", "1,000.50"),
    ],
)
def test_what_is_kept_stays_as_it_is(kind, doc):
    others = dict.fromkeys(set(KINDS) - {kind}, "remove")
    params = others | {kind: "keep", "max_repeats": 1, "stemmer": "porter"}
    assert clean(f"so ({doc}) fires", **params) == f"so {doc} fire"


def test_kept_urls_keep_no_typographic_apostrophe():
    assert clean("see http://t.co/x’s page", urls="keep") == "see http://t.co/x's page"


def test_all_kept_changes_only_white_space_and_case():
    doc = "RT @Ann: it's “so”  #Hot, (http://t.co/X_y)… 1,000.5% 😂 !!"
    params = dict.fromkeys(KINDS, "keep")
    assert clean(doc, **params, lowercase=False) == " ".join(doc.split())
    assert clean(doc, **params) == " ".join(doc.lower().split())


def test_punctuation_token_stands_for_a_run_of_marks():
    assert clean("what?!… it's", punctuation="token") == "what <punct> it s"


@pytest.mark.parametrize(
    ("doc", "expected"),
    [("ÉTÉ Straße", "ete straße"), ("cafe\u0301", "cafe"), ("日本", "日本")],
)
def test_strip_accents(doc, expected):
    assert clean(doc, strip_accents=True) == expected


def test_composed_and_decomposed_letters_are_the_same_word():
    assert clean("cafe\u0301") == clean("caf\u00e9") == "café"


@pytest.mark.parametrize(
    "doc", ["東京 で 火事", "حريق في الغابة", "हिन्दी", "лесной пожар"]
)
def test_other_scripts_are_words(doc):
    assert clean(doc) == doc


def test_lone_surrogates_do_no_harm():
    assert clean("a\ud800b") == "a b"


@pytest.mark.parametrize(
    ("max_repeats", "expected"),
    [
        (3, "sooo SOOO! book 10000"),
        (1, "so SO! bok 10000"),
        (None, "sooooo SOOOOO! book 10000"),
    ],
)
def test_max_repeats(max_repeats, expected):
    params = {"lowercase": False, "punctuation": "keep", "max_repeats": max_repeats}
    assert clean("sooooo SOOOOO! book 10000", **params) == expected


def test_max_repeats_counts_letters_of_either_case():
    assert clean("SOOOooo") == "sooo"


@pytest.mark.parametrize("stemmer", ["porter", "snowball"])
def test_stemmers(stemmer):
    assert clean("forest fires burning", stemmer=stemmer) == "forest fire burn"


def test_english_stop_words_leave_negations_and_content():
    doc = "It's not the HELL they'd feared, and I don't like you're"
    assert clean(doc, stop_words="english") == "not hell feared dont"


def test_own_stop_words_are_cleaned_like_documents():
    stop_words = ["Don't", "it's", "CAFÉ"]
    doc = "don’t say it's a cafe s"
    assert clean(doc, stop_words=stop_words, strip_accents=True) == "say a"
    assert clean("The the", stop_words={"THE"}, lowercase=False) == ""


@pytest.mark.parametrize("word", ["new york", "", 3])
def test_stop_words_are_single_words(word):
    with pytest.raises(ValueError, match="one word, got " + repr(word)):
        TextCleaner(stop_words=["a", word]).fit(DOCUMENTS)


@pytest.mark.parametrize(
    ("param", "value"),
    [
        ("urls", "strip"),
        ("hashtags", True),
        ("emojis", "split"),
        ("max_repeats", 0),
        ("stop_words", "french"),
        ("stemmer", "lancaster"),
        ("lowercase", "yes"),
        ("lowercase", 1),
        ("n_jobs", 0),
        ("n_jobs", 1.5),
    ],
)
@pytest.mark.parametrize("method", ["fit", "transform"])
def test_wrong_parameters_are_named(param, value, method):
    cleaner = TextCleaner().fit(DOCUMENTS).set_params(**{param: value})
    with pytest.raises(ValueError, match=f"'{param}' parameter of TextCleaner"):
        getattr(cleaner, method)(DOCUMENTS)


def test_many_documents_are_cleaned_a_few_at_a_time(tweets, monkeypatch):
    texts, _ = tweets
    expected = TextCleaner(stop_words="english").transform(texts).tolist()
    monkeypatch.setattr(_cleaner, "_BATCH", 3)
    monkeypatch.setattr(_cleaner, "_CHUNK", 7)
    assert TextCleaner(stop_words="english").transform(texts).tolist() == expected


@pytest.mark.parametrize("stemmer", [None, "porter"])
def test_workers_give_the_same(stemmer, tweets, monkeypatch):
    texts, _ = tweets
    expected = TextCleaner(stemmer=stemmer).transform(texts)
    monkeypatch.setattr(_cleaner, "_MIN_FOR_WORKERS", len(texts))
    monkeypatch.setattr(_cleaner, "_CHUNK", 50)
    cleaner = TextCleaner(stemmer=stemmer, n_jobs=2)
    assert cleaner.transform(texts).tolist() == expected.tolist()


def test_few_documents_start_no_workers(monkeypatch):
    monkeypatch.delattr(_cleaner, "Parallel")
    assert TextCleaner(n_jobs=2).transform(["A!"] * 1000)[-1] == "a"


def test_needs_no_fit():
    cleaner = TextCleaner()
    assert cleaner.transform(["A!"]).tolist() == ["a"]
    assert not get_tags(cleaner).requires_fit
    try:
        check_is_fitted(cleaner)
    except NotFittedError:
        pytest.fail("a cleaner counts as fitted")


def test_pickle_holds_nothing_but_parameters_and_a_number():
    cleaner = TextCleaner(stop_words="english").fit(DOCUMENTS)
    cleaner.transform(DOCUMENTS)
    number = {"n_samples_fit_": len(DOCUMENTS)}
    assert vars(cleaner) == clone(cleaner).get_params() | number
    assert len(pickle.dumps(cleaner)) < 1000


def test_gives_feature_names_to_the_next_step():
    pipeline = make_pipeline(TextCleaner(), TfidfVectorizer())
    pipeline.fit(["forest fire", "#Fire"])
    assert pipeline.get_feature_names_out().tolist() == ["fire", "forest"]


def test_presets():
    assert clean("#BigFire 😂 sooooo", **PRESETS["tweets"]) == (
        "big fire face with tears of joy sooo"
    )
    cleaner = TextCleaner.preset("tweets", urls="token", hashtags="remove")
    assert cleaner.transform(["doing #this http://t.co/x 😂"]).tolist() == [
        "doing <url> face with tears of joy"
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_have_valid_parameters(name):
    TextCleaner.preset(name)._validate_params()


def test_unknown_preset_is_an_error_with_a_suggestion():
    with pytest.raises(ValueError, match=r"got 'tweet'. Did you mean 'tweets'\?"):
        TextCleaner.preset("tweet")


@pytest.mark.parametrize(
    "letter", ["a", "1", "#", "@", ".", "&amp;", "😂", "é", "a.", "1."]
)
def test_very_long_documents_take_little_time(letter):
    # A pattern that looks again and again at the whole document would take a hundred
    # times as long for ten times the letters.
    def seconds(n_letters):
        doc = letter * n_letters + "x/"
        start = time.thread_time()
        clean(doc, hashtags="split", emojis="name", numbers="token")
        return time.thread_time() - start

    short, long = (min(seconds(n) for _ in range(3)) for n in (5_000, 50_000))
    assert long < 40 * short


def test_separators_in_documents_do_no_harm():
    docs = ["a\nb", "c\x00d", "\n", "e\r\nf", "g\x1dh"]
    assert TextCleaner().transform(docs).tolist() == ["a b", "c d", "", "e f", "g h"]


def test_cleaning_english_text_loads_neither_nltk_nor_ftfy_nor_emoji():
    code = (
        "import sys; from skclf.text import TextCleaner; "
        "TextCleaner(stop_words='english').fit_transform(['Fire!']); "
        "print({'nltk', 'ftfy', 'emoji', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
