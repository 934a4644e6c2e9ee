"""Scores with intervals, and how far probabilities can be trusted."""

import warnings

import numpy as np
import pandas as pd
from sklearn.metrics import get_scorer

from skclf.evaluate._predictions import Predictions, resamples
from skclf.evaluate._verdict import INTERVAL, N_DRAWS

MOST_BINS = 10
LEAST_IN_BIN = 20


def scores_of(y_true, y_pred, proba, classes):
    """Scores with 95 % intervals by a bootstrap within classes.

    Parameters
    ----------
    y_true, y_pred : ndarray of shape (n,)
        True and predicted labels.
    proba : ndarray of shape (n, n_classes) or None
        Probabilities.
    classes : ndarray of shape (n_classes,)
        The labels.

    Returns
    -------
    DataFrame
        A row for each metric with ``score``, ``low``, ``high`` and ``majority class``,
        what always predicting the most frequent class (with shares as probabilities)
        would score.
    """
    responses = {"predict": y_pred} | (
        {} if proba is None else {"predict_proba": proba}
    )
    model = Predictions(responses, classes)
    majority = Predictions(_majority(y_true, classes), classes)
    metrics = ["accuracy", "balanced_accuracy", "f1_macro"]
    if proba is not None:
        # What a class that is not among the documents would need, is not defined.
        is_whole = np.array_equal(np.unique(y_true), classes)
        metrics += ["neg_log_loss"] * is_whole
        metrics += ["roc_auc"] * (is_whole and len(classes) == 2)
    rows, draws = np.arange(len(y_true)), list(resamples(y_true, N_DRAWS))
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for metric in metrics:
            scorer = get_scorer(metric)
            drawn = [scorer(model, drawn, y_true[drawn]) for drawn in draws]
            low, high = np.percentile(drawn, INTERVAL)
            found[metric] = {
                "score": scorer(model, rows, y_true),
                "low": low,
                "high": high,
                "majority class": scorer(majority, rows, y_true),
            }
    return pd.DataFrame.from_dict(found, orient="index")


def _majority(y_true, classes):
    shares = np.array([np.mean(y_true == label) for label in classes])
    return {
        "predict": np.repeat(classes[[shares.argmax()]], len(y_true)),
        "predict_proba": np.tile(shares, (len(y_true), 1)),
    }


def calibration_of(y_true, y_pred, proba, classes):
    """How often predictions of some probability are right.

    Parameters
    ----------
    y_true, y_pred : ndarray of shape (n,)
        True and predicted labels.
    proba : ndarray of shape (n, n_classes)
        Probabilities.
    classes : ndarray of shape (n_classes,)
        The labels.

    Returns
    -------
    DataFrame
        Bins of equal size by the probability of the predicted class, with ``n``,
        ``probability`` and ``accuracy``, both means; the lowest probability first.
    """
    position = {label: i for i, label in enumerate(classes.tolist())}
    columns = [position[label] for label in y_pred.tolist()]
    sure = proba[np.arange(len(y_pred)), columns]
    n_bins = int(np.clip(len(sure) // LEAST_IN_BIN, 1, MOST_BINS))
    parts = np.array_split(np.argsort(sure, kind="stable"), n_bins)
    right = y_true == y_pred
    return pd.DataFrame(
        {
            "n": [len(part) for part in parts],
            "probability": [sure[part].mean() for part in parts],
            "accuracy": [right[part].mean() for part in parts],
        }
    )


def calibration_error(calibration):
    """The mean distance of probability and accuracy, weighted by documents.

    Parameters
    ----------
    calibration : DataFrame
        What `calibration_of` returns.

    Returns
    -------
    float
        From 0, the expected calibration error.
    """
    distances = (calibration["probability"] - calibration["accuracy"]).abs()
    return float(np.average(distances, weights=calibration["n"]))
