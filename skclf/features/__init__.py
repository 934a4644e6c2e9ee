"""Documents to numeric columns."""

from skclf.features._document_embedding import DocumentEmbedding
from skclf.features._entities import extract_entities
from skclf.features._text_statistics import TextStatistics
from skclf.features._topics import TopicFeatures

__all__ = ["DocumentEmbedding", "TextStatistics", "TopicFeatures", "extract_entities"]
