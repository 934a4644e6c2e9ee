"""What the pages of docs/ show is true, and they lead where they say."""

import importlib.util
import inspect
import os
import pickle
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module

import pytest
from documents import ROOT, blocks, run
from sklearn.base import BaseEstimator, clone

import skclf
from skclf._base import DOCUMENTATION

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
# Those that train nets.
SLOW = {"coming_from", "deploy", "grow", "own_net", "tune", "vectors"}
ROLE = re.compile(r"\{(func|class|doc)\}`~?([\w./]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)|^```\{(?:image|include)\} (\S+)", re.MULTILINE)


@pytest.fixture(scope="module")
def public():
    """The names that the reference lists, of each subpackage, and its first page."""
    path = DOCS / "_public_names.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(path):
    slow = [pytest.mark.slow] if path.stem in SLOW else []
    return pytest.param(path, id=path.stem, marks=slow)


def test_there_is_a_page_for_each_task():
    tasks = {"look", "compare", "tune", "understand", "deploy", "monitor", "grow"}
    assert tasks | {"own_net", "languages", "coming_from"} <= {p.stem for p in PAGES}


@pytest.mark.parametrize("path", [page(p) for p in PAGES if any(blocks(p))])
def test_the_code_of_a_page_runs(path, tmp_path, monkeypatch, capsys, pyplot):
    monkeypatch.chdir(tmp_path)
    assert run(path, capsys) > 0


def test_code_that_is_not_run_is_few_and_says_why():
    left_out = [block for path in PAGES for block in blocks(path) if block.reason]
    assert 0 < len(left_out) <= 3
    assert sum(block.language == "python" for block in left_out) <= 1  # Spark


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for kind, target in ROLE.findall(text):
        if kind == "doc":
            name = target.lstrip("/").removeprefix("examples/")
            assert (ROOT / "examples" / f"{name}.py").exists(), target
        else:
            module, _, name = target.rpartition(".")
            assert name in import_module(module).__all__, target
    for target in filter(None, (a or b for a, b in LINK.findall(text))):
        if target.startswith("https://") or target in ("examples/index", "api/index"):
            continue
        file, _, anchor = target.partition("#")
        assert (DOCS / file).exists(), target
        if anchor:
            assert anchor in anchors(DOCS / file), target


def anchors(path):
    """The headings of a page, as addresses have them."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_every_page_is_in_the_table_of_contents():
    listed = set()
    for name in ("index", "guide", "facts"):
        text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
        listed |= set(re.findall(r"^(?:[\w ]+<)?(\w+)>?$", text, re.MULTILINE))
    assert {path.stem for path in PAGES} - {"index"} <= listed


def test_every_example_begins_as_the_gallery_wants_it():
    for path in (ROOT / "examples").glob("[!_]*.py"):
        title, line = path.read_text(encoding="utf-8").splitlines()[:2]
        assert line == "=" * len(title.removeprefix('"""')), path.name


def test_the_reference_lists_every_public_name(public):
    shown = public.reference()
    for package in skclf._SUBPACKAGES:
        module = import_module(f"skclf.{package}")
        _, _, section = shown.partition(f".. currentmodule:: skclf.{package}\n")
        section = section.partition(".. currentmodule::")[0]
        names = re.findall(r"^   (\w+)$", section, re.MULTILINE)
        assert set(names) == set(module.__all__), package
        data = [n for n in names if not callable(getattr(module, n))]
        assert all(f"skclf.{package}.{name}" in public.CONSTANTS for name in data)
    for name, package in skclf._HOME.items():
        assert name in public.packages()[package]


@pytest.mark.slow
def test_the_site_is_built_without_warnings(tmp_path):
    """All but the gallery, of a copy: building leaves files behind."""
    pytest.importorskip("sphinx", reason="needs the extra docs")
    left_out = shutil.ignore_patterns("_build", "api", "__pycache__")
    for name in ("docs", "examples", "benchmarks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    shutil.rmtree(tmp_path / "docs" / "examples", ignore_errors=True)
    for path in ROOT.glob("*.md"):
        shutil.copy(path, tmp_path)
    options = ["-W", "--keep-going", "-q", "-b", "html", "-D", "plot_gallery=0"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, "docs", "site"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "site" / "api" / "skclf.text.TextCleaner.html").read_text()
    assert "Examples" in page


def estimators(public):
    for package, names in public.packages().items():
        for name in names:
            target = getattr(import_module(package), name)
            if inspect.isclass(target) and issubclass(target, BaseEstimator):
                yield f"{package}.{name}", target


def test_diagrams_link_to_the_reference(public):
    found = dict(estimators(public))
    assert len(found) >= 20
    for name, target in found.items():
        link = target._get_doc_link(target.__new__(target))
        assert link == f"{DOCUMENTATION}api/{name}.html"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["urls"]["Documentation"] == DOCUMENTATION


def test_the_diagram_of_a_pipeline_has_the_links():
    html = skclf.make_text_classifier("cnn")._repr_html_()
    for name in (
        "text.TextCleaner",
        "sequence.SequenceEncoder",
        "models.CNNClassifier",
    ):
        assert f'href="{DOCUMENTATION}api/skclf.{name}.html"' in html
    # What is not public has no page, nor have classes of users.
    html = skclf.make_text_classifier("tfidf-logreg", text="text")._repr_html_()
    assert "skclf.stored" not in html

    class Mine(skclf.TextCleaner):
        pass

    assert Mine()._get_doc_link() == ""


def test_links_are_no_part_of_an_estimator():
    cleaner = skclf.TextCleaner(hashtags="split")
    state = dict(vars(cleaner))
    assert cleaner._get_doc_link()
    assert vars(cleaner) == state
    assert not [name for name in cleaner.get_params() if "doc" in name]
    assert repr(clone(cleaner)) == "TextCleaner(hashtags='split')"
    assert b"doc_link" not in pickle.dumps(cleaner)
