"""Merging of near-duplicate spellings."""

import pickle
from collections import Counter

import joblib
import numpy as np
import pandas as pd
import pytest
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler, Levenshtein
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from skclf.category import CategoryCanonicalizer
from skclf.category._matching import SCORERS

KEYWORDS = (
    ["forest%20fire"] * 3 + ["Forest Fires"] * 2 + ["siren"] * 4 + ["sirens"] * 3
    + ["crashed"] * 3 + ["crushed"] * 2 + ["flood"] + [None] * 2
)  # fmt: skip
APART = {"crashed": "crashed", "crushed": "crushed"}


def canonical(X, new=None, **params):
    """What values become, as a list."""
    canonicalizer = CategoryCanonicalizer(**params).fit(X)
    return canonicalizer.transform(X if new is None else new).ravel().tolist()


def words_from_few_letters(n, seed=0):
    """Rows of many short words that are similar to each other."""
    rng = np.random.default_rng(seed)
    words = ["".join(rng.choice(list("abc"), rng.integers(3, 9))) for _ in range(n)]
    return [word for word in words for _ in range(rng.integers(1, 4))]


def groups_by_loop(rows, threshold, scorer=Levenshtein.normalized_similarity):
    """The documented rule, one comparison after the other."""
    counts = Counter(rows)
    members = {}
    for word in sorted(counts, key=lambda word: (-counts[word], word)):
        score = {form: scorer(word, form) for form in members}
        best = max(score, key=score.get, default=None)  # the first of equal ones
        if best is not None and score[best] > threshold + 1e-9:
            members[best].append(word)
        else:
            members[word] = [word]
    return members


def test_near_duplicates_become_the_most_frequent_spelling():
    assert canonical(KEYWORDS) == (
        ["forest fire"] * 5 + ["siren"] * 7 + ["crashed"] * 5 + ["flood"]
        + ["missing"] * 2
    )  # fmt: skip


def test_groups_are_there_to_be_read():
    X = pd.DataFrame({"keyword": KEYWORDS, "city": ["Rome"] * len(KEYWORDS)})
    groups = CategoryCanonicalizer().fit(X).groups_
    similarity = groups.pop("similarity").map(pytest.approx).tolist()
    assert similarity == [[1, 5 / 6], [1, 6 / 7], [1, 11 / 12], [1], [1]]
    assert groups.to_dict("list") == {
        "column": ["keyword", "keyword", "keyword", "keyword", "city"],
        "canonical": ["siren", "crashed", "forest fire", "flood", "rome"],
        "members": [
            ["siren", "sirens"],
            ["crashed", "crushed"],
            ["forest fire", "forest fires"],
            ["flood"],
            ["rome"],
        ],
        "counts": [[4, 3], [3, 2], [3, 2], [1], [20]],
    }


def test_mapping_says_what_each_spelling_becomes():
    X = pd.DataFrame({"keyword": KEYWORDS, "city": ["Rome"] * len(KEYWORDS)})
    assert CategoryCanonicalizer(min_frequency=2).fit(X).mapping_ == {
        "keyword": {
            "siren": "siren",
            "sirens": "siren",
            "forest fire": "forest fire",
            "forest fires": "forest fire",
            "crashed": "crashed",
            "crushed": "crashed",
            "flood": "infrequent",
        },
        "city": {"rome": "rome"},
    }


def test_columns_are_independent():
    X = [["siren", "sirens"], ["siren", "siren"], ["sirens", "sirens"]]
    assert canonical(X) == ["siren", "sirens"] * 3


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8])
def test_groups_follow_the_documented_rule(threshold):
    rows = words_from_few_letters(900)  # more than are compared at a time
    groups = CategoryCanonicalizer(threshold).fit(rows).groups_
    found = dict(zip(groups["canonical"], groups["members"], strict=True))
    assert found == groups_by_loop(rows, threshold)
    assert groups["similarity"].map(min).min() > threshold
    assert any(len(members) > 2 for members in found.values())


def test_nothing_is_merged_by_way_of_a_third_spelling():
    rows = ["aaaaaa"] * 3 + ["aaaaab"] * 2 + ["aaaabb"]
    assert canonical(rows) == ["aaaaaa"] * 5 + ["aaaabb"]


def test_a_spelling_joins_the_most_similar_form():
    rows = ["abcdefgh"] * 3 + ["abcdxyzh"] * 2 + ["abcdxyfh"]
    assert canonical(rows, threshold=0.7)[-1] == "abcdxyzh"


def test_equal_similarity_goes_to_the_more_frequent_then_alphabetical():
    rows = ["farm", "firm", "firm", "form"]
    assert canonical(rows, ["fxrm"], threshold=0.74) == ["firm"]
    rows = ["broad", "bread", "braid"]
    assert canonical(rows, ["brxxd"], threshold=0.5) == ["braid"]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_does_not_matter(seed):
    rows = words_from_few_letters(300)
    shuffled = np.random.default_rng(seed).permutation(np.array(rows, dtype=object))
    expected = CategoryCanonicalizer(0.7).fit(rows)
    canonicalizer = CategoryCanonicalizer(0.7).fit(shuffled)
    assert canonicalizer.mapping_ == expected.mapping_
    pd.testing.assert_frame_equal(canonicalizer.groups_, expected.groups_)
    new = sorted(set(words_from_few_letters(300, seed=9)))
    assert (canonicalizer.transform(new) == expected.transform(new)).all()


@pytest.mark.parametrize("threshold", [0.55, 0.57, 0.6, 0.7, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("scorer", ["levenshtein", "ratio"])
def test_the_similarity_has_to_be_above_the_threshold(threshold, scorer):
    n = round(threshold * 100)
    long, edited = "a" * 100, "a" * n + "b" * (100 - n)
    X = [long, long, edited]
    assert canonical(X, threshold=threshold, scorer=scorer) == X
    lower = threshold - 1e-8
    assert canonical(X, threshold=lower, scorer=scorer) == [long] * 3
    assert canonical([long], [edited], threshold=threshold, scorer=scorer) == [edited]
    assert canonical([long], [edited], threshold=lower, scorer=scorer) == [long]


def test_threshold_1_merges_what_cleaning_makes_equal():
    rows = ["forest%20fire", "Forest fire ", "forest fires"]
    assert canonical(rows, threshold=1.0) == ["forest fire"] * 2 + ["forest fires"]


def test_without_cleaning():
    rows = ["Fire%20A", "Fire%20A", "fire a", " ", ""]
    assert canonical(rows, clean=False) == [*rows[:4], "missing"]


def test_missing_values_are_a_category():
    rows = ["fire", None, np.nan, "", "%20", "N/A"]
    assert canonical(rows, missing="N/A") == ["fire"] + ["N/A"] * 5
    assert canonical(["missing", "missin", None]) == ["missing", "missin", "missing"]


@pytest.mark.parametrize(
    ("min_frequency", "frequent"),
    [
        (1, {"forest fire", "siren", "crashed", "flood"}),
        (5, {"forest fire", "siren", "crashed"}),
        (6, {"siren"}),
        (0.25, {"forest fire", "siren", "crashed"}),  # of 20 rows
        (0.26, {"siren"}),
        (100, set()),
    ],
)
def test_min_frequency_counts_the_rows_of_a_group(min_frequency, frequent):
    found = set(canonical(KEYWORDS, min_frequency=min_frequency))
    assert found - {"infrequent"} == frequent | {"missing"}
    assert ("infrequent" in found) == (len(frequent) < 4)


def test_infrequent_groups_can_be_read_too():
    canonicalizer = CategoryCanonicalizer(min_frequency=100).fit(KEYWORDS)
    assert "siren" in set(canonicalizer.groups_["canonical"])


def test_unseen_values_go_to_the_nearest_form():
    new = ["Sirenz", "FLOODS", "crash", None, "tsunami"]
    expected = ["siren", "flood", "crash", "missing", "tsunami"]
    assert canonical(KEYWORDS, new) == expected
    assert canonical(KEYWORDS, new, min_frequency=2)[1] == "infrequent"


@pytest.mark.parametrize(
    ("handle_unknown", "becomes"),
    [("keep", "la ronge"), ("missing", "missing"), ("infrequent", "infrequent")],
)
def test_handle_unknown(handle_unknown, becomes):
    new = ["La%20Ronge", "siren"]
    params = {"handle_unknown": handle_unknown}
    assert canonical(KEYWORDS, new, **params) == [becomes, "siren"]
    assert canonical([None], new[:1], **params) == [becomes]


def test_unknown_values_can_be_an_error():
    X = pd.DataFrame({"keyword": KEYWORDS})
    canonicalizer = CategoryCanonicalizer(handle_unknown="error").fit(X)
    assert canonicalizer.transform(X.assign(keyword=None)).ravel()[0] == "missing"
    new = pd.DataFrame({"keyword": ["siren", *"uvwxyz", "u", None]})
    message = "in column 'keyword': 'u' .*, 'y' .* and 1 more. Correct them with"
    with pytest.raises(ValueError, match=message):
        canonicalizer.transform(new)


def test_all_values_unseen():
    new = ["earthquake", "typhoon", "tornado"]
    assert canonical(KEYWORDS, new) == new
    assert canonical(KEYWORDS, new, handle_unknown="missing") == ["missing"] * 3


def test_one_distinct_value():
    assert canonical(["flood"] * 3, ["flood", "floods", "x"]) == ["flood", "flood", "x"]


@pytest.mark.parametrize("scorer", SCORERS)
def test_very_long_values_are_merged_with_equal_ones_only(scorer):
    long = "a" * 1_000_000
    X = ["fire", "fires", long, long + "b", "a" * 2000, long]
    params = {"scorer": scorer, "threshold": 0.99}
    canonicalizer = CategoryCanonicalizer(**params).fit(X)
    assert canonicalizer.transform(X).ravel().tolist()[2:] == X[2:]
    new = [long + "c", "a" * 1001, long]
    assert canonicalizer.transform(new).ravel().tolist() == new


def test_strange_characters():
    rows = ["\ud800fire", "🔥", "東京", "東京都", "a b"]
    assert canonical(rows) == rows


@pytest.mark.parametrize("scorer", SCORERS)
def test_every_scorer_gives_similarities_from_0_to_1(scorer):
    rows = ["new york city"] * 3 + ["new york citi"] * 2 + ["tokyo", "osaka"]
    groups = CategoryCanonicalizer(0.05, scorer=scorer).fit(rows).groups_
    similarity = np.concatenate(groups["similarity"].tolist())
    assert similarity.max() == 1
    assert similarity.min() > 0.05
    strict = CategoryCanonicalizer(0.99, scorer=scorer).fit(["abcd", "abcd", "wxyz"])
    assert len(strict.groups_) == 2


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (Levenshtein.normalized_similarity, "levenshtein"),
        (JaroWinkler.normalized_similarity, "jaro_winkler"),
        (fuzz.token_sort_ratio, "token_sort_ratio"),
    ],
)
def test_a_function_of_rapidfuzz_is_as_good_as_its_name(function, name):
    rows = words_from_few_letters(100)
    canonicalizer = CategoryCanonicalizer(scorer=function).fit(rows)
    named = CategoryCanonicalizer(scorer=name).fit(rows)
    assert canonicalizer.mapping_ == named.mapping_
    assert clone(canonicalizer).scorer is function
    restored = pickle.loads(pickle.dumps(canonicalizer))
    new = sorted(set(words_from_few_letters(100, seed=1)))
    assert (restored.transform(new) == named.transform(new)).all()
    assert restored.scorer == name


@pytest.mark.parametrize(
    "scorer",
    [
        Levenshtein.distance,
        Levenshtein.normalized_distance,
        Levenshtein.similarity,
        Levenshtein.editops,
        len,
        lambda a, b: 1.0,
    ],
)
def test_other_functions_are_refused_as_scorers(scorer):
    message = (
        "gives normalised similarities .*normalized_similarity; neither a distance"
    )
    with pytest.raises(ValueError, match=message):
        CategoryCanonicalizer(scorer=scorer).fit(["fire"])


def test_token_scorers_know_words_in_other_order():
    rows = ["york new", "new york", "new york"]
    assert canonical(rows, scorer="token_sort_ratio") == ["new york"] * 3
    assert canonical(rows) == rows


@pytest.mark.parametrize(
    "params",
    [
        {"threshold": 0},
        {"threshold": 1.1},
        {"threshold": 80},
        {"scorer": "lewenstein"},
        {"scorer": None},
        {"min_frequency": 0},
        {"min_frequency": 1.0},
        {"min_frequency": 2.5},
        {"handle_unknown": "ignore"},
        {"overrides": ["crushed"]},
        {"missing": None},
        {"clean": "yes"},
    ],
    ids=str,
)
def test_wrong_parameters(params):
    (name,) = params
    with pytest.raises(ValueError, match=f"'{name}' parameter of CategoryCanon"):
        CategoryCanonicalizer(**params).fit(["fire"])


def test_wrong_parameter_name_gets_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'threshold'"):
        CategoryCanonicalizer().set_params(treshold=0.5)


def test_transform_before_fit():
    canonicalizer = CategoryCanonicalizer()
    with pytest.raises(NotFittedError):
        canonicalizer.transform(["fire"])
    assert not hasattr(canonicalizer, "groups_")


def test_transforming_learns_nothing():
    canonicalizer = CategoryCanonicalizer(overrides=APART).fit(KEYWORDS)
    before = pickle.dumps(vars(canonicalizer))
    canonicalizer.transform(["sirenz", "tsunami"])
    assert pickle.dumps(vars(canonicalizer)) == before
    assert canonical(KEYWORDS, ["tsunamis", "tsunami"]) == ["tsunamis", "tsunami"]


def test_a_second_fit_forgets_the_first():
    canonicalizer = CategoryCanonicalizer().fit(KEYWORDS).fit(["fire"])
    assert canonicalizer.mapping_ == {"x0": {"fire": "fire"}}
    assert canonicalizer.groups_["canonical"].tolist() == ["fire"]


def test_canonical_forms_stay_as_they_are():
    rows = words_from_few_letters(300)
    canonicalizer = CategoryCanonicalizer(0.7).fit(rows)
    output = canonicalizer.transform(rows)
    assert (canonicalizer.transform(output) == output).all()


def test_the_fitted_state_is_small_and_plain(tmp_path):
    rows = words_from_few_letters(2000)
    canonicalizer = CategoryCanonicalizer(0.7).fit(rows)
    joblib.dump(canonicalizer, tmp_path / "canonicalizer.joblib")
    restored = joblib.load(tmp_path / "canonicalizer.joblib")
    assert (restored.transform(rows) == canonicalizer.transform(rows)).all()
    pd.testing.assert_frame_equal(restored.groups_, canonicalizer.groups_)
    spellings = len(canonicalizer.mapping_["x0"])
    assert len(pickle.dumps(canonicalizer)) < 60 * spellings


def test_in_a_pipeline_with_a_grid_search():
    X = pd.DataFrame({"keyword": KEYWORDS * 3, "city": ["Rome", "Oslo"] * 30})
    y = [0, 1] * 30
    columns = make_column_transformer(
        (
            make_pipeline(
                CategoryCanonicalizer(), OneHotEncoder(handle_unknown="ignore")
            ),
            ["keyword", "city"],
        )
    )
    grid = {
        "columntransformer__pipeline__categorycanonicalizer__threshold": [0.8, 1.0],
        "columntransformer__pipeline__categorycanonicalizer__scorer": [
            "levenshtein",
            "WRatio",
        ],
    }
    pipeline = make_pipeline(columns, LogisticRegression())
    search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2, error_score="raise")
    search.fit(X, y)
    assert search.best_score_ == 1
    names = search.best_estimator_[0].get_feature_names_out()
    assert "pipeline__city_rome" in names


def test_column_transformer_passes_a_series():
    X = pd.DataFrame({"keyword": KEYWORDS})
    columns = make_column_transformer((CategoryCanonicalizer(), "keyword"))
    columns.set_output(transform="pandas")
    output = columns.fit_transform(X)
    assert output.columns.tolist() == ["categorycanonicalizer__keyword"]


@pytest.mark.parametrize("as_frame", [False, True])
def test_real_keywords(data_home, as_frame):
    from skclf.datasets import load_disaster_tweets

    data = load_disaster_tweets(data_home=data_home).data
    keywords = data[["keyword"]] if as_frame else data["keyword"].tolist()
    groups = CategoryCanonicalizer().fit(keywords).groups_
    merged = groups[groups["members"].map(len) > 1]
    assert len(groups) == 197
    assert len(merged) == 24
    pairs = {frozenset(members) for members in merged["members"]}
    assert {
        frozenset(pair)
        for pair in [
            ("mass murder", "mass murderer"),
            ("forest fire", "forest fires"),
            ("siren", "sirens"),
            ("blood", "bloody"),
            ("crashed", "crushed"),
        ]
    } <= pairs


def test_groups_of_real_keywords_depend_on_the_training_rows_only(data_home):
    from skclf.datasets import load_disaster_tweets

    data = load_disaster_tweets(data_home=data_home).data[["keyword"]]
    canonicalizer = CategoryCanonicalizer().fit(data[: int(0.8 * len(data))])
    mapping = canonicalizer.mapping_["keyword"]
    assert mapping["crushed"] == "crashed"
    assert "sirens" not in mapping  # rows are ordered by keyword, these come last
    output = canonicalizer.transform(data[-1500:])
    assert {"siren", "sirens"} <= set(output.ravel())  # nothing to merge them with
