"""Warnings and errors that skclf raises on top of scikit-learn's own."""

__all__ = ["MissingResourceError", "TrainingInterruptedWarning"]


class MissingResourceError(LookupError):
    """A file that a feature needs is not on this machine.

    Raised for NLTK data and for data sets; the message names the resource and says
    how to get it.
    """


class TrainingInterruptedWarning(UserWarning):
    """Training was interrupted from the keyboard; the best weights so far are kept."""
