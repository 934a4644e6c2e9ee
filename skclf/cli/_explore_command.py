"""``skclf explore``."""

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
    NoTarget,
    Quiet,
    Quotechar,
    Sep,
    Target,
    Text,
)
from skclf.cli._output import show, working
from skclf.cli._quick_checks import distinct, existing_table, has, writable


def explore_command(
    data: Data,
    text: Text = "text",
    target: Target = "target",
    no_target: NoTarget = False,
    words: Annotated[
        int, typer.Option("--words", min=1, help="Typical words of each class.")
    ] = 10,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw it, too: .png, .svg, .pdf."),
    ] = None,
    sep: Sep = None,
    encoding: Encoding = None,
    quotechar: Quotechar = None,
    escapechar: Escapechar = None,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
):
    """Look at texts, labels and other columns; nothing is fitted."""
    data = existing_table(data)
    if plot is not None:
        plot = writable(plot, (".png", ".svg", ".pdf"))
        distinct(plot, data)
        has("matplotlib", "plot", "Pictures need")
    with working(f"Reading {data}", quiet):
        import skclf
        from skclf.cli._data import read_data

        target = None if no_target else target
        options = {"text": text, "target": target, "sep": sep, "encoding": encoding}
        options |= {"quotechar": quotechar, "escapechar": escapechar}
        bunch = read_data(data, **options)
        beside = bunch.data.drop(columns=text)
        found = skclf.explore(
            bunch.data[text],
            bunch.target,
            table=beside if len(beside.columns) else None,
            n_words=words,
        )
        if plot is not None:
            found.plot().savefig(plot)
    parts = ("overview", "classes", "typical_words", "entities", "scripts", "table")
    parts = {name: getattr(found, name) for name in (*parts, "duplicates")}
    lengths = found.lengths.rename_axis(index=["class", "of"]).reset_index()
    show(found, {**parts, "lengths": lengths}, json)
    if plot is not None:
        note(f"The picture is in {plot}.", quiet=quiet)
