"""The evidence in sections of texts, tables and pictures, for any format."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from skclf.evaluate.reporting import _pictures as pictures
from skclf.evaluate.reporting._scores import calibration_error


@dataclass
class Text:
    """A paragraph."""

    text: str


@dataclass
class Bullets:
    """Sentences, one below the other."""

    lines: list


@dataclass
class Table:
    """A table of texts and numbers; a long one is folded away where that can be."""

    frame: pd.DataFrame
    title: str = ""


@dataclass
class Picture:
    """Something to draw."""

    title: str
    draw: Callable


@dataclass
class MarkedTexts:
    """Texts with their words marked."""

    explanations: list
    captions: list


@dataclass
class Code:
    """A text in which each character has its place."""

    text: str


@dataclass
class Section:
    """A title with what is below it."""

    title: str
    blocks: list = field(default_factory=list)


def sections_of(evidence, advice, show_texts):
    """What a report shows, from top to bottom.

    Parameters
    ----------
    evidence : Evidence
        What was found out.
    advice : dict of str to str
        What to do next.
    show_texts : bool
        Whether texts and their words may be shown.

    Returns
    -------
    list of Section
        Those that have something to show.
    """
    made = [
        _next(advice),
        _scores(evidence),
        _comparison(evidence),
        _errors(evidence, show_texts),
        _model(evidence, show_texts),
        _data(evidence, show_texts),
        _facts(evidence),
    ]
    return [section for section in made if section.blocks]


def _next(advice):
    if not advice:
        return Section("What to do next", [Text("Nothing stands out.")])
    return Section("What to do next", [Bullets(list(advice.values()))])


def _scores(evidence):
    section = Section("Scores")
    scored = evidence.scored
    if scored is None:
        return section
    shown = evidence.scores.map(lambda score: f"{score:.3f}")
    section.blocks += [
        Text(f"On {scored.what}; low and high are 95 % intervals by a bootstrap."),
        Table(shown.rename_axis("metric").reset_index()),
        Picture("Precision, recall and F1 of each class", pictures.scores_by_class),
        Picture("True classes and what is predicted", pictures.confusion),
        Picture("True and predicted shares", pictures.true_and_predicted),
    ]
    if evidence.calibration is not None:
        error = calibration_error(evidence.calibration)
        section.blocks += [
            Text(
                "Calibration: predictions are, in the mean, right in "
                f"{evidence.calibration['accuracy'].mean():.0%} of the documents and "
                f"{error:.3f} away from their probability (expected calibration error)."
            ),
            Picture(
                "How often predictions of some probability are right",
                pictures.calibration,
            ),
        ]
    if evidence.learning_curve is not None:
        section.blocks.append(Picture("Learning curve", pictures.learning_curve))
    if evidence.audit is not None:
        section.blocks += [
            Text("Are test texts known from training?"),
            Code(repr(evidence.audit)),
        ]
    return section


def _comparison(evidence):
    section = Section("Comparison")
    if evidence.details is None:
        return section
    results = evidence.details.results
    section.blocks += [
        Text(str(results.verdict)),
        Code(str(results)),
        Picture("Scores and what they cost", pictures.comparison),
    ]
    return section


def _errors(evidence, show_texts):
    section = Section("Errors")
    if evidence.slices is not None and len(evidence.slices):
        columns = ["column", "value", "n", "accuracy", "low", "high", "rest"]
        lowest = evidence.slices.head(8)
        shown = lowest[columns].round(3)
        shown["worse"] = np.where(lowest["worse"], "yes", "")
        section.blocks += [
            Text(
                "Parts of the data, the least accurate first. Marked are those that "
                "are worse than the rest beyond chance (5 %, after Holm's correction)."
            ),
            Table(shown),
        ]
    mistakes = evidence.mistakes
    if mistakes is None or not len(mistakes):
        return section
    captions = [
        f"row {row.Index}: {row.predicted} with {row.probability:.2f}, labelled "
        f"{row.true}"
        for row in mistakes.itertuples()
    ]
    section.blocks.append(Text("The errors that the model is most sure of."))
    if show_texts:
        section.blocks.append(MarkedTexts(evidence.explanations, captions))
    else:
        section.blocks.append(Bullets(captions))
    return section


def _model(evidence, show_texts):
    section = Section("Model")
    if evidence.nets:
        section.blocks.append(Picture("Training", pictures.history))
    if evidence.coverage is not None:
        tokens, types = (evidence.coverage[name] for name in ("tokens", "types"))
        section.blocks.append(
            Text(
                f"Word vectors: {tokens:.1%} of the running words have one, "
                f"{types:.1%} of the distinct ones."
            )
        )
    if show_texts and evidence.words is not None and len(evidence.words):
        section.blocks.append(Picture("Words that speak for a class", pictures.words))
    section.blocks.append(Code(evidence.parameters))
    return section


def _data(evidence, show_texts):
    found = evidence.exploration
    section = Section("Training data")
    lines = [f"{name}: {number:,}" for name, number in found.overview.items()]
    section.blocks += [
        Bullets(lines),
        Picture("Classes", pictures.classes),
        Picture("Words of a document", pictures.lengths),
    ]
    if show_texts:
        typical = found.typical_words.groupby("class", sort=False)["word"].agg(
            ", ".join
        )
        section.blocks.append(
            Table(
                typical.rename("typical words").reset_index().astype(str),
                "Typical words of each class",
            )
        )
    if found.table is not None:
        section.blocks.append(
            Table(found.table.rename_axis("column").reset_index().astype(str))
        )
    if show_texts and len(found.duplicates):
        columns = ["row", "other", "similarity", "conflict", "text", "other_text"]
        pairs = found.duplicates[columns].head(20).round({"similarity": 2})
        section.blocks.append(
            Table(pairs, "Equal and nearly equal texts, conflicts first")
        )
    if evidence.issues is not None:
        found = evidence.issues.frame
        section.blocks.append(Text(f"Labels that may be wrong: {len(found):,}."))
        if show_texts and len(found):
            worst = found.head(20).reset_index()
            section.blocks.append(Table(worst, "The worst of them"))
    return section


def _facts(evidence):
    facts = [f"{name}: {value}" for name, value in evidence.facts.items()]
    return Section("Size, speed and versions", [Bullets([*facts, *evidence.left_out])])
