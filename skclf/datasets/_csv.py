"""A user's own CSV of texts and labels."""

import codecs
import csv
import io
import os
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import numpy as np
import pandas as pd
from sklearn.utils._param_validation import validate_params

from skclf._validation import did_you_mean
from skclf.datasets._files import bunch_of, plain_labels

__all__ = ["load_csv"]

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHER_SEPARATORS = ";\t|,"
_LIMIT = Lock()  # the csv module has one limit for all


@validate_params(
    {
        "path": [str, os.PathLike],
        "text": [str],
        "target": [str, None],
        "encoding": [str, None],
        "sep": [str],
    },
    prefer_skip_nested_validation=True,
)
def load_csv(path, *, text="text", target="target", encoding=None, sep=","):
    """Load your own texts and labels from a CSV file with a header line.

    Parameters
    ----------
    path : path-like
        The file.
    text : str, default="text"
        The column of texts. It is read as text even where it looks like numbers.
    target : str or None, default="target"
        The column of labels; None reads a file without labels, for prediction.
    encoding : str or None, default=None
        The encoding of the file; None is UTF-8, with or without byte order mark. It is
        never guessed.
    sep : str, default=","
        The character between columns.

    Returns
    -------
    Bunch
        With the entries

        data : DataFrame
            All columns but the target. Only empty cells are missing: "NA" or "None"
            are texts.
        target : ndarray of shape (n_samples,), or None
            Numbers where all labels are numbers, else strings.
        frame : DataFrame
            All columns.
        target_names : ndarray of str
            The distinct labels in sorted order, as strings; empty without target.
        DESCR : str
            Where the data come from and what they hold.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is empty, cut off, of another encoding, without one of the columns,
        or has rows without label; the message says where and what to do.

    See Also
    --------
    make_tweets : A generated sample corpus.

    Notes
    -----
    Column types are inferred by :func:`pandas.read_csv`, so that labels such as ``01``
    become the integer 1.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from skclf.datasets import load_csv
    >>> texts = pd.DataFrame({"text": ["so good", "so bad"], "target": ["pos", "neg"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     texts.to_csv(f"{folder}/mine.csv", index=False)
    ...     mine = load_csv(f"{folder}/mine.csv")
    >>> mine.target
    array(['pos', 'neg'], dtype='<U3')
    """
    _check_arguments(text, target, sep)
    file = _existing(Path(path).expanduser())
    content = _decode(file, encoding)
    header = _check_layout(content, sep, file)
    _check_columns(header, text, target, file)
    frame = _parse(content, text, sep, file)
    if target is not None:
        _check_labels(frame[target], file)
    return bunch_of(
        frame,
        inputs=[column for column in frame.columns if column != target],
        target=target,
        target_names=[] if target is None else np.unique(plain_labels(frame[target])),
        description=_describe(frame, text, target, file),
    )


def _check_arguments(text, target, sep):
    if len(sep) != 1:
        raise ValueError(f"Expected one character between columns, got sep={sep!r}.")
    if text == target:
        raise ValueError(
            "Expected different columns of texts and labels, got "
            f"{text!r} as both. Pass target=None if there are no labels."
        )


def _existing(file):
    if file.is_file():
        return file
    if file.is_dir():
        raise IsADirectoryError(f"Expected a CSV file, got the folder {str(file)!r}.")
    beside = [other.name for other in file.parent.glob("*")]
    raise FileNotFoundError(
        f"There is no file {str(file)!r}.{did_you_mean(file.name, beside)}"
    )


def _decode(file, encoding):
    raw = file.read_bytes()
    try:
        content = raw.decode(encoding or "utf-8").removeprefix("\ufeff")
    except LookupError as error:
        raise ValueError(
            "Expected the name of an encoding, such as 'utf-8' or 'cp1252', got "
            f"encoding={encoding!r}."
        ) from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{str(file)!r} is not {error.encoding}: byte {raw[error.start]:#04x} at "
            f"position {error.start}, line {line}, cannot be read. {_advice(raw)}"
        ) from error
    if "\0" in content:
        raise ValueError(f"{str(file)!r} is not plain text in UTF-8. {_advice(raw)}")
    if not content.strip():
        raise ValueError(f"{str(file)!r} is empty: expected a header line and rows.")
    return content


def _advice(raw):
    if raw.startswith(_UTF16_MARKS) or b"\0" in raw:
        return "It looks like UTF-16: pass encoding='utf-16'."
    return "Pass its encoding, for example encoding='cp1252' or encoding='latin-1'."


def _check_layout(content, sep, file):
    """The header, once every row is known to have as many fields as it.

    pandas fills short rows with missing values: a file that is cut off would pass.
    """
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=sep)
    try:
        with _fields_of_any_length():
            header = next(row for row in reader if not _is_blank(row))
            line = reader.line_num + 1
            for row in reader:
                if len(row) != len(header) and not _is_blank(row):
                    raise ValueError(_ragged(file, line, len(row), len(header)))
                line = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(
            f"{str(file)!r} cannot be read as CSV near line {reader.line_num}: {error}."
            " Probably a quotation mark is never closed."
        ) from error
    return header


@contextmanager
def _fields_of_any_length():
    """Lift the csv module's limit of 131,072 characters, which pandas does not have."""
    with _LIMIT:
        before = csv.field_size_limit(2**31 - 1)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _is_blank(row):
    return len(row) <= 1 and not "".join(row).strip()


def _ragged(file, line, n_fields, n_columns):
    return (
        f"{str(file)!r} is damaged or cut off: expected {n_columns} fields as in its "
        f"header, got {n_fields} in the row that starts in line {line}. Look for a "
        "quotation mark that is never closed, or a separator in a text without quotes."
    )


def _check_columns(header, text, target, file):
    for parameter, column in (("text", text), ("target", target)):
        if column is not None and column not in header:
            raise ValueError(
                f"{str(file)!r} has no column {column!r} (parameter {parameter})."
                f"{did_you_mean(column, header)} Its columns are: {header}."
                f"{_separator_advice(header)}"
            )
        if header.count(column) > 1:
            raise ValueError(
                f"{str(file)!r} has {header.count(column)} columns named {column!r}: "
                "rename all but one."
            )


def _separator_advice(header):
    if len(header) > 1:
        return ""
    likely = [sep for sep in _OTHER_SEPARATORS if sep in header[0]]
    if likely:
        return f" That is one column only: pass sep={likely[0]!r}."
    return " That is one column only: pass target=None for a file without labels."


def _parse(content, text, sep, file):
    try:
        frame = pd.read_csv(
            io.StringIO(content, newline=""),
            sep=sep,
            dtype={text: str},
            keep_default_na=False,
            na_values=[""],
            low_memory=False,  # else the type of a column may change on the way
            index_col=False,
        )
    except pd.errors.ParserError as error:
        raise ValueError(
            f"{str(file)!r} is cut off, or a quotation mark in it is never closed: "
            f"{error}."
        ) from error
    if frame.empty:
        raise ValueError(f"{str(file)!r} has a header line, but no rows.")
    return frame


def _check_labels(labels, file):
    missing = labels.isna() | (labels.astype(str).str.strip() == "")
    if missing.any():
        raise ValueError(
            f"{str(file)!r} has no label in {missing.sum()} of {len(labels)} rows; the "
            f"first is row {missing.to_numpy().argmax()}, counted from 0 without the "
            f"header. Fill in or remove them, or pass target=None if column "
            f"{labels.name!r} is not to be used."
        )


def _describe(frame, text, target, file):
    lines = [
        f"Texts of {file.name}, column {text!r}.",
        f"{len(frame)} rows, {frame[text].isna().sum()} of them without text.",
    ]
    if target is not None:
        counts = frame[target].value_counts().sort_index()
        lines += [f"Classes, column {target!r}:"]
        lines += [f"  {label}: {count}" for label, count in counts.items()]
    return "\n".join(lines) + "\n"
