"""Documents to numeric columns."""

from skclf.features._document_embedding import DocumentEmbedding
from skclf.features._entities import extract_entities
from skclf.features._text_statistics import TextStatistics

__all__ = ["DocumentEmbedding", "TextStatistics", "extract_entities"]
