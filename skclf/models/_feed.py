"""What a net reads: the shapes of a batch, and the inputs that are made of it."""

import tensorflow as tf

from skclf.models._architecture import all_layers, embedding_index
from skclf.models._input_lengths import input_lengths
from skclf.models._layers import TableFeatures, spread


class Feed:
    """How batches are handed to a model.

    Parameters
    ----------
    model : keras.Model
        It is looked at, and not kept.
    architecture : Architecture
        Its recipe. Token ids are cut to the length of each batch unless the model wants
        a fixed one; word vectors are handed over with them.

    Attributes
    ----------
    width : int or None
        How long documents have to be, if the model wants all to be of one length.
    lengths : tuple of (int, int or None)
        How long documents have to be at least, and at most.
    trims : bool
        Whether documents are cut to the longest one of a batch.
    n_slots : int
        Number of word vectors that the model has itself.
    x_specs, vector_specs : tuple of tf.TensorSpec
        Shapes of a batch, and of the word vectors that it is given.
    """

    def __init__(self, model, architecture):
        shape = model.inputs[0].shape[1:]
        tokens = architecture.reads_tokens
        self.width = shape[0] if tokens else None
        self.lengths = input_lengths(model, architecture)
        self.trims = tokens and self.width is None
        self.x_specs = (
            tf.TensorSpec((None, self.width), tf.int32)
            if tokens
            else tf.TensorSpec((None, *shape), tf.float32),
        )
        self._table_sizes = architecture.table_sizes
        if self._table_sizes is not None:
            columns = tf.TensorSpec((None, len(self._table_sizes)), tf.float32)
            self.x_specs = (*self.x_specs, columns)
        self._dtype = model.inputs[0].dtype
        self._reads_codes = any(isinstance(x, TableFeatures) for x in all_layers(model))
        self._has_vector_input = len(model.inputs) > len(self.x_specs)
        self.vector_specs = ()
        self.n_slots = 0
        if architecture.reads_vectors:
            dim = architecture.meta["embedding_dim_"]
            self.vector_specs = (tf.TensorSpec((None, dim), tf.float32),)
            i = embedding_index(model.weights)
            self.n_slots = 0 if i is None else model.weights[i].shape[0]

    def inputs(self, x, vectors):
        """What the model reads: ids or features, what is beside them, word vectors.

        A net of the user's reads the vectors themselves, and categories one-hot.
        """
        first, *columns = x
        if vectors and not self._has_vector_input:
            first, vectors = tf.gather(vectors[0], first), ()
        else:
            first = tf.cast(first, self._dtype)
        if columns and not self._reads_codes:
            columns = [spread(columns[0], self._table_sizes)]
        inputs = [first, *columns, *vectors]
        return inputs if len(inputs) > 1 else first
