"""Documents to numeric columns."""

from skclf.features._document_embedding import DocumentEmbedding

__all__ = ["DocumentEmbedding"]
