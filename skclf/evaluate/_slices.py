"""Parts of the data on which a model is worse than elsewhere."""

from collections.abc import Mapping
from numbers import Real
from typing import Any

import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import binomtest, fisher_exact
from sklearn.utils._param_validation import Interval, validate_params
from sklearn.utils.validation import check_consistent_length

from skclf._foreign import as_plain
from skclf._names import public
from skclf._typing import Documents
from skclf._validation import POSITIVE_INT, check_documents, excerpt
from skclf.evaluate._many_tests import holm
from skclf.evaluate._one_label import one_label
from skclf.features import TextStatistics

# Of a text, what a model may stumble over.
_STATISTICS = ["words", "urls", "mentions", "hashtags", "emojis"]
_MOST_VALUES = 20  # of a column of categories; rarer ones are one slice


@public("skclf.evaluate")
@validate_params(
    {
        "n_bins": [POSITIVE_INT],
        "min_size": [POSITIVE_INT],
        "alpha": [Interval(Real, 0, 1, closed="neither")],
    },
    prefer_skip_nested_validation=True,
)
def slices(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    texts: Documents | None = None,
    *,
    by: pd.DataFrame | Mapping[str, Any] | None = None,
    n_bins: int = 4,
    min_size: int = 20,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Compare the accuracy on parts of the data with that on the rest.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n_documents,)
        True and predicted labels.
    texts : iterable of str of length n_documents, default=None
        The documents, which are parted by their numbers of words, links, mentions,
        hashtags and emojis (see :class:`~skclf.features.TextStatistics`).
    by : DataFrame, or dict of str to array-like of shape (n_documents,), default=None
        Other columns to part them by: numbers in bins, anything else by its values. The
        true class is always among them.
    n_bins : int, default=4
        Largest number of bins of a column of numbers, of about equal size.
    min_size : int, default=20
        Smaller parts are left out.
    alpha : float, default=0.05
        Chance that any part is called worse although none is, and what is outside of
        the intervals.

    Returns
    -------
    DataFrame
        One row for each part, the least accurate first, with the columns

        column, value : str
            What it is parted by, and which part it is.
        n : int
            Its documents.
        accuracy, low, high : float
            The share of them that is right, and Wilson's interval for it.
        rest : float
            The accuracy on all other documents.
        p_value : float
            That of Fisher's exact test that it is no less accurate than the rest, after
            Holm's correction for the number of parts.
        worse : bool
            Whether it is below `alpha`.

    Raises
    ------
    ValueError
        If lengths differ, or documents have several labels.

    See Also
    --------
    confident_mistakes : The errors that a model is most sure of.
    error_samples : Documents of each pair of true and predicted class.

    Examples
    --------
    >>> import numpy as np
    >>> from skclf.evaluate import slices
    >>> y_true = np.array(["bad", "good"] * 50)
    >>> y_pred = np.where(np.arange(100) < 30, "bad", y_true)
    >>> source = ["app"] * 40 + ["web"] * 60
    >>> found = slices(y_true, y_pred, by={"source": source})
    >>> found[["column", "value", "n", "accuracy", "worse"]]
           column value   n  accuracy  worse
    0      source   app  40     0.625   True
    1  true class  good  50     0.700   True
    2      source   web  60     1.000  False
    3  true class   bad  50     1.000  False
    """
    y_true, y_pred = one_label(y_true, y_pred)
    columns = {"true class": pd.Series(y_true).astype(str)}
    if texts is not None:
        columns |= _of_texts(texts, y_true)
    columns |= _given(by, y_true)
    right = y_true == y_pred
    rows = [
        {"column": name, "value": value, **_compared(right, mask, alpha)}
        for name, column in columns.items()
        for value, mask in _parts(column, n_bins)
        if min_size <= mask.sum() < len(right)
    ]
    names = ["column", "value", "n", "accuracy", "low", "high", "rest", "p_value"]
    found = pd.DataFrame(rows, columns=names)
    found["p_value"] = holm(found["p_value"].to_numpy(float))
    found["worse"] = found["p_value"] < alpha
    order = ["accuracy", "column", "value"]
    return found.sort_values(order, kind="stable", ignore_index=True)


def _of_texts(texts, y_true):
    docs = check_documents(texts)
    check_consistent_length(y_true, docs)
    statistics = TextStatistics().set_output(transform="pandas")
    found = statistics.fit_transform(docs)
    return {name: found[name].reset_index(drop=True) for name in _STATISTICS}


def _given(by, y_true):
    """The user's columns, each as a Series with rows numbered from 0."""
    if by is None:
        return {}
    by = as_plain(by)
    if not (hasattr(by, "columns") or isinstance(by, Mapping)):
        raise TypeError(
            "Expected a DataFrame or a dict of columns as by, got "
            f"{excerpt(by)}. Pass {{'name': values}}."
        )
    found = {}
    for name in by:
        column = pd.Series(as_plain(by[name])).reset_index(drop=True)
        check_consistent_length(y_true, column)
        found[str(name)] = column
    return found


def _parts(column, n_bins):
    """Names and masks of the parts of a column."""
    is_number = pd.api.types.is_numeric_dtype(column)
    if is_number and not pd.api.types.is_bool_dtype(column):
        if column.nunique() > n_bins:
            column = pd.qcut(column, n_bins, duplicates="drop")
        values = column.dropna().drop_duplicates().sort_values()
        names = _names_of_bins(values.tolist())
        masks = [(column == value).to_numpy(bool) for value in values]
        parts = list(zip(names, masks, strict=True))
    else:
        frequent = column.value_counts().index[:_MOST_VALUES]
        parts = [(str(value), (column == value).to_numpy(bool)) for value in frequent]
        rare = ~column.isin(frequent) & column.notna()
        parts.append(("(rare)", rare.to_numpy(bool)))
    return [*parts, ("(missing)", column.isna().to_numpy(bool))]


def _names_of_bins(values):
    """Numbers, or bins in their order: the first and the last have one end."""
    if not values or not isinstance(values[0], pd.Interval):
        return [f"{value:g}" for value in values]
    between = [f"{value.left:g} < … ≤ {value.right:g}" for value in values[1:-1]]
    first, last = f"≤ {values[0].right:g}", f"> {values[-1].left:g}"
    return [first, *between, last][: len(values)]


def _compared(right, mask, alpha):
    n, n_right = int(mask.sum()), int(right[mask].sum())
    others, others_right = len(right) - n, int(right.sum()) - n_right
    table = [[n_right, n - n_right], [others_right, others - others_right]]
    share = binomtest(n_right, n).proportion_ci(1 - alpha, method="wilson")
    return {
        "n": n,
        "accuracy": n_right / n,
        "low": share.low,
        "high": share.high,
        "rest": others_right / others,
        "p_value": fisher_exact(table, alternative="less").pvalue,
    }
