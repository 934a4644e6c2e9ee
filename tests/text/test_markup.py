"""Tags of HTML and written escapes become word boundaries; nothing else is eaten."""

import pytest

from skclf.text import TextCleaner


def clean(doc, **params):
    return TextCleaner(markup="remove", **params).transform([doc])[0]


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("Good.<br /><br />Bad", "good bad"),
        ("so<BR CLEAR=all>sad<br>man</br>", "so sad man"),
        ('<a href="http://x.com/?a=1>2" class=x>link</a>text', "link text"),
        (
            "<b>bold</b> <h1>Title</h1><p>one<p>two<input disabled>",
            "bold title one two",
        ),
        ("a<!-- no <b>text</b> -->b", "a b"),
        ("a<script>if (a < b) x();</script>b<style type=x>p {}</style >c", "a b c"),
        ("<!DOCTYPE html><?xml version='1.0'?><html>x<![CDATA[y]]></html>", "x y"),
        ("good &lt;br&gt;bad", "good bad"),  # escaped markup is markup
        ("<!-- never closed", "never closed"),
    ],
)
def test_html_parts_words(doc, expected):
    assert clean(doc) == expected


@pytest.mark.parametrize(
    "doc",
    [
        "if a < b and c > d",
        "x <3 y",
        "a<b",
        "a <b and c> d",
        "<user> says <url> <number> <link> <unk> <3",
        "<- arrow -> <> <<x>>",
        "1<2>0",
        r"¯\_(ツ)_/¯ \o/ \d+",
        r"see c:\new\table.txt or \\server\new",
    ],
)
def test_nothing_else_is_eaten(doc):
    assert clean(doc, punctuation="keep", numbers="keep") == doc


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        (r"great food\nbad", "great food bad"),
        (r"a\r\nb\tc\\nd\\\\ne", "a b c d e"),
        (r"say \"hi\", don\'t go to http:\/\/t.co\/x", 'say "hi", don\'t go to'),
        (r"don\u2019t caf\u00e9 \ud83d\ude02\ud83d\ude02", "don't café 😂 😂"),
        (r"\u{1F602} \U0001F602", "😂 😂"),
        (r"caf\xc3\xa9 caf\xe9", "café café"),
        (r"good\u003cbr\u003ebad \u0026amp;", "good bad &"),
        (r"half \ud83d end", "half \ufffd end"),
        (r"\U99999999 ok", "ok"),
        (r"Note:\nnew", "note: new"),
    ],
)
def test_escapes_are_what_they_stand_for(doc, expected):
    assert clean(doc, punctuation="keep") == expected


def test_markup_is_kept_by_default_and_removed_from_tweets_and_reviews():
    doc = r"good<br />bad\nugly"
    assert TextCleaner().transform([doc])[0] == "good br bad nugly"
    for preset in ("tweets", "reviews"):
        assert TextCleaner.preset(preset).transform([doc])[0] == "good bad ugly"
