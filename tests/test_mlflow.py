"""MLflow keeps runs, and serves their models in a process without TensorFlow.

It has many packages of its own: ``make test-tracking`` installs them elsewhere.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import skclf.deploy

EXAMPLE = Path(__file__).parents[1] / "examples" / "mlflow_tracking.py"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("mlflow") is None, reason="needs MLflow: make test-tracking"
    ),
    pytest.mark.skipif(
        "TRUSTED_TYPES" not in skclf.deploy.__all__,
        reason="needs the types that files without code may name",
    ),
]

SERVE = """
import json, sys
import mlflow, pandas
uri, model = sys.argv[1:]
mlflow.set_tracking_uri(uri)
served = mlflow.pyfunc.load_model(model)
texts = ["the whole street is on fire", "a sunny day at the beach"]
kinds = [texts, pandas.DataFrame({"text": texts}), pandas.Series(texts)]
(run,) = mlflow.MlflowClient().search_runs(["1"])
client = mlflow.MlflowClient()
folder = mlflow.artifacts.download_artifacts(model)
print(json.dumps({
    "labels": [served.predict(kind).tolist() for kind in kinds],
    "loaded": sorted({"tensorflow", "keras"} & set(sys.modules)),
    "requirements": open(folder + "/requirements.txt").read(),
    "format": mlflow.models.Model.load(folder).flavors["sklearn"],
    "params": run.data.params,
    "metrics": run.data.metrics,
    "epochs": len(client.get_metric_history(run.info.run_id, "val_loss")),
    "files": [file.path for file in client.list_artifacts(run.info.run_id)],
}))
"""


def in_a_new_process(*command, cwd):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("model", ["cnn", "nb"])
def test_a_run_is_kept_and_its_model_served(model, tmp_path):
    uri = f"sqlite:///{tmp_path}/runs.db"
    options = ("--uri", uri, "--model", model, "--rows", "300")
    out = in_a_new_process(str(EXAMPLE), *options, cwd=tmp_path)
    name = out.partition("the model is ")[2].split()[0]
    found = json.loads(in_a_new_process("-c", SERVE, uri, name, cwd=tmp_path))
    first, *others = found["labels"]
    assert others == [first] * 2
    assert found["loaded"] == []
    assert not any(p in found["requirements"] for p in ("tensorflow", "keras"))
    assert "skclf[runtime]" in found["requirements"]
    assert found["format"]["serialization_format"] == "skops"
    assert {"report.html", "model.skclf"} <= set(found["files"])
    assert {"test_accuracy", "test_f1"} <= set(found["metrics"])
    assert found["params"]["clean__hashtags"] == "split"
    assert (found["epochs"] > 1) == (model == "cnn")
