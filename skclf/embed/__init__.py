"""Word vectors: looked up in files, or learned from the training documents."""

from skclf._containers import EmbeddedSequences
from skclf.embed._embedding_union import EmbeddingUnion
from skclf.embed._lookup import EmbeddingLookup
from skclf.embed._trainer import EmbeddingTrainer

__all__ = [
    "EmbeddedSequences",
    "EmbeddingLookup",
    "EmbeddingTrainer",
    "EmbeddingUnion",
]
