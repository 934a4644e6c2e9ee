"""Ready-made pipelines, and text with the other columns of a table.

They are imported on first use: a pipeline of texts is loaded without pandas.
"""

from skclf._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "AbstainingClassifier": "skclf.compose._abstaining",
        "CostSensitiveClassifier": "skclf.compose._cost_sensitive",
        "Distilled": "skclf.compose._distilled",
        "LabelThresholdsCV": "skclf.compose._label_thresholds",
        "SequencesAndTable": "skclf._sequences_and_table",
        "TextAndTable": "skclf.compose._text_and_table",
        "make_text_classifier": "skclf.compose._ready_made",
    },
)
