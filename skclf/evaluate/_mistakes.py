"""The errors a model is most sure of."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import validate_params

from skclf._indicator import check_targets
from skclf._names import public
from skclf._typing import Documents, Estimator, Labels
from skclf._validation import POSITIVE_INT, check_documents, excerpt
from skclf.evaluate._probabilities import (
    check_proba,
    classes_of_columns,
    positions_of,
    texts_for,
)
from skclf.evaluate._shown_texts import html_lists, text_lists


@public("skclf.evaluate")
@validate_params(
    {"n": [POSITIVE_INT]},
    prefer_skip_nested_validation=True,
)
def confident_mistakes(
    y_true: Labels | Estimator,
    proba: ArrayLike | Documents,
    texts: Documents | Labels,
    *,
    classes: ArrayLike | None = None,
    n: int = 10,
) -> "ConfidentMistakes":
    """List the documents that a classifier gets wrong with the highest probability.

    They are worth reading first: many turn out to be labelled wrongly, others show what
    the model has not understood. ``confident_mistakes(pipeline, X, y)`` takes a fitted
    pipeline, documents and labels instead, and predicts.

    Parameters
    ----------
    y_true : array-like or sparse matrix of shape (n_documents,) or \
            (n_documents, n_labels)
        The true labels; or an indicator matrix, if documents may have several. Then
        each of their labels is looked at by itself.
    proba : array-like of shape (n_documents, n_classes)
        Probabilities from ``predict_proba``, best of a model that has not been trained
        on these documents.
    texts : iterable of str of length n_documents
        The documents.
    classes : array-like of shape (n_classes,), default=None
        The label of each column of `proba`, as in ``estimator.classes_``. With an
        indicator matrix these may be its columns' names. None only with a pipeline,
        which knows them.
    n : int, default=10
        Largest number of mistakes to list.

    Returns
    -------
    ConfidentMistakes
        A DataFrame that shows whole texts. One row for each mistake, the surest first,
        fewer than `n` if there are fewer. The index ``row`` is the position in `texts`,
        counted from 0. Columns:

        text : str
            The document.
        true, predicted : label
            The true and the predicted class.
        probability : float
            The probability of the predicted class.

        With an indicator matrix, ``label`` is the label, ``true`` and ``predicted`` say
        whether the document has it, and ``probability`` is that of what is predicted.

    Raises
    ------
    ValueError
        If lengths differ, a label is not among `classes`, or `proba` does not hold
        probabilities.
    TypeError
        If `texts` are not texts.

    See Also
    --------
    compare : Scores and speed of several models.
    sklearn.model_selection.cross_val_predict : Probabilities from models that have not
        seen the documents.

    Examples
    --------
    >>> from sklearn.model_selection import cross_val_predict
    >>> from skclf import make_text_classifier
    >>> from skclf.datasets import make_tweets
    >>> from skclf.evaluate import confident_mistakes
    >>> tweets = make_tweets(200, random_state=0)
    >>> model = make_text_classifier("tfidf-logreg")
    >>> proba = cross_val_predict(
    ...     model, tweets.data["text"], tweets.target, method="predict_proba"
    ... )
    >>> mistakes = confident_mistakes(
    ...     tweets.target, proba, tweets.data["text"], classes=[0, 1], n=3
    ... )
    >>> mistakes[["true", "predicted", "probability"]].round(2)
         true  predicted  probability
    row
    70      1          0         0.79
    118     1          0         0.79
    110     1          0         0.76

    Of documents with several labels:

    >>> Y, proba = [[1, 0], [1, 1]], [[0.9, 0.2], [0.7, 0.1]]
    >>> confident_mistakes(Y, proba, ["fire", "a flood"], classes=["fire", "flood"])
    flood: True, predicted False: row 1, probability 0.90
      - a flood
    """
    if hasattr(y_true, "predict"):
        y_true, proba, texts, classes = _predicted(y_true, proba, texts, classes)
    texts = check_documents(texts)
    classes = classes_of_columns(classes)
    proba = check_proba(proba, len(texts), len(classes))
    y_true = check_targets(y_true, len(texts), names=("texts", "y_true"))
    if y_true.ndim == 2:
        return _of_labels(y_true, proba, texts, classes, n)
    true = positions_of(y_true, classes, "y_true")
    predicted = proba.argmax(axis=1)
    wrong = np.flatnonzero(predicted != true)
    surest = wrong[np.argsort(-proba[wrong, predicted[wrong]], kind="stable")][:n]
    return ConfidentMistakes(
        {
            "text": pd.Series([texts[row] for row in surest], surest, dtype=str),
            "true": classes[true[surest]],
            "predicted": classes[predicted[surest]],
            "probability": proba[surest, predicted[surest]],
        },
        index=pd.Index(surest, name="row"),
    )


@public("skclf.evaluate")
class ConfidentMistakes(pd.DataFrame):
    """What a classifier gets wrong with the highest probability.

    A DataFrame that :func:`confident_mistakes` makes, with the columns named there.
    ``print`` wraps the texts to 80 columns, a notebook shows them whole; `to_string()`
    shows the table. Parts and copies of it are plain DataFrames.

    Examples
    --------
    >>> from skclf.evaluate import confident_mistakes
    >>> proba = [[.9, .1], [.8, .2]]
    >>> confident_mistakes([1, 0], proba, ["fire", "sun"], classes=[0, 1])
    1, predicted 0: row 0, probability 0.90
      - fire
    """

    def __repr__(self):
        return text_lists(self._blocks()) or "No mistakes."

    __str__ = __repr__

    def _repr_html_(self):
        return html_lists(self._blocks() if len(self) else [("No mistakes.", [])])

    def _blocks(self):
        """A title and the text of each mistake."""
        for row, mistake in zip(self.index, self.to_dict("records"), strict=True):
            label = f"{mistake['label']}: " if "label" in mistake else ""
            yield (
                f"{label}{mistake['true']}, predicted {mistake['predicted']}: "
                f"row {row}, probability {mistake['probability']:.2f}",
                [mistake["text"]],
            )


def _predicted(pipeline, X, y, classes):
    """What a pipeline makes of documents, as it is told without one."""
    if not hasattr(pipeline, "predict_proba"):
        raise TypeError(
            f"Expected a pipeline with predict_proba, got {excerpt(pipeline)}. "
            "Calibrate it: CalibratedClassifierCV(pipeline)."
        )
    classes = pipeline.classes_ if classes is None else classes
    return y, pipeline.predict_proba(X), texts_for(pipeline, X), classes


def _of_labels(y_true, proba, texts, classes, n):
    """Mistakes about one label of a document."""
    if y_true.shape != proba.shape:
        raise ValueError(
            f"Expected a column of y_true for each of {len(classes)} classes, got "
            f"{y_true.shape[1]}. Pass the name or number of each label as classes."
        )
    true, predicted = y_true == 1, proba > 0.5
    sure = np.where(predicted, proba, 1 - proba)
    rows, labels = np.nonzero(true != predicted)
    surest = np.argsort(-sure[rows, labels], kind="stable")[:n]
    at = rows, labels = rows[surest], labels[surest]
    return ConfidentMistakes(
        {
            "text": pd.Series([texts[row] for row in rows], rows, dtype=str),
            "label": classes[labels],
            "true": true[at],
            "predicted": predicted[at],
            "probability": sure[at],
        },
        index=pd.Index(rows, name="row"),
    )
