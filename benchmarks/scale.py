"""A million tweets through predict_stream, training on 100,000, and made-up tweets.

    python benchmarks/scale.py [--part generation training prediction] [--check]
                               [--runs 5]

Made-up tweets that are not repeated: the first half of one of 50,000 generated tweets
and the second half of another one of its class, 11 words on average. Two ready-made
pipelines, from raw text: "cnn" (128-d vectors learned with the net, at most 24 words)
and the linear baseline "tfidf-logreg".

Training is the whole pipeline's fit, the net for two epochs without early stopping,
after a first fit in the same process. Prediction is predict_stream over the lines of a
file, in a process that has loaded the pipeline (trained on 10,000 tweets) and predicted
others. Generation is make_tweets. Medians of several runs in turn; the longest stream
is run once. "rise" is the
cost per document relative to the lowest with fewer documents. Memory is what is
resident once 10,000 documents are predicted, before the longest stream (by then all
shapes and the caches of words have been filled), and at the end. With --check the exit
code is 1 where a bound is missed.
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

MODELS = ("cnn", "tfidf-logreg")
MEASURED = {
    "generation": ("make_tweets",),
    "training": MODELS,
    "prediction": MODELS,
}
EPOCHS = 2
WARM_UP = 1_000
TRAINED_ON = 10_000
SIZES = {
    "generation": (1_000, 10_000, 100_000),
    "training": (1_000, 10_000, 100_000),
    "prediction": (1_000, 10_000, 100_000, 1_000_000),
}
BOUNDS = {
    "make_tweets, documents/s": 10_000,
    "cnn, rise": 1.25,
    "cnn, growth in MB": 50,
    "tfidf-logreg, growth in MB": 50,
    "the longest stream, growth in MB": 25,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--part", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--check", action="store_true", help="fail above the bounds")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--process", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.process:
        name, model, folder = options.process
        print(json.dumps(PROCESSES[name](model, Path(folder), options.runs)))
        return 0

    missed = []
    with tempfile.TemporaryDirectory() as folder:
        in_fresh_process("prepare", "", folder, options.runs)
        for part in options.part:
            measured = {
                model: in_fresh_process(part, model, folder, options.runs)
                for model in MEASURED[part]
            }
            missed += report(part, measured)
    print(f"\nmissed: {missed or 'none'}")
    return int(bool(missed) and options.check)


def in_fresh_process(name, model, folder, runs):
    command = [sys.executable, __file__, "--process", name, model, folder]
    command += ["--runs", str(runs)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def report(part, measured):
    """Print a table; return the bounds that were missed."""
    print(f"\n| {part} | documents | seconds | documents/s | µs each | rise |")
    print("|---|---|---|---|---|---|", flush=True)
    missed = []
    for model, results in measured.items():
        lowest = None
        for n, seconds in zip(SIZES[part], results["seconds"], strict=True):
            cost = seconds / n
            rise = cost / (lowest or cost)
            lowest = min(lowest or cost, cost)
            print(
                f"| {model} | {n:,} | {seconds:.3g} | {1 / cost:,.0f} | "
                f"{cost * 1e6:.0f} | {rise:.2f} |"
            )
            if rise > BOUNDS.get(f"{model}, rise", float("inf")):
                missed.append(f"{part}: {model}, rise {rise:.2f} with {n:,}")
            if 1 / cost < BOUNDS.get(f"{model}, documents/s", 0):
                missed.append(f"{part}: {model}, {1 / cost:,.0f}/s with {n:,}")
    for model, results in measured.items():
        if "MB" in results:
            first, before, after = results["MB"]
            print(
                f"\n{model}: {first:.0f} MB after 10,000, {before:.0f} MB before the "
                f"longest stream, {after:.0f} MB after it"
            )
            if after - first > BOUNDS[f"{model}, growth in MB"]:
                missed.append(f"{part}: {model}, growth by {after - first:.0f} MB")
            if after - before > BOUNDS["the longest stream, growth in MB"]:
                missed.append(f"{part}: {model}, {after - before:.0f} MB in the end")
    return missed


def prepare(model, folder, runs):
    """Write labelled tweets, and pipelines that were trained on others."""
    from skclf import make_text_classifier, save
    from skclf.datasets import make_tweets

    bunch = make_tweets(50_000, random_state=0)
    rng = random.Random(0)
    longest = SIZES["prediction"][-1]
    tweets = recombined(bunch, rng)
    texts, labels = zip(*islice(tweets, TRAINED_ON), strict=True)
    for name in MODELS:
        pipeline = make_text_classifier(name).set_params(classify__random_state=0)
        save(pipeline.fit(texts, labels), folder / f"{name}.skclf")
    distinct = set()
    with open(folder / "tweets.txt", "w", encoding="utf-8") as file:
        for text, label in islice(tweets, WARM_UP + longest):
            distinct.add(hash(text))
            file.write(f"{label} {text}\n")
    assert len(distinct) > 0.99 * longest, "tweets are repeated"


def recombined(bunch, rng):
    """Pairs of a text and its label, without end."""
    halves = {0: [], 1: []}
    for text, label in zip(bunch.data["text"], bunch.target.tolist(), strict=True):
        words = text.split()
        middle = len(words) // 2
        halves[label].append((" ".join(words[:middle]), " ".join(words[middle:])))
    while True:
        label = int(rng.random() < 0.43)
        first, second = rng.choice(halves[label])[0], rng.choice(halves[label])[1]
        yield f"{first} {second}", label


def generation(model, folder, runs):
    from skclf.datasets import make_tweets

    def seconds(n):
        started = time.perf_counter()
        make_tweets(n, random_state=0)
        return time.perf_counter() - started

    return {"seconds": medians(seconds, SIZES["generation"], runs)}


def training(model, folder, runs):
    from skclf import make_text_classifier

    with open(folder / "tweets.txt", encoding="utf-8") as file:
        lines = list(islice(file, SIZES["training"][-1]))
    texts = [line[2:].rstrip() for line in lines]
    labels = [int(line[0]) for line in lines]
    pipeline = make_text_classifier(model).set_params(classify__random_state=0)
    if model == "cnn":
        pipeline.set_params(classify__epochs=EPOCHS, classify__early_stopping=False)

    def seconds(n):
        started = time.perf_counter()
        pipeline.fit(texts[:n], labels[:n])
        return time.perf_counter() - started

    return {"seconds": medians(seconds, SIZES["training"], runs)}


def prediction(model, folder, runs):
    from skclf import load, predict_stream

    pipeline = load(folder / f"{model}.skclf")

    def seconds(n):
        with open(folder / "tweets.txt", encoding="utf-8") as file:
            texts = (line[2:] for line in islice(file, WARM_UP, WARM_UP + n))
            started = time.perf_counter()
            n_labels = sum(1 for _ in predict_stream(pipeline, texts))
            took = time.perf_counter() - started
        assert n_labels == n
        return took

    with open(folder / "tweets.txt", encoding="utf-8") as file:
        pipeline.predict([line[2:] for line in islice(file, WARM_UP)])
    *sizes, longest = SIZES["prediction"]
    seconds(10_000)
    memory = [resident()]
    took = medians(seconds, sizes, runs)
    memory.append(resident())
    return {"seconds": [*took, seconds(longest)], "MB": [*memory, resident()]}


def medians(seconds, sizes, runs):
    """Median seconds of each size over several runs in turn, after a warm-up."""
    runs = [[seconds(n) for n in sizes] for _ in range(runs + 1)][1:]
    return [statistics.median(times) for times in zip(*runs, strict=True)]


def resident():
    """Resident memory in MB; the highest so far, where the system tells no other."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1e6
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


PROCESSES = {
    "prepare": prepare,
    "generation": generation,
    "training": training,
    "prediction": prediction,
}

if __name__ == "__main__":
    sys.exit(main())
