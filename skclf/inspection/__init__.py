"""What a fitted pipeline goes by: words of a text, and words of a class."""

from skclf._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "Explanation": "skclf.inspection._explanation",
        "explain": "skclf.inspection._explain",
        "explain_model": "skclf.inspection._explain_model",
        "unknown_rate": "skclf.inspection._unknown_rate",
    },
)
