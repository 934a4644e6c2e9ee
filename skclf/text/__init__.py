"""Cleaning of raw texts."""

from skclf.text._cleaner import TextCleaner
from skclf.text._presets import PRESETS

__all__ = ["PRESETS", "TextCleaner"]
