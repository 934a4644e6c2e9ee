"""Fits on files of more documents than memory holds."""

import os
import pickle
import warnings
from collections.abc import Sequence
from itertools import islice
from numbers import Real
from pathlib import Path
from time import perf_counter

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils._param_validation import Interval, validate_parameter_constraints

from skclf._names import public
from skclf._progress import ProgressLine, TimeLeft
from skclf._random_state import draw_seed, set_seed
from skclf._typing import FilePath, RandomState
from skclf._validation import POSITIVE_INT, excerpt
from skclf.deploy.files._binary import file_identity
from skclf.deploy.files._file_options import dialect_of
from skclf.deploy.files._formats import specify
from skclf.search._digest import digest
from skclf.stream._checkpoint import Checkpoint, StreamState
from skclf.stream._known_labels import LabelCount
from skclf.stream._labelled_chunks import LabelledChunks
from skclf.stream._learners import check_learners, fit_transformers, through_steps

_CONSTRAINTS = {
    "text": [str],
    "target": [str],
    "epochs": [POSITIVE_INT],
    "chunk_size": [POSITIVE_INT],
    "validation_fraction": [Interval(Real, 0, 1, closed="left")],
    "checkpoint": [str, os.PathLike, None],
    "random_state": ["random_state"],
    "encoding": [str, None],
    "sep": [str, None],
    "quotechar": [str, None],
    "escapechar": [str, None],
    "verbose": ["verbose"],
}


@public("skclf.stream")
def fit_stream(
    pipeline: Pipeline,
    source: FilePath | Sequence[FilePath],
    *,
    text: str,
    target: str,
    epochs: int = 3,
    chunk_size: int = 50_000,
    validation_fraction: float = 0.05,
    checkpoint: FilePath | None = None,
    random_state: RandomState = None,
    encoding: str | None = None,
    sep: str | None = None,
    quotechar: str | None = '"',
    escapechar: str | None = None,
    verbose: int = 0,
) -> Pipeline:
    r"""Fit a pipeline on files of more documents than memory holds.

    A first pass over the files finds the classes and learns the vocabulary; then a
    classifier with ``partial_fit`` is given one chunk of rows after the other, several
    times. Memory holds one chunk, the model, and each different word once.

    Parameters
    ----------
    pipeline : Pipeline
        What to fit; it is cloned. Its last step has ``partial_fit``, as nets of skclf,
        SGDClassifier and MultinomialNB have. Other steps learn from chunks
        (:class:`~skclf.sequence.SequenceEncoder`, or any with ``partial_fit``), or need
        not learn from all rows (:class:`~skclf.text.TextCleaner`, HashingVectorizer,
        :class:`~skclf.embed.EmbeddingLookup`, which is fitted on the first chunk).
    source : path-like or sequence of path-like
        One or several files of CSV, TSV, JSON lines or Parquet, as
        :func:`~skclf.predict_file` reads them. Parquet needs pyarrow.
    text, target : str
        The columns of texts, of which missing ones are empty documents, and of labels.
    epochs : int, default=3
        Number of passes of the classifier. A net's own `epochs`, early stopping and
        share for validation are not used.
    chunk_size : int, default=50_000
        Rows that are read, and shuffled, together.
    validation_fraction : float, default=0.05
        Share of the texts that nothing is learned from: the classifier of the epoch is
        kept whose log loss on them is lowest, or accuracy highest where it has no
        probabilities. Equal texts are held out together. With 0 the last epoch counts.
    checkpoint : path-like, default=None
        A file that is written after each chunk. A call with the same arguments goes on
        from it after its process was killed; one with more `epochs` adds to them. It is
        left there in the end, and is a pickle: take only your own.
    random_state : int, RandomState or None, default=None
        Seed of the rows that are held out, and of each step whose ``random_state`` is
        None.
    encoding : str, default=None
        Of files of text; None is UTF-8.
    sep : str, default=None
        The character between columns; None is a comma in CSV, a tab in TSV.
    quotechar, escapechar : str, default='"', None
        As in :func:`~skclf.datasets.load_csv`.
    verbose : int, default=0
        Show rows per second and the time left, and what each epoch has come to, if not
        0.

    Returns
    -------
    Pipeline
        The fitted pipeline, with two attributes more: ``stream_history_`` (dict of str
        to list) has for each epoch ``seconds``, and ``val_loss`` and ``val_accuracy``
        on the texts that are held out; ``best_epoch_`` (int) is the number of the epoch
        that is kept, counted from 1.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If `pipeline` is no Pipeline, or `source` no path.
    ValueError
        If a step wants all documents at once, which is said by name; a file cannot be
        read, lacks a column, or has a row without label; there are fewer than two
        classes; or `checkpoint` is of another fit.
    ImportError
        If pyarrow is needed and not installed.

    Warns
    -----
    UserWarning
        If rows seem to be sorted by class, labels look alike, no text is held out, or
        rows may be others than is meant.

    See Also
    --------
    skclf.sequence.SequenceEncoder.fit_chunks : Learns a vocabulary from any stream.
    skclf.predict_file : Labels such files.

    Notes
    -----
    Files are read, and texts are cleaned, once for the vocabulary and once in each
    epoch, and those held out once more: next to the training of a net that takes little
    time. Rows are shuffled within a chunk only, so a file that is sorted is to be
    shuffled before. ``class_weight`` counts rows of the first pass.

    References
    ----------
    .. [1] L. Bottou (2010). "Large-Scale Machine Learning with Stochastic Gradient
       Descent". https://doi.org/10.1007/978-3-7908-2604-3_16

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sklearn.feature_extraction.text import HashingVectorizer
    >>> from sklearn.linear_model import SGDClassifier
    >>> from sklearn.pipeline import make_pipeline
    >>> from skclf import TextCleaner, fit_stream
    >>> from skclf.datasets import make_tweets
    >>> pipeline = make_pipeline(
    ...     TextCleaner(), HashingVectorizer(), SGDClassifier(loss="log_loss")
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "tweets.csv")
    ...     make_tweets(1000, random_state=0).frame.to_csv(file, index=False)
    ...     pipeline = fit_stream(
    ...         pipeline, file, text="text", target="target", random_state=0
    ...     )
    >>> pipeline.predict(["wildfire spreads near the town, homes evacuated"])
    array([1])
    >>> len(pipeline.stream_history_["val_loss"])
    3
    """
    options = {name: value for name, value in locals().items() if name in _CONSTRAINTS}
    validate_parameter_constraints(_CONSTRAINTS, options, caller_name="fit_stream")
    check_learners(pipeline)
    files = [specify(path, None, what="source") for path in _paths(source)]
    dialects = [dialect_of(file, sep, quotechar, escapechar) for file in files]
    seed = draw_seed(random_state)
    rows = LabelledChunks(
        files,
        dialects,
        encoding,
        text,
        target,
        chunk_size,
        validation_fraction,
        # None stands for the same seed, so that a run without one can go on.
        0 if seed is None else seed,
    )
    rows.check()
    changing = {"epochs", "checkpoint", "random_state", "verbose"}
    kept = Checkpoint(
        checkpoint,
        lambda: {
            "pipeline": _known_by(pipeline),
            "source": [file_identity(file.path) for file in files],
            "random_state": seed,
            **{k: v for k, v in options.items() if k not in changing},
        },
    )
    line = ProgressLine(bool(verbose))
    state = kept.load()
    if state is None:
        new = set_seed(clone(pipeline), seed)
        is_text = any(file.is_delimited for file in files)
        state = _first_pass(new, rows, LabelCount(target, is_text), line)
        for doubt in rows.doubts:
            warnings.warn(doubt, stacklevel=2)
    if state.epoch > epochs:
        raise ValueError(
            f"Expected epochs={state.epoch} or more, as the checkpoint has, got "
            f"{epochs}. Remove it to begin anew, or pass another path."
        )
    training = _Training(state, rows, kept, line, pipeline[-1])
    training.run(epochs, validates=validation_fraction > 0)
    return training.finished()


def _paths(source):
    is_path = isinstance(source, str | os.PathLike)
    paths = [source] if is_path else source
    if not isinstance(paths, Sequence) or not paths:
        raise TypeError(
            f"Expected a path or a list of paths as source, got {excerpt(source)} "
            f"({type(source).__name__})."
        )
    wrong = [path for path in paths if not isinstance(path, str | os.PathLike)]
    if wrong or "-" in paths:
        raise TypeError(
            "Expected paths of files as source, which are read several times, got "
            f"{excerpt(wrong[0] if wrong else '-')}."
        )
    return [Path(path) for path in paths]


def _known_by(pipeline):
    try:
        return digest(pipeline)
    except TypeError as error:
        raise TypeError(
            "Expected a pipeline of which all parts can be pickled, to know it again "
            f"in a later process: {error.__cause__}. Pass checkpoint=None."
        ) from error


def _first_pass(pipeline, rows, count, line):
    """Find the classes, and fit all steps but the last one."""
    started, n_rows = perf_counter(), 0

    def watched():
        nonlocal n_rows
        for texts in count.watch(rows.chunks()):
            yield texts
            n_rows += len(texts)
            line.show(f"first pass: {_rate(n_rows, started)}")

    def again():
        return (texts for texts, _ in rows.chunks() if texts)

    fit_transformers(pipeline, watched(), again)
    line.keep(f"first pass: {_rate(n_rows, started)}")
    return StreamState(pipeline, count.finish(), count.n_chunks)


class _Training:
    """The epochs of a classifier.

    Parameters
    ----------
    state : StreamState
        Where to begin.
    rows : LabelledChunks
        The documents.
    kept : Checkpoint
        Where the state is kept.
    line : ProgressLine
        Where it is shown.
    asked : classifier
        The classifier as the user gave it, with its weights of classes.
    """

    def __init__(self, state, rows, kept, line, asked):
        self._state, self._rows, self._kept, self._line = state, rows, kept, line
        self._pipeline, self._labels = state.pipeline, state.labels
        self._classifier = state.pipeline[-1]
        self._class_weight = getattr(asked, "class_weight", None)
        self._weights = self._labels.weights(self._class_weight)
        if self._weights is not None:  # they come as weights of rows
            self._classifier.set_params(class_weight=None)

    def run(self, epochs, validates):
        """Train until so many epochs are over."""
        state = self._state
        left = TimeLeft(max(epochs - state.epoch, 0), state.n_chunks)
        while state.epoch < epochs:
            left.begin()
            started = perf_counter()
            name = f"epoch {state.epoch + 1} of {epochs}"
            self._train(name, left)
            scores = self._scores() if validates else {}
            scores["seconds"] = perf_counter() - started
            self._note(scores)
            left.end()
            shown = (f"{key} {value:.4g}" for key, value in scores.items())
            self._line.keep(f"{name}: {', '.join(shown)}")
            self._kept.save(state)

    def finished(self):
        """The pipeline with the classifier of the best epoch."""
        history, pipeline = self._state.history, self._pipeline
        best = _best(history)
        if best < self._state.epoch:
            name, _ = pipeline.steps[-1]
            pipeline.steps[-1] = name, pickle.loads(self._state.best)
        if self._weights is not None:
            pipeline[-1].set_params(class_weight=self._class_weight)
        pipeline.stream_history_, pipeline.best_epoch_ = history, best
        return pipeline

    def _train(self, name, left):
        """An epoch, or what is left of it."""
        state, started, n_rows = self._state, perf_counter(), 0
        chunks = (chunk for chunk in self._rows.chunks() if chunk[0])
        for texts, labels in islice(chunks, state.chunk, None):
            codes = self._labels.codes(labels)
            weights = self._weights
            rows = {} if weights is None else {"sample_weight": weights[codes]}
            classes = self._labels.classes
            X, y = through_steps(self._pipeline, texts), classes[codes]
            self._classifier.partial_fit(X, y, classes=classes, **rows)
            state.chunk += 1
            self._kept.save(state)
            n_rows += len(texts)
            ahead = left.text(state.chunk)
            self._line.show(f"{name}: {_rate(n_rows, started)}{ahead}")

    def _note(self, scores):
        state = self._state
        state.epoch, state.chunk = state.epoch + 1, 0
        for name, value in scores.items():
            state.history.setdefault(name, []).append(value)
        if _best(state.history) == state.epoch:
            state.best = pickle.dumps(self._classifier)

    def _scores(self):
        """Accuracy, and log loss where there are probabilities, of what is held out."""
        has_proba = hasattr(self._classifier, "predict_proba")
        n_rows, n_right, loss = 0, 0, 0.0
        for texts, labels in self._rows.chunks(held_out=True):
            if not texts:
                continue
            codes = self._labels.codes(labels)
            X = through_steps(self._pipeline, texts)
            if has_proba:
                proba = self._classifier.predict_proba(X)
                found = proba.argmax(axis=1)
                # A class that is not known has no probability.
                own = np.where(codes < 0, 0, proba[np.arange(len(codes)), codes])
                loss -= np.log(np.maximum(own, np.finfo(float).eps)).sum()
            else:
                predicted = self._classifier.predict(X)
                found = np.searchsorted(self._labels.classes, predicted)
            n_rows, n_right = n_rows + len(codes), n_right + (found == codes).sum()
        if not n_rows:
            if not self._state.epoch:
                warnings.warn(
                    "No text is held out, so the last epoch counts. Raise "
                    "validation_fraction, or pass 0.",
                    stacklevel=4,
                )
            return {}
        scores = {"val_loss": float(loss / n_rows)} if has_proba else {}
        return scores | {"val_accuracy": float(n_right / n_rows)}


def _best(history):
    """Number of the epoch to keep; the last one where nothing is held out."""
    if "val_loss" in history:
        return 1 + int(np.argmin(history["val_loss"]))
    if "val_accuracy" in history:
        return 1 + int(np.argmax(history["val_accuracy"]))
    return len(history["seconds"])


def _rate(n_rows, started):
    per_second = n_rows / max(perf_counter() - started, 1e-9)
    return f"{n_rows:,} rows, {per_second:,.0f} per second"
