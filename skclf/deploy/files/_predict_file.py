"""Labels for a file of rows, written beside its columns."""

import json
import os
import sys
import warnings
from contextlib import ExitStack
from time import perf_counter
from typing import Any

from sklearn.utils._param_validation import StrOptions, validate_parameter_constraints
from sklearn.utils.validation import check_is_fitted

from skclf._names import public
from skclf._progress import ProgressLine
from skclf._typing import Estimator, FilePath
from skclf._validation import POSITIVE_INT, excerpt, listed
from skclf.deploy._drift import Monitor
from skclf.deploy._file import check_target, load
from skclf.deploy.files._answers import Answers
from skclf.deploy.files._binary import file_identity
from skclf.deploy.files._delimited_source import DelimitedSource
from skclf.deploy.files._encoders import ArrowEncoder, DelimitedEncoder, JsonEncoder
from skclf.deploy.files._file_options import (
    check_column_types,
    dialect_of,
    side_file_of,
)
from skclf.deploy.files._formats import FORMATS, specify
from skclf.deploy.files._json_source import JsonSource, already_there
from skclf.deploy.files._labelling import Labelling
from skclf.deploy.files._model_digest import model_digest
from skclf.deploy.files._model_inputs import inputs_of
from skclf.deploy.files._parquet_source import ParquetSource
from skclf.deploy.files._partial_file import PartialFile
from skclf.deploy.files._stream_output import StreamOutput
from skclf.deploy.files._summary import FileSummary, what_was_rejected

_CONSTRAINTS = {
    "text": [str, None],
    "proba": ["boolean"],
    "trusted": ["boolean"],
    "on_error": [StrOptions({"raise", "skip", "null"})],
    "resume": ["boolean"],
    "escape_formulas": ["boolean"],
    "prediction_name": [str],
    "probability_prefix": [str],
    "column_types": [dict, None],
    "rejected": [str, os.PathLike, None],
    "source_format": [StrOptions(set(FORMATS)), None],
    "target_format": [StrOptions(set(FORMATS)), None],
    "encoding": [str, None],
    "sep": [str, None],
    "quotechar": [str, None],
    "escapechar": [str, None],
    "batch_size": [POSITIVE_INT],
    "verbose": ["verbose"],
}


@public("skclf.deploy")
def predict_file(
    model: Estimator | FilePath,
    source: FilePath | Any,
    target: FilePath | Any,
    *,
    text: str | None = None,
    proba: bool = False,
    on_error: str = "raise",
    resume: bool = False,
    escape_formulas: bool = False,
    prediction_name: str = "prediction",
    probability_prefix: str = "probability_",
    column_types: dict[str, str] | None = None,
    rejected: FilePath | None = None,
    source_format: str | None = None,
    target_format: str | None = None,
    encoding: str | None = None,
    sep: str | None = None,
    quotechar: str | None = '"',
    escapechar: str | None = None,
    batch_size: int = 5000,
    trusted: bool = False,
    verbose: int = 0,
) -> FileSummary:
    r"""Label each row of a file, and write it with its label to another file.

    Rows keep their order and all their columns, with their values as they are written;
    predictions stand to their right. Files are read and written a batch at a time, at
    constant memory. The target is complete or not there: until then it grows beside
    its place, and a run that was killed is gone on with by ``resume=True``.

    Files are CSV (``.csv``), TSV (``.tsv``, ``.tab``), JSON lines (``.jsonl``,
    ``.ndjson``), each also packed with gzip (``.csv.gz``), or Parquet (``.parquet``,
    ``.pq``), which needs pyarrow. Source and target may be of different kinds.

    Parameters
    ----------
    model : estimator or path-like
        A fitted pipeline, or a file of :func:`save`.
    source : path-like, "-" or file
        What to read: a path, standard input, or a file that is open for reading bytes
        or text (open text with ``newline=""``).
    target : path-like, "-" or file
        What to write: a path, whose file is replaced; standard output; or a file that
        is open for writing. To the latter two, batches are written as they come.
    text : str, default=None
        The column of texts. None is the one that a model on text and table was fitted
        on, and ``"text"`` for other models.
    proba : bool, default=False
        Write the probability of each label, too.
    on_error : {"raise", "skip", "null"}, default="raise"
        What becomes of rows that cannot be read, such as those of other lengths than
        the header, or that the model refuses. "raise" stops with an error that has the
        number of the row, and leaves nothing in place of `target`. "skip" leaves them
        out; "null" writes them without label, short ones as far as they go, and
        those that are too long or cannot be taken apart with all cells missing.
    resume : bool, default=False
        Go on after the last complete batch of a run that was interrupted, if there
        is one. Source, model and parameters have to be the same. Rows before are read
        again, but not labelled again. False begins anew.
    escape_formulas : bool, default=False
        In CSV and TSV, put an apostrophe before cells that a spreadsheet would run:
        those that begin with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return,
        and are no numbers. Columns are not left as they are then.
    prediction_name : str, default="prediction"
        The column of labels. Where texts may have several, there is one for each label,
        ``prediction_<label>``, with 1 or 0.
    probability_prefix : str, default="probability_"
        The columns of probabilities begin with it; the label follows.
    column_types : dict of str to {"number", "text", "time"}, default=None
        For models on text and table: what columns of CSV and JSON are read as. Others
        are read as what their transformer was fitted on, where it takes one kind only,
        else as what all values of the first batch are. Times are those of ISO 8601.
    rejected : path-like, default=None
        The side file. None is the name of `target` with ``.rejected.csv``. It has the
        columns row, line, outcome, reason and content, and is there if there is
        something to report; one of an earlier run is replaced or removed.
    source_format, target_format : {"csv", "tsv", "jsonl", "parquet"}, default=None
        Kinds of the files. None goes by their names; without one, `source` is CSV and
        `target` as `source`.
    encoding : str, default=None
        Of a source of text; None is UTF-8, with or without byte order mark. Targets are
        UTF-8.
    sep : str, default=None
        The character between columns of the source; None is a comma in CSV, a tab in
        TSV. CSV that is made of CSV has the same.
    quotechar, escapechar : str, default='"', None
        As in :func:`~skclf.datasets.load_csv`, for the source. The target has double
        quotes, twice where they stand for themselves.
    batch_size : int, default=5000
        Number of rows that are read, labelled and written together.
    trusted : bool, default=False
        Whether you trust who made a `model` that is a pickle, see :func:`load`.
    verbose : int, default=0
        Show the number of rows and their rate if not 0.

    Returns
    -------
    FileSummary
        Counts of rows, seconds, and the path of the side file.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no such file or folder.
    sklearn.exceptions.NotFittedError
        If the model is not fitted.
    AttributeError
        If `proba` is asked of a model without probabilities.
    ValueError
        If a parameter is wrong or has no effect, the source is what
        :func:`~skclf.datasets.load_csv` refuses, lacks a column or has one that is to
        be written, or a row cannot be labelled and `on_error` is "raise"; with `resume`
        also if what is there is of another source, model or parameters.
    RuntimeError
        If another process is writing the same file.
    ImportError
        If pyarrow is needed and not installed.

    Warns
    -----
    UserWarning
        If rows were rejected, or may be other rows than is meant: a row spans lines
        that could be rows themselves, quotation marks look escaped, or the file is
        UTF-8 but another encoding is given.

    See Also
    --------
    predict_stream : Predictions for what is no file.
    skclf.datasets.load_csv : Reads texts and labels to fit on.

    Notes
    -----
    Rows are counted from 0 without the header; empty lines are no rows, nor is Excel's
    first line ``sep=;``. A missing text is an empty document and gets a label.

    Values of CSV become text in Parquet, and empty cells missing values there and in
    JSON. Rows of JSON lines keep their fields as they are written; CSV and Parquet get
    those that the first batch has, and rows with others are rejected.

    Until a file is complete there are ``<target>.partial``, ``.partial.rejected`` and
    ``.partial.journal`` beside it. An error removes them unless `resume` is True; a run
    that is killed, or stopped with Ctrl-C, leaves them there.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skclf import make_text_classifier, predict_file
    >>> model = make_text_classifier("tfidf-logreg")
    >>> model = model.fit(["house on fire", "sunny beach"] * 5, ["bad", "good"] * 5)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source, target = Path(folder, "new.csv"), Path(folder, "labelled.csv")
    ...     _ = source.write_text("id,text\n007,fire!\n008,\"beach, again\"\n")
    ...     summary = predict_file(model, source, target)
    ...     print(target.read_text())
    id,text,prediction
    007,fire!,bad
    008,"beach, again",good
    >>> summary.rows, summary.labelled, summary.rejected
    (2, 2, 0)
    """
    options = {name: value for name, value in locals().items() if name in _CONSTRAINTS}
    started = perf_counter()
    validate_parameter_constraints(_CONSTRAINTS, options, caller_name="predict_file")
    check_column_types(column_types)
    source = specify(source, source_format, what="source", default="csv")
    target = specify(target, target_format, what="target", default=source.format)
    dialect = dialect_of(source, sep, quotechar, escapechar)
    side = side_file_of(source, target, model, options)
    given, model = model, _fitted(model, trusted)
    inputs = inputs_of(model, text, column_types)
    names = {"name": prediction_name, "prefix": probability_prefix}
    answers = Answers(model, proba=proba, **names)
    doubts = []
    with ExitStack() as held:
        try:
            rows = _opened(source, target, dialect, encoding, answers, held, doubts)
            rows.check(inputs.text)
            _check_names(rows.names, inputs, answers, target)
        except ValueError as error:
            raise ValueError(f"{source.name!r}: {error}") from error
        output = _output(source, target, side, given, options)
        labelling = Labelling(
            rows,
            inputs,
            answers,
            _encoder(target, source, dialect, escape_formulas),
            output,
            on_error=on_error,
            escape=escape_formulas,
            line=ProgressLine(bool(verbose), away=_is_standard(target.stream)),
        )
        _run(labelling, output, source, batch_size, resume)
        doubts += rows.doubts()
    counts = labelling.counts
    has_side = bool(counts["rejected"] + counts["doubtful"]) and side is not None
    summary = FileSummary(
        source.name,
        target.name,
        **counts,
        resumed_at=labelling.resumed_at,
        seconds=perf_counter() - started,
        rejected_file=str(side) if has_side else None,
    )
    if counts["rejected"]:
        warnings.warn(what_was_rejected(summary, labelling.first), stacklevel=2)
    for doubt in doubts:
        warnings.warn(f"{source.name!r}: {doubt}", stacklevel=2)
    return summary


def _run(labelling, output, source, batch_size, resume):
    """Label all rows, and leave no half of a file unless it is to be gone on with."""
    try:
        labelling.run(batch_size)
        output.finish()
    except Exception as error:
        if resume:
            output.close()
        else:
            output.discard()
        if not isinstance(error, ValueError):
            raise
        named = ValueError(f"{source.name!r}: {error}")
        for note in getattr(error, "__notes__", ()):
            named.add_note(note)
        raise named from error
    except BaseException as error:  # Ctrl-C
        output.close()
        if isinstance(output, PartialFile):
            error.add_note("predict_file goes on after the last batch by resume=True.")
        raise


def _fitted(model, trusted):
    if _is_path(model):
        model = load(model, trusted=trusted)
    if isinstance(model, Monitor):
        model = model.pipeline
    if not hasattr(model, "predict"):
        raise TypeError(
            "Expected a fitted pipeline or the path of a saved one as model, got "
            f"{excerpt(model)} ({type(model).__name__})."
        )
    check_is_fitted(model)
    return model


def _opened(source, target, dialect, encoding, answers, held, doubts):
    if source.is_delimited:
        return DelimitedSource(source, dialect, encoding, held, doubts.append)
    if source.format == "jsonl":
        return JsonSource(source, encoding, answers.names, target.format, held)
    return ParquetSource(source, target.format, held)


def _check_names(names, inputs, answers, target):
    """Refuse columns that are there twice, or would be."""
    own = answers.names
    if len(set(own)) < len(own):
        raise ValueError(f"Expected distinct columns to be written, got {listed(own)}.")
    if names is None:  # of JSON, where each row has its own
        return
    inputs.check(names)
    clash = [name for name in own if name in names]
    if clash:
        raise ValueError(already_there(clash))
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice and not target.is_delimited:
        raise ValueError(
            f"it has {names.count(twice[0])} columns named {excerpt(twice[0])}. Rename "
            "all but one, or write CSV."
        )


def _encoder(target, source, dialect, escape):
    if target.format == "parquet":
        return ArrowEncoder()
    if target.format == "jsonl":
        return JsonEncoder(target.is_packed)
    sep = "\t" if target.format == "tsv" else ","
    if source.format == target.format == "csv":
        sep = dialect.sep
    return DelimitedEncoder(sep, escape, target.is_packed)


def _output(source, target, side, model, options):
    """Where batches go."""
    is_parquet = target.format == "parquet"
    if target.path is None:
        return StreamOutput(target.stream, side, is_parquet=is_parquet)
    return PartialFile(
        check_target(target.path),
        side,
        _identity(source, target, model, options),
        resume=options["resume"],
        is_parquet=is_parquet,
    )


def _identity(source, target, model, options):
    """What a run that is resumed has to have in common with the one before."""
    found = {"format": 1, "model": model_digest(model), "target": target.format}
    if found["model"] is None and options["resume"]:
        raise ValueError(
            "Expected a model that can be pickled, or the path of a saved one, with "
            f"resume=True, got a {type(model).__name__} that cannot: it is not known "
            "again. Pass resume=False."
        )
    if source.path is not None:
        found["source"] = file_identity(source.path)
    changing = {"resume", "rejected", "trusted", "verbose"}
    found["parameters"] = {k: v for k, v in options.items() if k not in changing}
    return json.loads(json.dumps(found, default=str))  # as the journal has it


def _is_path(model):
    return isinstance(model, str | bytes | os.PathLike)


def _is_standard(stream):
    return stream is not None and stream in (
        sys.stdout,
        getattr(sys.stdout, "buffer", 0),
    )
