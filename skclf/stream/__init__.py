"""Fits on more documents than memory holds."""

from skclf._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__, {"fit_stream": "skclf.stream._fit_stream"}
)
