"""The pictures of a report, each drawn from the evidence."""

import base64
import io
import warnings

from sklearn.calibration import CalibrationDisplay

from skclf._optional import import_optional
from skclf.evaluate.displays._classes import (
    ClassDistributionDisplay,
    ClassScoresDisplay,
)
from skclf.evaluate.displays._confusion import ConfusionDisplay
from skclf.evaluate.displays._documents import LengthDisplay
from skclf.evaluate.displays._history import HistoryDisplay
from skclf.evaluate.displays._models import ComparisonDisplay
from skclf.evaluate.displays._style import BLUE, GREY, tidy
from skclf.evaluate.displays._top_words import TopWordsDisplay

DPI = 100
MOST_CLASSES_OF_WORDS = 20


def as_png(draw, evidence):
    """A picture as it is written into a page.

    Parameters
    ----------
    draw : callable
        Takes the evidence and returns a figure.
    evidence : Evidence
        What was found out.

    Returns
    -------
    str
        Base64 of a PNG.
    """
    plt = import_optional("matplotlib.pyplot", feature="A report", extra="plot")
    with warnings.catch_warnings():
        # Of signs that the font has not: the tables have the same words.
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        picture = draw(evidence)
        file = io.BytesIO()
        picture.savefig(file, format="png", dpi=DPI)
    plt.close(picture)
    return base64.b64encode(file.getvalue()).decode()


def scores_by_class(evidence):
    scored = evidence.scored
    display = ClassScoresDisplay.from_predictions(scored.y_true, scored.y_pred)
    return display.figure_


def confusion(evidence):
    scored = evidence.scored
    return ConfusionDisplay.from_predictions(scored.y_true, scored.y_pred).figure_


def true_and_predicted(evidence):
    scored = evidence.scored
    display = ClassDistributionDisplay.from_predictions(scored.y_true, scored.y_pred)
    return display.figure_


def classes(evidence):
    return ClassDistributionDisplay.from_labels(evidence.labels).figure_


def lengths(evidence):
    return LengthDisplay.from_documents(evidence.texts, evidence.labels).figure_


def calibration(evidence):
    found = evidence.calibration
    _, ax = _axes("Calibration")
    display = CalibrationDisplay(
        found["accuracy"].to_numpy(),
        found["probability"].to_numpy(),
        y_prob=None,
        estimator_name="model",  # without one, it warns of a legend
    )
    display.plot(ax=ax, color=BLUE, ref_line=False)
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=":")
    lowest = min(found["accuracy"].min(), found["probability"].min())
    ax.set(xlabel="probability of the predicted class", ylabel="share that is right")
    ax.set(xlim=(lowest - 0.03, 1.03), ylim=(lowest - 0.03, 1.03))
    ax.get_legend().remove()
    tidy(ax)
    return ax.figure


def learning_curve(evidence):
    curve = evidence.learning_curve
    _, ax = _axes("A learning curve")
    ax.errorbar(curve["n"], curve["score"], curve["std"], color=BLUE, capsize=3)
    ax.set(xlabel="training documents", ylabel="accuracy, cross-validated")
    ax.set_xlim(left=0)
    tidy(ax)
    return ax.figure


def comparison(evidence):
    return ComparisonDisplay.from_results(evidence.details.results).figure_


def history(evidence):
    first = dict(list(evidence.nets.items())[:5])
    metrics = [
        name
        for name in ("loss", "accuracy")
        if all(name in net.history_ for net in first.values())
    ]
    return HistoryDisplay.from_estimator(first, metrics=metrics).figure_


def words(evidence):
    kept = evidence.words["class"].drop_duplicates().head(MOST_CLASSES_OF_WORDS)
    found = evidence.words[evidence.words["class"].isin(kept)]
    return TopWordsDisplay(found).plot().figure_


def _axes(feature):
    plt = import_optional("matplotlib.pyplot", feature=feature, extra="plot")
    return plt.subplots(figsize=(5, 3.6), layout="constrained")
