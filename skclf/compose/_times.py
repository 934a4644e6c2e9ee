"""Columns of dates and times as numbers."""

from datetime import date, datetime

import numpy as np
import pandas as pd

from skclf._names import stored
from skclf._validation import _short, excerpt, is_missing

_PARTS = ("hour", "weekday", "month", "year")


def holds_times(values):
    """Whether a column, a Series or an array, holds dates or times of a date."""
    dtype = values.dtype
    if str(dtype).startswith(("datetime64", "timestamp[", "date32", "date64", "Date")):
        return True  # of pandas, Arrow, and polars
    if isinstance(dtype, pd.PeriodDtype):
        return True
    if str(dtype) not in ("object", "Object"):
        return False
    present = [value for value in values if not is_missing(value)]
    return bool(present) and all(map(_is_time, present))


@stored
def time_parts(X):
    """The hour, weekday, month and year of each value; NaN where it is missing.

    Parameters
    ----------
    X : DataFrame of shape (n, n_columns)
        Columns of dates or times, each in its own time zone.

    Returns
    -------
    ndarray of float64 of shape (n, 4 * n_columns)
        Four numbers for each column; Monday is 0, and a date has the hour 0.

    Raises
    ------
    TypeError
        If a value is no date or time.

    Examples
    --------
    >>> import pandas as pd
    >>> from skclf.compose._times import time_parts
    >>> time_parts(pd.DataFrame({"when": pd.to_datetime(["2024-05-03 21:30", None])}))
    array([[  21.,    4.,    5., 2024.],
           [  nan,   nan,   nan,   nan]])
    """
    parts = np.full((len(X), len(_PARTS) * len(X.columns)), np.nan)
    for i, name in enumerate(X.columns):
        first = i * len(_PARTS)
        for row, value in enumerate(X[name].to_list()):
            if not is_missing(value):
                here = _parts_of(value, row, name)
                parts[row, first : first + len(_PARTS)] = here
    return parts


@stored
def names_of_parts(transformer, names):
    """What `time_parts` returns: ``when.hour`` and so on."""
    return np.array([f"{name}.{part}" for name in names for part in _PARTS], object)


def _parts_of(value, row, name):
    if not _is_time(value):
        raise TypeError(
            f"Expected dates or times in the column {excerpt(name)} of the table, as "
            "in fit, "
            f"got {_short(value)} in row {row}. Convert the column, for example with "
            "pandas.to_datetime."
        )
    if isinstance(value, pd.Period):
        value = value.to_timestamp()
    hour = value.hour if isinstance(value, datetime) else 0
    return hour, value.weekday(), value.month, value.year


def _is_time(value):
    return isinstance(value, date | pd.Period)
