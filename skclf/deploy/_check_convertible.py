"""Can a pipeline be converted to ONNX? Asked before the hours of training."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from skclf._indicator import check_targets
from skclf._names import public
from skclf._optional import import_optional
from skclf._tensorflow import load_keras
from skclf._typing import Estimator, Labels
from skclf.deploy._state import process_as_before
from skclf.models._net_classifier import NetClassifier

# Documents that are used: the first ones, and of each class.
_N_FIRST = 200
_N_OF_CLASS = 2


@public("skclf.deploy")
def check_convertible(pipeline: Estimator, X: Any, y: Labels) -> None:
    """Check before training that :func:`to_onnx_pipeline` will convert a pipeline.

    Each net in it is built, with random weights, and converted and compared with its
    graph as :func:`to_onnx_pipeline` does it; it is not trained. The steps before it
    are fitted on some of the documents. That takes seconds.

    Parameters
    ----------
    pipeline : estimator
        A pipeline, or another estimator of scikit-learn with nets of skclf in it. It
        need not be fitted, and is not changed.
    X : same kind as for `fit`
        Training documents. The first 200 are used, and two of each class.
    y : array-like of shape (n_documents,) or (n_documents, n_labels)
        Their labels, or an indicator matrix.

    Raises
    ------
    ValueError
        If a net cannot be converted; the message names the layer, and the layers that
        can. If its graph does not compute what the net computes. If a parameter or the
        data are wrong.
    ImportError
        If onnx or onnxruntime is not installed: ``pip install 'skclf[onnx]'``.

    See Also
    --------
    to_onnx_pipeline : Convert a fitted pipeline.

    Examples
    --------
    >>> import keras
    >>> from skclf import KerasTextClassifier, SequenceEncoder
    >>> from skclf.deploy import check_convertible
    >>> from sklearn.pipeline import make_pipeline
    >>> def recurrent(meta, activation="tanh"):
    ...     ids = keras.Input((None,), dtype="int32")
    ...     words = keras.layers.Embedding(meta["vocabulary_size_"], 8)(ids)
    ...     state = keras.layers.LSTM(8, activation=activation)(words)
    ...     return keras.Model(ids, keras.layers.Dense(1, "sigmoid")(state))
    >>> net = make_pipeline(SequenceEncoder(), KerasTextClassifier(recurrent))
    >>> texts, labels = ["house on fire", "sunny beach"] * 20, [1, 0] * 20
    >>> check_convertible(net, texts, labels)
    """
    y = check_targets(y, _num_samples(X))
    with process_as_before():
        for package in ("onnx", "onnxruntime"):
            import_optional(package, feature="check_convertible", extra="onnx")
        rows = _some(y)
        _check(pipeline, _safe_indexing(X, rows), y[rows])


def _some(y):
    """The first rows, and the first ones of each class."""
    rows = set(range(min(_N_FIRST, len(y))))
    for column in np.atleast_2d(y.T):
        for label in np.unique(column):
            rows.update(np.flatnonzero(column == label)[:_N_OF_CLASS].tolist())
    return sorted(rows)


def _check(estimator, X, y):
    """Check the nets in an estimator, which is given these rows."""
    if isinstance(estimator, Pipeline):
        *before, (_, last) = estimator.steps
        if next(_nets(last), None) is not None:
            if before:
                X = clone(Pipeline(before)).fit_transform(X, y)
            _check(last, X, y)
    elif isinstance(estimator, NetClassifier):
        _check_net(estimator, X, y)
    else:
        for part in _parts(estimator):
            _check(part, X, y)


def _check_net(net, X, y):
    if not hasattr(net, "build"):  # an OnnxClassifier
        return
    load_keras()
    from skclf.deploy._convert import check_methods, same_net
    from skclf.models.training._untrained import untrained

    check_methods(net)
    same_net(untrained(net, X, y))


def _nets(estimator):
    """The nets anywhere in an estimator."""
    if isinstance(estimator, NetClassifier):
        yield estimator
        return
    parts = _parts(estimator)
    if isinstance(estimator, Pipeline):
        parts = [step for _, step in estimator.steps]
    for part in parts:
        yield from _nets(part)


def _parts(estimator):
    """The estimators that are parameters of one, alone or in a list with names."""
    if not isinstance(estimator, BaseEstimator):
        return
    for value in estimator.get_params(deep=False).values():
        for part in value if isinstance(value, list | tuple) else [value]:
            part = part[1] if isinstance(part, tuple) and len(part) > 1 else part
            if isinstance(part, BaseEstimator):
                yield part
