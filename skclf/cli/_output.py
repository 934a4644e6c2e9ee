"""Results on standard output, progress on standard error."""

import json
import math
import sys
from contextlib import contextmanager, redirect_stdout


def show(text, data, as_json):
    """Print a result.

    Parameters
    ----------
    text : object
        What people read.
    data : dict
        The same for programs.
    as_json : bool
        Whether to print the latter.
    """
    if as_json:
        text = json.dumps(
            as_plain_data(data), ensure_ascii=False, indent=2, allow_nan=False
        )
    print(text)  # noqa: T201


@contextmanager
def working(what, quiet):
    """Say what is done on standard error, with the seconds that it takes.

    Whatever is printed meanwhile, as the progress of a comparison, goes there, too.

    Parameters
    ----------
    what : str
        For example "Reading tweets.csv".
    quiet : bool
        Say nothing.
    """
    with redirect_stdout(sys.stderr):
        if quiet or not sys.stderr.isatty():
            yield
            return
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = SpinnerColumn("line"), TextColumn("{task.description}")
        with Progress(
            *columns,
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        ) as progress:
            progress.add_task(what, total=None)
            yield


@contextmanager
def progress_on_stderr():
    """What is printed meanwhile goes to standard error."""
    with redirect_stdout(sys.stderr):
        yield


def as_plain_data(value):
    """Plain data of tables, arrays and numbers of NumPy's; None for what is no number.

    A table becomes a list of its rows; its index is their first entry, if it has a name
    or holds names.
    """
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        named = value.index.name or value.index.dtype.kind not in "iu"
        table = value.rename_axis(index=value.index.name or "name") if named else value
        return as_plain_data(
            (table.reset_index() if named else table).to_dict("records")
        )
    if hasattr(value, "to_dict"):
        return as_plain_data(value.to_dict())
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): as_plain_data(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain_data(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    is_known = value is None or isinstance(value, str | int | float)
    return value if is_known else str(value)
