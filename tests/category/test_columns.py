"""What is read as a table of categories, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from skclf.category import CategoryCanonicalizer
from skclf.category._columns import read_columns

ROWS = [["fire", "Rome"], [None, "Oslo"], ["flood", "Rome"]]
NAMES = ["keyword", "city"]
EXPECTED = [["fire", "rome"], ["missing", "oslo"], ["flood", "rome"]]


def frame(rows=ROWS, **options):
    return pd.DataFrame(rows, columns=NAMES[: len(rows[0])], **options)


TABLES = {
    "list of lists": ROWS,
    "list of tuples": [tuple(row) for row in ROWS],
    "tuple of lists": tuple(ROWS),
    "list of arrays": [np.array(row, dtype=object) for row in ROWS],
    "array of objects": np.array(ROWS, dtype=object),
    "DataFrame": frame(),
    "objects": frame(dtype=object),
    "string": frame().astype("string"),
    "category": frame().astype("category"),
    "with NaN": frame(dtype=object).fillna(np.nan),
    "with NA": frame(dtype=object).fillna(pd.NA),
    "with NaT": frame([["fire", "Rome"], [pd.NaT, "Oslo"], ["flood", "Rome"]]),
    "int names": pd.DataFrame(ROWS),
}

COLUMNS = {
    "list": ["fire", None, "flood"],
    "tuple": ("fire", None, "flood"),
    "generator": iter(["fire", None, "flood"]),
    "array": np.array(["fire", None, "flood"], dtype=object),
    "str array": np.array(["fire", "", "flood"]),
    "(n, 1) array": np.array([["fire"], [""], ["flood"]]),
    "list of one-value lists": [["fire"], [None], ["flood"]],
    "list with NaN": ["fire", np.nan, "flood"],
    "subclass of str": [np.str_("fire"), None, "flood"],
    "Series": pd.Series(["fire", None, "flood"]),
    "Series with a name": pd.Series(["fire", None, "flood"], name="keyword"),
    "Index": pd.Index(["fire", None, "flood"]),
}


@pytest.mark.parametrize("X", TABLES.values(), ids=TABLES)
def test_tables(X):
    output = CategoryCanonicalizer().fit_transform(X)
    assert output.tolist() == EXPECTED
    assert output.dtype == object
    assert {type(value) for value in output.ravel()} == {str}


@pytest.mark.parametrize("X", COLUMNS.values(), ids=COLUMNS)
def test_one_column(X):
    X = list(X) if hasattr(X, "__next__") else X
    output = CategoryCanonicalizer().fit_transform(X)
    assert output.tolist() == [["fire"], ["missing"], ["flood"]]


def test_the_input_is_not_changed():
    X = frame(dtype=object)
    CategoryCanonicalizer().fit_transform(X)
    pd.testing.assert_frame_equal(X, frame(dtype=object))


def test_names_of_columns():
    canonicalizer = CategoryCanonicalizer().fit(frame())
    assert canonicalizer.n_features_in_ == 2
    assert canonicalizer.feature_names_in_.tolist() == NAMES
    assert canonicalizer.get_feature_names_out().tolist() == NAMES
    assert list(canonicalizer.mapping_) == NAMES


@pytest.mark.parametrize("name", ["list of lists", "array of objects", "int names"])
def test_columns_without_names(name):
    canonicalizer = CategoryCanonicalizer().fit(TABLES[name])
    assert not hasattr(canonicalizer, "feature_names_in_")
    assert canonicalizer.get_feature_names_out().tolist() == ["x0", "x1"]
    assert list(canonicalizer.mapping_) == ["x0", "x1"]


def test_a_series_is_a_table_of_one_column():
    X = frame()
    canonicalizer = CategoryCanonicalizer().fit(X["keyword"])
    assert canonicalizer.feature_names_in_.tolist() == ["keyword"]
    assert canonicalizer.transform(X[["keyword"]]).shape == (3, 1)
    with pytest.raises(ValueError, match="feature names should match"):
        canonicalizer.transform(X["city"])


def test_set_output_keeps_the_index():
    X = frame(index=[7, 5, 9])
    canonicalizer = CategoryCanonicalizer().set_output(transform="pandas")
    output = canonicalizer.fit_transform(X)
    expected = pd.DataFrame(
        EXPECTED, index=X.index, columns=NAMES, dtype=output.dtypes.iloc[0]
    )
    pd.testing.assert_frame_equal(output, expected)


@pytest.mark.parametrize(
    "X",
    [
        pd.Series([np.nan, np.nan], name="keyword"),
        pd.DataFrame({"keyword": [None, pd.NA]}),
        [None, np.nan],
        np.array([[np.nan], [np.nan]]),
        ["", " %20 "],
    ],
    ids=["floats", "objects", "list", "array", "empty"],
)
def test_all_values_missing(X):
    canonicalizer = CategoryCanonicalizer().fit(X)
    assert canonicalizer.transform(X).tolist() == [["missing"], ["missing"]]
    assert [*canonicalizer.mapping_.values()] == [{}]
    assert canonicalizer.groups_.empty


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["fire", 3], r"got 3 \(int\) in row 1 of column 'keyword'"),
        ([1.5, 2.5], r"got 1.5 \(float\) in row 0"),
        ([None, True], r"got True \(bool\) in row 1"),
        (["fire", b"flood"], r"got b'flood' \(bytes\) in row 1"),
        ([pd.Timestamp("2020-01-01")], r"\(Timestamp\) in row 0 .* take numbers"),
        (["fire", ("a", "tuple")], r"got \('a', 'tuple'\) \(tuple\) in row 1"),
        (["fire", float("inf")], r"got inf \(float\) in row 1"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "transform"])
def test_what_is_no_text_is_refused_with_its_place(values, message, method):
    X = pd.DataFrame({"keyword": pd.Series(values, dtype=object)})
    canonicalizer = CategoryCanonicalizer().fit(frame()[["keyword"]])
    with pytest.raises(TypeError, match=message):
        getattr(canonicalizer, method)(X)


@pytest.mark.parametrize(
    "X",
    [
        pd.DataFrame({"a": [1, 2]}),
        np.array([[1.0], [2.0]]),
        [1, 2],
    ],
    ids=["pandas", "array", "list"],
)
def test_numbers_are_refused(X):
    with pytest.raises(TypeError, match="Expected categories as text, got 1"):
        CategoryCanonicalizer().fit(X)


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ("fire", ValueError, "got the string 'fire'.* Put it into a list"),
        (None, TypeError, r"got None \(NoneType\)"),
        (5, TypeError, r"Expected a DataFrame, Series, array or list of categories"),
        (np.array("fire"), TypeError, r"got array\('fire'"),
        ({"a": ["fire"]}, TypeError, r"\(dict\)"),
        ({"fire"}, TypeError, r"\(set\)"),
        (csr_array(np.eye(2)), TypeError, "got a sparse matrix"),
        (np.full((2, 2, 2), "a"), ValueError, r"got ndarray of shape \(2, 2, 2\)"),
        (
            [["a", "b"], ["a"]],
            ValueError,
            r"row 0, which is 2, got \['a'\] .* in row 1",
        ),
        ([["a"], "b"], ValueError, r"got 'b' \(str\) in row 1"),
        (["a", ["b"]], TypeError, r"got \['b'\] \(list\) in row 1 of column 'x0'"),
        ([], ValueError, r"Found array with 0 sample\(s\)"),
        (pd.DataFrame({"a": []}), ValueError, r"Found array with 0 sample\(s\)"),
        (pd.DataFrame(index=[0, 1]), ValueError, r"Found array with 0 feature\(s\)"),
        ([[], []], ValueError, r"Found array with 0 feature\(s\) \(shape=\(2, 0\)\)"),
    ],
    ids=lambda value: None if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused(X, error, message):
    with pytest.raises(error, match=message):
        CategoryCanonicalizer().fit(X)


def test_two_columns_of_one_name_are_refused():
    X = frame().set_axis(["a", "a"], axis=1)
    with pytest.raises(ValueError, match="got 'a' more than once.*Rename or drop one"):
        CategoryCanonicalizer().fit(X)


def test_columns_have_to_be_those_of_fit():
    X = frame()
    canonicalizer = CategoryCanonicalizer().fit(X)
    with pytest.raises(ValueError, match="yet now missing:\n- city"):
        canonicalizer.transform(X[["keyword"]])
    with pytest.raises(ValueError, match="unseen at fit time:\n- place"):
        canonicalizer.transform(X.assign(place="Rome"))
    with pytest.raises(ValueError, match="same order as they were in fit"):
        canonicalizer.transform(X[NAMES[::-1]])
    with pytest.raises(ValueError, match="X has 1 features, but CategoryCanonicalizer"):
        CategoryCanonicalizer().fit(ROWS).transform(["fire"])


def test_no_rows_to_transform_is_an_empty_table():
    canonicalizer = CategoryCanonicalizer().fit(frame())
    assert canonicalizer.transform(frame().iloc[:0]).shape == (0, 2)


@pytest.mark.parametrize("values", [[1, 2], [1.0, 2.0]])
def test_categories_of_pandas_may_be_numbers(values):
    X = pd.DataFrame({"a": pd.Categorical([*values, None])})
    assert read_columns(X)[1] == [["1", "2", None]]
