"""The nets of five published notebooks: in plain Keras as they were, and with skclf.

S0 LSTM beside a table, S1 bidirectional LSTM on frozen vectors, S2 bidirectional LSTM
and LSTM on frozen vectors, and (S2A) perceptron on TF-IDF, S3 CNN on twenty topics, S4
two LSTM on reviews. Where a notebook does not say something (S2: optimizer and batch
size, S3: optimizer, S4: units and dropout, which it searches), it is chosen here, for
both sides alike.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from _cleaning import cleaner
from keras import layers
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import train_test_split
from sklearn.utils.class_weight import compute_class_weight

from skclf import (
    CNNClassifier,
    DenseClassifier,
    KerasTextClassifier,
    RNNClassifier,
)
from skclf.compose import SequencesAndTable
from skclf.datasets import (
    load_brand_emotions,
    load_clothing_reviews,
    load_disaster_tweets,
    load_financial_news,
)
from skclf.embed import EmbeddingLookup
from skclf.sequence import SequenceEncoder


@dataclass
class System:
    """One system, ready to train.

    Parameters
    ----------
    about : str
        Net, length, size of the vectors, batch size.
    data, validation : tuple of (container, ndarray)
        Documents and classes for skclf.
    padded : callable
        ``padded(X)`` gives Keras' inputs, padded to the notebook's length.
    build : callable
        Makes the notebook's net, compiled.
    ours : KerasTextClassifier
        The same with skclf, for any number of epochs.
    class_weight : dict or None
        For Keras; ours has ``class_weight="balanced"``.
    """

    about: str
    data: tuple
    validation: tuple
    padded: object
    build: object
    ours: object
    batch_size: int
    class_weight: dict | None = None


def s0(vectors=None, batch_size=64, dim=64, learning_rate=1e-3):
    """Disaster tweets, last 20 % of the rows, with keyword and location by number."""
    frame = load_disaster_tweets().frame
    X = encode(frame["text"], "s0", max_words=4998, max_len=30)
    columns = [pd.factorize(frame[name])[0] for name in ("keyword", "location")]
    table = np.stack([codes / codes.max() for codes in columns], axis=1)
    X, y = SequencesAndTable(X, table, (0, 0)), frame["target"].to_numpy()
    first = len(y) - int(0.2 * len(y))
    n_ids = n_ids_of(X.sequences)

    def build():
        ids, table = keras.Input((30,)), keras.Input((2,))
        text = layers.LSTM(32)(layers.Embedding(n_ids, dim)(ids))
        beside = layers.Dense(16, activation="relu")(table)
        both = layers.Concatenate()([text, beside])
        return compiled([ids, table], both, 2, learning_rate, hidden=16)

    ours = RNNClassifier(
        cell="lstm",
        units=32,
        bidirectional=False,
        embedding_dim=dim,
        dense_units=16,
        **UNREGULARIZED,
        table_dropout=0.0,
        batch_size=batch_size,
        learning_rate=learning_rate,
    )
    return System(
        f"S0 LSTM(32) and table, length 30, {dim}-d, batch {batch_size}",
        (X[:first], y[:first]),
        (X[first:], y[first:]),
        lambda X: [np.asarray(X.sequences), X.table],
        build,
        ours,
        batch_size,
    )


def s1(vectors=None, learning_rate=1e-4):
    """Disaster tweets on frozen vectors, masked; random 300-d where none are given."""
    X, y = load_disaster_tweets(return_X_y=True)
    train, test, y, y_val = train_test_split(
        X["text"], y, test_size=0.2, stratify=y, random_state=42
    )
    ids, ids_val = encode(train, "s1", test, min_count=2, max_len=100)
    lookup = lookup_of(vectors, 300, ids)
    X, X_val = lookup.transform(ids), lookup.transform(ids_val)

    def build():
        ids = keras.Input((100,))
        words = frozen(X.table, mask_zero=True)(ids)
        read = layers.Bidirectional(layers.LSTM(64))(words)
        return compiled(ids, layers.Dropout(0.3)(read), 2, learning_rate, hidden=16)

    ours = RNNClassifier(
        cell="lstm",
        units=64,
        dense_units=16,
        **UNREGULARIZED | {"dropout": (0.3, 0.0)},
        batch_size=32,
        learning_rate=learning_rate,
    )
    return System(
        f"S1 BiLSTM(64), length 100, frozen {X.shape[2]}-d, masked, batch 32",
        (X, y),
        (X_val, y_val),
        ids_in,
        build,
        ours,
        32,
    )


def s2(vectors=None):
    """Brand emotions in four classes on frozen 25-d vectors, classes weighted."""
    train, test, y, y_val = brand_emotions()
    ids, ids_val = encode(train, "s2", test, max_len=100)
    lookup = lookup_of(vectors, 25, ids)
    X, X_val = lookup.transform(ids), lookup.transform(ids_val)

    def build():
        ids = keras.Input((100,))
        return compiled(ids, read_twice(frozen(X.table)(ids)), 4, 1e-3)

    ours = KerasTextClassifier(bilstm_and_lstm, class_weight="balanced", batch_size=32)
    return System(
        f"S2 BiLSTM(25) and LSTM(16), length 100, frozen {X.shape[2]}-d, batch 32",
        (X, y),
        (X_val, y_val),
        ids_in,
        build,
        ours,
        32,
        balanced(y),
    )


def s2a(vectors=None):
    """The same tweets by TF-IDF: sparse rows for ours, which Keras reads as dense."""
    train, test, y, y_val = brand_emotions()
    clean = cleaner("s2").transform
    words = TfidfVectorizer(max_features=10_000, norm="l1", strip_accents="ascii")
    X = words.fit_transform(clean(train))
    X_val = words.transform(clean(test))

    def build():
        features = hidden = keras.Input((X.shape[1],))
        for units in 64, 16, 8:
            hidden = layers.Dense(units, activation="relu")(hidden)
            hidden = layers.Dropout(0.5)(hidden)
        return compiled(features, hidden, 4, 1e-3)

    return System(
        f"S2 MLP(64, 16, 8), TF-IDF of {X.shape[1]:,} words, batch 32",
        (X, y),
        (X_val, y_val),
        lambda X: X.toarray().astype(np.float32),
        build,
        DenseClassifier(hidden_units=(64, 16, 8), batch_size=32),
        32,
    )


def brand_emotions():
    X, y = load_brand_emotions(return_X_y=True)
    has_text = X["text"].notna()
    texts, y = X["text"][has_text], np.unique(y[has_text], return_inverse=True)[1]
    size = int(0.15 * len(y))
    return train_test_split(texts, y, test_size=size, random_state=67)


def s3(vectors=None, optimizer="sgd"):
    """Financial news in twenty classes, padded at the start, classes weighted."""
    (X, y), (X_val, y_val) = (
        load_financial_news(subset=name, return_X_y=True) for name in ("train", "valid")
    )
    X, X_val = encode(
        X["text"], "s3", X_val["text"], max_words=29_998, max_len=64, padding="pre"
    )
    n_ids = n_ids_of(X)
    rate, how = (0.01, {"momentum": 0.9}) if optimizer == "sgd" else (1e-3, {})

    def build():
        ids = keras.Input((64,))
        found = layers.Conv1D(32, 3, activation="relu")(
            layers.Embedding(n_ids, 64)(ids)
        )
        hidden = layers.Dense(64, activation="relu")(layers.GlobalMaxPooling1D()(found))
        return compiled(ids, layers.Dropout(0.3)(hidden), 20, rate, optimizer, **how)

    ours = CNNClassifier(
        filters=32,
        kernel_sizes=3,
        embedding_dim=64,
        dense_units=64,
        **UNREGULARIZED | {"dropout": (0.0, 0.3)},
        class_weight="balanced",
        batch_size=32,
        optimizer=optimizer,
        learning_rate=rate,
        **{f"optimizer__{name}": value for name, value in how.items()},
    )
    return System(
        f"S3 CNN(32 of width 3), length 64, 64-d, batch 32, {optimizer}",
        (X, y),
        (X_val, y_val),
        np.asarray,
        build,
        ours,
        32,
        balanced(y),
    )


def s4(vectors=None, aside="validation"):
    """Clothing reviews, one to five stars; put aside is this part, or "test"."""
    X, y = load_clothing_reviews(return_X_y=True)
    has_text = X["text"].notna()
    texts, y = X["text"][has_text], y[has_text] - 1
    split = {"random_state": 42}
    train, test, y, y_val = train_test_split(
        texts, y, test_size=0.2, stratify=y, **split
    )
    if aside == "validation":
        train, test, y, y_val = train_test_split(
            train, y, test_size=0.3, stratify=y, **split
        )
    X, X_val = encode(train, "s4", test, max_words=4998, max_len=61)
    n_ids = n_ids_of(X)

    def build():
        ids = keras.Input((61,))
        words = layers.Dropout(0.2)(layers.Embedding(n_ids, 100)(ids))
        first = layers.Dropout(0.2)(layers.LSTM(64, return_sequences=True)(words))
        return compiled(ids, layers.Dropout(0.2)(layers.LSTM(64)(first)), 5, 1e-3)

    ours = RNNClassifier(
        cell="lstm",
        units=(64, 64),
        bidirectional=False,
        embedding_dim=100,
        dense_units=None,
        word_dropout=0.0,
        embedding_dropout=0.2,
        dropout=0.2,
        batch_size=32,
    )
    return System(
        "S4 LSTM(64) x 2, length 61, 100-d, batch 32",
        (X, y),
        (X_val, y_val),
        np.asarray,
        build,
        ours,
        32,
    )


SYSTEMS = {"s0": s0, "s1": s1, "s2": s2, "s2a": s2a, "s3": s3, "s4": s4}
UNREGULARIZED = {"word_dropout": 0.0, "embedding_dropout": 0.0, "dropout": 0.0}


def bilstm_and_lstm(meta):
    """S2's net on vectors, as skclf takes it."""
    vectors = keras.Input((None, meta["embedding_dim_"]))
    read = read_twice(vectors)
    output = layers.Dense(meta["n_outputs_"], activation="softmax")(read)
    return keras.Model(vectors, output)


def read_twice(vectors):
    both = layers.Bidirectional(layers.LSTM(25, return_sequences=True))(vectors)
    hidden = layers.Dense(16, activation="swish")(layers.LSTM(16)(both))
    return layers.Dropout(0.3)(hidden)


def compiled(inputs, features, n_classes, rate, optimizer="adam", hidden=0, **how):
    if hidden:
        features = layers.Dense(hidden, activation="relu")(features)
    two = n_classes == 2
    output = layers.Dense(
        1 if two else n_classes, activation="sigmoid" if two else "softmax"
    )(features)
    model = keras.Model(inputs, output)
    kind = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}[optimizer]
    model.compile(
        kind(rate, **how),
        loss="binary_crossentropy" if two else "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def frozen(table, mask_zero=False):
    initial = keras.initializers.Constant(table)
    return layers.Embedding(
        *table.shape,
        embeddings_initializer=initial,
        trainable=False,
        mask_zero=mask_zero,
    )


def encode(train, preset, test=None, **params):
    """Token ids of the texts, with the vocabulary of the training texts."""
    clean, encoder = cleaner(preset), SequenceEncoder(**params)
    X = encoder.fit_transform(clean.transform(train))
    return X if test is None else (X, encoder.transform(clean.transform(test)))


def lookup_of(vectors, dim, ids):
    """The lookup fitted to a vocabulary: a file's vectors, or random ones."""
    if vectors is None:
        rows = np.random.RandomState(0).normal(0, 0.3, (len(ids.vocabulary), dim))
        vectors = dict(zip(ids.vocabulary, rows.astype(np.float32), strict=True))
    return EmbeddingLookup(vectors).fit(ids)


def glove():
    return Path(os.environ["SKCLF_DATA"], "embeddings", "glove.6B.50d.txt.gz")


def ids_in(X):
    """Ids into the table of embedded sequences; words that it lacks are unknown."""
    return X.raw_ids


def n_ids_of(X):
    return len(X.vocabulary) + 2


def balanced(y):
    classes = np.unique(y)
    weights = compute_class_weight("balanced", classes=classes, y=y)
    return dict(zip(classes.tolist(), weights.tolist(), strict=True))


class Clock(keras.callbacks.Callback):
    """Notes the seconds of each epoch."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self._started)
