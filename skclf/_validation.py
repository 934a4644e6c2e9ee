"""Checks of what users pass in, shared by all stations."""

import datetime as dt
import difflib
import unicodedata
from collections.abc import Iterable
from enum import Enum
from numbers import Integral

import numpy as np
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _num_samples, column_or_1d

from skclf._foreign import as_plain
from skclf._names import stored

POSITIVE_INT = Interval(Integral, 1, None, closed="left")

_MAY_BE_MISSING = (float, np.floating, np.datetime64, np.timedelta64)
_TIMES = (dt.date, dt.time, dt.timedelta, np.datetime64, np.timedelta64)
_NOT_DOCUMENTS = (bytes, bytearray, dict, set, frozenset)


@stored
def check_documents(X):
    """Turn any accepted container of texts into a list of str.

    Parameters
    ----------
    X : iterable of str
        List, tuple, Series, 1-D or ``(n, 1)`` array, one-column DataFrame or another
        iterable, of pandas, polars or Arrow. ``None`` and NaN stand for an empty
        document.

    Returns
    -------
    list of str
        One string per document; never an object of the caller's.

    Raises
    ------
    ValueError
        If ``X`` is one string, or a table with several columns.
    TypeError
        If ``X`` is not a container of texts, or a row is not text; the message
        names the first bad row.

    Examples
    --------
    >>> from skclf._validation import check_documents
    >>> check_documents(("fire!", None))
    ['fire!', '']
    """
    docs = _rows(X)
    if set(map(type, docs)) <= {str}:
        return docs
    return [_as_text(doc, row) for row, doc in enumerate(docs)]


def _rows(X):
    if isinstance(X, str):
        raise ValueError(
            "Iterable over raw text documents expected, string object received."
        )
    X = as_plain(X)
    is_scalar = not isinstance(X, Iterable) or getattr(X, "ndim", 1) == 0
    if isinstance(X, _NOT_DOCUMENTS) or is_scalar:
        raise TypeError(
            f"Expected a list, Series or array of texts, got {_short(X)}. Pass one "
            "string per document, for example df['text']."
        )
    X = _single_column(X)
    return X.tolist() if hasattr(X, "tolist") else list(X)


def _single_column(X):
    """The only column of a table, or X itself when it has one dimension."""
    if hasattr(X, "tocsr"):
        raise TypeError(
            f"Expected a list, Series or array of texts, got {type_and_shape(X)}, a "
            "sparse matrix of numbers. Pass one string per document."
        )
    ndim = getattr(X, "ndim", len(getattr(X, "shape", ())))
    if ndim in (0, 1):
        return X
    if ndim != 2 or X.shape[1] != 1:
        columns = f" with columns {listed(X.columns)}" if hasattr(X, "columns") else ""
        raise ValueError(
            f"Expected one column of texts, got shape {tuple(X.shape)}{columns}. "
            "Select the text column, for example df['text']."
        )
    return X[X.columns[0]] if hasattr(X, "columns") else np.asarray(X)[:, 0]


def _as_text(doc, row):
    if isinstance(doc, str):
        return str(doc)
    if is_missing(doc):
        return ""
    if hasattr(doc, "as_py"):  # one value of an Arrow array
        return _as_text(doc.as_py(), row)
    if isinstance(doc, dict):
        hint = "Pass the texts alone: [record['text'] for record in records]."
    else:
        hint = "decode it first" if isinstance(doc, bytes) else "convert it with str()"
        hint = f"If it is meant as text, {hint}."
    raise TypeError(f"Expected text, got {_short(doc)} in row {row}. {hint}")


def is_missing(value):
    """Whether a value is None, NaN, NaT or pandas' NA."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, _MAY_BE_MISSING) and value != value


def category_values(column):
    """The values of a column; pandas' categories as text, whatever they are.

    A number that is a category has one name, as int and as float: a column of ints
    becomes one of floats where a value is missing.
    """
    values = column.to_list() if hasattr(column, "to_list") else column.tolist()
    if type(column.dtype).__name__ != "CategoricalDtype":
        return values
    return [v if is_missing(v) or isinstance(v, str) else _name(v) for v in values]


def instead_of_category(value):
    """What to do with a value that is no text in a column of categories."""
    if isinstance(value, _TIMES):
        return (
            "As text, each time would be a category of its own: take numbers, for "
            "example df['when'].dt.hour, or .dt.total_seconds() of durations. A column "
            "of dates alone becomes numbers in the table= of make_text_classifier."
        )
    return (
        "If these are names of categories, write all of them as text, for example with "
        "astype('string') in pandas or astype(str) in NumPy."
    )


def _name(value):
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_whole else value)


def _short(value):
    return f"{excerpt(value)} ({type(value).__name__})"


def listed(names, most=10):
    """Names for a message: the first ones, each cut, and how many more there are.

    >>> listed(range(1000), most=3)
    '[0, 1, 2] and 997 more'
    """
    names = list(names)
    shown = ", ".join(excerpt(name) for name in names[:most])
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"[{shown}]{more}"


def excerpt(value):
    """The representation of a value for a message, cut if it is long."""
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 60 else text[:57] + "..."


def type_and_shape(value):
    """What a value is, in a few words for messages: ``ndarray of shape (2, 3)``."""
    shape = f" of shape {tuple(value.shape)}" if hasattr(value, "shape") else ""
    return type(value).__name__ + shape


def no_sequences(X, owner):
    """What to say where token sequences are expected, and X is something else."""
    return (
        f"{owner} expects TokenSequences, the output of "
        f"skclf.sequence.SequenceEncoder, got {type_and_shape(X)}. Put the step "
        "SequenceEncoder() before it in a Pipeline: texts go in there. If it is there, "
        "a step between them, such as a sampler, has made something else of its "
        "output: leave that out, or let it pick texts, before the encoder."
    )


def check_not_empty(X, owner):
    """Refuse a container without rows, in the words of scikit-learn.

    Parameters
    ----------
    X : sized object
        The container.
    owner : str
        Name of the estimator.

    Raises
    ------
    ValueError
        If it has no rows.
    """
    if not len(X):
        raise ValueError(
            f"Found array with 0 sample(s) while a minimum of 1 is required by {owner}."
        )


def did_you_mean(name, options):
    """' Did you mean ...?' for a misspelt name, or an empty string."""
    close = difflib.get_close_matches(name, list(options), n=1)
    return f" Did you mean {excerpt(close[0])}?" if close else ""


def check_labels(y, n_rows, names=("X", "y")):
    """One label for each document, as a 1-D array.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        The labels.
    n_rows : int
        Number of documents.
    names : tuple of (str, str), default=("X", "y")
        What documents and labels are called, for messages.

    Returns
    -------
    ndarray of shape (n_rows,)
        The labels.

    Raises
    ------
    ValueError
        If labels are missing or infinite, too few or many, continuous or multilabel.
    """
    name, y = names[1], as_plain(y)
    if y is None or isinstance(y, str):
        raise ValueError(
            f"This classifier requires {name} to be passed, but the target {name} is "
            f"{excerpt(y)}. Pass one label for each document."
        )
    if _num_samples(y) != n_rows:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: {names[0]} "
            f"has {n_rows} rows, {name} has {_num_samples(y)}. Pass one label for "
            "every document."
        )
    missing = [i for i, label in enumerate(_flat(y)) if is_missing(label)]
    if missing:
        raise ValueError(
            f"Input {name} contains NaN: {len(missing)} labels are missing, the first "
            f"in row {missing[0]}. Drop these rows."
        )
    infinite = [i for i, label in enumerate(_flat(y)) if _is_infinite(label)]
    if infinite:
        raise ValueError(
            f"Input {name} contains infinity: {len(infinite)} labels are infinite, the "
            f"first in row {infinite[0]}. Drop these rows, or write the labels as text."
        )
    _check_one_kind(_flat(y), name)
    if type_of_target(y, input_name=name).startswith("multilabel"):
        raise ValueError(
            f"Expected one label for each document, got a multilabel {name}. Nets and "
            "the ready-made pipelines other than 'stack' take several labels; around "
            "others put sklearn.multiclass.OneVsRestClassifier."
        )
    y = column_or_1d(y, warn=True)
    check_classification_targets(y)
    return y


def _check_one_kind(labels, name):
    """Refuse what NumPy would turn into other labels, or cannot sort."""
    texts = [isinstance(label, str) for label in labels]
    enums = [
        isinstance(label, Enum) and not isinstance(label, int) and str(label) != label
        for label in labels
    ]
    if any(enums):
        raise ValueError(
            f"Expected labels as text or numbers in {name}, got "
            f"{_short(labels[enums.index(True)])} in row {enums.index(True)}. Pass its "
            "name or value: [label.name for label in labels]."
        )
    if any(texts) and not all(texts):
        one, other = texts.index(True), texts.index(False)
        raise ValueError(
            f"Expected labels of one kind in {name}, got {_short(labels[one])} in row "
            f"{one} and {_short(labels[other])} in row {other}. Write all as text."
        )


def _is_infinite(label):
    return isinstance(label, float | np.floating) and bool(np.isinf(label))


def similar_labels(labels):
    """A sentence on labels that differ in blanks or case only; empty if none do.

    >>> similar_labels(["pos", "neg", "Pos ", "neg"])
    "labels differ in blanks or the case of letters only: ['Pos ', 'pos']."
    """
    groups = {}
    for label in sorted({label for label in labels if isinstance(label, str)}):
        key = "".join(unicodedata.normalize("NFKC", label).split()).casefold()
        groups.setdefault(key, []).append(label)
    similar = [label for group in groups.values() if len(group) > 1 for label in group]
    if not similar:
        return ""
    return f"labels differ in blanks or the case of letters only: {listed(similar)}."


def _flat(y):
    """Labels one by one; as they are, since NumPy would turn NaN into text."""
    return np.asarray(y, dtype=object).ravel()
