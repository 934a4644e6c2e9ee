"""``skclf report``."""

from pathlib import Path
from typing import Annotated

import typer

from skclf.cli._messages import note
from skclf.cli._options import (
    Config,
    Data,
    Encoding,
    Escapechar,
    Json,
    Model,
    Quiet,
    Quotechar,
    Sep,
    Target,
    TextOfModel,
    Trusted,
)
from skclf.cli._output import show, working
from skclf.cli._quick_checks import distinct, existing, existing_table, has, writable


def report_command(
    model: Model,
    data: Data,
    test: Annotated[
        Path | None,
        typer.Option(
            "--test",
            metavar="FILE",
            help="Rows that it was not fitted on: the scores are of these.",
        ),
    ] = None,
    cv: Annotated[
        int | None,
        typer.Option(
            "--cv",
            min=2,
            metavar="N",
            help="Fit it on this many folds, for scores and a learning curve. Not for "
            "nets of 'skclf train', which cannot be fitted again.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The whole page: .html or .md."
        ),
    ] = None,
    hide_texts: Annotated[
        bool, typer.Option("--hide-texts", help="Show no texts, nor their words.")
    ] = False,
    text: TextOfModel = None,
    target: Target = "target",
    sep: Sep = None,
    encoding: Encoding = None,
    quotechar: Quotechar = None,
    escapechar: Escapechar = None,
    trusted: Trusted = False,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
):
    """Say how good a model is, where it fails, and what to do next.

    DATA are the rows that it was fitted on. Without --test and --cv there are no
    scores.
    """
    model, data = existing(model), existing_table(data)
    if test is not None:
        test = existing_table(test)
    if out is not None:
        out = writable(out, (".html", ".md"))
        distinct(out, model, data, test)
        if out.suffix.lower() == ".html":
            for package in ("matplotlib", "jinja2"):
                has(package, "plot", "A report as a page needs")
    options = {"text": text, "target": target, "sep": sep, "encoding": encoding}
    options |= {"quotechar": quotechar, "escapechar": escapechar}
    with working(f"Reporting on {model}", quiet):
        import skclf
        from skclf.cli._saved_models import data_for, load_model

        fitted = load_model(model, trusted)
        X, y, _ = data_for(fitted, data, **options)
        X_test, y_test = None, None
        if test is not None:
            X_test, y_test, _ = data_for(fitted, test, **options)
        show_texts = not hide_texts
        aside = {"X_test": X_test, "y_test": y_test}
        found = skclf.report(fitted, X, y, cv=cv, show_texts=show_texts, **aside)
        if out is not None:
            found.save(out)
    show(
        found,
        {
            "model": model,
            "file": out,
            "scores": found.scores,
            "advice": found.advice,
            "slices": found.slices,
        },
        json,
    )
    if out is not None:
        note(f"The report is in {out}.", quiet=quiet)
