"""Which spellings are similar: numbers in them have to be equal."""

import pytest

from skclf.category import CategoryCanonicalizer


def merged(rows, **params):
    """What values become, as a list, where half of their letters may differ."""
    canonicalizer = CategoryCanonicalizer(**{"threshold": 0.5} | params)
    return canonicalizer.fit_transform(rows).ravel().tolist()


@pytest.mark.parametrize(
    "values",
    [
        ("election 2016", "election 2020", "election"),
        ("route 1.5", "route 15"),
        ("stage 12a", "stage 13a", "stage 14a"),
        ("world war i", "world war ii", "world war"),
        ("Rocky III", "Rocky IV", "Rocky V", "Rocky X"),
        ("1939-1945", "1939-1946"),
        ("from 3 to 4", "from 4 to 3"),
        ("super 9 cup", "super ٣ cup"),
        ("apartment m²", "apartment m³"),
        ("数据集第一部分", "数据集第二部分"),
    ],
    ids=str,
)
@pytest.mark.parametrize("scorer", ["levenshtein", "token_set_ratio", "WRatio"])
def test_values_with_different_numbers_are_kept_apart(values, scorer):
    kept = CategoryCanonicalizer(scorer=scorer, threshold=0.5, clean=False)
    assert kept.fit(values).groups_["members"].map(len).tolist() == [1] * len(values)
    kept.fit(values[:1])
    assert kept.transform(values).ravel().tolist() == list(values)


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ("election 2016", "elections 2016"),
        ("election 2016", "election ２０１６!"),
        ("covid-19", "covid19"),
        ("world war ii", "World War II"),
        ("illinois", "ilinois"),
        ("violet", "vilet"),
    ],
)
def test_values_with_equal_numbers_are_merged(value, other):
    assert set(merged([value, value, other])) == {value}


def test_overrides_merge_values_with_different_numbers():
    rows = ["election 2016", "election 2020", "election 2016"]
    overrides = {"election 2020": "election 2016"}
    assert set(merged(rows, overrides=overrides)) == {"election 2016"}
