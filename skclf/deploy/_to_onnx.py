"""From a fitted pipeline to one that needs no TensorFlow."""

import copyreg
import io
import pickle

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skclf._names import public
from skclf._optional import import_optional
from skclf._tensorflow import load_keras
from skclf._typing import Estimator
from skclf.compose import Distilled
from skclf.deploy._state import process_as_before
from skclf.embed import EmbeddingLookup
from skclf.embed._vectors import is_shared
from skclf.models._net_classifier import NetClassifier


@public("skclf.deploy")
def to_onnx_pipeline(pipeline: Estimator, *, quantize: bool = False) -> Estimator:
    """Copy a fitted pipeline, with its nets as ONNX graphs instead of Keras models.

    The copy predicts what the pipeline predicts. It is loaded and used without
    TensorFlow, Keras, SciKeras and gensim: ``pip install 'skclf[runtime]'`` is all it
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
        quantization"). They become four times smaller; probabilities change in the
        second or third digit, and depend a little on the documents that are predicted
        together. What is multiplied has a range that no processor has to cut off, so
        all compute the same. GRUs, what reads a table, and the word vectors of an
        :class:`~skclf.embed.EmbeddingLookup` stay as they are.

    Returns
    -------
    estimator
        An estimator of the same kind and steps, with :class:`OnnxClassifier` in the
        place of each net. Parts without a net are copied. It cannot be fitted again:
        what only a fit needs is left out, such as the unfitted nets and word vectors
        that ensembles keep. Of a :class:`~skclf.Distilled`, the student.

    Raises
    ------
    NotFittedError
        If the pipeline is not fitted.
    ValueError
        If a net of your own cannot be converted; the message names the layer, and the
        layers that can: :func:`~skclf.deploy.check_convertible` tells it before
        training. If its graph does not compute what the net computes.
    TypeError
        If the pipeline holds something that cannot be pickled.
    ImportError
        If onnx or onnxruntime is not installed: ``pip install 'skclf[onnx]'``. If
        there is a net, and TensorFlow is not.

    Warns
    -----
    UserWarning
        If a quantized net predicts for made-up documents what differs by more than .05
        from what the net predicts.

    See Also
    --------
    skclf.save : Write the result into a file.

    Notes
    -----
    Recurrent layers become the operators LSTM, GRU and RNN of ONNX [1]_, for which
    onnxruntime has kernels of its own. As before, documents of one length are computed
    together, so that nothing is padded or masked. A net of your own with a layer that
    is not known here is exported by Keras, if tf2onnx is installed, and compared with
    the net like all. What the filters of a
    :class:`~skclf.CNNClassifier` make of each word of its vocabulary is worked out when
    the graph is loaded, where that takes no more than 64 MB of memory; the file does
    not hold it.

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
    if not isinstance(quantize, bool | np.bool_):
        raise ValueError(f"Expected True or False as quantize, got {quantize!r}.")
    with process_as_before():
        for package in ("onnx", "onnxruntime"):
            import_optional(package, feature="to_onnx_pipeline", extra="onnx")
        check_is_fitted(pipeline)
        return _converted(pipeline, quantize)


def _converted(pipeline, quantize):
    # Whatever the structure of an estimator: what goes through a pickle is copied, and
    # nets, wherever they are in it, are taken out on the way.
    file = io.BytesIO()
    writer = _Writer(file)
    try:
        writer.dump(pipeline)
    except (AttributeError, TypeError, pickle.PicklingError) as error:
        raise TypeError(
            f"Expected a pipeline that can be pickled, got {type(pipeline).__name__}: "
            f"{error}. Use functions and classes of the top level of a module, not "
            "lambdas or local functions."
        ) from error
    nets = {}
    if writer.nets:
        load_keras()  # or say what is missing
        from skclf.deploy._convert import convert

        for key, net in writer.nets.items():
            nets[key] = convert(net, quantize)  # its warning names our caller
    file.seek(0)
    return _Reader(file, nets).load()


class _Writer(pickle.Pickler):
    """Pickles an estimator without its nets, and without what only a fit needs."""

    def __init__(self, file):
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.nets = {}

    def persistent_id(self, value):
        if not isinstance(value, NetClassifier):
            return None
        self.nets[id(value)] = value
        return id(value)

    def reducer_override(self, value):
        # Ensembles keep unfitted copies of their members, searches their grids.
        if isinstance(value, EmbeddingLookup) and is_shared(value.vectors):
            state = value.__getstate__() | {"vectors": None}
            return copyreg.__newobj__, (type(value),), state
        if isinstance(value, Distilled) and hasattr(value, "student_"):
            return _itself, (value.student_,)
        named = value if isinstance(value, type) else type(value)
        if named.__module__.partition(".")[0] in ("keras", "tensorflow"):
            return str, (repr(value),)
        return NotImplemented


def _itself(value):
    return value


class _Reader(pickle.Unpickler):
    """Unpickles an estimator with other nets in it."""

    def __init__(self, file, nets):
        super().__init__(file)
        self._nets = nets

    def persistent_load(self, key):
        return self._nets[key]
