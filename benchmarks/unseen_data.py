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
        runs = scores(*load(path), range(options.seeds))
        runs = runs.groupby("model", sort=False)
        means, spreads = runs.mean(), runs.std(ddof=0)
        for model in means.index:
            cells = [
                f"{means.loc[model, score]:.4f} ± {spreads.loc[model, score]:.4f}"
                for score in means
            ]
            print(f"| {name} | {model} | " + " | ".join(cells) + " |", flush=True)
        nets, linear = means.loc[[*NETS, "vote"]], means.loc[list(LINEAR)].max()
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
    """A row for each model and seed."""
    jobs = [(name, seed) for seed in seeds for name in (*LINEAR, *NETS)]
    with parallel_config("loky", n_jobs=os.cpu_count(), inner_max_num_threads=1):
        found = Parallel(batch_size=1)(delayed(fit)(X, y, *job) for job in jobs)
    probas = dict(zip(jobs, found, strict=True))
    members = {name: [name] for name in (*LINEAR, *NETS)} | {"vote": VOTE}
    return pd.DataFrame(
        [
            {"model": name} | score(y, seed, [probas[m, seed] for m in names])
            for name, names in members.items()
            for seed in seeds
        ]
    )


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


def score(y, seed, probas):
    """Scores of the mean of the probabilities, as a soft vote has it."""
    _, test = split(y, seed)
    predicted = np.unique(y)[np.mean(probas, axis=0).argmax(axis=1)]
    return {
        "accuracy": accuracy_score(y[test], predicted),
        "macro F1": f1_score(y[test], predicted, average="macro"),
    }


def split(y, seed):
    rows = np.arange(len(y))
    return train_test_split(rows, test_size=0.2, stratify=y, random_state=seed)


if __name__ == "__main__":
    sys.exit(main())
