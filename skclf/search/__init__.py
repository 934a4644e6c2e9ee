"""Searches for parameters: those that survive what stops them, and Optuna's."""

from skclf._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "TunedPipeline": "skclf.search._tuned_pipeline",
        "resumable": "skclf.search._resumable",
        "results": "skclf.search._results",
        "space": "skclf.search._spaces",
        "tune": "skclf.search._tune",
    },
)
