"""Ready-made pipelines from raw text to labels."""

from skclf.compose._ready_made import make_text_classifier

__all__ = ["make_text_classifier"]
