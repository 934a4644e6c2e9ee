"""Warnings and errors that skclf raises on top of scikit-learn's own."""

__all__ = [
    "CoverageWarning",
    "MissingResourceError",
    "PersistenceWarning",
    "SegmentationWarning",
    "TrainingInterruptedWarning",
]


class CoverageWarning(UserWarning):
    """Few words of the training documents have a word vector."""


class MissingResourceError(LookupError):
    """A file that a feature needs is not on this machine.

    Raised for NLTK data, data sets and word vectors; the message names the resource and
    says how to get it.
    """


class PersistenceWarning(UserWarning):
    """A saved pipeline may not work, or not work the same, where it is loaded."""


class SegmentationWarning(UserWarning):
    """Texts are cut into words at blanks, and have none between their words."""


class TrainingInterruptedWarning(UserWarning):
    """A comparison was interrupted; the models that are finished are kept."""
