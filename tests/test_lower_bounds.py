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


def test_what_serves_without_tensorflow_has_the_same_bounds():
    lines = (ROOT / "requirements-serve.txt").read_text().splitlines()
    needed = [Requirement(line) for line in lines if not line.startswith("#")]
    bounds = lower_bounds()
    found = versions(needed, ">=")
    assert found == {name: bounds[name] for name in found}
    assert {"onnxruntime", "scikit-learn"} <= set(found)
    assert not {"tensorflow", "keras", "scikeras", "gensim", "onnx"} & set(found)
