"""The real data sets, where they are present."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skclf.datasets import (
    load_brand_emotions,
    load_clothing_reviews,
    load_csv,
    load_disaster_tweets,
    load_financial_news,
)

pytestmark = pytest.mark.skipif(
    not os.environ.get("SKCLF_DATA"), reason="needs the data sets: set SKCLF_DATA"
)


def counts(target):
    labels, numbers = np.unique(target, return_counts=True)
    return dict(zip(labels.tolist(), numbers.tolist(), strict=True))


@pytest.mark.parametrize(
    ("load", "n_rows", "columns", "n_classes"),
    [
        (load_disaster_tweets, 7613, ["keyword", "location", "text"], 2),
        (load_brand_emotions, 9093, ["text"], 4),
        (load_financial_news, 16990, ["text"], 20),
        (
            load_clothing_reviews,
            23486,
            [
                "clothing_id",
                "age",
                "title",
                "text",
                "division",
                "department",
                "class_name",
            ],
            5,
        ),
    ],
)
def test_shape(load, n_rows, columns, n_classes):
    bunch = load()
    assert list(bunch.data.columns) == columns
    assert len(bunch.data) == len(bunch.frame) == n_rows
    assert type(bunch.target) is np.ndarray
    assert bunch.target.dtype.kind in "iU"
    assert len(bunch.target_names) == len(set(bunch.target)) == n_classes
    assert "Licence" in bunch.DESCR
    assert f"{n_rows:,}" in bunch.DESCR


@pytest.mark.parametrize(
    "load",
    [
        load_disaster_tweets,
        load_brand_emotions,
        load_financial_news,
        load_clothing_reviews,
    ],
)
def test_data_and_target_only(load):
    bunch = load()
    X, y = load(return_X_y=True)
    assert X.equals(bunch.data)
    np.testing.assert_array_equal(y, bunch.target)


def test_disaster_train():
    tweets = load_disaster_tweets()
    text, target = tweets.data["text"], tweets.frame["target"]
    assert counts(tweets.target) == {0: 4342, 1: 3271}
    assert tweets.data.isna().sum().tolist() == [61, 2533, 0]
    assert text.duplicated().sum() == 110
    assert (target.groupby(text).nunique() == 2).sum() == 18
    assert tweets.frame.columns[0] == "id"


def test_disaster_test():
    tweets = load_disaster_tweets(subset="test")
    assert tweets.target is None
    assert tweets.data.shape == (3263, 3)
    assert "target" not in tweets.frame
    known = set(load_disaster_tweets().data["text"])
    assert tweets.data["text"].isin(known).sum() == 78


def test_disaster_test_as_pair():
    X, y = load_disaster_tweets(subset="test", return_X_y=True)
    assert len(X) == 3263
    assert y is None


def test_brands():
    tweets = load_brand_emotions()
    assert counts(tweets.target) == {
        "I can't tell": 156,
        "Negative emotion": 570,
        "No emotion toward brand or product": 5389,
        "Positive emotion": 2978,
    }
    assert tweets.target_names.tolist() == sorted(set(tweets.target))
    assert np.flatnonzero(tweets.data["text"].isna()).tolist() == [6]
    assert tweets.frame["brand"].isna().sum() == 5802
    assert tweets.data["text"].str.contains(r"&\w+;").sum() == 1640


def test_finance():
    news = load_financial_news()
    valid = load_financial_news(subset="valid")
    assert counts(news.target).keys() == counts(valid.target).keys() == set(range(20))
    assert counts(news.target)[2] == 3545
    assert valid.data.shape == (4117, 1)
    assert news.target_names[[0, 19]].tolist() == ["Analyst Update", "Stock Movement"]


def test_finance_all():
    news, train = load_financial_news(subset="all"), load_financial_news()
    assert len(news.data) == 16990 + 4117
    assert news.data.index.is_unique
    assert news.data["text"][:16990].equals(train.data["text"])


def test_reviews():
    reviews = load_clothing_reviews()
    assert counts(reviews.target) == {1: 842, 2: 1565, 3: 2871, 4: 5077, 5: 13131}
    assert reviews.data["text"].isna().sum() == 845
    assert reviews.frame.shape[1] == 11
    with_text = reviews.target[reviews.data["text"].notna()]
    assert len(with_text) == 22641


@pytest.mark.parametrize(
    ("load", "file", "text"),
    [
        (load_disaster_tweets, "disaster/train.csv", "text"),
        (load_financial_news, "finance/topic_train.csv", "text"),
        (
            load_clothing_reviews,
            "reviews/Womens Clothing E-Commerce Reviews.csv",
            "Review Text",
        ),
    ],
)
def test_what_load_csv_reads(load, file, text):
    """That is what Python's strict reader reads, and nothing about it is doubtful."""
    frame = load_csv(Path(os.environ["SKCLF_DATA"], file), text=text, target=None).frame
    loaded = load().frame
    pd.testing.assert_frame_equal(frame.set_axis(loaded.columns, axis=1), loaded)
