"""``skclf train``."""

import sys
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
    Encoder,
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
    Texts,
    Vectors,
)
from skclf.cli._output import progress_on_stderr, show, working
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
from skclf.cli._train_search import (
    N_CANDIDATES,
    check_storage,
    search_as_data,
    search_in_words,
    searched,
)

# Options of a file that need not be said again.
_PLAIN = dict.fromkeys(["sep", "encoding", "quotechar", "escapechar"])
_PLAIN |= {"text": "text", "target": "target"}


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
    text: Texts = ["text"],  # noqa: B006  # typer wants a list, which it copies
    target: Target = "target",
    model: ModelsOrAuto = [AUTO],  # noqa: B006
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
    search: Annotated[
        bool,
        typer.Option("--search", help="Search for good parameters of the model."),
    ] = False,
    candidates: Annotated[
        int | None,
        typer.Option(
            "--candidates",
            min=2,
            metavar="N",
            help="Number of candidates of the search; the first is the model as it "
            f"is. [{N_CANDIDATES}]",
        ),
    ] = None,
    storage: Annotated[
        Path | None,
        typer.Option(
            "--storage",
            metavar="FILE",
            help="Keeps the fits of the search: one that was stopped goes on.",
        ),
    ] = None,
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
    """Train a model on all rows of a file, and save it.

    Nets are saved in a form that needs no TensorFlow. By default some models are
    compared first, and of those that tie with the best the cheapest is taken. With
    --search its parameters are searched for then.
    """
    data, out = existing_table(data), writable(out)
    settings = out.with_suffix(".toml")
    distinct(out, data, config, vectors)
    if out == settings:
        raise UserError(f"Expected another name than {out.name!r}: options go there.")
    if storage is not None:
        storage = writable(storage)
        distinct(storage, data, config, vectors, out, settings)
    if not search and (storage, candidates) != (None, None):
        given = "--candidates" if storage is None else "--storage"
        raise UserError(f"{given} is of a search: expected --search, too.")
    if vectors is not None:
        vectors = existing(vectors)
    if class_weight not in (None, "balanced"):
        raise UserError(f"Expected --class-weight balanced, got {class_weight!r}.")
    names = default_models(vectors, encoder) if model == [AUTO] else model
    known_models(names, vectors, table, text, encoder)
    if any(name in NETS for name in names):
        for package in ("onnx", "onnxruntime"):
            has(package, "onnx", "To save nets without TensorFlow needs")
    options = {"text": text[0], "target": target, "sep": sep, "encoding": encoding}
    options |= {"quotechar": quotechar, "escapechar": escapechar}
    with working(f"Reading {data}", quiet):
        from skclf.cli._data import inputs, read_data

        bunch = read_data(data, **options)
        X, y = inputs(bunch.data, text, table), bunch.target
    if storage is not None:
        check_storage(storage)
    columns = {"text": text, "table": table or None} if table or text[1:] else {}
    making = {"vectors": vectors, "encoder": encoder, "class_weight": class_weight}
    making |= columns
    results = None
    if len(names) > 1 or (cv is not None and not search):
        results = compared(names, X, y, making, cv=cv or 5, seed=seed, quiet=quiet)
        check_complete(results, names)
    chosen = names[0] if results is None else results.verdict.cheapest
    making |= {"random_state": seed}
    fitted, found_by, metrics = None, None, _metrics(results, chosen)
    if search:
        n_candidates = candidates or N_CANDIDATES
        how = {"n_candidates": n_candidates, "cv": cv or 5, **making}
        found_by = searched(chosen, X, y, storage, how, quiet=quiet)
        fitted, metrics = found_by.best_estimator_, {"accuracy": found_by.best_score_}
    if fitted is None:
        fitted = _fitted(chosen, X, y, making, quiet)
    with working(f"Saving {chosen}", quiet):
        _save(chosen, fitted, out, metrics=metrics, n_samples=len(y))
    common = {**options, "table": table, "vectors": vectors, "seed": seed}
    own = {"data": data, "out": out, "model": model, "cv": cv, "encoder": encoder}
    own |= {"class-weight": class_weight}
    if text[1:]:  # other commands know them from the model
        own["text"] = text
        del common["text"]
    if search:
        own |= {"search": True, "candidates": n_candidates, "storage": storage}
    write_config(settings, "train", common, own)
    found = {
        "model": chosen,
        "file": out,
        "config": settings,
        "rows": len(y),
        "classes": list(bunch.target_names),
        "metrics": metrics,
        "comparison": None if results is None else as_data(results),
        "search": None if found_by is None else search_as_data(found_by),
    }
    show(_summary(found, results), found, json)
    same = "" if options == _PLAIN and not text[1:] else f" --config {settings}"
    next_steps(
        f"skclf explain {out}" + (f" --data {data}{same}" if columns else ""),
        f"skclf evaluate {out} OTHER_ROWS.csv{same}",
        f"skclf predict {out} NEW_ROWS.csv --out labelled.csv{same}",
        quiet=quiet,
    )


def _fitted(name, X, y, making, quiet):
    import skclf

    model = skclf.make_text_classifier(name, **making)
    if quiet or not (sys.stderr.isatty() and hasattr(model[-1], "epochs")):
        with working(f"Training {name}", quiet):
            return model.fit(X, y)
    with progress_on_stderr():  # of a net, which shows its epochs and the time left
        return model.set_params(classify__verbose=1).fit(X, y)


def _save(name, model, out, **about):
    import skclf

    if name in NETS:
        model = skclf.to_onnx_pipeline(model)
    skclf.save(model, out, **about)


def _summary(found, results):
    """What was done, and how good it is, as far as that is known."""
    size = found["file"].stat().st_size
    parts = [
        f"{found['model']}, fitted on {found['rows']:,} rows of "
        f"{len(found['classes'])} classes, is in {found['file']} ({size / 1e3:,.0f} "
        f"kB), its options in {found['config']}."
    ]
    if found["search"] is not None:
        parts.append(search_in_words(found["search"]))
    elif results is None:
        parts.append("How good it is was not measured: --cv 5, or skclf evaluate.")
    elif len(results) > 2:
        parts.append(
            "Its score was chosen among others, and is a little too good: skclf "
            "evaluate has one on other rows."
        )
    text = "\n".join(textwrap.fill(part, 80) for part in parts)
    return text if results is None else f"{printed(results)}\n\n{text}"


def _metrics(results, name):
    """Cross-validated scores, for the manifest."""
    if results is None:
        return None
    means = [column for column in results if f"{column}_std" in results]
    return {column: float(results.loc[name, column]) for column in means}
