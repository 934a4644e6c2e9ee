"""Two models on the same documents."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score

from skclf.evaluate._paired import paired_test

rng = np.random.default_rng(0)
Y = rng.integers(0, 3, 300)
GOOD = np.where(rng.random(300) < 0.8, Y, rng.integers(0, 3, 300))
WORSE = np.where(rng.random(300) < 0.5, Y, rng.integers(0, 2, 300))


@pytest.mark.parametrize("names", [None, np.array(["a", "b", "c"])])
def test_scores_are_those_of_scikit_learn(names):
    y, good, worse = (Y, GOOD, WORSE) if names is None else names[[Y, GOOD, WORSE]]
    scores = paired_test(y, good, worse).scores
    for column, predicted in (("first", good), ("second", worse)):
        expected = [
            accuracy_score(y, predicted),
            balanced_accuracy_score(y, predicted),
            f1_score(y, predicted, average="macro"),
        ]
        assert scores[column].tolist() == pytest.approx(expected)


def test_a_difference_is_found_in_both_directions():
    found, back = paired_test(Y, GOOD, WORSE), paired_test(Y, WORSE, GOOD)
    assert found.is_different
    assert (found.scores["high"] < 0).all()
    assert (back.scores["low"] > 0).all()
    assert (found.only_first, found.only_second) == (back.only_second, back.only_first)
    assert found.p_value == back.p_value
    inside = found.scores["difference"].between(
        found.scores["low"], found.scores["high"]
    )
    assert inside.all()


def test_the_p_value_is_binomial():
    y = np.zeros(10, int)
    first, second = y.copy(), y.copy()
    first[:1], second[1:6] = 1, 1
    found = paired_test(y, first, second)
    assert (found.only_first, found.only_second) == (5, 1)
    assert found.p_value == pytest.approx(2 * (1 + 6) / 2**6)


def test_equal_models():
    found = paired_test(Y, GOOD, GOOD)
    assert found.p_value == 1
    assert not found.scores[["difference", "low", "high"]].to_numpy().any()
    assert not found.is_different
