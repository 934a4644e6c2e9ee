# What type checkers see, as names are imported on first use.
from skclf.models._cnn import CNNClassifier as CNNClassifier
from skclf.models._dense import DenseClassifier as DenseClassifier
from skclf.models._keras_text_classifier import (
    KerasTextClassifier as KerasTextClassifier,
)
from skclf.models._rnn import RNNClassifier as RNNClassifier
from skclf.models.fast._accelerate import acceleration as acceleration
