"""What the README and CONTRIBUTING show is true."""

import re
import sys
import textwrap
from types import ModuleType

import pytest
from documents import ROOT, blocks, run_console, run_python

from skclf.testing import check_text_transformer

README = ROOT / "README.md"
CONTRIBUTING = README.with_name("CONTRIBUTING.md")


@pytest.mark.slow
def test_the_example_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (block,) = code("python")
    assert run_python(block, README, {}, capsys) > 10


def test_the_command_line_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (block,) = code("console")
    assert run_console(block, README, {}, capsys) > 5


def code(language):
    return [block for block in blocks(README) if block.language == language]


def test_the_readme_is_read_in_five_minutes():
    lines = README.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 200


def test_the_commands_of_the_readme_are_targets_of_make():
    (block,) = code("")
    commands = re.findall(r"^make (\w+)", block.code, re.MULTILINE)
    makefile = README.with_name("Makefile").read_text()
    assert len(commands) == 2
    assert all(re.search(f"^{name}:", makefile, re.MULTILINE) for name in commands)


def test_links_of_the_readme_lead_to_files_of_the_repository():
    links = re.findall(r"\]\(([^)]*)\)", README.read_text(encoding="utf-8"))
    assert len(links) > 20
    for link in links:
        assert (ROOT / link).exists(), link


def test_pictures_of_the_readme_are_small():
    pictures = re.findall(r"!\[.+?\]\(([^)]*)\)", README.read_text(encoding="utf-8"))
    assert len(pictures) == 3
    assert max((ROOT / picture).stat().st_size for picture in pictures) < 150_000


def test_the_transformer_of_contributing_passes_the_checks(monkeypatch):
    found = re.search(r" +```python\n(.+?)```", CONTRIBUTING.read_text(), re.DOTALL)
    module = ModuleType("shouting")
    monkeypatch.setitem(sys.modules, "shouting", module)  # where pickle looks
    exec(textwrap.dedent(found[1]), vars(module))
    transformer = module.Shouting()
    check_text_transformer(transformer)
    assert list(transformer.fit_transform(["HELP us"])) == ["<shout> help us"]
