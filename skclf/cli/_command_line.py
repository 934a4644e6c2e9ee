"""The commands."""

from functools import wraps

import typer

from skclf.cli._audit_command import audit_command
from skclf.cli._compare_command import compare_command
from skclf.cli._evaluate_command import evaluate_command
from skclf.cli._explain_command import explain_command
from skclf.cli._explore_command import explore_command
from skclf.cli._file_commands import export_command, inspect_command
from skclf.cli._messages import StoppedError
from skclf.cli._predict_command import predict_command
from skclf.cli._report_command import report_command
from skclf.cli._sample_command import sample_command
from skclf.cli._serve_command import serve_command
from skclf.cli._train_command import train_command

# In the order in which they are of use.
COMMANDS = {
    sample_command: "skclf sample --out tweets.csv",
    explore_command: """skclf explore tweets.csv
skclf explore reviews.tsv --text review --target stars""",
    compare_command: """skclf compare tweets.csv
skclf compare tweets.csv -m tfidf-logreg -m cnn --cv 3
skclf compare tweets.csv --json > comparison.json""",
    train_command: """skclf train tweets.csv --out model.skclf
skclf train tweets.csv --model cnn --vectors glove.txt.gz --out model.skclf
skclf train tweets.csv --model nb --table keyword --out model.skclf
skclf train tweets.csv --model cnn --search --storage fits.db -o m.skclf
skclf train --config model.toml""",
    evaluate_command: """skclf evaluate model.skclf new.csv
skclf evaluate old.skclf new.skclf new.csv""",
    predict_command: """skclf predict model.skclf new.csv --out labelled.csv
skclf predict model.skclf new.jsonl.gz --out labelled.parquet --proba
cut -f 2 new.tsv | skclf predict model.skclf - > labelled.csv""",
    explain_command: """skclf explain model.skclf
skclf explain model.skclf "Forest fire near La Ronge"
skclf explain model.skclf --data new.csv --row 0 --row 7""",
    report_command: """skclf report model.skclf train.csv --test test.csv -o page.html
skclf report model.skclf train.csv --cv 5""",
    audit_command: "skclf audit train.csv test.csv --out leaked.csv",
    export_command: "skclf export model.skclf --out small.skclf",
    inspect_command: "skclf inspect model.skclf",
    serve_command: """skclf serve model.skclf
skclf serve model.skclf --host 0.0.0.0 --port 80 --workers 2""",
}


def command():
    """The command line as typer's object."""
    app = typer.Typer(
        help="Classify short texts: look at data, compare models, train, predict.",
        epilog=_as_epilog(
            """skclf sample --out tweets.csv
skclf compare tweets.csv
skclf train tweets.csv --out model.skclf
skclf predict model.skclf tweets.csv --out labelled.csv"""
        ),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
    )
    app.callback()(_group)
    for function, examples in COMMANDS.items():
        name = function.__name__.removesuffix("_command")
        app.command(name, epilog=_as_epilog(examples))(_interruptible(function))
    return typer.main.get_command(app)


def _print_version(wanted: bool):
    if wanted:
        from skclf import __version__

        print(__version__)  # noqa: T201
        raise typer.Exit


def _group(
    version: bool = typer.Option(
        False,
        "--version",
        is_eager=True,
        callback=_print_version,
        help="Print the version.",
    ),
):
    pass


def _interruptible(function):
    """A command of which typer does not swallow Ctrl-C."""

    @wraps(function)
    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except KeyboardInterrupt as error:
            raise StoppedError from error

    return call


def _as_epilog(examples):
    lines = "\n".join(f"  {line}" for line in examples.splitlines())
    return f"\b\nExamples:\n{lines}"
