"""What a task of a search costs on joblib's own workers, on Dask and on Ray.

    python benchmarks/cluster.py [--engines loky dask ray] [--tasks 60] [--check]

Two workers of one thread each on this machine. "beyond its fit" is the time of workers
that is no fit: grid searches over fits of no work on 2,000 tweets, the time of both
workers divided by the number of tasks, of what a longer search takes more than one of
two tasks; "to start" is what that one takes, after another one. "bytes" is what is sent
for a task, X and y included where an engine does not keep them at the workers: with
10,000 word vectors of 50 numbers as a path, and as a dict. "speed-up" is the time of a
search over fits that take .02, .2 and 2 seconds with one worker, divided by that with
two: fits that sleep, so that they do not depend on how busy the machine is. With one
worker, joblib needs no engine: that is this process.
With --check the exit code is 1 where a bound is missed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import joblib
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV

ENGINES = ("loky", "dask", "ray")
SECONDS = (0.02, 0.2, 2.0)
BOUNDS = {"bytes": 1_000_000, "speed-up": 1.7}  # of a path; of the longest fits


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--tasks", type=int, default=60)
    parser.add_argument("--check", action="store_true", help="fail above the bounds")
    parser.add_argument("--process", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.process:
        print("\n" + json.dumps(measured(options.process, options.tasks)))
        return 0
    missed = []
    times = " | ".join(f"speed-up, {seconds} s" for seconds in SECONDS)
    print(f"| engine | s to start | ms beyond | bytes, path | bytes, dict | {times} |")
    print(f"|---|---|---|---|---|{'---|' * len(SECONDS)}")
    for engine in options.engines:
        command = [sys.executable, __file__, "--process", engine]
        command += ["--tasks", str(options.tasks)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        path, whole = found["bytes"]
        ups = " | ".join(f"{up:.2f}" for up in found["speed-up"])
        print(
            f"| {engine} | {found['start']:.2f} | {found['ms']:.1f} | {path:,.0f} "
            f"| {whole:,.0f} | {ups} |"
        )
        sys.stdout.flush()
        missed += [f"{engine}: {path:,.0f} bytes"] if path > BOUNDS["bytes"] else []
        slow = found["speed-up"][-1] < BOUNDS["speed-up"]
        missed += [f"{engine}: speed-up {found['speed-up'][-1]:.2f}"] if slow else []
    print(f"\nmissed: {missed or 'none'}")
    return int(bool(missed) and options.check)


class Sleeps(ClassifierMixin, BaseEstimator):
    """Takes its time to fit, and learns the most frequent class."""

    def __init__(self, seconds=0.0, n=0, vectors=None):
        self.seconds, self.n, self.vectors = seconds, n, vectors

    def fit(self, X, y):
        time.sleep(self.seconds)
        self.classes_, counts = np.unique(y, return_counts=True)
        self.most_frequent_ = self.classes_[counts.argmax()]
        return self

    def predict(self, X):
        return np.full(len(X), self.most_frequent_)


def measured(engine, n_tasks):
    from skclf.datasets import make_tweets

    tweets = make_tweets(2000, random_state=0)
    X, y = tweets.data["text"].to_numpy(dtype=object), tweets.target

    def seconds(n, **params):
        grid = {"n": list(range(n // 2))}
        search = GridSearchCV(Sleeps(**params), grid, cv=2, refit=False, n_jobs=workers)
        with on_engine(engine if workers == 2 else "loky", X, y):
            started = time.perf_counter()
            search.fit(X, y)
            return time.perf_counter() - started

    found, ups = {}, []
    for workers in (2, 1):
        with started(engine if workers == 2 else None, workers):
            seconds(4)
            if workers == 2:
                found["start"] = seconds(2)
                more = seconds(n_tasks) - found["start"]
                found["ms"] = 2000 * more / (n_tasks - 2)
                found["bytes"] = bytes_of_a_task(engine, seconds)
            ups.append([seconds(8, seconds=each) for each in SECONDS])
    found["speed-up"] = [one / two for two, one in zip(*ups, strict=True)]
    return found


class started(ExitStack):  # noqa: N801, used as a function
    """Some workers of an engine."""

    def __init__(self, engine, workers):
        super().__init__()
        if engine == "dask":
            from distributed import Client, LocalCluster

            options = {"threads_per_worker": 1, "dashboard_address": None}
            cluster = LocalCluster(n_workers=workers, **options)
            self.enter_context(Client(self.enter_context(cluster)))
        elif engine == "ray":
            import ray
            from ray.util.joblib import register_ray

            ray.init(num_cpus=workers, include_dashboard=False)
            self.callback(ray.shutdown)
            register_ray()


def on_engine(engine, X, y):
    arrays = {"scatter": [X, y]} if engine == "dask" else {}
    return joblib.parallel_config(engine, **arrays)


def bytes_of_a_task(engine, seconds):
    """With vectors as a path, and as a dict."""
    rng = np.random.RandomState(0)
    vectors = {
        f"word{n}": row for n, row in enumerate(rng.rand(10_000, 50).astype("f4"))
    }
    sizes = []
    with tempfile.TemporaryDirectory() as folder:
        for value in (str(Path(folder, "vectors.txt")), vectors):
            with ExitStack() as held:
                sent = COUNTERS[engine](held)
                seconds(4, vectors=value)
            sizes.append(sum(sent) / 4)
    return sizes


def count_on_loky(held):
    from joblib.externals.loky.backend import queues

    sent, dumps = [], queues.dumps

    def counted(*args, **params):
        content = dumps(*args, **params)
        sent.append(len(content))
        return content

    held.enter_context(patch.object(queues, "dumps", counted))
    return sent


def count_on_dask(held):
    from distributed import Client
    from distributed.protocol.pickle import dumps

    sent, submit = [], Client.submit

    def counted(client, *args, **params):
        sent.append(len(dumps((args, params))))
        return submit(client, *args, **params)

    held.enter_context(patch.object(Client, "submit", counted))
    return sent


def count_on_ray(held):
    from ray._private.serialization import SerializationContext

    sent, serialize = [], SerializationContext.serialize

    def counted(context, value):
        found = serialize(context, value)
        sent.append(found.total_bytes)
        return found

    held.enter_context(patch.object(SerializationContext, "serialize", counted))
    return sent


COUNTERS = {"loky": count_on_loky, "dask": count_on_dask, "ray": count_on_ray}

if __name__ == "__main__":
    sys.exit(main())
