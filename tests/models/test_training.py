"""The training loop: history, early stopping, callbacks, progress."""

import re
import time

import keras
import numpy as np
import pytest
from helpers import tiny
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import f1_score, log_loss, roc_auc_score

EPOCH_KEYS = {"loss", "accuracy", "learning_rate", "seconds"}
VALIDATION_KEYS = {"val_loss", "val_accuracy", "val_f1", "val_auc"}


def test_history_has_one_entry_for_each_epoch(X, y):
    net = tiny("cnn", epochs=3).fit(X, y)
    assert set(net.history_) == EPOCH_KEYS | VALIDATION_KEYS
    assert {len(values) for values in net.history_.values()} == {3}
    plain = tiny("cnn", epochs=3, early_stopping=False).fit(X, y)
    assert set(plain.history_) == EPOCH_KEYS
    assert plain.best_epoch_ == 3


def test_validation_scores_are_those_of_scikit_learn(X, y):
    net = tiny("gru", epochs=1).fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    truth, proba = y[60:] == "good", net.predict_proba(X[60:])[:, 1]
    last = {name: values[-1] for name, values in net.history_.items()}
    assert last["val_loss"] == pytest.approx(log_loss(truth, proba), abs=1e-5)
    assert last["val_accuracy"] == pytest.approx(np.mean(truth == (proba > 0.5)))
    f1 = f1_score(truth, proba > 0.5, average="macro")
    assert last["val_f1"] == pytest.approx(f1)
    assert last["val_auc"] == pytest.approx(roc_auc_score(truth, proba))


def test_the_weights_of_the_best_epoch_are_kept(X, y):
    noise = np.random.RandomState(0).permutation(y)
    net = tiny("gru", epochs=30, patience=4, learning_rate=0.05)
    net.fit(X[:50], noise[:50], X_val=X[50:], y_val=noise[50:])
    losses = net.history_["val_loss"]
    assert net.best_epoch_ == np.argmin(losses) + 1
    assert len(losses) == net.best_epoch_ + 4
    loss = log_loss(noise[50:], net.predict_proba(X[50:]), labels=["bad", "good"])
    assert loss == pytest.approx(min(losses), abs=1e-5)


@pytest.mark.parametrize("monitor", ["loss", "accuracy", "auc", "f1"])
def test_monitor_decides_which_epoch_is_best(monitor, X, y):
    noise = np.random.RandomState(1).permutation(y)
    net = tiny("cnn", monitor=monitor, epochs=6, patience=6, learning_rate=0.05)
    net.fit(X[:50], noise[:50], X_val=X[50:], y_val=noise[50:])
    watched = np.array(net.history_[f"val_{monitor}"])
    best = watched.argmin() if monitor == "loss" else watched.argmax()
    assert net.best_epoch_ == best + 1


def test_held_out_share_is_stratified_and_not_trained_on(X):
    from skclf.models.rows._rows import hold_out

    codes = np.array([0] * 70 + [1] * 20 + [2] * 9 + [3])
    train, held = hold_out(codes, 0.2, np.random.RandomState(0))
    assert sorted([*train, *held]) == list(range(100))
    assert np.bincount(codes[held], minlength=4).tolist() == [14, 4, 2, 0]
    assert (np.diff(held) > 0).all()
    again = hold_out(codes, 0.2, np.random.RandomState(1))[1]
    assert held.tolist() != again.tolist()


def test_classes_with_a_single_row_are_trained_on(X):
    labels = [f"class {i}" for i in range(8)]
    net = tiny("cnn", epochs=2).fit(X[:8], labels)
    assert net.classes_.tolist() == labels
    assert "val_loss" not in net.history_


def test_validation_data_in_place_of_a_share(X, y):
    net = tiny("gru", epochs=2)
    seen = clone(net).fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    flipped = np.where(y == "bad", "good", "bad")
    other = clone(net).fit(X[:60], y[:60], X_val=X[60:], y_val=flipped[60:])
    assert seen.history_["loss"] == other.history_["loss"]
    assert seen.history_["val_loss"] != other.history_["val_loss"]


def test_weights_of_validation_data_count_in_its_loss(X, y):
    weight = np.r_[np.full(10, 5.0), np.ones(10)]
    data = {"X_val": X[60:], "y_val": y[60:]}
    net = tiny("gru", epochs=1)
    plain = clone(net).fit(X[:60], y[:60], **data).history_
    weighted = clone(net).fit(X[:60], y[:60], sample_weight_val=weight, **data).history_
    assert plain["val_loss"] != weighted["val_loss"]
    assert plain["val_accuracy"] == weighted["val_accuracy"]


class Recorder(keras.callbacks.Callback):
    """Notes what a callback can see."""

    def __init__(self, stop_after=99):
        super().__init__()
        self.stop_after = stop_after
        self.epochs, self.rates = [], []

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append((epoch, sorted(logs)))
        self.rates.append(float(self.model.optimizer.learning_rate))
        self.model.stop_training = len(self.epochs) == self.stop_after


class BatchRecorder(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.batches = []

    def on_train_batch_end(self, batch, logs=None):
        self.batches.append(logs["loss"])


def test_callbacks_see_a_live_model_at_the_end_of_epochs(X, y):
    recorder = Recorder(stop_after=2)
    net = tiny("cnn", callbacks=[recorder]).fit(X, y)
    (used,) = net.callbacks_
    assert recorder.epochs == used.epochs  # the user's object is told
    assert [epoch for epoch, _ in used.epochs] == [0, 1]
    assert set(used.epochs[0][1]) == (EPOCH_KEYS | VALIDATION_KEYS) - {"seconds"}
    assert used.rates == pytest.approx([0.02, 0.02])
    assert used.model is net.model_


def test_callbacks_may_look_at_batches(X, y):
    net = tiny("cnn", callbacks=BatchRecorder, epochs=2, early_stopping=False)
    net.fit(X, y)
    (recorder,) = net.callbacks_
    assert len(recorder.batches) == 2 * 3  # 80 rows in batches of 32
    plain = tiny("cnn", epochs=2, early_stopping=False).fit(X, y)
    np.testing.assert_allclose(net.history_["loss"], plain.history_["loss"], rtol=1e-4)


def test_batches_are_small_where_there_is_little_data(X, y):
    net = tiny("cnn", callbacks=BatchRecorder, epochs=1, early_stopping=False)
    net.set_params(batch_size="auto").fit(X, y)
    assert len(net.callbacks_[0].batches) == 80 / 4
    net.set_params(batch_size=16).fit(X, y)  # exactly what is asked for
    assert len(net.callbacks_[0].batches) == 80 / 16


def test_batches_of_partial_fit_do_not_depend_on_the_part(X, y):
    net = tiny("cnn", callbacks=BatchRecorder, batch_size="auto")
    net.partial_fit(X, y, classes=["bad", "good"])
    assert len(net.callbacks_[0].batches) == 3  # 80 rows in batches of 32


def test_reduce_learning_rate_on_plateau(X, y):
    net = tiny(
        "gru",
        callbacks=["ReduceLROnPlateau"],
        callbacks__0__monitor="loss",
        callbacks__0__min_delta=100.0,
        callbacks__0__patience=1,
        callbacks__0__factor=0.5,
        epochs=3,
    ).fit(X, y)
    assert net.history_["learning_rate"] == pytest.approx([0.02, 0.02, 0.01])
    again = clone(net).fit(X, y)
    assert again.history_["learning_rate"][0] == pytest.approx(0.02)


def test_model_checkpoint_by_key(X, y, tmp_path):
    net = tiny(
        "cnn",
        callbacks={"save": "ModelCheckpoint"},
        callbacks__save__filepath=str(tmp_path / "{epoch:02d}.keras"),
        epochs=2,
    ).fit(X, y)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "01.keras",
        "02.keras",
    ]
    loaded = keras.models.load_model(tmp_path / "02.keras")
    names = [layer.name for layer in loaded.layers]
    assert names == [layer.name for layer in net.model_.layers]


@pytest.mark.parametrize("score", ["val_accuracy", "val_f1", "val_auc"])
@pytest.mark.parametrize(
    "name", ["ModelCheckpoint", "ReduceLROnPlateau", "EarlyStopping"]
)
def test_callbacks_know_that_more_of_a_score_is_better(name, score, X, y, tmp_path):
    params = {"callbacks__0__monitor": score}
    if name == "ModelCheckpoint":
        params["callbacks__0__filepath"] = tmp_path / "best.keras"
        params["callbacks__0__save_best_only"] = True
    net = tiny("cnn", callbacks=[name], epochs=2, **params).fit(X, y)
    assert net.callbacks_[0].monitor_op(2, 1)


def test_tensorboard_writes_its_events(X, y, tmp_path):
    pytest.importorskip("tensorboard")
    net = tiny("cnn", callbacks=[keras.callbacks.TensorBoard], epochs=1)
    net.set_params(callbacks__0__log_dir=str(tmp_path)).fit(X, y)
    assert list(tmp_path.rglob("events.out.tfevents*"))


def test_learning_rate_may_be_a_schedule(X, y):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.02, 3, 0.5)
    net = tiny("cnn", learning_rate=schedule, epochs=3, early_stopping=False).fit(X, y)
    assert net.history_["learning_rate"] == pytest.approx([0.01, 0.005, 0.0025])


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", keras.optimizers.AdamW])
def test_optimizers_by_name_and_class(optimizer, X, y):
    assert tiny("cnn", optimizer=optimizer, epochs=1).fit(X, y).classes_.size == 2


def test_routed_parameters_reach_optimizer_and_loss(X, y):
    net = tiny(
        "cnn", optimizer="sgd", optimizer__momentum=0.9, loss__label_smoothing=0.2
    )
    optimizer = net.fit(X, y).model_.optimizer
    assert isinstance(optimizer, keras.optimizers.SGD)
    assert optimizer.momentum == 0.9
    assert net.model_.loss.label_smoothing == 0.2


@pytest.mark.parametrize("loss", ["focal", keras.losses.Poisson])
def test_other_losses(loss, X, y, y3):
    for target in (y, y3):
        net = tiny("cnn", loss=loss, epochs=12).fit(X, target)
        assert net.score(X, target) > 0.8


def test_loss_that_explodes_is_an_error_with_advice(X, y):
    net = tiny("gru", optimizer="sgd", loss=Exploding, early_stopping=False)
    with pytest.raises(ValueError, match="The loss became nan in epoch 1"):
        net.fit(X, y)


@keras.saving.register_keras_serializable("tests")
class Exploding(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return keras.ops.log(-1.0 - y_pred[:, 0])


class Poison(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            self.model.set_weights([w * np.nan for w in self.model.get_weights()])


def test_weights_that_overflow_in_the_last_step_are_an_error(features, y):
    net = tiny("dense", optimizer="sgd", learning_rate=1e38, epochs=1, batch_size=999)
    net.set_params(hidden_units=None)
    with pytest.raises(ValueError, match="The (weights overflowed|loss became)"):
        net.set_params(early_stopping=False).fit(features * 1000, y)


def test_lambda_callbacks_see_batches(X, y):
    seen = []
    callback = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append(batch)
    )
    tiny("cnn", callbacks=[callback], epochs=1, early_stopping=False).fit(X, y)
    assert len(seen) == 3


def test_progress_bar_of_keras_can_be_used(X, y, capsys):
    tiny("cnn", callbacks=["ProgbarLogger"], epochs=1).fit(X, y)
    assert "loss" in capsys.readouterr().out


def test_alpha_of_the_focal_loss_has_an_effect_for_two_classes(X, y):
    low, high = (
        tiny("cnn", loss="focal", loss__alpha=alpha, epochs=2)
        .fit(X, y)
        .predict_proba(X)
        for alpha in (0.1, 0.9)
    )
    assert high[:, 1].mean() > low[:, 1].mean() + 0.1


def test_auc_of_one_class_is_not_watched(X):
    y = np.r_[np.ones(4, dtype=int), np.zeros(36, dtype=int)]
    with pytest.warns(UserWarning, match="monitor='auc' is not defined"):
        net = tiny("cnn", monitor="auc", epochs=3).fit(X[:40], y)
    assert net.best_epoch_ == np.argmin(net.history_["val_loss"]) + 1


def test_loss_that_explodes_later_keeps_the_best_weights(X, y):
    with pytest.warns(ConvergenceWarning, match="The loss became nan in epoch 3"):
        net = tiny("cnn", callbacks=[Poison], epochs=9).fit(X, y)
    assert net.best_epoch_ in (1, 2)
    assert np.isfinite(net.predict_proba(X)).all()


def test_progress_is_a_line(X, y, capsys, monkeypatch):
    tiny("cnn", epochs=2, verbose=1).fit(X, y)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("epoch 2/2  loss 0.")
    assert re.fullmatch(
        r".*  accuracy [01]\.\d+  val [01]\.\d+  best \d  \d\.\d s", line
    )
    assert len(line) <= 80
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    tiny("cnn", epochs=2, verbose=1).fit(X, y)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert out.count("\repoch") == 3  # two epochs, and the last one that stays


def test_progress_says_how_long_it_takes_at_most(X, y, capsys, monkeypatch):
    class Slow(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            time.sleep(0.3)

    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    tiny("cnn", epochs=4, verbose=1, callbacks=[Slow]).fit(X, y)
    first, *_, last = capsys.readouterr().out.strip().split("\r")
    assert re.search(r", at most \d+ s left *$", first)
    assert "left" not in last
    assert max(len(first), len(last)) <= 80


def test_silent_by_default(X, y, capfd):
    tiny("gru", epochs=1).fit(X, y).predict(X)
    assert capfd.readouterr() == ("", "")
