"""Errors that say what is wrong, in the user's own labels, steps and names."""

from enum import Enum, StrEnum

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skclf import CNNClassifier, make_text_classifier
from skclf.category import CategoryCanonicalizer
from skclf.embed import EmbeddingLookup
from skclf.evaluate import compare
from skclf.features import DocumentEmbedding
from skclf.sequence import SequenceEncoder

TEXTS = ["forest fire", "sunny beach"] * 5
NAMES = pytest.mark.parametrize("name", ["tfidf-logreg", "tfidf-svm", "vote", "cnn"])
Plain = Enum("Plain", ["GOOD", "BAD"])
Text = StrEnum("Text", ["GOOD", "BAD"])


class Mixed(str, Enum):  # noqa: UP042, NumPy reads it as the start of "Mixed.GOOD"
    GOOD = "good"
    BAD = "bad"


@NAMES
@pytest.mark.parametrize(("label", "shown"), [("a", "'a'"), (3, "3"), (True, "True")])
def test_one_class(name, label, shown):
    with pytest.raises(ValueError, match=rf"at least 2 classes, got 1 .*\[{shown}\]"):
        tiny_pipeline(name).fit(TEXTS, np.array([label] * 10))


@pytest.mark.parametrize(("label", "shown"), [("a", "'a'"), (3, "3"), (True, "True")])
def test_one_class_in_a_comparison(label, shown):
    with pytest.raises(ValueError, match=rf"got only {shown}\."):
        compare(["nb"], TEXTS, np.array([label] * 10), verbose=0)


@NAMES
@pytest.mark.parametrize("kind", [Plain, Mixed])
def test_members_of_an_enumeration_are_no_labels(name, kind):
    with pytest.raises(ValueError, match=r"\[label\.name for label in labels\]"):
        tiny_pipeline(name).fit(TEXTS, [kind.GOOD, kind.BAD] * 5)


def test_members_that_are_text_are_labels():
    model = tiny_pipeline("nb").fit(TEXTS, [Text.GOOD, Text.BAD] * 5)
    assert model.classes_.tolist() == ["bad", "good"]


@NAMES
def test_labels_of_two_kinds(name):
    for y in ([1, "a"] * 5, pd.Series([1, "a"] * 5).astype("category")):
        with pytest.raises(ValueError, match=r"got 'a' \(str\) in row 1 and 1 \(int\)"):
            tiny_pipeline(name).fit(TEXTS, y)


@NAMES
def test_missing_labels_among_categories(name):
    y = pd.Series(["a", None] * 5).astype("category")
    with pytest.raises(ValueError, match="5 labels are missing, the first in row 1"):
        tiny_pipeline(name).fit(TEXTS, y)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([None, "a"], ["missing", "a"]),
        ([Plain.GOOD, None], ["plain.good", "missing"]),
        ([Text.GOOD, Text.BAD], ["good", "bad"]),
        ([1, "a"], ["1", "a"]),
        ([2.0, None], ["2", "missing"]),
    ],
    ids=str,
)
def test_categories_of_all_kinds(values, expected):
    X = pd.DataFrame({"kind": pd.Series(values, dtype=object).astype("category")})
    assert CategoryCanonicalizer().fit_transform(X).ravel().tolist() == expected


@pytest.mark.parametrize("as_records", [False, True])
def test_names_beside_a_pipeline_on_columns(as_records):
    X = pd.DataFrame({"text": TEXTS, "kind": list("ab") * 5})
    model = make_text_classifier("nb", text="text", table=["kind"])
    X = X.to_dict("records") if as_records else X
    with pytest.raises(
        ValueError, match=r"make_text_classifier\('tfidf-svm', text=\.\.\.\)"
    ):
        compare(["tfidf-svm", model], X, list("ab") * 5, verbose=0)


@pytest.mark.parametrize(
    "steps",
    [
        [CNNClassifier()],
        [EmbeddingLookup({"fire": np.ones(2)})],
        [DocumentEmbedding()],
    ],
    ids=["net", "lookup", "pooling"],
)
def test_a_step_between_encoder_and_net(steps):
    as_array = FunctionTransformer(np.asarray)
    model = make_pipeline(SequenceEncoder(), as_array, *steps)
    with pytest.raises(TypeError, match="If it is there, a step between them"):
        model.fit(TEXTS, ["a", "b"] * 5)
