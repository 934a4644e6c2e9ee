"""What is said on standard error: errors, warnings, notes."""

import ast
import re
import shlex
import sys
import textwrap
import warnings
from contextlib import contextmanager

INTERRUPTED = 130
_WIDTH = 80
_MOST_LINES = 3
_LONGEST = 2000  # characters, of texts of the user's in a message
_OPTIONS = (
    "batch_size|cv|encoding|escape_formulas|escapechar|on_error|proba|quantize|"
    "quotechar|rejected|resume|sep|source_format|table|target|target_format|text|threshold|vectors"
)
_RENAMED = {"source-format": "from", "target-format": "to"}
_SETTING = re.compile(
    rf"\b({_OPTIONS})=('[^']*'|\"[^\"]*\"|\w+(?:\.\w+)*|(?=[,. )]|$))"
)
_PARAMETER = re.compile(rf"\(parameter ({_OPTIONS})\)")


class UserError(Exception):
    """What a user has to change, said before anything slow is imported."""


class StoppedError(Exception):
    """Ctrl-C, as an error that typer hands on with what is noted on it."""


def say_error(error):
    """Say what is wrong, in at most three lines.

    Parameters
    ----------
    error : Exception
        What was raised.

    Returns
    -------
    int
        The exit code: 2 where the user can do something about it, else 1.
    """
    if hasattr(error, "format_message"):  # typer's own, of arguments
        where = getattr(error, "ctx", None)
        path = where.command_path if where else "skclf"
        _write("Error", error.format_message(), f"Try: {path} --help")
        return 2
    message = " ".join([str(error), *getattr(error, "__notes__", ())])
    if isinstance(error, OSError) and error.strerror and error.filename:
        message = f"{error.filename!r}: {error.strerror}."
    if isinstance(error, _of_users()):
        _write("Error", as_options(message))
        return 2
    _write("Error", f"{type(error).__name__}: {message}", "SKCLF_DEBUG=1 shows where.")
    return 1


def stopped(error):
    """Say that Ctrl-C was seen, and what there is to know."""
    notes = " ".join(getattr(error.__cause__ or error, "__notes__", ()))
    print(f"\n{_wrapped(f'Stopped. {as_options(notes)}')}", file=sys.stderr)  # noqa: T201
    return INTERRUPTED


def note(message, *, quiet=False):
    """Say what helps on standard error."""
    if not quiet:
        print(_wrapped(message), file=sys.stderr)  # noqa: T201


def next_steps(*commands, quiet):
    """Say on standard error what may be called next, a command in each line."""
    if not quiet:
        print("Next:", *(f"  {one}" for one in commands), sep="\n", file=sys.stderr)  # noqa: T201


def as_options(message):
    """A message of the library in words of the command line.

    >>> as_options("The separator looks like ';': pass sep=';'.")
    "The separator looks like ';': pass --sep ';'."
    """
    message = _PARAMETER.sub(lambda found: f"({_option(found[1])})", message)
    return _SETTING.sub(_as_option, message)


@contextmanager
def one_line_warnings():
    """Show warnings as one line each, each once."""
    seen = set()

    def show(message, category, *_, **__):
        line = " ".join(as_options(str(message)).split())
        if line not in seen:
            seen.add(line)
            print(f"warning: {line}", file=sys.stderr)  # noqa: T201

    with warnings.catch_warnings():
        if not sys.warnoptions:
            warnings.simplefilter("always", UserWarning)
            for kind in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
                warnings.simplefilter("ignore", kind)  # for those who write code
        warnings.showwarning = show
        yield


def _of_users():
    return UserError, ValueError, TypeError, AttributeError, OSError, ImportError


def _as_option(found):
    name, value = _option(found[1]), found[2]
    if value == "None":
        no_target = "--no-target (of explore and audit)"
        instead = {"target": no_target, "quotechar": "--quotechar none"}
        return instead.get(found[1], found[0])
    if value in ("True", ""):
        return name
    return f"no {name}" if value == "False" else f"{name} {_as_word(value)}"


def _as_word(value):
    """What Python writes, as a shell reads it."""
    try:
        return shlex.quote(str(ast.literal_eval(value)).replace("\t", "\\t"))
    except (SyntaxError, ValueError):
        return value


def _option(name):
    name = name.replace("_", "-")
    return f"--{_RENAMED.get(name, name)}"


def _write(head, message, last=""):
    text = _wrapped(f"{head}: {message}", _MOST_LINES - bool(last))
    print("\n".join(filter(None, [text, last])), file=sys.stderr)  # noqa: T201


def _wrapped(message, most_lines=None):
    """Lines of 80 columns; one long line, where there would be too many."""
    message = " ".join(message.split())[:_LONGEST]
    lines = textwrap.wrap(message, _WIDTH, break_long_words=False)
    return message if most_lines and len(lines) > most_lines else "\n".join(lines)
