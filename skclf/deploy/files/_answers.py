"""What a model says about rows, as columns."""

from typing import Any, NamedTuple

import numpy as np

from skclf.deploy._stream import _has_labels
from skclf.deploy.files._batches import pyarrow


class AnswerColumn(NamedTuple):
    """A column to be written beside the others.

    Parameters
    ----------
    name : str
        Its name.
    kind : numpy.dtype
        What its values are.
    values : list
        They, with None for rows without.
    """

    name: str
    kind: Any
    values: list

    def arrow_type(self):
        """The type that Parquet has for it."""
        pa = pyarrow()
        kinds = {"i": pa.int64, "u": pa.uint64, "f": pa.float64, "b": pa.bool_}
        return kinds.get(self.kind.kind, pa.string)()

    def among(self, n, positions):
        """The same among `n` rows, of which others have no values."""
        values = [None] * n
        for position, value in zip(positions, self.values, strict=True):
            values[position] = value
        return self._replace(values=values)


class Answers:
    """Predictions of a model, and probabilities.

    Parameters
    ----------
    model : estimator
        A fitted pipeline.
    proba : bool
        Whether probabilities are asked for.
    name : str
        The column of predictions.
    prefix : str
        What the columns of probabilities begin with, followed by the label.

    Raises
    ------
    AttributeError
        If the model gives no probabilities.
    """

    def __init__(self, model, *, proba, name, prefix):
        if proba and not hasattr(model, "predict_proba"):
            raise AttributeError(
                f"Expected a model with the method 'predict_proba', got a "
                f"{type(model).__name__} without it. Pass proba=False."
            )
        self._model, self._proba = model, proba
        classes = getattr(model, "classes_", None)  # a regressor has none
        self._classes = [] if classes is None else np.asarray(classes).tolist()
        self._kind = (
            np.dtype(float) if classes is None else np.array(self._classes).dtype
        )
        self._has_labels = _has_labels(model)
        self._names = [name]
        if self._has_labels:
            self._names = [f"{name}_{label}" for label in self._classes]
        self._proba_names = [f"{prefix}{label}" for label in self._classes]
        if not proba:
            self._proba_names = []

    @property
    def names(self):
        """The columns that are written."""
        return [*self._names, *self._proba_names]

    def __call__(self, X):
        """Columns for some rows.

        Parameters
        ----------
        X : list of str or DataFrame
            The rows.

        Returns
        -------
        list of AnswerColumn
            One for each of `names`.
        """
        return self._predictions(X) + self._probabilities(X)

    def _predictions(self, X):
        n = len(X)
        predicted = self._model.predict(X) if n else []
        if not self._has_labels:
            return [AnswerColumn(self._names[0], self._kind, _plain(predicted))]
        if hasattr(predicted, "toarray"):
            predicted = predicted.toarray()
        matrix = np.asarray(predicted, int).reshape(n, len(self._names))
        return [
            AnswerColumn(name, np.dtype(int), column.tolist())
            for name, column in zip(self._names, matrix.T, strict=True)
        ]

    def _probabilities(self, X):
        if not self._proba:
            return []
        shape = (len(X), len(self._proba_names))
        matrix = self._model.predict_proba(X) if len(X) else np.empty(shape)
        matrix = np.asarray(matrix, float).reshape(shape)
        return [
            AnswerColumn(name, np.dtype(float), column.tolist())
            for name, column in zip(self._proba_names, matrix.T, strict=True)
        ]


def _plain(labels):
    return np.asarray(labels).tolist()


def answered(answers, X):
    """Columns for some rows, and the rows that the model refuses.

    Parameters
    ----------
    answers : callable
        Gives the columns.
    X : list of str or DataFrame
        The rows.

    Returns
    -------
    columns : list of AnswerColumn
        For the other rows.
    refused : dict of int to Exception
        By position.

    Raises
    ------
    TypeError, ValueError
        If the model refuses all of several rows, or not one of them alone.
    """
    try:
        return answers(X), {}
    except (TypeError, ValueError):
        refused = dict(_refused(answers, X, range(len(X))))
        if not refused or len(refused) == len(X) > 1:
            raise
    others = [i for i in range(len(X)) if i not in refused]
    return answers(rows_of(X, others)), refused


def _refused(answers, X, positions):
    """Rows that the model refuses, found by halving."""
    try:
        answers(rows_of(X, positions))
    except (TypeError, ValueError) as error:
        if len(positions) == 1:
            yield positions[0], error
            return
        middle = len(positions) // 2
        yield from _refused(answers, X, positions[:middle])
        yield from _refused(answers, X, positions[middle:])


def rows_of(X, positions):
    """Some rows of a list or a DataFrame."""
    if hasattr(X, "iloc"):
        return X.iloc[list(positions)].reset_index(drop=True)
    return [X[i] for i in positions]
