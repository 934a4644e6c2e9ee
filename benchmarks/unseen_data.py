"""Do the defaults hold on data that they were not chosen on?

    SKCLF_DATA=... python benchmarks/unseen_data.py --data hutto_ICWSM_2014 [--seeds 3]

Tweets and sentences of product reviews, film reviews and newspaper editorials, each
rated by twenty people from -4 to 4 (Hutto and Gilbert, "VADER", ICWSM 2014); here in
three classes: below -0.5, above 0.5, and between. The folder is in the source archive
of the Python package vaderSentiment::

    pip download vaderSentiment --no-deps --no-binary :all:

Models are the ready-made ones as they are, the nets with GloVe vectors; for each seed
one stratified 80/20 split.
"""

import argparse
import os
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed, parallel_config
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split

LINEAR = ("tfidf-logreg", "tfidf-svm", "nb")
NETS = ("cnn", "bigru", "mlp")
VOTE = ("tfidf-svm", "cnn", "bigru")  # whose mean "vote" is, with vectors
PARTS = {
    "tweets": "tweets",
    "product reviews": "amazonReviewSnippets",
    "film reviews": "movieReviewSnippets",
    "editorials": "nytEditorialSnippets",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="fail below the linear")
    options = parser.parse_args()
    print("| data | model | accuracy | macro F1 |\n|---|---|---|---|")
    below = []
    for name, file in PARTS.items():
        path = options.data / f"{file}_GroundTruth.txt"
        table = scores(*load(path), range(options.seeds))
        for model, row in table.iterrows():
            print(f"| {name} | {model} | " + " | ".join(row) + " |", flush=True)
        linear = table.loc[list(LINEAR)].max()
        nets = table.loc[[*NETS, "vote"]]
        below += [f"{name}: {net}" for net in nets.index[(nets < linear).any(axis=1)]]
    print(f"\nbelow the best linear one in a score: {below or 'none'}")
    return int(bool(below) and options.check)


def load(path):
    """Texts and classes of one file."""
    columns = {"names": ["id", "rating", "text"], "quoting": 3, "encoding": "utf-8"}
    frame = pd.read_csv(path, sep="\t", header=None, **columns)
    y = pd.cut(frame["rating"], [-np.inf, -0.5, 0.5, np.inf], labels=["-", "0", "+"])
    return frame["text"], y.astype(str).to_numpy()


def scores(X, y, seeds):
    """Mean and spread over the seeds, for each model."""
    jobs = [(name, seed) for seed in seeds for name in (*LINEAR, *NETS)]
    with parallel_config("loky", n_jobs=os.cpu_count(), inner_max_num_threads=1):
        found = Parallel(batch_size=1)(delayed(fit)(X, y, *job) for job in jobs)
    probas = dict(zip(jobs, found, strict=True))
    rows = {}
    for name in (*LINEAR, *NETS, "vote"):
        members = VOTE if name == "vote" else [name]
        runs = [
            score(y, seed, np.mean([probas[m, seed] for m in members], axis=0))
            for seed in seeds
        ]
        means, spreads = np.mean(runs, axis=0), np.std(runs, axis=0)
        rows[name] = [f"{m:.4f} ± {s:.4f}" for m, s in zip(means, spreads, strict=True)]
    return pd.DataFrame.from_dict(rows, "index", columns=["accuracy", "macro F1"])


def fit(X, y, name, seed):
    """Probabilities of the test part of one split."""
    from word_vector_scores import VECTORS

    from skclf import make_text_classifier

    train, test = split(y, seed)
    model = make_text_classifier(name, vectors=VECTORS if name in NETS else None)
    if name in NETS:
        model.set_params(classify__random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X[train], y[train]).predict_proba(X[test])


def score(y, seed, proba):
    _, test = split(y, seed)
    predicted = np.unique(y)[proba.argmax(axis=1)]
    return accuracy_score(y[test], predicted), f1_score(
        y[test], predicted, average="macro"
    )


def split(y, seed):
    rows = np.arange(len(y))
    return train_test_split(rows, test_size=0.2, stratify=y, random_state=seed)


if __name__ == "__main__":
    sys.exit(main())
