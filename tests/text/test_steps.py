import itertools
import os
from pathlib import Path

import pandas as pd
import pytest

from skclf.text import TextCleaner
from skclf.text._repair import repair_all
from skclf.text._steps import Options, build_steps

CHOICES = {
    "urls": ["keep", "remove", "token"],
    "mentions": ["keep", "remove", "token"],
    "hashtags": ["keep", "remove", "token", "strip", "split"],
    "emojis": ["keep", "remove"],
    "numbers": ["keep", "remove", "token"],
    "punctuation": ["keep", "remove", "token", "split"],
    "lowercase": [True, False],
    "max_repeats": [None, 3],
}
# Every 97th combination: 45 of 4,320, with all values of every option.
OPTIONS = [Options(*v) for v in itertools.product(*CHOICES.values())][::97]
TRICKY = [
    "RT @Ann's: it's #HotNOW2day, (http://t.co/X_y?a=1)... 1,000.5% don't!!",
    "a.b@c.com www.x.org/a bit.ly/q_1 snake_case sooooo 9/11 3rd $AAPL #1 <url>",
]


@pytest.fixture(scope="module")
def tweets():
    if "SKCLF_DATA" not in os.environ:
        pytest.skip("needs the disaster tweets: set SKCLF_DATA")
    path = Path(os.environ["SKCLF_DATA"]) / "disaster" / "train.csv"
    return pd.read_csv(path)["text"].tolist()


def run(options, is_ascii, docs):
    text = "\n".join(docs)
    for step in build_steps(options, is_ascii):
        text = step(text)
    return [line.split() for line in text.split("\n")]


@pytest.mark.parametrize(
    "options", OPTIONS, ids=lambda options: "-".join(map(str, options))
)
def test_steps_for_ascii_are_only_a_shortcut(options):
    assert run(options, True, TRICKY) == run(options, False, TRICKY)


@pytest.mark.parametrize("options", OPTIONS[::4], ids=str)
def test_steps_for_ascii_are_only_a_shortcut_on_tweets(options, tweets):
    docs = repair_all(
        tweets[::10], unescape=True, fix_mojibake=False, strip_accents=False
    )
    docs = [doc for doc in docs if doc.isascii()]
    assert run(options, True, docs) == run(options, False, docs)


@pytest.mark.parametrize("options", OPTIONS[::4], ids=str)
def test_tweets_do_not_depend_on_their_company(options, tweets):
    cleaner = TextCleaner(**options._asdict())
    sample = tweets[::40]
    together = cleaner.transform(sample).tolist()
    assert together == [cleaner.transform([doc])[0] for doc in sample]
    assert together == cleaner.transform(sample[::-1]).tolist()[::-1]


def test_words_of_tweets_hold_no_marks_but_those_of_numbers(tweets):
    words = " ".join(TextCleaner(emojis="remove", numbers="remove").transform(tweets))
    odd = {word for word in words.split() if not word.isalnum()}
    assert odd == set()
