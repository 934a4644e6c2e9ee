"""Is a variant of a ready-made pipeline better than another? Only training parts say.

    SKCLF_DATA=... python benchmarks/defaults.py VARIANT ... [--systems s0 s1 s2 s3 s4]
        [--seeds 3] [--folds 3] [--rows 6000] [--cache demo/defaults]

For each system and seed the training part, cut to some rows, is split into three folds,
S0 with whole keywords held out; both sides of a variant are fitted on the same folds
with the same seeds, nets with GloVe vectors. Printed are the scores of the first side
and mean differences to the second. "own" is the mean of the scores that have a floor in
quality.py. A variant is to become the default if "own" is better in the mean over the
systems while it loses more than .01 in none. No row of a test part is read.

Probabilities are kept in the cache: delete it where a pipeline has changed.
"""

import argparse
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from _quality_models import SYSTEMS, load
from _quality_scores import scores
from joblib import Memory
from sklearn.model_selection import (
    StratifiedGroupKFold,
    StratifiedKFold,
    train_test_split,
)
from sklearn.svm import LinearSVC
from word_vector_scores import VECTORS

from skclf import make_text_classifier
from skclf.compose._many_classes import ManyClassSVC
from skclf.compose._recipes import WITH_VECTORS

SHOWN = ["own", "accuracy", "macro F1", "log loss"]
MOST_LOST = 0.01
FOUND_REMOVED = {"clean__mentions": "remove", "clean__urls": "remove"}
FOUND_NAMED = {"clean__mentions": "token", "clean__urls": "token"}
REMOVED, SPLIT = {"clean__punctuation": "remove"}, {"clean__punctuation": "split"}


def svm(kind=LinearSVC, **params):
    return {"classify__estimator": kind(random_state=0, **params)}


# name: the pipeline, and parameters of both sides
VARIANTS = {
    "svm, C .2": ("tfidf-svm", svm(C=0.1), svm(C=0.2)),
    "svm, C .3": ("tfidf-svm", svm(C=0.1), svm(C=0.3)),
    "svm, C 1": ("tfidf-svm", svm(C=0.1), svm(C=1.0)),
    "svm, C by classes": ("tfidf-svm", svm(C=0.1), svm(ManyClassSVC, C=0.1)),
    "svm, balanced": ("tfidf-svm", svm(C=0.1), svm(C=0.1, class_weight="balanced")),
    "svm, placeholders": ("tfidf-svm", FOUND_REMOVED, FOUND_NAMED),
    "logreg, placeholders": ("tfidf-logreg", FOUND_REMOVED, FOUND_NAMED),
    "nb, placeholders": ("nb", FOUND_REMOVED, FOUND_NAMED),
    "svm, split": ("tfidf-svm", REMOVED, SPLIT),
    "logreg, split": ("tfidf-logreg", REMOVED, SPLIT),
    "cnn, split": ("cnn", REMOVED, SPLIT),
    "bigru, split": ("bigru", REMOVED, SPLIT),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("variants", nargs="+", choices=VARIANTS, metavar="VARIANT")
    parser.add_argument("--systems", nargs="+", default=["s0", "s1", "s2", "s3", "s4"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--folds", type=int, default=3, help="that are fitted of three")
    parser.add_argument("--rows", type=int, default=6000, help="of a system at most")
    parser.add_argument("--cache", type=Path, default=Path("demo/defaults"))
    options = parser.parse_args()
    run = Memory(options.cache, verbose=0).cache(run_one)
    for variant in options.variants:
        name, *sides = VARIANTS[variant]
        rows = {}
        for system in options.systems:
            first, second = (
                pd.DataFrame(
                    [
                        run(system, name, params, seed, fold, options.rows)
                        for seed in range(options.seeds)
                        for fold in range(options.folds)
                    ]
                )
                for params in sides
            )
            rows[system] = [first.mean(), (second - first).mean()]
        show(variant, rows)


def run_one(system, name, params, seed, fold, n_rows):
    """Scores of a pipeline on one fold of a system's training part."""
    X, y = training_part(system)
    if len(y) > n_rows:
        X, _, y, _ = train_test_split(
            X, y, train_size=n_rows, stratify=y, random_state=seed
        )
    by_keyword = system == "s0"
    folds = StratifiedGroupKFold if by_keyword else StratifiedKFold
    groups = X["keyword"].fillna("") if by_keyword else None
    folds = folds(3, shuffle=True, random_state=seed).split(X, y, groups)
    train, test = list(folds)[fold]
    model = make_text_classifier(
        name, vectors=VECTORS if name in WITH_VECTORS else None, **params
    )
    given = model.get_params()
    seeds = {key: seed for key in given if key.endswith("random_state")}
    model.set_params(**{key: s for key, s in seeds.items() if given[key] is None})
    texts = X["text"].to_numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        proba = model.fit(texts[train], y[train]).predict_proba(texts[test])
    found = scores(np.searchsorted(model.classes_, y[test]), proba)
    return found | {"own": np.mean([found[score] for score in SYSTEMS[system].floors])}


@cache
def training_part(system):
    X, _, y, _, _ = load(system)
    return X, y


def show(variant, rows):
    """A table of a variant, and whether it is to be the default."""
    print(f"\n| {variant} | {' | '.join(SHOWN)} |\n|---|{'---|' * len(SHOWN)}")
    differences = pd.DataFrame({name: gained for name, (_, gained) in rows.items()}).T
    for name, (score, gained) in rows.items():
        cells = (f"{score[s]:.4f} {gained[s]:+.4f}" for s in SHOWN)
        print(f"| {name} | {' | '.join(cells)} |")
    mean = differences[SHOWN].mean()
    print(f"| mean | {' | '.join(f'{value:+.4f}' for value in mean)} |")
    is_better = mean["own"] > 0 and differences["own"].min() >= -MOST_LOST
    print(f"better: {'yes' if is_better else 'no'}", flush=True)


if __name__ == "__main__":
    main()
