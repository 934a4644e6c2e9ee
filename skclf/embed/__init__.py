"""Vectors of words, from files or learned, and of texts, from sentence encoders."""

from skclf._containers import EmbeddedSequences
from skclf.embed._embedding_union import EmbeddingUnion
from skclf.embed._export_encoder import export_encoder
from skclf.embed._lookup import EmbeddingLookup
from skclf.embed._quantize_encoder import quantize_encoder
from skclf.embed._sentence_encoder import SentenceEncoder
from skclf.embed._trainer import EmbeddingTrainer

__all__ = [
    "EmbeddedSequences",
    "EmbeddingLookup",
    "EmbeddingTrainer",
    "EmbeddingUnion",
    "SentenceEncoder",
    "export_encoder",
    "quantize_encoder",
]
