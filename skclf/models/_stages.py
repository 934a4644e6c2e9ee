"""The stages of a fit: pretrained word vectors stay as they are, or are trained."""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from skclf.models._architecture import is_ours


@dataclass(frozen=True)
class Stage:
    """A part of the training.

    Parameters
    ----------
    name : str or None
        What it is called in the history; None for a net that is given no vectors.
    n_vectors : int
        Number of pretrained word vectors that the net takes over and trains.
    epochs : int
        Largest number of passes over the data.
    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule
        Step size of the optimizer.
    """

    name: str | None
    n_vectors: int
    epochs: int
    learning_rate: object

    def vectors(self, source):
        """The vectors that the net takes over, as float32; None if it takes none."""
        if source.vectors is None or not self.n_vectors:
            return None
        return source.vectors[: self.n_vectors].astype(np.float32)


def make_stages(net, source, epochs, fitted):
    """The stages of a fit.

    Parameters
    ----------
    net : KerasTextClassifier
        Its parameter `embedding`, if it has one, says what becomes of word vectors.
    source : TokenSource or FeatureSource
        The training documents.
    epochs : int
        Largest number of passes, fine-tuning not included.
    fitted : FittedNet or None
        The net to go on from.

    Returns
    -------
    list of Stage
        One stage, or two for ``embedding="finetune"``.

    Raises
    ------
    ValueError
        If vectors are to be trained that do not belong to words.
    """
    rate = _as_float(net.learning_rate)
    if source.vectors is None:
        return [Stage(None, 0, epochs, rate)]
    mode = getattr(net, "embedding", "frozen")
    frozen = Stage("frozen", 0, epochs, rate)
    if mode == "frozen":
        return [frozen]
    if not is_ours(type(net), net.model):
        raise ValueError(
            f"Expected embedding='frozen' for a net of your own, got {mode!r}: it "
            "reads the vectors, and has none itself that could be trained."
        )
    if not source.n_trainable:
        raise ValueError(
            f"Expected embedding='frozen' for an array of vectors, got {mode!r}: they "
            "do not belong to words that could be trained. Use EmbeddingLookup."
        )
    n_own = fitted.architecture.n_vectors if fitted is not None else 0
    n_vectors = n_own or source.n_trainable
    if mode == "trainable":
        return [Stage("trainable", n_vectors, epochs, rate)]
    rate = _as_float(net.finetune_learning_rate)
    finetune = Stage("finetune", n_vectors, net.finetune_epochs, rate)
    return [finetune] if n_own else [frozen, finetune]


def _as_float(rate):
    """A learning rate as Keras takes it, which knows only Python's floats."""
    return float(rate) if isinstance(rate, Real) else rate
