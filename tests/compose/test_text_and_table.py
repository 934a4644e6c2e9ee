"""TextAndTable: a column of texts and other columns as one input."""

import joblib
import numpy as np
import pandas as pd
import polars
import pytest
from helpers import tiny
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from skclf import (
    DocumentEmbedding,
    EmbeddingLookup,
    SequenceEncoder,
    TextAndTable,
    TextCleaner,
)
from skclf.category import CategoryCanonicalizer
from skclf.compose import SequencesAndTable
from skclf.embed import EmbeddedSequences
from skclf.sequence import TokenSequences

COLUMNS = ["keyword", "place", "length"]


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "place": ["here", None, "there", "here", "there", "here"],
            "text": ["fire here", "sun", "", None, "storm and fire", "sun sun"],
            "length": [9.0, 3.0, 0.0, 0.0, 14.0, 7.0],
            "keyword": ["storm", "sun", "storms", "storm", "fire", "sun"],
        }
    )


@pytest.fixture
def y():
    return np.array(["bad", "good", "bad", "bad", "bad", "good"])


def make(text=None, table="passthrough", *, text_column="text", table_columns=COLUMNS):
    text = SequenceEncoder() if text is None else text
    return TextAndTable(
        text, table, text_column=text_column, table_columns=table_columns
    )


# -- what comes out


def test_sequences_and_categories_by_number(frame):
    X = make().fit_transform(frame)
    assert isinstance(X, SequencesAndTable)
    assert isinstance(X.sequences, TokenSequences)
    assert X.sizes == (4, 3, 0)
    assert X.table[:3].tolist() == [[1, 0, 9], [3, 1, 3], [2, 2, 0]]
    assert len(X) == 6


def test_categories_are_learned_in_fit(frame):
    inputs = make().fit(frame)
    assert inputs.categories_ == [
        ["fire", "storm", "storms", "sun"],
        ["here", "missing", "there"],
        None,
    ]
    new = frame[:2].assign(keyword=["flood", None])
    X = inputs.transform(new)
    assert X.table[:, 0].tolist() == [-1, -1]
    np.testing.assert_array_equal(np.asarray(X)[:, 3:7], np.zeros((2, 4)))


def test_to_numpy_categories_are_one_hot(frame):
    inputs = make()
    X = inputs.fit_transform(frame)
    array = np.asarray(X)
    assert array.shape == X.shape == (6, 3 + 4 + 3 + 1)
    assert array[0].tolist() == [*array[0, :3], 0, 1, 0, 0, 1, 0, 0, 9]
    names = inputs.get_feature_names_out().tolist()
    assert names[2:5] == [
        "text__token_2",
        "table__keyword_fire",
        "table__keyword_storm",
    ]
    assert len(names) == X.shape[1]


def test_embedded_sequences(frame):
    words = ("fire", "here", "sun", "and", "storm")
    vectors = {word: [1.0, i] for i, word in enumerate(words)}
    inputs = make(make_pipeline(SequenceEncoder(), EmbeddingLookup(vectors)))
    X = inputs.fit_transform(frame)
    assert isinstance(X.sequences, EmbeddedSequences)
    assert np.asarray(X).shape == X.shape == (6, 3 * 2 + 8)
    assert len(inputs.get_feature_names_out()) == X.shape[1]


def test_features_give_a_plain_matrix(frame):
    inputs = make(CountVectorizer())
    X = inputs.fit_transform(frame.fillna({"text": ""}))
    assert issparse(X)
    assert X.shape == (6, 5 + 8)
    names = inputs.get_feature_names_out().tolist()
    assert names[:2] == ["text__and", "text__fire"]
    assert names[-2:] == ["table__place_there", "table__length"]
    assert X.toarray()[0, -4:].tolist() == [1, 0, 0, 9]


def test_dense_features_stay_dense(frame):
    vectors = {word: np.ones(2) for word in ("fire", "here", "sun", "and", "storm")}
    text = make_pipeline(
        SequenceEncoder(), EmbeddingLookup(vectors), DocumentEmbedding()
    )
    X = make(text, table_columns=["length"]).fit_transform(frame)
    assert isinstance(X, np.ndarray)
    assert X.shape == (6, 3)


def test_a_sparse_table(frame):
    table = OneHotEncoder(handle_unknown="ignore")
    X = make(CountVectorizer(), table).fit_transform(frame.fillna({"text": ""}))
    assert issparse(X)
    container = make(table=table).fit_transform(frame)
    assert container.sizes == (0,) * 12
    np.testing.assert_array_equal(np.asarray(container)[:, 3:], X.toarray()[:, 5:])


def test_a_branch_can_be_dropped(frame):
    assert isinstance(make(table="drop").fit_transform(frame), TokenSequences)
    inputs = make("drop")
    X = inputs.fit_transform(frame)
    assert X.shape == (6, 8)
    assert inputs.get_feature_names_out()[0] == "table__keyword_fire"
    with pytest.raises(ValueError, match="Expected text or table, got both dropped"):
        make("drop", "drop").fit(frame)


def test_other_estimators_take_the_container(frame, y):
    model = make_pipeline(make(), GaussianNB()).fit(frame, y)
    assert model.score(frame, y) > 0.5


# -- in and out of pipelines


@pytest.mark.parametrize("classifier", ["gru", "cnn", "linear"])
def test_pipelines_are_cloned_cached_and_saved(classifier, frame, y, tmp_path):
    frame, y = pd.concat([frame] * 4, ignore_index=True), np.tile(y, 4)
    linear = classifier == "linear"
    text = TfidfVectorizer() if linear else SequenceEncoder()
    last = LogisticRegression() if linear else tiny(classifier)
    frame = frame.fillna({"text": ""})
    table = ColumnTransformer(
        [
            ("categories", CategoryCanonicalizer(), ["keyword", "place"]),
            ("numbers", StandardScaler(), ["length"]),
        ]
    )
    model = Pipeline([("inputs", make(text, table)), ("classify", last)])
    proba = clone(model).fit(frame, y).predict_proba(frame)
    assert np.isfinite(proba).all()
    cached = clone(model).set_params(memory=str(tmp_path))
    for _ in range(2):
        np.testing.assert_allclose(cached.fit(frame, y).predict_proba(frame), proba)
    joblib.dump(cached, tmp_path / "model.joblib")
    loaded = joblib.load(tmp_path / "model.joblib")
    np.testing.assert_array_equal(
        loaded.predict_proba(frame), cached.predict_proba(frame)
    )


@pytest.mark.slow
def test_grid_search_across_both_branches(frame, y):
    frame, y = pd.concat([frame] * 4, ignore_index=True), np.tile(y, 4)
    table = CategoryCanonicalizer()
    inputs = make(
        Pipeline([("encode", SequenceEncoder())]), table, table_columns=["keyword"]
    )
    model = Pipeline([("inputs", inputs), ("classify", tiny("cnn", epochs=2))])
    grid = {
        "inputs__text__encode__max_len": [2, 3],
        "inputs__table__threshold": [0.7, 1.0],
        "classify__table_embedding_dim": [None, 2],
    }
    search = GridSearchCV(model, grid, cv=2, n_jobs=2, error_score="raise")
    search.fit(frame, y)
    assert len(search.cv_results_["params"]) == 8
    assert not np.isnan(search.cv_results_["mean_test_score"]).any()


def test_a_branch_is_a_choice_of_a_grid(frame, y):
    frame = pd.concat([frame] * 2, ignore_index=True).fillna({"text": ""})
    model = make_pipeline(make(TfidfVectorizer()), LogisticRegression())
    grid = {"textandtable__table": ["drop", "passthrough"]}
    search = GridSearchCV(model, grid, cv=2, error_score="raise")
    assert search.fit(frame, np.tile(y, 2)).cv_results_["params"]


def test_cross_validation_learns_nothing_from_test_rows(frame, y):
    frame = frame.assign(keyword=[f"k{i}" for i in range(6)])
    seen = []

    class Spy(CategoryCanonicalizer):
        def fit(self, X, y=None):
            seen.append(sorted(X["keyword"]))
            return super().fit(X, y)

    model = make_pipeline(
        make(TfidfVectorizer(), Spy(), table_columns=["keyword"]), LogisticRegression()
    )
    folds = [([0, 1, 2], [3, 4, 5]), ([3, 4, 5], [0, 1, 2])]
    cross_val_score(model, frame.fillna({"text": ""}), y, cv=folds)
    assert seen == [["k0", "k1", "k2"], ["k3", "k4", "k5"]]


def test_the_transformers_given_are_not_fitted(frame):
    text, table = SequenceEncoder(), CategoryCanonicalizer()
    inputs = make(text, table, table_columns=["keyword"]).fit(frame)
    assert inputs.text is text
    assert not hasattr(text, "vocabulary_")
    assert not hasattr(table, "mapping_")
    assert inputs.table_.mapping_["keyword"]["storms"] == "storm"


def test_parameters_after_fit_change_nothing_that_is_fitted(frame):
    inputs = make().fit(frame)
    expected = np.asarray(inputs.transform(frame))
    inputs.set_params(table_columns=COLUMNS[::-1], text_column="keyword")
    np.testing.assert_array_equal(np.asarray(inputs.transform(frame)), expected)


def test_a_branch_with_its_parameters_is_a_choice_of_a_grid(frame, y):
    frame = pd.concat([frame] * 2, ignore_index=True).fillna({"text": ""})
    model = make_pipeline(
        make(TfidfVectorizer(), table_columns=["keyword"]), LogisticRegression()
    )
    grid = [
        {"textandtable__table": ["drop"]},
        {
            "textandtable__table": [CategoryCanonicalizer()],
            "textandtable__table__threshold": [0.7, 0.9],
        },
    ]
    search = GridSearchCV(model, grid, cv=2, error_score="raise")
    assert len(search.fit(frame, np.tile(y, 2)).cv_results_["params"]) == 3


def test_weights_of_the_branches(frame):
    frame = frame.fillna({"text": ""})
    plain = make(CountVectorizer()).fit_transform(frame).toarray()
    weighted = make(CountVectorizer()).set_params(
        transformer_weights={"text": 2, "table": 0.5}
    )
    weighted = weighted.fit_transform(frame).toarray()
    np.testing.assert_allclose(weighted[:, :5], plain[:, :5] * 2)
    np.testing.assert_allclose(weighted[:, 5:], plain[:, 5:] / 2)


@pytest.mark.parametrize(
    "weights", [{"words": 1}, 0.2, {"table": "much"}, {"table": np.nan}]
)
def test_weights_that_are_wrong(weights, frame):
    inputs = make(CountVectorizer()).set_params(transformer_weights=weights)
    with pytest.raises(ValueError, match="Expected transformer_weights as a dict of"):
        inputs.fit(frame)


def test_sequences_are_not_weighted(frame):
    inputs = make().set_params(transformer_weights={"table": 0.2})
    with pytest.raises(ValueError, match=r"Expected transformer_weights=None .* 0\.2"):
        inputs.fit(frame)


def test_a_net_knows_the_columns_again(frame, y):
    """Column a with category b_c is another than column a_b with category c."""
    frame = frame.assign(a=["b_c", "d"] * 3, a_b=["c"] * 6)
    first = make(table_columns=["a", "a_b"]).fit_transform(frame)
    second = make(table_columns=["a_b", "a"]).fit_transform(frame)
    third = make(table_columns=["a", "a_b"]).fit_transform(frame.assign(a_b="e"))
    assert len({X.fingerprint for X in (first, second, third)}) == 3
    assert make(table_columns=["a", "a_b"]).fit(frame).transform(frame).fingerprint == (
        first.fingerprint
    )


def test_a_transformer_that_gives_one_column_with_one_dimension(frame):
    X = make(table=TextCleaner(), table_columns=["keyword"]).fit_transform(frame)
    assert X.sizes == (4,)


def test_parts_of_a_branch_that_give_no_names(frame):
    table = ColumnTransformer([("log", FunctionTransformer(np.log1p), ["length"])])
    inputs = make(CountVectorizer(), table).fit(frame.fillna({"text": ""}))
    assert inputs.get_feature_names_out()[-1] == "table__x0"


def test_names_that_are_numbers(frame):
    renamed = frame.rename(columns=dict(zip(frame.columns, range(4), strict=True)))
    inputs = make(text_column=1, table_columns=[3, 0, 2]).fit(renamed)
    expected = np.asarray(inputs.transform(renamed))
    mixed = renamed[[2, 0, 3, 1]]
    np.testing.assert_array_equal(np.asarray(inputs.transform(mixed)), expected)


def test_labels_reach_the_transformers(frame, y):
    class NeedsLabels(CountVectorizer):
        def fit_transform(self, raw_documents, y=None):
            self.n_labels_ = len(y)
            return super().fit_transform(raw_documents)

    inputs = make(NeedsLabels()).fit(frame.fillna({"text": ""}), y)
    assert inputs.text_.n_labels_ == 6


def test_html_shows_both_branches(frame):
    html = make(table=CategoryCanonicalizer())._repr_html_()
    assert "SequenceEncoder" in html
    assert "CategoryCanonicalizer" in html


@parametrize_with_checks(
    [TextAndTable("drop", "passthrough", text_column=None, table_columns=[0])]
)
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


# -- columns


def test_order_and_other_columns_do_not_matter(frame):
    inputs = make().fit(frame)
    expected = np.asarray(inputs.transform(frame))
    mixed = frame.assign(other=1)[["other", "keyword", "length", "text", "place"]]
    np.testing.assert_array_equal(np.asarray(inputs.transform(mixed)), expected)
    assert inputs.feature_names_in_.tolist() == list(frame.columns)
    assert inputs.n_features_in_ == 4


@pytest.mark.parametrize("column", ["text", "keyword"])
@pytest.mark.parametrize("method", ["fit", "transform"])
def test_a_missing_column_is_named(column, method, frame):
    inputs = make().fit(frame)
    renamed = frame.rename(columns={column: f"{column}s"})
    message = rf"Expected the columns \['{column}'\] in X, got a DataFrame with .* Did "
    with pytest.raises(ValueError, match=message):
        getattr(inputs, method)(renamed)


def test_a_column_that_is_there_twice(frame):
    twice = pd.concat([frame, frame[["keyword"]]], axis=1)
    with pytest.raises(ValueError, match=r"got \['keyword'\] more than once"):
        make().fit(twice)
    with pytest.raises(ValueError, match="Expected distinct columns, got"):
        make(table_columns=["keyword", "keyword"]).fit(frame)


def test_one_column_by_name_alone(frame):
    X = make(table_columns="keyword").fit_transform(frame)
    assert X.sizes == (4,)


def test_columns_of_an_array_by_position(frame):
    inputs = make(text_column=1, table_columns=[3, 0, 2])
    X = inputs.fit_transform(frame.to_numpy(dtype=object))
    np.testing.assert_array_equal(
        np.asarray(X), np.asarray(make().fit_transform(frame))
    )
    assert inputs.get_feature_names_out()[3] == "table__3_fire"


def test_positions_in_a_frame_are_those_of_fit(frame):
    inputs = make(text_column=1, table_columns=[3, 0, 2]).fit(frame)
    expected = np.asarray(make().fit_transform(frame))
    mixed = frame[frame.columns[::-1]]
    np.testing.assert_array_equal(np.asarray(inputs.transform(mixed)), expected)


@pytest.mark.parametrize(
    "dtypes",
    [
        {"keyword": "category", "place": "category"},
        {"keyword": "string", "place": "string", "text": "string"},
        {"keyword": object, "place": object, "length": object},
        {"length": "Float64"},
        {"length": "Int64"},
    ],
    ids=["category", "string", "object", "Float64", "Int64"],
)
def test_dtypes_of_pandas(dtypes, frame):
    expected = np.asarray(make().fit_transform(frame))
    inputs = make()
    np.testing.assert_array_equal(
        np.asarray(inputs.fit_transform(frame.astype(dtypes))), expected
    )
    np.testing.assert_array_equal(np.asarray(inputs.transform(frame)), expected)


def test_polars(frame):
    expected = np.asarray(make().fit_transform(frame))
    inputs = make()
    columns = frame.astype(object).where(frame.notna(), None).to_dict(orient="list")
    table = polars.DataFrame(columns)
    np.testing.assert_array_equal(np.asarray(inputs.fit_transform(table)), expected)
    np.testing.assert_array_equal(np.asarray(inputs.transform(frame)), expected)


def test_booleans_are_numbers(frame):
    frame = frame.assign(length=frame["length"] > 5)
    X = make().fit_transform(frame)
    assert X.sizes[2] == 0
    assert X.table[:, 2].tolist() == [1, 0, 0, 0, 1, 1]


def test_categories_of_numbers(frame):
    """A column of ints becomes one of floats where a value is missing."""
    shops = pd.Categorical([1, 2, 1, 2, 1, 2])
    inputs = make(table_columns=["keyword"]).fit(frame.assign(keyword=shops))
    assert inputs.categories_ == [["1", "2"]]
    new = frame.assign(keyword=pd.Categorical([1.0, None, 2.0, 2.0, 1.0, 1.0]))
    assert inputs.transform(new).table.ravel().tolist() == [0, -1, 1, 1, 0, 0]


def test_missing_numbers_are_left_to_the_next_step(frame):
    frame = frame.assign(length=[None, 1, 2, 3, 4, 5])
    X = make().fit_transform(frame)
    assert np.isnan(X.table[0, 2])


# -- bad input


@pytest.mark.parametrize(
    ("X", "got"),
    [
        (["a text", "another"], r"got ndarray of shape \(2,\)"),
        (pd.Series(["a text"]), r"got a Series of shape \(1,\)"),
        ("a text", r"got ndarray of shape \(\)"),
    ],
)
def test_what_is_no_table(X, got):
    with pytest.raises(ValueError, match=f"Expected a DataFrame or an array .*{got}"):
        make().fit(X)


def test_no_rows(frame):
    with pytest.raises(ValueError, match=r"0 sample\(s\).*TextAndTable"):
        make().fit(frame[:0])
    with pytest.raises(ValueError, match=r"0 feature\(s\).*TextAndTable"):
        make().fit(frame[[]])


@pytest.mark.parametrize("value", [["fire", 3], ["fire", b"x"], [("a",), "fire"]])
def test_mixed_types_in_a_column(value, frame):
    frame = frame.assign(keyword=pd.Series(value * 3, dtype=object))
    with pytest.raises(TypeError, match="Expected text or numbers in the column 'keyw"):
        make().fit(frame)


def test_another_type_than_in_fit(frame):
    inputs = make().fit(frame)
    with pytest.raises(TypeError, match=r"numbers in the column 'length' .* 'x' \(str"):
        inputs.transform(frame.assign(length="x"))
    with pytest.raises(TypeError, match=r"text, as in fit, .* 'keyword' .* 3 \(int"):
        inputs.transform(frame.assign(keyword=3))


@pytest.mark.parametrize("name", ["text", "table"])
@pytest.mark.parametrize("value", ["no", None, 3, "encode"])
def test_what_is_no_transformer(name, value, frame):
    inputs = make().set_params(**{name: value})
    with pytest.raises(
        TypeError, match=f"Expected a transformer or 'drop'.* as {name}"
    ):
        inputs.fit(frame)


def test_text_that_stays_text(frame):
    with pytest.raises(TypeError, match="Expected sequences or numbers .*vectorizer"):
        make(TextCleaner()).fit(frame)


def test_sequences_in_the_table(frame):
    inputs = make(CountVectorizer(), SequenceEncoder(), table_columns=["keyword"])
    with pytest.raises(TypeError, match="numbers or categories .* got TokenSequences"):
        inputs.fit(frame.fillna({"text": ""}))


def test_a_fit_that_fails_leaves_nothing_fitted(frame):
    inputs = make().fit(frame)
    with pytest.raises(TypeError):
        inputs.fit(frame.assign(keyword=[b"x"] * 6))
    with pytest.raises(NotFittedError):
        inputs.transform(frame)


def test_no_columns_for_the_table(frame):
    with pytest.raises(ValueError, match="at least one column in table_columns"):
        make(table_columns=[]).fit(frame)


def test_not_fitted(frame):
    with pytest.raises(NotFittedError):
        make().transform(frame)


def test_set_output_is_no_matter(frame):
    inputs = make(CountVectorizer()).set_output(transform="pandas")
    assert issparse(inputs.fit_transform(frame.fillna({"text": ""})))


def test_users_tables_are_not_changed(frame):
    before = frame.copy(deep=True)
    make().fit(frame).transform(frame)
    pd.testing.assert_frame_equal(frame, before)
