"""From arguments to an exit code: commands, errors, warnings, Ctrl-C."""

import os
import sys

from skclf._optional import import_optional
from skclf.cli._messages import StoppedError, one_line_warnings, say_error, stopped

_PACKAGES = ("typer", "rich")


def main(arguments=None):
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, default=None
        What stands behind ``skclf``. None takes it from the process.

    Returns
    -------
    int
        The exit code: 0, 2 for errors of the user's, 130 after Ctrl-C, 1 for others.
    """
    try:
        for package in _PACKAGES:
            import_optional(package, feature="The command line", extra="cli")
    except ImportError as error:
        return say_error(error)
    with one_line_warnings():
        try:
            from skclf.cli._command_line import command

            code = command().main(arguments, prog_name="skclf", standalone_mode=False)
            sys.stdout.flush()
        except BrokenPipeError:  # as of "skclf ... | head"
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except (KeyboardInterrupt, StoppedError) as error:
            return stopped(error)
        except Exception as error:
            if os.environ.get("SKCLF_DEBUG") == "1":
                raise
            return say_error(error)
    return code if isinstance(code, int) else 0
