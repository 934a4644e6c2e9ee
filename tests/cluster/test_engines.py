"""Searches and scoring on Dask and Ray: two workers of one thread each."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skclf.search import results

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"


@pytest.fixture(params=["dask", "ray"])
def engine(request):
    """The name of an engine that is installed."""
    why = "needs an engine: make test-cluster has an environment with both"
    if request.param == "dask":
        for name in ("distributed", "dask.dataframe"):
            pytest.importorskip(name, reason=why, exc_type=ImportError)
    elif find_spec("ray") is None:  # imported, it would leave traces in this process
        pytest.skip(why)
    return request.param


def run(*command):
    """What a program of its own prints; engines leave threads and processes behind."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        [sys.executable, *map(str, command)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
    )


def test_search_and_scoring(engine, tmp_path):
    """A second run makes no fit, and comes to the same."""
    pytest.importorskip("tensorflow")
    command = EXAMPLES / f"on_{engine}.py", "--folder", tmp_path, "--rows", 50
    first = run(*command)
    assert first.returncode == 0, first.stderr
    assert "reloaded 0 of 12 fits" in first.stdout
    fits = results(tmp_path / "search.sqlite")
    assert len(fits) == 12
    assert fits["n_train"].unique().tolist() == [400]
    scored = pd.concat(map(pd.read_parquet, (tmp_path / "scored").glob("*.parquet")))
    assert len(scored) == 4 * 50
    assert "differ by 0e+00 at most" in first.stdout

    import skclf

    here = skclf.load(tmp_path / "model.skclf").predict_proba(scored["text"])[:, 1]
    np.testing.assert_allclose(scored["disaster"], here, atol=1e-5)


def test_a_killed_worker_does_not_lose_the_search(engine, tmp_path):
    sys.path.insert(0, str(HERE))
    try:
        from killed_worker import search_on
    finally:
        sys.path.remove(str(HERE))

    program = HERE / "killed_worker.py", engine, tmp_path
    done = run(*program)
    assert (tmp_path / "killed").exists(), done.stderr
    if done.returncode:  # joblib gives up, at least on Ray
        n_kept = len(results(tmp_path / "fits"))
        assert n_kept >= 1
        done = run(*program)
        assert json.loads(done.stdout.splitlines()[-1])["reloaded"] == n_kept
    assert done.returncode == 0, done.stderr
    scores = json.loads(done.stdout.splitlines()[-1])["scores"]
    expected = search_on(None, tmp_path).cv_results_["mean_test_score"]
    np.testing.assert_allclose(scores, expected)
