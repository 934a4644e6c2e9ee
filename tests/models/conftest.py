"""Small inputs for tests of the nets."""

import numpy as np
import pytest

from skclf import SequenceEncoder


@pytest.fixture(scope="session")
def encoder():
    words = "fire smoke flood storm sun beach party music old new the a"
    return SequenceEncoder(max_len=8).fit([words])


@pytest.fixture(scope="session")
def texts():
    rng = np.random.RandomState(0)
    bad, good = ["fire", "smoke", "flood", "storm"], ["sun", "beach", "party", "music"]
    filler = ["old", "new", "the", "a"]
    return [
        " ".join([*rng.choice(filler, rng.randint(0, 5)), rng.choice(kind)])
        for kind in (bad, good) * 40
    ]


@pytest.fixture(scope="session")
def X(encoder, texts):
    """Token ids of 80 documents of 1 to 5 words."""
    return encoder.transform(texts)


@pytest.fixture(scope="session")
def y():
    """Two classes with names, in turn."""
    return np.array(["bad", "good"] * 40)


@pytest.fixture(scope="session")
def y3(texts):
    """Three classes that are integers, not starting at 0."""
    wet = np.array(["flood" in text or "beach" in text for text in texts])
    return np.where(wet, 7, np.array([3, 5] * 40))


@pytest.fixture(scope="session")
def features(X):
    """Counts of words, dense."""
    ids = np.asarray(X)
    return np.stack([(ids == i).sum(axis=1) for i in range(2, 14)], axis=1) * 1.0
