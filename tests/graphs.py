"""Nets of the user's as ONNX graphs, for tests."""

from types import SimpleNamespace

import keras
import numpy as np
import onnx
import onnxruntime

from skclf.deploy._onnx_net import convert_net

layers = keras.layers


def own(build, width=None, **options):
    """A net of the user's: what `build` makes of word vectors of 4 numbers."""
    ids = keras.Input((width,), dtype="int32")
    vectors = layers.Embedding(12, 4, **options)(ids)
    return keras.Model(ids, layers.Dense(3, activation="softmax")(build(vectors)))


def assert_same_graph(model, width=None):
    """Give a model random weights; its graph computes what it computes."""
    rng = np.random.RandomState(0)
    weights = [rng.normal(0, 0.5, array.shape) for array in model.get_weights()]
    weights = [
        abs(array) if "variance" in variable.path else array
        for array, variable in zip(weights, model.weights, strict=True)
    ]
    architecture = SimpleNamespace(
        build=lambda: model,
        is_ours=lambda: False,
        reads_tokens=True,
        reads_vectors=False,
        table_sizes=None,
    )
    converted, found = convert_net(architecture, weights)
    assert found[1] == width
    onnx.checker.check_model(converted, full_check=True)
    session = onnxruntime.InferenceSession(converted.SerializeToString())
    for length in [width] if width else [1, 4, 5]:
        ids = rng.randint(1, 12, (20, length)).astype(np.int32)
        expected = model(ids, training=False).numpy()
        (output,) = session.run(None, {"ids": ids})
        np.testing.assert_allclose(output, expected, atol=2e-6)
    assert len(np.unique(expected.round(4), axis=0)) > 5  # they differ by document
    return {node.op_type for node in converted.graph.node}
