"""Every container of texts is accepted, anything else is a clear error."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from skclf import CategoryCanonicalizer, TextAndTable, make_text_classifier
from skclf._validation import check_documents, check_labels, did_you_mean, listed
from skclf.evaluate import confident_mistakes
from skclf.models.rows._targets import encode_labels

TEXTS = ["fire", "", "smoke"]


@pytest.mark.parametrize(
    "X",
    [
        ["fire", None, "smoke"],
        ("fire", float("nan"), "smoke"),
        np.array(["fire", "", "smoke"]),
        np.array(["fire", None, "smoke"], dtype=object),
        np.array([["fire"], [None], ["smoke"]], dtype=object),
        pd.Series(["fire", None, "smoke"]),
        pd.Series(["fire", None, "smoke"], index=[7, 7, 1]),
        pd.Series(["fire", pd.NA, "smoke"], dtype="string"),
        pd.Series(["fire", None, "smoke"], dtype="category"),
        pd.DataFrame({"text": ["fire", None, "smoke"]}),
        (text for text in TEXTS),
        pd.Index(TEXTS),
    ],
    ids=lambda X: type(X).__name__,
)
def test_accepts_any_container_of_texts(X):
    docs = check_documents(X)
    assert docs == TEXTS
    assert {type(doc) for doc in docs} == {str}


def test_bare_string_gets_the_sentence_of_scikit_learn():
    with pytest.raises(
        ValueError,
        match="Iterable over raw text documents expected, string object received",
    ):
        check_documents("fire")


@pytest.mark.parametrize(
    "X", [b"fire", {"text": "fire"}, {"fire"}, 3, None, np.array("fire"), np.array(3)]
)
def test_what_holds_no_texts_is_a_type_error(X):
    with pytest.raises(
        TypeError, match="Expected a list, Series or array of texts, got"
    ):
        check_documents(X)


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (3, "3 (int)"),
        (b"fire", "b'fire' (bytes)"),
        ({"text": 1}, "{'text': 1} (dict)"),
        (["fire"], "['fire'] (list)"),
        (pd.Timestamp("2026-01-01"), "(Timestamp)"),
    ],
)
def test_first_row_that_is_no_text_is_named(row, shown):
    with pytest.raises(TypeError) as caught:
        check_documents(["fire", None, row, 5])
    assert shown in str(caught.value)
    assert "row 2" in str(caught.value)


def test_numbers_in_an_array_are_named():
    with pytest.raises(TypeError, match=r"got 1\.0 \(float\) in row 0"):
        check_documents(np.array([1.0, 2.0]))


def test_sparse_matrix_is_no_column_of_texts():
    with pytest.raises(TypeError, match=r"got csr_array of shape \(2, 1\), a sparse"):
        check_documents(sparse.csr_array([[1], [2]]))


def test_several_columns_are_named():
    frame = pd.DataFrame({"text": ["fire"], "keyword": ["heat"]})
    with pytest.raises(ValueError, match=r"got shape \(1, 2\) with columns \['text'"):
        check_documents(frame)
    with pytest.raises(ValueError, match="Expected one column of texts"):
        check_documents(frame.to_numpy())


def test_long_values_are_cut_in_messages():
    with pytest.raises(TypeError, match=r"\.\.\. \(list\)"):
        check_documents([["fire"] * 100])


def test_did_you_mean():
    assert did_you_mean("epoch", ["epochs", "units"]) == " Did you mean 'epochs'?"
    assert did_you_mean("xyz", ["epochs"]) == ""


def test_names_are_listed_up_to_a_number():
    assert listed(["a", 1]) == "['a', 1]"
    assert listed([f"c{i}" for i in range(100_000)], most=2) == (
        "['c0', 'c1'] and 99,998 more"
    )
    assert len(listed(["x" * 10**6])) < 80


MANY = [f"c{i}" for i in range(10_000)]
WIDE = pd.DataFrame([["x"] * len(MANY)], columns=MANY)


@pytest.mark.parametrize(
    "call",
    [
        lambda: check_documents(WIDE),
        lambda: CategoryCanonicalizer(overrides={"x": {"a": "b"}}).fit(WIDE),
        lambda: CategoryCanonicalizer().fit(WIDE.set_axis(["x"] * len(MANY), axis=1)),
        lambda: TextAndTable("text", ["c1"]).fit(WIDE),
        lambda: TextAndTable("c1", [*MANY, "x"]).fit(WIDE),
        lambda: confident_mistakes(["a"], np.zeros((1, 10**4)), ["x"], classes=MANY),
        lambda: make_text_classifier("cnn", text="c1", table=MANY),
        lambda: encode_labels(np.array(["x"]), np.array(sorted(MANY))),
    ],
)  # fmt: skip
def test_messages_on_thousands_of_names_are_bounded(call):
    with pytest.raises((ValueError, TypeError)) as e:
        call()
    assert len(str(e.value)) < 1500


def test_infinite_labels_are_named():
    message = "Input y contains infinity: 2 labels are infinite, the first in row 1"
    with pytest.raises(ValueError, match=message):
        check_labels([1.0, np.inf, -np.inf], 3)
    assert check_labels(["inf", "1"], 2).tolist() == ["inf", "1"]
