"""Fitted pipelines leave the process: files, and predictions for many documents.

Public names are imported on first use.
"""

from importlib import import_module

_HOME = {
    "OnnxClassifier": "skclf.deploy._onnx_classifier",
    "to_onnx_pipeline": "skclf.deploy._to_onnx",
    "save": "skclf.deploy._file",
    "load": "skclf.deploy._file",
    "inspect_file": "skclf.deploy._file",
    "predict_stream": "skclf.deploy._stream",
}

__all__ = list(_HOME)


def __getattr__(name):
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'skclf.deploy' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
