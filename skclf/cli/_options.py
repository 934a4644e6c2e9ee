"""Options that several commands have, each described once."""

from pathlib import Path
from typing import Annotated

import typer

from skclf.cli._config import read_config
from skclf.cli._quick_checks import AUTO, NAMES

_FILE, _RUN = "The data", "The run"


def data_option(*names, help, **more):
    """An option on how files of rows are read."""
    return typer.Option(*names, help=help, rich_help_panel=_FILE, **more)


def run_option(*names, help, **more):
    """An option on what is said, and where options come from."""
    return typer.Option(*names, help=help, rich_help_panel=_RUN, **more)


Data = Annotated[
    Path,
    typer.Argument(
        metavar="DATA",
        help="CSV, TSV, JSON lines (also .gz) or Parquet.",
        show_default=False,
    ),
]
Model = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL",
        help="A file of 'skclf train' or skclf.save.",
        show_default=False,
    ),
]
Trusted = Annotated[
    bool,
    typer.Option(
        "--trusted",
        help="Load a model that is a pickle, whose maker can run code here.",
    ),
]
Models = Annotated[
    list[str],
    typer.Option(
        "--model",
        "-m",
        metavar="NAME",
        help=f"{', '.join(NAMES)}. Several: -m nb -m cnn.",
        show_default=False,
    ),
]
ModelsOrAuto = Annotated[
    list[str],
    typer.Option(
        "--model",
        "-m",
        metavar=f"NAME|{AUTO}",
        help=f"{', '.join(NAMES)}. '{AUTO}' compares some, and takes what "
        "the verdict says; so do several names: -m nb -m cnn.",
    ),
]
Text = Annotated[str, data_option("--text", metavar="COLUMN", help="Column of texts.")]
Texts = Annotated[
    list[str],
    data_option(
        "--text",
        metavar="COLUMN",
        help="Column of texts; several, such as a title and a text, are read apart.",
    ),
]
TextOfModel = Annotated[
    str | None,
    data_option(
        "--text",
        metavar="COLUMN",
        help="Column of texts. [the model's, or 'text']",
    ),
]
Target = Annotated[
    str, data_option("--target", metavar="COLUMN", help="Column of labels.")
]
NoTarget = Annotated[bool, data_option("--no-target", help="There are no labels.")]
Table = Annotated[
    list[str],
    data_option(
        "--table",
        metavar="COLUMN",
        help="Another column to classify by; may be given several times.",
        show_default=False,
    ),
]
Vectors = Annotated[
    str | None,
    typer.Option(
        "--vectors",
        metavar="FILE",
        help="Word vectors for nets: GloVe or word2vec, plain, .gz or .zip.",
    ),
]
Encoder = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        metavar="FOLDER",
        help="Sentence encoder for encoder-logreg, mlp, vote and stack: a folder with "
        "tokenizer.json and model.onnx, or a name in the cache of Hugging Face.",
    ),
]
Sep = Annotated[
    str | None,
    data_option(
        "--sep", metavar="CHAR", help="What is between columns; \\t is a tab. [comma]"
    ),
]
Encoding = Annotated[
    str | None,
    data_option("--encoding", metavar="NAME", help="Encoding of the file. [UTF-8]"),
]
Quotechar = Annotated[
    str | None,
    data_option(
        "--quotechar",
        metavar="CHAR",
        help='What is around texts; none: marks are part of them. ["]',
    ),
]
Escapechar = Annotated[
    str | None,
    data_option(
        "--escapechar",
        metavar="CHAR",
        help="What takes the meaning of the next character. [none]",
    ),
]
Seed = Annotated[
    int,
    run_option("--seed", min=0, metavar="N", help="Seed of everything that is drawn."),
]
Json = Annotated[bool, run_option("--json", help="Print one JSON document.")]
Quiet = Annotated[
    bool,
    run_option("--quiet", "-q", help="No progress and no hints on stderr."),
]
Config = Annotated[
    Path | None,
    run_option(
        "--config",
        metavar="FILE",
        help="TOML with these options; those on the command line come first.",
        is_eager=True,
        callback=read_config,
    ),
]
