"""Compare classifiers, look at them and at what they get wrong, audit a split."""

from skclf._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "ClassDistributionDisplay": "skclf.evaluate.displays._classes",
        "ClassScoresDisplay": "skclf.evaluate.displays._classes",
        "Comparison": "skclf.evaluate._comparison",
        "ComparisonDetails": "skclf.evaluate._details",
        "ComparisonDisplay": "skclf.evaluate.displays._models",
        "ConfidentMistakes": "skclf.evaluate._mistakes",
        "ConfusionDisplay": "skclf.evaluate.displays._confusion",
        "CoverageDisplay": "skclf.evaluate.displays._coverage",
        "HistoryDisplay": "skclf.evaluate.displays._history",
        "LengthDisplay": "skclf.evaluate.displays._documents",
        "SearchDisplay": "skclf.evaluate.displays._models",
        "TopWordsDisplay": "skclf.evaluate.displays._top_words",
        "TopicsDisplay": "skclf.evaluate.displays._topics_display",
        "WordRankDisplay": "skclf.evaluate.displays._documents",
        "Verdict": "skclf.evaluate._verdict",
        "audit_split": "skclf.evaluate._audit",
        "compare": "skclf.evaluate._compare",
        "confident_mistakes": "skclf.evaluate._mistakes",
        "ErrorSamples": "skclf.evaluate._error_samples",
        "LabelIssues": "skclf.evaluate._label_issues",
        "Exploration": "skclf.evaluate.exploration._exploration",
        "error_samples": "skclf.evaluate._error_samples",
        "Report": "skclf.evaluate.reporting._report",
        "explore": "skclf.evaluate.exploration._explore",
        "label_issues": "skclf.evaluate._label_issues",
        "report": "skclf.evaluate.reporting._report",
        "slices": "skclf.evaluate._slices",
    },
)
