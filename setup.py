"""The README for a package index, where its relative links lead to the site."""

import re
import tomllib
from pathlib import Path

from setuptools import setup

HERE = Path(__file__).parent
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
SITE = PROJECT["project"]["urls"]["Documentation"]
PAGES = {"CONTRIBUTING.md": "contributing.html", "CHANGES.md": "changes.html"}


def on_the_site(link):
    """The address of a file of this repository, or the link as it is."""
    if link[1] in PAGES:
        return f"]({SITE}{PAGES[link[1]]})"
    found = re.fullmatch(r"docs/(\w+)\.md(#.*)?", link[1])
    if found:
        return f"]({SITE}{found[1]}.html{found[2] or ''})"
    if link[1].startswith("docs/"):
        return f"]({SITE}{link[1].removeprefix('docs/')})"
    return link[0]


readme = (HERE / "README.md").read_text(encoding="utf-8")
setup(
    long_description=re.sub(r"\]\(([^)]+)\)", on_the_site, readme),
    long_description_content_type="text/markdown",
)
