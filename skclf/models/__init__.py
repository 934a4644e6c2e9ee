"""Neural nets that behave like scikit-learn classifiers.

They are imported on first use: what serves a net without TensorFlow is here, too.
"""

from skclf._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "CNNClassifier": "skclf.models._cnn",
        "DenseClassifier": "skclf.models._dense",
        "KerasTextClassifier": "skclf.models._keras_text_classifier",
        "RNNClassifier": "skclf.models._rnn",
        "acceleration": "skclf.models.fast._accelerate",
    },
)
