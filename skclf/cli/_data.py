"""Files of rows: read as a table, and written."""

import gzip
import json
import warnings
import zlib

from skclf.cli._messages import UserError
from skclf.cli._quick_checks import format_of


def read_data(
    path,
    *,
    text,
    target,
    sep=None,
    encoding=None,
    quotechar=None,
    escapechar=None,
):
    """Read texts and labels.

    Parameters
    ----------
    path : Path
        A file that is there, of one of the known kinds.
    text : str
        The column of texts.
    target : str or None
        The column of labels, if there is one.
    sep : str, default=None
        What is between columns; None is a comma, a tab in TSV.
    encoding : str, default=None
        The encoding of text; None is UTF-8.
    quotechar, escapechar : str, default=None
        As for :func:`skclf.datasets.load_csv`; "none" is None there, and None its
        default.

    Returns
    -------
    Bunch
        As :func:`skclf.datasets.load_csv` returns it.
    """
    if text == target:
        raise UserError(
            f"Expected different columns of texts and labels, got {text!r} as both."
        )
    kind, is_packed = format_of(path)
    given = {"--sep": sep, "--quotechar": quotechar, "--escapechar": escapechar}
    given["--encoding"] = encoding if kind == "parquet" else None
    if kind in ("jsonl", "parquet"):
        for name, value in given.items():
            if value is not None:
                raise UserError(f"{name} has no effect for {kind}. Leave it out.")
    if kind == "parquet":
        return _read_parquet(path, text, target)
    raw = _unpacked(path) if is_packed else path.read_bytes()
    if kind == "jsonl":
        return _read_jsonl(raw, path, text, target, encoding)
    from skclf.datasets._csv import check_dialect, parse_csv
    from skclf.datasets._dialect import Dialect

    usual = "\t" if kind == "tsv" else ","
    signs = sign(sep, usual), sign(quotechar, '"'), sign(escapechar, None)
    dialect = Dialect(*signs)
    check_dialect(dialect)
    options = {"encoding": encoding, "text": text, "target": target}
    bunch, doubts = parse_csv(raw, path, dialect, **options)
    _warn(path, doubts)
    return bunch


def sign(given, default):
    r"""A character as it is written on a command line: ``\t`` is a tab."""
    signs = {None: default, "none": None, "\\t": "\t"}
    return signs.get(given, given)


def inputs(data, text, table):
    """What a model is fitted on: texts, or the columns that are named.

    Parameters
    ----------
    data : DataFrame
        The columns of the file, but the labels.
    text : list of str
        The column of texts, or several.
    table : list of str
        Other columns; empty for texts alone.
    """
    from skclf._validation import did_you_mean

    for name in (*text, *table):
        if name not in data:
            raise UserError(
                f"There is no column {name!r} for "
                f"{'--text' if name in text else '--table'}."
                f"{did_you_mean(name, map(str, data.columns))} There are "
                f"{', '.join(map(str, data.columns))}."
            )
    return data[[*text, *table]] if table or text[1:] else data[text[0]]


def write_table(frame, path):
    """Write a table in the format that its name says."""
    kind, is_packed = format_of(path)
    if kind == "parquet":
        _pyarrow()
        frame.to_parquet(path, index=False)
        return
    if kind == "jsonl":
        content = frame.to_json(orient="records", lines=True, force_ascii=False)
    else:
        content = frame.to_csv(index=False, sep="\t" if kind == "tsv" else ",")
    raw = content.encode()
    path.write_bytes(gzip.compress(raw, mtime=0) if is_packed else raw)


def _unpacked(path):
    try:
        return gzip.decompress(path.read_bytes())
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(
            f"{str(path)!r} is no whole file packed with gzip: {error}."
        ) from error


def _read_parquet(path, text, target):
    import pandas as pd

    pyarrow = _pyarrow()
    try:
        frame = pd.read_parquet(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise UserError(
            f"{str(path)!r} is no Parquet file, or is damaged: {error}."
        ) from error
    return _of_frame(frame, path, text, target)


def _pyarrow():
    from skclf._optional import import_optional

    return import_optional("pyarrow", feature="A Parquet file", extra="files")


def _read_jsonl(raw, path, text, target, encoding):
    import pandas as pd

    try:
        content = raw.decode(encoding or "utf-8").removeprefix("\ufeff")
    except (LookupError, UnicodeDecodeError) as error:
        raise UserError(f"{str(path)!r}: {error}. Pass its --encoding.") from error
    records = []
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            records.append(json.loads(line))
        except ValueError as error:
            raise UserError(
                f"{str(path)!r}: line {number} is no JSON: {error}."
            ) from error
        if not isinstance(records[-1], dict):
            raise UserError(
                f"{str(path)!r}: expected an object, {{...}}, in line {number}, got "
                f"{line[:60]!r}."
            )
    return _of_frame(pd.DataFrame.from_records(records), path, text, target)


def _of_frame(frame, path, text, target):
    """Check a table as `load_csv` does."""
    import pandas as pd

    from skclf._validation import check_documents
    from skclf.datasets._csv import as_bunch, check_target_column
    from skclf.datasets._delimited import check_columns

    doubts = []
    try:
        check_columns(list(map(str, frame.columns)), text, target)
        if not len(frame):
            raise ValueError("it has no rows.")
        check_documents(frame[text])
        if target is not None:
            written = frame[target].map(str).value_counts()
            if not pd.api.types.is_numeric_dtype(frame[target]):
                frame[target] = frame[target].map(str, na_action="ignore")
            check_target_column(frame[target], dict(written), doubts.append)
    except (TypeError, ValueError) as error:
        raise UserError(f"{str(path)!r}: {error}") from error
    _warn(path, doubts)
    return as_bunch(frame, text, target, path)


def _warn(path, doubts):
    for doubt in doubts:
        warnings.warn(f"{str(path)!r}: {doubt}", stacklevel=2)
