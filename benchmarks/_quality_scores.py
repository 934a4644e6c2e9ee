"""Scores of class probabilities, and whether two models differ by chance."""

from functools import partial

import numpy as np
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, f1_score, log_loss, roc_auc_score

RESAMPLES = 300


def scores(codes, proba):
    """All scores of `SCORES` that exist for so many classes."""
    names = [name for name in SCORES if name != "F1" or proba.shape[1] == 2]
    return {name: SCORES[name](codes, proba) for name in names}


def accuracy(codes, proba):
    return accuracy_score(codes, proba.argmax(axis=1))


def f1(codes, proba, average="binary"):
    return f1_score(codes, proba.argmax(axis=1), average=average, zero_division=0)


def micro_auc(codes, proba):
    """One against the rest, over the flattened one-hot matrix, as S2's notebook has."""
    flags = codes[:, None] == np.arange(proba.shape[1])
    return roc_auc_score(flags.ravel(), proba.ravel())


def calibration_error(codes, proba, n_bins=15):
    """Expected calibration error of the likeliest class (Guo et al., 2017)."""
    sure, right = proba.max(axis=1), proba.argmax(axis=1) == codes
    bins = np.minimum((sure * n_bins).astype(int), n_bins - 1)
    gaps = [np.abs((right - sure)[bins == i].sum()) for i in range(n_bins)]
    return np.sum(gaps) / len(codes)


SCORES = {
    "accuracy": accuracy,
    "F1": f1,
    "macro F1": partial(f1, average="macro"),
    "weighted F1": partial(f1, average="weighted"),
    "micro AUC": micro_auc,
    "log loss": lambda codes, p: log_loss(codes, p, labels=range(p.shape[1])),
    "ECE": calibration_error,
}


def differences(codes, ours, theirs, names):
    """Middle 95 % of bootstrapped differences, for each score."""
    rng, n, found = np.random.default_rng(0), len(codes), []
    for _ in range(RESAMPLES):
        rows = rng.integers(n, size=n)
        pair = [(codes[rows], proba[rows]) for proba in (ours, theirs)]
        found.append([SCORES[s](*pair[0]) - SCORES[s](*pair[1]) for s in names])
    low, high = np.percentile(found, [2.5, 97.5], axis=0)
    return dict(zip(names, zip(low, high, strict=True), strict=True))


def mcnemar(right, other):
    """Exact two-sided p-value of McNemar's test, and both numbers of wins."""
    wins, losses = (right & ~other).sum(), (other & ~right).sum()
    p = binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    return p, wins, losses
