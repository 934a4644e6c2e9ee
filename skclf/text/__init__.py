"""Cleaning of raw texts."""

from skclf.text._cleaner import TextCleaner
from skclf.text._presets import PRESETS
from skclf.text._stop_words import ENGLISH_STOP_WORDS

__all__ = ["ENGLISH_STOP_WORDS", "PRESETS", "TextCleaner"]
