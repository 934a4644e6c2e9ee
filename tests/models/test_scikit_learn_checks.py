"""scikit-learn's own checks of classifiers, on every net.

The sequence nets take token ids, so scikit-learn's float columns reach them through
`FloatsAsTokens`, which puts every value into a bin of its column.
"""

from copy import deepcopy

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import estimator_checks_generator
from sklearn.utils.validation import validate_data

from skclf import CNNClassifier, DenseClassifier, RNNClassifier, TokenSequences

pytestmark = pytest.mark.slow

BINS = 12

# Rows of weight 2 and the same row twice fall into different batches.
WEIGHTS = "mini-batches in random order: weighting a row is not repeating it"
EXPECTED_FAILURES = {
    "check_sample_weight_equivalence_on_dense_data": WEIGHTS,
    "check_sample_weight_equivalence_on_sparse_data": WEIGHTS,
}


def expected_failures(net):
    """Reasons by check; scikit-learn 1.6 runs the sparse one on nets that refuse it."""
    sparse = get_tags(net).input_tags.sparse
    return {k: v for k, v in EXPECTED_FAILURES.items() if sparse or "sparse" not in k}


class FloatsAsTokens:
    """Mixin in front of a sequence net: columns of floats become token ids."""

    def _training_source(self, X, resume):
        return super()._training_source(self._tokens(X, learning=not resume), resume)

    def _source(self, X):
        return super()._source(self._tokens(X))

    def _tokens(self, X, learning=False):
        X = validate_data(self, X, reset=learning)
        if learning:
            self._edges = np.quantile(X, np.linspace(0, 1, BINS + 1)[1:-1], axis=0)
        columns = X.shape[1]
        ids = 2 + BINS * np.arange(columns) + (X[:, None] > self._edges).sum(axis=1)
        vocabulary = {f"w{i}": 2 + i for i in range(BINS * columns)}
        return TokenSequences(ids, vocabulary)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        return tags


class FloatCNN(FloatsAsTokens, CNNClassifier):
    pass


class FloatRNN(FloatsAsTokens, RNNClassifier):
    pass


NETS = [
    DenseClassifier(hidden_units=16, dropout=0, learning_rate=0.02, epochs=20),
    FloatCNN(
        filters=8, kernel_sizes=2, embedding_dim=8, embedding_dropout=0, dropout=0,
        learning_rate=0.03, epochs=12,
    ),
    FloatRNN(
        cell="simple", units=8, bidirectional=False, dense_units=None, embedding_dim=8,
        embedding_dropout=0, dropout=0, learning_rate=0.02, epochs=20,
    ),
]  # fmt: skip


def checks():
    for net in NETS:
        name = type(net).__name__
        for estimator, check in estimator_checks_generator(net):
            check_name = check.func.__name__
            marks = ()
            if check_name in expected_failures(net):
                reason = expected_failures(net)[check_name]
                marks = pytest.mark.xfail(reason=reason, strict=True)
            yield pytest.param(estimator, check, id=f"{name}-{check_name}", marks=marks)


# Values of float64 that float32 cannot hold are part of one check.
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
@pytest.mark.parametrize(("estimator", "check"), list(checks()))
def test_scikit_learn_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("net", NETS, ids=lambda net: type(net).__name__)
def test_enough_checks_run_and_at_most_two_fail(net):
    names = [check.func.__name__ for _, check in estimator_checks_generator(net)]
    assert len(names) >= 55
    assert sum(name in expected_failures(net) for name in names) <= 2


def test_a_pipeline_has_copies_of_the_tags_of_a_net():
    class Poor(CNNClassifier):
        def __sklearn_tags__(self):
            tags = super().__sklearn_tags__()
            tags.classifier_tags.poor_score = True
            return tags

    tags = get_tags(Poor()).classifier_tags
    found = deepcopy(tags)
    assert found == tags
    assert found is not tags
    assert get_tags(make_pipeline(Poor())).classifier_tags == tags
