"""A table from delimited text, whose types pandas infers."""

import csv
import io
from collections import Counter

import pandas as pd

from skclf._validation import did_you_mean, excerpt, listed
from skclf.datasets._dialect import (
    BadRowsError,
    advise,
    doubtful_escapes,
    fields_of_any_length,
    one_row_of_lines,
    strict_rows,
)


@fields_of_any_length()
def read_table(content, dialect, text, target, warn):
    """Read a table from text.

    Parameters
    ----------
    content : str
        The text.
    dialect : Dialect
        How fields are told apart.
    text : str
        The column of texts.
    target : str or None
        The column of labels.
    warn : callable
        Called with a sentence on why the table may be another one than is meant.

    Returns
    -------
    frame : DataFrame
        The table.
    labels : Counter
        How often each label occurs, as it is written.

    Raises
    ------
    ValueError
        If the text cannot be read in this dialect, lacks a column, or has no rows.
    """
    labels = Counter()
    canonical = io.StringIO()  # the rows in the one dialect that nobody misreads
    writer = csv.writer(canonical, quoting=csv.QUOTE_ALL, lineterminator="\n")
    rows = strict_rows(content, dialect, target, doubtful := [])
    try:
        header = next(rows, [])
        writer.writerow(header)
        check_columns(header, text, target)
        column = None if target is None else header.index(target)
        for row in rows:
            writer.writerow(row)
            labels[None if target is None else row[column]] += 1
    except BadRowsError as error:
        advice = advise(content, dialect, text, target) or error.advice
        raise ValueError(f"{error} {advice}".rstrip()) from error
    if not labels:
        raise ValueError("it has a header line, but no rows.")
    for doubt in _doubts(content, dialect, header, target, doubtful):
        warn(doubt)
    frame = _parse(canonical, {text: str})
    too_long = [column for column in frame if _loses_digits(frame[column])]
    if too_long:
        as_text = _parse(canonical, dict.fromkeys([text, *too_long], str))
        for column in too_long:
            if as_text[column].str.fullmatch(r"[-+]?\d{16,}").any():
                frame[column] = as_text[column]
                warn(
                    f"column {excerpt(column)} is read as text. It has "
                    "whole numbers with more digits than a column of floats can hold, "
                    "which it would be because of empty cells or fractions."
                )
    return frame, labels


def _parse(canonical, dtype):
    canonical.seek(0)
    return pd.read_csv(
        canonical,
        dtype=dtype,
        keep_default_na=False,
        na_values=[""],
        low_memory=False,  # else the type of a column may change on the way
        index_col=False,
        lineterminator="\n",
    )


def _loses_digits(column):
    return pd.api.types.is_float_dtype(column) and (column.abs() > 2**53).any()


def typed_column(written):
    """Values of a column in the types that a table has that is read from them.

    Parameters
    ----------
    written : list of str
        The values, none of them empty.

    Returns
    -------
    Series
        Numbers where all values are numbers, else strings.
    """
    canonical = io.StringIO()
    writer = csv.writer(canonical, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([cell] for cell in ["values", *written])
    return _parse(canonical, {})["values"]


def check_columns(header, text, target):
    """Refuse a table that lacks a column, or has two of its name.

    Parameters
    ----------
    header : list of str
        Its columns.
    text, target : str or None
        The columns of texts and of labels; None is not looked for.

    Raises
    ------
    BadRowsError
        With what to do.
    """
    for parameter, column in (("text", text), ("target", target)):
        if column is not None and column not in header:
            close = did_you_mean(column, header)
            advice = "" if close else "If they are a row, put a header line before it."
            if len(header) == 1:
                advice = "That is one column only: pass target=None without labels."
                if parameter == "text":
                    advice = f"If it holds the texts, pass text={header[0]!r}."
            raise BadRowsError(
                f"it has no column {excerpt(column)} (parameter {parameter})."
                f"{close} Its columns are: {listed(header)}.",
                advice,
            )
        if header.count(column) > 1:
            raise BadRowsError(
                f"it has {header.count(column)} columns named {excerpt(column)}.",
                "Rename all but one.",
            )


def _doubts(content, dialect, header, target, doubtful):
    """Why the table may not be the one that is meant."""
    if doubtful:
        (first, last), n = doubtful[0], len(doubtful)
        yield (
            f"{one_row_of_lines(first, last)}; {n} rows of this kind. If they are "
            "rows, pass quotechar=None, or mend the marks."
        )
    line = doubtful_escapes(content, dialect, header, target)
    if line:
        yield two_characters(dialect, line)
    repeated = [name for name, n in Counter(header).items() if n > 1]
    if repeated:
        yield (
            f"columns have the same name, and are numbered: {listed(repeated)}. Rename "
            "all but one of each."
        )


def two_characters(dialect, line):
    """What is doubtful in a quotation mark behind a backslash."""
    mark = f"\\{dialect.quotechar}"
    return (
        f"the mark {mark} in line {line} is read as these two characters. If it "
        f"stands for {dialect.quotechar} only, pass escapechar='\\\\'."
    )
