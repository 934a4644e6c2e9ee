import numpy as np
import pandas as pd
import pytest

from skclf.evaluate import confident_mistakes

TRUE = ["good", "bad", "good", "bad", "good"]
PROBA = np.array([[0.9, 0.1], [0.4, 0.6], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]])
TEXTS = ["sure and wrong", "less sure and wrong", "wrong", "also wrong", "right"]
CLASSES = np.array(["bad", "good"])


def mistakes(y_true=TRUE, proba=PROBA, texts=TEXTS, classes=CLASSES, **params):
    return confident_mistakes(y_true, proba, texts, classes=classes, **params)


def test_surest_mistake_comes_first():
    expected = pd.DataFrame(
        {
            "text": ["sure and wrong", "also wrong", "less sure and wrong", "wrong"],
            "true": ["good", "bad", "bad", "good"],
            "predicted": ["bad", "good", "good", "bad"],
            "probability": [0.9, 0.8, 0.6, 0.6],
        },
        index=pd.Index([0, 3, 1, 2], name="row"),
    )
    pd.testing.assert_frame_equal(mistakes(), expected, check_dtype=False)


def test_texts_are_whole_and_escaped_in_notebooks_and_wrapped_in_terminals():
    long = "<b>fire</b> " + "word " * 40 + "end"
    table = mistakes(["good"], PROBA[:1], [long])
    title, *lines = repr(table).splitlines()
    assert title == "good, predicted bad: row 0, probability 0.90"
    assert len(lines) > 2
    assert max(map(len, lines)) <= 80
    page = table._repr_html_()
    assert "&lt;b&gt;fire&lt;/b&gt; word" in page
    assert "word end<" in page
    assert type(table[["true"]]) is pd.DataFrame


def test_no_mistakes_are_said():
    table = mistakes(["bad"], PROBA[:1], ["a"])
    assert repr(table) == "No mistakes."
    assert "No mistakes." in table._repr_html_()


def test_n_limits_the_list():
    assert list(mistakes(n=2).index) == [0, 3]


def test_perfect_predictions_give_an_empty_table():
    table = mistakes(y_true=CLASSES[PROBA.argmax(axis=1)])
    assert table.empty
    assert list(table.columns) == ["text", "true", "predicted", "probability"]
    assert table["text"].str.len().tolist() == []


def test_rows_are_positions_whatever_the_index():
    series = pd.Series(TEXTS, index=[50, 40, 30, 20, 10])
    labels = pd.Series(TRUE, index=series.index)
    pd.testing.assert_frame_equal(mistakes(y_true=labels, texts=series), mistakes())


def test_three_integer_classes_that_are_no_positions():
    proba = np.array([[0.2, 0.3, 0.5], [0.8, 0.1, 0.1]], dtype=np.float32)
    table = mistakes([10, 20], proba, ["a", None], [10, 20, 30])
    assert table["true"].tolist() == [20, 10]
    assert table["predicted"].tolist() == [10, 30]
    assert table["text"].tolist() == ["", "a"]


def test_input_is_left_alone():
    proba = PROBA.copy()
    proba.flags.writeable = False
    mistakes(proba=proba)
    np.testing.assert_array_equal(proba, PROBA)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"texts": "one text"}, ValueError, "string object received"),
        ({"texts": TEXTS[:3]}, ValueError, r"shape \(3, 2\).*got \(5, 2\)"),
        ({"texts": [1, 2, 3, 4, 5]}, TypeError, "row 0"),
        ({"proba": PROBA[:, 1]}, ValueError, r"got \(5,\)"),
        ({"proba": PROBA[:3]}, ValueError, r"got \(3, 2\)"),
        ({"proba": PROBA * 3 - 1}, ValueError, "not of decision_function"),
        ({"proba": np.full((5, 2), np.nan)}, ValueError, "NaN"),
        ({"y_true": TRUE[:3]}, ValueError, "texts has 5 rows, y_true has 3"),
        (
            {"y_true": np.eye(5, 3)},
            ValueError,
            "for each of 2 classes, got 3. Pass the name",
        ),
        ({"y_true": "goods"}, ValueError, "y_true is 'goods'"),
        ({"y_true": [*TRUE[:4], "ugly"]}, ValueError, "got 'ugly' in row 4"),
        ({"y_true": [None, *TRUE[1:]]}, ValueError, "missing, the first in row 0"),
        ({"classes": "ab"}, ValueError, "got 'ab'"),
        ({"classes": ["bad", "bad"]}, ValueError, "each class once"),
        ({"classes": ["bad", "good", "ugly"]}, ValueError, r"shape \(5, 3\)"),
        ({"n": 0}, ValueError, "'n' parameter"),
    ],
)
def test_bad_input_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        mistakes(**change)
