"""``skclf explain``."""

import textwrap
from pathlib import Path
from typing import Annotated

import typer

from skclf.cli._messages import UserError
from skclf.cli._options import (
    Config,
    Encoding,
    Escapechar,
    Json,
    Model,
    Quiet,
    Quotechar,
    Sep,
    TextOfModel,
    Trusted,
)
from skclf.cli._output import show, working
from skclf.cli._quick_checks import existing, existing_table

_MOST_ROWS = 500  # that a whole model is explained by
_LONGEST = 400  # characters of a text that are shown


def explain_command(
    model: Model,
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]...", help="What to explain.", show_default=False
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="FILE",
            help="Explain the model by the first 500 texts of a file, or some of its "
            "rows.",
        ),
    ] = None,
    row: Annotated[
        list[int],
        typer.Option(
            "--row",
            min=0,
            help="Which of them, from 0; may be given several times.",
            show_default=False,
        ),
    ] = [],  # noqa: B006  # typer wants a list, which it copies
    words: Annotated[
        int,
        typer.Option("--words", min=1, help="Words of each class, of a whole model."),
    ] = 10,
    text: TextOfModel = None,
    sep: Sep = None,
    encoding: Encoding = None,
    quotechar: Quotechar = None,
    escapechar: Escapechar = None,
    trusted: Trusted = False,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
):
    """Say what the words of a text add to its prediction.

    Without texts and rows: the words that speak for each class, by the weights of a
    linear model, or by texts with --data.
    """
    model = existing(model)
    if texts and data is not None:
        raise UserError("Expected texts or --data, got both.")
    if row and data is None:
        raise UserError("--row has no effect without --data. Leave it out.")
    if data is not None:
        data = existing_table(data)
    with working("Explaining", quiet):
        import skclf
        from skclf.cli._saved_models import data_for, load_model

        fitted, X = load_model(model, trusted), texts or None
        if data is not None:
            options = {"text": text, "target": None, "sep": sep, "encoding": encoding}
            options |= {"quotechar": quotechar, "escapechar": escapechar}
            X, _, shown = data_for(fitted, data, **options)
            rows = _checked(row, len(X), data) or list(range(len(X)))[:_MOST_ROWS]
            X, texts = X.iloc[rows], shown.iloc[rows].fillna("").tolist()
        is_whole = not row and (data is not None or not texts)
        if is_whole:
            table = skclf.explain_model(fitted, X, n_words=words)
        else:
            found = skclf.explain(fitted, X)
    if is_whole:
        show(_by_class(table), {"model": model, "words": table}, json)
        return
    data = [_as_data(text, one) for text, one in zip(texts, found, strict=True)]
    shown = [_as_text(text, one) for text, one in zip(texts, found, strict=True)]
    show("\n\n".join(shown), {"model": model, "explanations": data}, json)


def _checked(rows, n, data):
    for row in rows:
        if row >= n:
            raise UserError(f"{str(data)!r} has rows 0 to {n - 1:,}, got --row {row}.")
    return rows


def _as_text(text, one):
    text = textwrap.shorten(text, _LONGEST, placeholder=" …")
    return "\n".join([*textwrap.wrap(text, 80), str(one)])


def _as_data(text, one):
    return {
        "text": text,
        "predicted": one.predicted,
        "method": one.method,
        "classes": list(one.classes.tolist()),
        "base": one.base,
        "words": [
            {"word": word, "start": start, "end": end, "contributions": values}
            for (start, end, word), values in zip(
                one.frame.iloc[:, :3].itertuples(index=False, name=None),
                one.to_array().tolist(),
                strict=True,
            )
        ],
    }


def _by_class(table):
    """A paragraph for each class, its words with their weights."""
    parts = []
    for label, words in table.groupby("class", sort=False):
        shown = ", ".join(
            f"{word} {weight:+.2f}"
            for word, weight in words[["word", "weight"]].itertuples(index=False)
        )
        lines = textwrap.wrap(shown, 80, initial_indent="  ", subsequent_indent="  ")
        parts.append("\n".join([str(label), *lines]))
    return "\n".join(parts)
