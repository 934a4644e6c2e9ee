"""``skclf compare``."""

import textwrap
from typing import Annotated

import typer

from skclf.cli._options import (
    Config,
    Data,
    Encoder,
    Encoding,
    Escapechar,
    Json,
    Models,
    Quiet,
    Quotechar,
    Seed,
    Sep,
    Table,
    Target,
    Texts,
    Vectors,
)
from skclf.cli._output import progress_on_stderr, show, working
from skclf.cli._quick_checks import (
    default_models,
    existing,
    existing_table,
    known_models,
)

_MOST_COLUMNS = 80


def compare_command(
    data: Data,
    text: Texts = ["text"],  # noqa: B006  # typer wants a list, which it copies
    target: Target = "target",
    model: Models = [],  # noqa: B006
    cv: Annotated[
        int, typer.Option("--cv", min=2, metavar="N", help="Number of folds.")
    ] = 5,
    scoring: Annotated[
        list[str],
        typer.Option(
            "--scoring",
            metavar="NAME",
            help="Metrics of scikit-learn; may be given several times. "
            "[accuracy, f1_macro]",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    vectors: Vectors = None,
    encoder: Encoder = None,
    table: Table = [],  # noqa: B006
    sep: Sep = None,
    encoding: Encoding = None,
    quotechar: Quotechar = None,
    escapechar: Escapechar = None,
    seed: Seed = 0,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
):
    """Compare models on the same folds, with a verdict.

    Scores, overfitting, speed and size; which models tie with the best, and which of
    them is the cheapest. Without --model: the linear ones and, where TensorFlow is
    installed, cnn and bigru.
    """
    data = existing_table(data)
    if vectors is not None:
        vectors = existing(vectors)
    names = model or default_models(vectors, encoder)
    known_models(names, vectors, table, text, encoder)
    options = {"text": text[0], "target": target, "sep": sep, "encoding": encoding}
    options |= {"quotechar": quotechar, "escapechar": escapechar}
    with working(f"Reading {data}", quiet):
        from skclf.cli._data import inputs, read_data

        bunch = read_data(data, **options)
        X = inputs(bunch.data, text, table)
    columns = {"text": text, "table": table or None} if table or text[1:] else {}
    results = compared(
        names,
        X,
        bunch.target,
        {"vectors": vectors, "encoder": encoder, **columns},
        cv=cv,
        scoring=scoring,
        seed=seed,
        quiet=quiet,
    )
    show(printed(results), as_data(results), json)
    check_complete(results, names)


def compared(names, X, y, options, *, cv, seed, quiet, scoring=()):
    """The comparison of some ready-made models; its progress is on standard error.

    Parameters
    ----------
    names : list of str
        The models.
    X, y
        Documents and labels.
    options : dict
        What all models are made with.
    cv, seed : int
        Number of folds, and the seed.
    quiet : bool
        Show no progress.
    scoring : list of str, default=()
        Metrics; none are those of :func:`skclf.compare`.
    """
    import skclf

    models = {name: skclf.make_text_classifier(name, **options) for name in names}
    with progress_on_stderr():
        return skclf.compare(
            models,
            X,
            y,
            cv=cv,
            scoring=list(scoring) or None,
            random_state=seed,
            verbose=int(not quiet),
        )


def check_complete(results, names):
    """End here if Ctrl-C has ended the comparison, which returns what is finished."""
    if not set(names) <= set(results.index):
        raise KeyboardInterrupt


def printed(results):
    """The table and the verdict, within 80 columns."""
    table = str(results).replace("columns in .to_string()", "columns with --json")
    return f"{table}\n\n{textwrap.fill(results.verdict, _MOST_COLUMNS)}"


def as_data(results):
    """The same for programs."""
    verdict = results.verdict
    return {
        "results": results,
        "verdict": {
            "sentence": str(verdict),
            "best": verdict.best,
            "tied": verdict.tied,
            "cheapest": verdict.cheapest,
            "beats_majority": bool(verdict.beats_majority),
            "differences": verdict.differences,
        },
    }
