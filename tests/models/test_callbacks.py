"""Callbacks: what is built is used as it is, and gets only what it takes."""

import pickle
from functools import partial

import keras
import pytest
from helpers import tiny
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score


class PrunedError(Exception):
    """The trial is not worth going on with."""


class Trial:
    """A trial of a study that is kept in memory."""

    def __init__(self):
        self.reports = {}

    def report(self, value, step):
        self.reports[step] = value
        if step == 1:
            raise PrunedError


class Pruning(keras.callbacks.Callback):
    """Reports to a trial; it has no `mode`, as Optuna's has none."""

    def __init__(self, trial, monitor="val_loss"):
        super().__init__()
        self.trial = trial
        self.monitor = monitor

    def on_epoch_end(self, epoch, logs=None):
        self.trial.report(logs[self.monitor], epoch)


class Counter(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.n_epochs = 0

    def on_epoch_end(self, epoch, logs=None):
        self.n_epochs += 1


def by_class(trial):
    return {
        "callbacks": [Pruning],
        "callbacks__0__trial": trial,
        "callbacks__0__monitor": "val_f1",
    }


def by_key(trial):
    return {"callbacks": {"prune": Pruning}, "callbacks__prune__trial": trial}


MAKERS = {
    "class": by_class,
    "key": by_key,
    "function": lambda trial: {"callbacks": [lambda: Pruning(trial, "val_auc")]},
    "partial": lambda trial: {"callbacks": partial(Pruning, trial)},
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_reports_reach_the_trial_itself(make, X, y):
    trial = Trial()
    net = tiny("cnn", **make(trial))
    with pytest.raises(PrunedError):
        net.fit(X, y)
    assert sorted(trial.reports) == [0, 1]
    trial.reports.clear()
    with pytest.raises(PrunedError):  # of clones, too
        cross_val_score(net, X, y, cv=2, error_score="raise")
    assert sorted(trial.reports) == [0, 1]


def test_an_object_is_told_itself_and_its_copies_in_clones(X, y):
    counter = Counter()
    net = tiny("cnn", callbacks=[counter], epochs=2).fit(X, y)
    assert counter.n_epochs == 2
    assert counter.model is None  # it is a parameter, which clones and pickles copy
    (used,) = net.callbacks_
    assert used.n_epochs == 2
    assert used.model is net.model_
    search = GridSearchCV(net, {"filters": [4, 8]}, cv=2).fit(X, y)
    assert counter.n_epochs == 2
    assert search.best_estimator_.callbacks[0].n_epochs == 4
    loaded = pickle.loads(pickle.dumps(search.best_estimator_))
    assert not hasattr(loaded, "callbacks_")
    assert loaded.callbacks[0].n_epochs == 4


@pytest.mark.parametrize("kind", ["Keras' own", "derived"])
def test_the_best_value_of_a_fit_does_not_disturb_the_next(kind, X, y, tmp_path):
    class Derived(keras.callbacks.ModelCheckpoint):
        pass

    made = Derived if kind == "derived" else keras.callbacks.ModelCheckpoint
    path = tmp_path / "best.keras"
    net = tiny("cnn", epochs=1, callbacks=[made(path, "val_f1", save_best_only=True)])
    for _ in range(2):
        net.fit(X, y)
        path.unlink()  # it was written


def test_the_objects_model_is_let_go_after_an_error(X, y):
    pruning = Pruning(Trial())
    with pytest.raises(PrunedError):
        tiny("cnn", callbacks=[pruning]).fit(X, y)
    assert pruning.model is None


def test_mode_is_given_to_those_that_take_it(X, y):
    class WithMode(Counter):
        def __init__(self, monitor, mode="auto"):
            super().__init__()
            self.mode = mode

    class OtherMode(Counter):
        def __init__(self, monitor, mode="offline"):
            super().__init__()
            self.mode = mode

    class HandsOn(keras.callbacks.EarlyStopping):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)

    made = {"a": WithMode, "b": OtherMode, "c": HandsOn, "d": WithMode}
    scores = {f"callbacks__{key}__monitor": "val_f1" for key in "abc"}
    net = tiny("cnn", epochs=1, callbacks=made, callbacks__d__monitor="loss", **scores)
    modes = [callback.mode for callback in net.fit(X, y).callbacks_]
    assert modes == ["max", "offline", "max", "min"]


def test_an_argument_may_be_routed_to_a_function(X, y):
    def stop(patience=9):
        return keras.callbacks.EarlyStopping("loss", patience=patience, min_delta=99.0)

    net = tiny("cnn", callbacks=[stop], callbacks__0__patience=1).fit(X, y)
    assert len(net.history_["loss"]) == 2


@pytest.mark.parametrize(
    ("callbacks", "message"),
    [
        (lambda trial: None, "all arguments of <lambda>.*callbacks__0__name=value"),
        (Pruning, "all arguments of Pruning, got .*missing .* argument: 'trial'"),
        (lambda: 3, "Expected a Keras callback from <lambda>, got 3"),
    ],
)
def test_makers_that_make_no_callback(callbacks, message, X, y):
    with pytest.raises(TypeError, match=message):
        tiny("cnn", callbacks=[callbacks]).fit(X, y)


def test_objects_take_no_arguments(X, y):
    net = tiny("cnn", callbacks=[Counter()], callbacks__0__n_epochs=3)
    with pytest.raises(ValueError, match="an object is used as it is, got Counter"):
        net.fit(X, y)


class FixedRate(keras.optimizers.SGD):
    """An optimizer of the user's that takes no learning rate."""

    def __init__(self):
        super().__init__(learning_rate=7.0)


def test_an_optimizer_that_takes_no_learning_rate(X, y):
    net = tiny("cnn", optimizer=FixedRate, epochs=2)
    assert net.fit(X, y).history_["learning_rate"] == pytest.approx([0.02, 0.02])
    schedule = keras.optimizers.schedules.ExponentialDecay(0.02, 3, 0.5)
    net.set_params(learning_rate=schedule, early_stopping=False)
    assert net.fit(X, y).history_["learning_rate"] == pytest.approx([0.01, 0.005])


@keras.saving.register_keras_serializable("tests")
class Noting(keras.losses.Loss):
    """A loss that writes down what it was made with."""

    def __init__(self, notes, **kwargs):
        super().__init__(**kwargs)
        notes.append("made")

    def call(self, y_true, y_pred):
        return keras.ops.mean((y_true - y_pred) ** 2, axis=-1)


def test_losses_and_schedules_are_given_what_the_user_gave(X, y):
    notes = []
    net = tiny("cnn", loss=Noting, loss__notes=notes, epochs=1)
    schedule = keras.optimizers.schedules.ExponentialDecay(0.02, 3, 0.5)
    net.set_params(learning_rate=schedule).fit(X, y)
    assert notes
    assert net._net.architecture.params["learning_rate"] is schedule
    assert clone(net).loss__notes == notes
