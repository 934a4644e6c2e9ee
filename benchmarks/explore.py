"""Time and memory of `explore` on many tweets, beside CountVectorizer.

    python benchmarks/explore.py [--check] [--documents 100000]

Generated tweets, of which many are nearly equal, with labels and a table. Processor
time of `explore`, and of ``CountVectorizer().fit`` on the same texts, in one process;
what is added to the peak of the resident memory, in a fresh one. With --check the exit
code is 1 above a bound.
"""

import argparse
import resource
import subprocess
import sys
import time

from sklearn.feature_extraction.text import CountVectorizer

from skclf import explore
from skclf.datasets import make_tweets

RATIO, MEGABYTES = 8, 300


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def seconds(function, *args, **params):
    started = time.process_time()
    function(*args, **params)
    return time.process_time() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    bunch = make_tweets(options.documents, random_state=0)
    texts, beside = bunch.data["text"].tolist(), bunch.data[["keyword", "location"]]
    if options.memory:
        explore(texts[:100], bunch.target[:100])  # what is imported
        before = peak()
        explore(texts, bunch.target, table=beside)
        print(peak() - before)
        return 0
    command = [sys.executable, __file__, "--memory", "--documents", str(len(texts))]
    grown = float(subprocess.run(command, capture_output=True, check=True).stdout)
    ours = seconds(explore, texts, bunch.target, table=beside)
    theirs = seconds(CountVectorizer().fit, texts)
    print("| documents | explore, s | CountVectorizer, s | ratio | peak, MB |")
    print("|---|---|---|---|---|")
    ratio = f"{ours / theirs:.1f} (at most {RATIO})"
    memory = f"{grown:.0f} (at most {MEGABYTES})"
    print(f"| {len(texts):,} | {ours:.2f} | {theirs:.2f} | {ratio} | {memory} |")
    return int(options.check and (ours / theirs > RATIO or grown > MEGABYTES))


if __name__ == "__main__":
    sys.exit(main())
