# What type checkers see, as names are imported on first use.
from skclf._sequences_and_table import SequencesAndTable as SequencesAndTable
from skclf.compose._abstaining import AbstainingClassifier as AbstainingClassifier
from skclf.compose._cost_sensitive import (
    CostSensitiveClassifier as CostSensitiveClassifier,
)
from skclf.compose._distilled import Distilled as Distilled
from skclf.compose._label_thresholds import LabelThresholdsCV as LabelThresholdsCV
from skclf.compose._ready_made import make_text_classifier as make_text_classifier
from skclf.compose._text_and_table import TextAndTable as TextAndTable
