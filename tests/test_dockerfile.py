"""The steps of examples/Dockerfile, taken in an environment of their own.

There is no Docker where tests run: what the file copies is copied into a folder, what
it runs is run there by a new environment's Python, and its command serves.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import time
import urllib.request
import venv
from pathlib import Path

import pytest

import skclf
from skclf import make_text_classifier

ROOT = Path(__file__).parents[1]
PORT = "18473"

pytestmark = pytest.mark.slow


def steps():
    """Pairs of instruction and arguments."""
    text = (ROOT / "examples" / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [line.partition(" ")[::2] for line in lines]


def test_the_image_is_small_and_runs_as_a_user():
    names = [name for name, _ in steps()]
    assert names.count("FROM") == 1
    assert ("USER", "classify") in steps()
    assert names.index("USER") < names.index("CMD")


def test_the_steps_make_a_service(tmp_path):
    model = make_text_classifier("nb")
    model.fit(["the house is on fire", "a day on the beach"] * 5, ["bad", "good"] * 5)
    skclf.save(model, tmp_path / "model.skclf")
    folder, environment = tmp_path / "service", tmp_path / "environment"
    folder.mkdir()
    venv.create(environment, with_pip=True)
    python = str(environment / "bin" / "python")
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    inherited |= {"PATH": f"{environment / 'bin'}:{os.environ['PATH']}"}
    for name, arguments in steps():
        if name == "COPY":
            copy(arguments, tmp_path, folder)
        if name == "RUN" and not arguments.startswith("useradd"):
            done = subprocess.run(
                arguments,
                shell=True,
                cwd=folder,
                env=inherited,
                capture_output=True,
                text=True,
                check=False,
            )
            if re.search("No matching distribution|Connection|resolve", done.stderr):
                pytest.skip("needs a network, to install into a bare environment")
            assert done.returncode == 0, done.stderr[-3000:]
    command = json.loads(dict(steps())["CMD"])
    health = shlex.split(dict(steps())["HEALTHCHECK"].removeprefix("CMD "))
    health[-1] = health[-1].replace("8000", PORT)
    assert command[0] == health[0] == "python"
    server = subprocess.Popen(
        [python, "-W", "ignore:Everybody", *command[1:], "--port", PORT],
        cwd=folder,
        env=inherited | {"SKCLF_TOKEN": "secret-secret"},
    )
    try:
        for _ in range(120):
            is_healthy = subprocess.run(
                [python, *health[1:]], capture_output=True, check=False
            )
            if is_healthy.returncode == 0 or server.poll() is not None:
                break
            time.sleep(0.5)
        assert is_healthy.returncode == 0, is_healthy.stderr
        request = urllib.request.Request(
            f"http://localhost:{PORT}/predict",
            b'{"texts": ["fire"]}',
            {
                "Content-Type": "application/json",
                "Authorization": "Bearer secret-secret",
            },
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert json.load(answer)["predictions"][0]["label"] == "bad"
        page = urllib.request.urlopen(f"http://localhost:{PORT}/", timeout=60)
        with page:
            assert b"Labels for texts" in page.read()
    finally:
        server.terminate()
        assert server.wait(60) == 0
    packages = environment.glob("lib/python*/site-packages/*")
    names = {path.name for path in packages}
    assert "skclf" in names
    assert not {"tensorflow", "keras", "onnx"} & names


def copy(arguments, model_folder, folder):
    """What COPY does, from the checkout or the folder of the model."""
    *sources, target = arguments.split()
    root = ROOT
    if sources[0] == "--from=model":
        root, sources = model_folder, sources[1:]
    for source in sources:
        if (root / source).is_dir():
            shutil.copytree(
                root / source,
                folder / target,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        else:
            shutil.copy(root / source, folder / target)
