"""What the README and CONTRIBUTING show is true."""

import doctest
import re
import shlex
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from skclf.cli import main
from skclf.testing import check_text_transformer

README = Path(__file__).parents[1] / "README.md"
CONTRIBUTING = README.with_name("CONTRIBUTING.md")


@pytest.mark.slow
def test_the_example_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failures, tried = doctest.testfile(
        str(README), module_relative=False, optionflags=options
    )
    assert tried > 5
    assert failures == 0


def test_the_command_line_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```console\n(.+?)```", README.read_text(), re.DOTALL)
    commands = re.findall(r"\$ skclf (.+)\n((?:(?!\$ ).*\n)+)", block)
    assert len(commands) == block.count("$") > 5
    check = doctest.OutputChecker().check_output
    for line, shown in commands:
        assert main(shlex.split(line)) == 0, line
        printed = capsys.readouterr().out
        assert check(shown, printed, doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS), (
            f"{line}:\n{printed}"
        )


def test_the_transformer_of_contributing_passes_the_checks(monkeypatch):
    found = re.search(r" +```python\n(.+?)```", CONTRIBUTING.read_text(), re.DOTALL)
    module = ModuleType("shouting")
    monkeypatch.setitem(sys.modules, "shouting", module)  # where pickle looks
    exec(textwrap.dedent(found[1]), vars(module))
    transformer = module.Shouting()
    check_text_transformer(transformer)
    assert list(transformer.fit_transform(["HELP us"])) == ["<shout> help us"]
