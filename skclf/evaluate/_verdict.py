"""Which model of a comparison to take."""

import warnings

import numpy as np
import pandas as pd

from skclf._names import public
from skclf.evaluate._candidates import MAJORITY
from skclf.evaluate._predictions import resamples
from skclf.evaluate._wording import figure

N_DRAWS = 500
INTERVAL = (2.5, 97.5)  # percentiles

# What a model costs, and how to say it.
COSTS = {
    "fit_seconds": "{} s to fit",
    "latency_ms": "{} ms for a document",
    "file_kb": "{} kB",
}


@public("skclf.evaluate")
class Verdict(str):
    """What to take from a comparison: a sentence, and the data behind it.

    Attributes
    ----------
    best : str
        The model with the highest score.
    tied : list of str
        Other models that may be as good: the 95 % interval of the difference reaches
        zero.
    cheapest : str
        Of the best and the tied, the one with the lowest costs: the geometric mean of
        the seconds to fit, the milliseconds for a document and the size of the file.
    beats_majority : bool or None
        Whether the best model is better than always predicting the majority class; None
        where that is not known.
    differences : DataFrame
        One row for each other model, with the columns ``difference`` (how much worse it
        is than the best one, on all out-of-fold predictions together), ``low`` and
        ``high`` (its 95 % interval) and ``tied``. NaN, if the score is none of
        predictions alone.

    Examples
    --------
    >>> from skclf import compare
    >>> from skclf.datasets import make_tweets
    >>> tweets = make_tweets(200, random_state=0)
    >>> results = compare(["tfidf-logreg", "nb"], tweets.data["text"], tweets.target,
    ...                   random_state=0, verbose=0)
    >>> results.verdict.best, results.verdict.tied
    ('nb', ['tfidf-logreg'])
    """

    best: str
    tied: list
    cheapest: str
    beats_majority: bool | None
    differences: pd.DataFrame

    def __new__(cls, sentence, **data):
        verdict = super().__new__(cls, sentence)
        vars(verdict).update(data)
        return verdict


def judge(table, y, predictions, scorer):
    """Say which model is the best, which tie with it, and which of these is cheapest.

    Parameters
    ----------
    table : DataFrame
        Models by their score, the first column; the majority class last.
    y : ndarray
        The labels of the out-of-fold predictions.
    predictions : dict of str to Predictions
        By the names of the models.
    scorer : callable
        Takes one of them, row numbers and labels, and gives the score.

    Returns
    -------
    Verdict
        The sentence, with its data.
    """
    best = table.index[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about labels that a draw has not
        differences = _differences(best, y, predictions, scorer)
    tied = [name for name in differences.index[differences["tied"]] if name != MAJORITY]
    tied.sort(key=table.index.get_loc)
    beats_majority = None
    if not np.isnan(differences.loc[MAJORITY, "difference"]):
        beats_majority = not differences.loc[MAJORITY, "tied"]
    costs = _costs(table.loc[[best, *tied]])
    cheapest = costs.index[costs.to_numpy().argmin()]
    sentences = [
        _of_majority(table, best, beats_majority),
        _of_ties(table, best, tied, differences, len(y)),
        _of_costs(table, best, tied, cheapest),
    ]
    return Verdict(
        " ".join(filter(None, sentences)),
        best=best,
        tied=tied,
        cheapest=cheapest,
        beats_majority=beats_majority,
        differences=differences,
    )


def _differences(best, y, predictions, scorer):
    others = [name for name in predictions if name != best]
    rows = np.arange(len(y))

    def all_differences(rows):
        highest = scorer(predictions[best], rows, y[rows])
        return [highest - scorer(predictions[name], rows, y[rows]) for name in others]

    try:
        point = all_differences(rows)
        draws = np.array([all_differences(drawn) for drawn in resamples(y, N_DRAWS)])
    except Exception:  # whatever a function of the user's makes of row numbers
        point = np.full(len(others), np.nan)
        draws = np.full((1, len(others)), np.nan)
    found = pd.DataFrame({"difference": point}, index=pd.Index(others, name="model"))
    found["low"], found["high"] = np.nanpercentile(draws, INTERVAL, axis=0)
    found["tied"] = found["low"] <= 0
    return found


def _costs(table):
    costs = table[list(COSTS)].astype(float)
    # Those that all have: the size of what cannot be saved is not known.
    return np.log(costs.where(costs > 0)).dropna(axis=1).mean(axis=1)


def _of_majority(table, best, beats_majority):
    if beats_majority is not False:
        return ""
    return (
        f"No model is better than always predicting the majority class: {best}, the "
        f"best one, has {_score(table, best)}, the majority class "
        f"{table.iloc[-1, 0]:.3f}."
    )


def _of_ties(table, best, tied, differences, n):
    head = f"{best} is the best with {_score(table, best)}"
    if len(differences) == 1:
        return f"{best} has {_score(table, best)}, the majority class " + (
            f"{table.iloc[-1, 0]:.3f}."
        )
    if differences["difference"].isna().all():
        return (
            f"{head}. Whether others tie with it is not known, as the score is not one "
            "of predictions alone."
        )
    if not tied:
        second = table.index[1]
        low, high = differences.loc[second, ["low", "high"]]
        return (
            f"{head}; {second}, the next, is worse by {low:.3f} to {high:.3f} (95 % "
            "interval)."
        )
    verb = "ties" if len(tied) == 1 else "tie"
    return (
        f"{head}; {_and(tied)} {verb} with it: {n:,} documents do not tell them apart."
    )


def _of_costs(table, best, tied, cheapest):
    if not tied:
        return ""
    if cheapest == best:
        return f"{best} is the cheapest of them, too."
    own, others = table.loc[cheapest], table.loc[best]
    costs = [
        f"{words.format(figure(own[column]))} ({best}: {figure(others[column])})"
        for column, words in COSTS.items()
    ]
    return f"Of these, {cheapest} is the cheapest: {', '.join(costs)}."


def _score(table, name):
    article = "an" if str(table.columns[0])[0] in "aeiou" else "a"
    return f"{article} {table.columns[0]} of {table.loc[name].iloc[0]:.3f}"


def _and(names):
    """Names as a sentence has them, the last ones left out where there are many."""
    shown = [*names[:4], f"{len(names) - 4} more"] if len(names) > 5 else names
    *first, last = shown
    return f"{', '.join(first)} and {last}" if first else last
