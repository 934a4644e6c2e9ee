"""A wheel and a source distribution hold what they should, and work."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import skclf
from skclf._base import DOCUMENTATION

ROOT = Path(__file__).parents[1]
NAME = f"skclf-{skclf.__version__}"

pytestmark = pytest.mark.slow


def run(*command, cwd, path):
    """Run Python in a folder, with another folder in front of what is installed."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(path)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    """A folder with both, made of a copy: building leaves files behind."""
    folder = tmp_path_factory.mktemp("distributions")
    left_out = shutil.ignore_patterns(
        ".*", "build", "dist", "*.egg-info", "__pycache__"
    )
    shutil.copytree(ROOT, folder / "copy", ignore=left_out)
    # Without isolation, which would install setuptools from an index each time.
    options = ["--no-isolation", "--outdir", str(folder)]
    run("-m", "build", *options, cwd=folder / "copy", path="")
    shutil.rmtree(folder / "copy")
    with zipfile.ZipFile(folder / f"{NAME}-py3-none-any.whl") as wheel:
        wheel.extractall(folder / "wheel")
    with tarfile.open(folder / f"{NAME}.tar.gz") as sdist:
        sdist.extractall(folder, filter="data")
    return folder


def test_the_wheel_holds_the_package_and_nothing_else(distributions):
    folder = distributions / "wheel"
    assert {path.name for path in folder.iterdir()} == {"skclf", f"{NAME}.dist-info"}
    found = {path.relative_to(folder) for path in folder.glob("skclf/**/*.*")}
    found = {path for path in found if "__pycache__" not in path.parts}
    files = (*ROOT.glob("skclf/**/*.py"), *ROOT.glob("skclf/**/*.pyi"))
    code = {path.relative_to(ROOT) for path in files}
    pages = {path.relative_to(ROOT) for path in ROOT.glob("skclf/**/*.jinja")}
    assert pages
    assert found == code | pages | {Path("skclf/py.typed")}


FIT = """
import sys
import skclf
texts = ["house on fire", "sunny beach"] * 10
model = skclf.make_text_classifier("tfidf-logreg").fit(texts, [1, 0] * 10)
assert model.predict(["fire"]) == [1]
assert not {"tensorflow", "keras", "gensim", "onnx"} & set(sys.modules)
print(skclf.__file__, skclf.__version__)
"""


def test_the_wheel_works_without_tensorflow(distributions, tmp_path):
    folder = distributions / "wheel"
    found = run("-c", FIT, cwd=tmp_path, path=folder)
    assert found.split() == [str(folder / "skclf/__init__.py"), skclf.__version__]


def test_metadata(distributions):
    file = distributions / "wheel" / f"{NAME}.dist-info" / "METADATA"
    metadata = Parser().parsestr(file.read_text(encoding="utf-8"))
    assert metadata["Version"] == skclf.__version__
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    for name in ("Summary", "Author", "Keywords", "Classifier"):
        assert metadata[name]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = set(project["optional-dependencies"])
    assert {"nets", "runtime", "all"} <= extras
    assert set(metadata.get_all("Provides-Extra")) == extras


def test_links_of_the_readme_hold_outside_of_the_repository(distributions):
    """They lead to pages and pictures of the site, which are files of docs/."""
    file = distributions / "wheel" / f"{NAME}.dist-info" / "METADATA"
    text = Parser().parsestr(file.read_text(encoding="utf-8")).get_payload()
    assert text.startswith("# skclf")
    links = re.findall(r"\]\(([^)]*)\)", text)
    assert len(links) == (ROOT / "README.md").read_text().count("](")
    for link in links:
        path = link.removeprefix(DOCUMENTATION).partition("#")[0]
        path = path.replace(".html", ".md")
        assert path != link
        assert (ROOT / "docs" / path).is_file(), link


def test_the_source_distribution_passes_its_tests(distributions):
    folder = distributions / NAME
    for name in ("tests", "examples", "benchmarks", "docs", "Makefile", "CHANGES.md"):
        assert (folder / name).exists()
    some = ["tests/text", "tests/sequence", "tests/test_structure.py", "skclf/text"]
    found = run("-m", "pytest", "-p", "no:xdist", *some, cwd=folder, path=folder)
    assert re.search(r"\d{3,} passed", found)
