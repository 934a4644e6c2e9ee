"""Texts to padded sequences of token ids."""

from skclf._containers import TokenSequences
from skclf.sequence._encoder import SequenceEncoder

__all__ = ["SequenceEncoder", "TokenSequences"]
