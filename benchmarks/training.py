"""Training: the notebooks' nets in plain Keras, and the same ones with skclf.

    SKCLF_DATA=... NLTK_DATA=... python benchmarks/training.py [--check] [--runs 5]
        [--systems s0 s1 s2 s2a s3 s4] [--torch PYTHON] [--quality]

Seconds of one epoch: Keras' own `fit` on padded arrays, and ours, in turn in one
process; medians after a warm-up of each, and the ratio Keras / skclf. The first fit's
overhead is what the first fit in a fresh process takes beyond its epochs' usual time:
building, tracing, the first batch. That of a refit is what a second fit of an equal
architecture, with another seed, takes beyond its epoch.

S1 and S2 have random frozen vectors of the notebook's size here, and GloVe 6B 50-d with
``--quality``: the best validation accuracy of 30 epochs (S4: of 15, as there), mean of
several seeds; for S1 also the time to the notebook's lowest validation loss. That takes
an hour or more; ``--seeds 1`` is quick.
``--torch`` trains S1 in PyTorch, too: the same vectors and net in batches of similar
length, packed, through skorch, by another interpreter that has both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np
from _systems import SYSTEMS, Clock, glove, keras
from sklearn.base import clone

RATIOS = {"s0": 2.5, "s1": 6, "s2": 4, "s2a": 4, "s3": 2.5, "s4": 2.2}
FIRST = {"s0": 1.5, "s1": 1.5, "s2": 1.5, "s2a": 0.7, "s3": 0.7, "s4": 1.5}
REFIT = 0.15
TORCH = 1.1  # times the seconds of PyTorch
SEEDS = {"s0": 5, "s1": 5, "s2": 5, "s2a": 5, "s3": 10, "s4": 5}
WORSE = 0.005
EPOCHS = {"s0": 30, "s1": 30, "s2": 30, "s2a": 30, "s3": 30, "s4": 15}  # for the scores
SOONER = {"1e-4": 6, "1e-3": 12}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--systems", nargs="+", choices=RATIOS, default=list(RATIOS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true", help="fail below the bounds")
    parser.add_argument("--quality", action="store_true", help="compare the scores")
    parser.add_argument("--seeds", type=int, help="fewer than the bounds ask for")
    parser.add_argument("--torch", metavar="PYTHON", help="interpreter with PyTorch")
    parser.add_argument("--first", choices=RATIOS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.first:
        print(json.dumps(first_fit(options.first)))
        return 0
    if options.quality:
        missed = quality(options.systems, options.seeds)
    elif options.torch:
        missed = against_torch(options.torch, options.runs)
    else:
        missed = speed(options.systems, options.runs)
    print(f"\nmissed: {missed or 'none'}")
    return int(bool(missed) and options.check)


def speed(names, runs):
    print(
        "| system | Keras, s | skclf, s | ratio | at least | first fit, s | at most "
        "| refit, s | at most |\n|---|---|---|---|---|---|---|---|---|"
    )
    missed = []
    for name in names:
        theirs, ours, refit = epochs(name, runs)
        first = statistics.median(in_fresh_process(name) for _ in range(3))
        ratio = theirs / ours
        print(
            f"| {system(name).about} | {theirs:.2f} | {ours:.2f} | {ratio:.1f} "
            f"| {RATIOS[name]} | {first:.2f} | {FIRST[name]} | {refit:.3f} | {REFIT} |",
            flush=True,
        )
        if ratio < RATIOS[name]:
            missed.append(f"{name} epoch")
        if first > FIRST[name]:
            missed.append(f"{name} first fit")
        if refit > REFIT:
            missed.append(f"{name} refit")
    return missed


@cache
def system(name):
    return SYSTEMS[name]()


def epochs(name, runs):
    """Median seconds of an epoch, Keras' and ours, and of what a refit adds to it."""
    this = system(name)
    X, y = this.data
    inputs, model, clock = this.padded(X), this.build(), Clock()
    ours = this.ours.set_params(early_stopping=False, epochs=1)
    seconds, beyond = [], []
    for run in range(runs + 1):
        model.fit(
            inputs,
            y,
            batch_size=this.batch_size,
            class_weight=this.class_weight,
            callbacks=[clock],
            verbose=0,
        )
        started = time.perf_counter()
        ours.set_params(random_state=run).fit(X, y)
        whole = time.perf_counter() - started
        seconds.append(ours.history_["seconds"][0])
        beyond.append(whole - seconds[-1])
    return [
        statistics.median(values[1:]) for values in (clock.seconds, seconds, beyond)
    ]


def in_fresh_process(name):
    command = [sys.executable, __file__, "--first", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def first_fit(name):
    """Seconds of the first fit in this process beyond those of its epoch."""
    this = system(name)
    X, y = this.data
    rows = np.random.RandomState(0).permutation(len(y))[:1000]
    ours = this.ours.set_params(early_stopping=False, epochs=1, random_state=0)
    started = time.perf_counter()
    ours.fit(X[rows], y[rows])
    first = time.perf_counter() - started
    usual = []
    for _ in range(3):
        ours.fit(X[rows], y[rows])
        usual += ours.history_["seconds"]
    return first - statistics.median(usual)


def quality(names, n_seeds):
    """Best validation scores of both, and the time to the notebook's best one."""
    print("| system, seeds | Keras | skclf | difference | at least |")
    print("|---|---|---|---|---|")
    missed, times = [], []
    for name in names:
        vectors = glove() if name in ("s1", "s2") else None
        this, epochs = SYSTEMS[name](vectors=vectors), EPOCHS[name]
        n = n_seeds or SEEDS[name]
        runs = [
            (keras_run(this, epochs, seed), our_run(this, epochs, seed))
            for seed in range(n)
        ]
        theirs, ours = (
            statistics.mean(max(run["val_accuracy"]) for run in side)
            for side in zip(*runs, strict=True)
        )
        print(
            f"| {this.about}, {n} | {theirs:.4f} | {ours:.4f} | {ours - theirs:+.4f} "
            f"| {-WORSE} |",
            flush=True,
        )
        if ours < theirs - WORSE:
            missed.append(f"{name} accuracy")
        if name == "s1":
            quick = this.ours.set_params(learning_rate=1e-3)
            at_default = [our_run(this, epochs, seed, quick) for seed in range(n)]
            times = [(*pair, run) for pair, run in zip(runs, at_default, strict=True)]
    return missed + (report_times(times) if times else [])


def report_times(runs):
    """How long each needs to the notebook's lowest validation loss."""
    best = [min(keras["val_loss"]) for keras, *_ in runs]
    theirs, same, default = (
        statistics.median(
            time_to(loss, run) for loss, run in zip(best, side, strict=True)
        )
        for side in zip(*runs, strict=True)
    )
    print("\n| S1, s to the notebook's best validation loss | Keras | skclf | ratio "
          "| at least |\n|---|---|---|---|---|")  # fmt: skip
    missed = []
    for rate, own in ("1e-4", same), ("1e-3", default):
        ratio, bound = theirs / own, SOONER[rate]
        print(f"| skclf at {rate} | {theirs:.1f} | {own:.1f} | {ratio:.1f} | {bound} |")
        if ratio < bound:
            missed.append(f"s1 time at {rate}")
    return missed


def time_to(loss, run):
    """Seconds until a run has reached a validation loss; infinite if it never does."""
    total = 0
    for value, seconds in zip(run["val_loss"], run["seconds"], strict=True):
        total += seconds
        if value <= loss:
            return total
    return np.inf


def keras_run(this, epochs, seed):
    keras.utils.set_random_seed(seed)
    clock, model = Clock(), this.build()
    (X, y), (X_val, y_val) = this.data, this.validation
    history = model.fit(
        this.padded(X),
        y,
        validation_data=(this.padded(X_val), y_val),
        batch_size=this.batch_size,
        class_weight=this.class_weight,
        epochs=epochs,
        callbacks=[clock],
        verbose=0,
    )
    return history.history | {"seconds": clock.seconds}


def our_run(this, epochs, seed, net=None):
    (X, y), (X_val, y_val) = this.data, this.validation
    net = clone(net or this.ours)
    net.set_params(epochs=epochs, patience=epochs, random_state=seed)
    return net.fit(X, y, X_val=X_val, y_val=y_val).history_


def against_torch(python, runs):
    """S1 in PyTorch, by another interpreter, and ours, in turn.

    PyTorch with the number of threads with which it is faster here.
    """
    this = system("s1")
    X, y = this.data
    ours = this.ours.set_params(early_stopping=False, epochs=1, random_state=0)
    seconds = {1: [], os.cpu_count(): [], "skclf": []}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data.npz")
        lengths = np.maximum((X.raw_ids > 0).sum(axis=1), 1)
        np.savez(data, ids=X.raw_ids, lengths=lengths, table=X.table, y=y)
        command = [python, str(Path(__file__).parent / "_torch_bilstm.py"), str(data)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        peers = {
            n: subprocess.Popen([*command, str(n)], **pipes)
            for n in seconds
            if n != "skclf"
        }
        for _ in range(runs + 1):
            for n, peer in peers.items():
                peer.stdin.write("\n")
                peer.stdin.flush()
                seconds[n].append(float(peer.stdout.readline()))
            ours.fit(X, y)
            seconds["skclf"].append(ours.history_["seconds"][0])
        for peer in peers.values():
            peer.communicate()
    medians = {side: statistics.median(values[1:]) for side, values in seconds.items()}
    own = medians.pop("skclf")
    n, theirs = min(medians.items(), key=lambda item: item[1])
    print("| system | threads | PyTorch, s | skclf, s | skclf / PyTorch | at most |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {this.about} | {n} | {theirs:.2f} | {own:.2f} | {own / theirs:.2f} "
        f"| {TORCH} |"
    )
    return ["s1 against PyTorch"] if own / theirs > TORCH else []


if __name__ == "__main__":
    sys.exit(main())
