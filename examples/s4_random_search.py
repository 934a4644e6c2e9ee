"""S4. Stars from reviews: a random search over stacked recurrent nets
===================================================================

::

    python examples/s4_random_search.py                     (the embedded sample)
    python examples/s4_random_search.py --data FOLDER --candidates 200

FOLDER holds reviews/. Candidates train for 3 epochs, the best of them for up to 15.
"""

import argparse
from itertools import product
from pathlib import Path

import pandas as pd
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import (
    accuracy_score,
    classification_report,
    cohen_kappa_score,
    f1_score,
    mean_absolute_error,
)
from sklearn.model_selection import RandomizedSearchCV, StratifiedShuffleSplit
from sklearn.model_selection import train_test_split as split

from skclf import make_text_classifier
from skclf.compose import CostSensitiveClassifier
from skclf.datasets import load_clothing_reviews, make_reviews
from skclf.evaluate import ConfusionDisplay
from skclf.text import TextCleaner

CLEANING = {"hashtags": "strip", "emojis": "remove", "max_repeats": None}
SIZES, RATES = [8, 16, 32, 64], [0.0, 0.1, 0.2, 0.3, 0.4]
NETS = [("lstm", 2, SIZES), ("gru", 2, SIZES), ("gru", 4, SIZES)]
NETS += [("gru", 1, [*SIZES, 128, 256, 512])]
ON_SAMPLE = [("lstm", 1, [32, 64]), ("gru", 1, [32, 64])]


def space_of(nets, rates, learning_rates):
    """What the search draws from, for each kind of net."""
    return [
        {
            "classify__cell": [cell],
            "classify__units": list(product(sizes, repeat=n_layers)),
            "classify__embedding_dropout": rates,
            "classify__dropout": list(product(rates, repeat=n_layers)),
            "classify__learning_rate": learning_rates,
        }
        for cell, n_layers, sizes in nets
    ]


SPACE = space_of(NETS, RATES, [1e-2, 1e-3, 1e-4, 1e-5])
# From a fiftieth of the reviews, small nets learn in larger steps.
SPACE_ON_SAMPLE = space_of(ON_SAMPLE, RATES[:3], [1e-2, 3e-3])


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
    if options.data:
        bunch, best = load_clothing_reviews(data_home=options.data), notebook()
        ours, size, space, epochs = "stack", 0.2, SPACE, 15
        table = ["age", "department", "class_name"]
    else:
        bunch, best = make_reviews(1400, random_state=0), notebook("english", epochs=30)
        ours, size, space, epochs = "vote", 0.5, SPACE_ON_SAMPLE, 30  # in a minute
        table = ["age", "topic", "delivery_days"]
    X = bunch.data.dropna(subset="text")
    y = bunch.target[bunch.data["text"].notna()]
    X["titled"] = X["title"].fillna("") + " . " + X["text"]
    X, X_test, y, y_test = split(X, y, test_size=size, stratify=y, random_state=42)
    texts, test_texts = X["text"], X_test["text"]

    verbose = 3 if options.data else 1
    found = search(best, space, options.candidates, texts, y, verbose)
    best.set_params(**found, classify__epochs=epochs).fit(texts, y)
    plain = make_text_classifier(ours, random_state=0).fit(texts, y)
    columns = {"text": "titled", "table": table}
    whole = make_text_classifier(ours, **columns, random_state=0).fit(X, y)
    by_cost = CostSensitiveClassifier(FrozenEstimator(whole)).fit(X, y)
    predicted = {
        "Best of the search": best.predict(test_texts),
        f"Ours, a {ours}": plain.predict(test_texts),
        "... with title and table": whole.predict(X_test),
        "... stars by lowest cost": by_cost.predict(X_test),
    }
    print("\nMAE: stars that a prediction is off. The lowest cost is that of the same")
    print(
        "probabilities where an error by two stars costs twice as much as one by one.\n"
    )
    rows = {name: scores(y_test, stars) for name, stars in predicted.items()}
    print(pd.DataFrame(rows).T.round(3).to_string(), "\n")
    shown = {"target_names": bunch.target_names, "digits": 3, "zero_division": 0}
    for name in ("Best of the search", "... with title and table"):
        print(name, classification_report(y_test, predicted[name], **shown), sep="\n")
    figure = ConfusionDisplay.from_estimator(
        best, texts, y, X_val=test_texts, y_val=y_test
    ).figure_
    figure.suptitle("S4, best of the search; the test part as validation")
    figure.savefig(options.output)


def search(model, space, n_candidates, X, y, verbose):
    """The best parameters by AUC; prints the best of each kind of net."""
    cv = StratifiedShuffleSplit(1, test_size=0.3, random_state=42)
    search = RandomizedSearchCV(model, space, cv=cv, scoring="roc_auc_ovr", refit=False)
    search.set_params(n_iter=n_candidates, random_state=0, n_jobs=-1, verbose=verbose)
    table = pd.DataFrame(search.fit(X, y).cv_results_).sort_values("rank_test_score")
    table = table.rename(columns=lambda name: name.rpartition("__")[2])
    table["layers"], table["auc"] = table["units"].map(len), table["mean_test_score"]
    shown = ["cell", "layers", "auc", "units", "embedding_dropout", "dropout"]
    kinds = table.groupby(["cell", "layers"], sort=False)  # four in the notebook
    print(kinds.head(1)[[*shown, "learning_rate"]].round(4).to_string(index=False))
    return search.best_params_


def scores(y, predicted):
    return {
        "accuracy": accuracy_score(y, predicted),
        "weighted F1": f1_score(y, predicted, average="weighted"),
        "MAE": mean_absolute_error(y, predicted),
        "quadratic kappa": cohen_kappa_score(y, predicted, weights="quadratic"),
    }


if __name__ == "__main__":
    main()
