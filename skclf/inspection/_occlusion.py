"""Contributions of words to any prediction: what becomes of it without them."""

import numpy as np

from skclf.inspection._votes import SoftVote
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
    text_columns : list of str, default=()
        The columns of texts, where it takes tables.
    table_columns : list of str
        The other columns that it reads, each of which is taken for missing once.
    """

    method, relative = "occlusion", False

    def __init__(self, pipeline, text_columns=(), table_columns=()):
        self._pipeline = pipeline
        self._vote = SoftVote.of(pipeline)
        self._text_columns = list(text_columns)
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
        members : dict of str to (label, ndarray, ndarray)
            For each member of a soft vote, what it predicts, its values and its base.
        """
        texts = [row]
        if self._text_columns:
            texts = [row[column].iloc[0] for column in self._text_columns]
            texts = [text if isinstance(text, str) else "" for text in texts]  # missing
        spans, without, begin = [], [], 0
        for i, text in enumerate(texts):
            for start, end in spans_of_words(text):
                spans.append((begin + start, begin + end))
                rest = text[:start] + " " + text[end:]
                without.append([*texts[:i], rest, *texts[i + 1 :]])
            begin += len(text) + 1  # a line for each column
        scores, of_members = self._scores(self._variations(row, [texts, *without]))
        labels = np.asarray(self.classes).tolist()
        members = {
            name: (labels[found[0].argmax()], *_lost(found))
            for name, found in of_members.items()
        }
        return spans, *_lost(scores), members

    def _variations(self, row, texts):
        """The texts, the first one without each column of the table, and nothing.

        Parameters
        ----------
        row : str, or DataFrame of one row
            The document.
        texts : list of list of str
            For each variation the text of each column.
        """
        if not self._text_columns:
            return [*(text for (text,) in texts), ""]
        n = len(self.table_columns)
        nothing = [""] * len(self._text_columns)
        frame = row.iloc[np.zeros(len(texts) + n + 1, int)].reset_index(drop=True)
        values = zip(*texts, *texts[:1] * n, nothing, strict=True)
        for column, of_column in zip(self._text_columns, values, strict=True):
            frame[column] = list(of_column)
        for i, column in enumerate(self.table_columns):
            is_missing = np.zeros(len(frame), bool)
            is_missing[[len(texts) + i, -1]] = True
            frame[column] = frame[column].mask(is_missing)
        return frame

    def _scores(self, rows):
        """Scores of the rows, and those of each member of a vote."""
        parts = [rows[i : i + AT_ONCE] for i in range(0, len(rows), AT_ONCE)]
        if self._vote is None:
            scores = [class_scores(self._pipeline, part) for part in parts]
            return np.concatenate(scores), {}
        found = [self._vote.probabilities(part) for part in parts]
        of_members = {
            name: _log_odds(np.concatenate([members[name] for _, members in found]))
            for name in found[0][1]
        }
        return _log_odds(np.concatenate([proba for proba, _ in found])), of_members


def _lost(scores):
    """What the first row has more than the others, and the last row."""
    return scores[0] - scores[1:-1], scores[-1]


def class_scores(pipeline, rows):
    """Log-odds of each class, or the values of a `decision_function`."""
    if hasattr(pipeline, "predict_proba"):
        return _log_odds(pipeline.predict_proba(rows))
    scores = np.asarray(pipeline.decision_function(rows))
    return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores


def _log_odds(proba):
    proba = np.clip(proba, _CERTAIN, 1 - _CERTAIN)
    return np.log(proba) - np.log1p(-proba)
