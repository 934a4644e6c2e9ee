"""Do the defaults learn on little data?

    SKCLF_DATA=... python benchmarks/little_data.py [--check] [--draws 5] [--jobs 1]

From the training part of each of five systems (see ``quality.py``) 200, 500 and 1,000
texts are drawn, and 1,500 others to score on; test parts are not touched. Models are
the ready-made ones as they are, without word vectors. Bounds are on the accuracy in the
mean of all sets, sizes and draws, compared with "tfidf-logreg" on the same texts. What
is chosen by such scores is chosen on other draws: ``--first 100``.
"""

import argparse
import os
import sys
import warnings
from itertools import product

import numpy as np
import pandas as pd
from joblib import Parallel, delayed, parallel_config

SYSTEMS = ("s0", "s1", "s2", "s3", "s4")
SIZES = (200, 500, 1000)
N_SCORED = 1500
LINEAR = "tfidf-logreg"
BOUNDS = {"cnn": 0.0, "bigru": -0.025}  # accuracy above the linear one, at least


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail below the bounds")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--first", type=int, default=0, help="number of the first draw")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    parser.add_argument("--models", nargs="+", default=list(BOUNDS))
    options = parser.parse_args()
    models = [LINEAR, *options.models]
    draws = range(options.first, options.first + options.draws)
    print(f"| data | texts | {' | '.join(models)} |\n|{'---|' * (2 + len(models))}")
    found = []
    for system in options.systems:
        scores = run(system, models, draws, options.jobs)
        print_rows(system, scores[models])
        found.append(scores)
    missed = print_gaps(pd.concat(found, keys=options.systems), options.models)
    return int(bool(missed) and options.check)


def run(system, models, draws, n_jobs):
    """Accuracy of the models, by size and number of the draw."""
    from _quality_models import load

    X, _, y, _, _ = load(system)
    X, jobs = X["text"].to_numpy(), list(product(models, SIZES, draws))
    with parallel_config("loky", n_jobs=n_jobs, inner_max_num_threads=1):
        found = Parallel(batch_size=1)(
            delayed(score)(model, draw, *drawn(system, X, y, size, draw))
            for model, size, draw in jobs
        )
    index = pd.MultiIndex.from_tuples(jobs, names=["model", "size", "draw"])
    return pd.Series(found, index).unstack("model")


def drawn(system, X, y, size, draw):
    """Texts and classes to train on, and to score on."""
    rng = np.random.RandomState([SYSTEMS.index(system), draw])
    rows = rng.permutation(len(y))
    train, others = rows[N_SCORED : N_SCORED + size], rows[:N_SCORED]
    return X[train], y[train], X[others], y[others]


def score(model, seed, X, y, X_others, y_others):
    """Accuracy of a ready-made model."""
    from skclf import make_text_classifier

    seeded = {"classify__random_state": seed} if model != LINEAR else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = make_text_classifier(model, **seeded).fit(X, y)
    return pipeline.score(X_others, y_others)


def print_rows(system, scores):
    """Mean and standard deviation over the draws."""
    by_size = scores.groupby("size")
    for (size, mean), spread in zip(
        by_size.mean().iterrows(), by_size.std(ddof=0).to_numpy(), strict=True
    ):
        cells = [f"{m:.3f} ± {s:.3f}" for m, s in zip(mean, spread, strict=True)]
        print(f"| {system.upper()} | {size:,} | {' | '.join(cells)} |", flush=True)


def print_gaps(scores, models):
    """Differences to the linear model; the models that miss their bounds."""
    gaps = scores[models].sub(scores[LINEAR], axis=0)
    by_size, by_draw = (gaps.groupby(level).mean() for level in ("size", "draw"))
    print(f"\n| above {LINEAR} | {' | '.join(f'{n:,}' for n in by_size.index)}", end="")
    print(f" | mean | at least |\n|{'---|' * (3 + len(by_size))}")
    for name in models:
        cells = [f"{gap:+.3f}" for gap in by_size[name]]
        cells.append(f"{gaps[name].mean():+.4f} ± {by_draw[name].std(ddof=0):.4f}")
        print(f"| {name} | {' | '.join(cells)} | {BOUNDS.get(name, '')} |")
    means = gaps.mean()
    missed = [name for name in models if means[name] < BOUNDS.get(name, -np.inf)]
    print(f"\nmissed: {missed or 'none'}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
