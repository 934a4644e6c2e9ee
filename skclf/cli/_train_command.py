"""``skclf train``."""

import textwrap
from pathlib import Path
from typing import Annotated

import typer

from skclf.cli._compare_command import as_data, check_complete, compared, printed
from skclf.cli._config import write_config
from skclf.cli._messages import UserError, next_steps
from skclf.cli._options import (
    Config,
    Data,
    Encoding,
    Escapechar,
    Json,
    ModelsOrAuto,
    Quiet,
    Quotechar,
    Seed,
    Sep,
    Table,
    Target,
    Text,
    Vectors,
)
from skclf.cli._output import show, working
from skclf.cli._quick_checks import (
    AUTO,
    NETS,
    default_models,
    distinct,
    existing,
    existing_table,
    has,
    known_models,
    writable,
)


def train_command(
    data: Data,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="The model, such as model.skclf; model.toml beside it has the "
            "options of the run.",
            show_default=False,
        ),
    ],
    text: Text = "text",
    target: Target = "target",
    model: ModelsOrAuto = [AUTO],  # noqa: B006  # typer wants a list, which it copies
    cv: Annotated[
        int | None,
        typer.Option(
            "--cv",
            min=2,
            metavar="N",
            help="Number of folds for a score. [5 where models are compared, none "
            "for one model]",
        ),
    ] = None,
    class_weight: Annotated[
        str | None,
        typer.Option(
            "--class-weight",
            metavar="balanced",
            help="Let rare classes count for more.",
        ),
    ] = None,
    vectors: Vectors = None,
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
    """Train a model on all rows of a file, and save it.

    Nets are saved in a form that needs no TensorFlow. By default some models are
    compared first, and of those that tie with the best the cheapest is taken.
    """
    data, out = existing_table(data), writable(out)
    settings = out.with_suffix(".toml")
    distinct(out, data, config, vectors)
    if out == settings:
        raise UserError(f"Expected another name than {out.name!r}: options go there.")
    if vectors is not None:
        vectors = existing(vectors)
    if class_weight not in (None, "balanced"):
        raise UserError(f"Expected --class-weight balanced, got {class_weight!r}.")
    names = default_models(vectors) if model == [AUTO] else model
    known_models(names, vectors, table)
    if any(name in NETS for name in names):
        for package in ("onnx", "onnxruntime"):
            has(package, "onnx", "To save nets without TensorFlow needs")
    options = {"text": text, "target": target, "sep": sep, "encoding": encoding}
    options |= {"quotechar": quotechar, "escapechar": escapechar}
    with working(f"Reading {data}", quiet):
        from skclf.cli._data import inputs, read_data

        bunch = read_data(data, **options)
        X, y = inputs(bunch.data, text, table), bunch.target
    columns = {"text": text, "table": table} if table else {}
    making = {"vectors": vectors, "class_weight": class_weight, **columns}
    results = None
    if len(names) > 1 or cv is not None:
        results = compared(names, X, y, making, cv=cv or 5, seed=seed, quiet=quiet)
        check_complete(results, names)
    chosen = names[0] if results is None else results.verdict.cheapest
    metrics = _metrics(results, chosen)
    with working(f"Training {chosen}", quiet):
        _fit_and_save(chosen, X, y, out, metrics, random_state=seed, **making)
    common = {**options, "table": table, "vectors": vectors, "seed": seed}
    own = {"data": data, "out": out, "model": model, "cv": cv}
    write_config(settings, "train", common, own | {"class-weight": class_weight})
    found = {
        "model": chosen,
        "file": out,
        "config": settings,
        "rows": len(y),
        "classes": list(bunch.target_names),
        "metrics": metrics,
        "comparison": None if results is None else as_data(results),
    }
    show(_summary(found, results), found, json)
    next_steps(
        f"skclf explain {out}",
        f"skclf evaluate {out} OTHER_ROWS.csv",
        f"skclf predict {out} NEW_ROWS.csv --out labelled.csv",
        quiet=quiet,
    )


def _fit_and_save(name, X, y, out, metrics, **options):
    import skclf

    model = skclf.make_text_classifier(name, **options).fit(X, y)
    if name in NETS:
        model = skclf.to_onnx_pipeline(model)
    skclf.save(model, out, metrics=metrics, n_samples=len(y))


def _summary(found, results):
    """What was done, and how good it is, as far as that is known."""
    size = found["file"].stat().st_size
    parts = [
        f"{found['model']}, fitted on {found['rows']:,} rows of "
        f"{len(found['classes'])} classes, is in {found['file']} ({size / 1e3:,.0f} "
        f"kB), its options in {found['config']}."
    ]
    if results is None:
        parts.append("How good it is was not measured: --cv 5, or skclf evaluate.")
        return "\n".join(textwrap.fill(part, 80) for part in parts)
    if len(results) > 2:
        parts.append(
            "Its score was chosen among others, and is a little too good: skclf "
            "evaluate has one on other rows."
        )
    text = "\n".join(textwrap.fill(part, 80) for part in parts)
    return f"{printed(results)}\n\n{text}"


def _metrics(results, name):
    """Cross-validated scores, for the manifest."""
    if results is None:
        return None
    means = [column for column in results if f"{column}_std" in results]
    return {column: float(results.loc[name, column]) for column in means}
