"""Votes and stacks, put together from the probabilities of their members."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

MEMBERS_AT_MOST = 5
POWERS = (0.0, 0.25, 0.5)


@dataclass(frozen=True)
class Ensemble:
    """Some models together, as VotingClassifier or StackingClassifier has them.

    Parameters
    ----------
    names : tuple of str
        The members.
    power : float, default=None
        None takes the mean of the probabilities. A number makes it a stack: a logistic
        regression on the logarithms of the probabilities of rows held out, with the
        balanced class weights to this power.
    """

    names: tuple
    power: float | None = None

    def __str__(self):
        how = "" if self.power is None else f" (class weights to the {self.power:g})"
        return " + ".join(self.names) + how

    def held_out(self, training, codes):
        """Probabilities of the training rows, each from a model that never saw it."""
        probas = [training[name] for name in self.names]
        if self.power is None:
            return np.mean(probas, axis=0)
        cv = StratifiedKFold(3, shuffle=True, random_state=1)
        return cross_val_predict(
            self._last(codes), logarithms(probas), codes, cv=cv, method="predict_proba"
        )

    def predict_proba(self, training, codes, probas):
        """Probabilities of other rows, of which the members' are given."""
        if self.power is None:
            return np.mean(probas, axis=0)
        inputs = logarithms([training[name] for name in self.names])
        return self._last(codes).fit(inputs, codes).predict_proba(logarithms(probas))

    def _last(self, codes):
        counts = np.bincount(codes)
        weights = dict(enumerate((len(codes) / len(counts) / counts) ** self.power))
        return LogisticRegression(C=0.1, class_weight=weights, tol=1e-3, max_iter=1000)


def best_vote(training, value):
    """The few models whose mean has the highest value."""
    votes = [
        Ensemble(names)
        for n in range(2, MEMBERS_AT_MOST + 1)
        for names in combinations(training, n)
    ]
    return max(votes, key=value)


def best_stack(training, vote, value):
    """The best stack of the members of a vote, or of all models."""
    stacks = [
        Ensemble(names, power)
        for names in (vote.names, tuple(training))
        for power in POWERS
    ]
    return max(stacks, key=value)


def logarithms(probas):
    """What a stack reads: for two classes the log-odds, else all logarithms."""
    logs = [np.log(np.clip(proba, 1e-4, 1)) for proba in probas]
    if logs[0].shape[1] == 2:
        logs = [log[:, 1:] - log[:, :1] for log in logs]
    return np.hstack(logs)
