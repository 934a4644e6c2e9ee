"""Imports go forward only, from package to package and from room to room."""

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

import skclf

ROOT = Path(skclf.__file__).parent

# Each may import what stands before it. "" are the helpers in skclf itself.
ORDER = [
    "",
    "datasets",
    "text",
    "category",
    "sequence",
    "embed",
    "features",
    "models.rows",
    "models.building",
    "models.layers",
    "models.fast",
    "models.training",
    "models",
    "compose",
    "inspection",
    "evaluate",
    "evaluate.displays",
    "evaluate.exploration",
    "evaluate.reporting",
    "search",
    "deploy.safe",
    "deploy",
    "deploy.files",
    "stream",
    "web",
    "testing",
    "cli",
]

MAX_LINES = 400


def unit_of(module):
    """Where a module stands in ORDER."""
    parts = module.split(".")[1:]
    for n in (2, 1):
        if ".".join(parts[:n]) in ORDER:
            return ".".join(parts[:n])
    return ""


def modules():
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(("skclf", *path.relative_to(ROOT).with_suffix("").parts))
        name = name.replace("skclf.__main__", "skclf.cli.__main__")  # its other end
        yield name.removesuffix(".__init__"), path


def imported(path):
    """Modules of ours that a file imports, in functions, too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_imports_go_forward():
    backward = [
        f"{module} imports {name}"
        for module, path in modules()
        for name in imported(path)
        if name.split(".")[0] == "skclf"
        and ORDER.index(unit_of(name)) > ORDER.index(unit_of(module))
    ]
    assert backward == []


def test_files_are_short():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for _, path in modules()
    }
    assert {name: n for name, n in lengths.items() if n > MAX_LINES} == {}


@pytest.mark.parametrize("folder", ["", "models"])
def test_few_files_stand_outside_of_rooms(folder):
    most = {"": 26, "models": 9}[folder]
    assert len(list((ROOT / folder).glob("*.py"))) <= most


def test_rows_need_no_tensorflow():
    names = [name for name, _ in modules() if name.startswith("skclf.models.rows")]
    code = f"""
import sys
from collections import defaultdict
from importlib import import_module
for name in {names}:
    import_module(name)
assert not {{"tensorflow", "keras"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)


def test_one_name_has_one_meaning():
    """Files, classes, and functions that other files may import."""
    names = defaultdict(list)
    for module, path in modules():
        if path.name != "__init__.py":
            names[f"the file {path.name}"].append(module)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            is_named = isinstance(node, ast.ClassDef | ast.FunctionDef)
            if is_named and not node.name.startswith("_"):
                names[node.name].append(module)
    twice = {name: where for name, where in names.items() if len(where) > 1}
    assert twice == {}
