"""Stars of clothing reviews: what a decision by cost gains over the likeliest class.

    SKCLF_DATA=... python benchmarks/ordered_classes.py [--seeds 3] [--jobs 2] [--check]

Data, split and nets are those of S4 in ``quality.py``: the whole training part, scored
on the test part. A net is fitted once for each seed, and the same probabilities decide
three times: for the likeliest class, as the net does by itself, and with
CostSensitiveClassifier for the lowest absolute and the lowest quadratic cost. "MAE" is
the mean distance from the true stars, "ECE" the calibration error of the likeliest
class. With --check the exit code is 1 where absolute costs do not lower the MAE of a
net with each seed.
"""

import argparse
import os
import sys
import warnings
from itertools import product

import pandas as pd
from joblib import Parallel, delayed, parallel_config
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import (
    accuracy_score,
    cohen_kappa_score,
    f1_score,
    mean_absolute_error,
)

NETS = ("mlp", "cnn")
COSTS = ("absolute", "quadratic")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--check", action="store_true", help="fail where MAE is higher")
    options = parser.parse_args()
    jobs = list(product(NETS, range(options.seeds)))
    with parallel_config("loky", n_jobs=options.jobs, inner_max_num_threads=1):
        found = Parallel(batch_size=1)(delayed(run)(*job) for job in reversed(jobs))
    table = pd.concat(dict(zip(reversed(jobs), found, strict=True)))
    table.index.names = ["net", "seed", "decision"]
    print_table(table)
    missed = print_gaps(table["MAE"])
    return int(bool(missed) and options.check)


def run(name, seed):
    """A row of scores of the test part for each decision."""
    from _quality_models import load, seeded
    from _quality_scores import calibration_error

    from skclf.compose import CostSensitiveClassifier

    X, X_test, y, y_test, _ = load("s4")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = seeded(name, "s4", seed).fit(X["text"], y)
    models = {"likeliest class": net}
    for cost in COSTS:
        decision = CostSensitiveClassifier(FrozenEstimator(net), cost=cost)
        models[f"{cost} cost"] = decision.fit(X["text"], y)
    texts = X_test["text"]
    rows = {name: scores(y_test, m.predict(texts)) for name, m in models.items()}
    proba = net.predict_proba(texts)
    table = pd.DataFrame(rows).T
    return table.assign(ECE=calibration_error(y_test - 1, proba))


def scores(y, predicted):
    return {
        "MAE": mean_absolute_error(y, predicted),
        "quadratic kappa": cohen_kappa_score(y, predicted, weights="quadratic"),
        "accuracy": accuracy_score(y, predicted),
        "weighted F1": f1_score(y, predicted, average="weighted", zero_division=0),
        "macro F1": f1_score(y, predicted, average="macro", zero_division=0),
        "off by 2 and more": (abs(y - predicted) > 1).mean(),
    }


def print_table(table):
    """Mean and standard deviation over the seeds."""
    print(f"| net | decision | {' | '.join(table)} |\n|{'---|' * (2 + table.shape[1])}")
    by_model = table.groupby(["net", "decision"], sort=False)
    means, spreads = by_model.mean().loc[list(NETS)], by_model.std(ddof=0)
    for model, mean in means.iterrows():
        cells = [f"{mean[s]:.4f} ± {spreads.loc[model, s]:.4f}" for s in table]
        print(f"| {' | '.join(model)} | {' | '.join(cells)} |")


def print_gaps(mae):
    """What absolute costs change, seed by seed; the nets that miss the bound."""
    by_decision = mae.unstack("decision")
    gaps = by_decision["absolute cost"] - by_decision["likeliest class"]
    print("\nMAE with absolute costs, less that of the likeliest class, by seed:")
    for name in NETS:
        print(f"  {name}: {', '.join(f'{gap:+.4f}' for gap in gaps[name])}")
    missed = [name for name in NETS if (gaps[name] >= 0).any()]
    print(f"missed: {missed or 'none'}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
