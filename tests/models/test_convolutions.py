"""Maxima of convolutions: the same with padding, without it, and taken afterwards."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from skclf.models.layers._convolutions import MaxConvolutions, WordConvolutions
from skclf.models.layers._layers import PoolOverTime

LENGTHS = np.array([5, 0, 9, 1, 4, 9, 2])


@pytest.fixture
def documents():
    """Ids, padded to the longest document, and vectors; one document is empty."""
    rng = np.random.RandomState(0)
    ids = rng.randint(1, 9, (len(LENGTHS), 9)) * (np.arange(9) < LENGTHS[:, None])
    return ids, tf.Variable(rng.normal(size=(*ids.shape, 6)).astype(np.float32))


@pytest.fixture(params=[(2, 3, 4), (1,), (12,), (5, 2)], ids=str)
def layers(request, documents):
    """`MaxConvolutions` and `WordConvolutions` with the same weights."""
    ids, vectors = documents
    keras.utils.set_random_seed(0)
    found = [kind(4, request.param) for kind in (MaxConvolutions, WordConvolutions)]
    for layer in found:
        layer(vectors, ids)
    found[1].set_weights(found[0].get_weights())
    return found


@pytest.mark.parametrize("training", [True, False])
def test_maxima_and_gradients_are_those_of_two_layers(layers, documents, training):
    largest, all_values = layers
    ids, vectors = documents
    together = largest(vectors, ids, training=training)
    apart = PoolOverTime("max")(all_values(vectors, ids), ids)
    np.testing.assert_allclose(together, apart, rtol=1e-6, atol=1e-6)

    def gradients(layer, compute):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(compute()))
        sources = [vectors, *(w.value for w in layer.trainable_weights)]
        return map(tf.convert_to_tensor, tape.gradient(loss, sources))

    ours = gradients(largest, lambda: largest(vectors, ids, training=training))
    theirs = gradients(
        all_values, lambda: PoolOverTime("max")(all_values(vectors, ids), ids)
    )
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_padding_changes_nothing(layers, documents):
    ids, vectors = documents
    wider = np.pad(ids, ((0, 0), (0, 3)))
    padded = tf.pad(vectors, ((0, 0), (0, 3), (0, 0)), constant_values=7.0)
    for training in (True, False):
        np.testing.assert_allclose(
            layers[0](vectors, ids, training=training),
            layers[0](padded, wider, training=training),
            rtol=1e-6,
            atol=1e-6,
        )
