"""The command line in this process, and files to call it on."""

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from skclf.cli import main


class Called(NamedTuple):
    code: int
    out: str
    err: str


def call(*arguments):
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return Called(code, out.getvalue(), err.getvalue())


@pytest.fixture
def skclf(files, monkeypatch):
    """Calls the command line in a folder that has the files below."""
    monkeypatch.chdir(files)
    monkeypatch.setenv("COLUMNS", "80")
    return call


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    for name, n, seed in (("train.csv", 200, 0), ("test.csv", 80, 1)):
        made = call("sample", "--out", folder / name, "--n", n, "--seed", seed)
        assert made.code == 0
    options = {"nb": ["--model", "nb"], "table": ["-m", "nb", "--table", "keyword"]}
    for name, more in options.items():
        out = ["--out", folder / f"{name}.skclf"]
        assert call("train", folder / "train.csv", *out, *more).code == 0
    return folder
