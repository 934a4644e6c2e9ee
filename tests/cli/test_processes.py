"""What only a process of its own shows: imports, pipes, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

SLOW = ("numpy", "pandas", "scipy", "sklearn", "tensorflow", "keras", "onnxruntime")


def python(*arguments, folder, given=None, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
        env={**os.environ, "COLUMNS": "80", **environment},
    )


LOADED = f"""
import json, sys
from skclf.cli import main
code = main(sys.argv[1:])
slow = [name for name in {SLOW} if name in sys.modules]
print(json.dumps([code, slow]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "line",
    [
        "explore train.cvs",
        "train train.cvs --out a.skclf",
        "train train.csv --out no/a.skclf",
        "train train.csv --model tfidf --out a.skclf",
        "evaluate nb.skclf train.cvs",
        "predict nb.skcl train.csv",
        "report nb.skclf train.csv --out r.pdf",
        "compare train.csv --cv 1",
        "compare train.csv --config no.toml",
        "--help",
        "train --help",
    ],
)
def test_nothing_slow_is_imported_before_arguments_are_checked(files, line):
    done = python("-c", LOADED, *line.split(), folder=files)
    code, slow = json.loads(done.stderr.splitlines()[-1])
    assert code == (0 if "--help" in line else 2), done.stderr
    assert slow == []


def test_as_a_module(files):
    done = python("-m", "skclf", "--help", folder=files)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: skclf")
    assert done.stderr == ""


def test_an_error_has_no_traceback(files):
    done = python("-m", "skclf", "explore", "train.csv", "--text", "x", folder=files)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: 'train.csv': it has no column 'x' (--text).")
    assert len(done.stderr.splitlines()) <= 3


def test_a_traceback_on_demand(files):
    command = ("-m", "skclf", "explore", "train.cvs")
    done = python(*command, folder=files, SKCLF_DEBUG="1")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_rows_come_and_go_through_pipes(files):
    given = "text,id\nForest fire,007\nmy heart 💔,008\n"
    command = ("-m", "skclf", "predict", "nb.skclf", "-", "--quiet")
    done = python(*command, folder=files, given=given, PYTHONUTF8="1")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "text,id,prediction"
    assert lines[2].startswith("my heart 💔,008,")
    assert done.stderr == ""


def test_kinds_of_what_comes_through_a_pipe(files):
    given = '{"text": "Forest fire"}\n'
    options = ("--from", "jsonl", "--to", "csv", "--proba")
    command = ("-m", "skclf", "predict", "nb.skclf", "-", *options)
    done = python(*command, folder=files, given=given)
    assert done.stdout.splitlines()[0] == "text,prediction,probability_0,probability_1"


def test_no_colours_where_there_is_no_terminal(files):
    for line in ("explain nb.skclf fire", "--help", "compare train.csv -m nb --cv 2"):
        done = python("-m", "skclf", *line.split(), folder=files)
        assert done.returncode == 0
        assert "\x1b" not in done.stdout + done.stderr
        assert "\r" not in done.stdout + done.stderr


def test_a_reader_that_goes_away(files):
    """As ``skclf ... | head -1``."""
    frame = pd.concat([pd.read_csv(files / "test.csv")] * 100)
    frame.to_csv(files / "long.csv", index=False)
    command = [sys.executable, "-m", "skclf", "predict", "nb.skclf", "long.csv", "-q"]
    with subprocess.Popen(
        command, cwd=files, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout.readline().startswith(b"id,keyword")
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=300)
    assert said == b""


@pytest.mark.slow
def test_a_trained_net_is_loaded_without_tensorflow(files):
    options = ("--model", "cnn", "--out", "cnn.skclf", "--quiet")
    assert python("-m", "skclf", "train", "train.csv", *options, folder=files)
    command = ["predict", "cnn.skclf", "test.csv", "--out", "cnn.csv"]
    done = python("-c", LOADED, *command, folder=files)
    code, slow = json.loads(done.stderr.splitlines()[-1])
    assert code == 0
    assert not {"tensorflow", "keras"} & set(slow)
    assert len(pd.read_csv(Path(files, "cnn.csv"))) == 80
