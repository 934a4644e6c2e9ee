"""Our GRU and CNN against the same nets in a plain SciKeras KerasClassifier.

    python benchmarks/against_scikeras.py [--runs 5]

Same architecture, optimizer, batch size and token ids (sequences padded at the end, as
a notebook does it, with mask_zero for the GRU). Training is seconds per epoch after a
first fit, prediction whole calls on token ids. Medians of several runs in one process,
and the ratio SciKeras / skclf. On the embedded sample: 4,000 tweets, and 1,000 others
to predict.
"""

import argparse
import pickle
import statistics
import time

import keras
import numpy as np
from scikeras.wrappers import KerasClassifier

from skclf import CNNClassifier, RNNClassifier, SequenceEncoder, TextCleaner
from skclf.datasets import make_tweets

EPOCHS = 3


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    bunch = make_tweets(5000, random_state=0)
    clean = TextCleaner.preset("tweets").transform(bunch.data["text"])
    encoder = SequenceEncoder(min_count=2)
    X, y = encoder.fit_transform(clean[:4000]), bunch.target[:4000]
    X_new = encoder.transform(clean[4000:])
    print(f"{X}\n")
    print("| net | what | SciKeras | skclf | ratio |\n|---|---|---|---|---|")
    shared = {
        "embedding_dim": 64,
        "word_dropout": 0,
        "embedding_dropout": 0,
        "dropout": 0.3,
    }
    shared |= {"dense_units": None, "early_stopping": False, "epochs": EPOCHS}
    nets = {
        "GRU": (RNNClassifier(units=32, bidirectional=False, **shared), gru),
        "CNN": (CNNClassifier(filters=64, kernel_sizes=3, **shared), cnn),
    }
    for name, (ours, build) in nets.items():
        peer = KerasClassifier(
            build,
            model__vocabulary=encoder.n_words_ + 2,
            loss="binary_crossentropy",
            optimizer="adam",
            batch_size=32,
            epochs=EPOCHS,
            verbose=0,
        )
        compare(name, peer, np.asarray(X), np.asarray(X_new), ours, X, X_new, y, runs)


def compare(name, peer, ids, ids_new, ours, X, X_new, y, runs):
    peer.fit(ids, y)
    ours.fit(X, y)
    rows = {
        "epoch, s": (lambda: peer.fit(ids, y), lambda: ours.fit(X, y), EPOCHS),
        "one document, ms": (
            lambda: peer.predict_proba(ids_new[:1]),
            lambda: ours.predict_proba(X_new[:1]),
            1e-3,
        ),
        "1,000 documents, ms": (
            lambda: peer.predict_proba(ids_new),
            lambda: ours.predict_proba(X_new),
            1e-3,
        ),
    }
    for what, (theirs, own, unit) in rows.items():
        a, b = alternate(theirs, own, runs)
        print(f"| {name} | {what} | {a / unit:.3g} | {b / unit:.3g} | {a / b:.1f} |")
    a, b = len(pickle.dumps(peer)) / 1000, len(pickle.dumps(ours)) / 1000
    print(f"| {name} | pickle, kB | {a:.0f} | {b:.0f} | {a / b:.1f} |", flush=True)


def alternate(theirs, own, runs):
    """Median seconds of both, in turn, after a warm-up."""
    theirs(), own()
    seconds = [[], []]
    for _ in range(runs):
        for times, call in zip(seconds, (theirs, own), strict=True):
            started = time.perf_counter()
            call()
            times.append(time.perf_counter() - started)
    return map(statistics.median, seconds)


def gru(vocabulary):
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(vocabulary, 64, mask_zero=True),
            keras.layers.GRU(32),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


def cnn(vocabulary):
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(vocabulary, 64),
            keras.layers.Conv1D(64, 3, padding="same", activation="relu"),
            keras.layers.GlobalMaxPooling1D(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


if __name__ == "__main__":
    main()
