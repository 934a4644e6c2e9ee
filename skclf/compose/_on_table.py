"""Ready-made pipelines on the columns of a DataFrame."""

import numpy as np
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from skclf.category import CategoryCanonicalizer
from skclf.compose._columns import as_numbers, columns_of, holds_numbers
from skclf.compose._text_and_table import TextAndTable

# Of a table next to TF-IDF, by cross-validation on disaster tweets and on reviews.
_WEIGHT = 0.2


def on_table(steps, text, table, *, nonnegative):
    """A pipeline that takes DataFrames, from one that takes texts.

    Parameters
    ----------
    steps : list of (str, estimator)
        Steps of the pipeline on texts. Where the classifier alone is a vote over
        pipelines, each of these gets the table.
    text : str
        Name of the column of texts.
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


def text_columns(X):
    """Names of the columns of a DataFrame that do not hold numbers."""
    return [name for name in X.columns if not holds_numbers(X[name])]


def number_columns(X):
    """Names of the columns of a DataFrame that hold numbers."""
    return [name for name in X.columns if holds_numbers(X[name])]


def to_floats(X):
    """Columns of numbers of any kind as one array; what is missing is NaN."""
    return np.column_stack(list(map(as_numbers, columns_of(X))))


def _by_column(transformers):
    """Each column with its transformer."""
    return [
        (name.replace("__", "_"), clone(transformer), [name])
        for name, transformer in transformers.items()
    ]


def _by_kind(nonnegative):
    # Rare categories teach what to make of those to come.
    categories = CategoryCanonicalizer(min_frequency=2, handle_unknown="infrequent")
    numbers = Pipeline(
        [
            ("floats", FunctionTransformer(to_floats, feature_names_out="one-to-one")),
            ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("scale", MinMaxScaler(clip=True) if nonnegative else StandardScaler()),
        ]
    )
    return [
        ("categories", categories, text_columns),
        ("numbers", numbers, number_columns),
    ]
