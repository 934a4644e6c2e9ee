"""Explanations of single predictions."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils._param_validation import StrOptions, validate_params
from sklearn.utils.validation import check_is_fitted

from skclf._names import public
from skclf._typing import Estimator
from skclf._validation import check_documents, excerpt
from skclf.compose import TextAndTable
from skclf.compose._column_selection import as_list, texts_in
from skclf.compose._unwrapped import unwrapped
from skclf.inspection._explanation import Explanation
from skclf.inspection._linear import LinearModel
from skclf.inspection._occlusion import Occlusion, class_scores


@public("skclf.inspection")
@validate_params(
    {"method": [StrOptions({"auto", "linear", "occlusion"})]},
    prefer_skip_nested_validation=True,
)
def explain(
    pipeline: Estimator, texts: Any, *, method: str = "auto"
) -> list[Explanation]:
    """Say what each word of some texts adds to the prediction.

    Parameters
    ----------
    pipeline : estimator
        A fitted pipeline that takes texts, or a DataFrame with a column of texts (see
        :class:`~skclf.compose.TextAndTable`).
    texts : iterable of str, or DataFrame
        What to explain, as `pipeline` takes it. A single text is put into a list.
        Several columns of texts are explained as one text, with a line for each.
    method : {"auto", "linear", "occlusion"}, default="auto"
        How the contributions are found:

        - "linear" is exact, for pipelines of texts with a linear model on counts or
          TF-IDF: with `base`, they add up to the ``decision_function`` (of the class
          ``classes_[-1]`` where there are two, and of the SVM inside a calibration),
          those of naive Bayes to the joint log-likelihood. N-grams are shared by their
          words.
        - "occlusion" predicts the text without each of its words [1]_: what the
          log-odds of each class lose, or the ``decision_function`` where there are no
          probabilities. It works for everything, and takes one prediction for each word
          (they are made together). They do not add up exactly. Members of a soft vote
          are explained by the same predictions, each by itself (`members`).
        - "auto" is "linear" where that is possible.

    Returns
    -------
    list of Explanation
        One for each text.

    Raises
    ------
    TypeError
        If texts are not what the pipeline takes, or it has neither probabilities nor a
        ``decision_function``, as a vote with ``voting="hard"``.
    ValueError
        If the pipeline is not linear, and ``method="linear"``.
    NotFittedError
        If the pipeline is not fitted.

    See Also
    --------
    explain_model : Words that speak for each class.

    References
    ----------
    .. [1] M. Robnik-Sikonja and I. Kononenko, Explaining classifications for individual
       instances, IEEE TKDE 20(5), 2008.

    Examples
    --------
    >>> from skclf import explain, make_text_classifier
    >>> texts = ["the house is on fire", "a day on the beach"] * 10
    >>> model = make_text_classifier("tfidf-logreg").fit(texts, ["bad", "good"] * 10)
    >>> print(explain(model, ["The house!"])[0])
    bad (linear)
      +0.911  house!
      +0.304  The
    """
    check_is_fitted(pipeline)
    if isinstance(texts, str):
        raise TypeError(
            f"Expected a list of texts, got the text {excerpt(texts)}. Pass [text]."
        )
    if not hasattr(pipeline, "classes_"):
        raise TypeError(f"Expected a fitted classifier, got {excerpt(pipeline)}.")
    if not _has_scores(pipeline):
        raise TypeError(
            "Expected a classifier with predict_proba or decision_function, got "
            f"{excerpt(pipeline)}. A vote has them with voting='soft'."
        )
    beside = text_and_table(pipeline)
    linear = None
    if beside is None and method != "occlusion":
        linear = LinearModel.of(pipeline)
    if linear is None and method == "linear":
        raise ValueError(
            "Expected a fitted pipeline of texts with a linear model on counts or "
            f"TF-IDF for method='linear', got {excerpt(pipeline)}. Use method='auto'."
        )
    if beside is not None:
        return _explain_rows(pipeline, texts, beside)
    texts = check_documents(texts)
    model = Occlusion(pipeline) if linear is None else linear
    return _explain_all(pipeline, texts, texts, model)


def _has_scores(pipeline):
    return hasattr(pipeline, "predict_proba") or hasattr(pipeline, "decision_function")


def _explain_rows(pipeline, rows, beside):
    columns = as_list([] if beside.table_columns is None else beside.table_columns)
    if not isinstance(rows, pd.DataFrame):
        raise TypeError(
            f"Expected a DataFrame, as the pipeline reads the columns "
            f"{[*as_list(beside.text_column), *columns]}, got a {type(rows).__name__}."
        )
    texts = check_documents(texts_in(rows, beside.text_column))
    model = Occlusion(pipeline, as_list(beside.text_column), columns)
    one_by_one = [rows.iloc[i : i + 1] for i in range(len(rows))]
    return _explain_all(pipeline, texts, one_by_one, model, rows)


def _explain_all(pipeline, texts, parts, model, rows=None):
    """An explanation of each text, or row of a table."""
    if not len(texts):
        return []
    predicted = _predicted(pipeline, texts if rows is None else rows)
    explanations = []
    for text, part, label in zip(texts, parts, predicted, strict=True):
        spans, values, base, members = model.contributions(part)
        members = {
            name: _explanation(text, spans, model, *of_member)
            for name, of_member in members.items()
        }
        whole = _explanation(text, spans, model, label, values, base, members)
        explanations.append(whole)
    return explanations


def _explanation(text, spans, model, label, values, base, members=None):
    frame = _frame(text, spans, values, model)
    given = text, model.classes, label, base, frame, model.method, members
    return Explanation(*given, model.relative)


def _predicted(pipeline, rows):
    """Labels as the user's; of several labels of a document the most probable one."""
    predicted = pipeline.predict(rows)
    if predicted.ndim == 2:
        best = class_scores(pipeline, rows).argmax(axis=1)
        predicted = np.asarray(pipeline.classes_)[best]
    return predicted.tolist()


def text_and_table(estimator):
    """The step that takes text and table apart, in a pipeline or its first member."""
    estimator = unwrapped(estimator)
    if isinstance(estimator, TextAndTable):
        return estimator
    for name in ("steps", "estimators_", "estimators"):  # fitted members first
        parts = getattr(estimator, name, None)
        if parts and isinstance(parts, list):
            parts = [part[1] if isinstance(part, tuple) else part for part in parts]
            return next(filter(None, map(text_and_table, parts)), None)
    return None


def _frame(text, spans, values, model):
    """Words with their places and contributions; columns of a table have no place."""
    columns = model.table_columns
    places = np.array([*spans, *((-1, -1) for _ in columns)], int).reshape(-1, 2)
    words = [*(text[start:end] for start, end in spans), *columns]
    frame = pd.DataFrame({"start": places[:, 0], "end": places[:, 1], "word": words})
    # Side by side, since a class may be called "word".
    return pd.concat([frame, pd.DataFrame(values, columns=list(model.classes))], axis=1)
