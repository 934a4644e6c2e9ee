"""Corrections of users to what was merged."""

import pandas as pd
import pytest

from skclf.category import CategoryCanonicalizer

ROWS = ["crashed"] * 3 + ["crushed"] * 2 + ["siren", "sirens", "alarm"]


def mapping(overrides, rows=ROWS, **params):
    canonicalizer = CategoryCanonicalizer(overrides=overrides, **params).fit(rows)
    return canonicalizer.mapping_["x0"]


@pytest.mark.parametrize("rows", [ROWS, [*ROWS, "crushed", "crushed"]])
def test_keep_apart_whichever_is_more_frequent(rows):
    found = mapping({"crashed": "crashed", "crushed": "crushed"}, rows)
    assert found["crashed"] == "crashed"
    assert found["crushed"] == "crushed"


def test_a_spelling_mapped_to_itself_leaves_its_group():
    assert mapping({})["crushed"] == "crashed"
    assert mapping({"crushed": "crushed"})["crushed"] == "crushed"


def test_others_join_a_form_that_is_kept_apart():
    overrides = {"crushed": "crushed"}
    assert mapping(overrides, [*ROWS, "crusheds"])["crusheds"] == "crushed"


def test_merge_what_is_not_similar():
    canonicalizer = CategoryCanonicalizer(overrides={"alarm": "siren"}).fit(ROWS)
    assert canonicalizer.transform(["alarm", "alarms"]).tolist() == [
        ["siren"],
        ["alarms"],  # an override is of one spelling
    ]
    groups = canonicalizer.groups_.set_index("canonical")
    assert groups.loc["siren", "members"] == ["siren", "alarm", "sirens"]
    assert groups.loc["siren", "counts"] == [1, 1, 1]
    assert groups.loc["siren", "similarity"] == pytest.approx([1, 0, 5 / 6])


def test_a_form_that_does_not_occur():
    canonicalizer = CategoryCanonicalizer(overrides={"siren": "alert"}).fit(ROWS)
    assert canonicalizer.transform(["siren", "sirens", "alerts", "alert"]).tolist() == [
        ["alert"],
        ["sirens"],
        ["alert"],
        ["alert"],
    ]
    groups = canonicalizer.groups_.set_index("canonical")
    assert groups.loc["alert", "members"] == ["alert", "siren"]
    assert groups.loc["alert", "counts"] == [0, 1]


def test_a_form_counts_with_the_rows_that_are_mapped_to_it():
    rows = ["floods"] * 2 + ["floodz"] * 3 + ["blaze"] * 2
    assert mapping(None, rows)["floods"] == "floodz"
    found = mapping({"blaze": "floods"}, rows)
    assert found == dict.fromkeys(["floods", "floodz", "blaze"], "floods")


def test_a_spelling_that_does_not_occur_in_training():
    overrides = {"klaxon": "siren"}
    canonicalizer = CategoryCanonicalizer(overrides=overrides).fit(ROWS)
    assert canonicalizer.transform(["Klaxon"]).tolist() == [["siren"]]


def test_a_spelling_can_be_declared_missing():
    rows = [*ROWS, "n/a", "n/a"]
    for nothing in ("missing", ""):
        canonicalizer = CategoryCanonicalizer(overrides={"N/A": nothing}).fit(rows)
        assert canonicalizer.transform(["n/a", "n/b"]).tolist() == [
            ["missing"],
            ["n/b"],
        ]
        assert "n/a" not in canonicalizer.groups_["canonical"].tolist()


def test_overrides_are_cleaned_like_the_data():
    rows = ["mass%20murder", "Mass murderer"]
    found = mapping({" MASS%20murderer": "Mass  Murderer"}, rows)
    assert found == {"mass murder": "mass murder", "mass murderer": "mass murderer"}
    rows = ["A", "a", "B"]
    assert mapping({"A": "B"}, rows, clean=False) == {"B": "B", "a": "a", "A": "B"}


def test_rare_forms_of_overrides_are_infrequent_like_others():
    found = mapping({"klaxon": "alert", "alarm": "alert"}, min_frequency=2)
    assert found["klaxon"] == found["alert"] == "infrequent"
    assert mapping({"klaxon": "alert"})["klaxon"] == "alert"


def test_overrides_column_by_column():
    X = pd.DataFrame({"a": ["siren", "sirens"], "b": ["siren", "sirens"]})
    overrides = {"b": {"sirens": "sirens", "siren": "siren"}}
    found = CategoryCanonicalizer(overrides=overrides).fit(X).mapping_
    assert found == {
        "a": {"siren": "siren", "sirens": "siren"},
        "b": {"siren": "siren", "sirens": "sirens"},
    }
    everywhere = CategoryCanonicalizer(overrides=overrides["b"]).fit(X).mapping_
    assert everywhere["a"] == everywhere["b"] == found["b"]


def test_groups_written_back_change_nothing():
    first = CategoryCanonicalizer(0.7).fit(ROWS)
    overrides = {
        member: row.canonical
        for row in first.groups_.itertuples()
        for member in row.members
    }
    second = CategoryCanonicalizer(0.7, overrides=overrides).fit(ROWS)
    assert second.mapping_ == first.mapping_
    pd.testing.assert_frame_equal(second.groups_, first.groups_)


def test_the_dict_of_the_user_is_not_changed():
    overrides = {"Crushed": "crushed"}
    canonicalizer = CategoryCanonicalizer(overrides=overrides).fit(ROWS)
    assert canonicalizer.overrides is overrides
    assert overrides == {"Crushed": "crushed"}


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"a": "b", "b": "c"}, "'a' is to become 'b', and 'b' is to become 'c'"),
        ({"a": "b", "b": "a"}, "Map 'a' to the final form"),
        ({"A": "x", "a ": "y"}, "'a', as it is after cleaning, .* both 'x' and 'y'"),
        ({"x0": {"a": "b", "b": "c"}}, r"Contradiction in overrides\['x0'\]: 'a'"),
        ({"a": "b", "b": "missing"}, "'b' is to become None"),
        ({"": "b"}, "got '', which stands for a missing value"),
        ({"Missing": "b"}, "with the parameter missing"),
        ({"x0": {"a": "b"}, "c": "d"}, r"got a mixture of both: \{'x0'"),
        ({"keyword": {"a": "b"}}, "got 'keyword'.* Columns are: \\['x0'\\]"),
        ({"x00": {"a": "b"}}, "Did you mean 'x0'"),
        ({0: {"a": "b"}}, "the name of a column in overrides, got 0"),
    ],
)
def test_contradictions_and_mistakes(overrides, message):
    with pytest.raises(ValueError, match=message):
        CategoryCanonicalizer(overrides=overrides).fit(ROWS)


@pytest.mark.parametrize("overrides", [{"a": 1}, {1: "a"}, {"a": None}, {None: "a"}])
def test_overrides_have_to_be_text(overrides):
    with pytest.raises(TypeError, match="as text in overrides, got"):
        CategoryCanonicalizer(overrides=overrides).fit(ROWS)
