"""Word vectors: looked up in files, or learned from the training documents."""

from skclf._containers import EmbeddedSequences
from skclf.embed._lookup import EmbeddingLookup
from skclf.embed._trainer import EmbeddingTrainer
from skclf.embed._union import EmbeddingUnion

__all__ = [
    "EmbeddedSequences",
    "EmbeddingLookup",
    "EmbeddingTrainer",
    "EmbeddingUnion",
]
