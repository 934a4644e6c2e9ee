"""Ready-made pipelines, and text with the other columns of a table."""

from skclf._with_table import SequencesAndTable
from skclf.compose._ready_made import make_text_classifier
from skclf.compose._text_and_table import TextAndTable

__all__ = ["SequencesAndTable", "TextAndTable", "make_text_classifier"]
