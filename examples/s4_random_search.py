"""S4. Stars from reviews: a random search over stacked recurrent nets.

python examples/s4_random_search.py                     (the embedded sample)
python examples/s4_random_search.py --data FOLDER --candidates 200
FOLDER holds reviews/. Candidates train for 3 epochs, the best of them for up to 15.
"""

import argparse
from itertools import product
from pathlib import Path

import pandas as pd
from sklearn.metrics import classification_report
from sklearn.model_selection import RandomizedSearchCV, StratifiedShuffleSplit
from sklearn.model_selection import train_test_split as split

from skclf import make_text_classifier
from skclf.datasets import load_clothing_reviews, make_tweets
from skclf.evaluate import ConfusionDisplay
from skclf.text import TextCleaner

CLEANING = {"hashtags": "strip", "emojis": "remove", "max_repeats": None}
SIZES, RATES = [8, 16, 32, 64], [0.0, 0.1, 0.2, 0.3, 0.4]
NETS = [("lstm", 2, SIZES), ("gru", 2, SIZES), ("gru", 4, SIZES)]
NETS += [("gru", 1, [*SIZES, 128, 256, 512])]
SPACE = [
    {
        "classify__cell": [cell],
        "classify__units": list(product(sizes, repeat=n_layers)),
        "classify__embedding_dropout": RATES,
        "classify__dropout": list(product(RATES, repeat=n_layers)),
        "classify__learning_rate": [1e-2, 1e-3, 1e-4, 1e-5],
    }
    for cell, n_layers, sizes in NETS
]
# A fiftieth of the reviews takes more epochs, or larger steps.
ON_SAMPLE = [kind | {"classify__learning_rate": [1e-2, 3e-3]} for kind in SPACE]


def notebook(stop_words="nltk", epochs=3):
    """5,000 words of 100 dimensions, 61 of a review, no hidden layer."""
    net = {"embedding_dim": 100, "dense_units": None, "word_dropout": 0.0}
    net |= {"epochs": epochs, "patience": 5}
    steps = {f"classify__{name}": value for name, value in net.items()}
    steps |= {"encode__max_words": 4998, "encode__max_len": 61}
    clean = TextCleaner(**CLEANING, stop_words=stop_words)
    return make_text_classifier("lstm", random_state=0, clean=clean, **steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of reviews/; needs NLTK_DATA")
    parser.add_argument("--candidates", type=int, default=4)
    parser.add_argument("--output", type=Path, default=Path("demo/s4.png"))
    options = parser.parse_args()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    bunch, model = make_tweets(600, random_state=0), notebook("english", epochs=30)
    space, epochs = ON_SAMPLE, 30
    if options.data:
        bunch, model = load_clothing_reviews(data_home=options.data), notebook()
        space, epochs = SPACE, 15
    X, names = bunch.data["text"].dropna(), bunch.target_names
    y = bunch.target[X.index]
    X, X_test, y, y_test = split(X, y, test_size=0.2, stratify=y, random_state=42)
    cv = StratifiedShuffleSplit(1, test_size=0.3, random_state=42)
    search = RandomizedSearchCV(model, space, cv=cv, scoring="roc_auc_ovr", refit=False)
    search.set_params(n_iter=options.candidates, random_state=0, n_jobs=-1, verbose=3)
    table = pd.DataFrame(search.fit(X, y).cv_results_).sort_values("rank_test_score")
    table = table.rename(columns=lambda name: name.rpartition("__")[2])
    table["layers"], table["auc"] = table["units"].map(len), table["mean_test_score"]
    shown = ["cell", "layers", "auc", "units", "embedding_dropout", "dropout"]
    kinds = table.groupby(["cell", "layers"], sort=False)  # four in the notebook
    print(kinds.head(1)[[*shown, "learning_rate"]].round(4).to_string(index=False))
    best = model.set_params(**search.best_params_, classify__epochs=epochs)
    ours = make_text_classifier("stack", random_state=0)
    for name, net in {"Best of the search": best, "Ours, a stack": ours}.items():
        predicted = net.fit(X, y).predict(X_test)
        shown = {"target_names": names, "digits": 3, "zero_division": 0}
        print(f"\n{name}\n{classification_report(y_test, predicted, **shown)}")
    figure = ConfusionDisplay.from_estimator(
        best, X, y, X_val=X_test, y_val=y_test
    ).figure_
    figure.suptitle("S4, best of the search; the test part as validation")
    figure.savefig(options.output)


if __name__ == "__main__":
    main()
