"""``skclf predict``."""

from contextlib import nullcontext
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from skclf.cli._data import sign
from skclf.cli._messages import UserError, note
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
    data_option,
)
from skclf.cli._output import progress_on_stderr, show
from skclf.cli._quick_checks import (
    FORMATS,
    distinct,
    existing,
    existing_table,
    format_of,
    has,
    writable,
)

OnError = StrEnum("OnError", ["raise", "skip", "null"])
Format = StrEnum("Format", list(dict.fromkeys(FORMATS.values())))
_STANDARD = "-"


def predict_command(
    model: Model,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="CSV, TSV, JSON lines (also .gz) or Parquet; - is standard input.",
            show_default=False,
        ),
    ],
    out: Annotated[
        str,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The same; - is standard output."
        ),
    ] = _STANDARD,
    proba: Annotated[
        bool, typer.Option("--proba", help="Write the probability of each label, too.")
    ] = False,
    on_error: Annotated[
        OnError,
        typer.Option(
            "--on-error",
            help="What becomes of rows that cannot be read: stop, leave them out, or "
            "write them without label.",
        ),
    ] = OnError["raise"],
    rejected: Annotated[
        Path | None,
        typer.Option(
            "--rejected",
            metavar="FILE",
            help="Where such rows are reported. [FILE.rejected.csv]",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was interrupted.")
    ] = False,
    escape_formulas: Annotated[
        bool,
        typer.Option(
            "--escape-formulas",
            help="Disarm cells of CSV that a spreadsheet would run.",
        ),
    ] = False,
    text: TextOfModel = None,
    source_format: Annotated[
        Format | None,
        data_option("--from", help="Kind of the source, if its name does not say it."),
    ] = None,
    target_format: Annotated[
        Format | None,
        data_option("--to", help="Kind of what is written. [as the source]"),
    ] = None,
    sep: Sep = None,
    encoding: Encoding = None,
    quotechar: Quotechar = None,
    escapechar: Escapechar = None,
    trusted: Trusted = False,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
):
    """Label each row of a file.

    The label is written beside the columns. Files are read and written in
    batches: they may be larger than the memory.
    """
    model = existing(model)
    formats = [source_format, target_format]
    if source != _STANDARD:
        source = existing(source) if source_format else existing_table(source)
        formats.append(source_format or format_of(source)[0])
    if out != _STANDARD:
        out = writable(out)
        formats.append(target_format or format_of(out)[0])
        distinct(out, model, None if source == _STANDARD else source)
    elif json:
        raise UserError(
            "Expected --out FILE with --json: both would be on standard output."
        )
    if rejected is not None:
        rejected = writable(rejected)
    if "parquet" in formats:
        has("pyarrow", "files", "A Parquet file needs")
    import skclf

    # Standard output is left to the rows, if they go there.
    with nullcontext() if out == _STANDARD else progress_on_stderr():
        summary = skclf.predict_file(
            model,
            source,
            out,
            text=text,
            proba=proba,
            trusted=trusted,
            on_error=on_error.value,
            rejected=rejected,
            resume=resume,
            escape_formulas=escape_formulas,
            source_format=source_format and source_format.value,
            target_format=target_format and target_format.value,
            sep=sign(sep, None),
            encoding=encoding,
            quotechar=sign(quotechar, '"'),
            escapechar=sign(escapechar, None),
            verbose=int(not quiet),
        )
    if out == _STANDARD:
        return
    done = f"{summary.labelled:,} of {summary.rows:,} rows have labels, in {out}"
    show(f"{done} ({summary.seconds:.1f} s).", asdict(summary), json)
    if summary.rejected_file:
        note(f"Rows to look at are in {summary.rejected_file}.", quiet=quiet)
