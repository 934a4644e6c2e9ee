"""One net as an ONNX classifier, and the proof that it is the same net."""

import warnings
from copy import copy

import numpy as np
import onnx

from skclf._containers import PADDING, UNKNOWN
from skclf.deploy._onnx_classifier import OnnxClassifier, OnnxNet
from skclf.deploy._onnx_export import export_net
from skclf.deploy._onnx_layers import NotConvertibleError
from skclf.deploy._onnx_net import convert_net
from skclf.deploy._quantize import quantized
from skclf.models._net_classifier import NetClassifier
from skclf.models.rows._sources import FeatureSource, TokenSource

# Documents on which a net and its graph are compared: words of those that are shorter
# than the longest, features of the others; and how many of each.
_LENGTHS = (0, 1, 2, 3, 5, 9, 17)
_N_FEATURES = 32
_N_DOCUMENTS = 16

# How far probabilities of the graph may be from those of the net; and of 8 bits.
_TOLERANCE = 1e-4
_EIGHT_BITS = 0.05


def convert(net, quantize):
    """The ONNX classifier for a net; an empty one for a net that is not fitted.

    Parameters
    ----------
    net : KerasTextClassifier or OnnxClassifier
        What is to be converted.
    quantize : bool
        Whether weights are stored in 8 bits.

    Returns
    -------
    OnnxClassifier
        It predicts what the net predicts.

    Raises
    ------
    ValueError
        If the net does more than a graph can, or another thing.
    """
    if not net.__sklearn_is_fitted__():
        return OnnxClassifier()
    if isinstance(net, OnnxClassifier):
        new = copy(net._net)
    else:
        check_methods(net)
        new = same_net(net)
    return OnnxClassifier._of(net, _in_eight_bits(new) if quantize else new)


def check_methods(net):
    for name in ("predict", "predict_proba", "predict_log_proba"):
        if getattr(type(net), name) is not getattr(NetClassifier, name):
            raise ValueError(
                f"Expected a net that predicts as those of skclf do, got "
                f"{type(net).__name__} with a method {name} of its own, which would be "
                "lost. Deploy the pipeline as it is, with TensorFlow."
            )


def same_net(net):
    """A net as a graph that gives the same for documents of random words."""
    architecture = net._net.architecture
    weights = net._net.weights
    try:
        model, lengths = convert_net(architecture, weights)
    except NotConvertibleError as error:
        model, lengths = export_net(architecture, weights, error)
    model = model.SerializeToString()
    new = OnnxNet(model, architecture.n_vectors, lengths, architecture.multilabel)
    for source in _samples(architecture, net._input.empty):
        expected = net._net.probabilities(source)
        difference = abs(new.probabilities(source) - expected).max()
        if not difference < _TOLERANCE:
            raise ValueError(
                "Expected the ONNX graph to compute what the net computes, got "
                f"probabilities that differ by {difference:.2g}. The net has a layer "
                "that is used in a way that is not known here. Deploy the pipeline as "
                "it is, with TensorFlow."
            )
    new.prove(new.inputs(source))
    return new


def _in_eight_bits(whole):
    """The net with smaller weights, compared on the documents that it keeps."""
    model = quantized(onnx.load_from_string(whole.model))
    small = OnnxNet(model, whole.n_vectors, whole.lengths, whole.multilabel)
    inputs, expected, _ = whole.proof
    difference = abs(small.prove(inputs) - expected).max()
    if not difference <= _EIGHT_BITS:
        warnings.warn(
            "Expected a net in 8 bits to predict about what the net predicts, got "
            f"probabilities that differ by {difference:.2g} on made-up documents. "
            "Compare both on documents of your own, or leave out quantize=True.",
            stacklevel=5,
        )
    return small


def _samples(architecture, empty):
    """Made-up documents, those of one length together: the longest, which every net
    can read, empty ones, and those from short to long.
    """
    rng, meta = np.random.default_rng(0), architecture.meta
    if not architecture.reads_tokens:
        shape = _N_DOCUMENTS, meta["n_features_in_"]
        features = rng.normal(size=shape).astype(np.float32)
        # No more of them than a text has words, as in TF-IDF.
        features[rng.random(shape) > _N_FEATURES / shape[1]] = 0
        yield FeatureSource(features)
        return
    n_rows = meta.get("vocabulary_size_", architecture.n_vectors)
    vectors = columns = None
    if architecture.reads_vectors:
        n_rows = architecture.n_vectors + 8
        shape = n_rows, meta["embedding_dim_"]
        vectors = rng.normal(size=shape).astype(np.float32)
        vectors[PADDING] = 0
    if architecture.table_sizes is not None:
        columns = [
            rng.integers(-1, size, _N_DOCUMENTS)
            if size
            else rng.normal(size=_N_DOCUMENTS)
            for size in architecture.table_sizes
        ]
        columns = np.column_stack(columns).astype(np.float32)
    longest = meta["max_len_"]
    for length in [longest, *(length for length in _LENGTHS if length <= longest)]:
        shape = _N_DOCUMENTS, max(length, 1)
        ids = rng.integers(UNKNOWN, n_rows, shape).astype(np.int32)
        if not length:
            ids[:] = PADDING
        yield TokenSource(ids, vectors, architecture.n_vectors, columns, empty)
