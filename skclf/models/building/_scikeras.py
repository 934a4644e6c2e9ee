"""SciKeras: from parameters and classes to a compiled model.

This is the only file that knows SciKeras. Its ``BaseWrapper`` is held, not inherited:
it routes ``prefix__name`` arguments, hands the shape of the data to the function that
builds the model, and compiles it. Its fitting, prediction, seeding and pickling do not
fit today's scikit-learn and are ours.
"""

import inspect
from contextlib import contextmanager
from functools import partial

from skclf._optional import import_optional
from skclf._tensorflow import FEATURE, load_keras
from skclf._validation import did_you_mean, listed
from skclf.models.building._keras_objects import arguments
from skclf.models.building._losses import make_loss
from skclf.models.rows._targets import MULTILABEL

keras = load_keras()


@contextmanager
def _unpatched_pickling():
    """Undo what importing SciKeras does to the pickling of Keras' own classes."""
    patched = [
        (keras.Model, "__reduce__"),
        (keras.Model, "__deepcopy__"),
        (keras.losses.Loss, "__reduce__"),
        (keras.metrics.Metric, "__reduce__"),
        (keras.optimizers.Optimizer, "__reduce__"),
    ]
    before = [vars(cls).get(name) for cls, name in patched]
    yield
    for (cls, name), method in zip(patched, before, strict=True):
        if method is not None:
            setattr(cls, name, method)
        elif name in vars(cls):
            delattr(cls, name)


with _unpatched_pickling():
    _wrappers = import_optional("scikeras.wrappers", feature=FEATURE, extra="nets")
    BaseWrapper = _wrappers.BaseWrapper

OPTIMIZERS = {
    name.lower(): value
    for name, value in vars(keras.optimizers).items()
    if inspect.isclass(value)
    and issubclass(value, keras.optimizers.Optimizer)
    # The base class, and those that wrap other optimizers.
    and name not in ("Optimizer", "LossScaleOptimizer", "MultiOptimizer")
}

# Keys of meta that not all data have, and the steps that bring them.
STEPS_OF_META = {
    "n_features_in_": "TfidfVectorizer()",
    "vocabulary_size_": "SequenceEncoder()",
    "max_len_": "SequenceEncoder()",
    "embedding_dim_": "EmbeddingLookup(...)",
    "n_table_features_": "TextAndTable(...)",
}


def build_model(estimator, meta):
    """Build and compile the Keras model of an estimator.

    Parameters
    ----------
    estimator : KerasTextClassifier
        Gives the parameters and the method `build`.
    meta : dict
        What the data decides.

    Returns
    -------
    keras.Model
        The compiled model.

    Raises
    ------
    TypeError, ValueError
        If what is built is not a model for these classes.
    """
    builder = estimator.build if estimator.model is None else estimator.model
    if isinstance(builder, keras.Model):
        raise TypeError(
            "Expected a function that builds a model, or a class of models, got "
            f"model={builder!r}. Each fit needs a new one: pass the function."
        )
    wrapper = BaseWrapper(_for_scikeras(builder), **estimator.routed_params("model"))
    wrapper._random_state = None  # SciKeras would seed the whole process
    vars(wrapper).update(meta)
    model = _call(wrapper, builder, meta)
    _check_model(model, builder, meta)
    # Both are made here: SciKeras would copy lists and dicts among their arguments.
    params, n_outputs = _routed_to("loss", estimator), model.output_shape[-1]
    multilabel = meta["target_type_"] == MULTILABEL
    wrapper.loss = make_loss(estimator.loss, params, n_outputs, multilabel)
    wrapper.optimizer = _make_optimizer(estimator)
    wrapper.model_ = model
    wrapper._ensure_compiled_model()
    return model


def _make_optimizer(estimator):
    optimizer, rate = optimizer_class(estimator.optimizer), estimator.learning_rate
    params = _routed_to("optimizer", estimator)
    if "learning_rate" in arguments(optimizer):
        return optimizer(learning_rate=rate, **params)
    made = optimizer(**params)
    made.learning_rate = rate
    return made


def _routed_to(prefix, estimator):
    routed = estimator.routed_params(prefix).items()
    return {name.removeprefix(f"{prefix}__"): value for name, value in routed}


def _for_scikeras(builder):
    """A partial, as SciKeras wants it, without the ``**kwargs`` of the function.

    SciKeras would hand them ``compile_kwargs`` and ``params``, unasked.
    """
    function = partial(builder)
    signature = inspect.signature(builder)
    every = list(signature.parameters.values())
    named = [p for p in every if p.kind != p.VAR_KEYWORD]
    if len(named) < len(every) and "meta" not in signature.parameters:
        named.append(inspect.Parameter("meta", inspect.Parameter.KEYWORD_ONLY))
    function.__signature__ = signature.replace(parameters=named)
    return function


def _call(wrapper, builder, meta):
    try:
        return wrapper._build_keras_model()
    except KeyError as error:
        name = error.args[0] if error.args else None
        if name not in STEPS_OF_META or name in meta:
            raise
        raise TypeError(
            f"{_name(builder)} reads meta[{name!r}], which not all data have, got data "
            f"with {sorted(meta)}. Put the step {STEPS_OF_META[name]} right before the "
            "net in a Pipeline, or build a net on what there is."
        ) from error


def _check_model(model, builder, meta):
    n_classes, multilabel = meta["n_classes_"], meta["target_type_"] == MULTILABEL
    if not isinstance(model, keras.Model):
        raise TypeError(f"Expected a keras.Model from {_name(builder)}, got {model!r}.")
    if not getattr(model, "inputs", None):
        raise ValueError(
            "Expected a model with a known input: keras.Model(inputs, outputs), or a "
            f"keras.Sequential that starts with keras.Input, got {model!r} from "
            f"{_name(builder)}."
        )
    if not model.trainable_weights:
        raise ValueError(
            f"Expected a model with weights to train, got {model.name!r} with none. "
            "Leave at least the last layer trainable."
        )
    if model.compiled:
        raise ValueError(
            "Expected a model that is not compiled: the estimator's optimizer, "
            f"learning_rate and loss are used. Got {model.name!r}, compiled. Leave out "
            "model.compile()."
        )
    _check_inputs(model, meta)
    shape = model.output_shape
    right = [n_classes] if multilabel else [n_classes, meta["n_outputs_"]]
    if len(shape) != 2 or shape[1] not in right:
        what = "label" if multilabel else "class"
        raise ValueError(
            f"Expected a model with {n_classes} outputs, one for each {what}, got "
            f"output shape {shape}. Use meta['n_outputs_']."
        )
    _check_output(model, multilabel)


def _check_output(model, multilabel):
    """Refuse a last layer whose output is surely no probability."""
    last = model.outputs[0]._keras_history.operation
    activation = getattr(last, "activation", None)
    n_outputs = model.output_shape[1]
    if activation is keras.activations.linear:
        wanted = "sigmoid" if n_outputs == 1 or multilabel else "softmax"
        raise ValueError(
            f"Expected probabilities as output, got those of {last.name!r} without an "
            f"activation. Set activation={wanted!r}."
        )
    if activation is keras.activations.softmax and n_outputs == 1:
        raise ValueError(
            "Expected a probability as output, got a softmax of one number, which is "
            f"always 1, from {last.name!r}. Set activation='sigmoid'."
        )
    if activation is keras.activations.softmax and multilabel:
        raise ValueError(
            "Expected a probability for each label by itself as output, got a softmax, "
            f"which makes them sum to 1, from {last.name!r}. Set activation='sigmoid' "
            "where meta['target_type_'] is 'multilabel-indicator'."
        )


def _check_inputs(model, meta):
    """One input for the text, one for a table, and one of ours for word vectors."""
    shapes = [tuple(tensor.shape[1:]) for tensor in model.inputs]
    n_inputs, expected = 1, "one input"
    if "table_sizes_" in meta:
        n_inputs, expected = 2, "a list of two inputs, for the text and for the table"
    reads_vectors = "embedding_dim_" in meta and len(shapes) == n_inputs + 1
    is_dict = len(shapes) > 1 and isinstance(model.input, dict)
    if len(shapes) != n_inputs + reads_vectors or is_dict:
        names = [tensor.name for tensor in model.inputs]
        raise ValueError(
            f"Expected a model with {expected}, got the inputs {listed(names)}."
        )
    if n_inputs == 1:
        return
    widths = (meta["n_table_features_"], len(meta["table_sizes_"]))
    n_dims = 1 if reads_vectors or "embedding_dim_" not in meta else 2
    if len(shapes[0]) != n_dims or shapes[1] not in [(width,) for width in widths]:
        raise ValueError(
            "Expected the inputs in the order [text, table], the table's of shape "
            f"(meta['n_table_features_'],) = ({widths[0]},), got the shapes {shapes}."
        )


def optimizer_class(optimizer):
    """The class of an optimizer given by name or class."""
    if not isinstance(optimizer, str):
        return _checked(optimizer)
    name = optimizer.lower()
    if name not in OPTIMIZERS:
        raise ValueError(
            "Expected the name or class of a Keras optimizer, got optimizer="
            f"{optimizer!r}.{did_you_mean(name, OPTIMIZERS)}"
        )
    return OPTIMIZERS[name]


def _checked(optimizer):
    """A class, if it is that of an optimizer."""
    base = keras.optimizers.Optimizer
    if inspect.isclass(optimizer) and issubclass(optimizer, base):
        return optimizer
    raise TypeError(
        "Expected optimizer by name, or as a class derived from Keras' Optimizer, got "
        f"optimizer={optimizer!r}."
    )


def _name(target):
    return getattr(target, "__name__", repr(target))
