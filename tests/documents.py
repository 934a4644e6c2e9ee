"""Markdown whose code is run: README, and the pages of docs/."""

import doctest
import re
import shlex
from pathlib import Path
from typing import NamedTuple

from skclf.cli import main

ROOT = Path(__file__).parents[1]
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
FENCE = re.compile(
    r"(?:^<!-- not run: (?P<reason>.+?) -->\n+)?"
    r"^```(?P<language>\S*)[^\n]*\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COMMAND = re.compile(r"^\$ skclf (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


class Block(NamedTuple):
    """Code between fences; `reason` says why it is not run."""

    language: str
    code: str
    line: int
    reason: str | None


def blocks(path):
    """The code of a document, without the directives of Sphinx."""
    text = path.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        if not found["language"].startswith("{"):
            line = text[: found.start("code")].count("\n")
            yield Block(found["language"], found["code"], line, found["reason"])


def run(path, capsys):
    """Run the code of a document from top to bottom; returns how many examples."""
    session, n_examples = {}, 0
    for block in blocks(path):
        if block.reason is None:
            how = {"python": run_python, "console": run_console}[block.language]
            n_examples += how(block, path, session, capsys)
    return n_examples


def run_python(block, path, session, capsys):
    parser = doctest.DocTestParser()
    test = parser.get_doctest(block.code, session, path.name, str(path), block.line)
    if not test.examples:
        exec(compile(block.code, str(path), "exec"), session)
        return 1
    told = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=OPTIONS)
    with capsys.disabled():  # doctest reads what is printed itself
        runner.run(test, out=told.append, clear_globs=False)
    session.update(test.globs)
    assert not runner.failures, "".join(told)
    return len(test.examples)


def run_console(block, path, session, capsys):
    commands = COMMAND.findall(block.code)
    assert len(commands) == len(re.findall(r"^\$", block.code, re.MULTILINE)) > 0
    for line, shown in commands:
        capsys.readouterr()
        assert main(shlex.split(line)) == 0, line
        printed = capsys.readouterr().out
        same = doctest.OutputChecker().check_output(shown, printed, OPTIONS)
        assert same, f"{path.name}: {line}:\n{printed}"
    return len(commands)
