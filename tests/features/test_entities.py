"""Links, mentions, hashtags and emojis as a table."""

import numpy as np
import pandas as pd
import pytest

from skclf.features import TextStatistics, extract_entities

KINDS = ["urls", "mentions", "hashtags", "emojis"]
FIRE = "\N{FIRE}"
HEART, RED_HEART = "\N{HEAVY BLACK HEART}", "\N{HEAVY BLACK HEART}\ufe0f"


def rows(texts, **params):
    return extract_entities(texts, **params).to_numpy().tolist()


def test_counts_occurrences_and_documents():
    texts = [f"#fire #fire @ann {FIRE}{FIRE}{FIRE}", "#fire http://t.co/x", "", None]
    assert rows(texts) == [
        ["hashtags", "#fire", 3, 2],
        ["emojis", FIRE, 3, 1],
        ["mentions", "@ann", 1, 1],
        ["urls", "http://t.co/x", 1, 1],
    ]


def test_each_occurrence_in_its_document():
    texts = [f"x #b {FIRE} @ann #B", None, "é http://t.co/x", "#a #a"]
    found = extract_entities(texts, per_document=True)
    assert found.to_numpy().tolist() == [
        [0, "hashtags", "#b"],
        [0, "emojis", FIRE],
        [0, "mentions", "@ann"],
        [0, "hashtags", "#B"],
        [2, "urls", "http://t.co/x"],
        [3, "hashtags", "#a"],
        [3, "hashtags", "#a"],
    ]
    only = extract_entities(texts, kinds=["urls"], per_document=True)
    assert only["row"].tolist() == [2]
    none = extract_entities(["", None], per_document=True)
    assert none.dtypes.astype(str).tolist() == found.dtypes.astype(str).tolist()


def test_equally_frequent_ones_are_in_alphabetical_order():
    texts = ["#b @a", "#a #c", "#c"]
    expected = ["#c", "#a", "#b", "@a"]
    assert extract_entities(texts)["entity"].tolist() == expected
    assert extract_entities(texts[::-1])["entity"].tolist() == expected


def test_hashtags_and_mentions_ignore_case_and_show_the_usual_spelling():
    texts = ["#fire @ann #Fire", "#Fire @Ann", "#FIRE @ANN"]
    assert rows(texts, kinds=["hashtags"]) == [["hashtags", "#Fire", 4, 3]]
    assert rows(texts, kinds=["mentions"]) == [["mentions", "@ANN", 3, 3]]


def test_links_are_compared_as_written():
    texts = ["http://t.co/aB http://t.co/ab", "http://t.co/ab"]
    assert rows(texts) == [
        ["urls", "http://t.co/ab", 2, 2],
        ["urls", "http://t.co/aB", 1, 1],
    ]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("(see http://t.co/x).", "urls", ["http://t.co/x"]),
        (
            "WWW.X.org/?a=1&amp;b=2, bit.ly/c!",
            "urls",
            ["WWW.X.org/?a=1&b=2", "bit.ly/c"],
        ),
        ("«http://t.co/x»", "urls", ["http://t.co/x"]),
        (f"http://t.co/x{FIRE}", "urls", ["http://t.co/x"]),
        ("@Ann's, @bob: me@x.org", "mentions", ["@Ann", "@bob", "me@x.org"]),
        ("http://t.co/@ann#fire", "mentions", []),
        ("#1 #café! #हिन्दी #İzmir", "hashtags", ["#café", "#İzmir", "#हिन्दी"]),
        (f"http://t.co/{FIRE}/@ann", "mentions", ["@ann"]),
        (
            "\U0001f1e9\U0001f1ea\N{THUMBS UP SIGN}\U0001f3fd",
            "emojis",
            ["\U0001f1e9\U0001f1ea", "\N{THUMBS UP SIGN}\U0001f3fd"],
        ),
        ("ðŸ”¥", "emojis", [FIRE]),
    ],
)
def test_where_an_entity_begins_and_ends(text, kind, expected):
    assert extract_entities([text], kinds=[kind])["entity"].tolist() == expected


def test_an_emoji_is_the_same_with_a_variation_selector():
    texts = [HEART, RED_HEART, RED_HEART]
    assert rows(texts) == [["emojis", HEART, 3, 3]]


def test_kinds_selects_and_repeats_nothing():
    texts = ["#a @b"]
    assert rows(texts, kinds=("hashtags", "hashtags")) == [["hashtags", "#a", 1, 1]]
    everything = extract_entities(texts)
    pd.testing.assert_frame_equal(extract_entities(texts, kinds=KINDS), everything)


@pytest.mark.parametrize("container", [tuple, iter, np.array, pd.Series, pd.DataFrame])
def test_any_container_of_texts(container):
    texts = ["#fire", "@ann #fire"]
    pd.testing.assert_frame_equal(
        extract_entities(container(texts)), extract_entities(texts)
    )


def test_nothing_found_is_an_empty_table_with_the_same_columns():
    for texts in ([], ["calm"], [None]):
        table = extract_entities(texts)
        assert table.shape == (0, 4)
        assert table.columns.tolist() == ["kind", "entity", "count", "documents"]
        assert table.dtypes.equals(extract_entities(["#a"]).dtypes)


def test_agrees_with_text_statistics(tweets):
    texts, _ = tweets
    totals = TextStatistics(KINDS).fit_transform(texts).sum(axis=0)
    counts = extract_entities(texts).groupby("kind")["count"].sum()
    assert counts.reindex(KINDS, fill_value=0).tolist() == totals.tolist()
    assert totals[0] > 0


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        (["hashtag"], r"Expected kinds among .*, got 'hashtag'. Did you mean 'hasht"),
        ([3], r"got 3\."),
        ([], r"Expected at least one kind, got \[\]. None lists all"),
        ("urls", "The 'kinds' parameter of extract_entities must be"),
    ],
    ids=str,
)
def test_bad_kinds_are_clear_errors(kinds, message):
    with pytest.raises(ValueError, match=message):
        extract_entities(["text"], kinds=kinds)


def test_what_is_not_text_is_a_clear_error():
    with pytest.raises(ValueError, match="string object received"):
        extract_entities("#fire")
    with pytest.raises(TypeError, match=r"got 3 \(int\) in row 1"):
        extract_entities(["#fire", 3])
