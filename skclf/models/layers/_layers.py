"""Keras layers of ours, registered so that saved models load in a new process."""

from itertools import groupby
from numbers import Integral, Real

import numpy as np

from skclf._containers import PADDING, UNKNOWN
from skclf.models.building._architecture import round_up
from skclf.models.building._scikeras import keras
from skclf.models.rows._targets import MULTILABEL

ops = keras.ops


@keras.saving.register_keras_serializable("skclf")
class WordDropout(keras.layers.Layer):
    """Replace random words by the unknown word in training.

    So the unknown word is learned, and no document hangs on a single word. Iyyer et al.
    (2015), "Deep Unordered Composition Rivals Syntactic Methods for Text
    Classification".

    Parameters
    ----------
    rate : float
        Share of the words that is replaced.
    """

    def __init__(self, rate, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, ids, training=False):
        if not training:
            return ids
        chance = keras.random.uniform(ops.shape(ids), seed=self.seed_generator)
        drop = ops.logical_and(chance < self.rate, ops.not_equal(ids, PADDING))
        return ops.where(drop, UNKNOWN, ids)

    def get_config(self):
        return super().get_config() | {"rate": self.rate}


@keras.saving.register_keras_serializable("skclf")
class WordVectors(keras.layers.Layer):
    """Look words up in vectors of its own, and those above them in given ones.

    Parameters
    ----------
    rows : int
        Number of vectors of its own, which are trained. The first of the given ones is
        that of word `rows`.
    """

    def __init__(self, rows, **kwargs):
        super().__init__(**kwargs)
        self.rows = rows

    def build(self, ids_shape, vectors_shape):
        if self.rows:
            self.embeddings = self.add_weight(
                (self.rows, vectors_shape[-1]), "zeros", name="embeddings"
            )

    def call(self, ids, vectors):
        if not self.rows:
            return ops.take(vectors, ids, axis=0)
        own = ops.take(self.embeddings, ops.minimum(ids, self.rows - 1), axis=0)
        others = ops.take(vectors, ops.maximum(ids - self.rows, 0), axis=0)
        return ops.where(ops.expand_dims(ids < self.rows, -1), own, others)

    def compute_output_shape(self, ids_shape, vectors_shape):
        return (*ids_shape, vectors_shape[-1])

    def get_config(self):
        return super().get_config() | {"rows": self.rows}


@keras.saving.register_keras_serializable("skclf")
class PoolOverTime(keras.layers.Layer):
    """Pool over the words of a document, exactly as if it had no padding.

    Parameters
    ----------
    mode : {"max", "mean", "attention"}
        Attention is the weighted mean of Yang et al. (2016), "Hierarchical Attention
        Networks for Document Classification", eq. 5-7.
    """

    def __init__(self, mode, **kwargs):
        super().__init__(**kwargs)
        self.mode = mode

    def build(self, vectors_shape, ids_shape):
        if self.mode == "attention":
            units = vectors_shape[-1]
            self.kernel = self.add_weight(
                (units, units), "glorot_uniform", name="kernel"
            )
            self.bias = self.add_weight((units,), "zeros", name="bias")
            self.context = self.add_weight((units, 1), "glorot_uniform", name="context")

    def call(self, vectors, ids):
        real = ops.expand_dims(pooled(ids), -1)
        if self.mode == "max":
            return ops.max(ops.where(real, vectors, float("-inf")), axis=1)
        return ops.sum(self._weights(vectors, real) * vectors, axis=1)

    def _weights(self, vectors, real):
        if self.mode == "mean":
            real = ops.cast(real, vectors.dtype)
            return real / ops.sum(real, axis=1, keepdims=True)
        hidden = ops.tanh(ops.matmul(vectors, self.kernel) + self.bias)
        scores = ops.matmul(hidden, self.context)
        return ops.softmax(ops.where(real, scores, float("-inf")), axis=1)

    def compute_output_shape(self, vectors_shape, ids_shape):
        return (vectors_shape[0], vectors_shape[-1])

    def get_config(self):
        return super().get_config() | {"mode": self.mode}


def pooled(ids):
    """Which words are pooled over: all but padding.

    A document without words is pooled over its padding: constant, never NaN.
    """
    real = ops.not_equal(ids, PADDING)
    return ops.logical_or(real, ops.logical_not(ops.any(real, 1, keepdims=True)))


@keras.saving.register_keras_serializable("skclf")
class TableFeatures(keras.layers.Layer):
    """Read the columns of a table: numbers, and numbers of categories.

    Parameters
    ----------
    sizes : sequence of int
        For each column its number of categories, or 0 if it holds numbers.
    dim : int, default=None
        Length of the vector that is learned for each category. None makes categories
        one-hot. A category of -1 is zeros.
    dropout : float, default=0.0
        Share of the categories that is replaced by none in training. So nets learn to
        do without, as they have to where a category is new.
    """

    def __init__(self, sizes, dim=None, dropout=0.0, **kwargs):
        super().__init__(**kwargs)
        self.sizes = tuple(sizes)
        self.dim = dim
        self.dropout = dropout if any(sizes) else 0.0
        if self.dropout:
            self.seed_generator = keras.random.SeedGenerator()

    def build(self, shape):
        self.embeddings = [
            self.add_weight((size, self.dim), "uniform", name=f"categories_{i}")
            if size and self.dim
            else None
            for i, size in enumerate(self.sizes)
        ]

    def call(self, columns, training=False):
        if training and self.dropout:
            chance = keras.random.uniform(ops.shape(columns), seed=self.seed_generator)
            drop = ops.logical_and(chance < self.dropout, np.array(self.sizes) > 0)
            columns = ops.where(drop, -1.0, columns)
        return spread(columns, self.sizes, self.embeddings)

    def compute_output_shape(self, shape):
        widths = [(self.dim or size) if size else 1 for size in self.sizes]
        return (shape[0], sum(widths))

    def get_config(self):
        own = {"sizes": self.sizes, "dim": self.dim, "dropout": self.dropout}
        return super().get_config() | own


def spread(columns, sizes, embeddings=None):
    """Numbers as they are, and categories one-hot or as rows of their embeddings."""
    parts, done = [], 0
    for is_number, run in groupby(sizes, key=lambda size: size == 0):
        n = len(list(run))
        block = columns[:, done : done + n]
        for i in () if is_number else range(n):
            codes = ops.cast(block[:, i], "int32")
            part = ops.one_hot(codes, sizes[done + i], dtype=columns.dtype)
            if embeddings and embeddings[done + i] is not None:
                part = ops.matmul(part, embeddings[done + i])
            parts.append(part)
        if is_number:
            parts.append(block)
        done += n
    return ops.concatenate(parts, axis=1)


def beside_table(features, meta, *, units, dim, dropout):
    """Features of the text and of the table side by side; the table's input.

    Without a table, the features as they are and no input.
    """
    sizes = meta.get("table_sizes_")
    if sizes is None:
        return features, []
    columns = keras.Input((len(sizes),), name="columns")
    # Rounded up, so that the folds of one data set get nets of equal shape.
    sizes = [round_up(size) if size else 0 for size in sizes]
    read = TableFeatures(sizes, dim, dropout, name="table_features")(columns)
    hidden = keras.layers.Dense(units, activation="relu", name="table_dense")(read)
    both = keras.layers.Concatenate(name="text_and_table")([features, hidden])
    return both, [columns]


def embed(meta, *, dim, dropout, word_dropout):
    """Inputs of a net on words, their ids, and their vectors.

    The vectors are learned with the net, or come with the documents: then
    `meta` has ``embedding_dim_``.
    """
    ids = keras.Input((None,), dtype="int32", name="ids")
    words = WordDropout(word_dropout, name="word_dropout")(ids) if word_dropout else ids
    n_rows = meta.get("vocabulary_size_", 0)
    if "embedding_dim_" in meta:
        shape = None, meta["embedding_dim_"]
        given = keras.Input(batch_shape=shape, name="vectors")
        inputs = [ids, given]
        vectors = WordVectors(n_rows, name="embedding")(words, given)
    else:
        inputs = [ids]
        vectors = keras.layers.Embedding(n_rows, dim, name="embedding")(words)
    if dropout:
        vectors = keras.layers.SpatialDropout1D(dropout, name="embedding_dropout")(
            vectors
        )
    return inputs, ids, vectors


def classify(features, meta, *, dense_units, dropout):
    """Hidden layers and one output for each class or label (one for two classes).

    Before each of these layers stands a dropout: `dropout` has their shares in turn.
    """
    *shares, last_share = dropout
    for i, (units, share) in enumerate(zip(dense_units, shares, strict=True)):
        features = drop(features, share, f"dropout_{i}")
        features = keras.layers.Dense(units, activation="relu", name=f"dense_{i}")(
            features
        )
    features = drop(features, last_share, "dropout")
    one_by_one = meta["n_outputs_"] == 1 or meta.get("target_type_") == MULTILABEL
    activation = "sigmoid" if one_by_one else "softmax"
    return keras.layers.Dense(meta["n_outputs_"], activation=activation, name="output")(
        features
    )


def drop(features, rate, name):
    """A dropout layer; none where nothing is dropped."""
    return keras.layers.Dropout(rate, name=name)(features) if rate else features


def sizes(name, value, *, optional=False):
    """Sizes of layers as a tuple, from an int, a sequence or, if optional, None.

    Raises
    ------
    ValueError
        If a size is not a positive int, or there is none.
    """
    if value is None and optional:
        return ()
    found = tuple(value) if isinstance(value, list | tuple) else (value,)
    right = all(isinstance(size, Integral) and size > 0 for size in found)
    if not right or not (found or optional):
        raise ValueError(
            f"The {name!r} parameter must be a positive int or a sequence of them. Got "
            f"{value!r} instead."
        )
    return tuple(map(int, found))  # Keras takes no integers of NumPy's


def shares(name, value, n_layers):
    """A share for each dropout layer as a tuple, from one for all or a sequence.

    Raises
    ------
    ValueError
        If a share is not in [0, 1), or their number is not that of the layers.
    """
    found = tuple(value) if isinstance(value, list | tuple) else (value,) * n_layers
    right = all(isinstance(share, Real) and 0 <= share < 1 for share in found)
    if not right or len(found) != n_layers:
        raise ValueError(
            f"The {name!r} parameter must be a float in [0, 1), or a sequence of "
            f"{n_layers}, one for each dropout of this net. Got {value!r} instead."
        )
    return tuple(map(float, found))
