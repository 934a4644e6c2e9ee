"""Text and the other columns of a table: what does each of them bring?
====================================================================

::

    python examples/text_and_table.py                   (the embedded sample)
    python examples/text_and_table.py train.csv         (columns keyword, location, ...)
    python examples/text_and_table.py file.csv --text review --target stars --table shop
"""

import argparse
import textwrap

import pandas as pd

from skclf import (
    CategoryCanonicalizer,
    LocationCanonicalizer,
    compare,
    make_text_classifier,
)
from skclf.datasets import load_csv, make_tweets
from skclf.evaluate import ComparisonDisplay


def ablation(text, table):
    """Text alone, table alone and both: for a linear model and for a net."""
    models = {}
    for kind, name in {"linear": "tfidf-logreg", "net": "cnn"}.items():
        only_table = {"linear": name, "net": "mlp"}[kind]  # sequences need a text
        models |= {
            f"{kind}, text": make_text_classifier(name, text=text),
            f"{kind}, table": make_text_classifier(
                only_table,
                text=text,
                table=table,
                inputs__text="drop",
                inputs__transformer_weights=None,
            ),
            f"{kind}, both": make_text_classifier(name, text=text, table=table),
        }
    # A table is small, and an epoch is few steps.
    models["net, table"].set_params(classify__epochs=200)
    return models


def show_groups(X):
    """What fitted canonicalizers know: overrides= corrects it."""
    if X.shape[1]:
        groups = CategoryCanonicalizer().fit(X).groups_
        print("spellings that are merged:")
        shown = groups[["column", "canonical", "members", "counts"]].head(8)
        print(shown.to_string(index=False, max_colwidth=40), "\n")
    if "location" in X:
        places = LocationCanonicalizer().fit(X[["location"]]).mapping_["location"]
        print(f"{len(places)} spellings of {len(set(places.values()))} places\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", nargs="?", help="a CSV file")
    parser.add_argument("--text", default="text")
    parser.add_argument("--target", default="target")
    parser.add_argument("--sep", default=",")
    parser.add_argument("--encoding")
    parser.add_argument("--table", nargs="+", default=["keyword", "location"])
    parser.add_argument("--plot", metavar="PICTURE")
    options = parser.parse_args()

    bunch = make_tweets(1000, random_state=0)
    if options.data:
        names = ("text", "target", "sep", "encoding")
        bunch = load_csv(options.data, **{name: vars(options)[name] for name in names})
    X, y = bunch.data[[options.text, *options.table]], bunch.target

    kinds = {name: pd.api.types.infer_dtype(X[name]) for name in options.table}
    words = [name for name, kind in kinds.items() if kind in ("string", "categorical")]
    show_groups(X[words])
    table = compare(ablation(options.text, options.table), X, y, cv=3, random_state=0)
    print(f"{table}\n\n{textwrap.fill(table.verdict, 80)}")
    if options.plot:
        ComparisonDisplay.from_results(table).figure_.savefig(options.plot)


if __name__ == "__main__":
    main()
