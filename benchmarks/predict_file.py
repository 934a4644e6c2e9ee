"""A million tweets in a file, labelled by predict_file, against predict_stream.

    python benchmarks/predict_file.py [--rows 1000000] [--rounds 2] [--check]

Tweets as in scale.py, none repeated, with an id: a CSV file, a Parquet file, and a list
of the texts. The ready-made "cnn" is fitted on 10,000 of them and converted by
to_onnx_pipeline. In one process, in turn: predict_stream on the list, predict_file from
Parquet to Parquet and from CSV to CSV. Medians of the rounds; "share" is the rate
relative to predict_stream. With --check the exit code is 1 where a bound is missed.
"""

import argparse
import csv
import random
import statistics
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from scale import TRAINED_ON, recombined, resident

from skclf import make_text_classifier, predict_file, predict_stream, to_onnx_pipeline
from skclf.datasets import make_tweets

BOUNDS = {"Parquet": 0.8, "CSV": 0.6}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--check", action="store_true", help="fail below the bounds")
    options = parser.parse_args()

    made = recombined(make_tweets(50_000, random_state=0), random.Random(0))
    model = fitted(list(islice(made, TRAINED_ON)))
    texts = [text for text, _ in islice(made, options.rows)]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write(folder, texts)
        model.predict(texts[:TRAINED_ON])
        ways = {
            "list": lambda: sum(1 for _ in predict_stream(model, texts)),
            "Parquet": lambda: label(model, folder, "parquet"),
            "CSV": lambda: label(model, folder, "csv"),
        }
        seconds = {way: [] for way in ways}
        memory = resident()
        for _ in range(options.rounds):
            for way, run in ways.items():
                started = time.perf_counter()
                n = run()
                seconds[way].append(time.perf_counter() - started)
                assert n == options.rows
        memory = resident() - memory
    return report(seconds, options.rows, memory) * options.check


def fitted(pairs):
    texts, labels = zip(*pairs, strict=True)
    net = make_text_classifier("cnn", classify__random_state=0)
    return to_onnx_pipeline(net.fit(list(texts), list(labels)))


def write(folder, texts):
    ids = [f"{i:07}" for i in range(len(texts))]
    with open(folder / "tweets.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows(zip(ids, texts, strict=True))
    pq.write_table(pa.table({"id": ids, "text": texts}), folder / "tweets.parquet")


def label(model, folder, suffix):
    source, target = folder / f"tweets.{suffix}", folder / f"labelled.{suffix}"
    return predict_file(model, source, target).labelled


def report(seconds, rows, memory):
    """Print a table; return whether a bound was missed."""
    medians = {way: statistics.median(runs) for way, runs in seconds.items()}
    print("| way | seconds | rows/s | µs each | share | bound |")
    print("|---|---|---|---|---|---|")
    missed = []
    for way, took in medians.items():
        share, bound = medians["list"] / took, BOUNDS.get(way, 0)
        print(
            f"| {way} | {took:.1f} | {rows / took:,.0f} | {took / rows * 1e6:.1f} | "
            f"{share:.2f} | {bound or ''} |"
        )
        missed += [way] if share < bound else []
    print(f"\nmemory grew by {memory:.0f} MB over all of it")
    print(f"missed: {missed or 'none'}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
