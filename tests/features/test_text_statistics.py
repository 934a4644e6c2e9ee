"""Numbers that describe how a text is written."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler

from skclf import TextCleaner
from skclf.datasets import (
    load_brand_emotions,
    load_disaster_tweets,
    load_financial_news,
    make_tweets,
)
from skclf.features import TextStatistics
from skclf.features import _text_statistics as module
from skclf.testing import check_text_transformer

NAMES = [
    "characters",
    "words",
    "mean_word_length",
    "lexical_diversity",
    "capital_share",
    "urls",
    "mentions",
    "hashtags",
    "emojis",
    "digits",
    "exclamation_marks",
    "question_marks",
    "elongated_words",
]
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
TRICKY = [
    "http://t.co/a#tag@user?x=1 (https://t.co/b). www.x.org bit.ly/c amazon.com",
    "HTTP://T.CO/ABC Www.X.org me@x.org RT @Ann's: it's #HotNOW2day #1 #2day",
    f"http://t.co/a{FAMILY}b @\N{FIRE} #\N{FIRE} 1\ufe0f\u20e3 ☺ © ©\ufe0f",
    "http://t.co/ä。 “http://t.co/x” «@İstanbul» #İstanbul #café #हिन्दी @東京 ａ…",
    "&lt;a href=&quot;http://t.co/x&quot;&gt; &#x27;AT&amp;T&#39;s donâ€™t",
    "line\nbreak\tand www.x.org/\n@user\r\n#tag",
    "snake_case 1,000.50 9/11 3rd n't '' -- ... <url> <user>",
]


def statistic(name, text):
    [[value]] = TextStatistics([name]).fit_transform([text])
    return value


@pytest.mark.parametrize(
    "transformer",
    [TextStatistics(), TextStatistics(["emojis", "words"]), TextStatistics(["urls"])],
    ids=str,
)
def test_passes_the_checks_of_text_transformers(transformer):
    check_text_transformer(transformer)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("characters", "a fire \N{FIRE}", 8),
        ("characters", "a &amp; b\n", 6),
        ("characters", "cafe\N{COMBINING ACUTE ACCENT}", 4),
        ("words", "It's @ann's  fire, fire! #now http://t.co/x", 5),
        ("words", "1,000.50 don't \N{FIRE} - #1", 3),
        ("words", "!!! @ann http://t.co/x", 0),
        ("mean_word_length", "a bcd, http://t.co/long_and_longer", 2),
        ("mean_word_length", "#fire é", 2.5),
        ("lexical_diversity", "Fire FIRE fire #fire", 0.25),
        ("lexical_diversity", "the fire the smoke", 0.75),
        ("capital_share", "AB cd 12!", 0.5),
        ("capital_share", "ÉCOLE ÄÖ 東京", 7 / 9),
        ("capital_share", "Fire @ANN http://T.CO/ABC me@X.ORG", 0.25),
        ("capital_share", "#NOW", 1),
        ("capital_share", "12 !? @ANN", 0),
        ("urls", "http://t.co/a, www.x.org and bit.ly/c but amazon.com", 3),
        ("mentions", "@ann @Bob: me@x.org http://t.co/@c", 3),
        ("mentions", "@İstanbul", 1),
        ("hashtags", "#fire#smoke #1 http://t.co/#b #2day", 3),
        ("emojis", f"{FAMILY}\N{FIRE}\N{FIRE}", 3),
        (
            "emojis",
            "\N{THUMBS UP SIGN}\U0001f3fd \U0001f1e9\U0001f1ea 1\ufe0f\u20e3",
            3,
        ),
        ("emojis", "a © b :-)", 0),
        ("digits", "3rd of 10 #in2015 ٣", 8),
        ("digits", "http://t.co/123 @user42 1\ufe0f\u20e3 &#39;", 0),
        ("exclamation_marks", "Fire!! now！", 3),
        ("question_marks", "What?! 何？ http://t.co/x?a=1?b", 2),
        ("elongated_words", "soooo nooo WAAAaaay #yeeees good 1000 ...", 4),
        ("elongated_words", "aaahaaa wwwhhhaaat", 2),
        ("elongated_words", "http://t.co/ooo @ooo me@ooo.org", 0),
    ],
)
def test_definition(name, text, expected):
    assert statistic(name, text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", None, np.nan, pd.NA], ids=repr)
def test_an_empty_document_gives_zeros(text):
    assert not TextStatistics().fit_transform([text]).any()


def test_blanks_are_only_characters():
    assert TextStatistics().fit_transform([" \n "]).tolist() == [[3] + 12 * [0]]


CORPORA = {
    "tricky": lambda home: TRICKY,
    "sample": lambda home: make_tweets(500, random_state=0).data["text"],
    "disaster": lambda home: load_disaster_tweets(data_home=home).data["text"][::7],
    "brands": lambda home: load_brand_emotions(data_home=home).data["text"][::7],
    "finance": lambda home: load_financial_news(data_home=home).data["text"][::7],
}


@pytest.fixture(params=CORPORA)
def corpus(request):
    embedded = request.param in ("tricky", "sample")
    home = None if embedded else request.getfixturevalue("data_home")
    return list(CORPORA[request.param](home))


def test_things_and_words_are_those_of_text_cleaner(corpus):
    tokens = {
        "urls": "<url>",
        "mentions": "<user>",
        "hashtags": "<hashtag>",
        "emojis": "<emoji>",
    }
    cleaner = TextCleaner(**dict.fromkeys(tokens, "token"))
    expected = [
        [text.split().count(token) for token in tokens.values()]
        for text in cleaner.transform(corpus)
    ]
    output = TextStatistics([*tokens, "words"]).transform(corpus)
    np.testing.assert_array_equal(output[:, :4], expected)
    words = TextCleaner(emojis="remove").transform(corpus)
    np.testing.assert_array_equal(output[:, 4], [len(text.split()) for text in words])


def test_ascii_texts_are_counted_like_others():
    counts = ["words", *NAMES[5:]]
    alone = TextStatistics(counts).fit_transform(TRICKY)
    with_a_word_more = TextStatistics(counts).fit_transform([f"{t} ü" for t in TRICKY])
    np.testing.assert_array_equal(with_a_word_more - alone, [[1] + 8 * [0]] * 7)


def test_batches_change_nothing(monkeypatch):
    expected = TextStatistics().fit_transform(TRICKY)
    monkeypatch.setattr(module, "_BATCH", 2)
    np.testing.assert_array_equal(TextStatistics().fit_transform(TRICKY), expected)


def test_all_features_by_default():
    output = TextStatistics().fit_transform(TRICKY)
    assert output.shape == (len(TRICKY), len(NAMES))
    assert output.dtype == np.float64
    assert TextStatistics().get_feature_names_out().tolist() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_alone_is_the_same(name):
    everything = TextStatistics().fit_transform(TRICKY)
    alone = TextStatistics((name,)).fit_transform(TRICKY)
    np.testing.assert_array_equal(alone[:, 0], everything[:, NAMES.index(name)])


def test_features_come_in_the_order_asked_for():
    chosen = TextStatistics(["urls", "characters"])
    assert chosen.get_feature_names_out().tolist() == ["urls", "characters"]
    assert chosen.fit_transform(["www.x.org"]).tolist() == [[1, 9]]


def test_set_output_keeps_names_and_index():
    texts = pd.DataFrame({"text": ["a fire!", "calm"]}, index=[7, 3])
    table = TextStatistics().set_output(transform="pandas").fit_transform(texts)
    assert table.columns.tolist() == NAMES
    assert table.index.tolist() == [7, 3]
    assert table.loc[7, "exclamation_marks"] == 1


def test_works_beside_other_transformers():
    frame = pd.DataFrame({"text": ["a fire!", "calm"], "n": [1, 2]})
    columns = ColumnTransformer(
        [("how", TextStatistics(["words"]), "text"), ("as_is", "passthrough", ["n"])]
    ).set_output(transform="pandas")
    output = columns.fit_transform(frame)
    assert output.columns.tolist() == ["how__words", "as_is__n"]
    assert output["how__words"].tolist() == [2, 1]
    union = FeatureUnion([("a", TextStatistics()), ("b", TextStatistics(["urls"]))])
    assert union.fit_transform(["x"]).shape == (1, 14)


def test_a_linear_model_learns_from_it(tweets):
    texts, target = tweets
    model = make_pipeline(TextStatistics(), StandardScaler(), LogisticRegression())
    assert model.fit(texts, target).predict_proba(texts).shape == (len(texts), 2)


def test_there_is_nothing_to_fit():
    assert TextStatistics(["words"]).transform(["a fire"]).tolist() == [[2]]
    assert vars(TextStatistics().fit(["a"])) == {"features": None}
    assert TextStatistics().transform([]).shape == (0, len(NAMES))


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (["word"], r"got 'word'. Did you mean 'words'\? There are: \['characters'"),
        (["words", 3], "Expected names of text statistics as features, got 3"),
        ([], r"at least one feature and each only once, got \[\]. None takes all"),
        (["urls", "urls"], r"each only once, got \['urls', 'urls'\]"),
        ("words", "The 'features' parameter of TextStatistics must be"),
    ],
    ids=str,
)
def test_bad_features_are_clear_errors(features, message):
    for method in ("fit", "transform"):
        with pytest.raises(ValueError, match=message):
            getattr(TextStatistics(features), method)(["text"])


def test_wrong_parameter_name_gets_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'features'"):
        clone(TextStatistics()).set_params(feature=["words"])
