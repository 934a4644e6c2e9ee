"""Data and nets that many tests share."""

import importlib
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from skclf.datasets import make_reviews, make_tweets

EXAMPLES = Path(__file__).parents[1] / "examples"
# Rows of the samples in the place of those that an example asks for.
FEW, FEW_REVIEWS = 120, 250


@pytest.fixture(scope="session")
def tweets():
    """Texts and labels of the embedded sample, as object and int arrays."""
    bunch = make_tweets(160, random_state=0)
    return bunch.data["text"].to_numpy(dtype=object), bunch.target


@pytest.fixture(scope="session")
def named_tweets(tweets):
    """The same texts with three classes that have names."""
    texts, target = tweets
    names = np.array(["calm", "fire", "flood"], dtype=object)
    wet = np.array(
        ["flood" in text.lower() or "rain" in text.lower() for text in texts]
    )
    return texts, names[np.where(wet, 2, target)]


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory):
    """A folder with a tiny random sentence encoder, or a skipped test."""
    for package in ("onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(package)
    from tiny_encoder import write_encoder

    return write_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def data_home():
    """The folder of real data sets, or a skipped test."""
    home = os.environ.get("SKCLF_DATA")
    if not home or not Path(home).is_dir():
        pytest.skip("SKCLF_DATA is not set to a folder with the real data sets")
    return Path(home)


@pytest.fixture
def pyplot():
    """Figures that need no screen and are closed afterwards, or a skipped test."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    backend = pyplot.get_backend()
    pyplot.switch_backend("Agg")
    yield pyplot
    pyplot.close("all")
    pyplot.switch_backend(backend)


@pytest.fixture
def run_example(monkeypatch):
    """Call to run an example with arguments, and with other values in its module.

    Nets are trained for a few epochs: scores are not looked at.
    """
    monkeypatch.syspath_prepend(EXAMPLES)

    samples = {
        "make_tweets": lambda n, **params: make_tweets(FEW, **params),
        "make_reviews": lambda n, **params: make_reviews(FEW_REVIEWS, **params),
    }

    from skclf.models import _keras_text_classifier
    from skclf.models.training._fit import train

    def run(name, *arguments, most_epochs=3, **changes):
        def train_shortly(*args, epochs, **params):
            return train(*args, epochs=min(epochs, most_epochs), **params)

        monkeypatch.setattr(_keras_text_classifier, "train", train_shortly)
        example = importlib.import_module(name)
        few = {name: make for name, make in samples.items() if hasattr(example, name)}
        for attribute, value in (few | changes).items():
            monkeypatch.setattr(example, attribute, value)
        monkeypatch.setattr(sys, "argv", [name, *arguments])
        example.main()

    return run


@pytest.fixture(autouse=True)
def figures():
    """Close what a test has drawn: open figures are kept, and pyplot warns of many."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
