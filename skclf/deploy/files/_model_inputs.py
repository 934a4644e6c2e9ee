"""What a model is given of the rows: texts, or a table in types that stay the same."""

import re

import numpy as np
import pandas as pd
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from skclf._validation import did_you_mean, excerpt, is_missing, listed
from skclf.category import CategoryCanonicalizer, LocationCanonicalizer
from skclf.compose._column_selection import as_list
from skclf.compose._pipeline_on_columns import to_floats
from skclf.compose._text_and_table import TextAndTable
from skclf.compose._times import time_parts
from skclf.deploy.files._batches import ArrowBatch
from skclf.deploy.files._rejections import RejectedRow
from skclf.inspection._explain import text_and_table

COLUMN_TYPES = ("number", "text", "time")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(inf|nan)", re.I)
_BOOLEANS = {"true": 1.0, "false": 0.0}


def inputs_of(model, text, column_types):
    """What a model reads of a file.

    Parameters
    ----------
    model : estimator
        A fitted pipeline.
    text : str or None
        The column of texts, where the user names it.
    column_types : dict of str to str or None
        Types of columns, where the user names them.

    Returns
    -------
    TextInput or TableInput
        Makes it from batches.

    Raises
    ------
    ValueError
        If the model has another column of texts, or types are given for nothing.
    """
    beside = text_and_table(model)
    columns = list(getattr(model, "feature_names_in_", ()))
    if beside is None and not columns:
        if column_types:
            raise ValueError(
                f"Expected column_types=None for a model that reads texts alone, got "
                f"{excerpt(column_types)}, which has no effect."
            )
        return TextInput("text" if text is None else text)
    texts = [] if text is None else [text]
    if beside is not None:
        own = [name for name in as_list(beside.text_column) if isinstance(name, str)]
        columns = _names(beside)
        if text is not None and own and [text] != own:
            raise ValueError(
                f"Expected text=None or the column that the model was fitted on, "
                f"{excerpt(own[0] if len(own) == 1 else own)}, got "
                f"text={excerpt(text)}."
            )
        texts = own or texts
    unknown = [name for name in column_types or () if name not in columns]
    if unknown or {*texts} & {*(column_types or ())}:
        raise ValueError(
            f"Expected columns beside the text that the model reads in column_types, "
            f"got {listed(column_types)}. It reads {listed(columns)}."
        )
    return TableInput(
        texts, columns, _known_types(beside or model) | (column_types or {})
    )


def _names(beside):
    """The columns that it was told of, by name."""
    columns = beside._needed()
    own = list(getattr(beside, "feature_names_in_", ()))
    if any(not isinstance(column, str) for column in columns):
        if not own:
            raise ValueError(
                "Expected a model that was fitted on a DataFrame, whose columns have "
                "names, got one fitted on an array. Fit it on a DataFrame."
            )
        columns = [c if isinstance(c, str) else own[c] for c in columns]
    return columns


class TextInput:
    """Texts alone.

    Parameters
    ----------
    text : str
        Their column.
    """

    def __init__(self, text):
        self.text = text

    def check(self, names):
        """Nothing more than that the text is there."""

    def __call__(self, batch):
        """The texts of rows that are not rejected, and how many are empty."""
        texts = batch.values(self.text)
        texts = [texts[i] or "" for i in batch.good()]
        return texts, sum(not text.strip() for text in texts)


class TableInput:
    """Rows of a table, whose columns have one type from the first row to the last.

    Parameters
    ----------
    texts : list of str
        The columns of texts, mostly one.
    columns : list of str
        All columns that the model reads.
    types : dict of str to str
        Types of columns that are known: "number", "text" or "time". Of others the
        first batch decides.
    """

    def __init__(self, texts, columns, types):
        self.texts, self._columns, self._types = list(texts), columns, dict(types)

    @property
    def text(self):
        """The first column of texts, which is looked for first; None without one."""
        return self.texts[0] if self.texts else None

    def check(self, names):
        """Refuse a file that lacks a column, or has it twice."""
        missing = [column for column in self._columns if column not in names]
        if missing:
            raise ValueError(
                f"it has no column {excerpt(missing[0])}, which the model reads."
                f"{did_you_mean(missing[0], names)} Its columns are: {listed(names)}."
            )
        twice = [column for column in self._columns if names.count(column) > 1]
        if twice:
            raise ValueError(
                f"it has {names.count(twice[0])} columns named {excerpt(twice[0])}. "
                "Rename all but one."
            )

    def __call__(self, batch):
        """The rows that are not rejected, and how many have no text."""
        columns = {}
        for name in self._columns:
            values = batch.values(name)
            kind = self._type_of(name, values, batch)
            read, wrong = _READ[kind](values)
            for i in wrong:
                if i not in batch.rejected:
                    batch.rejected[i] = RejectedRow(
                        batch.start + i,
                        batch.line(i),
                        f"Expected a {kind} in the column {excerpt(name)}, got "
                        f"{excerpt(values[i])}.",
                        batch.shown(i),
                    )
            columns[name] = read
        frame = pd.DataFrame(columns).iloc[list(batch.good())].reset_index(drop=True)
        own = [name for name in self.texts if name in frame]
        rows = zip(*(frame[name] for name in own), strict=True)
        return frame, sum(not any(map(_has_text, row)) for row in rows)

    def _type_of(self, name, values, batch):
        """The type of a column, which the first batch settles."""
        if name in self.texts:
            return "text"
        if isinstance(batch, ArrowBatch) and name not in self._types:
            self._types[name] = _arrow_type(batch.rows.schema.field(name).type)
        if name not in self._types:
            present = [values[i] for i in batch.good() if values[i] is not None]
            is_number = bool(present) and not _as_floats(present)[1]
            self._types[name] = "number" if is_number else "text"
        return self._types[name]


def _known_types(model):
    """Types of the columns whose transformer in the model wants one only."""
    if isinstance(model, TextAndTable):
        table = model.table_
        if wanted := _wanted(table):
            own = as_list(model.text_column)
            beside = [name for name in _names(model) if name not in own]
            return dict.fromkeys(beside, wanted)
    else:
        table = model.steps[0][1] if hasattr(model, "steps") else model
    types = {}
    for _, transformer, columns in getattr(table, "transformers_", ()):
        wanted = _wanted(transformer)
        names = [columns] if isinstance(columns, str) else list(columns)
        if wanted and all(isinstance(name, str) for name in names):
            types |= dict.fromkeys(names, wanted)
    return types


def _wanted(transformer):
    """The type that a transformer wants; None if it is not known."""
    if hasattr(transformer, "steps"):
        return _wanted(transformer.steps[0][1])
    if isinstance(transformer, CategoryCanonicalizer | LocationCanonicalizer):
        return "text"
    if isinstance(transformer, OneHotEncoder | OrdinalEncoder):
        known = np.concatenate([c.astype(object) for c in transformer.categories_])
        is_text = {isinstance(value, str) for value in known if not is_missing(value)}
        return (
            {True: "text", False: "number"}[is_text.pop()]
            if len(is_text) == 1
            else None
        )
    functions = {to_floats: "number", time_parts: "time"}
    return functions.get(getattr(transformer, "func", None))


def _arrow_type(kind):
    name = str(kind)
    if name.startswith(("timestamp", "date")):
        return "time"
    is_number = name.startswith(
        ("int", "uint", "float", "double", "halffloat", "decimal")
    )
    return "number" if is_number or name == "bool" else "text"


def _has_text(value):
    return isinstance(value, str) and bool(value.strip())


def _as_floats(values):
    """Numbers, with NaN for what is missing, and the positions of what is none."""
    numbers, wrong = np.full(len(values), np.nan), []
    for i, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, str):
            stripped = value.strip()
            if _NUMBER.fullmatch(stripped):
                numbers[i] = float(stripped)
            elif stripped.lower() in _BOOLEANS:
                numbers[i] = _BOOLEANS[stripped.lower()]
            else:
                wrong.append(i)
            continue
        try:
            numbers[i] = float(value)
        except (TypeError, ValueError, OverflowError):
            wrong.append(i)
    return numbers, wrong


def _as_texts(values):
    wrong = [
        i for i, v in enumerate(values) if v is not None and not isinstance(v, str)
    ]
    texts = np.array([np.nan if v is None else v for v in values], dtype=object)
    return texts, wrong


def _as_times(values):
    """Times, of texts those of ISO 8601."""
    times = pd.to_datetime(
        pd.Series(values, dtype=object), errors="coerce", format="ISO8601"
    )
    wrong = [i for i, v in enumerate(values) if v is not None and pd.isna(times[i])]
    return times, wrong


_READ = {"number": _as_floats, "text": _as_texts, "time": _as_times}
