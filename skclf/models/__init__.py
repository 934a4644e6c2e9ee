"""Neural nets that behave like scikit-learn classifiers.

They are imported on first use: what serves a net without TensorFlow is here, too.
"""

from importlib import import_module

_HOME = {
    "CNNClassifier": "skclf.models._cnn",
    "DenseClassifier": "skclf.models._dense",
    "KerasTextClassifier": "skclf.models._keras_text_classifier",
    "RNNClassifier": "skclf.models._rnn",
}

__all__ = list(_HOME)


def __getattr__(name):
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'skclf.models' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
