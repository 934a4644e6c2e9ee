"""What a net reads: the shapes of a batch, and the inputs that are made of it."""

import tensorflow as tf

from skclf.models.building._architecture import all_layers, embedding_index
from skclf.models.building._scikeras import keras
from skclf.models.layers._layers import TableFeatures, spread


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


# No kernel is as wide. Where so many words are too few, the net reads none at all.
_MOST_WORDS = 1 << 14


def input_lengths(model, architecture):
    """The numbers of words that a net can read.

    Parameters
    ----------
    model : keras.Model
        The net.
    architecture : Architecture
        Its recipe.

    Returns
    -------
    shortest : int
        Documents with fewer words are padded.
    longest : int or None
        Those with more are cut; None if there is no limit.

    Raises
    ------
    ValueError
        If the net reads documents of no length.
    """
    if not architecture.reads_tokens:
        return 1, None
    width = model.inputs[0].shape[1]
    if width is not None:
        return width, width
    return (1 if architecture.is_ours() else _shortest(model)), None


def _shortest(model):
    """What is left of so many words is something, in all layers."""
    probe = keras.Model(model.inputs, _parts(model))
    enough = 1
    while (problem := _problem(probe, enough)) is not None:
        enough *= 2
        if enough > _MOST_WORDS:
            raise ValueError(
                f"Expected a net that reads documents of some length, got "
                f"{model.name!r}, which reads none of 1 to {_MOST_WORDS} words: "
                f"{str(problem)[:300]}"
            ) from problem
    too_few = enough // 2
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if _problem(probe, middle) is None:
            enough = middle
        else:
            too_few = middle
    return enough


def _parts(model):
    """What all layers give, from the output back."""
    found, ahead = {}, list(model.outputs)
    while ahead:
        tensor = ahead.pop()
        if id(tensor) not in found:
            found[id(tensor)] = tensor
            layer, node, _ = tensor._keras_history
            ahead += layer._inbound_nodes[node].input_tensors
    return list(found.values())


def _problem(probe, n_words):
    """What is wrong with documents of so many words; None if nothing is."""
    first, *others = probe.inputs
    shapes = [(1, n_words, *first.shape[2:]), *((1, *x.shape[1:]) for x in others)]
    inputs = [
        keras.KerasTensor(shape, tensor.dtype)
        for shape, tensor in zip(shapes, probe.inputs, strict=True)
    ]
    try:
        found = probe.compute_output_spec(inputs)
    except Exception as error:  # whatever a layer of the user's raises
        return error
    empty = [part for part in keras.tree.flatten(found) if 0 in part.shape]
    return ValueError(f"nothing is left of them in {empty[0]}") if empty else None
