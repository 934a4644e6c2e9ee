"""EmbeddingLookup against gensim: reading GloVe for the words of the disaster tweets.

    SKCLF_DATA=... python benchmarks/word_vectors.py [--check] [--repeat 5]

The 400,000 vectors of glove.6B.50d.txt.gz, for the vocabulary of all 7,613 tweets.
gensim's load_word2vec_format(no_header=True) reads them all; ours keeps those of the
vocabulary, and is fitted a second time as a clone, as a grid search does it. Each
measurement has a fresh process: seconds of the call, and what it adds to the highest
resident memory of the process. Medians, and the ratio gensim / skclf. With --check the
exit code is 1 where a bound is missed.
"""

import argparse
import json
import os
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# The process that starts the others imports nothing large: on Linux the peak memory of
# a process begins at that of its parent.
BOUNDS = {"read, s": 10, "read, MB": 10, "second fit, s": 50}
MB = 1e6 if sys.platform == "darwin" else 1e6 / 1024  # in units of ru_maxrss


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail below the bounds")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--process", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.process:
        name, documents = options.process
        print(json.dumps(PROCESSES[name](documents)))
        return 0

    with tempfile.TemporaryDirectory() as folder:
        documents = os.path.join(folder, "documents.pkl")
        print(in_fresh_process("encode", documents), flush=True)
        runs = {"gensim": [], "skclf": []}
        for _ in range(options.repeat):
            for name, measured in runs.items():
                measured.append(in_fresh_process(name, documents))
    return report(runs, options.check)


def in_fresh_process(name, documents):
    command = [sys.executable, __file__, "--process", name, documents]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def report(runs, check):
    theirs, ours = median(runs["gensim"]), median(runs["skclf"])
    # a second fit is compared with our own first one
    pairs = {what: (theirs[what], ours[what]) for what in ("read, s", "read, MB")}
    pairs["second fit, s"] = (ours["read, s"], ours["second fit, s"])
    print(f"\nMedians of {len(runs['skclf'])} processes each\n")
    print("| what | peer | skclf | ratio | at least |\n|---|---|---|---|---|")
    missed = []
    for what, (a, b) in pairs.items():
        peer = "first fit" if what == "second fit, s" else "gensim"
        bound = BOUNDS[what]
        print(f"| {what} | {peer} {a:.3g} | {b:.3g} | {a / b:.1f} | {bound} |")
        if a / b < bound:
            missed.append(what)
    print(f"\nmissed: {missed or 'none'}")
    return int(bool(missed) and check)


def median(runs):
    return {what: statistics.median(run[what] for run in runs) for what in runs[0]}


def glove():
    return Path(os.environ["SKCLF_DATA"], "embeddings", "glove.6B.50d.txt.gz")


def encode(documents):
    """Write the token ids of all tweets for the others; say what they are."""
    from skclf import SequenceEncoder, TextCleaner
    from skclf.datasets import load_disaster_tweets

    texts = load_disaster_tweets().data["text"]
    clean = TextCleaner.preset("tweets").transform(texts)
    X = SequenceEncoder().fit_transform(clean)
    Path(documents).write_bytes(pickle.dumps(X))
    return repr(X)


def measure_gensim(documents):
    from gensim.models import KeyedVectors

    read = measured(lambda: KeyedVectors.load_word2vec_format(glove(), no_header=True))
    return {"read, s": read[0], "read, MB": read[1]}


def measure_skclf(documents):
    from sklearn.base import clone

    from skclf.embed import EmbeddingLookup

    X = pickle.loads(Path(documents).read_bytes())
    lookup = EmbeddingLookup(glove())
    seconds, memory = measured(lambda: lookup.fit(X))
    again, _ = measured(lambda: clone(lookup).fit(X))
    return {"read, s": seconds, "read, MB": memory, "second fit, s": again}


def measured(call):
    """Seconds that it takes, and MB that it adds to the peak of resident memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    call()
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return seconds, (after - before) / MB


PROCESSES = {"encode": encode, "gensim": measure_gensim, "skclf": measure_skclf}

if __name__ == "__main__":
    sys.exit(main())
