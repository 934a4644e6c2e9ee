"""A search on an engine, one of whose workers is killed: FILE ENGINE FOLDER.

Without an engine, it runs in this process, and nothing is killed.
"""

import json
import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from skclf.search import resumable


class DiesOnce(LogisticRegression):
    """Kills its process, but not a second time."""

    def __init__(self, folder="", C=1.0):
        super().__init__(C=C)
        self.folder = folder

    def fit(self, X, y):
        marker = Path(self.folder, "killed")
        if self.folder and self.C == 100 and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().fit(X, y)


def on_dask(held):
    from distributed import Client, LocalCluster

    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    held.enter_context(Client(held.enter_context(cluster)))


def on_ray(held):
    import ray
    from ray.util.joblib import register_ray

    ray.init(num_cpus=2, include_dashboard=False)
    held.callback(ray.shutdown)
    register_ray()


def search_on(engine, folder):
    X = np.random.RandomState(0).rand(60, 4)
    grid = {"C": [0.1, 1, 10, 100]}
    model = DiesOnce(str(folder) if engine else "")
    search = GridSearchCV(model, grid, cv=3, n_jobs=2 if engine else None)
    if not engine:
        return search.fit(X, X[:, 0] > 0.5)
    with ExitStack() as held:
        {"dask": on_dask, "ray": on_ray}[engine](held)
        held.enter_context(joblib.parallel_config(engine))
        return resumable(search, Path(folder, "fits")).fit(X, X[:, 0] > 0.5)


if __name__ == "__main__":
    found = search_on(*sys.argv[1:])
    scores = found.cv_results_["mean_test_score"].tolist()
    sys.stdout.write(json.dumps({"reloaded": found.n_reloaded_, "scores": scores}))
