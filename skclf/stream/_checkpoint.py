"""A fit on disk, from which it goes on after its process was killed."""

import pickle
from dataclasses import dataclass, field
from typing import Any

from skclf._validation import listed
from skclf.deploy._file import check_target
from skclf.deploy._replace import replacing

_FORMAT = "skclf.fit_stream 1"


@dataclass
class StreamState:
    """How far a fit has come.

    Parameters
    ----------
    pipeline : Pipeline
        Its transformers are fitted, and its classifier as far as `chunk` says.
    labels : KnownLabels
        The classes.
    n_chunks : int
        Number of chunks of an epoch.
    epoch, chunk : int
        Number of epochs that are over, and of chunks of the next one.
    history : dict of str to list
        What each epoch has come to.
    best : bytes, default=None
        Pickle of the classifier after the best epoch.
    optimizer : object, default=None
        State of the optimizer of a net, which is not in its pickle.
    """

    pipeline: Any
    labels: Any
    n_chunks: int
    epoch: int = 0
    chunk: int = 0
    history: dict = field(default_factory=dict)
    best: bytes | None = None
    optimizer: Any = None


class Checkpoint:
    """The file of a fit.

    Parameters
    ----------
    path : path-like or None
        Where it is; None keeps nothing.
    identity : callable
        Gives a dict of what a run that goes on has to have in common with the one
        before.
    """

    def __init__(self, path, identity):
        self._path = None if path is None else check_target(path)
        self._identity = None if path is None else identity()

    def load(self):
        """The state that was saved; None if there is none.

        Raises
        ------
        ValueError
            If the file is none of a fit like this one.
        """
        if self._path is None or not self._path.exists():
            return None
        with self._path.open("rb") as file:
            try:
                form, identity = pickle.load(file)
            except Exception as error:  # of any kind
                raise self._other("it is another file") from error
            if form != _FORMAT:
                raise self._other(f"it is {form!r}")
            if identity != self._identity:
                keys = self._identity
                other = [key for key in keys if identity.get(key) != keys[key]]
                raise self._other(f"it has another {listed(other)}")
            state = pickle.load(file)
        if state.optimizer is not None:
            state.pipeline[-1]._net.keep_optimizer(state.optimizer)
        return state

    def save(self, state):
        """Write the state, in place of that before."""
        if self._path is None:
            return
        net = getattr(state.pipeline[-1], "_net", None)
        state.optimizer = None if net is None else net.optimizer_state()
        with replacing(self._path) as file:
            pickle.dump((_FORMAT, self._identity), file)
            pickle.dump(state, file)

    def _other(self, why):
        return ValueError(
            f"Expected a checkpoint of this fit or no file at {str(self._path)!r}, but "
            f"{why}. Remove it to begin anew, or pass another path."
        )
