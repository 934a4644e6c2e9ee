"""Texts with labels: generated sample corpora, real data sets, your own CSV."""

from skclf.datasets._brands import load_brand_emotions
from skclf.datasets._csv import load_csv
from skclf.datasets._disaster import load_disaster_tweets
from skclf.datasets._finance import load_financial_news
from skclf.datasets._reviews import load_clothing_reviews
from skclf.datasets._shop import make_reviews
from skclf.datasets._tweets import make_tweets

__all__ = [
    "load_brand_emotions",
    "load_clothing_reviews",
    "load_csv",
    "load_disaster_tweets",
    "load_financial_news",
    "make_reviews",
    "make_tweets",
]
