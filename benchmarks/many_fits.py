"""Many fits: their memory, a grid search against SciKeras, and two workers.

    SKCLF_DATA=... python benchmarks/many_fits.py [--check] [--runs 1] [--epochs 3]

S0's net on the text of 7,613 disaster tweets: Embedding, LSTM(32), Dense(16), length
30, in its grid of 12 candidates (batch size, vector size, learning rate), 3 folds.

- Memory: what 40 fits of these candidates add to the resident memory of the process
  after the fifth, while three other fitted nets are alive, whose predictions must not
  change, and the cache of compiled nets must keep its bound. Linux only.
- Changing nets: the same for 150 fits, none of which has the architecture of another,
  from the 51st on, when the cache of compiled nets is full: MB for each fit. "net of
  Keras": what a net takes that Keras alone builds, compiles, trains for a step, and
  forgets, with ``keras.backend.clear_session()`` after each.
- Grid: GridSearchCV over ours, and over SciKeras' KerasClassifier with the same net,
  token ids and number of epochs.
- Two workers: GridSearchCV with n_jobs=1 and n_jobs=2, each in a fresh process, so that
  the start of TensorFlow in the workers counts. Three times the epochs.
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

BOUNDS = {"memory, MB": 25, "MB a changing net": 2, "grid": 3, "two workers": 1.5}
GRID = {
    "batch_size": [32, 64],
    "embedding_dim": [32, 64],
    "learning_rate": [1e-3, 5e-4, 1e-4],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail beyond the bounds")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--parts", nargs="+", choices=REPORTS, default=list(REPORTS))
    parser.add_argument("--process", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.process:
        part, n_jobs, epochs = options.process
        print(json.dumps(PARTS[part](int(n_jobs), int(epochs))))
        return 0
    print("| what | | | | bound |\n|---|---|---|---|---|")
    missed = []
    for part in options.parts:
        missed += REPORTS[part](options.runs, options.epochs)
    print(f"\nmissed: {missed or 'none'}")
    return int(bool(missed) and options.check)


def in_fresh_process(part, epochs, n_jobs=1):
    command = [sys.executable, __file__, "--process", part, str(n_jobs), str(epochs)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def report_memory(runs, epochs):
    grown = statistics.median(in_fresh_process("memory", epochs) for _ in range(runs))
    bound = BOUNDS["memory, MB"]
    print(f"| 40 fits, MB after the fifth | | {grown:.1f} | | at most {bound} |")
    return ["memory"] if grown > bound else []


def report_changing(runs, epochs):
    ours, theirs = (
        statistics.median(in_fresh_process(part, epochs) for _ in range(runs))
        for part in ("changing nets", "changing nets of Keras")
    )
    bound = BOUNDS["MB a changing net"]
    print(
        f"| 150 changing nets, MB a fit from the 51st on | of Keras {theirs:.2f} | "
        f"{ours:.2f} | | at most {bound} |"
    )
    return ["changing nets"] if ours > bound else []


def report_grid(runs, epochs):
    measured = [
        (in_fresh_process("SciKeras", epochs), in_fresh_process("grid", epochs))
        for _ in range(runs)
    ]
    return ratio(f"grid, {epochs} epochs, s: SciKeras, skclf", measured, "grid")


def report_workers(runs, epochs):
    measured = [
        [in_fresh_process("grid", 3 * epochs, n_jobs) for n_jobs in (1, 2)]
        for _ in range(runs)
    ]
    what = f"grid, {3 * epochs} epochs, s: one worker, two"
    return ratio(what, measured, "two workers")


def ratio(what, measured, name):
    a, b = (statistics.median(values) for values in zip(*measured, strict=True))
    bound = BOUNDS[name]
    print(
        f"| {what} | {a:.1f} | {b:.1f} | {a / b:.1f} | at least {bound} |", flush=True
    )
    return [name] if a / b < bound else []


def data():
    from _cleaning import cleaner

    from skclf import SequenceEncoder
    from skclf.datasets import load_disaster_tweets

    X, y = load_disaster_tweets(return_X_y=True)
    clean = cleaner("s0").transform(X["text"])
    return SequenceEncoder(max_words=4998, max_len=30).fit_transform(clean), y


def net(epochs):
    from skclf import RNNClassifier

    return RNNClassifier(
        cell="lstm",
        units=32,
        bidirectional=False,
        dense_units=16,
        word_dropout=0.0,
        embedding_dropout=0.0,
        dropout=0.0,
        early_stopping=False,
        epochs=epochs,
        random_state=0,
    )


def folds():
    from sklearn.model_selection import StratifiedKFold

    return StratifiedKFold(3, shuffle=True, random_state=0)


def memory(n_jobs, epochs):
    """MB that 35 fits add after five, while others are alive and stay as they are."""
    from sklearn.model_selection import ParameterGrid

    from skclf import CNNClassifier
    from skclf.models.training._workbench import WORKBENCHES

    X, y = data()
    some, rest = slice(0, 500), slice(500, 1000)
    others = [
        net(1).set_params(units=8).fit(X[some], y[some]),
        net(1).set_params(cell="gru").fit(X[some], y[some]),
        CNNClassifier(filters=8, epochs=1, random_state=0).fit(X[some], y[some]),
    ]
    before = [other.predict_proba(X[rest]) for other in others]
    candidates, resident = list(ParameterGrid(GRID)), []
    for i in range(40):
        fitted = net(1).set_params(random_state=i, **candidates[i % len(candidates)])
        fitted.fit(X[:3000], y[:3000]).predict_proba(X[rest])
        gc.collect()
        resident.append(resident_mb())
    for other, proba in zip(others, before, strict=True):
        np.testing.assert_array_equal(other.predict_proba(X[rest]), proba)
    assert len(WORKBENCHES) <= WORKBENCHES.size
    return max(resident[5:]) - resident[4]


def changing(n_jobs, epochs):
    """MB for each of 100 fits of changing nets, after 50 others."""
    X, y = data()
    resident = []
    for i in range(150):
        fitted = net(1).set_params(random_state=i, units=4 + i % 25, dense_units=5 + i)
        fitted.fit(X[:600], y[:600]).predict_proba(X[:300])
        gc.collect()
        resident.append(resident_mb())
    return (resident[-1] - resident[49]) / 100


def changing_of_keras(n_jobs, epochs):
    """The same for Keras' own nets, each of which is forgotten."""
    import keras
    from keras import layers

    X, y = data()
    X, resident = np.asarray(X), []
    for i in range(150):
        model = keras.Sequential([
            keras.Input((30,)),
            layers.Embedding(5000, 64),
            layers.LSTM(4 + i % 25),
            layers.Dense(5 + i, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ])  # fmt: skip
        model.compile("adam", "binary_crossentropy")
        model.fit(X[:600], y[:600], verbose=0)
        model.predict(X[:300], verbose=0)
        del model
        keras.backend.clear_session()
        gc.collect()
        resident.append(resident_mb())
    return (resident[-1] - resident[49]) / 100


def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def grid(n_jobs, epochs):
    """Seconds of a grid search over ours."""
    from sklearn.model_selection import GridSearchCV

    X, y = data()
    search = GridSearchCV(net(epochs), GRID, cv=folds(), refit=False, n_jobs=n_jobs)
    return seconds(search, X, y)


def grid_of_scikeras(n_jobs, epochs):
    """Seconds of the same search over SciKeras' classifier."""
    import keras
    from keras import layers
    from scikeras.wrappers import KerasClassifier
    from sklearn.model_selection import GridSearchCV

    def build(dim):
        return keras.Sequential([
            keras.Input((30,)),
            layers.Embedding(5000, dim),
            layers.LSTM(32),
            layers.Dense(16, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ])  # fmt: skip

    X, y = data()
    peer = KerasClassifier(
        build,
        model__dim=64,
        loss="binary_crossentropy",
        optimizer="adam",
        optimizer__learning_rate=1e-3,
        epochs=epochs,
        random_state=0,
        verbose=0,
    )
    names = {
        "embedding_dim": "model__dim",
        "learning_rate": "optimizer__learning_rate",
    }
    candidates = {names.get(name, name): values for name, values in GRID.items()}
    search = GridSearchCV(peer, candidates, cv=folds(), refit=False)
    return seconds(search, np.asarray(X), y)


def seconds(search, X, y):
    started = time.perf_counter()
    search.fit(X, y)
    return time.perf_counter() - started


PARTS = {
    "memory": memory,
    "changing nets": changing,
    "changing nets of Keras": changing_of_keras,
    "grid": grid,
    "SciKeras": grid_of_scikeras,
    "two workers": grid,
}
REPORTS = {
    "memory": report_memory,
    "changing nets": report_changing,
    "grid": report_grid,
    "two workers": report_workers,
}

if __name__ == "__main__":
    sys.exit(main())
