"""Folds have the same predictions wherever they are fitted, cold or warm."""

import random
import threading
import time

import joblib
import numpy as np
import pytest
from sklearn.model_selection import cross_val_predict

from skclf import make_text_classifier
from skclf.datasets import make_tweets


@pytest.fixture(scope="module")
def dask():
    """Two processes in which nothing is compiled yet; nets are not alone in them."""
    distributed = pytest.importorskip("distributed", reason="needs dask[distributed]")

    def draw_for_ever():
        """As Dask does, which looks at random parts of what it is given."""

        def draw():
            while True:
                random.random()
                time.sleep(1e-4)

        threading.Thread(target=draw, daemon=True).start()

    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        distributed.LocalCluster(**options) as cluster,
        distributed.Client(cluster) as client,
    ):
        client.run(draw_for_ever)
        yield


@pytest.fixture(scope="module")
def tweets():
    return make_tweets(120, random_state=0)


def small_net(**params):
    return make_text_classifier(
        "cnn",
        classify__filters=4,
        classify__epochs=2,
        classify__random_state=0,
        **params,
    )


@pytest.fixture
def on_text(tweets):
    return small_net(), tweets.data["text"]


@pytest.fixture
def on_vectors_and_table(tweets):
    words = sorted({w for text in tweets.data["text"] for w in text.lower().split()})
    rng = np.random.RandomState(0)
    vectors = {word: rng.normal(size=8) for word in words}
    net = small_net(vectors=vectors, text="text", table=["keyword"])
    return net, tweets.data


@pytest.mark.slow
@pytest.mark.parametrize("data", ["on_text", "on_vectors_and_table"])
def test_folds_are_the_same_everywhere(data, tweets, dask, request):
    net, X = request.getfixturevalue(data)

    def predict(backend):
        with joblib.parallel_config(backend, n_jobs=2):
            folds = {"cv": 2, "method": "predict_proba"}
            return cross_val_predict(net, X, tweets.target, **folds)

    expected = predict("sequential")
    for backend in ("dask", "loky", "threading"):
        for when in ("cold", "warm"):
            found, where = predict(backend), f"{backend}, {when}"
            # Processes may have other numbers of threads, which round differently.
            np.testing.assert_allclose(found, expected, atol=1e-6, err_msg=where)
            np.testing.assert_array_equal(found.argmax(1), expected.argmax(1), where)
