"""From a fitted pipeline to one that needs no TensorFlow."""

import io
import pickle

from sklearn.utils.validation import check_is_fitted

from skclf._optional import import_optional
from skclf.deploy._onnx_classifier import OnnxClassifier, OnnxNet
from skclf.models import KerasTextClassifier


def to_onnx_pipeline(pipeline, *, quantize=False):
    """Copy a fitted pipeline, with its nets as ONNX graphs instead of Keras models.

    The copy predicts what the pipeline predicts. It is loaded and used without
    TensorFlow, Keras, SciKeras and gensim: ``requirements-serve.txt`` lists what it
    needs. It starts in a second, and answers for one document in a fraction of a
    millisecond.

    Parameters
    ----------
    pipeline : estimator
        A fitted pipeline, or any other fitted estimator of scikit-learn with nets of
        skclf in it: voting, stacking, calibrated, tuned by a search. It is not changed.
    quantize : bool, default=False
        Store the weights of word vectors that belong to the net, of dense layers,
        convolutions and LSTMs as 8-bit integers, and compute with them ("dynamic
        quantization"). The net becomes about four times smaller, and its probabilities
        change in the second or third digit. Word vectors in an
        :class:`~skclf.embed.EmbeddingLookup` and GRUs stay as they are.

    Returns
    -------
    estimator
        An estimator of the same kind and steps, with :class:`OnnxClassifier` in the
        place of each net. Parts without a net are copied. It cannot be fitted again;
        unfitted nets, which ensembles keep as templates, are left out of it.

    Raises
    ------
    NotFittedError
        If the pipeline is not fitted.
    ValueError
        If a net of your own has a layer that cannot be converted; the message names
        it, and the layers that can.
    ImportError
        If onnx or onnxruntime is not installed: ``pip install 'skclf[onnx]'``.

    See Also
    --------
    skclf.save : Write the result into a file.

    Notes
    -----
    Recurrent layers become the operators LSTM, GRU and RNN of ONNX [1]_, for which
    onnxruntime has kernels of its own. As before, documents of one length are computed
    together, so that nothing is padded or masked.

    References
    ----------
    .. [1] https://onnx.ai/onnx/operators

    Examples
    --------
    >>> from skclf import make_text_classifier, to_onnx_pipeline
    >>> texts, labels = ["house on fire", "sunny beach"] * 20, ["bad", "good"] * 20
    >>> net = make_text_classifier("cnn", classify__epochs=2).fit(texts, labels)
    >>> small = to_onnx_pipeline(net)
    >>> small
    Pipeline(steps=[('clean', TextCleaner(...)), ('encode', SequenceEncoder(...)),
                    ('classify', OnnxClassifier())])
    >>> bool(abs(small.predict_proba(texts) - net.predict_proba(texts)).max() < 1e-5)
    True
    """
    for package in ("onnx", "onnxruntime"):
        import_optional(package, feature="to_onnx_pipeline", extra="onnx")
    check_is_fitted(pipeline)
    # Whatever the structure of an estimator: what goes through a pickle is copied, and
    # nets, wherever they are in it, are taken out on the way.
    file = io.BytesIO()
    writer = _Writer(file)
    writer.dump(pipeline)
    nets = [_convert(net, quantize) for net in writer.nets.values()]
    file.seek(0)
    return _Reader(file, dict(zip(writer.nets, nets, strict=True))).load()


class _Writer(pickle.Pickler):
    """Pickles an estimator without its nets."""

    def __init__(self, file):
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.nets = {}

    def persistent_id(self, value):
        if not isinstance(value, KerasTextClassifier):
            return None
        self.nets[id(value)] = value
        return id(value)


class _Reader(pickle.Unpickler):
    """Unpickles an estimator with other nets in it."""

    def __init__(self, file, nets):
        super().__init__(file)
        self._nets = nets

    def persistent_load(self, key):
        return self._nets[key]


def _convert(net, quantize):
    """The ONNX classifier for a net; an empty one for a net that is not fitted."""
    if not net.__sklearn_is_fitted__():
        return OnnxClassifier()
    from skclf.deploy._onnx_net import convert_net
    from skclf.deploy._quantize import quantized

    architecture = net._net.architecture
    model, width = convert_net(architecture, net._net.weights)
    model = quantized(model) if quantize else model.SerializeToString()
    return OnnxClassifier._of(net, OnnxNet(model, architecture.n_vectors, width))
