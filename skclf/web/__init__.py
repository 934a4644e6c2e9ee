"""A fitted pipeline as a service: a page for people and JSON for programs.

Public names are imported on first use.
"""

from skclf._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__, {"make_app": "skclf.web._app", "serve": "skclf.web._serve"}
)
