"""scikit-learn's own checks of transformers, on columns of text.

The checks use columns of floats, which `FloatsAsCategories` writes as text and reads
again from the canonical forms.
"""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator
from sklearn.utils.validation import check_is_fitted, validate_data

from skclf.category import CategoryCanonicalizer


class FloatsAsCategories:
    """Mixin in front of a transformer of categories: columns of floats become text."""

    def _read(self, X, reset):
        X = validate_data(self, X, reset=reset, ensure_all_finite="allow-nan")
        text = np.char.mod("%.2f", X)
        return [[None if v == "nan" else v for v in column] for column in text.T]

    def transform(self, X):
        check_is_fitted(self)
        categories = super().transform(X)
        return np.where(categories == "missing", "nan", categories).astype(float)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = False  # else there would be nothing but columns
        return tags


class FloatCanonicalizer(FloatsAsCategories, CategoryCanonicalizer):
    pass


TRANSFORMERS = [FloatCanonicalizer(), FloatCanonicalizer(threshold=0.6)]


def checks():
    for transformer in TRANSFORMERS:
        for estimator, check in estimator_checks_generator(transformer):
            name = f"{transformer.threshold}-{check.func.__name__}"
            yield pytest.param(estimator, check, id=name)


@pytest.mark.parametrize(("estimator", "check"), list(checks()))
def test_scikit_learn_check(estimator, check):
    check(estimator)


def test_enough_checks_run():
    assert len(list(estimator_checks_generator(TRANSFORMERS[0]))) >= 40
