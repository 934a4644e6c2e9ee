"""``skclf export`` and ``skclf inspect``: files of models."""

import textwrap
from pathlib import Path
from typing import Annotated

import typer

from skclf.cli._messages import UserError
from skclf.cli._options import Config, Json, Model, Quiet, Trusted
from skclf.cli._output import show, working
from skclf.cli._quick_checks import distinct, existing, has, writable


def export_command(
    model: Model,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The new file.", show_default=False
        ),
    ],
    quantize: Annotated[
        bool,
        typer.Option(
            "--quantize", help="Weights in 8 bits: smaller, a little less exact."
        ),
    ] = False,
    trusted: Trusted = False,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
):
    """Convert a model, to predict without TensorFlow.

    Its nets become ONNX graphs. 'skclf train' has done so already; this is for
    models that skclf.save wrote.
    """
    model, out = existing(model), writable(out)
    distinct(out, model)
    for package in ("onnx", "onnxruntime"):
        has(package, "onnx", "To convert a model needs")
    with working(f"Converting {model}", quiet):
        import skclf

        manifest = skclf.inspect_file(model)
        if "tensorflow" not in manifest["versions"]:
            raise UserError(
                f"{str(model)!r} needs no TensorFlow as it is: there is nothing to "
                "convert."
            )
        small = skclf.to_onnx_pipeline(
            skclf.load(model, trusted=trusted), quantize=quantize
        )
        kept = {name: manifest[name] for name in ("metrics", "n_samples")}
        skclf.save(small, out, **kept)
    sizes = {"before": model.stat().st_size, "after": out.stat().st_size}
    kilobytes = {name: f"{size / 1e3:,.0f} kB" for name, size in sizes.items()}
    show(
        f"{out} has {kilobytes['after']}, {model} {kilobytes['before']}.",
        {"model": model, "file": out, "bytes": sizes},
        json,
    )


def inspect_command(
    model: Model,
    json: Json = False,
    quiet: Quiet = False,
    config: Config = None,
):
    """Say what is in a file of a model; nothing of it is run."""
    model = existing(model)
    with working(f"Reading {model}", quiet):
        import skclf

        manifest = skclf.inspect_file(model)
    show("\n".join(_lines(manifest)), manifest, json)


def _lines(manifest):
    width = max(map(len, manifest))
    for name, value in manifest.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {_short(part)}" for key, part in value.items())
        elif isinstance(value, list):
            value = ", ".join(map(str, value[:20])) + (" ..." * (len(value) > 20))
        yield from _folded(name.ljust(width), "-" if value is None else str(value))


def _short(value):
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _folded(name, value):
    indent = " " * (len(name) + 2)
    return textwrap.wrap(
        value, 80, initial_indent=f"{name}  ", subsequent_indent=indent
    ) or [name]
