"""What small nets gain that learn from a vote and from tweets without labels.

    SKCLF_DATA=... python benchmarks/distilled.py [s0 s1] [--seeds 3]
        [--cache demo/distilled] [--check]

On the disaster tweets as in ``quality.py``: S0's test part is the last 20 % of the
rows, S1's is stratified. The nets are the ready-made ones on GloVe vectors, the teacher
is the ready-made vote on the same vectors, and the tweets without labels are those of
the data set's own test file, without copies of the test part. Nothing is tuned: all
parameters of `Distilled` are as they come. Seeds are those of the students; the teacher
has one. Answers of the teacher, and scores, are kept in the cache, so a run that was
broken off goes on where it was. With --check the exit code is 1 where a net gains less
than .005 accuracy, as the mean of both systems.
"""

import argparse
import sys
import time
import warnings
from hashlib import blake2b
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, f1_score
from word_vector_scores import SYSTEMS, with_vectors

from skclf import Distilled
from skclf.datasets import load_disaster_tweets

STUDENTS = ("bigru", "cnn")
FLOOR = 0.005


class Remembering(ClassifierMixin, BaseEstimator):
    """A classifier whose answers are kept in files, and fitted where one is missing."""

    def __init__(self, estimator, folder):
        self.estimator = estimator
        self.folder = folder

    def fit(self, X, y):
        self._data = X, y
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        file = self.folder / f"teacher-{digest(*self._data, X)}.npy"
        if not file.exists():
            if not hasattr(self, "_fitted"):
                started = time.monotonic()
                self._fitted = clone(self.estimator).fit(*self._data)
                print(f"a teacher: {time.monotonic() - started:.0f} s", flush=True)
            np.save(file, self._fitted.predict_proba(X))
        return np.load(file)


def digest(*parts):
    text = repr([list(part) for part in parts])
    return blake2b(text.encode(), digest_size=8).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("systems", nargs="*", default=["s0", "s1"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=Path("demo/distilled"))
    parser.add_argument("--check", action="store_true", help="fail below the floor")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore", ConvergenceWarning)
    columns = ("accuracy", "distilled", "F1", "distilled", "s to fit, student alone")
    found = {}
    for seed in range(options.seeds):
        for system in options.systems:
            for student in STUDENTS:
                pair = compared(system, student, seed, options.cache)
                found.setdefault((student, system), []).append(pair)
    print(f"\n| net | system | {' | '.join(columns)} |\n|{'---|' * 7}")
    for (student, system), pairs in found.items():
        plain, distilled = np.mean(pairs, axis=0)
        shown = f"{plain[0]:.4f} | {distilled[0]:.4f} | {plain[1]:.4f} |"
        print(f"| {student} | {system} | {shown} {distilled[1]:.4f} | {plain[2]:.0f} |")
    missed = []
    for student in STUDENTS:
        pairs = np.mean([found[student, s] for s in options.systems], axis=(0, 1))
        gain = pairs[1, 0] - pairs[0, 0]
        print(f"{student}: {gain:+.4f} accuracy, the mean of {options.systems}")
        missed += [student] if gain < FLOOR else []
    print(f"missed floors: {missed or 'none'}")
    return int(bool(missed) and options.check)


def compared(system, student, seed, cache):
    """Accuracy, F1 and seconds of a net, and of the same one that was distilled."""
    file = cache / f"{system}-{student}-{seed}.npy"
    if not file.exists():
        X, X_test, y, y_test, _ = SYSTEMS[system][0]()
        net = with_vectors(student, random_state=seed)
        teacher = Remembering(with_vectors("vote", random_state=0), cache)
        unlabeled = load_disaster_tweets(subset="test").data["text"]
        distilled = Distilled(net, teacher)
        more = {"X_unlabeled": unlabeled, "exclude": X_test}
        rows = []
        for model, params in ((net, {}), (distilled, more)):
            started = time.monotonic()
            model.fit(X, y, **params)
            seconds = time.monotonic() - started
            predicted = model.predict(X_test)
            scores = accuracy_score(y_test, predicted), f1_score(y_test, predicted)
            rows.append([*scores, seconds])
        print(system, student, seed, np.round(rows, 4).tolist(), flush=True)
        np.save(file, rows)
    return np.load(file)


if __name__ == "__main__":
    sys.exit(main())
