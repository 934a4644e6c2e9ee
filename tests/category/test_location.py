"""From free text about a place to a place."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils.estimator_checks import estimator_checks_generator
from sklearn.utils.validation import validate_data

from skclf.category import LOCATION_ALIASES, LOCATION_JUNK, LocationCanonicalizer
from skclf.datasets import load_disaster_tweets

PLACES = ["USA", "Austin, TX", "Texas, U.S.A.", "Dallas, Texas", "Worldwide", None]


def fitted(places, **params):
    return LocationCanonicalizer(**{"min_frequency": 1} | params).fit(places)


def place(value, **params):
    """What one value becomes, with all its components equally frequent."""
    return fitted([value], **params).transform([value])[0, 0]


def counts(places, **params):
    return fitted(places, **params).counts_["x0"]


def test_the_most_frequent_component_is_kept():
    canonicalizer = LocationCanonicalizer(2).fit(PLACES)
    assert canonicalizer.counts_ == {
        "x0": {"texas": 3, "usa": 2, "austin": 1, "dallas": 1}
    }
    assert canonicalizer.transform(PLACES).tolist() == [
        ["usa"], ["texas"], ["texas"], ["texas"], ["missing"], ["missing"]
    ]  # fmt: skip


def test_mapping_has_the_training_values():
    assert LocationCanonicalizer(2).fit([*PLACES, "usa "]).mapping_ == {
        "x0": {
            "usa": "usa",
            "austin, tx": "texas",
            "texas, u.s.a.": "texas",
            "dallas, texas": "texas",
            "worldwide": "missing",
        }
    }


def test_unseen_values_follow_the_rule_with_the_counts_of_fit():
    canonicalizer = LocationCanonicalizer(2).fit(PLACES)
    unseen = ["Houston, Texas", "Austin", "united states", "Paris, France", "earth", ""]
    expected = ["texas", "missing", "usa", "missing", "missing", "missing"]
    assert canonicalizer.transform(unseen)[:, 0].tolist() == expected
    before = pickle.dumps(canonicalizer)
    canonicalizer.transform(["Paris"] * 9)
    assert pickle.dumps(canonicalizer) == before


@pytest.mark.parametrize(
    ("min_frequency", "expected"),
    [
        (1, ["rome", "oslo"]),
        (2, ["rome", "oslo"]),
        (3, ["rome", "missing"]),
        (4, ["missing", "missing"]),
        (0.4, ["rome", "oslo"]),
        (0.6, ["rome", "missing"]),
        (0.61, ["missing", "missing"]),
    ],
)
def test_min_frequency_is_a_number_or_a_share_of_rows(min_frequency, expected):
    canonicalizer = LocationCanonicalizer(min_frequency)
    canonicalizer.fit(["Rome", "Oslo", "Rome", "Oslo", "Rome"])
    assert canonicalizer.transform(["Rome", "Oslo"])[:, 0].tolist() == expected


def test_a_row_counts_a_component_once():
    assert counts(["NY, NYC, New York City", "Rome, ROME"]) == {
        "new york": 1,
        "rome": 1,
    }


def test_of_equally_frequent_components_the_first_is_kept():
    assert place("Lyon, France") == "lyon"
    assert place("France, Lyon") == "france"


def test_order_of_rows_does_not_matter():
    places = ["Lyon, France", "France, Lyon", "Rome, Italy", "Italy", "Oslo"]
    expected = fitted(places)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(places))
        shuffled = fitted([places[i] for i in order])
        assert shuffled.mapping_ == expected.mapping_
        assert list(shuffled.counts_["x0"].items()) == list(
            expected.counts_["x0"].items()
        )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  New%20Delhi ", "new delhi"),
        ("San  Juan%2C Puerto Rico", "san juan"),
        ("St. John's!", "st johns"),
        ("Winston-Salem", "winston salem"),
        ("Route 1.5", "route 1 5"),
        ("São Paulo", "sao paulo"),
        ("SÌ£o Paulo", "sao paulo"),
        ("Québec 🍁", "quebec"),
        ("ＴＯＫＹＯ", "tokyo"),
        ("大阪", "大阪"),
        ("गाज़ियाबाद", "गाज़ियाबाद"),
        ("Oslo ☺\ufe0f, Norway", "oslo"),
        ("Rome http://t.co/x,y", "rome"),
        ("http://www.x.org/a www.x.org", "missing"),
        ("304", "missing"),
        ("10.61,12.19", "missing"),
        ("🔥🔥", "missing"),
        ("???, ...", "missing"),
        (",,", "missing"),
        (", Rome", "rome"),
        ("Missing", "missing"),
    ],
)
def test_cleaning(value, expected):
    assert place(value) == expected


def test_a_spelling_with_or_without_accents_is_one():
    assert counts(["México", "Mexico", "ME\N{COMBINING ACUTE ACCENT}XICO"]) == {
        "mexico": 3
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("U.S.A.", ["usa"]),
        ("u.s.", ["usa"]),
        ("United States of America", ["usa"]),
        ("The Netherlands", ["netherlands"]),
        ("España", ["spain"]),
        ("Los Angeles, CA", ["california", "los angeles"]),
        ("los angeles,ca.", ["california", "los angeles"]),
        ("New Orleans, LA", ["louisiana", "new orleans"]),
        ("Portland, OR, US", ["oregon", "portland", "usa"]),
        ("LA", ["los angeles"]),
        ("CA", ["ca"]),
        (", CA", ["ca"]),
        ("TX", ["texas"]),
        ("Toronto, ON, CA", ["canada", "toronto"]),
        ("Washington, D.C.", ["washington dc"]),
        ("Washington DC", ["washington dc"]),
        ("DC", ["washington dc"]),
        ("Seattle, WA", ["seattle", "washington"]),
        ("Paris, Texas", ["paris", "texas"]),
        ("Worldwide, Kenya", ["kenya"]),
    ],
)
def test_default_aliases(value, expected):
    assert sorted(counts([value])) == expected


def test_default_aliases_lead_to_final_names():
    for alias, name in LOCATION_ALIASES.items():
        value = f"Springfield{alias}" if alias.startswith(",") else alias
        assert name in counts([value], junk=None)
        assert list(counts([name], junk=None)) == [name]


def test_aliases_replace_the_default_or_add_to_it():
    own = {"Big Apple": "New York!"}
    assert place("big apple", aliases=own) == "new york"
    assert place("NYC", aliases=own) == "nyc"
    assert place("NYC", aliases=LOCATION_ALIASES | own) == "new york"
    assert place("USA", aliases=None) == "usa"
    assert counts(["Rome, GA"], aliases=None) == {"ga": 1, "rome": 1}


def test_aliases_after_a_comma_and_of_two_components():
    aliases = {"ga": "gabon", ", GA": "georgia", "Rome, GA": "little rome"}
    assert sorted(counts(["GA", "Macon, GA"], aliases=aliases)) == [
        "gabon", "georgia", "macon"
    ]  # fmt: skip
    assert counts(["Rome, GA, USA"], aliases=aliases) == {"little rome": 1, "usa": 1}


def test_junk_replaces_the_default_or_adds_to_it():
    assert place("Earth") == place("planet earth!") == "missing"
    assert place("Earth", junk=None) == "earth"
    assert place("Earth", junk=["Mars"]) == "earth"
    assert place("MARS", junk=LOCATION_JUNK | {"Mars"}) == "missing"
    assert place("Mars, Oslo", junk=("mars",)) == "oslo"


def test_junk_is_found_after_aliases():
    assert (
        place("Oz", aliases={"oz": "emerald city"}, junk=["Emerald City"]) == "missing"
    )


def test_missing_has_the_name_asked_for():
    canonicalizer = fitted(["Rome", None], missing="unknown place")
    values = [np.nan, pd.NA, None, "", "Unknown place", "Oslo", "missing"]
    assert set(canonicalizer.transform(values)[:, 0]) == {"unknown place"}


@pytest.mark.parametrize("places", [[None, np.nan], ["Earth", "🔥"], ["Rome"]], ids=str)
def test_nothing_but_missing_places(places):
    canonicalizer = LocationCanonicalizer(2)
    output = canonicalizer.fit_transform(pd.Series(places, dtype=object))
    assert set(output[:, 0]) == {"missing"}
    assert canonicalizer.transform(["Rome"]).tolist() == [["missing"]]


def test_columns_are_counted_apart():
    X = pd.DataFrame({"from": ["Rome", "Rome", "Oslo"], "to": ["Oslo", "Oslo", None]})
    canonicalizer = LocationCanonicalizer(2).set_output(transform="pandas")
    output = canonicalizer.fit_transform(X.set_index(pd.Index([5, 3, 9])))
    assert canonicalizer.counts_ == {"from": {"rome": 2, "oslo": 1}, "to": {"oslo": 2}}
    assert output.to_dict("list") == {
        "from": ["rome", "rome", "missing"],
        "to": ["oslo", "oslo", "missing"],
    }
    assert output.index.tolist() == [5, 3, 9]


def test_works_in_a_column_transformer():
    X = pd.DataFrame({"location": PLACES, "n": range(6)})
    columns = make_column_transformer((LocationCanonicalizer(2), ["location"]))
    encoded = OneHotEncoder(sparse_output=False).fit(columns.fit_transform(X))
    assert encoded.categories_[0].tolist() == ["missing", "texas", "usa"]


def test_parameters_and_input_stay_as_they_are():
    aliases, junk = {"Big Apple": "nyc"}, ["Mars"]
    canonicalizer = clone(LocationCanonicalizer(aliases=aliases, junk=junk))
    X = np.array(PLACES, dtype=object)
    canonicalizer.fit(X).transform(X)
    assert canonicalizer.get_params()["aliases"] == {"Big Apple": "nyc"}
    assert canonicalizer.get_params()["junk"] == ["Mars"]
    assert X.tolist() == PLACES


def test_a_fitted_one_survives_pickling_and_a_change_of_parameters():
    canonicalizer = LocationCanonicalizer(2).fit(PLACES)
    expected = canonicalizer.transform(PLACES).tolist()
    restored = pickle.loads(pickle.dumps(canonicalizer))
    restored.set_params(min_frequency=99, aliases=None, junk=["texas"])
    assert restored.transform(PLACES).tolist() == expected
    assert restored.transform(["Waco, TX"]).tolist() == [["texas"]]


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"min_frequency": 0}, ValueError, "'min_frequency' parameter of Location"),
        ({"min_frequency": 1.5}, ValueError, "'min_frequency' parameter of Location"),
        ({"aliases": "none"}, ValueError, "'aliases' parameter of Location"),
        ({"junk": "earth"}, ValueError, "'junk' parameter of Location"),
        ({"missing": None}, ValueError, "'missing' parameter of Location"),
        ({"aliases": {"a": 3}}, TypeError, "as a dict of str to str, got 'a': 3"),
        ({"aliases": {3: "a"}}, TypeError, "as a dict of str to str, got 3: 'a'"),
        ({"aliases": {"": "a"}}, ValueError, r"such as \"usa\", .* got ''"),
        ({"aliases": {"a, b, c": "d"}}, ValueError, "got 'a, b, c'"),
        ({"aliases": {"a, !": "d"}}, ValueError, "got 'a, !'"),
        ({"aliases": {"a": "b, c"}}, ValueError, "without commas.* got 'b, c' for 'a'"),
        ({"aliases": {"a": "?"}}, ValueError, r"the name of one place.* got '\?'"),
        (
            {"aliases": {"A": "b", "a.": "c"}},
            ValueError,
            "one name for each alias, got 'b' and 'c' for 'a'",
        ),
        (
            {"aliases": {"a": "b", "b": "c"}},
            ValueError,
            "got 'b' for 'a', but 'b' is itself an alias of 'c'. Map 'a' to that",
        ),
        ({"junk": ["a", 3]}, TypeError, r"junk as a list of str, got 3 \(int\)"),
    ],
    ids=str,
)
def test_bad_parameters_are_clear_errors(params, error, message):
    with pytest.raises(error, match=message):
        LocationCanonicalizer(**params).fit(PLACES)


def test_bad_input_is_a_clear_error():
    with pytest.raises(TypeError, match="got 3 .* in row 1 of column 'x0'"):
        LocationCanonicalizer().fit(["Rome", 3])
    with pytest.raises(ValueError, match=r"Found array with 0 sample\(s\)"):
        LocationCanonicalizer().fit([])
    with pytest.raises(NotFittedError):
        LocationCanonicalizer().transform(["Rome"])
    with pytest.raises(ValueError, match="Did you mean 'aliases'"):
        LocationCanonicalizer().set_params(alias=None)


def test_a_very_long_value():
    long = "Rome, " * 50_000 + "x" * 100_000
    assert fitted([long, "Rome"]).transform([long])[0, 0] == "rome"


@pytest.fixture(scope="module")
def locations(data_home):
    frames = [
        load_disaster_tweets(subset=subset, data_home=data_home).data
        for subset in ("train", "test")
    ]
    return pd.concat(frames)["location"], frames[0]["location"]


def test_the_published_rule_on_the_disaster_tweets(locations):
    """It is learned on all tweets there, and leaves about 247 of 3,341 locations."""
    everything, train = locations
    published = LocationCanonicalizer(aliases=None, junk=None).fit(everything)
    assert train.nunique() == 3341
    assert len(np.unique(published.transform(train))) == pytest.approx(247, abs=10)


def test_aliases_leave_fewer_and_larger_categories(locations):
    _, train = locations
    train = train[: len(train) - int(0.2 * len(train))]
    plain = LocationCanonicalizer(aliases=None).fit_transform(train)[:, 0]
    merged = LocationCanonicalizer().fit_transform(train)[:, 0]
    assert len(set(merged)) < 0.85 * len(set(plain))
    assert (merged == "california").sum() > (plain == "california").sum() + 100
    assert (merged == "missing").sum() < (plain == "missing").sum()


class FloatsAsPlaces(LocationCanonicalizer):
    """Columns of floats, for scikit-learn's checks: rounded, they name a place."""

    def _read(self, X, reset):
        X = validate_data(self, X, reset=reset)
        return [[f"p{x:.0f}".replace("-", "m") for x in column] for column in X.T]

    def transform(self, X):
        places = np.asarray(super().transform(X))
        return np.vectorize(self._to_float, otypes=[float])(places)

    def _to_float(self, place):
        digits = place.removeprefix("p").replace("m", "-")
        return 0.0 if place == self.missing else float(digits)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = False
        tags.input_tags.categorical = False  # else they would be given whole numbers
        tags.input_tags.allow_nan = False
        return tags


SCIKIT_LEARN_CHECKS = [
    pytest.param(estimator, check, id=f"{i}-{check.func.__name__}")
    for i, (estimator, check) in enumerate(
        estimator_checks_generator(FloatsAsPlaces(min_frequency=1))
    )
]


@pytest.mark.parametrize(("estimator", "check"), SCIKIT_LEARN_CHECKS)
def test_scikit_learn_check(estimator, check):
    check(estimator)


def test_enough_scikit_learn_checks_run():
    assert len(SCIKIT_LEARN_CHECKS) >= 40


def test_a_link_between_words_is_a_blank():
    places = LocationCanonicalizer(min_frequency=1).fit(["New https://t.co/x York"])
    assert places.counts_["x0"] == {"new york": 1}


def test_what_comes_before_is_taken_as_it_is_written():
    """``, ca`` follows a component, whatever alias that one has."""
    aliases = {"la": "los angeles", "la, ca": "the city", ", ca": "california"}
    places = LocationCanonicalizer(1, aliases=aliases).fit(["LA, CA", "Rome, CA"])
    assert places.counts_["x0"] == {"california": 1, "rome": 1, "the city": 1}
