"""Do models know their limits: drift, and answers that are not given?

    SKCLF_DATA=... python benchmarks/limits.py [--check] [--seeds 3] [--draws 100]
        [--drift] [--systems s0 s1 s3 s4] [--models tfidf-logreg]

Drift: a model of the disaster tweets is watched. Tweets about brands (S2) have to fire,
random halves of its own test part must not, but for 5 in 100. The test part is the
file of S0's test tweets, or random (S1's split); or the tail of the training file with
new keywords (S0), which is a drift; less of one, where whole keywords are held out for
the monitor, too.

Abstaining: the target is an error of .05 among the answers. Folds are drawn with as
many seeds; the test part is scored once with each. The mean error of S0, S3 and S4 has
to be within .02 of the target.
"""

import argparse
import sys
import warnings

import numpy as np
from _quality_models import load
from sklearn.model_selection import (
    GroupShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
)

from skclf import AbstainingClassifier, Monitor, make_text_classifier
from skclf.datasets import load_disaster_tweets

MODEL = "tfidf-logreg"
ERROR, WITHIN = 0.05, 0.02
MOST_FALSE = 5  # of 100 halves
HELD = ("s0", "s3", "s4")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail beyond the bounds")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--drift", action="store_true", help="nothing but drift")
    systems = ("s0", "s1", "s3", "s4")
    parser.add_argument("--systems", nargs="+", choices=systems, default=systems)
    parser.add_argument("--models", nargs="+", default=[MODEL])
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    missed = drift(options.draws, range(options.seeds))
    if not options.drift:
        missed += abstaining(options.systems, options.models, range(options.seeds))
    print(f"\nmissed: {missed or 'none'}")
    return int(bool(missed) and options.check)


def drift(draws, seeds):
    """How often halves of a test part, and few tweets of S2, are said to drift."""
    brands = load("s2")[1]["text"].to_numpy()
    print("| test part | held out for the monitor | halves | drifted | 100 of S2 |")
    print("|---|---|---|---|---|")
    missed = []
    for system, how in (
        ("s0 file", "nothing"),
        ("s0 file", "a random fourth"),
        ("s1", "nothing"),
        ("s1", "a random fourth"),
        ("s0", "nothing"),
        ("s0", "a random fourth"),
        ("s0", "a fourth of the keywords"),
    ):
        own = brand = 0
        for seed in seeds:
            monitor, test = watched(system, how, seed)
            rng = np.random.RandomState(seed)
            n = draws // len(seeds) + (seed < draws % len(seeds))
            own += sum(drifted(monitor, test, len(test) // 2, rng) for _ in range(n))
            brand += sum(drifted(monitor, brands, 100, rng) for _ in range(n))
        names = [*monitor.check(test).drift.query("drifted")["statistic"]]
        shown = f"{own} ({', '.join(names)})" if names else own
        print(f"| {system} | {how} | {draws} | {shown} | {brand} |", flush=True)
        if brand < draws:
            missed.append(f"S2 after {system} {how} {brand}")
        if system in ("s0 file", "s1") and own > MOST_FALSE / 100 * draws:
            missed.append(f"halves of {system} {how} {own}")
    return missed


def watched(system, how, seed):
    """A monitor of a model, and the texts of the test part."""
    if system == "s0 file":
        train = load_disaster_tweets()
        frame, y = train.data, train.target
        test = load_disaster_tweets(subset="test").data
    else:
        frame, test, y, _, _ = load(system)
    X, test = frame["text"].to_numpy(), test["text"].to_numpy()
    if how == "nothing":
        return Monitor(make_text_classifier(MODEL).fit(X, y), X), test
    if "keywords" in how:
        splitter, groups = GroupShuffleSplit, frame["keyword"].fillna("").to_numpy()
    else:
        splitter, groups = StratifiedShuffleSplit, None
    splits = splitter(1, test_size=0.25, random_state=seed).split(X, y, groups)
    fit, held_out = next(splits)
    model = make_text_classifier(MODEL).fit(X[fit], y[fit])
    return Monitor(model, X[fit], X_held_out=X[held_out]), test


def drifted(monitor, texts, size, rng):
    rows = rng.permutation(len(texts))[:size]
    return bool(monitor.check(texts[rows]).drift["drifted"].any())


def abstaining(systems, models, seeds):
    """Errors among the answers to the test parts."""
    print(
        "\n| test part | model | error of all | coverage, held out | coverage |", end=""
    )
    print(f" error (target {ERROR}) | answers |\n|{'---|' * 7}")
    missed = []
    for system in systems:
        X, X_test, y, y_test, _ = load(system)
        X, X_test = X["text"].to_numpy(), X_test["text"].to_numpy()
        for name in models:
            runs = [judged(name, seed, X, y, X_test, y_test) for seed in seeds]
            whole, promised, coverage, error, n = map(np.array, zip(*runs, strict=True))
            cells = [shown(part) for part in (whole, promised, coverage, error)]
            print(
                f"| {system} | {name} | {' | '.join(cells)} | {n.mean():.0f} |",
                flush=True,
            )
            if system in HELD and not abs(error.mean() - ERROR) <= WITHIN:
                missed.append(f"{system} {name} {error.mean():.4f}")
    return missed


def judged(name, seed, X, y, X_test, y_test):
    seeded = {} if name == MODEL else {"random_state": seed}
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    model = AbstainingClassifier(make_text_classifier(name, **seeded), ERROR, folds)
    answers = model.fit(X, y).predict(X_test)
    answered = np.array([answer is not None for answer in answers])
    wrong = model.estimator_.predict(X_test) != y_test
    error = wrong[answered].mean() if answered.any() else np.nan
    return wrong.mean(), model.coverage_, answered.mean(), error, answered.sum()


def shown(values):
    return f"{values.mean():.4f} ± {values.std():.4f}"


if __name__ == "__main__":
    sys.exit(main())
