"""Ready-made pipelines on the columns of a DataFrame."""

import numpy as np
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler
from sklearn.utils import get_tags

from skclf._names import stored
from skclf._validation import excerpt
from skclf.category import CategoryCanonicalizer
from skclf.compose._table_encoder import as_numbers, columns_of, holds_numbers
from skclf.compose._text_and_table import TextAndTable
from skclf.compose._times import holds_times, names_of_parts, time_parts

# Of a table next to TF-IDF, by cross-validation on disaster tweets and on reviews.
_WEIGHT = 0.2


def on_table(steps, text, table, *, nonnegative):
    """A pipeline that takes DataFrames, from one that takes texts.

    Parameters
    ----------
    steps : list of (str, estimator)
        Steps of the pipeline on texts. Where the classifier alone is a vote over
        pipelines, each of these gets the table.
    text : str or list of str
        Name of the column of texts, or of several.
    table : sequence of str, dict of str to transformer, or None
        The other columns.
    nonnegative : bool
        Whether the classifier takes no negative numbers.

    Returns
    -------
    sklearn.pipeline.Pipeline
        With the steps ``inputs`` and ``classify``; a vote has ``classify`` only.
    """
    *read, (_, classifier) = steps
    if not hasattr(classifier, "estimators"):
        weighs = "vectorize" in dict(read) and not nonnegative
        inputs = TextAndTable(
            Pipeline(read),
            _branch(table, nonnegative),
            text_column=text,
            table_columns=None if table is None else list(table),
            transformer_weights={"table": _WEIGHT} if table and weighs else None,
        )
        return Pipeline([("inputs", inputs), ("classify", classifier)])
    members = [
        (name, on_table([*read, *member.steps], text, table, nonnegative=nonnegative))
        for name, member in classifier.estimators
    ]
    return Pipeline([("classify", classifier.set_params(estimators=members))])


def _branch(table, nonnegative):
    """The transformer of the table."""
    if table is None:
        return "drop"
    parts = _by_column(table) if isinstance(table, dict) else _by_kind(nonnegative)
    return ColumnTransformer(parts, verbose_feature_names_out=False)


@stored
def text_columns(X):
    """Names of the columns of a DataFrame that hold neither numbers nor times."""
    others = {*number_columns(X), *time_columns(X)}
    return [name for name in X.columns if name not in others]


@stored
def number_columns(X):
    """Names of the columns of a DataFrame that hold numbers."""
    return [name for name in X.columns if holds_numbers(X[name])]


@stored
def time_columns(X):
    """Names of the columns of a DataFrame that hold dates or times of a date."""
    return [name for name in X.columns if holds_times(X[name])]


@stored
def to_floats(X):
    """Columns of numbers of any kind as one array; what is missing is NaN."""
    names = X.columns if hasattr(X, "columns") else range(X.shape[1])
    return np.column_stack(list(map(as_numbers, columns_of(X), names)))


def _by_column(transformers):
    """Each column with its transformer, by names that ColumnTransformer can have."""
    taken = set(ColumnTransformer([]).get_params())
    parts = []
    for column, transformer in transformers.items():
        name = column.replace("__", "_")
        while name in taken:
            name += "_"
        taken.add(name)
        parts.append((name, *_part(column, transformer)))
    return parts


def _part(column, transformer):
    """A transformer, and the column as it wants it."""
    if isinstance(transformer, str) and transformer == "passthrough":
        return transformer, [column]
    if isinstance(transformer, type) or not hasattr(transformer, "transform"):
        raise TypeError(
            "Expected a transformer or 'passthrough' for the column "
            f"{excerpt(column)} of the "
            f"table, got {transformer!r}."
        )
    takes_tables = get_tags(transformer).input_tags.two_d_array
    return clone(transformer), [column] if takes_tables else column


def _by_kind(nonnegative):
    # Rare categories teach what to make of those to come.
    categories = CategoryCanonicalizer(min_frequency=2, handle_unknown="infrequent")
    floats = FunctionTransformer(to_floats, feature_names_out="one-to-one")
    times = FunctionTransformer(time_parts, feature_names_out=names_of_parts)
    return [
        ("categories", categories, text_columns),
        ("numbers", _scaled(floats, nonnegative), number_columns),
        ("times", _scaled(times, nonnegative), time_columns),
    ]


def _scaled(to_numbers, nonnegative):
    return Pipeline(
        [
            ("floats", to_numbers),
            ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("scale", MinMaxScaler(clip=True) if nonnegative else StandardScaler()),
        ]
    )
