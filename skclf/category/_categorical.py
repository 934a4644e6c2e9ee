"""What the transformers of categorical columns share."""

from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from skclf._base import HelpfulParamsMixin
from skclf._validation import check_not_empty
from skclf.category._columns import read_columns


class Column(NamedTuple):
    """The distinct values of one column.

    ``values[rows[i]]`` is the value of row i; ``counts`` says how many rows have each
    value. A missing value is None, like any other value.
    """

    values: list
    counts: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, values):
        """Find the distinct values of a list of str or None."""
        index = {}
        rows = np.fromiter(
            (index.setdefault(value, len(index)) for value in values),
            np.intp,
            len(values),
        )
        return cls(list(index), np.bincount(rows, minlength=len(index)), rows)


class CategoryTransformer(
    HelpfulParamsMixin, OneToOneFeatureMixin, TransformerMixin, BaseEstimator
):
    """Base of transformers that write each category in its canonical form.

    A subclass learns from the distinct values of all columns in ``_learn(columns)``,
    where `columns` is a dict of column name to `Column`, and writes distinct values
    anew in ``_canonical(name, values)``, a list of as many str.
    """

    def fit(self, X, y=None):
        """Learn the canonical forms.

        Parameters
        ----------
        X : DataFrame, array-like of str of shape (n, n_columns), or of shape (n,)
            Categories as text; None, NaN and NA are missing. A Series or a list of str
            is one column.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : object
            The fitted transformer.

        Raises
        ------
        TypeError
            If a value is not text; the message names its column and row.
        ValueError
            If the table has no rows, or two columns of one name.
        """
        self._validate_params()
        columns = self._read(X, reset=True)
        check_not_empty(columns[0], type(self).__name__)
        names = self.get_feature_names_out()
        self._learn(dict(zip(names, map(Column.of, columns), strict=True)))
        return self

    def transform(self, X):
        """Write each category in its canonical form.

        Parameters
        ----------
        X : DataFrame, array-like of str of shape (n, n_columns), or of shape (n,)
            The columns of `fit`.

        Returns
        -------
        ndarray of str objects of shape (n, n_columns)
            Canonical forms; a DataFrame if ``set_output`` asks for it.

        Raises
        ------
        TypeError
            If a value is not text; the message names its column and row.
        ValueError
            If the columns are not those of `fit`.
        """
        check_is_fitted(self)
        columns = self._read(X, reset=False)
        output = np.empty((len(columns[0]), len(columns)), dtype=object)
        names = self.get_feature_names_out()
        for i, (name, values) in enumerate(zip(names, columns, strict=True)):
            values, _, rows = Column.of(values)
            forms = np.array(self._canonical(name, values), dtype=object)
            output[:, i] = forms[rows]
        return output

    def _read(self, X, reset):
        """The columns as lists of str or None, with their names and number checked."""
        X, columns = read_columns(X)
        validate_data(self, X, reset=reset, skip_check_array=True)
        return columns

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.one_d_array = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags
