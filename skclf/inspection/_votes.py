"""Soft votes, as what their members say."""

import numpy as np
from sklearn.ensemble import VotingClassifier
from sklearn.pipeline import Pipeline

from skclf.compose._unwrapped import unwrapped

_NOTHING = (None, "passthrough")


class SoftVote:
    """A fitted pipeline that ends in a vote by probabilities.

    Parameters
    ----------
    before : list of transformer
        Its other steps.
    vote : VotingClassifier
        The vote.
    """

    def __init__(self, before, vote):
        self._before = before
        self._members = {}
        # Those that are dropped are not fitted.
        fitted, weights = iter(vote.estimators_), []
        for i, (name, member) in enumerate(vote.estimators):
            if member != "drop":
                self._members[name] = next(fitted)
                weights.append(1 if vote.weights is None else vote.weights[i])
        self._weights = np.array(weights, float)

    @classmethod
    def of(cls, pipeline):
        """The vote that a fitted pipeline is; None if it is something else."""
        pipeline = unwrapped(pipeline)
        before = []
        if isinstance(pipeline, Pipeline):
            steps = [step for _, step in pipeline.steps]
            *before, pipeline = [step for step in steps if step not in _NOTHING]
        if isinstance(pipeline, VotingClassifier) and pipeline.voting == "soft":
            return cls(before, pipeline)
        return None

    def probabilities(self, rows):
        """Those of the vote, and those of each of its members.

        Parameters
        ----------
        rows : list of str, or DataFrame
            What the pipeline takes.

        Returns
        -------
        proba : ndarray of shape (n_rows, n_classes)
            What ``predict_proba`` of the pipeline returns.
        of_members : dict of str to ndarray of shape (n_rows, n_classes)
            By the names of the members.
        """
        for step in self._before:
            rows = step.transform(rows)
        found = {name: one.predict_proba(rows) for name, one in self._members.items()}
        mean = np.average(list(found.values()), axis=0, weights=self._weights)
        return mean, found
