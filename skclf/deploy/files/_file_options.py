"""Checks of what `predict_file` is asked for, before any work."""

import os
from pathlib import Path

from skclf._validation import excerpt
from skclf.datasets._csv import check_dialect, existing_file
from skclf.datasets._dialect import Dialect
from skclf.deploy._file import check_target
from skclf.deploy.files._formats import is_text
from skclf.deploy.files._model_inputs import COLUMN_TYPES

_QUOTECHAR = '"'


def check_column_types(types):
    """Refuse types of columns that there are none of."""
    for name, kind in (types or {}).items():
        if kind not in COLUMN_TYPES:
            raise ValueError(
                f"Expected one of {list(COLUMN_TYPES)} for each column in "
                f"column_types, got {excerpt(kind)} for {excerpt(name)}."
            )


def dialect_of(source, sep, quotechar, escapechar):
    """How fields of a source are told apart; None where it has no separators."""
    if source.is_delimited:
        sep = sep or ("\t" if source.format == "tsv" else ",")
        dialect = Dialect(sep, quotechar, escapechar)
        check_dialect(dialect)
        return dialect
    given = {"sep": sep, "escapechar": escapechar}
    without = [name for name, value in given.items() if value is not None]
    without += ["quotechar"] if quotechar != _QUOTECHAR else []
    if without:
        raise ValueError(
            f"Expected {' and '.join(without)} for a source of CSV or TSV only, where "
            f"they have an effect; this one is {source.format}. Leave them out."
        )
    return None


def side_file_of(source, target, model, options):
    """The side file, or None; refuses what would be lost, and options without effect.

    Parameters
    ----------
    source, target : FileSpec
        The files.
    model : estimator or path-like
        The model, or where it is.
    options : dict
        Parameters of `predict_file`.
    """
    if source.path is not None:
        existing_file(source.path)
    is_decoded = source.stream is not None and is_text(source.stream)
    if options["encoding"] and (source.format == "parquet" or is_decoded):
        raise ValueError(
            f"Expected encoding=None for a source of Parquet or one that is open as "
            f"text, got {excerpt(options['encoding'])}, which has no effect."
        )
    if options["escape_formulas"] and not target.is_delimited:
        raise ValueError(
            "Expected escape_formulas=False for a target that is neither CSV nor TSV, "
            f"got True, which has no effect in {target.format}."
        )
    is_open = source.path is None or target.path is None
    if options["resume"] and is_open:
        raise ValueError(
            "Expected paths of files as source and target with resume=True: what comes "
            "through a pipe or an open file cannot be gone on with."
        )
    side = options["rejected"]
    if side is None and target.path is not None:
        path = check_target(target.path)
        side = path.with_name(f"{path.name}.rejected.csv")
    elif side is not None:
        side = check_target(Path(side).expanduser())
    elif options["on_error"] != "raise":
        raise ValueError(
            "Expected a path in rejected= for a target without a name: rows that are "
            "rejected are reported there."
        )
    written = {"target": target.path, "the side file": side}
    is_path = isinstance(model, str | os.PathLike)
    read = {"source": source.path, "model": Path(model) if is_path else None}
    _check_distinct(written, read)
    return side


def _check_distinct(written, read):
    """Refuse to write over what is read."""
    files = {**written, **read}
    real = {name: os.path.realpath(p) for name, p in files.items() if p is not None}
    for name in written:
        same = [other for other in real if other != name and _same(real, other, name)]
        if same:
            raise ValueError(
                f"Expected another file as {name} than as {same[0]}, got "
                f"{real[name]!r} as both."
            )


def _same(real, one, other):
    if other not in real:
        return False
    there = os.path.exists(real[one]) and os.path.exists(real[other])
    is_one = there and os.path.samefile(real[one], real[other])
    return is_one or real[one] == real[other]
