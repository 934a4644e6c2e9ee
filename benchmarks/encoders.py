"""Sentence encoders: time beside sentence-transformers, and few labelled texts.

    SKCLF_DATA=... python benchmarks/encoders.py [speed grid few] --encoder FOLDER
        [--weights FOLDER] [--peer PYTHON] [--texts 1000] [--cache demo/quality]
        [--check]

The folder has ``model.onnx``, as `skclf.embed.export_encoder` writes it; ``--weights``
names the one with ``model.safetensors``, if that is another. The peer is a Python with
sentence-transformers; it encodes the same tweets of S1 with the same number of threads
and the same length. Both take turns, and the best of some rounds counts. The time of
the graph alone is that of onnxruntime for the same batches, without tokenizer, pooling
and cache. In a grid over the head, what the encoder computes is counted. Few labelled
texts are drawn ten times from S1's training part, and scored on its test part; vectors
are kept in the cache, as those of ``quality.py``.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from _encodings import keep, kept_in
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skclf import SentenceEncoder, make_text_classifier
from skclf.embed._sentence_encoder import CACHE
from skclf.embed._sentence_graph import SentenceGraph

ROUNDS = 3
MAX_LENGTH = 128
BOUNDS = {"peer": 1.2, "graph": 1.15}
SIZES = {8: 0.665, 32: 0.735, 128: None}  # texts a class, and the least accuracy
DRAWS = 10
RECIPE = "the same, not scaled, C = .3"  # by 30 draws of the training part

# Says "ready", then encodes at each line on standard input, and prints the seconds.
PEER = """
import sys, time
import numpy as np
import torch
from sentence_transformers import SentenceTransformer
weights, texts, vectors, threads, max_length = sys.argv[1:]
torch.set_num_threads(int(threads))
model = SentenceTransformer(weights, device="cpu")
model.max_seq_length = int(max_length)
texts = np.load(texts).tolist()
model.encode(texts[:32])
print("ready", flush=True)
for line in sys.stdin:
    started = time.perf_counter()
    found = model.encode(texts, batch_size=32)
    print(time.perf_counter() - started, flush=True)
    np.save(vectors, found)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parts = ["speed", "grid", "few"]
    parser.add_argument("parts", nargs="*", default=parts, metavar="speed grid few")
    parser.add_argument("--cache", type=Path, default=Path("demo/quality"))
    parser.add_argument("--encoder", default=os.environ.get("SKCLF_ENCODER"))
    parser.add_argument("--weights", default=os.environ.get("SKCLF_ENCODER_WEIGHTS"))
    parser.add_argument("--peer", default=os.environ.get("SKCLF_ENCODER_PYTHON"))
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--check", action="store_true", help="fail below the bounds")
    options = parser.parse_args()
    if not options.encoder:
        parser.error("expected --encoder, or SKCLF_ENCODER, the folder of an encoder")
    from _quality_models import load

    X, X_test, y, y_test, _ = load("s1")
    data = X["text"].tolist(), y, X_test["text"].tolist(), y_test
    rng = np.random.default_rng(0)
    texts = [data[0][i] for i in rng.permutation(len(y))[: options.texts]]
    missed = []
    if "speed" in options.parts:
        missed += speed(texts, options)
    if "grid" in options.parts:
        missed += grid(data[0][:300], y[:300], options.encoder)
    if "few" in options.parts:
        os.environ["SKCLF_ENCODER"] = options.encoder
        options.cache.mkdir(parents=True, exist_ok=True)
        encoder = kept_in(options.cache, "s1")
        keep(encoder, data[0] + data[2])
        missed += few(*data, encoder)
    print(f"\nmissed bounds: {missed or 'none'}")
    return int(bool(missed) and options.check)


def speed(texts, options):
    """Seconds of ours, of the graph alone, and of the peer, which take turns."""
    threads = os.cpu_count()
    encoder = SentenceEncoder(
        options.encoder, max_length=MAX_LENGTH, n_threads=threads
    ).fit(texts[:32])
    peer = Peer(texts, threads, options) if options.peer else None
    found = {"ours": [], "graph": [], "peer": []}
    for _ in range(ROUNDS):
        CACHE.clear()
        started = time.perf_counter()
        vectors = encoder.transform(texts)
        found["ours"].append(time.perf_counter() - started)
        found["graph"].append(seconds_of_graph(encoder, texts))
        if peer:
            found["peer"].append(peer.encode())
    best = {name: min(seconds) for name, seconds in found.items() if seconds}
    print(f"{len(texts):,} tweets, {threads} threads, best of {ROUNDS} rounds\n")
    print("| | seconds | texts a second |\n|---|---|---|")
    names = {
        "ours": "SentenceEncoder",
        "graph": "its graph alone",
        "peer": "sentence-transformers",
    }
    for key, seconds in best.items():
        print(f"| {names[key]} | {seconds:.2f} | {len(texts) / seconds:.0f} |")
    missed = []
    above = best["ours"] / best["graph"]
    print(f"\n{above:.3f} of the graph's own time (at most {BOUNDS['graph']})")
    if above > BOUNDS["graph"]:
        missed.append("graph")
    if not peer:
        print("without --peer, nothing is compared with sentence-transformers")
        return missed
    faster = best["peer"] / best["ours"]
    off = np.abs(vectors - peer.end()).max()
    print(f"{faster:.2f} x sentence-transformers (at least {BOUNDS['peer']})")
    print(f"largest difference to its vectors: {off:.1e}")
    if faster < BOUNDS["peer"] or off > 1e-5:
        missed.append("peer")
    return missed


def seconds_of_graph(encoder, texts):
    """What onnxruntime takes for the batches of a `transform`."""
    graph = encoder._encoder
    ids, _ = graph.tokens(texts, MAX_LENGTH)
    order = np.argsort([-row.shape[1] for row in ids], kind="stable")
    size, seconds = encoder.batch_size, 0.0
    session, inputs, output, _ = graph.started()
    for start in range(0, len(order), size):
        rows = [ids[i] for i in order[start : start + size]]
        longest = max(row.shape[1] for row in rows)
        padded = np.zeros((3, len(rows), longest), np.int64)
        for i, row in enumerate(rows):
            padded[:, i, : row.shape[1]] = row[0], np.ones(row.shape[1]), row[1]
        names = ("input_ids", "attention_mask", "token_type_ids")
        given = dict(zip(names, padded, strict=True))
        given = {name: given[name].astype(dtype) for name, dtype in inputs.items()}
        started = time.perf_counter()
        session.run([output], given)
        seconds += time.perf_counter() - started
    return seconds


class Peer:
    """sentence-transformers in another Python, which waits between its rounds."""

    def __init__(self, texts, threads, options):
        import tempfile

        self._folder = tempfile.TemporaryDirectory()
        self._texts, self._vectors = (
            f"{self._folder.name}/{name}.npy" for name in ("texts", "vectors")
        )
        np.save(self._texts, np.array(texts))
        weights = options.weights or options.encoder
        args = [weights, self._texts, self._vectors, str(threads), str(MAX_LENGTH)]
        self._process = subprocess.Popen(
            [options.peer, "-c", PEER, *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": str(threads)},
        )
        if self._process.stdout.readline().strip() != "ready":
            raise RuntimeError("the peer did not start")

    def encode(self):
        """Seconds of one round."""
        print("go", file=self._process.stdin, flush=True)
        return float(self._process.stdout.readline())

    def end(self):
        """Its vectors."""
        self._process.stdin.close()
        self._process.wait()
        with self._folder:
            return np.load(self._vectors)


def grid(texts, y, folder):
    """How many texts are encoded in a search over the head."""
    CACHE.clear()
    counted, states = [], SentenceGraph.states

    def counting(self, ids):
        counted.append(len(ids))
        return states(self, ids)

    model = make_text_classifier("encoder-logreg", encoder=folder)
    SentenceGraph.states = counting
    try:
        GridSearchCV(model, {"classify__C": [0.003, 0.01, 0.03]}, cv=3).fit(texts, y)
    finally:
        SentenceGraph.states = states
    fits = 10
    n = sum(counted) - fits  # each fit asks for the length of a vector once
    print(
        f"\na 3-fold grid of 3: {n} texts encoded, of {len(set(texts))} distinct ones"
    )
    return ["grid"] if n != len(set(texts)) else []


def few(X, y, X_test, y_test, encoder):
    """Accuracy on S1's test part, of models trained on few texts of each class."""
    X, models = np.array(X, dtype=object), {}
    models["encoder-logreg"] = make_text_classifier("encoder-logreg", encoder=encoder)
    models[RECIPE] = clone(models["encoder-logreg"]).set_params(
        scale="passthrough", classify__C=0.3
    )
    models["tfidf-logreg"] = make_text_classifier("tfidf-logreg")
    print(f"\nS1, mean accuracy of {DRAWS} draws\n")
    print(f"| texts a class | {' | '.join(models)} |\n|{'---|' * 4}")
    missed = []
    for size, floor in SIZES.items():
        draws = [drawn(y, size, seed) for seed in range(DRAWS)]
        scores = {
            name: np.mean([model.fit(X[d], y[d]).score(X_test, y_test) for d in draws])
            for name, model in models.items()
        }
        print(f"| {size} | {' | '.join(f'{s:.4f}' for s in scores.values())} |")
        if floor and scores[RECIPE] < floor:
            missed.append(f"{size} a class")
    return missed


def drawn(y, size, seed):
    """So many rows of each class."""
    rng = np.random.default_rng(seed)
    rows = [
        rng.permutation(np.flatnonzero(y == label))[:size] for label in np.unique(y)
    ]
    return np.concatenate(rows)


if __name__ == "__main__":
    sys.exit(main())
