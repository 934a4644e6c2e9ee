import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.svm import LinearSVC

from skclf import make_text_classifier
from skclf.compose._many_classes import ManyClassSVC


def rows(n_classes):
    rng = np.random.default_rng(0)
    return rng.normal(size=(200, 10)), rng.permutation(200) % n_classes


@pytest.mark.parametrize(("n_classes", "C"), [(2, 0.1), (8, 0.2), (50, 0.5)])
def test_penalty_is_weaker_with_more_classes(n_classes, C):
    X, y = rows(n_classes)
    ours = ManyClassSVC(C=0.1, random_state=0).fit(X, y)
    theirs = LinearSVC(C=C, random_state=0).fit(X, y)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6)
    assert ours.C == 0.1


def test_weights_of_rows_still_count():
    X, y = rows(8)
    weights = np.where(np.arange(200) < 100, 2.0, 0.5)
    ours = ManyClassSVC(C=0.1, random_state=0).fit(X, y, sample_weight=weights)
    theirs = LinearSVC(C=0.2, random_state=0).fit(X, y, sample_weight=weights)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-6)
    assert_allclose(weights[[0, -1]], [2.0, 0.5])


def test_svm_of_ready_made_pipelines_is_set_by_its_C():
    model = make_text_classifier("tfidf-svm", classify__estimator__C=1.0)
    svm = model["classify"].estimator
    assert isinstance(svm, ManyClassSVC)
    assert svm.C == 1.0
