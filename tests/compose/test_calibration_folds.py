"""Calibration works whatever the sizes of the classes."""

import numpy as np
import pytest
from helpers import global_random_state
from sklearn.base import clone

from skclf import make_text_classifier
from skclf.compose._calibration_folds import EveryClassKFold

SIZES = [(40, 20), (23, 1), (20, 2, 1), (10, 4), (3, 3), (1, 1), (2, 1, 1)]

sizes = pytest.mark.parametrize("sizes", SIZES, ids=str)


def labels(sizes):
    return np.repeat(list("abc")[: len(sizes)], sizes)


@sizes
def test_every_row_is_tested_once_and_every_class_trained_on(sizes):
    y = labels(sizes)
    folds = EveryClassKFold(5)
    splits = list(folds.split(y, y))
    assert len(splits) == folds.get_n_splits(y) == min(5, len(y))
    tested = np.concatenate([test for _, test in splits])
    assert sorted(tested) == list(range(len(y)))
    for train, test in splits:
        assert set(y[train]) == set(y)
        assert len(test)
        again = np.intersect1d(train, test)
        rare = [label for label in set(y) if (y == label).sum() < 5]
        assert set(again) == set(test[np.isin(y[test], rare)])


@sizes
def test_folds_are_stratified_and_of_one_size(sizes):
    y = labels(sizes)
    tests = [test for _, test in EveryClassKFold(5).split(y, y)]
    assert np.ptp([len(test) for test in tests]) <= 1
    for label in set(y):
        assert np.ptp([(y[test] == label).sum() for test in tests]) <= 1


def test_folds_are_shuffled_by_a_seed_of_their_own():
    y = labels((40, 20))

    def first(**params):
        return next(EveryClassKFold(5, **params).split(y, y))[1].tolist()

    before = global_random_state()
    assert first() == first(random_state=0) != first(random_state=1)
    assert global_random_state() == before
    assert EveryClassKFold(5).get_n_splits() == 5


@pytest.mark.parametrize("rows", [1, 2, 4])
@pytest.mark.parametrize("others", ["a", "ab"])
def test_tfidf_svm_where_a_class_has_fewer_rows_than_folds(rows, others):
    texts = ["fire in town", "fire now", "sunny beach", "beach party", "party"] * 4
    y = np.array([*others * 20][:20], dtype=object)
    y[:rows] = "rare"
    model = make_text_classifier("tfidf-svm").fit(texts, y)
    proba = model.predict_proba(texts)
    assert model.classes_.tolist() == [*others, "rare"]
    assert np.isfinite(proba).all()
    np.testing.assert_allclose(proba.sum(axis=1), 1)


def test_tfidf_svm_on_a_handful_of_rows():
    model = make_text_classifier("tfidf-svm")
    for n in (2, 3, 6):
        texts, y = ["fire now", "sunny beach"] * 3, ["bad", "good"] * 3
        fitted = clone(model).fit(texts[:n], y[:n])
        assert fitted.predict(texts).tolist() == y
