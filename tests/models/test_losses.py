"""Losses: any of Keras', given what it wants; the user's own, checked before."""

import pickle

import keras
import numpy as np
import pytest
from helpers import tiny
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skclf.models.building._losses import make_loss
from skclf.models.rows._targets import one_hot
from skclf.models.training._workbench import WORKBENCHES

CODES = np.array([0, 1, 2, 1])
OUTPUT = np.array([[0.7, 0.1, 0.2], [0.2, 0.5, 0.3], [0.1, 0.3, 0.6], [0.6, 0.2, 0.2]])


def squares(y_true, y_pred):
    return keras.ops.mean((y_true - y_pred) ** 2, axis=-1)


def power(y_true, y_pred, exponent=2.0):
    return keras.ops.mean(keras.ops.abs(y_true - y_pred) ** exponent, axis=-1)


def probabilities(net, X, y, **kwargs):
    return clone(net).fit(X, y, **kwargs).predict_proba(X)


@pytest.mark.parametrize(
    ("loss", "by_keras", "targets"),
    [
        ("binary_crossentropy", keras.losses.BinaryCrossentropy(), "one-hot"),
        ("CategoricalHinge", keras.losses.CategoricalHinge(), "one-hot"),
        ("KLD", keras.losses.KLDivergence(), "one-hot"),
        (keras.losses.kl_divergence, keras.losses.KLDivergence(), "one-hot"),
        ("mse", keras.losses.MeanSquaredError(), "one-hot"),
        (squares, keras.losses.MeanSquaredError(), "one-hot"),
        (
            "sparse_categorical_crossentropy",
            keras.losses.SparseCategoricalCrossentropy(),
            "numbers",
        ),
    ],
    ids=lambda value: getattr(value, "__name__", getattr(value, "name", value)),
)
@pytest.mark.parametrize("n_outputs", [1, 3])
def test_each_is_given_the_targets_that_it_wants(loss, by_keras, targets, n_outputs):
    codes, weight = CODES % max(n_outputs, 2), np.array([1.0, 2.0, 3.0, 4.0])
    output = OUTPUT if n_outputs == 3 else OUTPUT[:, 1:2]
    found = make_loss(loss, {}, n_outputs)(one_hot(codes, n_outputs), output, weight)
    given = codes if targets == "numbers" else one_hot(codes, n_outputs)
    if n_outputs == 1 and "square" not in str(loss) and loss != "mse":
        # With two classes, columns are those of both of them.
        output = np.hstack([1 - output, output])
        given = codes if targets == "numbers" else one_hot(codes, 2)
    assert float(found) == pytest.approx(float(by_keras(given, output, weight)))


def test_names_stand_for_the_loss_that_fits_one_output(X, y):
    default = probabilities(tiny("cnn", epochs=2), X, y)
    name = tiny("cnn", epochs=2, loss="binary_crossentropy")
    np.testing.assert_array_equal(probabilities(name, X, y), default)


def test_weights_of_rows_and_classes_count(X, y3):
    net = tiny("cnn", epochs=2, early_stopping=False, loss=squares)
    weight = np.where(y3 == 5, 9.0, 1.0)
    by_row = probabilities(net, X, y3, sample_weight=weight)
    by_class = probabilities(net.set_params(class_weight={5: 9.0}), X, y3)
    np.testing.assert_allclose(by_class, by_row, atol=1e-5)
    plain = probabilities(net.set_params(class_weight=None), X, y3)
    assert by_row[:, 1].mean() > plain[:, 1].mean() + 0.02


def test_an_object_is_copied_and_keeps_its_arguments(X, y3):
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.2, name="soft")
    net = tiny("cnn", epochs=2, loss=loss).fit(X, y3)
    assert net.loss is loss is net.get_params()["loss"] is clone(net).loss
    assert net.model_.loss is not loss
    assert net.model_.loss.get_config() == loss.get_config()
    routed = tiny("cnn", epochs=2, loss="categorical_crossentropy")
    routed.set_params(loss__label_smoothing=0.2).fit(X, y3)
    np.testing.assert_array_equal(net.predict_proba(X), routed.predict_proba(X))
    assert "LossFunctionWrapper" in repr(net)
    loaded = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(loaded.predict_proba(X), net.predict_proba(X))
    assert loaded.loss.get_config() == loss.get_config()


def test_arguments_are_handed_on():
    target, output = one_hot(CODES, 3), OUTPUT
    found = make_loss(power, {"exponent": 4.0}, 3)(target, output)
    assert float(found) == pytest.approx(np.mean((target - output) ** 4))
    found = make_loss("dice", {"axis": -1}, 3)(target, output)
    by_keras = keras.losses.Dice(axis=-1)(target, output)
    assert float(found) == pytest.approx(float(by_keras))


@pytest.mark.slow
def test_a_search_over_losses_of_all_kinds(X, y):
    losses = ["focal", keras.losses.BinaryCrossentropy(label_smoothing=0.1), squares]
    search = GridSearchCV(tiny("cnn"), {"loss": losses}, cv=2, refit=False)
    assert (search.fit(X, y).cv_results_["mean_test_score"] > 0.8).all()
    loaded = pickle.loads(pickle.dumps(search.set_params(estimator__loss=squares)))
    assert loaded.estimator.loss is squares


def test_a_function_that_has_changed_is_compiled_anew(X, y):
    scale = [1.0]
    net = tiny("cnn", epochs=1, early_stopping=False)
    net.set_params(loss=lambda *both: scale[0] * squares(*both))
    before = net.fit(X, y).history_["loss"][0]
    scale[0] = 3.0
    assert net.fit(X, y).history_["loss"][0] > 2 * before


@keras.saving.register_keras_serializable("tests")
class Powered(keras.losses.Loss):
    """Says nothing of its argument in its configuration."""

    def __init__(self, exponent=2.0, **kwargs):
        super().__init__(**kwargs)
        self.exponent = exponent

    def call(self, y_true, y_pred):
        return power(y_true, y_pred, self.exponent)


def unknown():
    """A loss that no version of Keras finds by the name of its class."""

    class Unknown(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return squares(y_true, y_pred)

    return Unknown()


def test_nets_of_keras_losses_share_what_is_compiled(X, y):
    WORKBENCHES.clear()
    for loss in ("mse", "MeanSquaredError", keras.losses.MeanSquaredError()):
        tiny("cnn", epochs=1, loss=loss).fit(X, y)
    assert len(WORKBENCHES) == 1


@pytest.mark.parametrize(
    ("loss", "error", "message"),
    [
        ("crossentropi", ValueError, "got loss='crossentropi'.*mean 'crossentropy'"),
        ("kl_divergense", ValueError, "Did you mean 'kl_divergence'"),
        ("ctc", ValueError, "compares class probabilities .* got loss=CTC"),
        ("mape", ValueError, "got loss=MeanAbsolutePercentageError"),
        ("dice", ValueError, r"one value for each row.* got loss='dice' .* shape \(\)"),
        (
            lambda y_true, y_pred: keras.ops.mean(y_true - y_pred),
            ValueError,
            r"one value for each row.* of shape \(\)",
        ),
        (
            lambda y_true, y_pred: y_true - y_pred,
            ValueError,
            r"one value for each row.* of shape \(5, 3\) for targets of shape \(5, 3\)",
        ),
        (
            keras.losses.CategoricalCrossentropy(from_logits=True),
            ValueError,
            "Expected from_logits=False, got .*: the outputs of a net are prob",
        ),
        (
            keras.losses.CategoricalCrossentropy(reduction="sum"),
            ValueError,
            "Expected reduction='sum_over_batch_size', got .* with reduction='sum'",
        ),
        (Powered(3.0), ValueError, r"get_config\(\) has all its arguments.*'exponent'"),
        (unknown(), ValueError, "a loss that Keras can make again, as pickles need it"),
        (keras.layers.Dense, TypeError, "Expected loss by name, or as a class derived"),
    ],
)
def test_what_cannot_judge_a_net_is_refused_before_training(
    loss, error, message, X, y3
):
    # The data would be refused only after that.
    with pytest.raises(error, match=message):
        tiny("cnn", loss=loss, callbacks=[NeverBegun]).fit(X, y3)


class NeverBegun(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        raise AssertionError("training has begun")


def test_an_object_takes_no_arguments(X, y):
    net = tiny("cnn", loss=keras.losses.Huber(), loss__delta=0.5)
    with pytest.raises(ValueError, match="'loss__delta'.* an object is used as it is"):
        net.fit(X, y)


def test_an_error_of_a_loss_names_it(X, y):
    def loss(y_true, y_pred):
        return y_true[:, 1]

    with pytest.raises(Exception, match="slice") as caught:
        tiny("cnn", loss=loss).fit(X, y)
    assert "This happened to loss=<function" in caught.value.__notes__[0]
