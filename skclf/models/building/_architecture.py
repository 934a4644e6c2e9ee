"""How to build a net again: its class, its parameters and the shape of its data."""

import json
import re
from hashlib import blake2b

from skclf._fork import check_not_forked
from skclf._names import stored
from skclf.models.building._keras_objects import is_described
from skclf.models.building._keras_state import seeded
from skclf.models.building._losses import ClassLoss
from skclf.models.building._metrics import described
from skclf.models.building._scikeras import build_model, keras
from skclf.models.rows._targets import MULTILABEL

EMBEDDING = "embedding/embeddings"


@stored
class Architecture:
    """The recipe of a fitted net.

    Parameters
    ----------
    owner : type
        The classifier's class.
    params : dict
        Its parameters at the time of the fit.
    meta : dict
        What the data decides: ``n_classes_``, ``n_outputs_``, ``target_type_``; for a
        matrix also ``n_features_in_``; for sequences ``max_len_``; with word vectors
        ``embedding_dim_``; with word vectors that are trained ``vocabulary_size_``;
        with a table beside the text ``table_sizes_`` and ``n_table_features_``.
    """

    def __init__(self, owner, params, meta):
        self.owner = owner
        self.params = params
        self.meta = meta
        self.reads_tokens = "max_len_" in meta
        self.reads_vectors = "embedding_dim_" in meta
        self.n_vectors = meta.get("vocabulary_size_", 0)
        self.table_sizes = meta.get("table_sizes_")
        self.multilabel = meta.get("target_type_") == MULTILABEL

    def build(self, seed=None, roomy=False):
        """Build a compiled Keras model.

        Parameters
        ----------
        seed : int, default=None
            Seed of the initial weights and of dropout.
        roomy : bool, default=False
            Round the size of the vocabulary up, so that the folds of one data set get
            nets of equal shape. Only for nets of ours.
        """
        check_not_forked()
        meta = dict(self.meta)
        if roomy and self.is_ours() and self.n_vectors:
            meta["vocabulary_size_"] = round_up(self.n_vectors)
        with seeded(seed):
            return build_model(self.owner(**self.params), meta)

    def key(self, model):
        """What models have in common that compute the same, read the same."""
        loss, metrics = model.loss, described(self.params["metrics"])
        inner = loss.loss if isinstance(loss, ClassLoss) else loss
        # What is of the user's may compute anything. Keras warns of lambdas that it
        # writes.
        known = metrics is not None and is_described(inner) and is_of_known_parts(model)
        if not known:
            return object()
        # Classes of the user's stand for themselves: they may be defined anew.
        key = (describe(model), type(model.optimizer), type(loss), metrics)
        if self.is_ours():
            return key
        # What is made of the data before such a net reads it.
        names = ("embedding_dim_", "table_sizes_", "target_type_")
        return (*key, self.reads_tokens, *map(self.meta.get, names))

    def trim(self, tensors, model):
        """Weights of a roomy model as arrays without the added rows."""
        arrays = [tensor.numpy() for tensor in tensors]
        i = embedding_index(model.weights)
        if self.is_ours() and i is not None:
            arrays[i] = arrays[i][: self.n_vectors].copy()
        return arrays

    def is_ours(self):
        """Whether building depends on the parameters alone, not on a user's code."""
        return is_ours(self.owner, self.params["model"])


def is_ours(owner, model):
    """Whether a class builds a net of ours, and no function `model` another one."""
    return model is None and owner.build.__module__.partition(".")[0] == "skclf"


def all_layers(model):
    """A list of all layers, those of models inside it, too."""
    found = []
    for layer in model.layers:
        found.append(layer)
        if isinstance(layer, keras.Model):
            found += all_layers(layer)
    return found


def embedding_index(variables):
    """Position of the word vectors among the variables of a model, or None."""
    paths = [variable.path for variable in variables]
    return paths.index(EMBEDDING) if EMBEDDING in paths else None


def describe(model):
    """A digest of everything that shapes a model's computation and training."""
    optimizer = keras.optimizers.serialize(model.optimizer)
    optimizer["config"].pop("name")  # counts up with every optimizer
    if not isinstance(optimizer["config"]["learning_rate"], dict):
        del optimizer["config"]["learning_rate"]  # a variable, unlike a schedule
    loss = keras.losses.serialize(model.loss)
    if isinstance(loss, dict):
        loss["config"].pop("name", None)
    parts = [
        keras.saving.serialize_keras_object(model)["config"],
        optimizer,
        loss,
    ]
    text = json.dumps(parts, sort_keys=True, default=repr)
    for i, layer in enumerate(model._flatten_layers()):
        if _is_numbered(layer):
            # A value, not a key, of which "dropout" may be one.
            text = re.sub(f'"{layer.name}"(?!:)', f'"{i}"', text)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _is_numbered(layer):
    """Whether Keras made up the name: it counts up with every layer of the class."""
    words = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", type(layer).__name__)
    words = re.sub("([a-z])([A-Z])", r"\1_\2", words).lower()
    return re.fullmatch(rf"(forward_|backward_)?{words}(_\d+)?", layer.name) is not None


def is_of_known_parts(model):
    """Whether `describe` says all about a model: its parts are Keras' or ours."""
    known = ("keras.src.", "skclf.")
    unknown = (keras.layers.Lambda, keras.layers.TFSMLayer)
    layers = [type(layer) for layer in model._flatten_layers()]
    return (
        all(kind.__module__.startswith(known) for kind in layers)
        # Preprocessing layers keep what they learned outside of their variables.
        and not any(".preprocessing." in kind.__module__ for kind in layers)
        and not any(issubclass(kind, unknown) for kind in layers)
        and _is_known(keras.saving.serialize_keras_object(model))
    )


def _is_known(config):
    """Whether no object in a serialized model is of the user's making."""
    if isinstance(config, list | tuple):
        return all(map(_is_known, config))
    if not isinstance(config, dict):
        return True
    if "registered_name" in config:
        module = config["module"] or config["registered_name"] or ""
        if not module.startswith(("keras", "skclf")):
            return False
    return all(map(_is_known, config.values()))


def round_up(size):
    """The next multiple of a quarter of the power of two below.

    >>> [round_up(n) for n in (5, 300, 15_800)]
    [5, 320, 16384]
    """
    step = 1 << max(size.bit_length() - 3, 0)
    return -(-size // step) * step
