"""A net that onnxruntime computes. Neither TensorFlow nor onnx is needed here."""

import warnings

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator

from skclf._fork import new_lock
from skclf._names import public, stored
from skclf._optional import import_optional
from skclf.deploy._processor import instructions
from skclf.exceptions import PersistenceWarning
from skclf.models._net_classifier import NetClassifier
from skclf.models.rows._prediction import predict_rows

# What a classifier knows of the data that its net was fitted on.
_KEPT = (
    "classes_",
    "multilabel_",
    "_sparse_targets",
    "n_features_in_",
    "feature_names_in_",
    "n_samples_fit_",
    "_input",
)

# Documents that are computed together: few enough for their states to stay in cache.
BATCH_SIZE = 128

# How far probabilities may be from those of the processor that a net was made on.
_TOLERANCE = 0.005

_STARTING = new_lock()


@public("skclf.deploy")
class OnnxClassifier(NetClassifier, BaseEstimator):
    """A fitted net that predicts without TensorFlow.

    :func:`to_onnx_pipeline` makes it of a net of skclf. It predicts what that net
    predicts, from the same inputs, and cannot be trained.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted; of an indicator matrix, the numbers of its columns.
    multilabel_ : bool
        Whether documents may have several labels.
    n_features_in_ : int
        Number of columns of the training data, where that was a matrix.
    feature_names_in_ : ndarray of str objects
        Names of the columns, where the training data had any.
    n_samples_fit_ : int
        Number of training documents.
    onnx_ : bytes
        The net as an ONNX model, which other programs read, too. Its inputs are ``ids``
        (token ids, documents of one length) or ``features``, and where the net has
        them ``columns`` (a table beside the text) and ``vectors`` (of words).

    See Also
    --------
    to_onnx_pipeline : Makes it.

    Notes
    -----
    It may be called from several threads at the same time. Up to 128 documents are
    computed in the thread that asks for them; more of them in as many threads as there
    are cores, or as ``OMP_NUM_THREADS`` says.

    It keeps a few made-up documents, and what it predicted for them where it was made.
    On a processor with other instructions, or where the system does not tell them, its
    first prediction in a process compares them, which takes some milliseconds, and
    warns (:class:`~skclf.exceptions.PersistenceWarning`) of probabilities that differ
    by more than .005.

    Examples
    --------
    >>> from skclf import make_text_classifier, to_onnx_pipeline
    >>> texts, labels = ["house on fire", "sunny beach"] * 20, ["bad", "good"] * 20
    >>> model = make_text_classifier("cnn", random_state=0).fit(texts, labels)
    >>> onnx_model = to_onnx_pipeline(model)
    >>> onnx_model["classify"]
    OnnxClassifier()
    >>> onnx_model.predict(["a sunny beach"])
    array(['good'], dtype='<U4')
    """

    _not_fitted = (
        "This OnnxClassifier holds no net: it is a clone, or an ensemble's template. "
        "Use what to_onnx_pipeline returned, or what was loaded from its file."
    )

    @classmethod
    def _of(cls, net, onnx_net):
        """A classifier like a fitted net of Keras, computed by another one."""
        new = cls()
        for name in _KEPT:
            if hasattr(net, name):
                setattr(new, name, getattr(net, name))
        new._net = onnx_net
        return new

    @property
    def onnx_(self):
        return self._net.model

    def fit(self, X, y, **params):
        """Not possible: an ONNX net cannot be trained.

        Raises
        ------
        TypeError
            Always.
        """
        raise TypeError(
            "An OnnxClassifier cannot be trained. Fit the pipeline that it was made "
            "of, and convert that one with to_onnx_pipeline. Load this one again, as "
            "the steps before the net may have been fitted anew."
        )


@stored
class OnnxNet:
    """An ONNX model, and the session that runs it, made on first use.

    Parameters
    ----------
    model : bytes
        The model.
    n_vectors : int
        Number of word vectors that the net has itself.
    lengths : tuple of (int, int or None)
        How long documents have to be at least, and at most.
    multilabel : bool
        Whether documents may have several labels.
    """

    def __init__(self, model, n_vectors, lengths, multilabel):
        self.model = model
        self.n_vectors = n_vectors
        self.lengths = lengths
        self.multilabel = multilabel
        self.proof = None
        self._session = None

    def __getstate__(self):
        return vars(self) | {"_session": None}

    def probabilities(self, source):
        """Class probabilities, float64 of shape ``(n_rows, n_classes)``."""
        session, names, output = self._session or self._start()
        source, given = self._bound(source)

        def run(blocks):
            inputs = dict(zip(names, given(blocks), strict=True))
            return session.run([output.name], inputs)[0]

        return predict_rows(
            source,
            output.shape[1],
            run,
            batch_size=BATCH_SIZE,
            multilabel=self.multilabel,
        )

    def inputs(self, source):
        """What the graph is given for rows of one length, to be kept in a file."""
        source, given = self._bound(source)
        inputs = given(source.blocks(slice(None), source.lengths[0]))
        if source.vectors is None and inputs[0].dtype == np.float32:
            inputs = (sparse.csr_matrix(inputs[0]),)  # features, most of them 0
        return inputs

    def prove(self, inputs):
        """Compute rows here, and keep them for other processors to be compared with.

        Parameters
        ----------
        inputs : tuple
            The rows, as `inputs` returns them.

        Returns
        -------
        ndarray
            What the graph makes of them.
        """
        session, names, _ = self._session or self._start()
        output = _output(session, names, inputs)
        self.proof = inputs, output, instructions()
        return output

    def _bound(self, source):
        """Rows for this net, and what its graph is given for blocks of them."""
        source = source.bound(self.n_vectors, self.n_vectors).within(*self.lengths)
        if source.vectors is None or source.vectors.dtype == np.float32:
            vectors = source.given_vectors()
            return source, lambda blocks: (*blocks, *vectors)

        def given(blocks):  # only those vectors are converted that are needed
            blocks, vectors = source.compact(blocks, self.n_vectors)
            return *blocks, *vectors

        return source, given

    def _start(self):
        with _STARTING:
            if self._session is None:
                onnxruntime = import_optional(
                    "onnxruntime", feature="An OnnxClassifier", extra="runtime"
                )
                options = onnxruntime.SessionOptions()
                # Waking up threads takes longer than computing one document.
                options.intra_op_num_threads = 1
                session = onnxruntime.InferenceSession(
                    self.model, options, providers=["CPUExecutionProvider"]
                )
                names = [value.name for value in session.get_inputs()]
                _check(session, names, self.proof)
                self._session = session, names, session.get_outputs()[0]
            return self._session


def _output(session, names, inputs):
    dense = (x.toarray() if sparse.issparse(x) else x for x in inputs)
    return session.run(None, dict(zip(names, dense, strict=True)))[0]


def _check(session, names, proof):
    """Warn if a processor does not compute what the one did that a net was made on."""
    if proof is None:
        return
    inputs, expected, there = proof
    here = instructions()
    if here is not None and here == there:
        return
    difference = abs(_output(session, names, inputs) - expected).max()
    if not difference <= _TOLERANCE:
        lacks = set((there or "").split()) - set((here or "").split())
        warnings.warn(
            "Expected an OnnxClassifier to predict as where it was made, got "
            f"probabilities that differ by {difference:.2g} on this processor, which "
            f"lacks the instructions {sorted(lacks)} or is another one. Make it again "
            "with to_onnx_pipeline, here, or without quantize=True.",
            PersistenceWarning,
            stacklevel=2,
        )
