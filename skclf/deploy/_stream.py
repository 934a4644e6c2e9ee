"""Predictions for any number of documents, at constant memory."""

import reprlib
from collections.abc import Iterable, Iterator
from copy import copy
from itertools import chain, islice
from time import perf_counter
from typing import Any

import numpy as np
from sklearn.utils._param_validation import (
    StrOptions,
    validate_parameter_constraints,
)
from sklearn.utils.validation import check_is_fitted

from skclf._foreign import as_plain
from skclf._names import public
from skclf._progress import ProgressLine
from skclf._typing import Documents, Estimator
from skclf._validation import POSITIVE_INT, is_missing, type_and_shape

_METHODS = {"predict", "predict_proba", "predict_log_proba", "decision_function"}
_CONSTRAINTS = {
    "method": [StrOptions(_METHODS)],
    "batch_size": [POSITIVE_INT],
    "verbose": ["verbose"],
}


@public("skclf.deploy")
def predict_stream(
    pipeline: Estimator,
    documents: Documents,
    *,
    method: str = "predict",
    batch_size: int = 5000,
    verbose: int = 0,
) -> Iterator[Any]:
    """Predict for documents as they come, from a source of any length.

    Documents are drawn when predictions are asked for, a batch at a time, and none is
    kept. Predictions are those of the pipeline on all documents at once.

    Parameters
    ----------
    pipeline : estimator
        A fitted pipeline.
    documents : iterable
        Texts, one after the other, with None or NaN for an empty one: a list, a
        generator, an open file. Or chunks of any size: DataFrames (for pipelines that
        read columns), Series, arrays or lists of texts, such as
        ``pandas.read_csv(..., chunksize=5000)`` gives them; record batches and arrays
        of Arrow, frames of polars. A list is always a chunk:
        of rows as ``csv.reader`` gives them, pass the texts, ``(row[1] for row in
        rows)``.
    method : {"predict", "predict_proba", "predict_log_proba", "decision_function"}, \
            default="predict"
        What is asked of the pipeline.
    batch_size : int, default=5000
        Number of texts that are predicted together. 1 gives each prediction before the
        next text is drawn; more are faster. Chunks are predicted as they are.
    verbose : int, default=0
        Show the number of documents and their rate if not 0.

    Yields
    ------
    label, or ndarray of shape (n_classes,)
        What `method` returns for one text, in the order of the texts. Of a text that
        may have several labels it is a row of an indicator matrix.
    ndarray of shape (n_documents,) or (n_documents, n_classes)
        For chunks: what it returns for one chunk.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If the pipeline is not fitted.
    AttributeError
        If it does not have the method.
    TypeError
        If something is neither a text nor a chunk; the message has its position. All
        predictions before it have been given then, as with an error of the source.
    ValueError
        If `documents` is one text or a whole table, or a parameter is wrong.

    See Also
    --------
    load : Load a pipeline.

    Examples
    --------
    >>> from skclf import make_text_classifier, predict_stream
    >>> model = make_text_classifier("tfidf-logreg")
    >>> model = model.fit(["house on fire", "sunny beach"] * 5, ["bad", "good"] * 5)
    >>> lines = (line for line in ["fire!", "beach", "on the beach"])  # or open(...)
    >>> for label in predict_stream(model, lines):
    ...     print(label)
    bad
    good
    good

    Chunk by chunk:

    >>> chunks = [["fire", "beach"], ["sunny"]]
    >>> [labels.tolist() for labels in predict_stream(model, chunks)]
    [['bad', 'good'], ['good']]
    """
    given = {"method": method, "batch_size": batch_size, "verbose": verbose}
    validate_parameter_constraints(_CONSTRAINTS, given, caller_name="predict_stream")
    check_is_fitted(pipeline)
    if not hasattr(pipeline, method):
        raise AttributeError(
            f"Expected a pipeline with the method {method!r}, got a "
            f"{type(pipeline).__name__} without it. Pass another method=..."
        )
    if not hasattr(documents, "__next__"):  # a reader of record batches is read on
        documents = as_plain(documents)
    _check_iterable(documents)
    return _stream(pipeline, iter(documents), method, batch_size, bool(verbose))


def _check_iterable(documents):
    """Refuse what iterates over something else than documents."""
    if isinstance(documents, str):
        raise ValueError(
            "Iterable over raw text documents expected, string object received."
        )
    if not isinstance(documents, Iterable) or isinstance(documents, bytes | dict):
        raise TypeError(
            "Expected an iterable of texts or of chunks, got "
            f"{reprlib.repr(documents)} ({type(documents).__name__})."
        )
    if len(getattr(documents, "shape", ())) > 1:
        raise ValueError(
            "Expected an iterable of texts or of chunks, got one table: "
            f"{type_and_shape(documents)}. Pass the column of texts, or [table]."
        )


def _stream(pipeline, documents, method, batch_size, verbose):
    """The generator: everything is checked before, and nothing drawn."""
    predict = _Predict(pipeline, method, ProgressLine(verbose))
    try:
        first = as_plain(next(documents))
    except StopIteration:
        return
    documents = chain([first], map(as_plain, documents))
    try:
        if _is_chunk(first):
            yield from map(predict, _chunks(documents))
        else:
            yield from _by_batch(predict, documents, batch_size)
    finally:
        predict.line.keep(predict.message())


class _Predict:
    """Predictions for one chunk after the other, counted.

    Parameters
    ----------
    pipeline : estimator
        The pipeline.
    method : str
        Its method.
    line : ProgressLine
        Where the count is shown.
    """

    def __init__(self, pipeline, method, line):
        self.pipeline = pipeline
        self.method = method
        self.line = line
        self.n_documents = 0
        self._nothing = None
        self._started = perf_counter()

    def __call__(self, chunk):
        start, self.n_documents = self.n_documents, self.n_documents + len(chunk)
        if not len(chunk):
            return self._guess() if self._nothing is None else self._nothing
        try:
            result = getattr(self.pipeline, self.method)(chunk)
        except Exception as error:
            error.add_note(
                f"predict_stream was at documents {start} to {self.n_documents - 1}, "
                "counted from 0; rows in the message count from the first of them."
            )
            raise
        self._nothing = copy(result[:0])  # no view: that would keep the chunk
        self.line.show(self.message())
        return result

    def message(self):
        rate = self.n_documents / (perf_counter() - self._started)
        return f"{self.n_documents:,} documents, {rate:,.0f} per second"

    def _guess(self):
        """Predictions for a first chunk without rows, which pipelines refuse."""
        classes = getattr(self.pipeline, "classes_", None)
        if classes is None:  # a regressor
            return np.empty(0)
        classes = np.asarray(classes)
        if _has_labels(self.pipeline):
            kind = int if self.method == "predict" else float
            return np.empty((0, len(classes)), kind)
        if self.method == "predict":
            return classes[:0]
        one_score = self.method == "decision_function" and len(classes) == 2
        return np.empty(0 if one_score else (0, len(classes)))


def _has_labels(pipeline):
    """Whether documents may have several labels."""
    last = pipeline.steps[-1][1] if hasattr(pipeline, "steps") else pipeline
    return getattr(last, "multilabel_", False)


def _is_chunk(item):
    if isinstance(item, str):
        return False
    return isinstance(item, list) or len(getattr(item, "shape", ())) > 0


def _chunks(items):
    for position, item in enumerate(items):
        if not _is_chunk(item):
            raise _wrong(item, "chunks only, like the first one", position)
        yield item


def _by_batch(predict, documents, batch_size):
    failure = None
    while failure is None:
        batch, failure = _draw(documents, predict.n_documents, batch_size)
        if not batch:
            break
        yield from predict(batch)
    if failure is not None:
        raise failure


def _draw(documents, start, batch_size):
    """The next texts, and what went wrong after them."""
    batch = []
    try:
        for document in islice(documents, batch_size):
            batch.append(_text(document, start + len(batch)))
    except Exception as error:  # raised when these have been predicted
        return batch, error
    return batch, None


def _text(document, position):
    if isinstance(document, str):
        return document
    if is_missing(document):
        return ""
    if hasattr(document, "as_py"):  # one value of an Arrow array
        return _text(document.as_py(), position)
    raise _wrong(document, "a text", position)


def _wrong(item, expected, position):
    return TypeError(
        f"Expected {expected}, got {reprlib.repr(item)} ({type(item).__name__}) at "
        f"position {position}, counted from 0."
    )
