"""The generated sample corpus."""

import re
from zlib import crc32

import numpy as np
import pandas as pd
import pytest
from helpers import global_random_state
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from skclf.datasets import make_tweets
from skclf.datasets._draw import Draw
from skclf.datasets._sentences import ORDER_PAIRS
from skclf.datasets._tweets import _generate

SEEDS = (0, 1, 2)
CRC = 2673802202


def accuracy(texts, labels, ngrams):
    pipeline = make_pipeline(TfidfVectorizer(ngram_range=ngrams), LogisticRegression())
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return cross_val_score(pipeline, texts, labels, cv=folds).mean()


def words_only(texts):
    return texts.str.lower().str.replace(r"http\S+|@\w+", " ", regex=True)


def test_bunch():
    tweets = make_tweets(50, random_state=0)
    assert list(tweets.data.columns) == ["keyword", "location", "text"]
    assert list(tweets.frame.columns) == ["id", "keyword", "location", "text", "target"]
    assert tweets.target.dtype == np.int64
    assert tweets.frame["target"].tolist() == tweets.target.tolist()
    assert tweets.target_names.tolist() == ["not disaster", "disaster"]
    assert "Generated" in tweets.DESCR


def test_data_and_target_are_not_views_of_frame():
    tweets = make_tweets(10, random_state=0)
    tweets.target[:] = 7
    tweets.data["text"] = ""
    assert set(tweets.frame["target"]) == {0, 1}
    assert (tweets.frame["text"] != "").all()


def test_same_seed_same_tweets():
    first, again = (make_tweets(100, random_state=3).frame for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert not first["text"].equals(make_tweets(100, random_state=4).frame["text"])


def test_corpus_is_the_same_on_every_platform():
    """If this fails, figures quoted for the corpus have to be measured again."""
    assert crc32("\n".join(make_tweets(random_state=0).data["text"]).encode()) == CRC
    assert make_tweets(3, random_state=0).data["text"].tolist() == [
        "Got hit by an emergency of selfies minutes ago",
        "toddler tornado went through my bank account",
        "Mudslide update: farm gutted, thousands treated for burns Thursday",
    ]


def test_random_state_instance_moves_on():
    random_state = np.random.RandomState(0)
    first = make_tweets(20, random_state=random_state)
    second = make_tweets(20, random_state=random_state)
    assert first.data["text"].tolist() != second.data["text"].tolist()
    same = make_tweets(20, random_state=np.random.RandomState(0))
    assert first.data["text"].tolist() == same.data["text"].tolist()


def test_global_random_state_is_untouched():
    before = global_random_state()
    make_tweets(20, random_state=0)
    assert global_random_state() == before


@pytest.mark.parametrize("n_samples", [1, 2, 10, 33])
def test_number_of_rows_and_classes(n_samples):
    tweets = make_tweets(n_samples, random_state=0)
    assert len(tweets.data) == len(tweets.target) == n_samples
    assert len(set(tweets.target)) == min(n_samples, 2)


@pytest.mark.parametrize("n_samples", [0, -5, 2.5, "many"])
def test_wrong_number_of_rows(n_samples):
    with pytest.raises(ValueError, match="'n_samples' parameter of make_tweets"):
        make_tweets(n_samples)


def test_wrong_random_state():
    with pytest.raises(ValueError, match="'random_state' parameter of make_tweets"):
        make_tweets(10, random_state="seed")


@pytest.mark.parametrize("seed", SEEDS)
def test_looks_like_the_real_tweets(seed):
    tweets = make_tweets(random_state=seed)
    missing = tweets.data.isna().mean()
    assert tweets.target.mean() == pytest.approx(0.43, abs=0.01)
    assert 0.002 < missing["keyword"] < 0.02
    assert 0.28 < missing["location"] < 0.38
    assert missing["text"] == 0
    assert 5 <= tweets.data["text"].duplicated().sum() <= 40
    assert tweets.frame.groupby("text")["target"].nunique().max() == 2


def test_vocabulary_is_rich():
    texts = words_only(make_tweets(random_state=0).data["text"])
    assert len(CountVectorizer().fit(texts).vocabulary_) >= 1500


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (r"http://t\.example/\w{8}", 500),  # links
        (r"@\w+", 100),  # mentions
        (r"#[A-Z][a-z]+[A-Z][a-z]+", 50),  # CamelCase tags
        ("[\U0001f300-\U0001faff✨]", 100),  # emojis
        (r"&(amp|gt);", 40),  # HTML entities
        (r"â€|Ã", 50),  # mojibake
        (r"\bs?so{3,}\b", 5),  # stretched words
        (r"^[^a-z]+$", 5),  # capitals
    ],
)
def test_dirt(pattern, least):
    texts = make_tweets(random_state=0).data["text"]
    n_found = sum(bool(re.search(pattern, text)) for text in texts)
    assert least <= n_found < 1500


def test_keywords_have_near_duplicates():
    keywords = set(make_tweets(random_state=0).data["keyword"].dropna())
    assert {"forest%20fire", "forestfire", "forestfires", "siren", "sirens"} <= keywords


def test_locations_are_messy():
    places = set(make_tweets(random_state=0).data["location"].dropna())
    assert {"New York, USA", "NYC", "everywhere ✈"} <= places
    assert {"london, uk", "london, england", "london uk"} & places


@pytest.mark.parametrize("seed", SEEDS)
def test_linear_baseline_is_good_and_not_perfect(seed):
    tweets = make_tweets(random_state=seed)
    assert 0.80 < accuracy(tweets.data["text"], tweets.target, (1, 1)) < 0.93


@pytest.mark.parametrize("seed", SEEDS)
def test_word_order_helps(seed):
    tweets = make_tweets(random_state=seed)
    words = accuracy(tweets.data["text"], tweets.target, (1, 1))
    assert accuracy(tweets.data["text"], tweets.target, (1, 2)) > words + 0.01


def test_same_words_have_either_label():
    tweets = make_tweets(random_state=0)
    bags = words_only(tweets.data["text"]).str.findall("[a-z]+").map(sorted).map(tuple)
    n_labels = pd.Series(tweets.target).groupby(bags).transform("nunique")
    assert (n_labels == 2).sum() >= 15


@pytest.mark.parametrize("pair", ORDER_PAIRS)
def test_order_pairs_differ_in_order_only(pair):
    real, harmless = (re.findall(r"\w+", sentence) for sentence in pair)
    assert real != harmless
    assert sorted(real) == sorted(harmless)


def test_bag_of_words_is_blind_to_the_texts_decided_by_order():
    texts = _generate(4000, Draw(0)).query("kind == 'order' and not mislabelled")
    share = max(texts["target"].mean(), 1 - texts["target"].mean())
    assert len(texts) > 600
    assert accuracy(texts["text"], texts["target"], (1, 1)) < share + 0.05
    assert accuracy(texts["text"], texts["target"], (1, 4)) > share + 0.15


@pytest.mark.parametrize("seed", SEEDS)
def test_ceiling_is_above_95_percent(seed):
    """Lost are wrong labels, conflicts, and at most half of the ambiguous texts."""
    tweets = _generate(2000, Draw(seed))
    kinds = tweets["kind"].value_counts(normalize=True)
    lost = (
        tweets["mislabelled"].mean() + kinds.get("conflict", 0) + kinds["ambiguous"] / 2
    )
    assert 0.02 < lost <= 0.05
