"""A search with a file finds what it finds without, at once and after a stop."""

import pickle
import re
import sqlite3
import warnings
from threading import Event

import numpy as np
import pandas as pd
import pytest
import sklearn
from helpers import tiny
from scipy.stats import loguniform
from sklearn.base import BaseEstimator, ClassifierMixin, clone, is_classifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    HalvingRandomSearchCV,
    KFold,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline

from skclf import SequenceEncoder, make_text_classifier
from skclf._cache import CACHE
from skclf.search import results, resumable

GRID = {"logisticregression__C": [0.1, 1, 10]}
DRAWN = {"logisticregression__C": loguniform(0.01, 100)}
GROUPS = np.arange(160) // 8


class Linear(LogisticRegression):
    """Writes down each fit in this process, and can be told to fail."""

    fits = []

    def fit(self, X, y, sample_weight=None):
        self.fits.append(self.C)
        if self.C < 0.05:
            raise ArithmeticError("this C is too small")
        return super().fit(X, y, sample_weight)


@pytest.fixture(autouse=True)
def fits(monkeypatch):
    monkeypatch.setattr(Linear, "fits", [])
    return Linear.fits


@pytest.fixture
def path(tmp_path):
    return tmp_path / "search.sqlite"


@pytest.fixture(scope="module")
def data(tweets):
    return tweets


def model(**params):
    linear = LogisticRegression(random_state=0, **params)
    return make_pipeline(TfidfVectorizer(), linear)


def counted(**params):
    linear = Linear(random_state=0, **params)
    steps = [("tfidf", TfidfVectorizer()), ("logisticregression", linear)]
    return make_pipeline().set_params(steps=steps)


def two_metrics(estimator, X, y):
    """A scorer of the user's, with two metrics."""
    found = estimator.predict(X)
    return {"right": accuracy_score(y, found), "ones": float(np.mean(found))}


def assert_same_results(found, expected):
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        if key.startswith("param"):  # estimators, maybe
            assert repr(found[key]) == repr(values)
        elif "time" not in key:
            np.testing.assert_array_equal(found[key], values, err_msg=key)


SEARCHES = {
    "grid": lambda: GridSearchCV(model(), GRID, cv=3),
    "several grids": lambda: GridSearchCV(
        model(), [GRID, {"tfidfvectorizer__ngram_range": [(1, 1), (1, 2)]}], cv=3
    ),
    "estimators as candidates": lambda: GridSearchCV(
        model(),
        {"logisticregression": [Linear(C=c, random_state=0) for c in (0.1, 1)]},
        cv=3,
    ),
    "train scores": lambda: GridSearchCV(
        model(), GRID, cv=3, scoring="f1_macro", return_train_score=True
    ),
    "several metrics": lambda: GridSearchCV(
        model(), GRID, cv=3, scoring=["accuracy", "roc_auc"], refit="roc_auc"
    ),
    "own scorer": lambda: GridSearchCV(
        model(), GRID, cv=3, scoring=two_metrics, refit="right"
    ),
    "made scorer": lambda: GridSearchCV(
        model(), GRID, cv=3, scoring=make_scorer(accuracy_score, normalize=False)
    ),
    "no refit": lambda: GridSearchCV(model(), GRID, cv=3, refit=False),
    "shuffled folds": lambda: GridSearchCV(
        model(), GRID, cv=StratifiedKFold(3, shuffle=True, random_state=0)
    ),
    "random": lambda: RandomizedSearchCV(
        model(), DRAWN, n_iter=4, cv=3, random_state=0
    ),
    "halving grid": lambda: HalvingGridSearchCV(
        model(), GRID, cv=3, min_resources=60, factor=2, random_state=0
    ),
    "halving random": lambda: HalvingRandomSearchCV(
        model(), DRAWN, n_candidates=4, cv=3, factor=2, random_state=0
    ),
    "halving by iterations": lambda: HalvingGridSearchCV(
        model(),
        GRID,
        cv=3,
        resource="logisticregression__max_iter",
        min_resources=100,
        max_resources=300,
    ),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_results_are_those_of_the_plain_search(name, data, path):
    plain = SEARCHES[name]().fit(*data)
    first = resumable(SEARCHES[name](), path).fit(*data)
    again = resumable(SEARCHES[name](), path).fit(*data)
    assert first.n_reloaded_ == 0
    assert again.n_reloaded_ == len(plain.cv_results_["params"]) * plain.n_splits_
    for search in (first, again):
        assert_same_results(search.cv_results_, plain.cv_results_)
        gained = vars(search).keys() - vars(plain).keys()
        assert gained == {"storage", "storage_verbose", "n_reloaded_"}
        assert vars(plain).keys() <= vars(search).keys()
        assert search.best_index_ == plain.best_index_
        if plain.refit:
            np.testing.assert_array_equal(
                search.predict_proba(data[0]), plain.predict_proba(data[0])
            )
    # What was not fitted took the time that it took the first time.
    times = "mean_fit_time"
    np.testing.assert_array_equal(again.cv_results_[times], first.cv_results_[times])


def test_processes_write_and_reload(data, path):
    def search(**params):
        return GridSearchCV(model(), GRID, cv=3, return_train_score=True, **params)

    plain = search().fit(*data)
    first = resumable(search(n_jobs=2), path).fit(*data)
    assert first.n_reloaded_ == 0
    assert len(results(path)) == 9
    for n_jobs in (2, 1):
        again = resumable(search(n_jobs=n_jobs), path).fit(*data)
        assert again.n_reloaded_ == 9
        assert_same_results(again.cv_results_, plain.cv_results_)


def test_groups_and_weights(data, path):
    weights = np.random.default_rng(0).uniform(size=160)
    params = {"logisticregression__sample_weight": weights}

    def search():
        return GridSearchCV(counted(), GRID, cv=GroupKFold(4))

    plain = search().fit(*data, groups=GROUPS, **params)
    resumable(search(), path).fit(*data, groups=GROUPS, **params)
    again = resumable(search(), path).fit(*data, groups=GROUPS, **params)
    assert again.n_reloaded_ == 12
    assert_same_results(again.cv_results_, plain.cv_results_)
    # Other groups are other folds, other weights are other fits.
    other = resumable(search(), path).fit(*data, groups=GROUPS[::-1] % 7, **params)
    assert other.n_reloaded_ == 0
    other = resumable(search(), path).fit(*data, groups=GROUPS)
    assert other.n_reloaded_ == 0


def test_routed_metadata(data, path):
    with sklearn.config_context(enable_metadata_routing=True):
        linear = Linear(random_state=0).set_fit_request(sample_weight=True)
        pipeline = make_pipeline(
            TfidfVectorizer(), linear.set_score_request(sample_weight=True)
        )
        search = GridSearchCV(pipeline, {"linear__C": [1, 10]}, cv=3)
        weights = np.arange(160) % 3 + 1.0
        plain = clone(search).fit(*data, sample_weight=weights)
        resumable(search, path).fit(*data, sample_weight=weights)
        again = resumable(search, path).fit(*data, sample_weight=weights)
    assert again.n_reloaded_ == 6
    assert_same_results(again.cv_results_, plain.cv_results_)


def test_a_net(data, path):
    def search():
        pipeline = make_pipeline(SequenceEncoder(), tiny("gru", random_state=0))
        return GridSearchCV(pipeline, {"rnnclassifier__units": [2, 3]}, cv=2)

    first = resumable(search(), path).fit(*data)
    again = resumable(search(), path).fit(*data)
    assert (first.n_reloaded_, again.n_reloaded_) == (0, 4)
    assert_same_results(again.cv_results_, first.cv_results_)


def test_fits_that_fail_are_made_again(data, path, fits):
    def search(**params):
        grid = {"logisticregression__C": [0.01, 1]}
        return GridSearchCV(counted(), grid, cv=3, **params)

    with pytest.warns(sklearn.exceptions.FitFailedWarning, match="too small"):
        plain = search(error_score=0.25).fit(*data)
    for n_reloaded in (0, 3):
        fits.clear()
        with pytest.warns(sklearn.exceptions.FitFailedWarning, match="3 fits failed"):
            found = resumable(search(error_score=0.25), path).fit(*data)
        assert found.n_reloaded_ == n_reloaded
        assert fits.count(0.01) == 3
        assert_same_results(found.cv_results_, plain.cv_results_)
    table = results(path)
    assert table["error"].notna().sum() == 3
    assert "this C is too small" in table["error"].dropna().iloc[0]


def test_fits_before_an_error_are_kept(data, path):
    grid = {"logisticregression__C": [1, 0.01]}
    search = GridSearchCV(counted(), grid, cv=3, error_score="raise")
    with pytest.raises(ArithmeticError, match="too small"):
        resumable(search, path).fit(*data)
    assert list(results(path)["fold"]) == [0, 1, 2]
    search = resumable(search, path).set_params(param_grid=GRID).fit(*data)
    assert search.n_reloaded_ == 3


def test_scores_that_are_not_finite_are_made_again(data, path):
    def unsure(estimator, X, y):
        return np.nan

    search = GridSearchCV(counted(), GRID, cv=3, scoring=unsure)
    for _ in range(2):
        with pytest.warns(UserWarning, match="non-finite"):
            found = resumable(search, path).fit(*data)
        assert found.n_reloaded_ == 0


def test_only_what_is_new_is_fitted(data, path, fits):
    search = resumable(GridSearchCV(counted(), GRID, cv=3), path)
    search.fit(*data)
    more = {"logisticregression__C": [0.1, 1, 10, 100]}
    fits.clear()
    search = clone(search).set_params(param_grid=more).fit(*data)
    assert search.n_reloaded_ == 9
    assert fits == [100, 100, 100, search.best_params_["logisticregression__C"]]


OTHERS = {
    "texts": lambda search, X, y: search.fit([*X[:-1], "another text"], y),
    "labels": lambda search, X, y: search.fit(X, 1 - y),
    "rows": lambda search, X, y: search.fit(X[:-1], y[:-1]),
    "folds": lambda search, X, y: search.set_params(cv=KFold(3)).fit(X, y),
    "metric": lambda search, X, y: search.set_params(scoring="f1").fit(X, y),
    "parameter": lambda search, X, y: search.set_params(
        estimator__tfidfvectorizer__max_features=50
    ).fit(X, y),
    "array as parameter": lambda search, X, y: search.set_params(
        estimator__tfidfvectorizer__vocabulary=["fire", "flood", "storm"]
    ).fit(X, y),
    "function as parameter": lambda search, X, y: search.set_params(
        estimator__tfidfvectorizer__preprocessor=str.title
    ).fit(X, y),
    "train scores": lambda search, X, y: search.set_params(return_train_score=True).fit(
        X, y
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_differs_is_fitted_and_stored_beside(name, data, path):
    resumable(GridSearchCV(model(), GRID, cv=3), path).fit(*data)
    other = resumable(GridSearchCV(model(), GRID, cv=3), path)
    assert OTHERS[name](other, *data).n_reloaded_ == 0
    assert len(results(path)) == 18
    assert resumable(GridSearchCV(model(), GRID, cv=3), path).fit(*data).n_reloaded_


@pytest.mark.parametrize("module", ["skclf", "sklearn"])
def test_other_versions_fit_anew(module, data, path, monkeypatch):
    search = resumable(GridSearchCV(model(), GRID, cv=3), path).fit(*data)
    monkeypatch.setattr(f"{module}.__version__", "99.0")
    assert clone(search).fit(*data).n_reloaded_ == 0


def test_what_has_no_effect_does_not_matter(data, path):
    resumable(GridSearchCV(model(), GRID, cv=3), path).fit(*data)
    search = GridSearchCV(model(), GRID, cv=3, n_jobs=1, verbose=0, pre_dispatch=3)
    search.set_params(estimator__verbose=False, estimator__logisticregression__n_jobs=1)
    X = np.array([*data[0]], dtype=object)  # equal, but another object
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of n_jobs
        assert resumable(search, path).fit(X, data[1]).n_reloaded_ == 9


def test_it_is_a_search_as_before(path):
    plain = GridSearchCV(model(), GRID, cv=3)
    search = resumable(plain, path, verbose=1)
    assert isinstance(search, GridSearchCV)
    assert is_classifier(search)
    own = {"storage", "storage_verbose"}
    assert search.get_params().keys() == plain.get_params().keys() | own
    search.set_params(estimator__logisticregression__C=5, storage="x.sqlite")
    assert plain.estimator[-1].C == 1.0  # it has estimators of its own
    copy = pickle.loads(pickle.dumps(clone(search)))
    assert copy.get_params()["estimator__logisticregression__C"] == 5
    assert (copy.storage, copy.storage_verbose) == ("x.sqlite", 1)
    assert repr(copy).startswith("ResumableGridSearchCV(cv=3,")
    assert "error_score" not in repr(copy)  # defaults are not shown
    assert "param_grid" in copy._repr_html_()


def test_a_fitted_one_is_pickled(data, path):
    search = resumable(GridSearchCV(model(), GRID, cv=3), str(path)).fit(*data)
    pickled = pickle.dumps(search)
    assert b"skclf.stored" in pickled
    copy = pickle.loads(pickled)
    np.testing.assert_array_equal(copy.predict(data[0]), search.predict(data[0]))


def test_other_searches_are_left_alone(data, path):
    search = GridSearchCV(model(), GRID, cv=3)
    before = search.get_params()
    resumable(search, path).fit(*data)
    assert search.get_params() == before
    GridSearchCV(model(), GRID, cv=2).fit(*data)
    assert len(results(path)) == 9


def test_inside_of_a_cross_validation(data, path):
    """Each outer fold is data of its own."""
    search = GridSearchCV(model(), GRID, cv=3)
    expected = cross_val_score(search, *data, cv=2)
    for _ in range(2):
        found = cross_validate(
            resumable(search, path), *data, cv=2, return_estimator=True
        )
        np.testing.assert_array_equal(found["test_score"], expected)
    assert [inner.n_reloaded_ for inner in found["estimator"]] == [9, 9]
    assert results(path)["data"].nunique() == 2


class Ends:
    """A callback of scikit-learn that counts tasks."""

    n = 0

    def setup(self, *args, **kwargs):
        pass

    def on_fit_task_begin(self, *args, **kwargs):
        pass

    def on_fit_task_end(self, *args, **kwargs):
        type(self).n += 1

    def teardown(self, *args, **kwargs):
        pass


@pytest.mark.skipif(
    not hasattr(GridSearchCV, "set_callbacks"), reason="callbacks of scikit-learn 1.9"
)
def test_callbacks_see_reloaded_fits(data, path, monkeypatch):
    counts = []
    search = GridSearchCV(counted(), GRID, cv=3)
    for made in (search, resumable(search, path), resumable(search, path)):
        monkeypatch.setattr(Ends, "n", 0)
        made.set_callbacks(Ends()).fit(*data)
        counts.append(Ends.n)
    assert counts[0] == counts[1]
    assert counts[2] >= 9


def test_unseeded_searches_are_refused(data, path):
    with pytest.raises(ValueError, match="random_state to be an int, got None"):
        resumable(RandomizedSearchCV(model(), DRAWN), path).fit(*data)
    with pytest.raises(ValueError, match="candidates or rows"):
        resumable(HalvingGridSearchCV(model(), GRID), path).fit(*data)
    shuffled = GridSearchCV(model(), GRID, cv=KFold(3, shuffle=True))
    with pytest.raises(ValueError, match="other folds"):
        resumable(shuffled, path).fit(*data)
    assert not path.exists()


def test_unseeded_estimators_are_told(data, path):
    unseeded = make_pipeline(TfidfVectorizer(), LogisticRegression())
    search = resumable(GridSearchCV(unseeded, GRID, cv=3), path)
    with pytest.warns(UserWarning, match="'logisticregression__random_state'"):
        search.fit(*data)
    seeds = {"logisticregression__random_state": [0, 1]}  # the grid has them
    search.set_params(param_grid=seeds).fit(*data)


def test_what_cannot_be_recognised_is_refused(data, path):
    class Odd:
        def __deepcopy__(self, memo):
            return self

        def __reduce__(self):
            raise pickle.PicklingError("not me")

    search = GridSearchCV(Wrong(Odd()), {"other": [1, 2]}, cv=3)
    with pytest.raises(TypeError, match=r"(?s)recognise everything.*not me"):
        resumable(search, path).fit(*data)


class Wrong(ClassifierMixin, BaseEstimator):
    def __init__(self, what=None, other=None):
        self.what = what
        self.other = other

    def fit(self, X, y):
        raise AssertionError("it should not come to this")

    predict = fit


@pytest.mark.parametrize("search", [model(), "grid", None, GridSearchCV])
def test_only_searches_are_taken(search, path):
    with pytest.raises(TypeError, match=r"search expects one of GridSearchCV.*, got"):
        resumable(search, path)


def test_files_of_others_are_left_alone(data, tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("not a database " * 100)
    database = tmp_path / "own.sqlite"
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE fits (mine TEXT)")
    connection.close()
    for path in (text, database):
        before = path.read_bytes()
        search = resumable(GridSearchCV(model(), GRID, cv=3), path)
        with pytest.raises(ValueError, match=r"something else.*give another path"):
            search.fit(*data)
        with pytest.raises(ValueError, match="something else"):
            results(path)
        assert path.read_bytes() == before


def test_folders_and_files_must_exist(data, tmp_path):
    search = GridSearchCV(model(), GRID, cv=3)
    with pytest.raises(FileNotFoundError, match="folder of the storage"):
        resumable(search, tmp_path / "none" / "a.sqlite").fit(*data)
    with pytest.raises(FileNotFoundError, match="There is no file"):
        results(tmp_path / "none.sqlite")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="'storage' parameter"):
        resumable(search, None).fit(*data)


def test_the_table(data, path):
    search = GridSearchCV(
        model(),
        {
            "logisticregression__C": [1, 10],
            "tfidfvectorizer__ngram_range": [(1, 2)],
            "tfidfvectorizer__stop_words": [None],
        },
        cv=3,
        scoring=["accuracy", "f1"],
        refit=False,
        return_train_score=True,
    )
    search = resumable(search, path).fit(*data)
    table = results(path)
    assert list(table) == [
        *("param_logisticregression__C", "param_tfidfvectorizer__ngram_range"),
        *("param_tfidfvectorizer__stop_words", "fold", "test_accuracy", "test_f1"),
        *("train_accuracy", "train_f1", "n_train", "n_test"),
        *("fit_time", "score_time", "finished", "error", "data"),
    ]
    assert set(table["param_tfidfvectorizer__ngram_range"]) == {"(1, 2)"}
    assert table["data"].nunique() == 1
    assert set(table["n_train"] + table["n_test"]) == {160}
    age = pd.Timestamp.now(tz="UTC") - table["finished"]
    assert (age < pd.Timedelta(hours=1)).all()
    means = table.groupby("param_logisticregression__C")["test_f1"].mean()
    np.testing.assert_allclose(means, search.cv_results_["mean_test_f1"])


def test_an_empty_table(data, path):
    search = GridSearchCV(counted(C=0.01), {"tfidf__lowercase": [True]}, cv=3)
    with pytest.raises(ArithmeticError):
        resumable(search.set_params(error_score="raise"), path).fit(*data)
    table = results(path)
    assert len(table) == 0
    assert {"fold", "fit_time", "finished", "data"} <= set(table)


def test_time_left_is_shown(data, path, monkeypatch):
    monkeypatch.setattr("skclf.search._stored_fits._POLL", 0.01)
    shown, is_shown = [], Event()

    def show(self, message):
        shown.append(message)
        if "left" in message:
            is_shown.set()

    def scorer(estimator, X, y):
        if estimator[-1].C == 10:  # the last three of nine
            assert is_shown.wait(60)
        return 0.5

    monkeypatch.setattr("skclf._progress.ProgressLine.show", show)
    search = GridSearchCV(model(), GRID, cv=3, scoring=scorer)
    resumable(search, path, verbose=1).fit(*data)
    found = next(message for message in shown if "left" in message)
    assert re.fullmatch(r"reloaded 0 of 9 fits, made [1-6], about \d+ s left", found), (
        found
    )


def test_how_far_it_is(data, path, capsys):
    search = resumable(GridSearchCV(model(), GRID, cv=3), path, verbose=1)
    search.fit(*data)
    assert capsys.readouterr().out == "reloaded 0 of 9 fits\n"
    more = {"logisticregression__C": [0.1, 1, 10, 100]}
    search.set_params(param_grid=more).fit(*data)
    assert capsys.readouterr().out == "reloaded 9 of 12 fits\n"
    search.set_params(storage_verbose=0).fit(*data)
    assert capsys.readouterr().out == ""


# Work that is done once

N_SPLIT = []


def noted_split(doc):
    N_SPLIT.append(doc)
    return doc.split()


def test_documents_are_split_once_a_fold_for_a_grid_over_the_net(data, path):
    texts, y = data
    n_kept = len(CACHE)
    N_SPLIT.clear()
    net = {"epochs": 1, "filters": 2, "embedding_dim": 2, "kernel_sizes": 2}
    model = make_text_classifier(
        "cnn",
        random_state=0,
        encode__tokenizer=noted_split,
        **{f"classify__{name}": value for name, value in net.items()},
    )
    grid = {"classify__learning_rate": [1e-3, 1e-2], "classify__dropout": [0.1, 0.2]}
    plain = GridSearchCV(model, grid, cv=3, refit=False)
    search = resumable(plain, path).fit(texts, y)
    assert len(N_SPLIT) == 3 * len(texts)
    N_SPLIT.clear()
    plain.fit(texts, y)
    assert len(N_SPLIT) == 4 * 3 * len(texts)
    assert_same_results(search.cv_results_, plain.cv_results_)
    assert len(CACHE) == n_kept  # the memory is free again
