"""Labels that ``compare`` has doubts about, and names them."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import ShuffleSplit, StratifiedKFold

from skclf import compare

TEXTS = [f"text {i}" for i in range(20)]
MODELS = {"dummy": DummyClassifier()}


def labels(**counts):
    return [label for label, n in counts.items() for _ in range(n)]


@pytest.mark.parametrize("cv", [5, StratifiedKFold(5)])
def test_classes_with_fewer_rows_than_folds(cv):
    y = labels(neg=10, pos=5, rare=4, single=1)
    message = r"fewer rows than the 5 folds, .*: \['rare', 'single'\]\. Put them"
    with pytest.warns(UserWarning, match=message) as caught:
        compare(MODELS, TEXTS, y, cv=cv, verbose=0)
    assert not [w for w in caught if "least populated" in str(w.message)]


@pytest.mark.parametrize("cv", [4, ShuffleSplit(9, random_state=0)])
def test_enough_rows_of_each_class(cv):
    compare(MODELS, TEXTS, labels(neg=10, pos=6, rare=4), cv=cv, verbose=0)


@pytest.mark.parametrize(
    ("one", "other"), [("pos", "Pos"), ("pos", " pos"), ("top left", "topleft")]
)
def test_labels_that_differ_in_blanks_or_case(one, other):
    y = np.array([one, other, "else", "more"] * 5)
    with pytest.warns(
        UserWarning, match="In y, labels differ in blanks or.*"
    ) as caught:
        compare(MODELS, TEXTS, y, verbose=0)
    assert str(sorted([one, other])) in str(caught[0].message)


def test_infinite_labels():
    y = [0.0, 1.0, 0.0, np.inf] * 5
    with pytest.raises(ValueError, match="infinity: 5 labels .* first in row 3. Drop"):
        compare(MODELS, TEXTS, y, verbose=0)
