"""Which texts to label next: those of which a model is least sure, or any.
========================================================================

::

    python examples/active_learning.py                       (the embedded samples)
    python examples/active_learning.py --data FOLDER --seeds 0 1 2 3 4

FOLDER holds disaster/ and brands/, as skclf.datasets describes.

A linear model is fitted on a few labels. In each round the texts are labelled whose two
most probable classes are closest (the margin), and beside it as many at random; both
are judged on a fifth of the texts that is never chosen from.

References
----------
B. Settles (2009). "Active Learning Literature Survey". Section 3.1.
https://minds.wisconsin.edu/handle/1793/60660
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from skclf import make_text_classifier
from skclf.datasets import (
    load_brand_emotions,
    load_disaster_tweets,
    make_reviews,
    make_tweets,
)


def least_sure(model, texts, n, rng):
    """The texts with the smallest margins."""
    second, first = np.sort(model.predict_proba(texts), axis=1)[:, -2:].T
    return np.argsort(first - second, kind="stable")[:n]


def at_random(model, texts, n, rng):
    """Any texts."""
    return rng.permutation(len(texts))[:n]


WAYS = {"margin": least_sure, "random": at_random}


def curve(choose, X, y, *, rounds, n, seed):
    """Accuracy after each round of `n` new labels."""
    X, X_test, y, y_test = train_test_split(
        X, y, test_size=0.2, stratify=y, random_state=seed
    )
    rng = np.random.default_rng(seed)
    labelled, model, scores = np.zeros(len(X), dtype=bool), None, {}
    for _ in range(rounds):
        pool = np.flatnonzero(~labelled)
        way = at_random if model is None else choose
        labelled[pool[way(model, X[pool], n, rng)]] = True
        model = make_text_classifier("tfidf-logreg", random_state=seed)
        model.fit(X[labelled], y[labelled])
        scores[int(labelled.sum())] = model.score(X_test, y_test)
    return scores


def labels_saved(means):
    """Share of the labels that margins need for what random ones reach in the end."""
    goal = means["random"].iloc[-1]
    needed = means.index[means["margin"] >= goal]
    return 1 - needed[0] / means.index[-1] if len(needed) else 0.0


def sets(folder):
    """Texts and labels by name."""
    if folder is None:
        tweets, reviews = (
            make_tweets(1500, random_state=0),
            make_reviews(1000, random_state=0),
        )
        return {
            "tweets": (tweets.data["text"], tweets.target),
            "reviews": (reviews.data["text"], reviews.target),
        }
    tweets = load_disaster_tweets(data_home=folder)
    brands = load_brand_emotions(data_home=folder)
    return {
        "disaster tweets": (tweets.data["text"], tweets.target),
        "brand emotions": (brands.data["text"], brands.target),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="the folder of the real data")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--rounds", type=int, help="default: 10, or 5 of a sample")
    options = parser.parse_args()
    rounds = options.rounds or (10 if options.data else 5)
    for name, (X, y) in sets(options.data).items():
        X, y = X.to_numpy(dtype=object), np.asarray(y)
        n = 200 if options.data else 50
        curves = {
            way: pd.DataFrame(
                curve(choose, X, y, rounds=rounds, n=n, seed=seed)
                for seed in options.seeds
            )
            for way, choose in WAYS.items()
        }
        means = pd.DataFrame({way: scores.mean() for way, scores in curves.items()})
        means["spread of the difference"] = (curves["margin"] - curves["random"]).std()
        means.index.name = "labels"
        print(f"\n{name}: accuracy, mean of {len(options.seeds)} seeds")
        print(means.round(3))
        print(f"margins reach the last of random with {labels_saved(means):.0%} fewer")


if __name__ == "__main__":
    main()
