"""Prediction from raw text: live nets and ONNX against SciKeras' KerasClassifier.

    SKCLF_DATA=... python benchmarks/serving.py [--runs 5] [--check]

Three nets of the notebooks, each in a pipeline of TextCleaner, SequenceEncoder and the
net: S0's LSTM(32) on 64-d vectors, length 30; S1's BiLSTM(64) on frozen 300-d vectors,
length 100, masked; S3's CNN(32, width 3) on 64-d vectors, length 64; and the ready-made
"cnn", "gru" and "bigru". They are fitted for one epoch on 6,090 disaster tweets and
predict others. The peer is the same architecture in a KerasClassifier behind the same
cleaner and encoder, padded to the notebook's length. One document: the median and the
99th percentile over 1,000 tweets (200 for the peer), one call each, and of these the
medians of several rounds, in turn, after one to warm up; 10,000 documents alike. New
process: from its start to the first answer, and its resident memory then.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import joblib
import keras
import numpy as np
from _cleaning import cleaner
from _systems import UNREGULARIZED
from keras import layers
from scikeras.wrappers import KerasClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skclf import (
    CNNClassifier,
    EmbeddingLookup,
    RNNClassifier,
    SequenceEncoder,
    make_text_classifier,
    to_onnx_pipeline,
)
from skclf.datasets import load_disaster_tweets

FIRST_ANSWER = """
import json, re, sys, time
import joblib
model = joblib.load(sys.argv[1])
model.predict_proba(["Forest fire near La Ronge Sask. Canada"])
at = time.time()
kilobytes = int(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
print(json.dumps({"at": at, "MB": kilobytes / 1024}))
"""

# Bounds: live, one document and 10,000 (ratios to SciKeras); ONNX, one document (ms and
# ratio) and 10,000 (ratio). None is not asked for.
BOUNDS = {
    "S0 LSTM": (25, 4, 0.3, 200, 6),
    "S1 BiLSTM": (25, 7, 0.3, 200, 10),
    "S3 CNN": (25, None, 0.15, 200, None),
    "cnn": (None, None, 0.15, None, None),
    "gru": (None, None, 0.3, None, None),
    "bigru": (None, None, 0.3, None, None),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true", help="fail on a missed bound")
    args = parser.parse_args()
    train, y, texts = tweets()
    missed = []
    print("| net | what | SciKeras | live | ratio | ONNX | ratio |")
    print("|---|---|---|---|---|---|---|")
    for name, (peer, live) in pipelines(train).items():
        models = {"live": live.fit(train, y), "onnx": to_onnx_pipeline(live)}
        assert_equal(models["live"], models["onnx"], texts[:2000])
        if peer is not None:
            models = {"peer": peer.fit(train, y), **models}
        missed += report(name, models, texts, args.runs)
    missed += new_process(models["live"], models["onnx"], args.runs)
    eight_bits(train, y)
    if missed:
        print("\nMissed:", *missed, sep="\n- ")
    sys.exit(bool(missed) and args.check)


def tweets():
    """Texts and labels to fit on, and 10,000 others to predict."""
    frame = load_disaster_tweets().frame
    new = load_disaster_tweets(subset="test").frame["text"]
    train = frame[:6090]
    texts = [*frame["text"][6090:], *new]
    # There are fewer than 10,000 others: words of two make up the rest.
    halves = [(a.split(), b.split()) for a, b in pairwise(texts)]
    mixed = [" ".join([*a[::2], *b[1::2]]) for a, b in halves]
    texts = [*texts, *mixed, *(" ".join([*b[::2], *a[1::2]]) for a, b in halves)]
    return train["text"].tolist(), train["target"].to_numpy(), texts[:10_000]


def pipelines(train):
    """Pairs of SciKeras' and our pipeline by name, not fitted."""
    lstm = RNNClassifier(
        cell="lstm", units=32, bidirectional=False, embedding_dim=64, dense_units=16,
        **UNREGULARIZED, batch_size=64, **ONE_EPOCH,
    )  # fmt: skip
    bilstm = RNNClassifier(
        cell="lstm", units=64, dense_units=16, **UNREGULARIZED, **ONE_EPOCH
    )
    cnn = CNNClassifier(
        filters=32, kernel_sizes=3, embedding_dim=64, dense_units=64,
        **UNREGULARIZED, **ONE_EPOCH,
    )  # fmt: skip
    s0 = ("s0", SequenceEncoder(max_words=4998, max_len=30))
    s1 = ("s1", SequenceEncoder(min_count=2, max_len=100))
    s3 = ("s3", SequenceEncoder(max_len=64))
    clean = cleaner("s1").transform(train)
    words = SequenceEncoder(min_count=2).fit(clean).vocabulary_
    rows = np.random.RandomState(0).normal(0, 0.3, (len(words), 300))
    vectors = dict(zip(words, rows.astype(np.float32), strict=True))
    pairs = {
        "S0 LSTM": (theirs(*s0, lstm_net, 64), ours(*s0, lstm)),
        "S1 BiLSTM": (
            theirs(*s1, bilstm_net, 300),
            ours(*s1, EmbeddingLookup(vectors), bilstm),
        ),
        "S3 CNN": (theirs(*s3, cnn_net, 64), ours(*s3, cnn)),
    }
    params = {f"classify__{name}": value for name, value in ONE_EPOCH.items()}
    for name in ("cnn", "gru", "bigru"):
        pairs[name] = None, make_text_classifier(name, **params)
    return pairs


ONE_EPOCH = {"epochs": 1, "early_stopping": False, "random_state": 0}


def ours(preset, encoder, *steps):
    steps = [cleaner(preset), encoder, *steps]
    return Pipeline([(type(step).__name__.lower(), step) for step in steps])


def theirs(preset, encoder, build, dim):
    net = KerasClassifier(
        build, model__dim=dim, optimizer="adam", loss="binary_crossentropy", verbose=0
    )
    return ours(preset, encoder, FunctionTransformer(np.asarray), net)


def lstm_net(meta, dim):
    return net_of(lambda words: layers.LSTM(32)(words), dim, 16)


def bilstm_net(meta, dim):
    both = layers.Bidirectional(layers.LSTM(64))
    return net_of(both, dim, 16, trainable=False, mask_zero=True)


def cnn_net(meta, dim):
    def read(words):
        found = layers.Conv1D(32, 3, activation="relu")(words)
        return layers.GlobalMaxPooling1D()(found)

    return net_of(read, dim, 64)


def net_of(read, dim, hidden, **options):
    ids = keras.Input((None,))
    features = read(layers.Embedding(20_000, dim, **options)(ids))
    hidden = layers.Dense(hidden, activation="relu")(features)
    return keras.Model(ids, layers.Dense(1, activation="sigmoid")(hidden))


def assert_equal(live, onnx, texts):
    """Whatever computes it, and in whatever batch, a probability is the same."""
    expected = live.predict_proba(texts)
    np.testing.assert_allclose(onnx.predict_proba(texts), expected, atol=1e-5)
    for model in (live, onnx):
        alone = np.vstack([model.predict_proba([text]) for text in texts[:50]])
        np.testing.assert_allclose(alone, expected[:50], atol=1e-5)


def report(name, models, texts, runs):
    """Print two rows of the table; the bounds that were missed."""
    medians, tails = one_document(models, texts, runs)
    many = in_turn(
        {key: lambda model=model: model.predict_proba(texts)
         for key, model in models.items()}, runs,
    )  # fmt: skip
    print(row(name, "one document, median", medians, 1e-3, " ms"))
    print(row(name, "one document, 99 %", tails, 1e-3, " ms"))
    print(row(name, "10,000 documents", many, 1, " s"), flush=True)
    live_one, live_many, onnx_ms, onnx_one, onnx_many = BOUNDS[name]
    found = [
        ("ONNX, one document, ms", onnx_ms, -medians["onnx"] * 1e3),
    ]
    if "peer" in models:
        found += [
            ("live, one document", live_one, medians["peer"] / medians["live"]),
            ("live, 10,000", live_many, many["peer"] / many["live"]),
            ("ONNX, one document", onnx_one, medians["peer"] / medians["onnx"]),
            ("ONNX, 10,000", onnx_many, many["peer"] / many["onnx"]),
        ]
    return [
        f"{name}, {what}: {abs(value):.3g}, bound {bound}"
        for what, bound, value in found
        if bound is not None and (value < bound if value > 0 else -value > bound)
    ]


def row(name, what, seconds, unit, suffix):
    cells = [f"{seconds['peer'] / unit:.3g}{suffix}" if "peer" in seconds else ""]
    for key in ("live", "onnx"):
        cells.append(f"{seconds[key] / unit:.3g}{suffix}")
        ratio = seconds.get("peer", 0) / seconds[key]
        cells.append(f"{ratio:.3g}" if ratio else "")
    return f"| {name} | {what} | {' | '.join(cells)} |"


def one_document(models, texts, runs, n=1000):
    """Median and 99 % quantile of the seconds of one document, for each model.

    Models take turns; of each one's rounds the median, after one to warm up.
    """
    found = {key: [] for key in models}
    for run in range(runs + 1):
        for key, model in models.items():
            seconds = []
            for text in texts[: 200 if is_slow(model) else n]:
                started = time.perf_counter()
                model.predict_proba([text])
                seconds.append(time.perf_counter() - started)
            if run:
                found[key].append(np.quantile(seconds, [0.5, 0.99]))
    pairs = {key: np.median(rounds, axis=0) for key, rounds in found.items()}
    return tuple({key: pair[i] for key, pair in pairs.items()} for i in (0, 1))


def is_slow(model):
    return isinstance(model[-1], KerasClassifier)


def in_turn(calls, runs):
    """Median seconds of each call, in turn, after a warm-up."""
    seconds = {key: [] for key in calls}
    for run in range(runs + 1):
        for key, call in calls.items():
            started = time.perf_counter()
            call()
            if run:
                seconds[key].append(time.perf_counter() - started)
    return {key: statistics.median(times) for key, times in seconds.items()}


def new_process(live, onnx, runs):
    """Start, load and answer: seconds and memory."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = {"live": Path(folder, "live"), "onnx": Path(folder, "onnx")}
        joblib.dump(live, paths["live"])
        joblib.dump(onnx, paths["onnx"])
        for _ in range(runs):
            for key, path in paths.items():
                found.setdefault(key, []).append(first_answer(path))
    seconds, memory = (
        {key: statistics.median(pair[i] for pair in found[key]) for key in found}
        for i in (0, 1)
    )
    print("\n| new process, bigru | live | ONNX | share |\n|---|---|---|---|")
    missed = []
    for what, values in (("first answer, s", seconds), ("memory, MB", memory)):
        share = values["onnx"] / values["live"]
        print(f"| {what} | {values['live']:.3g} | {values['onnx']:.3g} | {share:.2f} |")
        if share > 1 / 3:
            missed.append(f"new process, {what}: share {share:.2f}, bound 1/3")
    return missed


def first_answer(path):
    started = time.time()
    command = [sys.executable, "-c", FIRST_ANSWER, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["at"] - started, answer["MB"]


def eight_bits(train, y):
    """What quantization costs and gains, on tweets that were held out."""
    frame = load_disaster_tweets().frame[6090:]
    texts, target = frame["text"].tolist(), frame["target"].to_numpy()
    print("\n| net | quantize | accuracy | size, kB | one document, ms | 10,000, s |")
    print("|---|---|---|---|---|---|")
    for name in ("mlp", "cnn", "bilstm", "bigru"):
        live = make_text_classifier(name, classify__random_state=0).fit(train, y)
        models = {q: to_onnx_pipeline(live, quantize=q) for q in (False, True)}
        many = in_turn(
            {q: lambda model=model: model.predict(train + texts)
             for q, model in models.items()}, 5,
        )  # fmt: skip
        medians, _ = one_document(models, texts, 5)
        for quantize, model in models.items():
            accuracy = np.mean(model.predict(texts) == target)
            size = len(model[-1].onnx_) / 1000
            one = medians[quantize] * 1e3
            many_s = many[quantize] * 10_000 / len(frame.index.union(range(6090)))
            print(
                f"| {name} | {quantize} | {accuracy:.4f} | {size:.0f} | {one:.3f} | "
                f"{many_s:.3f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
