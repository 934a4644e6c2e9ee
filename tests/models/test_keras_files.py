"""What Keras writes of nets, Keras reads where skclf is imported."""

import json
import subprocess
import sys

import keras
import numpy as np
import pandas as pd
import pytest
from helpers import tiny

from skclf import SequenceEncoder, make_text_classifier
from skclf._keras_files import LAYERS

NEW_PROCESS = """
import json, sys
import {imports}
assert "keras" in sys.modules
for path in json.loads(sys.argv[1]):
    keras.models.load_model(path)
"""


@pytest.fixture(scope="module")
def nets(y, texts, encoder, tmp_path_factory):
    """Nets that have every layer of ours, with their checkpoints and inputs."""
    rng = np.random.RandomState(0)
    vectors = {word: rng.normal(size=5) for word in encoder.vocabulary_}
    data = pd.DataFrame({"text": texts, "size": rng.choice(["s", "l"], len(texts))})
    both = make_text_classifier(
        "cnn", text="text", table=["size"], vectors=vectors, classify__filters=4
    )
    both.set_params(classify__pooling="attention", classify__embedding="trainable")
    more = SequenceEncoder().fit([*texts, "words that make nineteen ids"])
    plain = tiny("cnn", word_dropout=0.1, loss="categorical_crossentropy")
    found = {}
    for name, net, inputs in [
        ("plain", plain, more.transform(texts)),
        ("both", both, data),
    ]:
        folder = tmp_path_factory.mktemp(name)
        checkpoints = [
            keras.callbacks.ModelCheckpoint(str(folder / "net.keras")),
            keras.callbacks.ModelCheckpoint(
                str(folder / "net.weights.h5"), save_weights_only=True
            ),
        ]
        last = net[-1] if name == "both" else net
        last.set_params(callbacks=checkpoints, epochs=1, early_stopping=False)
        found[name] = folder, net.fit(inputs, y), last
    return found


def test_every_layer_is_named(nets):
    known = keras.saving.get_custom_objects().items()
    homes = {name: layer.__module__ for name, layer in known if name[:6] == "skclf>"}
    assert homes == {f"skclf>{name}": module for name, module in LAYERS.items()}


@pytest.mark.slow
@pytest.mark.parametrize("imports", ["skclf, keras", "keras, skclf"])
def test_checkpoints_load_in_a_new_process(imports, nets):
    paths = [str(folder / "net.keras") for folder, *_ in nets.values()]
    code = NEW_PROCESS.format(imports=imports)
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(paths)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_net_loads_the_weights_of_its_checkpoint(nets):
    for folder, _, net in nets.values():
        expected = [weight.numpy() for weight in net.model_.weights]
        model = net.model_
        model.set_weights([np.zeros_like(weight) for weight in expected])
        model.load_weights(folder / "net.weights.h5")
        for found, weight in zip(model.weights, expected, strict=True):
            np.testing.assert_array_equal(found, weight)


def test_a_model_goes_through_a_file(nets, tmp_path):
    for _, _, net in nets.values():
        net.model_.save(tmp_path / "model.keras")
        loaded = keras.models.load_model(tmp_path / "model.keras")
        for found, weight in zip(loaded.weights, net.model_.weights, strict=True):
            np.testing.assert_array_equal(found, weight)
