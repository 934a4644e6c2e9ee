"""Fits on a file of more tweets than one would hold in memory, beside fits in memory.

    python benchmarks/stream.py [--part rate memory] [--check] [--seeds 0 1 2]
                                [--documents 1000000]

Made-up tweets that are not repeated, as in scale.py, in a Parquet file; "cnn" from raw
text. "rate" is fit_stream on 100,000 of them beside Pipeline.fit on the same rows in
memory, in one process, for each seed: three epochs with a twentieth held out, after a
first fit, in turn. Documents per second are those of all epochs by the time of the
whole call, and accuracy is that on 20,000 other tweets. "memory" is fit_stream on more
of them for one epoch, in a process of its own, and the most memory that this process
ever had resident. With --check the exit code is 1 where a bound is missed.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from scale import recombined

IN_MEMORY, TESTED, EPOCHS = 100_000, 20_000, 3
MB = 1e6 if sys.platform == "darwin" else 1e6 / 1024  # in units of ru_maxrss
BOUNDS = {"rate": 0.8, "accuracy": 0.01, "MB": 2000}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--check", action="store_true", help="fail above the bounds")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--process", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.process:
        part, folder, argument = options.process
        print(json.dumps(PROCESSES[part](Path(folder), int(argument))))
        return 0
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        if "rate" in options.part:
            in_fresh_process("prepare", folder, IN_MEMORY)
            found = [in_fresh_process("rate", folder, seed) for seed in options.seeds]
            missed += report_rates(found, options.seeds)
        if "memory" in options.part:
            size = in_fresh_process("prepare", folder, options.documents)
            missed += report_memory(
                in_fresh_process("memory", folder, options.documents), size, options
            )
    print(f"\nmissed: {missed or 'none'}")
    return int(bool(missed) and options.check)


def in_fresh_process(part, folder, argument):
    command = [sys.executable, __file__, "--process", part, folder, str(argument)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def report_rates(found, seeds):
    print("| seed | in memory, documents/s | fit_stream | ratio | accuracy | |")
    print("|---|---|---|---|---|---|")
    for seed, (rates, scores) in zip(seeds, found, strict=True):
        print(
            f"| {seed} | {rates[0]:,.0f} | {rates[1]:,.0f} | {rates[1] / rates[0]:.2f} "
            f"| {scores[0]:.4f} | {scores[1]:.4f} |"
        )
    ratio = statistics.mean(rates[1] / rates[0] for rates, _ in found)
    worse = statistics.mean(scores[0] - scores[1] for _, scores in found)
    print(f"\nratio {ratio:.2f}, accuracy lower by {worse:.4f} in the mean", flush=True)
    missed = [f"ratio {ratio:.2f}"] if ratio < BOUNDS["rate"] else []
    return missed + ([f"accuracy {worse:.4f}"] if worse > BOUNDS["accuracy"] else [])


def report_memory(found, size, options):
    print("\n| documents | file, MB | seconds | documents/s | peak MB |")
    print("|---|---|---|---|---|")
    print(
        f"| {options.documents:,} | {size:,.0f} | {found['seconds']:,.0f} "
        f"| {options.documents / found['seconds']:,.0f} | {found['MB']:,.0f} |"
    )
    return [f"{found['MB']:,.0f} MB"] if found["MB"] > BOUNDS["MB"] else []


def prepare(folder, n):
    """Write so many tweets, and some to test on."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    from skclf.datasets import make_tweets

    tweets = recombined(make_tweets(50_000, random_state=0), random.Random(0))
    schema = pa.schema([("text", pa.string()), ("target", pa.int64())])
    for name, rows in ("test", TESTED), ("train", n):
        with ParquetWriter(folder / f"{name}.parquet", schema) as file:
            for start in range(0, rows, 50_000):
                some = zip(*islice(tweets, min(50_000, rows - start)), strict=True)
                file.write_table(pa.table(list(map(list, some)), schema=schema))
    return (folder / "train.parquet").stat().st_size / 1e6


def model(seed):
    from skclf import make_text_classifier

    return make_text_classifier(
        "cnn",
        random_state=seed,
        classify__epochs=EPOCHS,
        classify__validation_fraction=0.05,
    )


def streamed(folder, seed, epochs):
    from skclf import fit_stream

    return fit_stream(
        model(seed),
        folder / "train.parquet",
        text="text",
        target="target",
        epochs=epochs,
        random_state=seed,
    )


def rate(folder, seed):
    """Rates and accuracies in memory and of a stream."""
    import warnings

    from pandas import read_parquet
    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)  # three epochs are few
    train, test = (read_parquet(folder / f"{n}.parquet") for n in ("train", "test"))
    model(seed).fit(train["text"][:5000], train["target"][:5000])
    fits = [
        lambda: model(seed).fit(train["text"], train["target"]),
        lambda: streamed(folder, seed, EPOCHS),
    ]
    rates, scores = [0, 0], [0, 0]
    for i in (1, 0) if seed % 2 else (0, 1):
        started = time.perf_counter()
        fitted = fits[i]()
        rates[i] = EPOCHS * len(train) / (time.perf_counter() - started)
        scores[i] = fitted.score(test["text"], test["target"])
    return rates, scores


def memory(folder, n):
    started = time.perf_counter()
    streamed(folder, 0, 1)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB
    return {"seconds": seconds, "MB": peak}


PARTS = ("rate", "memory")
PROCESSES = {"prepare": prepare, "rate": rate, "memory": memory}

if __name__ == "__main__":
    sys.exit(main())
