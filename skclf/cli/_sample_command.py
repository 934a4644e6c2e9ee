"""``skclf sample``."""

from pathlib import Path
from typing import Annotated

import typer

from skclf.cli._messages import next_steps
from skclf.cli._options import Config, Json, Quiet, Seed
from skclf.cli._output import show, working
from skclf.cli._quick_checks import format_of, writable


def sample_command(
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help="CSV, TSV, JSON lines or Parquet.", show_default=False
        ),
    ],
    n: Annotated[int, typer.Option("--n", min=1, help="Number of rows.")] = 400,
    seed: Seed = 0,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
):
    """Write a data set to try things on.

    They are generated tweets about disasters, real and figurative.
    """
    out = writable(out)
    format_of(out)
    with working(f"Making {n:,} tweets", quiet):
        from skclf.cli._data import write_table
        from skclf.datasets import make_tweets

        frame = make_tweets(n, random_state=seed).frame
        write_table(frame, out)
    columns = list(frame.columns)
    show(
        f"{len(frame):,} rows in {out}: {', '.join(columns)}",
        {"file": out, "rows": len(frame), "columns": columns},
        json,
    )
    next_steps(f"skclf explore {out}", f"skclf compare {out}", quiet=quiet)
