"""What goes wrong is said before any work starts: what was expected, got, and to do."""

import re

import keras
import numpy as np
import pytest
from helpers import tiny
from sklearn.exceptions import NotFittedError

from skclf import CNNClassifier, KerasTextClassifier, RNNClassifier, SequenceEncoder

NETS = ["gru", "cnn", "dense"]


@pytest.mark.parametrize("kind", ["gru", "cnn"])
@pytest.mark.parametrize(
    "data",
    [
        ["some", "texts"],
        "a bare string",
        np.ones((2, 3)),
        np.ones((2, 3), dtype=int),
        np.array(["raw", "text"], dtype=object),
        [b"bytes", b"bytes"],
        [{"a": 1}, {}],
        [["nested"], ["lists"]],
    ],
    ids=repr,
)
def test_a_sequence_net_names_the_missing_step(kind, data):
    with pytest.raises(TypeError, match="Put the step SequenceEncoder"):
        tiny(kind).fit(data, [0, 1])


def test_a_sequence_net_checks_at_predict_too(X, y):
    net = tiny("cnn", epochs=1).fit(X, y)
    with pytest.raises(TypeError, match=r"got list\. Put the step SequenceEncoder"):
        net.predict(["raw text"])


def test_a_net_of_ones_own_reads_what_it_was_fitted_on(X, y, features):
    def linear(meta):
        inputs = keras.Input((meta["n_features_in_"],))
        return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(inputs))

    on_features = KerasTextClassifier(linear, epochs=1).fit(features, y)
    with pytest.raises(TypeError, match="expects features such as TF-IDF"):
        on_features.predict(X)
    on_tokens = KerasTextClassifier(build(n_outputs=2), epochs=1).fit(X, y)
    with pytest.raises(TypeError, match="Put the step SequenceEncoder"):
        on_tokens.predict(np.asarray(X))


def test_dense_classifier_points_to_a_vectorizer(X, y):
    with pytest.raises(TypeError, match="expects features such as TF-IDF"):
        tiny("dense").fit(X, y)
    for texts in (["raw", "text"], np.array(["raw", "text"]), "raw text"):
        with pytest.raises(
            TypeError, match=r"got raw texts in a .*TfidfVectorizer\(\)"
        ):
            tiny("dense").fit(texts, [0, 1])
        with pytest.raises(
            TypeError, match=r"got raw texts in a .*SequenceEncoder\(\)"
        ):
            KerasTextClassifier(build()).fit(texts, [0, 1])


def test_ids_of_another_vocabulary_are_refused(X, y):
    net = tiny("gru", epochs=1, warm_start=True).fit(X, y)
    other = SequenceEncoder().fit_transform(["other words here"] * 80)
    for use in (net.predict, lambda X: net.fit(X, y), lambda X: net.partial_fit(X, y)):
        with pytest.raises(ValueError, match="of another one. Encode with the same"):
            use(other)


def labels(kind):
    return {
        "missing": (None, "requires y to be passed"),
        "too few": (["bad", "good"], "X has 80 rows, y has 2"),
        "one class": (["bad"] * 80, "at least 2 classes, got 1 class"),
        "NaN": ([np.nan, *[0.0, 1.0] * 39, 1.0], "the first in row 0. Drop these rows"),
        "None": ([*["a", "b"] * 39, "a", None], "the first in row 79. Drop these rows"),
        "multilabel": (
            np.full((80, 2), "a"),
            "Expected 0 and 1 in the indicator matrix",
        ),
        "continuous": (np.linspace(0, 1, 80), "Unknown label type"),
    }[kind]


@pytest.mark.parametrize("kind", NETS)
@pytest.mark.parametrize(
    "wrong",
    ["missing", "too few", "one class", "NaN", "None", "multilabel", "continuous"],
)
def test_labels_are_checked(kind, wrong, X, features):
    y, message = labels(wrong)
    with pytest.raises(ValueError, match=message):
        tiny(kind).fit(features if kind == "dense" else X, y)


@pytest.mark.parametrize("kind", NETS)
def test_empty_training_set(kind, X, features):
    empty = (features if kind == "dense" else X)[:0]
    with pytest.raises(ValueError, match=r"0 sample\(s\)"):
        tiny(kind).fit(empty, [])


@pytest.mark.parametrize("kind", NETS)
def test_predicting_before_fit(kind, X, features):
    data = features if kind == "dense" else X
    net = tiny(kind)
    for method in (net.predict, net.predict_proba, lambda X: net.summary()):
        with pytest.raises(NotFittedError, match="is not fitted yet"):
            method(data)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.ones(3), r"sample_weight.shape == \(3,\), expected \(80,\)"),
        (-np.ones(80), "Negative values in data passed to `sample_weight`"),
        (np.zeros(80), "positive sample_weight|at least one non-zero"),
        (np.r_[np.ones(40), np.zeros(40)] * ([1, 0] * 40), "at least 2 classes"),
        (np.full(80, np.nan), "Input sample_weight contains NaN"),
    ],
)
def test_sample_weights_are_checked(weight, message, X, y):
    with pytest.raises(ValueError, match=message):
        tiny("cnn").fit(X, y, sample_weight=weight)


def test_a_class_weight_that_is_no_class(X, y):
    with pytest.raises(ValueError, match=r"\['bad', 'good'\], got 'ugly'"):
        tiny("cnn", class_weight={"bad": 1, "ugly": 2}).fit(X, y)


@pytest.mark.parametrize("value", ["2", None, [1.0], np.nan, np.inf, -1, 1j], ids=repr)
def test_a_class_weight_that_is_no_weight(value, X, y):
    net = tiny("cnn", class_weight={"good": 1, "bad": value})
    with pytest.raises(ValueError, match="class_weight, got .* for the class 'bad'"):
        net.fit(X, y)


def test_class_weights_leave_two_classes(X, y):
    for weights in ({"bad": 0}, {"bad": 0, "good": 0}):
        net = tiny("cnn", class_weight=weights)
        with pytest.raises(ValueError, match="above 0 for at least two .* got {'bad'"):
            net.fit(X, y)


@pytest.mark.parametrize(
    "params",
    [
        {"optimizer": keras.losses.Huber},
        {"optimizer": dict},
        {"loss": keras.metrics.AUC},
        {"loss": float},
    ],
    ids=str,
)
def test_classes_of_another_kind(params, X, y):
    ((name, value),) = params.items()
    message = f"Expected {name} by name, or as a class .*, got .*{value.__name__}"
    with pytest.raises(TypeError, match=message):
        tiny("cnn", **params).fit("not looked at", y)


@pytest.mark.parametrize(
    "params",
    [
        {"loss__from_logits": True},
        {"loss__reduction": "sum"},
        {"loss__reduction": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("loss", ["crossentropy", keras.losses.BinaryCrossentropy])
def test_a_loss_that_does_harm(params, loss, y):
    ((name, value),) = params.items()
    net = tiny("cnn", loss=loss, **params)
    with pytest.raises(ValueError, match=f"Expected {name}=.*, got {value!r}: "):
        net.fit("not looked at", y)
    with pytest.raises(ValueError, match=f"Expected {name}="):
        tiny("cnn").set_params(**params)


def test_the_loss_may_be_told_what_it_does_anyway(X, y):
    params = {"loss__from_logits": False, "loss__reduction": "sum_over_batch_size"}
    told = tiny("cnn", epochs=1, **params).fit(X, y)
    plain = tiny("cnn", epochs=1).fit(X, y)
    np.testing.assert_array_equal(told.predict_proba(X), plain.predict_proba(X))


def test_labels_unseen_at_partial_fit(X, y):
    net = tiny("cnn").partial_fit(X, y, classes=["bad", "good"])
    with pytest.raises(ValueError, match="Expected labels among .* got 'ugly'"):
        net.partial_fit(X, np.where(y == "bad", "ugly", y))
    with pytest.raises(ValueError, match="as in the first call"):
        net.partial_fit(X, y, classes=["bad", "ugly"])
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        tiny("cnn").partial_fit(X, y)


def test_validation_data_comes_in_pairs_of_one_kind(X, y, texts):
    net = tiny("cnn")
    with pytest.raises(ValueError, match=r"together, got only \['X_val'\]"):
        net.fit(X, y, X_val=X)
    with pytest.raises(ValueError, match=r"together, got only \['y_val'\]"):
        net.fit(X, y, y_val=y)
    with pytest.raises(ValueError, match=r"got only \['sample_weight_val'\]"):
        net.fit(X, y, sample_weight_val=np.ones(80))
    with pytest.raises(TypeError, match="same kind as X, TokenSequences, got list"):
        net.fit(X, y, X_val=texts, y_val=y)
    with pytest.raises(ValueError, match="X_val has 80 rows, y_val has 79"):
        net.fit(X, y, X_val=X, y_val=y[:79])
    with pytest.raises(ValueError, match="Expected labels among .* got 'ugly'"):
        net.fit(X, y, X_val=X, y_val=["ugly"] * 80)


@pytest.mark.parametrize(
    "params",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"learning_rate": -1.0},
        {"units": 0},
        {"cell": "lstn"},
        {"pooling": "sum"},
        {"dropout": 1.0},
        {"validation_fraction": 0.0},
        {"monitor": 1},
        {"loss": None},
        {"metrics": "auc"},
        {"class_weight": "even"},
        {"callbacks": 3},
        pytest.param({"optimizer": keras.optimizers.SGD(0.1)}, id="an optimizer"),
    ],
    ids=str,
)
def test_parameters_are_checked_by_fit(params, X, y):
    (name,) = params
    with pytest.raises(
        ValueError, match=f"The '{name}' parameter of RNNClassifier must"
    ):
        RNNClassifier(**params).fit(X, y)


@pytest.mark.parametrize(
    ("net", "n"),
    [
        (RNNClassifier(units=(8, 8), dense_units=(4, 4)), 4),
        (CNNClassifier(dense_units=None), 1),
        (CNNClassifier(dense_units=8), 2),
    ],
)
def test_dropout_as_a_sequence_has_a_share_for_each_layer(net, n, X, y):
    for bad in [(0.1,) * (n - 1), (0.1,) * (n + 1), (1.0,) * n, ("0.1",) * n]:
        with pytest.raises(ValueError, match=f"'dropout' .* a sequence of {n}, one"):
            net.set_params(dropout=bad).fit(X, y)


@pytest.mark.parametrize("bad", [[8, 0], ["8"], [], 0])
def test_sizes_of_layers_are_checked_by_fit(bad, X, y):
    for net in (RNNClassifier(units=bad), CNNClassifier(kernel_sizes=bad)):
        with pytest.raises(ValueError, match="'(units|kernel_sizes)'"):
            net.fit(X, y)


def test_unknown_names_get_a_suggestion(X, y):
    with pytest.raises(TypeError, match="argument 'epoch'. Did you mean 'epochs'"):
        RNNClassifier(epoch=3)
    with pytest.raises(ValueError, match="'unit' .*Did you mean 'units'"):
        RNNClassifier().set_params(unit=3)
    with pytest.raises(ValueError, match="Adam does not take 'beta1'. Did you mean"):
        RNNClassifier().set_params(optimizer__beta1=0.8)
    with pytest.raises(ValueError, match="'gama'"):
        RNNClassifier(loss="focal").set_params(loss__gama=1.0)
    with pytest.raises(ValueError, match="'callbacks__0__factr'"):
        RNNClassifier(callbacks__0__factr=1, callbacks=["ReduceLROnPlateau"]).fit(X, y)
    with pytest.raises(ValueError, match="with KEY among"):
        RNNClassifier(callbacks__1__factor=1, callbacks=["ReduceLROnPlateau"]).fit(X, y)
    with pytest.raises(ValueError, match="Did you mean 'ReduceLROnPlateau'"):
        RNNClassifier(callbacks=["ReduceLROnPlateu"]).fit(X, y)


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("adamm", " Did you mean 'adam'?"),
        ("RMSprob", " Did you mean 'rmsprop'?"),
        ("optimizer", ""),
        ("serialize", ""),
        ("LossScaleOptimizer", ""),
    ],
)
def test_the_suggested_optimizer_is_one(name, suggestion, X, y):
    message = re.escape(f"got optimizer={name!r}.{suggestion}") + "$"
    with pytest.raises(ValueError, match=message):
        RNNClassifier(optimizer=name).fit(X, y)


@pytest.mark.parametrize(
    "wrong",
    [
        {"optimizer__beta1": 0.8},
        {"loss": "focl", "loss__gamma": 1.0},
        {"optimizer": 3, "optimizer__beta_1": 0.8},
    ],
    ids=str,
)
def test_a_refused_set_params_changes_nothing(wrong):
    net = RNNClassifier(units=8)
    with pytest.raises((TypeError, ValueError), match="beta1|focl|3"):
        net.set_params(units=9, **wrong)
    assert net.get_params() == RNNClassifier(units=8).get_params()


def test_two_learning_rates_are_an_error():
    with pytest.raises(ValueError, match=r"Expected one learning rate, got .*=0\.1"):
        RNNClassifier().set_params(optimizer__learning_rate=0.1)


def build(n_outputs=2, compiled=False, inputs=1, activation="softmax"):
    def model(meta):
        ids = [keras.Input((None,), dtype="int32") for _ in range(inputs)]
        vectors = [keras.layers.Embedding(meta["vocabulary_size_"], 2)(i) for i in ids]
        pooled = keras.layers.GlobalMaxPooling1D()(vectors[0])
        net = keras.Model(
            ids[0] if inputs == 1 else ids,
            keras.layers.Dense(n_outputs, activation, name="last")(pooled),
        )
        if compiled:
            net.compile("sgd", "mse")
        return net

    return model


def without_input(meta):
    return keras.Sequential(
        [
            keras.layers.Embedding(meta["vocabulary_size_"], 2),
            keras.layers.GlobalMaxPooling1D(),
            keras.layers.Dense(meta["n_outputs_"], "sigmoid"),
        ]
    )


class Subclassed(keras.Model):
    pass


def frozen(meta):
    inputs = keras.Input((None,), dtype="int32")
    net = keras.Model(inputs, without_input(meta)(inputs), name="cold")
    net.trainable = False
    return net


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        (None, ValueError, "needs an architecture. Pass a function"),
        (build(n_outputs=3), ValueError, "Expected a model with 2 outputs"),
        (build(compiled=True), ValueError, "Leave out model.compile"),
        (build(inputs=2), ValueError, "Expected a model with one input, got"),
        (build(1), ValueError, "a softmax of one number.*'last'.*'sigmoid'"),
        (build(1, activation=None), ValueError, "'last' without.* Set .*='sigmoid'"),
        (build(activation=None), ValueError, "'last' without.* Set .*='softmax'"),
        (keras.Model(), TypeError, "a function that builds a model.*pass the function"),
        (lambda meta: "no model", TypeError, "Expected a keras.Model from .*lambda"),
        (without_input, ValueError, "starts with keras.Input, got <Sequential"),
        (lambda meta: Subclassed(), ValueError, "a known input: .*, got <Subclassed"),
        (frozen, ValueError, "with weights to train, got 'cold' with none. Leave"),
    ],
)
def test_architectures_are_checked(model, error, message, X, y):
    with pytest.raises(error, match=message):
        KerasTextClassifier(model).fit(X, y)


def test_a_sequential_that_starts_with_an_input_is_fine(X, y):
    def model(meta):
        layers = without_input(meta).layers
        return keras.Sequential([keras.Input((None,), dtype="int32"), *layers])

    net = KerasTextClassifier(model, epochs=1, random_state=0).fit(X, y)
    assert net.predict_proba(X).shape == (80, 2)


@pytest.mark.parametrize("key", ["vocabulary_size_", "max_len_"])
def test_features_for_a_model_of_tokens(key, features, y):
    def embed(meta):
        return keras.Sequential([keras.layers.Embedding(meta[key], 2)])

    message = (
        rf"embed reads meta\['{key}'\], which not all data have.* SequenceEncoder\(\)"
    )
    with pytest.raises(TypeError, match=message):
        KerasTextClassifier(embed).fit(features, y)


def test_any_other_key_error_of_a_model_goes_through(X, y):
    with pytest.raises(KeyError, match="n_output_"):
        KerasTextClassifier(lambda meta: meta["n_output_"]).fit(X, y)


def test_a_model_with_any_keywords_gets_those_that_are_set(X, y):
    seen = []

    def model(meta, **layer):
        seen.append(layer)
        return build(n_outputs=2)(meta)

    def undecorated(**everything):
        return model(**everything)

    for function in (model, undecorated):
        net = KerasTextClassifier(function, model__name="mine", epochs=1)
        net.set_params(model__dtype="float32").fit(X, y)
        assert seen.pop() == {"name": "mine", "dtype": "float32"}
    with pytest.raises(ValueError, match="does not take 'layer__name'"):
        KerasTextClassifier(model).set_params(model__layer__name="deep")
