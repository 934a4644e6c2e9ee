"""``skclf audit``."""

from pathlib import Path
from typing import Annotated

import typer

from skclf.cli._messages import note
from skclf.cli._options import (
    Config,
    Encoding,
    Escapechar,
    Json,
    NoTarget,
    Quiet,
    Quotechar,
    Sep,
    Target,
    Text,
)
from skclf.cli._output import show, working
from skclf.cli._quick_checks import distinct, existing_table, format_of, writable


def audit_command(
    train: Annotated[
        Path,
        typer.Argument(metavar="TRAIN", help="Rows to fit on.", show_default=False),
    ],
    test: Annotated[
        Path,
        typer.Argument(metavar="TEST", help="Rows to score on.", show_default=False),
    ],
    text: Text = "text",
    target: Target = "target",
    no_target: NoTarget = False,
    threshold: Annotated[
        float,
        typer.Option(
            "--threshold", min=0.1, max=1.0, help="Similarity of nearly equal texts."
        ),
    ] = 0.8,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write the pairs of texts."),
    ] = None,
    sep: Sep = None,
    encoding: Encoding = None,
    quotechar: Quotechar = None,
    escapechar: Escapechar = None,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
):
    """Find test texts that are known from training.

    They are equal, equal once cleaned, or nearly equal; with another label in training,
    where labels contradict each other.
    """
    train, test = existing_table(train), existing_table(test)
    distinct(test, train)
    if out is not None:
        out = writable(out)
        format_of(out)
        distinct(out, train, test)
    target = None if no_target else target
    options = {"text": text, "target": target, "sep": sep, "encoding": encoding}
    options |= {"quotechar": quotechar, "escapechar": escapechar}
    with working("Looking for known texts", quiet):
        import skclf
        from skclf.cli._data import read_data, write_table

        parts = [read_data(path, **options) for path in (train, test)]
        X = [part.data[text] for part in parts]
        y = [part.target for part in parts]
        found = skclf.audit_split(*X, *y, threshold=threshold)
        if out is not None:
            write_table(found.pairs.reset_index(), out)
    show(found, {"counts": found.counts, "pairs": found.pairs}, json)
    if out is not None:
        note(f"The pairs are in {out}.", quiet=quiet)
