# What type checkers see, as names are imported on first use.
from skclf.evaluate._audit import audit_split as audit_split
from skclf.evaluate._compare import compare as compare
from skclf.evaluate._comparison import Comparison as Comparison
from skclf.evaluate._details import ComparisonDetails as ComparisonDetails
from skclf.evaluate._error_samples import ErrorSamples as ErrorSamples
from skclf.evaluate._error_samples import error_samples as error_samples
from skclf.evaluate._label_issues import LabelIssues as LabelIssues
from skclf.evaluate._label_issues import label_issues as label_issues
from skclf.evaluate._mistakes import ConfidentMistakes as ConfidentMistakes
from skclf.evaluate._mistakes import confident_mistakes as confident_mistakes
from skclf.evaluate._slices import slices as slices
from skclf.evaluate._verdict import Verdict as Verdict
from skclf.evaluate.displays._classes import (
    ClassDistributionDisplay as ClassDistributionDisplay,
)
from skclf.evaluate.displays._classes import ClassScoresDisplay as ClassScoresDisplay
from skclf.evaluate.displays._confusion import ConfusionDisplay as ConfusionDisplay
from skclf.evaluate.displays._coverage import CoverageDisplay as CoverageDisplay
from skclf.evaluate.displays._documents import LengthDisplay as LengthDisplay
from skclf.evaluate.displays._documents import WordRankDisplay as WordRankDisplay
from skclf.evaluate.displays._history import HistoryDisplay as HistoryDisplay
from skclf.evaluate.displays._models import ComparisonDisplay as ComparisonDisplay
from skclf.evaluate.displays._models import SearchDisplay as SearchDisplay
from skclf.evaluate.displays._top_words import TopWordsDisplay as TopWordsDisplay
from skclf.evaluate.displays._topics_display import TopicsDisplay as TopicsDisplay
from skclf.evaluate.exploration._exploration import Exploration as Exploration
from skclf.evaluate.exploration._explore import explore as explore
from skclf.evaluate.reporting._report import Report as Report
from skclf.evaluate.reporting._report import report as report
