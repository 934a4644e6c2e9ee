"""Contributions of words to any prediction: what becomes of it without them."""

import numpy as np

from skclf.inspection._words import spans_of_words

# So many variations of texts are predicted in one call.
AT_ONCE = 2000

# No probability is told apart from 0 or 1 beyond this.
_CERTAIN = 1e-7


class Occlusion:
    """Predicts texts without one of their words at a time.

    Parameters
    ----------
    pipeline : estimator
        A fitted one.
    text_column : str or None
        The column of texts, where it takes tables.
    table_columns : list of str
        The other columns that it reads, each of which is taken for missing once.
    """

    method = "occlusion"

    def __init__(self, pipeline, text_column=None, table_columns=()):
        self._pipeline = pipeline
        self._text_column = text_column
        self.table_columns = list(table_columns)
        self.classes = pipeline.classes_

    def contributions(self, row):
        """What a text, or a row of a table, loses without each of its words.

        Parameters
        ----------
        row : str, or DataFrame of one row
            The document.

        Returns
        -------
        spans : list of (int, int)
            The words.
        values : ndarray of shape (n_words + n_table_columns, n_classes)
            What the score of each class loses.
        base : ndarray of shape (n_classes,)
            The scores of a text without words, or those of a table with nothing in it.
        """
        text = row if self._text_column is None else row[self._text_column].iloc[0]
        text = text if isinstance(text, str) else ""  # a missing one
        spans = spans_of_words(text)
        without = [text[:start] + " " + text[end:] for start, end in spans]
        scores = self._scores(self._variations(row, [text, *without]))
        return spans, scores[0] - scores[1:-1], scores[-1]

    def _variations(self, row, texts):
        """The texts, the first one without each column of the table, and nothing."""
        if self._text_column is None:
            return [*texts, ""]
        n = len(self.table_columns)
        frame = row.iloc[np.zeros(len(texts) + n + 1, int)].reset_index(drop=True)
        frame[self._text_column] = [*texts, *texts[:1] * n, ""]
        for i, column in enumerate(self.table_columns):
            is_missing = np.zeros(len(frame), bool)
            is_missing[[len(texts) + i, -1]] = True
            frame[column] = frame[column].mask(is_missing)
        return frame

    def _scores(self, rows):
        parts = [rows[i : i + AT_ONCE] for i in range(0, len(rows), AT_ONCE)]
        return np.concatenate([class_scores(self._pipeline, part) for part in parts])


def class_scores(pipeline, rows):
    """Log-odds of each class, or the values of a `decision_function`."""
    if hasattr(pipeline, "predict_proba"):
        proba = np.clip(pipeline.predict_proba(rows), _CERTAIN, 1 - _CERTAIN)
        return np.log(proba) - np.log1p(-proba)
    scores = np.asarray(pipeline.decision_function(rows))
    return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores
