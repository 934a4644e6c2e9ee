"""What a report is about: everything that was measured, and nothing that was drawn."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from skclf._names import stored
from skclf.evaluate._details import ComparisonDetails
from skclf.evaluate._label_issues import LabelIssues
from skclf.evaluate._split_audit import SplitAudit
from skclf.evaluate.exploration._exploration import Exploration


@stored
@dataclass
class Scored:
    """Documents that a model was not fitted on, and what it says of them.

    Parameters
    ----------
    what : str
        Which documents these are, in words.
    y_true, y_pred : ndarray of shape (n,)
        True and predicted labels.
    proba : ndarray of shape (n, n_classes) or None
        Probabilities, if the model has any.
    X : sequence or DataFrame
        The documents, as the model takes them.
    texts : list of str
        Their texts.
    models : list of estimator
        Fitted ones.
    model_of : ndarray of int of shape (n,)
        Which of them has predicted each document.
    """

    what: str
    y_true: np.ndarray
    y_pred: np.ndarray
    proba: np.ndarray | None
    X: Any
    texts: list
    models: list
    model_of: np.ndarray


@stored
@dataclass
class Evidence:
    """What is known of a model and its data; None where it was not looked for.

    Parameters
    ----------
    name : str
        What the model is called.
    model : estimator
        A fitted one.
    classes : ndarray of shape (n_classes,)
        The labels.
    texts : list of str
        The training documents.
    labels : ndarray of shape (n_documents,)
        Their labels.
    exploration : Exploration
        Of the training documents.
    audit : SplitAudit or None
        Of training and test documents.
    scored : Scored or None
        Documents that the scores are of.
    scores : DataFrame or None
        Metrics with intervals.
    calibration : DataFrame or None
        How often predictions of some probability are right.
    slices : DataFrame or None
        Parts that are worse than the rest.
    mistakes : DataFrame or None
        The errors that the model is most sure of.
    explanations : list of Explanation
        Of these.
    words : DataFrame or None
        What speaks for each class.
    nets : dict of str to estimator
        Fitted nets with a history, by a name.
    details : ComparisonDetails or None
        The comparison that the model comes from.
    learning_curve : DataFrame or None
        Scores by the number of training documents.
    issues : LabelIssues or None
        Labels that may be wrong.
    coverage : dict or None
        Shares of words with a vector.
    facts : dict of str to str
        Size, latency, versions.
    parameters : str
        The model as it is written.
    left_out : list of str
        What is not in the report, and how to have it.
    """

    name: str
    model: Any
    classes: np.ndarray
    texts: list
    labels: np.ndarray
    exploration: Exploration
    audit: SplitAudit | None = None
    scored: Scored | None = None
    scores: pd.DataFrame | None = None
    calibration: pd.DataFrame | None = None
    slices: pd.DataFrame | None = None
    mistakes: pd.DataFrame | None = None
    explanations: list = field(default_factory=list)
    words: pd.DataFrame | None = None
    nets: dict = field(default_factory=dict)
    details: ComparisonDetails | None = None
    learning_curve: pd.DataFrame | None = None
    issues: LabelIssues | None = None
    coverage: dict | None = None
    facts: dict = field(default_factory=dict)
    parameters: str = ""
    left_out: list = field(default_factory=list)

    @property
    def class_counts(self):
        """Training documents of each class, as a Series."""
        return pd.Series(self.labels).value_counts()
