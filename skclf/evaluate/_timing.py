"""How long a model takes to fit and to predict, and how large its file is."""

import os
import tempfile
import warnings
from time import perf_counter

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from skclf._validation import excerpt

SINGLE_DOCUMENTS = 100
SINGLE_SECONDS = 2.0
BATCH_DOCUMENTS = 2000
WARM_UP_DOCUMENTS = 50


def measure(name, estimator, X, y, train, test, *, warm):
    """Fit on the training rows in this process, and time fit and predictions.

    Parameters
    ----------
    name : str
        What the model is called in warnings.
    estimator : estimator
        The model; a clone of it is fitted.
    X : sequence
        All documents.
    y : ndarray
        Their labels.
    train, test : ndarray of int
        Rows to fit on, and rows the model has not seen.
    warm : bool
        Whether the same fit has been done in this process before. If False, it is done
        twice, and the second one is timed: nets compile in the first.

    Returns
    -------
    dict of str to float
        ``fit_seconds``, ``latency_ms``, ``docs_per_second`` and ``file_kb``.
    """
    X_train, y_train = _safe_indexing(X, train), y[train]
    if not warm:
        clone(estimator).fit(X_train, y_train)
    model = clone(estimator)
    fit_seconds = _seconds(model.fit, X_train, y_train)
    # No document is predicted twice: repeated ones would be found in caches.
    rows = np.concatenate([test, train])
    n_warm = min(WARM_UP_DOCUMENTS, len(rows) // 3)
    model.predict(_safe_indexing(X, rows[len(rows) - n_warm :]))
    rows = rows[: len(rows) - n_warm]
    n_single = min(SINGLE_DOCUMENTS, len(rows) // 2)
    return {
        "fit_seconds": fit_seconds,
        "latency_ms": latency(model, X, rows[:n_single]) * 1e3,
        "docs_per_second": _rate(model, X, rows[n_single:][:BATCH_DOCUMENTS]),
        "file_kb": file_size(name, model) / 1e3,
    }


def _seconds(call, *args):
    start = perf_counter()
    call(*args)
    return perf_counter() - start


def latency(model, X, rows):
    """Median seconds for one document; a slow model is asked for fewer.

    Parameters
    ----------
    model : estimator
        A fitted one.
    X : sequence
        The documents.
    rows : ndarray of int
        Which of them to predict, one by one.

    Returns
    -------
    float
        Seconds.
    """
    seconds = []
    for i in range(len(rows)):
        seconds.append(_seconds(model.predict, _safe_indexing(X, rows[i : i + 1])))
        if sum(seconds) > SINGLE_SECONDS:
            break
    return float(np.median(seconds))


def _rate(model, X, rows):
    rate = len(rows) / _seconds(model.predict, _safe_indexing(X, rows))
    return float(f"{rate:.3g}")  # more digits would be noise, and hard to read


def file_size(name, model):
    """Bytes that joblib writes; NaN, with a warning, if it cannot.

    Parameters
    ----------
    name : str
        What the model is called in the warning.
    model : estimator
        The model.

    Returns
    -------
    int or float
        Bytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.joblib")
        try:
            joblib.dump(model, path)
        except Exception as error:  # whatever an object raises when it is pickled
            warnings.warn(
                f"The model {excerpt(name)} cannot be saved with joblib.dump, so its "
                "file_kb "
                f"is NaN: {error}",
                RuntimeWarning,
                stacklevel=2,
            )
            return float("nan")
        return os.path.getsize(path)
