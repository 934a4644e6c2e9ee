"""Options in a TOML file, and the one that is written beside a model."""

import json
import tomllib
from difflib import get_close_matches
from pathlib import Path

import typer

from skclf.cli._messages import UserError
from skclf.cli._quick_checks import existing


def read_config(context: typer.Context, value: Path | None):
    """Take defaults of options from a file.

    Keys at the top are for each command that has an option of that name; a table such
    as ``[train]`` is for one command.

    Parameters
    ----------
    context : typer.Context
        The command that is called.
    value : Path or None
        The file.
    """
    if value is None:
        return None
    path = existing(value)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{str(path)!r} is no TOML: {error}.") from error
    commands = context.parent.command.commands
    options = {name: _options_of(command) for name, command in commands.items()}
    own = options[context.command.name]
    found = {}
    for key, entry in content.items():
        if key in commands and isinstance(entry, dict):
            unknown = [name for name in entry if _plain(name) not in options[key]]
            if unknown:
                raise _unknown(path, unknown[0], options[key], f" of [{key}]")
            if key == context.command.name:
                found |= {_plain(name): part for name, part in entry.items()}
        elif any(_plain(key) in names for names in options.values()):
            if _plain(key) in own:
                found.setdefault(_plain(key), entry)
        else:
            raise _unknown(path, key, set().union(*options.values(), commands), "")
    several = {o.name for o in context.command.params if getattr(o, "multiple", False)}
    context.default_map = {}
    for name, entry in found.items():
        entry = _checked(path, name, entry)
        is_one = own[name] in several and not isinstance(entry, list)
        context.default_map[own[name]] = [entry] if is_one else entry
    return value


def write_config(path, command, common, own):
    """Write the options of a run, so that they can be read again.

    Parameters
    ----------
    path : Path
        The file.
    command : str
        What was called.
    common, own : dict
        Options for all commands, and for this one; None and empty ones are left out.
    """
    lines = [f"# skclf {command} --config {path.name}"]
    lines += _lines(common)
    lines += ["", f"[{command}]", *_lines(own)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _options_of(command):
    """Parameters by the names that a file has for them."""
    return {
        _plain(_name(option)): option.name
        for option in command.params
        if option.name not in ("config", "help")
    }


def _name(option):
    longest = [name for name in option.opts if name.startswith("--")]
    return (longest or [option.name])[0].lstrip("-")


def _plain(name):
    return name.replace("-", "_")


def _unknown(path, name, known, where):
    close = get_close_matches(_plain(name), sorted(known), n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return UserError(f"{str(path)!r}: there is no option {name!r}{where}.{hint}")


def _checked(path, name, entry):
    entries = entry if isinstance(entry, list) else [entry]
    if not all(isinstance(part, str | int | float) for part in entries):
        raise UserError(
            f"{str(path)!r}: expected a text, a number, true or false, or a list of "
            f"texts as {name!r}, got {str(entry)[:60]!r}."
        )
    return entry


def _lines(options):
    return [
        f"{name} = {_as_toml(value)}"
        for name, value in options.items()
        if value not in (None, [], ())
    ]


def _as_toml(value):
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_as_toml, value))}]"
    if isinstance(value, Path):
        value = str(value)
    # JSON's texts, numbers and truth are TOML's, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
