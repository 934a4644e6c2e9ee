"""How soon the command line answers, beside the import of scikit-learn.

    python benchmarks/cli.py [--check] [--runs 7]

New processes, in turn: ``python -m skclf --help``, the same for a mistyped path, and
``import sklearn``. Medians of wall-clock seconds. With --check the exit code is 1 if a
ratio is above its bound.
"""

import argparse
import statistics
import subprocess
import sys
import time

PEER = "import sklearn"
CALLS = {
    "skclf --help": ["-m", "skclf", "--help"],
    "skclf train --help": ["-m", "skclf", "train", "--help"],
    "skclf explore, of a mistyped path": ["-m", "skclf", "explore", "mistyped.csv"],
    PEER: ["-c", PEER],
}
BOUND = 0.8


def seconds(arguments):
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
    return time.perf_counter() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    for arguments in CALLS.values():
        seconds(arguments)  # files are in memory from here on
    times = {name: [] for name in CALLS}
    for _ in range(options.runs):
        for name, arguments in CALLS.items():
            times[name].append(seconds(arguments))
    medians = {name: statistics.median(found) for name, found in times.items()}
    print("| process | seconds | ratio | bound |")
    print("|---|---|---|---|")
    ratios = {name: median / medians[PEER] for name, median in medians.items()}
    for name, ratio in ratios.items():
        bound = "" if name == PEER else BOUND
        print(f"| `{name}` | {medians[name]:.2f} | {ratio:.2f} | {bound} |")
    del ratios[PEER]
    return int(options.check and max(ratios.values()) > BOUND)


if __name__ == "__main__":
    sys.exit(main())
