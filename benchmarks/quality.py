"""How well five systems classify: published, reproduced, and ours.

    SKCLF_DATA=... NLTK_DATA=... python benchmarks/quality.py [s0 s1 s2 s3 s4 s4t]
        [--seeds 3] [--cache demo/quality] [--notebooks] [--check]
        [--encoder FOLDER] [--only MODEL ...]

For each system it cross-validates all models on the training part and chooses one by
these scores alone: a net, a mean of several models (of all such means of up to five the
one of the lowest log loss; a weighted one that is built model by model; that of all
models) or a stack. Means and stacks are scored on rows that they were not put together
on. It then scores on the test part what was chosen and what it is
compared with. All probabilities are kept in the cache, so a run that was broken off
goes on where it was: delete it where a model has changed. Votes and stacks are put
together from their members' probabilities; their seconds are the sum over the members,
and the folds of a stack come on top. Folds, and nets that are set as in a notebook, are
fitted with the first seed alone.

``--encoder`` names the folder of a sentence encoder (see `skclf.SentenceEncoder`, by
default that of ``SKCLF_ENCODER``): what reads it is among the models then, and the
floors are others. Texts are encoded once, into the cache. ``--only`` names the members
to choose from, where not all can be fitted in the time.

``--notebooks`` trains the notebooks' nets, too: as pipelines, and in plain Keras. They
are in the tables of later runs, as their probabilities are kept.
"""

import argparse
import os
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from _encodings import keep, kept_in
from _quality_ensembles import VOTES, Ensemble, best_stack, held_out_vote
from _quality_runs import KERAS, Runs
from _quality_scores import SCORES, differences, mcnemar, scores
from threadpoolctl import threadpool_limits

TIMES = ("s to fit", "ms")


def main():
    names = ["s0", "s1", "s2", "s3", "s4", "s4t"]
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("systems", nargs="*", default=names, metavar="s0 ... s4t")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path("demo/quality"))
    parser.add_argument("--encoder", default=os.environ.get("SKCLF_ENCODER"))
    parser.add_argument("--only", nargs="+", metavar="MODEL", help="members")
    parser.add_argument("--notebooks", action="store_true", help="with plain Keras")
    parser.add_argument("--check", action="store_true", help="fail below the floors")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    if options.encoder:
        os.environ["SKCLF_ENCODER"] = options.encoder  # for all processes
    missed, tables, started = [], {}, time.monotonic()
    for name in options.systems:
        comparison = Comparison(name, options)
        tables[name] = comparison.run()
        missed += comparison.missed()
    plot(tables, options.cache / "quality.png")
    print(f"\n{(time.monotonic() - started) / 60:.1f} minutes")
    print(f"missed floors: {missed or 'none'}")
    return int(bool(missed) and options.check)


class Comparison:
    """One system: what is cross-validated, chosen and scored."""

    def __init__(self, name, options):
        from _quality_models import SYSTEMS, load, texts_of

        self.name, self.seeds = name, range(options.seeds)
        self.notebooks = options.notebooks
        self.runs = Runs(name, options.cache)
        self.system = SYSTEMS[name]
        if options.encoder:
            self.system = self.system.beside_encoder()
            keep(kept_in(options.cache, self.system.encodings), texts_of(name))
        if options.only:
            self.system = self.system.only(options.only)
        self.X, self.X_test, self.y, self.y_test, self.folds = load(name)
        self.classes, self.codes = np.unique(self.y, return_inverse=True)
        self.test_codes = np.searchsorted(self.classes, self.y_test)
        self.main = tuple(self.system.floors)

    def run(self):
        """Print the audit, the choice and the table; the table's rows."""
        from skclf.evaluate import audit_split

        print(f"\n## {self.system.about}\n", flush=True)
        texts, test_texts = self.X["text"], self.X_test["text"]
        audit = audit_split(texts, test_texts, self.y, self.y_test)
        print(audit, flush=True)
        self.fresh = ~audit.leaked
        self.fit()
        with threadpool_limits(1):  # small matrices; threads would wait for each other
            self.choose()
        models = self.score()
        self.rows = {name: self.row(runs) for name, runs in models.items()}
        self.print_table()
        self.compare(models)
        return self.rows

    def missed(self):
        found = {s: self.rows[self.chosen][s][0] for s in self.main}
        return [
            f"{self.name} {score} {found[score]:.4f} < {floor}"
            for score, floor in self.system.floors.items()
            if found[score] < floor
        ]

    # Fits, of the slow models first.

    def fit(self):
        """All models on the folds and on the whole training part."""
        members = reversed(self.system.members)
        folds = product(members, range(len(self.folds)), [0])
        tests = product([*self.nets(), *self.others()], ["test"], self.seeds)
        self.runs.compute([*folds, *tests])
        if self.notebooks and not self.system.with_title:
            self.runs.train_in_keras()

    def nets(self):
        """Ours, and all else that is no baseline; also what is not tuned."""
        from _quality_models import UNTUNED

        # With titles, what is untuned would only take long once more.
        untuned = () if self.system.with_title else UNTUNED
        untuned = [name for name in untuned if name in self.system.members]
        return [*dict.fromkeys([*untuned, *self.system.nets, *self.system.more])]

    def others(self):
        """What ours are compared with."""
        fasttext = ["fastText"] if has_fasttext() else []
        reproduced = [
            name
            for name in self.system.reproduced
            if self.notebooks or self.runs.file(name, 0, "test").exists()
        ]
        return [*self.system.linear, *fasttext, *reproduced]

    # Choice, on the training part.

    def choose(self):
        """The best net, vote and stack, and which of them is the best."""
        members = self.system.members
        self.training = {name: self.held_out(name) for name in members}
        single = {name: self.value(Ensemble((name,))) for name in members}
        net = max(self.system.nets, key=single.get)
        self.ensembles, values = {}, {net: single[net]}
        for name, find in VOTES.items():
            self.ensembles[name] = find(self.training, self.codes)
            held_out = held_out_vote(find, self.training, self.codes)
            values[name] = self.mean_of_main(held_out)
        self.ensembles["vote of all"] = Ensemble(members)
        values["vote of all"] = self.value(self.ensembles["vote of all"])
        self.ensembles["stack"], values["stack"] = best_stack(
            self.training, self.codes, self.ensembles["vote"], self.mean_of_main
        )
        self.chosen = max(values, key=values.get)

        print(f"\nby cross-validation, the mean of {', '.join(self.main)}:\n")
        for name in sorted(single, key=single.get, reverse=True):
            print(f"  {single[name]:.4f}  {name}")
        for name, ensemble in self.ensembles.items():
            print(f"  {values[name]:.4f}  {name}: {ensemble}")
        print(f"chosen: {self.chosen}\n", flush=True)

    def held_out(self, name):
        """Probabilities of the training rows, each by a model that has not seen it."""
        found = np.empty((len(self.y), len(self.classes)))
        for part, (_, rows) in enumerate(self.folds):
            found[rows] = self.runs(name, 0, part)["proba"]
        return found

    def value(self, ensemble):
        """What is chosen by: the mean of the scores that have floors."""
        return self.mean_of_main(ensemble.held_out(self.training, self.codes))

    def mean_of_main(self, proba):
        """The same, of probabilities of the training rows."""
        return np.mean([SCORES[name](self.codes, proba) for name in self.main])

    # Scores, on the test part.

    def score(self):
        """Probabilities and times of all models, for each seed."""
        from _quality_models import UNTUNED_VOTE

        models = {}
        if self.runs.file(KERAS, 0, "test").exists():
            models[KERAS] = [self.together(Ensemble((KERAS,)), 0)]
        for name in [*self.others(), *self.nets()]:
            alone = Ensemble((name,))
            models[name] = [self.together(alone, seed) for seed in self.seeds]
        votes = {"vote, untuned": Ensemble(UNTUNED_VOTE)}
        if self.system.with_title or not {*UNTUNED_VOTE} <= {*self.system.members}:
            votes.clear()
        for name, ensemble in (votes | self.ensembles).items():
            models[name] = [self.together(ensemble, seed) for seed in self.seeds]
        return models

    def together(self, ensemble, seed):
        """An ensemble, or one model as such, on the test part."""
        files = {name: self.runs(name, seed, "test") for name in ensemble.names}
        probas = [files[name]["proba"] for name in ensemble.names]
        proba = ensemble.predict_proba(self.training, self.codes, probas)
        times = {
            "s to fit": sum(float(file["seconds"]) for file in files.values()),
            "ms": sum(float(file["ms"]) for file in files.values()),
        }
        return {"proba": proba} | times

    def row(self, runs):
        """Mean and spread of all scores."""
        found = []
        for run in runs:
            fresh = run["proba"][self.fresh]
            found.append(
                scores(self.test_codes, run["proba"])
                | {name: run[name] for name in TIMES}
                | {
                    f"{name}, no leaks": SCORES[name](
                        self.test_codes[self.fresh], fresh
                    )
                    for name in self.main
                }
            )
        table = pd.DataFrame(found)
        return {
            score: (table[score].mean(), table[score].std(ddof=0)) for score in table
        }

    def print_table(self):
        names = list(next(iter(self.rows.values())))
        published = [self.system.published.get(name) for name in names]
        print("| model | " + " | ".join(names) + " |")
        print("|---" * (len(names) + 1) + "|")
        cells = ["" if p is None else f"{p:.4f}" for p in published]
        print("| published | " + " | ".join(cells) + " |")
        for name, row in self.rows.items():
            bold = "**" if name == self.chosen else ""
            cells = [self.cell(score, *values) for score, values in row.items()]
            print(f"| {bold}{name}{bold} | " + " | ".join(cells) + " |", flush=True)

    def cell(self, score, mean, spread):
        if score in TIMES:
            return f"{mean:.1f}"
        shown = score in self.main and spread > 5e-5
        return f"{mean:.4f}" + (f" ± {spread:.4f}" if shown else "")

    def compare(self, models):
        """Whether the difference to the best other could be chance."""

        def mean_of_main(name):
            return np.mean([self.rows[name][score][0] for score in self.main])

        best = max(self.others(), key=mean_of_main)
        ours, theirs = models[self.chosen][0]["proba"], models[best][0]["proba"]
        right = [p.argmax(axis=1) == self.test_codes for p in (ours, theirs)]
        p, wins, losses = mcnemar(*right)
        print(
            f"\nagainst the best other, {best}, seed 0: right where the other is wrong "
            f"{wins} times, the reverse {losses} (McNemar p = {p:.2g}); 95 % of "
            "bootstrap differences"
        )
        found = differences(self.test_codes, ours, theirs, self.main)
        for score, (low, high) in found.items():
            print(f"  {score}: {low:+.4f} to {high:+.4f}")


def has_fasttext():
    try:
        import fasttext  # noqa: F401
    except ImportError:
        return False
    return True


def plot(tables, file):
    """The main score of each system: published, linear, nets, vote and stack."""
    import matplotlib

    matplotlib.use("Agg")
    from _quality_models import SYSTEMS
    from matplotlib import pyplot as plt

    n_columns = min(3, len(tables))
    n_rows = -(-len(tables) // n_columns)
    size = 4.4 * n_columns, 5 * n_rows
    figure, axes = plt.subplots(n_rows, n_columns, figsize=size, squeeze=False)
    for ax, (name, rows) in zip(axes.flat, tables.items(), strict=False):
        score = next(iter(SYSTEMS[name].floors))
        means = {model: row[score][0] for model, row in rows.items()}
        spreads = [row[score][1] for row in rows.values()]
        ax.errorbar(list(means.values()), list(means), xerr=spreads, fmt="o")
        published = SYSTEMS[name].published.get(score)
        if published:
            ax.axvline(published, color="gray", linestyle=":", label="published")
        ax.axvline(SYSTEMS[name].floors[score], color="C2", label="floor")
        ax.set(title=name.upper(), xlabel=score)
        ax.locator_params("x", nbins=4)
        ax.invert_yaxis()
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="lower center", ncols=2)
    figure.tight_layout(rect=(0, 0.04, 1, 1))
    figure.savefig(file, dpi=100)


if __name__ == "__main__":
    sys.exit(main())
