"""Searches for parameters that survive what stops them."""

from skclf._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "resumable": "skclf.search._resumable",
        "results": "skclf.search._results",
    },
)
