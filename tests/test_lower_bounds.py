"""The lower bounds of pyproject.toml are the versions of ``make test-oldest``."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]


def lower_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    requirements = [Requirement(line) for lines in lists for line in lines]
    return versions(requirements, ">=", leave_out=project["name"])


def pinned_versions():
    lines = (ROOT / "tests" / "oldest.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return versions(pins, "==")


def versions(requirements, operator, leave_out=None):
    return {
        requirement.name: Version(specifier.version)
        for requirement in requirements
        for specifier in requirement.specifier
        if specifier.operator == operator and requirement.name != leave_out
    }


def test_every_lower_bound_is_the_version_tested():
    bounds, pins = lower_bounds(), pinned_versions()
    assert {"numpy", "scikit-learn", "keras", "tensorflow"} <= set(bounds)
    assert {name: pins.get(name) for name in bounds} == bounds


def test_every_dependency_has_a_lower_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {Requirement(line).name for line in project["dependencies"]}
    assert names <= set(lower_bounds())


def test_what_is_heavy_is_an_extra():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = {Requirement(line).name for line in project["dependencies"]}
    heavy = {"tensorflow", "keras", "scikeras", "gensim", "onnx", "matplotlib"}
    heavy |= {"cleanlab", "pyarrow", "jinja2", "typer", "rich", "optuna"}
    heavy |= {"tokenizers", "huggingface-hub", "safetensors"}
    heavy |= {"fastapi", "uvicorn", "prometheus-client", "python-multipart"}
    assert not needed & (heavy | {"onnxruntime"})
    runtime = {Requirement(line).name for line in extras["runtime"]}
    assert runtime == {"onnxruntime"}
    (everything,) = extras["all"]
    in_all = Requirement(everything).extras
    names = {Requirement(line).name for extra in in_all for line in extras[extra]}
    assert names == heavy | {"onnxruntime"}


def test_what_is_private_elsewhere_has_an_upper_bound():
    """The next minor version, and CONTRIBUTING.md says what it is used for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    nets = project["optional-dependencies"]["nets"]
    lines = map(Requirement, project["dependencies"] + nets)
    bounds = versions(lines, "<")
    assert set(bounds) == {"scikit-learn", "tensorflow", "keras"}
    text = (ROOT / "CONTRIBUTING.md").read_text()
    for name, bound in bounds.items():
        assert f"{name} < {bound}" in text
