"""Whether one of two fitted models is better, on the same documents."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from skclf.evaluate._predictions import resamples
from skclf.evaluate._verdict import INTERVAL, N_DRAWS

METRICS = ("accuracy", "balanced_accuracy", "f1_macro")


class PairedTest(NamedTuple):
    """What sets two models apart.

    Parameters
    ----------
    scores : DataFrame
        A row for each metric with ``first``, ``second``, their ``difference`` (second
        minus first), and ``low`` and ``high``, its 95 % interval.
    only_first, only_second : int
        Documents that only one of them labels right.
    p_value : float
        Of McNemar's exact test: how probable it is that the two numbers are so far
        apart, or more, if both models are right equally often.
    """

    scores: pd.DataFrame
    only_first: int
    only_second: int
    p_value: float

    @property
    def is_different(self):
        """Whether their accuracies differ by more than chance, at 5 %."""
        return self.p_value < 0.05


def paired_test(y_true, first, second):
    """Compare the predictions of two models for the same documents.

    Parameters
    ----------
    y_true, first, second : ndarray of shape (n_documents,)
        True labels, and what each model says.

    Returns
    -------
    PairedTest
        Differences with intervals, by a bootstrap of documents within their classes
        [1]_; and McNemar's test by the binomial distribution [2]_.

    References
    ----------
    .. [1] B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993.
    .. [2] Q. McNemar, Note on the sampling error of the difference between correlated
       proportions or percentages, Psychometrika 12, 1947.

    Examples
    --------
    >>> import numpy as np
    >>> from skclf.evaluate._paired import paired_test
    >>> y = np.array([0, 1] * 20)
    >>> found = paired_test(y, np.zeros(40, int), y)
    >>> found.only_first, found.only_second, found.is_different
    (0, 20, True)
    >>> found.scores.loc["accuracy"].round(2).tolist()
    [0.5, 1.0, 0.5, 0.5, 0.5]
    """
    labels, codes = np.unique([y_true, first, second], return_inverse=True)
    y, *predicted = codes.reshape(3, -1)
    scores = [_scores(y, one, len(labels)) for one in predicted]
    drawn = [
        np.subtract(*(_scores(y[rows], one[rows], len(labels)) for one in predicted))
        for rows in resamples(y_true, N_DRAWS)
    ]
    low, high = np.percentile(np.negative(drawn), INTERVAL, axis=0)
    columns = dict(zip(["first", "second"], scores, strict=True))
    columns |= {"difference": scores[1] - scores[0], "low": low, "high": high}
    right = [one == y for one in predicted]
    only_first, only_second = (
        int((right[0] & ~right[1]).sum()),
        int((right[1] & ~right[0]).sum()),
    )
    n = only_first + only_second
    return PairedTest(
        pd.DataFrame(columns, index=METRICS),
        only_first,
        only_second,
        float(binomtest(only_first, n).pvalue) if n else 1.0,
    )


def _scores(y_true, predicted, n_labels):
    """METRICS as scikit-learn has them, of labels from 0: thousands in a second."""
    counts = np.bincount(y_true * n_labels + predicted, minlength=n_labels**2)
    matrix = counts.reshape(n_labels, n_labels)
    right, true, said = matrix.diagonal(), matrix.sum(axis=1), matrix.sum(axis=0)
    occurs, either = true > 0, true + said > 0
    return np.array(
        [
            right.sum() / len(y_true),
            (right[occurs] / true[occurs]).mean(),
            (2 * right[either] / (true + said)[either]).mean(),
        ]
    )
