"""One net as an ONNX classifier, and the proof that it is the same net."""

import numpy as np
import onnx
from tensorflow.errors import OpError

from skclf._containers import PADDING, UNKNOWN
from skclf.deploy._onnx_classifier import OnnxClassifier, OnnxNet
from skclf.deploy._onnx_net import convert_net
from skclf.deploy._quantize import quantized
from skclf.models._net_classifier import NetClassifier
from skclf.models._sources import FeatureSource, TokenSource

# Words of the documents on which a net and its graph are compared; and how many.
_LENGTHS = (1, 2, 3, 5, 9, 17)
_N_DOCUMENTS = 4
_TOLERANCE = 1e-4


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
    fitted = net._net
    if isinstance(net, OnnxClassifier):
        model = fitted.model
        if quantize:
            model = quantized(onnx.load_from_string(model))
        return OnnxClassifier._of(net, OnnxNet(model, fitted.n_vectors, fitted.width))
    _check_methods(net)
    model, width = convert_net(fitted.architecture, fitted.weights)
    shape = fitted.architecture.n_vectors, width
    new = OnnxNet(model.SerializeToString(), *shape)
    _check_same(net, new)
    if quantize:
        new = OnnxNet(quantized(model), *shape)
    return OnnxClassifier._of(net, new)


def _check_methods(net):
    for name in ("predict", "predict_proba", "predict_log_proba"):
        if getattr(type(net), name) is not getattr(NetClassifier, name):
            raise ValueError(
                f"Expected a net that predicts as those of skclf do, got "
                f"{type(net).__name__} with a method {name} of its own, which would be "
                "lost. Deploy the pipeline as it is, with TensorFlow."
            )


def _check_same(net, onnx_net):
    """Compare a net and its graph on documents of random words."""
    for source in _samples(net._net.architecture, net._empty):
        try:
            expected = net._net.probabilities(source)
        except (OpError, ValueError):  # too short for this net
            continue
        difference = abs(onnx_net.probabilities(source) - expected).max()
        if not difference < _TOLERANCE:
            raise ValueError(
                "Expected the ONNX graph to compute what the net computes, got "
                f"probabilities that differ by {difference:.2g}. The net has a layer "
                "that is used in a way that is not known here. Deploy the pipeline as "
                "it is, with TensorFlow."
            )


def _samples(architecture, empty):
    rng, meta = np.random.default_rng(0), architecture.meta
    if not architecture.reads_tokens:
        shape = _N_DOCUMENTS, meta["n_features_in_"]
        yield FeatureSource(rng.normal(size=shape).astype(np.float32))
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
    for length in {min(length, meta["max_len_"]) for length in _LENGTHS}:
        ids = rng.integers(UNKNOWN, n_rows, (_N_DOCUMENTS, length)).astype(np.int32)
        ids[0] = PADDING
        yield TokenSource(ids, vectors, architecture.n_vectors, columns, empty)
