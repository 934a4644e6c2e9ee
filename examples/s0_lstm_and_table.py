"""S0. Disaster tweets with keyword and location: an LSTM beside a table, and its grid
===================================================================================

::

    python examples/s0_lstm_and_table.py                    (the embedded sample)
    python examples/s0_lstm_and_table.py --data FOLDER      (that holds disaster/)

The last 20 % of the rows are put aside for the reports. The notebook chose by them;
here the grid is searched on a part of the others.
"""

import argparse
from pathlib import Path

import pandas as pd
from sklearn.metrics import classification_report
from sklearn.model_selection import GridSearchCV, StratifiedShuffleSplit

from skclf import CategoryCanonicalizer, LocationCanonicalizer, make_text_classifier
from skclf.datasets import load_disaster_tweets, make_tweets
from skclf.evaluate import HistoryDisplay
from skclf.text import TextCleaner

GRID = {"learning_rate": [1e-3, 5e-4, 1e-4]}
GRID |= {"batch_size": [32, 64], "embedding_dim": [32, 64]}
SCORES = ["f1", "accuracy", "precision", "recall"]
CLEANING = {"hashtags": "strip", "emojis": "remove", "max_repeats": None}
CLEANING |= {"unescape": False, "fix_mojibake": False}
TABLE = {"keyword": CategoryCanonicalizer(), "location": LocationCanonicalizer()}


def notebook():
    """LSTM(32) on 5,000 words beside Dense(16) on keyword and location."""
    net = {"units": 32, "embedding_dim": 64, "dense_units": 16, "batch_size": 64}
    net |= {"epochs": 50, "patience": 5, "monitor": "accuracy"}
    net |= {"embedding_dropout": 0, "word_dropout": 0, "dropout": 0, "table_dropout": 0}
    return make_text_classifier(
        "lstm",
        text="text",
        table=TABLE,
        random_state=0,
        inputs__text__clean=TextCleaner(**CLEANING),
        inputs__text__encode__max_words=4998,
        inputs__text__encode__max_len=30,
        **{f"classify__{name}": value for name, value in net.items()},
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder that holds disaster/")
    parser.add_argument("--output", type=Path, default=Path("demo/s0"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    bunch, test = make_tweets(1000, random_state=0), make_tweets(200, random_state=1)
    grid = {f"classify__{name}": values for name, values in GRID.items()}
    grid["classify__learning_rate"] = [5e-3, 2e-3, 1e-3]  # a tenth of the tweets
    if options.data:
        grid["classify__learning_rate"] = GRID["learning_rate"]
        bunch = load_disaster_tweets(data_home=options.data)
        test = load_disaster_tweets(subset="test", data_home=options.data)
    test, n_aside = test.frame, len(bunch.frame) // 5
    learn, aside = bunch.frame[:-n_aside], bunch.frame[-n_aside:]
    part = StratifiedShuffleSplit(1, test_size=0.2, random_state=0)
    search = GridSearchCV(notebook(), grid, scoring=SCORES, refit="f1", cv=part)
    search.set_params(return_train_score=True, verbose=1).fit(learn, learn["target"])
    table = pd.DataFrame(search.cv_results_).sort_values("rank_test_f1")
    table["gap_f1"] = table["mean_train_f1"] - table["mean_test_f1"]
    shown = [f"param_{n}" for n in grid] + [f"mean_test_{s}" for s in SCORES]
    table = table[[*shown, "gap_f1"]].rename(columns=lambda n: n.rpartition("__")[2])
    print(table.to_string(index=False, float_format="%.4g"), "\n")
    best = search.best_estimator_.set_params(classify__callbacks=["ModelCheckpoint"])
    saved = {"filepath": options.output / "best.keras", "monitor": "val_accuracy"}
    best.set_params(**{f"classify__callbacks__0__{k}": v for k, v in saved.items()})
    ours = make_text_classifier("vote", text="text", random_state=0)
    for name, model in {"Best of the grid": best, "Ours, a vote": ours}.items():
        predicted = model.fit(learn, learn["target"]).predict(aside)
        shown = {"target_names": bunch.target_names, "digits": 3}
        print(f"{name}\n{classification_report(aside['target'], predicted, **shown)}")
    figure = HistoryDisplay.from_estimator(best, metrics=["accuracy", "f1"]).figure_
    figure.suptitle("S0, best LSTM of the grid")
    figure.savefig(options.output / "history.png")
    submission = pd.DataFrame({"id": test["id"], "target": ours.predict(test)})
    submission.to_csv(options.output / "submission.csv", index=False)


if __name__ == "__main__":
    main()
