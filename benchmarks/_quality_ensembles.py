"""Votes and stacks, put together from the probabilities of their members."""

from collections import Counter
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from joblib import Parallel, cpu_count, delayed, parallel_config
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from skclf.compose._log_odds import log_odds

MEMBERS_AT_MOST = 5
ROUNDS = 30
POWERS = (0.0, 0.25, 0.5, 1.0)
INVERSE_PENALTIES = (0.01, 0.1)
# Of what models say of training rows that they have not seen.
FOLDS = StratifiedKFold(3, shuffle=True, random_state=1)


@dataclass(frozen=True)
class Ensemble:
    """Some models together, as VotingClassifier or StackingClassifier has them.

    Parameters
    ----------
    names : tuple of str
        The members; one that is named twice has twice the weight.
    power : float, default=None
        None takes the mean of the probabilities. A number makes it a stack: a logistic
        regression on the log-odds of the probabilities of rows held out, with the
        balanced class weights to this power.
    C : float, default=0.1
        The inverse penalty of this regression.
    """

    names: tuple
    power: float | None = None
    C: float = 0.1

    def __str__(self):
        counts = Counter(self.names).items()
        names = " + ".join(f"{n} × {name}" if n > 1 else name for name, n in counts)
        if self.power is None:
            return names
        return f"{names} (class weights to the {self.power:g}, C = {self.C:g})"

    def held_out(self, training, codes):
        """Probabilities of the training rows, each from a model that never saw it."""
        probas = [training[name] for name in self.names]
        if self.power is None:
            return np.mean(probas, axis=0)
        return cross_val_predict(
            self._last(codes), inputs(probas), codes, cv=FOLDS, method="predict_proba"
        )

    def predict_proba(self, training, codes, probas):
        """Probabilities of other rows, of which the members' are given."""
        if self.power is None:
            return np.mean(probas, axis=0)
        rows = inputs([training[name] for name in self.names])
        return self._last(codes).fit(rows, codes).predict_proba(inputs(probas))

    def _last(self, codes):
        counts = np.bincount(codes)
        weights = dict(enumerate((len(codes) / len(counts) / counts) ** self.power))
        return LogisticRegression(
            C=self.C, class_weight=weights, tol=1e-3, max_iter=1000
        )


def best_vote(training, codes):
    """The few models whose mean has the lowest log loss.

    There are thousands of votes: the one of the highest accuracy is the luckiest one.
    """
    log_loss = _log_loss_of_means(training, codes)
    numbers = range(2, MEMBERS_AT_MOST + 1)
    votes = chain.from_iterable(combinations(training, n) for n in numbers)
    return Ensemble(min(votes, key=log_loss))


def weighted_vote(training, codes):
    """A mean built greedily: each round adds the model of the lowest log loss.

    A model may be added again; the best round is kept. Ensemble selection with
    replacement, Caruana et al. (2004), "Ensemble Selection from Libraries of Models".
    """
    log_loss = _log_loss_of_means(training, codes)
    names, rounds = (), []
    for _ in range(ROUNDS):
        names = min(((*names, name) for name in training), key=log_loss)
        rounds.append(names)
    return Ensemble(min(rounds, key=log_loss))


def _log_loss_of_means(training, codes):
    """A function of the names of models: the log loss of their mean."""
    # Log loss reads one column only, so others are not averaged.
    rows = np.arange(len(codes))
    found = {name: proba[rows, codes] for name, proba in training.items()}

    def log_loss(names):
        proba = np.mean([found[name] for name in names], axis=0)
        return -np.log(np.clip(proba, 1e-15, 1)).mean()

    return log_loss


VOTES = {"vote": best_vote, "vote, weighted": weighted_vote}


def held_out_vote(find, training, codes):
    """Probabilities of the training rows, each from a vote found on other rows.

    So that a vote, of which there are thousands, has no advantage over a stack.
    """
    found = np.empty_like(next(iter(training.values())))
    for rows, others in FOLDS.split(codes, codes):
        part = {name: proba[rows] for name, proba in training.items()}
        names = find(part, codes[rows]).names
        found[others] = np.mean([training[name][others] for name in names], axis=0)
    return found


def best_stack(training, codes, vote, score):
    """The best stack of the members of a vote, or of all models, and its score."""
    stacks = [
        Ensemble(names, power, C)
        for names in (vote.names, tuple(training))
        for power in POWERS
        for C in INVERSE_PENALTIES
    ]
    with parallel_config("loky", n_jobs=cpu_count(), inner_max_num_threads=1):
        found = Parallel()(delayed(stack.held_out)(training, codes) for stack in stacks)
    values = dict(zip(stacks, map(score, found), strict=True))
    best = max(stacks, key=values.get)
    return best, values[best]


def inputs(probas):
    """What a stack reads: log-odds, of one class where there are two."""
    first = int(probas[0].shape[1] == 2)
    return log_odds(np.hstack([proba[:, first:] for proba in probas]))
