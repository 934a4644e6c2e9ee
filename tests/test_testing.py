"""The checks for text transformers pass on a good one and fail on broken ones."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import HashingVectorizer

from skclf import testing
from skclf._base import TextTransformer
from skclf._validation import check_documents
from skclf.testing import TEXT_TRANSFORMER_CHECKS, check_text_transformer
from skclf.text import TextCleaner

DOCUMENTS = ["forest fire", "a day", "fire fire", "x"]


class Lengths(TextTransformer):
    """Correct: length of each document in a share of the longest one."""

    def __init__(self, scale=1.0):
        self.scale = scale

    def fit(self, X, y=None):
        self.longest_ = max(map(len, check_documents(X)))
        return self

    def transform(self, X):
        lengths = np.array([[len(doc)] for doc in check_documents(X)], dtype=float)
        return self.scale * lengths / max(self.longest_, 1)

    def get_feature_names_out(self, input_features=None):
        return np.asarray(["length"], dtype=object)


class SparseLengths(Lengths):
    def transform(self, X):
        return csr_array(super().transform(X))


@pytest.mark.parametrize(
    "transformer", [TextCleaner(), Lengths(), SparseLengths()], ids=repr
)
def test_good_transformers_pass(transformer):
    check_text_transformer(transformer)
    check_text_transformer(transformer, DOCUMENTS)


def test_few_documents_are_refused():
    with pytest.raises(ValueError, match="at least four documents, got 1"):
        check_text_transformer(Lengths(), ["one"])


def test_foreign_transformer_fails_with_a_reason():
    with pytest.raises(AssertionError, match=r"treated differently|is refused|refuse"):
        check_text_transformer(HashingVectorizer())


class ChangesParameters(Lengths):
    def fit(self, X, y=None):
        self.scale = 2.0
        return super().fit(X)


class TakesAnyParameter(Lengths):
    def set_params(self, **params):
        vars(self).update(params)
        return self


class HidesItsName(Lengths):
    def __repr__(self):
        return "transformer"


class ReturnsNothing(Lengths):
    def fit(self, X, y=None):
        super().fit(X)


class ShortcutFitTransform(Lengths):
    def fit_transform(self, X, y=None):
        return self.fit(X).transform(X) + 1


class Remembers(Lengths):
    def fit(self, X, y=None):
        longest = getattr(self, "longest_", 0)
        super().fit(X)
        self.longest_ += longest
        return self


class ForgetsInPickle(Lengths):
    def __getstate__(self):
        return super().__getstate__() | {"longest_": 1}


class Squeezes(Lengths):
    def transform(self, X):
        return super().transform(X).squeeze()


class NeedsLists(Lengths):
    def transform(self, X):
        return super().transform(X) + (not isinstance(X, list))


class LooksTwice(Lengths):
    def fit(self, X, y=None):
        check_documents(X)
        return super().fit(X)


class EmptyIsNaN(Lengths):
    def transform(self, X):
        lengths = super().transform(X)
        return np.where(lengths == 0, np.nan, lengths)


class TakesNumbers(Lengths):
    def transform(self, X):
        if isinstance(X, list):
            X = [str(doc) for doc in X]
        return super().transform(X)


class TakesStrings(Lengths):
    def fit(self, X, y=None):
        return super().fit(list(X))

    def transform(self, X):
        return super().transform(list(X))


class CountsRows(Lengths):
    def transform(self, X):
        lengths = super().transform(X)
        return lengths + np.arange(len(lengths))[:, None]


class Centers(Lengths):
    def transform(self, X):
        lengths = super().transform(X)
        return lengths - lengths.mean()


class WritesIntoInput(Lengths):
    def transform(self, X):
        lengths = super().transform(X)
        if isinstance(X, np.ndarray):
            X[0] = "changed"
        return lengths


class CountsCalls(Lengths):
    def transform(self, X):
        self.calls_ = getattr(self, "calls_", 0) + 1
        return super().transform(X)


class RepeatsNames(Lengths):
    def get_feature_names_out(self, input_features=None):
        return ["length", "length"]


class ObeysSetOutput(Lengths):
    def set_output(self, *, transform=None):
        self.frame_ = transform == "pandas"
        return self

    def transform(self, X):
        lengths = super().transform(X)
        return pd.DataFrame(lengths + 1) if hasattr(self, "frame_") else lengths


BROKEN = {
    "check_clone": ChangesParameters,
    "check_parameter_names": TakesAnyParameter,
    "check_repr": HidesItsName,
    "check_fit_returns_self": ReturnsNothing,
    "check_fit_transform": ShortcutFitTransform,
    "check_refit": Remembers,
    "check_pickle": ForgetsInPickle,
    "check_number_of_rows": Squeezes,
    "check_containers": NeedsLists,
    "check_generator": LooksTwice,
    "check_empty_document": EmptyIsNaN,
    "check_not_text": TakesNumbers,
    "check_bare_string": TakesStrings,
    "check_order_invariance": CountsRows,
    "check_subset_invariance": Centers,
    "check_input_untouched": WritesIntoInput,
    "check_transform_changes_nothing": CountsCalls,
    "check_feature_names": RepeatsNames,
    "check_set_output": ObeysSetOutput,
}


def test_every_check_has_a_broken_transformer():
    assert [check.__name__ for check in TEXT_TRANSFORMER_CHECKS] == list(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_check_fails_on_a_broken_transformer(name):
    check = getattr(testing, name)
    check(Lengths(), DOCUMENTS)
    with pytest.raises(AssertionError):
        check(BROKEN[name](), DOCUMENTS)
    with pytest.raises(AssertionError):
        check_text_transformer(BROKEN[name](), DOCUMENTS)
