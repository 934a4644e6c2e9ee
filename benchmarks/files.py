"""Safe files beside pickles: bytes, and time to load.

    python benchmarks/files.py [--check] [--rows 4000] [--names tfidf-logreg cnn ...]

All ready-made pipelines are fitted on generated tweets (nets for one epoch, whose
weights have the same number then), their nets converted to ONNX, and each is saved in
both formats, and with compress=9. Times are CPU time, the least of 15 loads in turn,
and of five new processes that do nothing but load. "ratio" is that of the safe file to
the pickle. With --check the exit code is 1 where one is above its bound: 1.3 for bytes,
1.5 for time.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

from skclf import load, make_text_classifier, save, to_onnx_pipeline
from skclf.compose._recipes import READY_MADE
from skclf.datasets import make_tweets

BYTES, TIME = 1.3, 1.5
LINEAR = ("tfidf-logreg", "tfidf-svm", "nb")
NEW = "import sys; from skclf import load; load(sys.argv[1], trusted=True)"


def fitted(name, X, y):
    """A fitted pipeline; its nets as ONNX graphs."""
    model = make_text_classifier(name, random_state=0)
    epochs = [p for p in model.get_params() if p.rpartition("__")[2] == "epochs"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one epoch is too little to learn
        model.set_params(**dict.fromkeys(epochs, 1)).fit(X, y)
    return model if name in LINEAR else to_onnx_pipeline(model)


def seconds(path):
    start = time.process_time()
    load(path, trusted=True)
    return time.process_time() - start


def seconds_of_new_process(path):
    before = os.times()
    subprocess.run([sys.executable, "-c", NEW, str(path)], check=True)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def least(measure, paths, times):
    """The least of several measurements of each, in turn."""
    found = [[measure(path) for path in paths] for _ in range(times)]
    return [min(column) for column in zip(*found, strict=True)]


def measure(name, model, folder):
    """Rows of the table, and whether they are within bounds."""
    within = True
    for compress in (0, 9):
        paths = [folder / kind for kind in ("safe", "pickle")]
        for path in paths:
            save(model, path, format=path.name, compress=compress)
        safe, plain = (path.stat().st_size for path in paths)
        times = least(seconds, paths, 15)
        cells = [name, compress, f"{safe:,}", f"{plain:,}", f"{safe / plain:.2f}"]
        cells += [f"{1000 * t:.2f}" for t in times] + [f"{times[0] / times[1]:.2f}"]
        new = least(seconds_of_new_process, paths, 5) if compress == 0 else None
        cells.append(f"{new[0] / new[1]:.2f}" if new else "")
        print("|", " | ".join(map(str, cells)), "|", flush=True)
        ratios = [times[0] / times[1]] + ([new[0] / new[1]] if new else [])
        within &= safe / plain <= BYTES and max(ratios) <= TIME
    return within


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--names", nargs="*", default=list(READY_MADE))
    options = parser.parse_args()
    tweets = make_tweets(options.rows, random_state=0)
    print(
        "| model | compress | safe, bytes | pickle, bytes | ratio | safe, ms "
        "| pickle, ms | ratio | of new processes |"
    )
    print("|---" * 9 + "|")
    above = []
    for name in options.names:
        model = fitted(name, tweets.data["text"], tweets.target)
        with tempfile.TemporaryDirectory() as folder:
            if not measure(name, model, Path(folder)):
                above.append(name)
    print(f"Above the bounds: {above}" if above else "All bounds hold.")
    sys.exit(bool(above) and options.check)


if __name__ == "__main__":
    main()
