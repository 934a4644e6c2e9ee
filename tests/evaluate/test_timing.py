from itertools import chain

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from skclf.evaluate import _timing
from skclf.evaluate._timing import measure

DOCUMENTS = [f"document {row}" for row in range(40)]
LABELS = np.arange(40) % 2
TRAIN, TEST = np.arange(30), np.arange(30, 40)


class Clock:
    """Stands still, but for those who sleep."""

    now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


CLOCK = Clock()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(_timing, "perf_counter", CLOCK)


class Slow(ClassifierMixin, BaseEstimator):
    """Takes 30 ms to fit and 2 ms for each prediction, and writes down the calls."""

    calls = []

    def fit(self, X, y):
        self.calls.append(("fit", list(X)))
        CLOCK.sleep(0.03)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        self.calls.append(("predict", list(X)))
        CLOCK.sleep(0.002 * len(X))
        return np.repeat(self.classes_[:1], len(X))


@pytest.fixture
def calls(monkeypatch):
    monkeypatch.setattr(Slow, "calls", [])
    return Slow.calls


def speed(**params):
    return measure("slow", Slow(), DOCUMENTS, LABELS, TRAIN, TEST, **params)


def test_units(calls):
    figures = speed(warm=True)
    assert 0 < figures.pop("file_kb") < 1
    expected = {"fit_seconds": 0.03, "latency_ms": 2, "docs_per_second": 500}
    assert figures == pytest.approx(expected)


@pytest.mark.parametrize(("warm", "fits"), [(True, 1), (False, 2)])
def test_a_cold_process_is_warmed_up_by_a_fit(calls, warm, fits):
    speed(warm=warm)
    assert [call for call in calls if call[0] == "fit"] == fits * [
        ("fit", DOCUMENTS[:30])
    ]


def test_documents_are_predicted_once_and_unseen_ones_first(calls):
    speed(warm=True)
    _fit, *predicted = [documents for _, documents in calls]
    warm_up, *single, batch = predicted
    assert [len(documents) for documents in single] == [1] * 13
    assert single[0] == ["document 30"]
    assert sorted(chain.from_iterable(predicted)) == sorted(DOCUMENTS)
    assert len(batch) == 14
    assert len(warm_up) == 13
