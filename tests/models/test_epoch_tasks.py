"""scikit-learn's own callbacks on nets: each epoch is a task."""

import numpy as np
import pytest
from helpers import tiny
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skclf import SequenceEncoder
from skclf.embed import EmbeddedSequences

callback = pytest.importorskip("sklearn.callback", reason="needs scikit-learn 1.9")


class Tasks:
    """Notes the name of each task, and ends a fit after some epochs."""

    max_propagation_depth = None

    def __init__(self, stop_after=None):
        self.stop_after = stop_after
        self.begun, self.ended, self.log = [], [], []

    def setup(self, estimator, context):
        self.log.append("setup")

    def teardown(self, estimator, context):
        self.log.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.begun.append(context.task_name)

    def on_fit_task_end(self, estimator, context):
        self.ended.append(context.task_name)
        return self.ended.count("epoch") == self.stop_after


@pytest.fixture
def net():
    return tiny("cnn", epochs=4, early_stopping=False)


def test_epochs_are_tasks(net, X, y):
    tasks = Tasks()
    net.set_callbacks(tasks).fit(X, y)
    assert tasks.begun == ["fit"] + ["epoch"] * 4
    assert tasks.ended == ["epoch"] * 4 + ["fit"]
    assert tasks.log == ["setup", "teardown"]
    assert net.callbacks_ == []  # Keras' own


def test_the_tasks_of_all_stages_are_of_one_fit(X, y):
    tasks = Tasks()
    table = np.eye(len(X.vocabulary) + 2)
    table[:2] = 0
    embedded = EmbeddedSequences(np.asarray(X), table, vocabulary=X.vocabulary)
    net = tiny("cnn", epochs=2, embedding="finetune", finetune_epochs=3)
    net.set_params(early_stopping=False).set_callbacks(tasks).fit(embedded, y)
    assert tasks.begun == ["fit"] + ["epoch"] * 5


def test_scores_are_those_of_the_net_after_each_epoch(net, X, y):
    monitor = callback.ScoringMonitor(scoring="neg_log_loss")
    net.set_callbacks(monitor).fit(X, y)
    log = monitor.get_logs(select="most_recent").data_as_pandas
    scores = log.set_index("task_id_path")["neg_log_loss"]
    shorter = [clone(net).set_params(epochs=n).set_callbacks() for n in (1, 4)]
    first, last = (-log_loss_of(net.fit(X, y), X, y) for net in shorter)
    assert scores[0, 0] == pytest.approx(first)
    assert scores[0, 3] == scores[(0,)] == pytest.approx(last)
    assert scores.is_monotonic_increasing or scores[0, 3] > scores[0, 0]


def test_of_soft_labels_the_largest_is_scored(net, X, y):
    shares = np.where((y == "good")[:, None] == [False, True], 0.8, 0.2)
    monitor = callback.ScoringMonitor(scoring="accuracy")
    net.set_callbacks(monitor).fit(X, shares)
    log = monitor.get_logs(select="most_recent").data_as_pandas
    last = log.set_index("task_id_path")["accuracy"][(0,)]
    assert last == net.score(X, (y == "good").astype(int))


def test_a_net_that_is_watched_is_the_same(net, X, y):
    expected = clone(net).fit(X, y).predict_proba(X)
    net.set_callbacks(Tasks(), callback.ScoringMonitor(scoring="accuracy"))
    np.testing.assert_array_equal(net.fit(X, y).predict_proba(X), expected)


def test_a_callback_may_end_the_training(net, X, y):
    net.set_callbacks(Tasks(stop_after=2)).fit(X, y)
    assert len(net.history_["loss"]) == 2


def test_in_pipelines_and_searches(net, texts, y):
    tasks = Tasks()
    pipeline = make_pipeline(SequenceEncoder(), net)
    grid = {"cnnclassifier__epochs": [1, 2]}
    search = GridSearchCV(pipeline, grid, cv=2, refit=False).set_callbacks(tasks)
    with pytest.warns(UserWarning, match="SequenceEncoder does not support callbacks"):
        search.fit(texts, y)
    assert tasks.begun.count("epoch") == tasks.ended.count("epoch") == 2 * (1 + 2)
    assert tasks.log == ["setup", "teardown"]


def test_the_end_comes_after_a_fit_that_failed(net, X, y):
    tasks = Tasks()

    class Broken(callback.ScoringMonitor):
        def on_fit_task_end(self, estimator, context):
            raise OSError("disk full")

    net.set_callbacks(tasks, Broken(scoring="accuracy"))
    with pytest.raises(OSError, match="disk full"):
        net.fit(X, y)
    assert tasks.log == ["setup", "teardown"]
    assert net.set_callbacks().fit(X, y).score(X, y) > 0.9


def test_progress_is_shown(net, X, y, capsys):
    pytest.importorskip("rich")
    net.set_callbacks(callback.ProgressBar()).fit(X, y)
    shown = capsys.readouterr().out
    assert "CNNClassifier - fit" in shown
    assert "100%" in shown


def log_loss_of(net, X, y):
    proba = net.predict_proba(X)
    return -np.mean(np.log(proba[np.arange(len(y)), np.searchsorted(net.classes_, y)]))
