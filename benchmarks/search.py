"""A search with Optuna against a random one, in equal time, on disaster tweets (S1).

    SKCLF_DATA=... python benchmarks/search.py [--check] [--model cnn] [--seconds 120]

``skclf.search.tune`` and the candidates of ``RandomizedSearchCV`` in the same space, as
two processes at the same time with one thread each: whatever else the machine does,
both have the same seconds. Each ends with the candidate that is at hand by then. Data:
a part of S1, without word vectors, in 3 folds, the same ones for both and for all
seeds. "score" is the cross-validated accuracy of the best candidate, "first" that of
the first one, which is the ready-made pipeline in ``tune``. "not finished" were pruned.
With --check the exit code is 1 where the mean of the seeds is lower with ``tune``.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from statistics import fmean

ONE_THREAD = {"OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
ONE_THREAD |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail where it is lower")
    parser.add_argument("--model", default="cnn")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        kind, seed = options.run
        print(json.dumps(KINDS[kind](options, int(seed))))
        return 0
    print("| seed | search | score | candidates | not finished | first | seconds |")
    print("|---|---|---|---|---|---|---|")
    found = {kind: [] for kind in KINDS}
    for seed in range(options.seeds):
        started = {kind: start(kind, seed) for kind in KINDS}
        for kind, process in started.items():
            row = json.loads(process.communicate()[0].splitlines()[-1])
            found[kind].append(row["score"])
            cells = f"{row['score']:.4f} | {row['n']} | {row['n_pruned']}"
            first = f"{row['first']:.4f} | {row['seconds']:.0f}"
            print(f"| {seed} | {kind} | {cells} | {first} |", flush=True)
    tuned, drawn = (fmean(found[kind]) for kind in ("tune", "random"))
    print(f"\nmean: tune {tuned:.4f}, random {drawn:.4f} ({tuned - drawn:+.4f})")
    return int(tuned < drawn and options.check)


def start(kind, seed):
    return subprocess.Popen(
        [sys.executable, *sys.argv, "--run", kind, str(seed)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | ONE_THREAD,
    )


def data(n_rows):
    from sklearn.model_selection import StratifiedKFold, train_test_split

    from skclf.datasets import load_disaster_tweets

    X, y = load_disaster_tweets(return_X_y=True)
    X, _, y, _ = train_test_split(
        X["text"], y, train_size=n_rows, stratify=y, random_state=42
    )
    return X.to_numpy(), y, StratifiedKFold(3)


def tuned(options, seed):
    from skclf.search import tune

    X, y, cv = data(options.rows)
    begun = time.perf_counter()
    search = tune(
        options.model,
        X,
        y,
        timeout=options.seconds,
        cv=cv,
        random_state=seed,
    )
    table = search.cv_results_
    return {
        "score": search.best_score_,
        "n": len(table),
        "n_pruned": int((table["state"] == "pruned").sum()),
        "first": table["mean_test_score"].iloc[0],
        "seconds": time.perf_counter() - begun,
    }


def drawn(options, seed):
    from sklearn.model_selection import ParameterSampler, cross_val_score

    from skclf import make_text_classifier
    from skclf.search._spaces import SPACES

    X, y, cv = data(options.rows)
    model = make_text_classifier(options.model, random_state=seed)
    space = SPACES[options.model]
    begun, scores = time.perf_counter(), []
    for params in ParameterSampler(space, 10_000, random_state=seed):
        if time.perf_counter() - begun >= options.seconds:
            break
        model.set_params(**params)
        scores.append(cross_val_score(model, X, y, cv=cv).mean())
    return {
        "score": max(scores),
        "n": len(scores),
        "n_pruned": 0,
        "first": scores[0],
        "seconds": time.perf_counter() - begun,
    }


KINDS = {"tune": tuned, "random": drawn}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
