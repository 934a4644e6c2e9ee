"""S4. Stars from reviews: a random search over stacked recurrent nets.

python examples/s4_random_search.py                     (the embedded sample)
python examples/s4_random_search.py --data FOLDER --candidates 200
FOLDER holds reviews/. Candidates train for 3 epochs, the best of them for up to 15.
"""

import argparse
from itertools import product
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.metrics import ConfusionMatrixDisplay, classification_report
from sklearn.model_selection import RandomizedSearchCV, StratifiedShuffleSplit
from sklearn.model_selection import train_test_split as split

from skclf import make_text_classifier
from skclf.datasets import load_clothing_reviews, make_tweets
from skclf.text import TextCleaner

SIZES = [8, 16, 32, 64]
NETS = [("lstm", 2, SIZES), ("gru", 2, SIZES), ("gru", 4, SIZES)]
NETS += [("gru", 1, [*SIZES, 128, 256, 512])]
SPACE = [
    {
        "classify__cell": [cell],
        "classify__units": list(product(sizes, repeat=n_layers)),
        "classify__embedding_dropout": [0.0, 0.1, 0.2, 0.3, 0.4],
        "classify__dropout": [0.0, 0.1, 0.2, 0.3, 0.4],
        "classify__learning_rate": [1e-2, 1e-3, 1e-4, 1e-5],
    }
    for cell, n_layers, sizes in NETS
]


def notebook(stop_words="nltk"):
    """5,000 words of 100 dimensions, 61 of a review, no hidden layer."""
    net = {"embedding_dim": 100, "dense_units": None, "word_dropout": 0.0}
    net |= {"epochs": 3, "patience": 5}
    steps = {f"classify__{name}": value for name, value in net.items()}
    steps |= {"encode__max_words": 4998, "encode__max_len": 61}
    clean = TextCleaner.preset("s4", stop_words=stop_words)
    return make_text_classifier("lstm", clean=clean, **steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of reviews/; needs NLTK_DATA")
    parser.add_argument("--candidates", type=int, default=4)
    parser.add_argument("--output", type=Path, default=Path("demo/s4.png"))
    options = parser.parse_args()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    bunch, model = make_tweets(600, random_state=0), notebook("english")
    if options.data:
        bunch, model = load_clothing_reviews(data_home=options.data), notebook()
    X = bunch.data["text"].dropna()
    y = bunch.target[X.index]
    X, X_test, y, y_test = split(X, y, test_size=0.2, stratify=y, random_state=42)
    cv = StratifiedShuffleSplit(1, test_size=0.3, random_state=42)
    search = RandomizedSearchCV(model, SPACE, cv=cv, scoring="roc_auc_ovr", refit=False)
    search.set_params(n_iter=options.candidates, random_state=0, n_jobs=-1, verbose=3)
    search.fit(X, y)
    table = pd.DataFrame(search.cv_results_).sort_values("rank_test_score")
    names = [*(f"param_{name}" for name in SPACE[0]), "mean_test_score"]
    print(table[names].head(10).to_string(index=False))
    best = model.set_params(**search.best_params_, classify__epochs=15)
    for name, net in {"best": best, "ours": make_text_classifier("stack")}.items():
        predicted = net.fit(X, y).predict(X_test)
        report = classification_report(y_test, predicted, digits=3, zero_division=0)
        print(name, report, sep="\n")
    _, axes = plt.subplots(1, 2, figsize=(10, 4))
    for ax, part in zip(axes, [(X, y), (X_test, y_test)], strict=True):
        ConfusionMatrixDisplay.from_estimator(best, *part, normalize="true", ax=ax)
    plt.suptitle("training part, test part")
    plt.savefig(options.output)


if __name__ == "__main__":
    main()
