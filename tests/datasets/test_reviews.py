"""The generated sample corpus of reviews."""

import re
from zlib import crc32

import numpy as np
import pandas as pd
import pytest
from helpers import global_random_state
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score, f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from skclf.datasets import make_reviews
from skclf.datasets._draw import Draw
from skclf.datasets._shop import _generate
from skclf.datasets._shop_sentences import JUDGEMENTS, TITLES
from skclf.datasets._shop_words import TOPICS

SEEDS = (0, 1, 2)
CRC = 3435502509
TABLE = ["age", "price", "delivery_days"]


def cross_validated(model, X, y):
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return cross_val_predict(model, X, y, cv=folds)


def by_words(texts, y):
    model = make_pipeline(
        TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=3, max_iter=1000)
    )
    return cross_validated(model, texts.fillna(""), y)


def test_bunch_of_stars():
    reviews = make_reviews(60, random_state=0)
    assert list(reviews.data.columns) == ["title", "text", "topic", *TABLE]
    assert list(reviews.frame.columns) == [
        *("id", "title", "text", "topic", *TABLE, "stars")
    ]
    assert reviews.target.dtype == np.int64
    assert reviews.frame["stars"].tolist() == reviews.target.tolist()
    assert reviews.target_names.tolist() == [
        "1 star",
        "2 stars",
        "3 stars",
        "4 stars",
        "5 stars",
    ]
    assert "Generated" in reviews.DESCR


def test_bunch_of_topics():
    reviews = make_reviews(60, target="topic", random_state=0)
    assert list(reviews.data.columns) == ["title", "text", *TABLE]
    assert reviews.target.tolist() == reviews.frame["topic"].tolist()
    assert reviews.target_names.tolist() == sorted(set(reviews.target))
    same = make_reviews(60, random_state=0).frame
    pd.testing.assert_frame_equal(reviews.frame, same)


@pytest.mark.parametrize("target", ["stars", "topic"])
def test_data_and_target_only(target):
    bunch = make_reviews(30, target=target, random_state=0)
    X, y = make_reviews(30, target=target, random_state=0, return_X_y=True)
    pd.testing.assert_frame_equal(X, bunch.data)
    assert y.tolist() == bunch.target.tolist()


def test_data_and_target_are_not_views_of_frame():
    reviews = make_reviews(30, random_state=0)
    reviews.target[:] = 7
    reviews.data["topic"] = ""
    assert set(reviews.frame["stars"]) == {1, 2, 3, 4, 5}
    assert (reviews.frame["topic"] != "").all()


def test_same_seed_same_reviews():
    first, again = (make_reviews(100, random_state=3).frame for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert not first["text"].equals(make_reviews(100, random_state=4).frame["text"])


def test_corpus_is_the_same_on_every_platform():
    """If this fails, figures quoted for the corpus have to be measured again."""
    frame = make_reviews(random_state=0).frame
    assert crc32(frame.to_csv(lineterminator="\n").encode()) == CRC


def test_global_random_state_is_untouched():
    before = global_random_state()
    make_reviews(20, random_state=0)
    assert global_random_state() == before


@pytest.mark.parametrize("n_samples", [1, 2, 26, 33, 200])
def test_number_of_rows_and_classes(n_samples):
    frame = make_reviews(n_samples, random_state=0).frame
    assert len(frame) == n_samples
    if n_samples >= 26:
        assert set(frame["stars"]) == {1, 2, 3, 4, 5}
        assert set(frame["topic"]) == set(TOPICS)


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"n_samples": 0}, "n_samples"),
        ({"n_samples": 2.5}, "n_samples"),
        ({"target": "price"}, "target"),
        ({"random_state": "seed"}, "random_state"),
        ({"return_X_y": "yes"}, "return_X_y"),
    ],
)
def test_wrong_parameters(params, name):
    with pytest.raises(ValueError, match=f"'{name}' parameter of make_reviews"):
        make_reviews(**params)


@pytest.mark.parametrize("seed", SEEDS)
def test_shares(seed):
    frame = make_reviews(random_state=seed).frame
    stars = frame["stars"].value_counts(normalize=True)
    assert stars.to_dict() == {5: 0.52, 4: 0.25, 3: 0.14, 2: 0.07, 1: 0.02}
    topics = frame["topic"].value_counts(normalize=True)
    assert topics.index[0] == "clothes"
    assert topics["clothes"] == 0.34
    assert topics.index[-1] == "music"
    assert topics["music"] == 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_missing_values(seed):
    missing = make_reviews(random_state=seed).frame.isna().mean()
    expected = {"title": 0.15, "text": 0.02, "age": 0.12}
    expected |= {"price": 0.05, "delivery_days": 0.08}
    for name in missing.index:
        assert missing[name] == pytest.approx(expected.get(name, 0), abs=0.03)
    assert missing["text"] > 0


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (r"<br />", 40),
        (r"&amp;", 20),
        (r"â€|Ã", 30),  # mojibake
        (r"^[^a-z]+$", 20),  # capitals
        (r"^[^A-Z]+$", 200),  # no capitals
    ],
)
def test_dirt(pattern, least):
    texts = make_reviews(random_state=0).data["text"].dropna()
    n_found = sum(bool(re.search(pattern, text)) for text in texts)
    assert least <= n_found < 1000


def test_some_texts_are_repeated():
    texts = make_reviews(random_state=0).data["text"].dropna()
    assert 2 <= texts.duplicated().sum() <= 40


@pytest.mark.parametrize("seed", SEEDS)
def test_stars_are_learned_in_part(seed):
    """Well above the majority, far from perfect; the rarest class is the hardest."""
    reviews = make_reviews(random_state=seed)
    predicted, y = by_words(reviews.data["text"], reviews.target), reviews.target
    assert 0.60 < (predicted == y).mean() < 0.80
    scores = f1_score(y, predicted, average=None, zero_division=0)
    assert scores.argmax() == 4
    assert scores.argmin() == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_stars_are_ordered(seed):
    """Mistakes are mostly by one star."""
    reviews = make_reviews(random_state=seed)
    predicted, y = by_words(reviews.data["text"], reviews.target), reviews.target
    off = abs(y - predicted)
    assert (off == 1).sum() > 2 * (off > 1).sum()
    kappa = cohen_kappa_score(y, predicted, weights="quadratic")
    assert kappa > cohen_kappa_score(y, predicted) + 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_topics_are_learned_but_not_perfectly(seed):
    reviews = make_reviews(target="topic", random_state=seed)
    predicted = by_words(reviews.data["text"], reviews.target)
    assert 0.85 < (predicted == reviews.target).mean() < 0.95


def test_titles_help():
    reviews = make_reviews(random_state=0)
    text, title = reviews.data["text"].fillna(""), reviews.data["title"].fillna("")
    alone, both = (by_words(t, reviews.target) for t in (text, title + " . " + text))
    assert (both == reviews.target).mean() > (alone == reviews.target).mean() + 0.01


def test_the_table_says_a_little():
    reviews = make_reviews(4000, random_state=0)
    table, late = reviews.data[TABLE].fillna(0), reviews.data["delivery_days"] > 4
    tree = DecisionTreeClassifier(max_depth=3, class_weight="balanced")
    predicted = cross_validated(tree, table, reviews.target)
    kappa = cohen_kappa_score(reviews.target, predicted, weights="quadratic")
    assert 0.05 < kappa < 0.4
    assert reviews.target[late].mean() < reviews.target[~late].mean() - 0.2


def test_texts_that_could_be_about_anything():
    frame = _generate(2000, Draw(0))
    assert frame["is_unclear"].mean() == pytest.approx(0.1, abs=0.02)
    predicted = by_words(frame["text"], frame["topic"])
    right = (predicted == frame["topic"]).groupby(frame["is_unclear"]).mean()
    assert right[True] < 0.5
    assert right[False] > 0.9


@pytest.mark.parametrize("sentences", [JUDGEMENTS, TITLES])
def test_no_two_moods_share_a_sentence(sentences):
    every = [sentence for mood in sentences.values() for sentence in mood]
    assert len(every) == len(set(every))


def test_topics_share_words():
    products, parts = ([t[s] for t in TOPICS.values()] for s in ("product", "part"))
    for lists in (products, parts):
        assert len({w for words in lists for w in words}) < sum(map(len, lists))
