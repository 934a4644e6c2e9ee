"""How well five systems classify: published, reproduced, and ours.

    SKCLF_DATA=... NLTK_DATA=... python benchmarks/quality.py [s0 s1 s2 s3 s4 s4t]
        [--seeds 3] [--cache demo/quality] [--notebooks] [--check]

For each system it cross-validates all models on the training part, chooses one by these
scores alone (a model, the mean of several, or a stack), and then scores on the test
part what was chosen and what it is compared with. All probabilities are kept in the
cache, so a run that was broken off goes on where it was. Votes and stacks are put
together from their members' probabilities, as `VotingClassifier` and
`StackingClassifier` do: a stack is a logistic regression on the logarithms of the
members' cross-validated probabilities, with class weights between none and balanced.
Its seconds are the sum over its members, as a vote's; the folds come on top. Folds are
fitted with the first seed alone.
``--notebooks`` trains the notebooks' nets in plain Keras, too.
"""

import argparse
import os
import sys
import time
import warnings
from functools import cache, partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed, parallel_config
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

MEMBERS_AT_MOST = 5
POWERS = (0.0, 0.25, 0.5)  # of the balanced class weights, for stacks
RESAMPLES = 300
N_LATENCY = 30
KERAS = "plain Keras, the notebook's net"


def main():
    names = ["s0", "s1", "s2", "s3", "s4", "s4t"]
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("systems", nargs="*", default=names, metavar="s0 ... s4t")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path("demo/quality"))
    parser.add_argument("--notebooks", action="store_true", help="with plain Keras")
    parser.add_argument("--check", action="store_true", help="fail below the floors")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    missed, tables = [], {}
    for name in options.systems:
        tables[name], too_low = Comparison(name, options).run()
        missed += too_low
    plot(tables, options.cache / "quality.png")
    print(f"\nmissed floors: {missed or 'none'}")
    return int(bool(missed) and options.check)


class Comparison:
    """One system: what is cross-validated, chosen and scored."""

    def __init__(self, name, options):
        from _quality_models import SYSTEMS, load

        self.name, self.seeds, self.folder = name, options.seeds, options.cache
        self.notebooks = options.notebooks
        self.system = SYSTEMS[name]
        self.X, self.X_test, self.y, self.y_test, self.folds = load(name)
        self.classes, self.codes = np.unique(self.y, return_inverse=True)
        self.test_codes = np.searchsorted(self.classes, self.y_test)
        self.main = tuple(self.system.floors)

    def run(self):
        from skclf.evaluate import audit_split

        print(f"\n## {self.system.about}\n", flush=True)
        audit = audit_split(self.X, self.X_test, self.y, self.y_test)
        print(audit, flush=True)
        self.fresh = ~audit.leaked
        self.cross_validate()
        chosen = self.choose()
        return self.report(chosen)

    # Probabilities, kept in files.

    def compute(self, names, parts, seeds):
        """Fit what is not in the cache yet, two models at a time."""
        from _quality_models import WITHOUT_SEED

        jobs = [
            (name, 0 if name in WITHOUT_SEED else seed, part)
            for name in names
            for seed in seeds
            for part in parts
        ]
        jobs = [job for job in dict.fromkeys(jobs) if not self.file(*job).exists()]
        with parallel_config("loky", n_jobs=os.cpu_count(), inner_max_num_threads=1):
            Parallel(batch_size=1)(
                delayed(fit_one)(self.name, *job, self.file(*job)) for job in jobs
            )

    def file(self, name, seed, part):
        plain = "".join(c if c.isalnum() else "_" for c in name)
        return self.folder / f"{self.name}-{plain}-{seed}-{part}.npz"

    def stored(self, name, seed, part):
        from _quality_models import WITHOUT_SEED

        return np.load(self.file(name, 0 if name in WITHOUT_SEED else seed, part))

    def held_out(self, name):
        """Probabilities of the training rows, each by a model that has not seen it."""
        found = np.empty((len(self.y), len(self.classes)))
        for part, (_, rows) in enumerate(self.folds):
            found[rows] = self.stored(name, 0, part)["proba"]
        return found

    # Choice, on the training part.

    def cross_validate(self):
        self.compute(self.system.members, range(len(self.folds)), [0])
        self.training = {name: self.held_out(name) for name in self.system.members}

    def value(self, proba):
        """What is chosen by: the mean of the scores that have floors."""
        found = scores(self.codes, proba)
        return np.mean([found[score] for score in self.main])

    def choose(self):
        """The best single model, vote and stack, and which of them is the best."""
        single = {(name,): self.value(p) for name, p in self.training.items()}
        votes = {
            names: self.value(self.mean(names))
            for n in range(2, MEMBERS_AT_MOST + 1)
            for names in combinations(self.training, n)
        }
        vote = max(votes, key=votes.get)
        stacks = {
            (names, power): self.value(self.stack_held_out(names, power))
            for names in {vote, tuple(self.training)}
            for power in POWERS
        }
        stack = max(stacks, key=stacks.get)
        nets = {name: single[name,] for name in self.system.nets}
        linear = {name: single[name,] for name in self.system.linear}
        by_value = {"vote": votes[vote], "stack": stacks[stack], **nets}
        found = {
            "linear": max(linear, key=linear.get),
            "net": max(nets, key=nets.get),
            "vote": vote,
            "stack": stack,
            "chosen": max(by_value, key=by_value.get),
        }
        print(
            f"\nchosen on the training part, by the mean of {', '.join(self.main)}:\n"
        )
        for name, value in sorted(single.items(), key=lambda item: -item[1]):
            print(f"  {value:.4f}  {name[0]}")
        print(f"  {votes[vote]:.4f}  vote: {' + '.join(vote)}")
        print(
            f"  {stacks[stack]:.4f}  stack, class weights to the power of {stack[1]}: "
            f"{' + '.join(stack[0])}"
        )
        print(f"the best: {found['chosen']}\n", flush=True)
        return found

    def mean(self, names):
        return np.mean([self.training[name] for name in names], axis=0)

    def stack_held_out(self, names, power):
        cv = StratifiedKFold(3, shuffle=True, random_state=1)
        inputs = logarithms([self.training[name] for name in names])
        last = self.last(power)
        return cross_val_predict(
            last, inputs, self.codes, cv=cv, method="predict_proba"
        )

    def last(self, power):
        weights = len(self.codes) / np.bincount(self.codes) / len(self.classes)
        weights = dict(enumerate(weights**power))
        return LogisticRegression(C=0.1, class_weight=weights, tol=1e-3, max_iter=300)

    # Report, on the test part.

    def report(self, chosen):
        stack, power = chosen["stack"]
        fastText = ["fastText"] if has_fasttext() else []
        others = [*self.system.linear, *fastText, *self.system.reproduced]
        used = {*stack, *chosen["vote"], chosen["net"]}
        self.compute([*others, *used], ["test"], range(self.seeds))
        models = {
            name: [self.part([name], s) for s in range(self.seeds)] for name in others
        }
        if self.notebooks:
            self.train_in_keras()
        if self.file(KERAS, 0, "test").exists():
            models[KERAS] = [self.part([KERAS], 0)]
        singles = [n for n in self.system.nets if n in used]
        models |= {n: [self.part([n], s) for s in range(self.seeds)] for n in singles}
        models["vote"] = [self.part(chosen["vote"], s) for s in range(self.seeds)]
        models["stack"] = [self.part(stack, s, power) for s in range(self.seeds)]
        rows = {name: self.row(runs) for name, runs in models.items()}
        self.print_table(rows, chosen)
        ours = models[chosen["chosen"]]
        best = max(
            others, key=lambda name: np.mean([rows[name][s][0] for s in self.main])
        )
        self.compare(ours[0]["proba"], models[best][0]["proba"], best)
        found = rows[chosen["chosen"]]
        missed = [
            f"{self.name} {score} {found[score][0]:.4f} < {floor}"
            for score, floor in self.system.floors.items()
            if found[score][0] < floor
        ]
        return rows, missed

    def part(self, names, seed, power=None):
        """A model, or several together, on the test part."""
        files = [self.stored(name, seed, "test") for name in names]
        probas = [file["proba"] for file in files]
        proba = np.mean(probas, axis=0)
        if power is not None:
            training = logarithms([self.training[name] for name in names])
            last = self.last(power).fit(training, self.codes)
            proba = last.predict_proba(logarithms(probas))
        return {
            "proba": proba,
            "seconds": sum(float(file["seconds"]) for file in files),
            "ms": sum(float(file["ms"]) for file in files),
        }

    def row(self, runs):
        """Mean and spread of all scores."""
        found = [
            scores(self.test_codes, run["proba"])
            | {"s to fit": run["seconds"], "ms": run["ms"]}
            | {
                f"{name}, no leaks": scores(
                    self.test_codes[self.fresh], run["proba"][self.fresh]
                )[name]
                for name in self.main
            }
            for run in runs
        ]
        table = pd.DataFrame(found)
        return {
            score: (table[score].mean(), table[score].std(ddof=0)) for score in table
        }

    def print_table(self, rows, chosen):
        names = list(next(iter(rows.values())))
        print("| model | " + " | ".join(names) + " |")
        print("|---" * (len(names) + 1) + "|")
        published = [
            f"{self.system.published[name]:.4f}"
            if name in self.system.published
            else ""
            for name in names
        ]
        print("| published | " + " | ".join(published) + " |")
        for name, row in rows.items():
            bold = "**" if name == chosen["chosen"] else ""
            cells = [
                f"{mean:.1f}"
                if score in ("s to fit", "ms")
                else f"{mean:.4f}"
                + (f" ± {spread:.4f}" if score in self.main and spread > 5e-5 else "")
                for score, (mean, spread) in row.items()
            ]
            print(f"| {bold}{name}{bold} | " + " | ".join(cells) + " |", flush=True)

    def compare(self, ours, theirs, name):
        """Whether the difference to the best other could be chance."""
        right, other = (p.argmax(axis=1) == self.test_codes for p in (ours, theirs))
        rng, n = np.random.default_rng(0), len(self.test_codes)
        differences = []
        for _ in range(RESAMPLES):
            rows = rng.integers(n, size=n)
            pair = [scores(self.test_codes[rows], p[rows]) for p in (ours, theirs)]
            differences.append([pair[0][s] - pair[1][s] for s in self.main])
        low, high = np.percentile(differences, [2.5, 97.5], axis=0)
        print(
            f"\nagainst the best other, {name}, seed 0: right where the other is wrong "
            f"{(right & ~other).sum()} times, the reverse {(other & ~right).sum()} "
            f"(McNemar p = {mcnemar(right, other):.2g}); 95 % of bootstrap differences"
        )
        for i, score in enumerate(self.main):
            print(f"  {score}: {low[i]:+.4f} to {high[i]:+.4f}")

    def train_in_keras(self):
        file = self.file(KERAS, 0, "test")
        if not file.exists():
            proba, seconds, ms = keras_run(self.name)
            np.savez(file, proba=proba, seconds=seconds, ms=ms)


def fit_one(system, name, seed, part, file):
    """Fit a model on a fold or on all training rows; write its probabilities."""
    from _quality_models import load, seeded

    X, X_test, y, _, folds = load(system)
    if part != "test":
        rows, others = folds[part]
        X, y, X_test = X.iloc[rows], y[rows], X.iloc[others]
    model = seeded(name, system, seed)
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    seconds = time.perf_counter() - started
    proba = model.predict_proba(X_test)
    ms = latency(model, X_test) if part == "test" else np.nan
    temporary = file.with_suffix(".part.npz")
    np.savez(temporary, proba=proba, seconds=seconds, ms=ms)
    temporary.rename(file)


def latency(model, X):
    """Median milliseconds of one document, from raw text."""
    seconds = []
    for i in range(N_LATENCY):
        started = time.perf_counter()
        model.predict_proba(X.iloc[i : i + 1])
        seconds.append(time.perf_counter() - started)
    return 1000 * np.median(seconds)


def scores(codes, proba):
    """All scores from one set of probabilities."""
    n_classes = proba.shape[1]
    predicted = proba.argmax(axis=1)
    flags = codes[:, None] == np.arange(n_classes)
    found = {"accuracy": accuracy_score(codes, predicted)}
    if n_classes == 2:
        found["F1"] = f1_score(codes, predicted)
    averaged = partial(f1_score, codes, predicted, zero_division=0)
    return found | {
        "macro F1": averaged(average="macro"),
        "weighted F1": averaged(average="weighted"),
        "micro AUC": roc_auc_score(flags.ravel(), proba.ravel()),
        "log loss": log_loss(codes, proba, labels=range(n_classes)),
        "ECE": calibration_error(codes, proba),
    }


def calibration_error(codes, proba, n_bins=15):
    """Expected calibration error of the likeliest class (Guo et al., 2017)."""
    sure, right = proba.max(axis=1), proba.argmax(axis=1) == codes
    bins = np.minimum((sure * n_bins).astype(int), n_bins - 1)
    gaps = [np.abs((right - sure)[bins == i].sum()) for i in range(n_bins)]
    return np.sum(gaps) / len(codes)


def mcnemar(right, other):
    """Exact two-sided p-value of McNemar's test."""
    from scipy.stats import binomtest

    wins, losses = (right & ~other).sum(), (other & ~right).sum()
    return binomtest(wins, wins + losses).pvalue if wins + losses else 1.0


def logarithms(probas):
    """What a stack reads: for two classes the log-odds, else all logarithms."""
    logs = [np.log(np.clip(proba, 1e-4, 1)) for proba in probas]
    if logs[0].shape[1] == 2:
        logs = [log[:, 1:] - log[:, :1] for log in logs]
    return np.hstack(logs)


@cache
def has_fasttext():
    try:
        import fasttext  # noqa: F401
    except ImportError:
        print("fastText is not installed; it is left out.")
        return False
    return True


def keras_run(name):
    """The notebook's net, trained as there, on our test part."""
    import keras
    from _systems import SYSTEMS, glove

    name = name[:2]
    options = {"vectors": glove()} if name in ("s1", "s2") else {}
    options |= {"aside": "test"} if name == "s4" else {}
    system = SYSTEMS[name](**options)
    keras.utils.set_random_seed(0)
    model = system.build()
    (X, y), (X_test, y_test) = system.data, system.validation
    padded, started = system.padded(X_test), time.perf_counter()
    # As there: the epoch is chosen by the rows that are scored.
    stop = keras.callbacks.EarlyStopping(
        "val_accuracy", patience=5, mode="max", restore_best_weights=True
    )
    model.fit(
        system.padded(X),
        y,
        validation_data=(padded, y_test),
        batch_size=system.batch_size,
        class_weight=system.class_weight,
        epochs=30,
        callbacks=[stop],
        verbose=0,
    )
    seconds = time.perf_counter() - started
    proba = model.predict(padded, verbose=0)
    if proba.shape[1] == 1:
        proba = np.hstack([1 - proba, proba])
    first = system.padded(X_test[:1])
    times = []
    for _ in range(N_LATENCY):
        started = time.perf_counter()
        model.predict(first, verbose=0)
        times.append(time.perf_counter() - started)
    return proba, seconds, 1000 * np.median(times)


def plot(tables, file):
    """The main score of each system: published, linear, nets, vote and stack."""
    import matplotlib

    matplotlib.use("Agg")
    from _quality_models import SYSTEMS
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(
        1, len(tables), figsize=(3.2 * len(tables), 4.2), squeeze=False
    )
    for ax, (name, rows) in zip(axes[0], tables.items(), strict=True):
        score = next(iter(SYSTEMS[name].floors))
        means = {model: row[score][0] for model, row in rows.items()}
        spreads = [row[score][1] for row in rows.values()]
        ax.errorbar(list(means.values()), list(means), xerr=spreads, fmt="o")
        published = SYSTEMS[name].published.get(score)
        if published:
            ax.axvline(published, color="gray", linestyle=":", label="published")
        ax.axvline(SYSTEMS[name].floors[score], color="C2", label="floor")
        ax.set(title=name.upper(), xlabel=score)
        ax.invert_yaxis()
    axes[0, 0].legend(loc="lower left", fontsize="small")
    figure.tight_layout()
    figure.savefig(file, dpi=100)


if __name__ == "__main__":
    sys.exit(main())
