"""Small nets and pipelines for tests, and what some tests need."""

import os
import pickle
import random

import numpy as np
import pytest

from skclf import (
    CNNClassifier,
    DenseClassifier,
    RNNClassifier,
    make_text_classifier,
)

needs_nltk_data = pytest.mark.skipif(
    "NLTK_DATA" not in os.environ, reason="needs NLTK data: set NLTK_DATA"
)


def global_random_state():
    """What a single number drawn from a global generator would change."""
    return random.getstate(), pickle.dumps(np.random.get_state())


def assert_same_predictions(found, expected, X, *, atol):
    """Two classifiers agree, on labels wherever rounding does not decide them."""
    proba = expected.predict_proba(X)
    np.testing.assert_allclose(found.predict_proba(X), proba, atol=atol)
    second, first = np.sort(proba, axis=1)[:, -2:].T
    margin = first - second
    if hasattr(expected, "best_threshold_"):
        margin = abs(proba[:, 1] - expected.best_threshold_)
    sure = margin > 4 * atol
    assert sure.mean() > 0.9
    np.testing.assert_array_equal(found.predict(X)[sure], expected.predict(X)[sure])


def workbench_of(net):
    """What has trained a net, as long as it is cached."""
    from skclf.models.training._workbench import WORKBENCHES

    return WORKBENCHES.get(net._net.key, pytest.fail)


def tiny(kind, **params):
    """A net that learns these data in a few quick epochs."""
    shared = {"epochs": 8, "batch_size": 32, "learning_rate": 0.02, "random_state": 0}
    if kind == "dense":
        return DenseClassifier(**{"hidden_units": 8, "dropout": 0.1} | shared | params)
    small = {"embedding_dim": 8, "dropout": 0.1, "word_dropout": 0.0}
    if kind == "cnn":
        return CNNClassifier(
            **{"filters": 8, "kernel_sizes": 2} | small | shared | params
        )
    return RNNClassifier(
        **{"cell": kind, "units": 8, "dense_units": None} | small | shared | params
    )


def tiny_pipeline(name, vectors=None, **params):
    """A ready-made pipeline whose nets are small: its numbers are not about quality.

    Vocabularies have one size and nets one shape, so that one compilation serves all.
    """
    if name in ("vote", "stack"):
        members = {"cnn": _small("cnn"), "bigru": _small("bigru")}
        small = {
            f"classify__{member}__{param}": value
            for member, values in members.items()
            for param, value in values.items()
        }
    else:
        small = _small(name)
    return make_text_classifier(name, vectors=vectors, **small | params)


def _small(name):
    if name in ("tfidf-logreg", "tfidf-svm", "nb"):
        return {}
    net = {"epochs": 2, "batch_size": 32, "learning_rate": 0.02, "random_state": 0}
    steps = {"encode__max_words": 60, "encode__min_count": 1, "encode__max_len": 6}
    if name == "mlp":
        net |= {"hidden_units": 4}
        blocks = ("words", "characters")
        steps = {f"vectorize__{block}__max_features": 60 for block in blocks}
    elif name == "cnn":
        net |= {"embedding_dim": 4, "filters": 4, "kernel_sizes": 2}
    else:
        net |= {"embedding_dim": 4, "units": 4}
    return steps | {f"classify__{param}": value for param, value in net.items()}
