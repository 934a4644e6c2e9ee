"""DataFrames and Series of polars."""

import pytest

from skclf.category import CategoryCanonicalizer

pl = pytest.importorskip("polars")

ROWS = {"keyword": ["fire", None, "flood"], "city": ["Rome", "Oslo", "Rome"]}
EXPECTED = [["fire", "rome"], ["missing", "oslo"], ["flood", "rome"]]


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical])
def test_a_table(dtype):
    X = pl.DataFrame(ROWS).cast(dtype)
    canonicalizer = CategoryCanonicalizer()
    assert canonicalizer.fit_transform(X).tolist() == EXPECTED
    assert canonicalizer.feature_names_in_.tolist() == ["keyword", "city"]
    assert list(canonicalizer.mapping_) == ["keyword", "city"]


@pytest.mark.parametrize("name", ["", "keyword"])
def test_a_series(name):
    X = pl.Series(name, ROWS["keyword"])
    output = CategoryCanonicalizer().fit_transform(X)
    assert output.tolist() == [["fire"], ["missing"], ["flood"]]


def test_set_output():
    canonicalizer = CategoryCanonicalizer().set_output(transform="polars")
    output = canonicalizer.fit_transform(pl.DataFrame(ROWS))
    assert output.rows() == [tuple(row) for row in EXPECTED]
    assert output.columns == ["keyword", "city"]


def test_other_columns_than_in_fit():
    X = pl.DataFrame(ROWS)
    canonicalizer = CategoryCanonicalizer().fit(X)
    with pytest.raises(ValueError, match="same order as they were in fit"):
        canonicalizer.transform(X.select("city", "keyword"))
    with pytest.raises(ValueError, match="yet now missing:\n- city"):
        canonicalizer.transform(X.select("keyword"))


def test_a_column_of_nothing():
    X = pl.DataFrame({"keyword": [None, None]})
    assert CategoryCanonicalizer().fit_transform(X).tolist() == [["missing"]] * 2


@pytest.mark.parametrize("values", [[1, None], [True], [0.5]])
def test_numbers_are_refused(values):
    X = pl.DataFrame({"keyword": values})
    with pytest.raises(TypeError, match="in row 0 of column 'keyword'"):
        CategoryCanonicalizer().fit(X)
