"""A user's own CSV of texts and labels."""

import os
import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.utils import Bunch
from sklearn.utils._param_validation import validate_params

from skclf._names import public
from skclf._typing import FilePath
from skclf._validation import did_you_mean, excerpt, listed, similar_labels
from skclf.datasets._delimited import read_table
from skclf.datasets._dialect import Dialect
from skclf.datasets._encoding import decode
from skclf.datasets._published import bunch_of, plain_labels

__all__ = ["load_csv"]

_EXCELS_FIRST_LINE = re.compile(r'"?sep=(.)"?[;,\t|]*(?=\r?\n|\r|\Z)', re.IGNORECASE)


@public("skclf.datasets")
@validate_params(
    {
        "path": [str, os.PathLike],
        "text": [str],
        "target": [str, None],
        "encoding": [str, None],
        "sep": [str],
        "quotechar": [str, None],
        "escapechar": [str, None],
    },
    prefer_skip_nested_validation=True,
)
def load_csv(
    path: FilePath,
    *,
    text: str = "text",
    target: str | None = "target",
    encoding: str | None = None,
    sep: str = ",",
    quotechar: str | None = '"',
    escapechar: str | None = None,
) -> Bunch:
    r"""Load your own texts and labels from a CSV file with a header line.

    Nothing about the file is guessed. It is read as Python's strict csv reader reads
    it; what that refuses is an error, which names the line and options that would do.

    Parameters
    ----------
    path : path-like
        The file.
    text : str, default="text"
        The column of texts. It is read as text even where it looks like numbers.
    target : str or None, default="target"
        The column of labels; None reads a file without labels, for prediction.
    encoding : str or None, default=None
        The encoding of the file; None is UTF-8, with or without byte order mark.
    sep : str, default=","
        The character between columns.
    quotechar : str or None, default='"'
        The character around texts that hold separators or line ends; twice within them
        it stands for itself. With None there are no quotes: quotation marks are part of
        the texts, and every line is a row.
    escapechar : str or None, default=None
        The character that takes the meaning of the next one, mostly ``"\\"`` where
        quotation marks in texts are written ``\"``.

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
        If the file is empty, cut off, of another encoding, separator or kind, without
        one of the columns, or has rows without label or with an infinite one; the
        message says where and what to do.

    Warns
    -----
    UserWarning
        If the table may be another one than was meant: a row spans lines that could be
        rows themselves, quotation marks look escaped, the file is UTF-8 but another
        encoding is given, columns have the same name, or labels differ in blanks, the
        case of letters or the way in which a number is written only.

    See Also
    --------
    make_tweets : A generated sample corpus.

    Notes
    -----
    Column types are inferred by :func:`pandas.read_csv`, so that labels such as ``01``
    become the integer 1. Lines that are empty are no rows, nor are lines of blanks
    where there is more than one column. Excel's first line ``sep=;`` is left out if it
    names the separator that is given.

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
    dialect = Dialect(sep, quotechar, escapechar)
    check_dialect(dialect)
    if text == target:
        raise ValueError(
            "Expected different columns of texts and labels, got "
            f"{excerpt(text)} as both. Pass target=None if there are no labels."
        )
    file = existing_file(Path(path).expanduser())
    bunch, doubts = parse_csv(
        file.read_bytes(), file, dialect, encoding=encoding, text=text, target=target
    )
    for doubt in doubts:  # 2 is scikit-learn's decorator
        warnings.warn(f"{str(file)!r}: {doubt}", stacklevel=3)
    return bunch


def parse_csv(raw, file, dialect, *, encoding, text, target):
    """What :func:`load_csv` returns, of the bytes of a file.

    Parameters
    ----------
    raw : bytes
        The content of the file, not packed.
    file : Path
        Its name, for messages.
    dialect : Dialect
        How fields are told apart.
    encoding, text, target
        As for `load_csv`.

    Returns
    -------
    bunch : Bunch
        The table.
    doubts : list of str
        Why it may be another table than is meant.

    Raises
    ------
    ValueError
        If it cannot be read.
    """
    doubts = []
    try:
        content = decode(raw, encoding, doubts.append)
        content = without_excels_line(content, dialect.sep)
        frame, labels = read_table(content, dialect, text, target, doubts.append)
        if target is not None:
            check_target_column(frame[target], labels, doubts.append)
    except ValueError as error:
        raise ValueError(f"{str(file)!r}: {error}") from error
    return as_bunch(frame, text, target, file), doubts


def as_bunch(frame, text, target, file):
    """A table of a user's with its description."""
    return bunch_of(
        frame,
        inputs=[column for column in frame.columns if column != target],
        target=target,
        target_names=[] if target is None else np.unique(plain_labels(frame[target])),
        description=_describe(frame, text, target, file),
    )


def check_dialect(dialect):
    """Refuse what are no characters, or not different ones."""
    for name, sign in dialect._asdict().items():
        if sign is not None and (len(sign) != 1 or sign in "\r\n\0\ufeff"):
            what = "between columns" if name == "sep" else "or None"
            raise ValueError(
                f"Expected one character {what}, got {name}={excerpt(sign)}."
            )
    signs = [sign for sign in dialect if sign is not None]
    if len(set(signs)) < len(signs):
        raise ValueError(
            f"Expected different characters as sep, quotechar and escapechar, got "
            f"{signs}."
        )


def existing_file(file):
    """A path if there is such a file; else an error with a name that is close."""
    if file.is_file():
        return file
    if file.is_dir():
        raise IsADirectoryError(f"Expected a file, got the folder {str(file)!r}.")
    beside = [other.name for other in file.parent.glob("*")]
    raise FileNotFoundError(
        f"There is no file {str(file)!r}.{did_you_mean(file.name, beside)}"
    )


def without_excels_line(content, sep):
    """The content, its first line blank if that tells Excel the separator."""
    line = _EXCELS_FIRST_LINE.match(content)
    if line is None:
        return content
    if line[1] != sep:
        raise ValueError(
            f"it begins with {excerpt(line[0])}, which tells Excel the separator: "
            f"pass sep={line[1]!r}."
        )
    return content[line.end() :]


def check_target_column(labels, written, warn):
    """Refuse labels that are missing or infinite; warn of those that look alike."""
    missing = labels.isna() | (labels.astype(str).str.strip() == "")
    infinite = _infinite(labels)
    for is_bad, what in ((missing, "no label"), (infinite, "infinity as label")):
        if is_bad.any():
            raise ValueError(
                f"it has {what} in {is_bad.sum()} of {len(labels)} rows; the first is "
                f"row {is_bad.to_numpy().argmax()}, counted from 0 without the header. "
                "Fill in or remove them, or pass target=None if column "
                f"{excerpt(labels.name)} is not to be used."
            )
    if not pd.api.types.is_numeric_dtype(labels):
        if similar := similar_labels(written):
            warn(f"{similar} Write each label in one way.")
    elif same := _same_values(written, as_number=labels.dtype != bool):
        warn(f"labels are read as one value, and are one class: {listed(same)}.")


def _infinite(labels):
    is_float = pd.api.types.is_float_dtype(labels)
    return labels.isin([np.inf, -np.inf]) if is_float else labels != labels


def _same_values(written, as_number):
    """Labels of which several are read as one number, or as one of True and False."""
    groups = {}
    for label in sorted(written):
        value = float(label) if as_number else label.strip().lower()
        groups.setdefault(value, []).append(label)
    return [label for group in groups.values() if len(group) > 1 for label in group]


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
