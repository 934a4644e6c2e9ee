"""Optuna over ready-made pipelines: what is found, pruned, resumed and refused."""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest
from sklearn.exceptions import FitFailedWarning
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import (
    RandomizedSearchCV,
    StratifiedKFold,
    StratifiedShuffleSplit,
    cross_val_score,
)

import skclf.search._trial as trial_module
from skclf import SequenceEncoder, make_text_classifier
from skclf.search import space, tune
from skclf.search._searched import Searched
from skclf.search._spaces import SPACES, Span

optuna = pytest.importorskip("optuna")
optuna.logging.set_verbosity(optuna.logging.WARNING)

ENCODER = {"encoder-logreg": {"encoder": "a/name"}}
TINY = {
    "encode__max_words": 60,
    "encode__max_len": 6,
    "classify__epochs": 4,
    "classify__embedding_dim": 4,
    "classify__filters": 4,
    "classify__kernel_sizes": 2,
    "classify__max_batch_size": 32,
    "classify__learning_rate": 0.02,
}
DROPOUT = {"classify__dropout": optuna.distributions.FloatDistribution(0.1, 0.9)}
C = {"classify__C": optuna.distributions.FloatDistribution(0.01, 10.0, log=True)}


def new_study(**params):
    return optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=0), **params
    )


@pytest.fixture
def storage(tmp_path):
    return f"sqlite:///{tmp_path}/tune.db"


def stored_study(storage):
    return new_study(storage=storage, study_name="tweets", load_if_exists=True)


class PruneFrom(optuna.pruners.BasePruner):
    """Ends every trial but the first at a step."""

    def __init__(self, step):
        self.step = step

    def prune(self, study, trial):
        return trial.number > 0 and trial.last_step >= self.step


# Spaces


@pytest.mark.parametrize("name", SPACES)
def test_the_ready_made_pipeline_is_in_its_space(name):
    values = make_text_classifier(name, **ENCODER.get(name, {})).get_params()
    assert {
        param: values[param]
        for param, span in SPACES[name].items()
        if values[param] not in span
    } == {}


@pytest.mark.parametrize("name", SPACES)
def test_whatever_is_drawn_may_be_set(name):
    model = make_text_classifier(name, **ENCODER.get(name, {}))
    study = optuna.create_study()
    for _ in range(3):
        model.set_params(**study.ask(space(name)).params)
        for step in model.named_steps.values():
            if hasattr(step, "_parameter_constraints"):
                step._validate_params()


def test_a_space_is_the_users_own():
    space("nb").clear()
    assert list(space("nb")) == list(SPACES["nb"])


def test_a_wrong_name_has_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'bigru'"):
        space("bigrus")
    with pytest.raises(ValueError, match="Did you mean 'bigru'"):
        tune("bigrus", ["a"], [0])


@pytest.mark.parametrize("is_log", [False, True])
def test_spans_draw_evenly(is_log):
    rng = np.random.RandomState(0)
    drawn = [Span(0.01, 10.0, is_log).rvs(rng) for _ in range(500)]
    if is_log:
        drawn, low, high = np.log(drawn), np.log(0.01), np.log(10)
    else:
        low, high = 0.01, 10
    assert kstest(drawn, "uniform", (low, high - low)).pvalue > 0.01


def test_spans_of_whole_numbers_have_their_ends():
    rng = np.random.RandomState(0)
    drawn = [Span(1, 4).rvs(rng) for _ in range(400)]
    assert set(map(type, drawn)) == {int}
    assert min(np.bincount(drawn)[1:]) > 70
    drawn = {Span(8, 128, is_log=True).rvs(rng) for _ in range(2000)}
    assert {8, 128} <= drawn <= set(range(8, 129))
    assert 5 in Span(1, 5)
    assert not {6, 2.0, True} & {v for v in (6, 2.0, True) if v in Span(1, 5)}


def test_spans_are_for_random_searches_too(tweets):
    search = RandomizedSearchCV(
        make_text_classifier("nb"), SPACES["nb"], n_iter=2, cv=2, random_state=0
    )
    assert len(search.fit(*tweets).cv_results_["params"]) == 2


# What is searched for


def searched(name, **options):
    return Searched(name, make_text_classifier(name, **options), SPACES[name], options)


def test_what_the_user_has_set_is_not_searched_for():
    found = searched("cnn", classify__filters=7, clean=None).distributions
    assert not {"classify__filters", "clean__numbers"} & set(found)
    assert "classify__dropout" in found


def test_steps_in_a_table_and_in_members_are_found():
    columns = {"text": "text", "table": ["keyword"]}
    found = searched("bigru", **columns).in_pipeline({"encode__min_count": 3})
    assert found == {"inputs__text__encode__min_count": 3}
    found = searched("vote", **columns).in_pipeline({"clean__numbers": "token"})
    assert len(found) == 3
    make_text_classifier("vote", **columns).set_params(**found)


def test_pretrained_vectors_have_a_length():
    found = searched("cnn", vectors={"fire": [1.0]}).distributions
    assert "classify__embedding_dim" not in found


def test_what_is_not_in_the_pipeline_is_an_error(tweets):
    with pytest.raises(ValueError, match="got 'classify__c'.* mean 'classify__C'"):
        tune("tfidf-logreg", *tweets, space={"classify__c": C["classify__C"]})
    with pytest.raises(ValueError, match="Expected parameters of 'nb' to search for"):
        tune("nb", *tweets, space={})


# What is found


def test_scores_are_those_of_scikit_learn(tweets):
    folds = StratifiedKFold(3)
    study = new_study(pruner=optuna.pruners.NopPruner())
    tuned = tune(
        "tfidf-logreg", *tweets, study=study, n_trials=4, cv=3, scoring="f1_macro"
    )
    for row in tuned.cv_results_.to_dict("records"):
        model = make_text_classifier("tfidf-logreg").set_params(**row["params"])
        scores = cross_val_score(model, *tweets, cv=folds, scoring="f1_macro")
        assert [row[f"split{i}_test_score"] for i in range(3)] == scores.tolist()
        assert row["mean_test_score"] == pytest.approx(scores.mean())
        assert row["std_test_score"] == pytest.approx(scores.std())
    best = tuned.cv_results_.loc[tuned.best_index_]
    assert best["rank_test_score"] == 1
    assert best["mean_test_score"] == tuned.best_score_ == study.best_value
    assert best["params"] == tuned.best_params_ == study.best_params
    again = make_text_classifier("tfidf-logreg", **tuned.best_params_).fit(*tweets)
    texts = tweets[0]
    np.testing.assert_array_equal(
        tuned.predict_proba(texts), again.predict_proba(texts)
    )
    np.testing.assert_array_equal(tuned.predict(texts), again.predict(texts))
    assert tuned.classes_.tolist() == [0, 1]


def test_the_first_candidate_is_the_ready_made_one(tweets):
    tuned = tune("nb", *tweets, n_trials=1, cv=2)
    ready_made = make_text_classifier("nb").get_params()
    assert {p: ready_made[p] for p in tuned.best_params_} == tuned.best_params_


def test_it_is_repeatable_and_changes_nothing_global(tweets):
    verbosity = optuna.logging.get_verbosity()
    first, second = (
        tune("nb", *tweets, n_trials=12, cv=2, random_state=0) for _ in range(2)
    )
    assert first.cv_results_["params"].tolist() == second.cv_results_["params"].tolist()
    assert optuna.logging.get_verbosity() == verbosity


def test_what_is_found_pickles_and_shows_itself(tweets):
    tuned = tune("nb", *tweets, n_trials=2, cv=2)
    again = pickle.loads(pickle.dumps(tuned))
    pd.testing.assert_frame_equal(again.cv_results_, tuned.cv_results_)
    first, second, *others = repr(tuned).splitlines()
    assert first == "TunedPipeline: 'nb', the best of 2 trials"
    assert f"accuracy {tuned.best_score_:.4f}, {tuned.kb_:,.0f} kB" in second
    assert len(others) == len(tuned.best_params_)


def test_tables_and_own_metrics(named_tweets):
    texts, y = named_tweets
    frame = pd.DataFrame({"text": texts, "length": list(map(len, texts))})
    own = make_scorer(accuracy_score, normalize=False)
    columns = {"text": "text", "table": ["length"]}
    cv = StratifiedShuffleSplit(2, test_size=0.5, random_state=0)
    tuned = tune("nb", frame, y, n_trials=2, cv=cv, scoring=own, **columns)
    assert tuned.best_score_ > 1
    assert set(tuned.predict(frame)) <= set(y)


# Pruning


def test_epochs_are_reported_and_pruned(tweets):
    study = new_study(pruner=PruneFrom(2))
    tuned = tune(
        "cnn",
        *tweets,
        study=study,
        n_trials=2,
        cv=2,
        space=DROPOUT,
        random_state=0,
        **TINY,
    )
    whole, pruned = study.trials
    assert tuned.cv_results_["state"].tolist() == ["complete", "pruned"]
    assert sorted(pruned.intermediate_values) == [0, 1, 2]
    # The score of each fold stands behind its epochs.
    scores = whole.user_attrs["scores"]
    assert whole.intermediate_values[4] == scores[0]
    assert whole.intermediate_values[9] == pytest.approx(np.mean(scores))
    assert np.isnan(tuned.cv_results_["mean_test_score"][1])
    assert tuned.best_estimator_["classify"].callbacks is None


def test_no_fold_sees_its_test_rows_before_it_is_scored(tweets, monkeypatch):
    fitted, read = [], []
    fit, transform = SequenceEncoder.fit_transform, SequenceEncoder.transform

    def noted_fit(self, X, y=None):
        fitted.append({doc.split()[0] for doc in X})
        return fit(self, X, y)

    def noted_transform(self, X):
        read.append(len(X))
        return transform(self, X)

    monkeypatch.setattr(SequenceEncoder, "fit_transform", noted_fit)
    monkeypatch.setattr(SequenceEncoder, "transform", noted_transform)
    texts, y = tweets
    named = np.array([f"row{i} {text}" for i, text in enumerate(texts)], dtype=object)
    study = new_study(pruner=PruneFrom(0))
    tune("cnn", named, y, study=study, n_trials=3, cv=2, space=DROPOUT, **TINY)
    parts = [train for train, _ in StratifiedKFold(2).split(texts, y)]
    rows = [{f"row{i}" for i in train} for train in parts]
    # Two trials end in their first fold; the last fit is that on all rows.
    assert fitted == [*rows, rows[0], rows[0], rows[0] | rows[1]]
    # Several texts at a time are read for a score: twice, as only one trial has any.
    assert len([n for n in read if n > 1]) == 2


def test_linear_models_are_pruned_between_folds(tweets):
    study = new_study(pruner=PruneFrom(1))
    tune("nb", *tweets, study=study, n_trials=2, cv=3)
    assert sorted(study.trials[1].intermediate_values) == [0, 1]


def test_only_metrics_of_a_known_name_are_those_of_epochs(tweets):
    def accuracy(estimator, X, y):
        return -1.0

    study = new_study(pruner=PruneFrom(0))
    tune(
        "cnn",
        *tweets,
        study=study,
        n_trials=2,
        cv=2,
        scoring=accuracy,
        space=DROPOUT,
        **TINY,
    )
    assert study.trials[0].intermediate_values == {0: -1.0, 1: -1.0}
    assert study.trials[1].intermediate_values == {0: -1.0}


def test_callbacks_of_the_user_stay(tweets):
    options = {**TINY, "classify__callbacks": ["TerminateOnNaN"]}
    tuned = tune("cnn", *tweets, n_trials=1, cv=2, space=DROPOUT, **options)
    assert tuned.best_estimator_["classify"].callbacks == ["TerminateOnNaN"]
    assert [type(c).__name__ for c in tuned.best_estimator_["classify"].callbacks_] == [
        "TerminateOnNaN"
    ]


# Resuming


def test_a_study_goes_on(tweets, storage, capsys):
    first = tune("nb", *tweets, study=stored_study(storage), n_trials=3, cv=2)
    assert first.n_reloaded_ == 0
    more = tune("nb", *tweets, study=stored_study(storage), n_trials=5, cv=2, verbose=1)
    assert more.n_reloaded_ == 3
    assert len(more.cv_results_) == 5
    pd.testing.assert_frame_equal(
        more.cv_results_.head(3).drop(columns=["rank_test_score", "error"]),
        first.cv_results_.drop(columns=["rank_test_score", "error"]),
    )
    out = capsys.readouterr().out
    assert out.startswith("reloaded 3 of 5 trials, made 2, ")
    assert out.endswith(f", best {more.best_score_:.4f}\n")


KILLED = """
import os, sys
import optuna, skclf.search._trial
from skclf.datasets import make_tweets
from skclf.search import tune
tweets = make_tweets(160, random_state=0)
study = optuna.create_study(
    storage=sys.argv[1], study_name="tweets", load_if_exists=True, direction="maximize"
)
run = skclf.search._trial.TrialFits.run
def run_or_die(self, trial, params):
    if trial.number == int(sys.argv[2]):
        os.kill(os.getpid(), 9)
    return run(self, trial, params)
skclf.search._trial.TrialFits.run = run_or_die
tune("nb", tweets.data["text"].to_numpy(object), tweets.target, study=study, cv=2)
"""


@pytest.mark.slow
@pytest.mark.parametrize("n_whole", [0, 2])
def test_a_search_that_was_killed_goes_on(tweets, storage, n_whole):
    command = [sys.executable, "-c", KILLED, storage, str(n_whole)]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    assert done.returncode == -9, done.stderr
    tuned = tune("nb", *tweets, study=stored_study(storage), n_trials=3, cv=2)
    assert tuned.n_reloaded_ == n_whole
    assert len(tuned.cv_results_) == 3
    # The trial that was killed is lost, but for the ready-made pipeline.
    first = Searched("nb", make_text_classifier("nb"), SPACES["nb"]).present()
    assert tuned.cv_results_["params"][0] == first


def test_a_study_of_something_else_is_refused(tweets):
    texts, y = tweets
    study = new_study()
    tune("nb", texts, y, study=study, n_trials=1, cv=2)
    for other in (
        {"name": "tfidf-logreg"},
        {"X": texts[::-1]},
        {"cv": 3},
        {"scoring": "f1_macro"},
        {"vectorize__min_df": 2},
    ):
        given = {"name": "nb", "X": texts, "y": y, "cv": 2, **other}
        with pytest.raises(ValueError, match="Take another study_name"):
            tune(**given, study=study, n_trials=1)
    used = new_study()
    used.optimize(lambda trial: 1.0, n_trials=1)
    with pytest.raises(ValueError, match="Expected a study that is new"):
        tune("nb", texts, y, study=used)


def test_time_ends_it(tweets):
    with pytest.raises(ValueError, match="None of 0 trials was completed"):
        tune("nb", *tweets, timeout=1e-9, cv=2)
    assert len(tune("nb", *tweets, timeout=1.0, n_trials=1, cv=2).cv_results_) == 1


# Budgets


@pytest.fixture
def sizes(monkeypatch):
    """Files are as large as C says, and predictions take a tenth of it."""

    def figures(name, model, X, rows, which=("kb", "ms")):
        size = model["classify"].C
        found = {"kb": size, "ms": size / 10}
        return {name: found[name] for name in which}

    monkeypatch.setattr(trial_module, "figures", figures)
    monkeypatch.setattr("skclf.search._trials.figures", figures)


def test_budgets_bind(tweets, sizes):
    free = tune("tfidf-logreg", *tweets, n_trials=6, cv=2, space=C, random_state=0)
    assert free.kb_ > 1
    for budget in ({"max_kb": 1.0}, {"max_ms": 0.1}):
        tuned = tune(
            "tfidf-logreg", *tweets, n_trials=6, cv=2, space=C, random_state=0, **budget
        )
        assert tuned.kb_ <= 1
        assert tuned.best_params_["classify__C"] <= 1
        table = tuned.cv_results_
        too_large = table["param_classify__C"] > 1
        assert set(table["state"][too_large]) == {"pruned"}
        assert table["split0_test_score"][too_large].notna().all()
        assert table["rank_test_score"][too_large].isna().all()


def test_a_budget_can_be_lowered_afterwards(tweets, sizes):
    study = new_study(pruner=optuna.pruners.NopPruner())
    tune("tfidf-logreg", *tweets, study=study, n_trials=6, cv=2, space=C)
    tuned = tune(
        "tfidf-logreg", *tweets, study=study, n_trials=6, cv=2, space=C, max_kb=1
    )
    assert tuned.n_reloaded_ == 6
    assert tuned.kb_ <= 1


def test_the_pipeline_fitted_on_all_rows_is_within_the_budget(tweets, monkeypatch):
    """The best one grows beyond it, and the next best one is taken."""
    figures = {"kb": 1.0, "ms": 1.0}
    larger = iter([{"kb": 2.0, "ms": 1.0}, figures])
    monkeypatch.setattr(trial_module, "figures", lambda *given: figures)
    monkeypatch.setattr("skclf.search._trials.figures", lambda *given: next(larger))
    study = new_study(pruner=optuna.pruners.NopPruner())
    tuned = tune(
        "tfidf-logreg", *tweets, study=study, n_trials=5, cv=2, space=C, max_kb=1
    )
    scores = sorted(trial.value for trial in study.trials)
    assert tuned.best_score_ == scores[-2]
    assert next(larger, None) is None


def test_no_pipeline_is_small_enough(tweets):
    with pytest.raises(
        ValueError,
        match=r"within max_kb=0.1 and max_ms=100, got none in 2 trials: the least was",
    ):
        tune("nb", *tweets, n_trials=2, cv=2, max_kb=0.1, max_ms=100)


# What goes wrong


def test_failed_trials_are_told_of(tweets):
    solver = optuna.distributions.CategoricalDistribution(["lbfgs", "none"])
    with pytest.warns(FitFailedWarning, match=r"of 6 trials failed.*'solver'") as told:
        tuned = tune(
            "tfidf-logreg",
            *tweets,
            n_trials=6,
            cv=2,
            random_state=0,
            space={"classify__solver": solver},
        )
    assert len(told) == 1
    table = tuned.cv_results_
    failed = table["param_classify__solver"] == "none"
    assert 0 < failed.sum() < 6
    assert set(table["state"][failed]) == {"failed"}
    assert table["error"][failed].str.contains("The 'solver' parameter").all()
    assert table["error"][~failed].isna().all()
    assert f"({failed.sum()} failed)" in repr(tuned)


def test_all_trials_failed(tweets):
    space = {"classify__solver": optuna.distributions.CategoricalDistribution(["no"])}
    with (
        pytest.warns(FitFailedWarning),
        pytest.raises(
            ValueError, match="None of 2 trials was completed: {'fail': 2}"
        ) as raised,
    ):
        tune("tfidf-logreg", *tweets, n_trials=2, cv=2, space=space)
    assert "'solver' parameter" in str(raised.value.__cause__)


def test_ctrl_c_ends_the_search_and_keeps_what_is_there(tweets, storage, monkeypatch):
    study = stored_study(storage)
    tune("nb", *tweets, study=study, n_trials=1, cv=2)

    def interrupted(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(trial_module.TrialFits, "run", interrupted)
        with pytest.raises(KeyboardInterrupt):
            tune("nb", *tweets, study=study, n_trials=3, cv=2)
    tuned = tune("nb", *tweets, study=stored_study(storage), n_trials=3, cv=2)
    assert tuned.cv_results_["state"].tolist() == ["complete", "failed", "complete"]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"study": "tweets"}, TypeError, "Expected an optuna.Study as study, got 'twe"),
        (
            {"study": optuna.create_study()},
            ValueError,
            r"directions=\['minimize'\]. Pass direction='maximize'",
        ),
        ({"n_trials": 0}, ValueError, "The 'n_trials' parameter of tune must be"),
        ({"timeout": -1}, ValueError, "The 'timeout' parameter of tune must be"),
        ({"max_kb": 0}, ValueError, "The 'max_kb' parameter of tune must be"),
        ({"cv": 1}, ValueError, "The 'cv' parameter of tune must be"),
        ({"scoring": "acuracy"}, ValueError, "Did you mean 'accuracy'"),
        ({"X": "a text"}, (ValueError, TypeError), "string"),
        ({"y": [0, 1]}, ValueError, "160"),
        ({"clasify__alpha": 1}, ValueError, "Invalid parameter 'clasify__alpha'"),
    ],
)
def test_what_is_wrong_is_said_before_any_fit(tweets, given, error, message):
    with pytest.raises(error, match=message):
        tune(**{"name": "nb", "X": tweets[0], "y": tweets[1], **given})
