"""Ready-made pipelines, and text with the other columns of a table.

They are imported on first use: a pipeline of texts is loaded without pandas.
"""

from importlib import import_module

_HOME = {
    "SequencesAndTable": "skclf._with_table",
    "TextAndTable": "skclf.compose._text_and_table",
    "make_text_classifier": "skclf.compose._ready_made",
}

__all__ = list(_HOME)


def __getattr__(name):
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'skclf.compose' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
