"""Neural nets that behave like scikit-learn classifiers."""

from skclf.models._cnn import CNNClassifier
from skclf.models._dense import DenseClassifier
from skclf.models._keras_text_classifier import KerasTextClassifier
from skclf.models._rnn import RNNClassifier

__all__ = ["CNNClassifier", "DenseClassifier", "KerasTextClassifier", "RNNClassifier"]
