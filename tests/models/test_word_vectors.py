"""Nets on pretrained word vectors: frozen, trained, or fine-tuned at the end."""

import joblib
import keras
import numpy as np
import pytest
from helpers import tiny
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score

from skclf import (
    DenseClassifier,
    EmbeddedSequences,
    KerasTextClassifier,
    RNNClassifier,
)

DIM = 6


@pytest.fixture(scope="module")
def table(X):
    rng = np.random.default_rng(0)
    table = rng.normal(size=(len(X.vocabulary) + 5, DIM)).astype(np.float32)
    table[:2] = 0
    return table


@pytest.fixture(scope="module")
def E(X, table):
    """The documents with vectors; three words more have one."""
    return embedded(np.asarray(X), table, X)


def embedded(ids, table, X, fingerprint="vectors"):
    return EmbeddedSequences(
        ids, table, vocabulary=X.vocabulary, fingerprint=fingerprint
    )


def with_new_word(E, X, vector):
    """The documents with a word at their start that no table held in training."""
    ids = E.raw_ids.copy()
    ids[:, 0] = len(E.table)
    return embedded(ids, np.vstack([E.table, vector]).astype(np.float32), X)


@pytest.mark.parametrize("kind", ["gru", "cnn"])
@pytest.mark.parametrize("embedding", ["frozen", "trainable", "finetune"])
def test_learns_and_survives_a_pickle(kind, embedding, E, y, tmp_path):
    net = tiny(kind, embedding=embedding, early_stopping=False).fit(E, y)
    assert net.score(E, y) > 0.8
    joblib.dump(net, tmp_path / "net.joblib")
    loaded = joblib.load(tmp_path / "net.joblib")
    np.testing.assert_array_equal(loaded.predict_proba(E), net.predict_proba(E))


@pytest.mark.parametrize("kind", ["gru", "cnn"])
@pytest.mark.parametrize("embedding", ["frozen", "trainable"])
def test_predictions_depend_on_the_document_alone(kind, embedding, E, X, y):
    net = tiny(kind, embedding=embedding, epochs=2).fit(E, y)
    proba = net.predict_proba(E)
    alone = np.vstack([net.predict_proba(E[i : i + 1]) for i in range(10)])
    np.testing.assert_allclose(alone, proba[:10], atol=1e-6)
    wider = np.pad(E.raw_ids, ((0, 0), (2, 3)))
    np.testing.assert_allclose(
        net.predict_proba(embedded(wider, E.table, X)), proba, atol=1e-6
    )


def test_frozen_vectors_are_in_no_net(E, X, y):
    net = tiny("cnn", epochs=1).fit(E, y)
    learned = tiny("cnn", embedding="trainable", epochs=1).fit(E, y)
    n_words = len(X.vocabulary) + 2
    assert learned.n_parameters_ - net.n_parameters_ == n_words * DIM
    assert n_words not in [len(array) for array in net._net.weights]


def test_frozen_vectors_stay_and_trained_ones_change(E, y):
    before = E.table.copy()
    net = tiny("gru", embedding="trainable", epochs=2).fit(E, y)
    np.testing.assert_array_equal(E.table, before)
    own = net.model_.get_layer("embedding").embeddings.numpy()
    used = np.unique(E.raw_ids[E.raw_ids > 1])
    assert (own[used] != before[used]).any(axis=1).all()


@pytest.mark.parametrize("embedding", ["frozen", "trainable"])
def test_a_word_that_only_the_vectors_know_counts(embedding, E, X, y):
    net = tiny("cnn", embedding=embedding, early_stopping=False).fit(E, y)
    known = E.raw_ids[0, 0]
    same = net.predict_proba(with_new_word(E, X, E.table[known]))
    other = net.predict_proba(with_new_word(E, X, -E.table[known]))
    assert np.abs(same - other).max() > 1e-3
    if embedding == "frozen":
        ids = E.raw_ids.copy()
        ids[:, 0] = known
        written = net.predict_proba(embedded(ids, E.table, X))
        np.testing.assert_allclose(same, written, atol=1e-6)


def test_fine_tuning_is_a_second_stage(E, y):
    net = tiny("gru", embedding="finetune", epochs=3, finetune_epochs=2, patience=9)
    net.set_params(finetune_learning_rate=0.005).fit(E, y)
    assert net.history_["stage"] == ["frozen"] * 3 + ["finetune"] * 2
    np.testing.assert_allclose(net.history_["learning_rate"], [0.02] * 3 + [0.005] * 2)
    first = tiny("gru", embedding="frozen", epochs=3, patience=9).fit(E, y)
    np.testing.assert_allclose(
        net.history_["loss"][:3], first.history_["loss"], rtol=1e-5
    )
    best = int(np.argmin(net.history_["val_loss"])) + 1
    assert net.best_epoch_ == best


def test_fine_tuning_that_does_not_help_is_undone(E, y):
    frozen = tiny("gru", monitor="accuracy", epochs=8).fit(E, y)
    assert max(frozen.history_["val_accuracy"]) == 1  # nothing to improve
    net = clone(frozen).set_params(embedding="finetune").fit(E, y)
    assert net.best_epoch_ == frozen.best_epoch_
    np.testing.assert_allclose(net.predict_proba(E), frozen.predict_proba(E), atol=1e-6)


def test_fine_tuning_without_early_stopping_takes_all_epochs(E, y):
    params = {"embedding": "finetune", "finetune_epochs": 3, "early_stopping": False}
    net = tiny("cnn", epochs=2, **params).fit(E, y)
    assert net.best_epoch_ == len(net.history_["loss"]) == 5


@pytest.mark.parametrize("embedding", ["frozen", "trainable", "finetune"])
def test_a_warm_start_goes_on(embedding, E, y):
    params = {"embedding": embedding, "warm_start": True, "early_stopping": False}
    net = tiny("cnn", epochs=2, **params).fit(E, y)
    losses = list(net.history_["loss"])
    net.fit(E, y)
    assert net.history_["loss"][: len(losses)] == losses
    assert np.mean(net.history_["loss"][len(losses) :]) < np.mean(losses)


@pytest.mark.parametrize("embedding", ["frozen", "trainable"])
def test_training_in_parts(embedding, E, y):
    net = tiny("cnn", embedding=embedding)
    for _ in range(8):
        net.partial_fit(E, y, classes=["bad", "good"])
    assert net.score(E, y) > 0.8


def test_fine_tuning_cannot_be_done_in_parts(E, y):
    with pytest.raises(ValueError, match="embedding='finetune' is not supported"):
        tiny("cnn", embedding="finetune").partial_fit(E, y, classes=["bad", "good"])


@pytest.mark.parametrize("kind", ["gru", "cnn"])
def test_an_array_of_vectors_works_as_well(kind, E, y):
    array = np.asarray(E, dtype=np.float64)
    net = tiny(kind, early_stopping=False).fit(array, y)
    assert net.score(array, y) > 0.8
    proba = net.predict_proba(array[:5])
    wider = np.pad(array[:5], ((0, 0), (1, 2), (0, 0)))
    np.testing.assert_allclose(net.predict_proba(wider), proba, atol=1e-6)


def test_half_precision_gives_nearly_the_same(E, X, y):
    net = tiny("cnn", epochs=3).fit(E, y)
    half = embedded(E.raw_ids, E.table.astype(np.float16), X)
    np.testing.assert_allclose(net.predict_proba(half), net.predict_proba(E), atol=1e-2)


def average(meta):
    vectors = keras.Input((None, meta["embedding_dim_"]))
    mean = keras.layers.GlobalAveragePooling1D()(vectors)
    output = keras.layers.Dense(meta["n_outputs_"], activation="sigmoid")(mean)
    return keras.Model(vectors, output)


def test_a_net_of_ones_own_reads_the_vectors(E, y):
    net = KerasTextClassifier(
        average, epochs=30, learning_rate=0.1, early_stopping=False, random_state=0
    ).fit(E, y)
    assert net.score(E, y) > 0.8
    proba = net.predict_proba(E[:3])
    np.testing.assert_allclose(net.predict_proba(E[:1]), proba[:1], atol=1e-6)


@pytest.mark.parametrize("embedding", ["trainable", "finetune"])
def test_a_net_of_ones_own_has_no_vectors_to_train(embedding, E, y):
    class Average(RNNClassifier):
        def build(self, meta):
            return average(meta)

    for net in (RNNClassifier(average), Average()):
        with pytest.raises(ValueError, match="'frozen' for a net of your own, got"):
            net.set_params(embedding=embedding).fit(E, y)


@pytest.mark.parametrize("embedding", ["frozen", "trainable", "finetune"])
def test_half_precision_in_every_stage(embedding, E, X, y):
    half = embedded(E.raw_ids, E.table.astype(np.float16), X)
    # Nothing to improve in a second stage: the vectors are those of the table.
    net = tiny("cnn", embedding=embedding, monitor="accuracy").fit(half, y)
    assert net.predict(half).shape == y.shape


def test_fine_tuning_that_diverges_keeps_the_frozen_net(E, y):
    frozen = tiny("cnn", epochs=3).fit(E, y)
    params = {"embedding": "finetune", "finetune_learning_rate": 1e30}
    with pytest.warns(ConvergenceWarning, match="overflowed|became"):
        net = clone(frozen).set_params(**params).fit(E, y)
    np.testing.assert_allclose(net.predict_proba(E), frozen.predict_proba(E), atol=1e-6)


def test_a_schedule_is_for_the_first_stage(E, y):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.02, 10, 0.9)
    net = tiny("cnn", embedding="finetune", learning_rate=schedule, epochs=2)
    rates = net.set_params(patience=9).fit(E, y).history_["learning_rate"]
    assert rates[0] > rates[1] > 1e-3
    np.testing.assert_allclose(rates[2:], 1e-4)


class Noting(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.epochs = []

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(epoch)


def test_callbacks_count_the_epochs_of_both_stages(E, y):
    params = {"embedding": "finetune", "finetune_epochs": 3, "patience": 9}
    net = tiny("cnn", callbacks=[Noting], epochs=2, **params).fit(E, y)
    assert net.callbacks_[0].epochs == [0, 1, 2, 3, 4]


class InterruptAt(keras.callbacks.Callback):
    def __init__(self, when):
        super().__init__()
        self.when = when

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.when:
            raise KeyboardInterrupt

    def on_train_begin(self, logs=None):
        if self.when == "between" and self.model.optimizer.learning_rate < 0.001:
            raise KeyboardInterrupt


@pytest.mark.parametrize("when", [1, "between", 4])
def test_ctrl_c_keeps_no_stage(when, E, y):
    net = tiny("cnn", embedding="finetune", epochs=3, patience=9)
    net.set_params(callbacks=[InterruptAt(when)])
    with pytest.raises(KeyboardInterrupt):
        net.fit(E, y)
    assert not hasattr(net, "_net")


def test_the_history_of_a_warm_start_is_one_table(E, y):
    net = tiny("cnn", epochs=2, warm_start=True, early_stopping=False).fit(E, y)
    net.set_params(embedding="finetune", finetune_epochs=3).fit(E, y)
    assert net.history_["stage"] == ["frozen"] * 4 + ["finetune"] * 3
    assert {len(values) for values in net.history_.values()} == {7}


def test_folds_share_one_compilation(E, y):
    from skclf.models.training._workbench import WORKBENCHES

    WORKBENCHES.clear()
    scores = cross_val_score(tiny("cnn", epochs=1), E, y, cv=3)
    assert len(scores) == 3
    assert len(WORKBENCHES) == 1


@pytest.mark.parametrize("embedding", ["frozen", "trainable"])
def test_other_vectors_are_refused(embedding, E, X, y):
    net = tiny("cnn", embedding=embedding, epochs=1).fit(E, y)
    other = embedded(E.raw_ids, E.table * 2, X, fingerprint="others")
    with pytest.raises(ValueError, match="of another one. Encode with the same fitted"):
        net.predict(other)


def test_the_kind_of_documents_stays_the_same(E, X, y):
    on_vectors, on_tokens = (tiny("cnn", epochs=1).fit(D, y) for D in (E, X))
    with pytest.raises(TypeError, match="Expected EmbeddedSequences, .* got Token"):
        on_vectors.predict(X)
    with pytest.raises(TypeError, match="Expected TokenSequences, .* got Embedded"):
        on_tokens.predict(E)
    array = np.asarray(E)
    for other in (X, array):
        with pytest.raises(TypeError, match="X_val of the same kind as X"):
            tiny("cnn").fit(E, y, X_val=other, y_val=y)
    on_array = tiny("cnn", epochs=1).fit(array, y)
    with pytest.raises(ValueError, match=f"vectors of length {DIM}"):
        on_array.predict(array[:, :, :2])


def test_vectors_of_no_words_cannot_be_trained(E, y):
    with pytest.raises(ValueError, match="embedding='frozen' for an array"):
        tiny("cnn", embedding="trainable").fit(np.asarray(E), y)


def test_vectors_have_to_be_finite(E, y):
    array = np.asarray(E).astype(np.float64)
    array[0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        tiny("cnn").fit(array, y)
    array[0, 0, 0] = 1e60
    with pytest.raises(ValueError, match="too large for dtype"):
        tiny("cnn").fit(array, y)
    table = np.where(E.table == E.table[3], np.inf, E.table)
    with pytest.raises(ValueError, match="The table of word vectors contains inf"):
        tiny("cnn").fit(EmbeddedSequences(E.raw_ids, table), y)


@pytest.mark.parametrize("shape", [(80, 0, 4), (80, 4, 0)], ids=str)
def test_an_array_without_vectors(shape, y):
    with pytest.raises(ValueError, match=r"shape \(n_documents, max_len, dim\), got"):
        tiny("cnn").fit(np.ones(shape), y)


def test_dense_nets_point_to_document_embedding(E, y):
    with pytest.raises(TypeError, match=r"DocumentEmbedding\(\)"):
        DenseClassifier().fit(E, y)
