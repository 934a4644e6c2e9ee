"""What a fitted pipeline says of texts or rows, as plain values for JSON."""

from contextlib import suppress

import numpy as np
import pandas as pd
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skclf._validation import excerpt
from skclf.compose._class_weight import (
    CheckedLogisticRegression,
    WeightedCalibration,
    WeightedNB,
)
from skclf.deploy import Monitor
from skclf.deploy._stream import _has_labels
from skclf.deploy.files._model_inputs import TableInput, inputs_of
from skclf.inspection import explain, unknown_rate
from skclf.models._net_classifier import NetClassifier

# Their predictions are the most probable class, so that one computation does for both.
_MOST_PROBABLE = {
    LogisticRegression,
    CheckedLogisticRegression,
    MultinomialNB,
    WeightedNB,
    ComplementNB,
    CalibratedClassifierCV,
    WeightedCalibration,
}


class ServedModel:
    """A fitted classifier of texts or rows, and its answers.

    Parameters
    ----------
    model : estimator or Monitor
        A fitted classifier, or a monitor with one.

    Attributes
    ----------
    pipeline : estimator
        The classifier.
    text : str or None
        The column of texts of a model that reads rows.
    columns : list of str or None
        All columns that it reads; None if it reads texts alone.

    Raises
    ------
    TypeError
        If it is no classifier.
    NotFittedError
        If it is not fitted.
    """

    def __init__(self, model):
        self._monitor = model if isinstance(model, Monitor) else None
        self.pipeline = model.pipeline if self._monitor else model
        if not hasattr(self.pipeline, "predict"):
            raise TypeError(
                "Expected a fitted classifier, a Monitor or the path of a saved one, "
                f"got {excerpt(model)}."
            )
        check_is_fitted(self.pipeline)
        if getattr(self.pipeline, "classes_", None) is None:
            raise TypeError(
                f"Expected a fitted classifier, with classes_, got {excerpt(model)}."
            )
        self.classes = np.asarray(self.pipeline.classes_).tolist()
        self.multilabel = _has_labels(self.pipeline)
        self.explains = any(
            hasattr(self.pipeline, name)
            for name in ("predict_proba", "decision_function")
        )
        self.has_probabilities = hasattr(self.pipeline, "predict_proba")
        inputs = inputs_of(self.pipeline, None, None)
        is_table = isinstance(inputs, TableInput)
        self.texts = inputs.texts if is_table else []
        self.columns = list(inputs._columns) if is_table else None
        self._types = inputs._types if is_table else {}
        self._before, self._last = _parts(self.pipeline)

    def table(self, batch):
        """Rows as the model reads them; which are not as it expects, is in the batch.

        Each request is read by itself: types that are not known from the model are
        those of its values.
        """
        frame, _ = TableInput(self.texts, self.columns, self._types)(batch)
        return frame

    def warm_up(self):
        """Let the model answer once: nets and threads are started by their first."""
        if self.columns is None:
            self.flags(["warm up"])
            self.predict(["warm up"])
            return
        row = pd.DataFrame({name: [None] for name in self.columns}, dtype=object)
        with suppress(TypeError, ValueError):  # a column may have to be a number
            self.predict(row)

    def predict(self, X):
        """A dict for each text or row, with its label or labels and probabilities."""
        for step in self._before:
            X = step.transform(X)
        proba = self._last.predict_proba(X) if self.has_probabilities else None
        found = [{"label": label} for label in self._labels(X, proba)]
        if self.multilabel:
            found = [{"labels": one["label"]} for one in found]
        if proba is not None:
            names = [str(label) for label in self.classes]
            for answer, row in zip(found, np.asarray(proba).tolist(), strict=True):
                answer["probabilities"] = dict(zip(names, row, strict=True))
        return found

    def _labels(self, X, proba):
        last = self._last
        is_known = isinstance(last, NetClassifier) or type(last) in _MOST_PROBABLE
        if proba is not None and is_known and not self.multilabel:
            return np.asarray(last.classes_)[np.argmax(proba, axis=1)].tolist()
        predicted = last.predict(X)
        if not self.multilabel:
            return np.asarray(predicted).tolist()
        if hasattr(predicted, "toarray"):
            predicted = predicted.toarray()
        return [
            [label for label, is_one in zip(self.classes, row, strict=True) if is_one]
            for row in np.asarray(predicted)
        ]

    def flags(self, X):
        """A dict for each text: whether the model knows too little of what is in it.

        `out_of_depth` and `unknown_words` are None where the pipeline does not tell
        which words it knows.
        """
        if self._monitor is not None:
            found = self._monitor._flagged(X)
            rows = zip(
                found["flagged"], found["unknown_words"], found["reason"], strict=True
            )
            return [
                _flag(bool(flag), share, reason or None) for flag, share, reason in rows
            ]
        try:
            shares = unknown_rate(self.pipeline, X)
        except ValueError:  # nothing in it tells the words that it knows
            return [_flag(None, np.nan, None)] * len(X)
        return [_flag_of(share) for share in shares]

    def explain(self, X):
        """A dict for each text, with its words, their places and what they add."""
        answers = []
        for found, answer, flag in zip(
            explain(self.pipeline, X), self.predict(X), self.flags(X), strict=True
        ):
            label, weights = _explained(found, answer)
            words = [
                {"start": int(start), "end": int(end), "word": str(word), "weight": w}
                for (start, end, word), w in zip(found._words(), weights, strict=True)
            ]
            answers.append(
                answer
                | flag
                | {
                    "text": found.text,
                    "explained_label": label,
                    "method": found.method,
                    "words": [word for word in words if word["start"] >= 0],
                    "columns": [
                        {"column": word["word"], "weight": word["weight"]}
                        for word in words
                        if word["start"] < 0
                    ],
                }
            )
        return answers


def _parts(pipeline):
    """The steps before the last one, which several answers share, and the last one."""
    if type(pipeline) is not Pipeline:
        return [], pipeline
    *before, last = [step for _, step in pipeline.steps]
    return [step for step in before if step not in (None, "passthrough")], last


def _explained(explanation, answer):
    """The label whose words are shown; that of no answer has none of its own."""
    classes = explanation.classes.tolist()
    label = explanation.predicted
    if label not in classes:
        proba = list(answer["probabilities"].values())
        label = classes[int(np.argmax(proba))]
    return label, explanation._weights(label).tolist()


def _flag_of(share):
    if np.isnan(share):
        return _flag(True, share, "no words")
    if share == 1:
        return _flag(True, share, "only unknown words")
    return _flag(False, share, None)


def _flag(is_flagged, share, reason):
    share = None if np.isnan(share) else float(share)
    return {"out_of_depth": is_flagged, "unknown_words": share, "reason": reason}
