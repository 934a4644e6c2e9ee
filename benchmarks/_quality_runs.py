"""Fits of models on five systems, whose probabilities are kept in files."""

import os
import time
import warnings

import numpy as np
from joblib import Parallel, delayed, parallel_config

N_LATENCY = 30
KERAS = "plain Keras, the notebook's net"


class Runs:
    """Probabilities of the models of one system, fitted when first asked for.

    Parameters
    ----------
    system : str
        A name in ``_quality_models.SYSTEMS``.
    folder : Path
        For one file of each model, seed and part; what is there is not fitted again.
    """

    def __init__(self, system, folder):
        self.system, self.folder = system, folder

    def compute(self, jobs):
        """Fit what is missing, as many models at a time as there are cores.

        Parameters
        ----------
        jobs : iterable of (str, int or "test", int)
            Names of models, the fold or the whole training part, and seeds.
        """
        jobs = [
            (name, seed if is_seeded(name) else 0, part) for name, part, seed in jobs
        ]
        jobs = [job for job in dict.fromkeys(jobs) if not self.file(*job).exists()]
        print(f"\nfits that are missing: {len(jobs)}", flush=True)
        with parallel_config("loky", n_jobs=os.cpu_count(), inner_max_num_threads=1):
            Parallel(batch_size=1)(
                delayed(fit_one)(self.system, *job, self.file(*job)) for job in jobs
            )

    def file(self, name, seed, part):
        plain = "".join(c if c.isalnum() else "_" for c in name)
        return self.folder / f"{self.system}-{plain}-{seed}-{part}.npz"

    def __call__(self, name, seed, part):
        """What is stored: ``proba``, ``seconds`` to fit, ``ms`` for one document."""
        return np.load(self.file(name, seed if is_seeded(name) else 0, part))

    def train_in_keras(self):
        """The notebook's net, once."""
        file = self.file(KERAS, 0, "test")
        if not file.exists():
            proba, seconds, ms = keras_run(self.system)
            np.savez(file, proba=proba, seconds=seconds, ms=ms)


def is_seeded(name):
    from _quality_models import SEEDED

    return name in SEEDED


def fit_one(system, name, seed, part, file):
    """Fit a model on a fold or on all training rows; write its probabilities."""
    from _quality_models import ON_FRAMES, load, seeded

    X, X_test, y, _, folds = load(system)
    if name not in ON_FRAMES:
        X, X_test = X["text"], X_test["text"]
    if part != "test":
        rows, others = folds[part]
        X, y, X_test = X.iloc[rows], y[rows], X.iloc[others]
    model = seeded(name, system, seed, file.parent)
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    seconds = time.perf_counter() - started
    proba = model.predict_proba(X_test)
    ms = latency(model.predict_proba, X_test) if part == "test" else np.nan
    temporary = file.with_suffix(".part.npz")
    np.savez(temporary, proba=proba, seconds=seconds, ms=ms)
    temporary.rename(file)


def latency(predict, documents):
    """Median milliseconds of one document."""
    seconds = []
    for i in range(N_LATENCY):
        started = time.perf_counter()
        predict(documents[i : i + 1])
        seconds.append(time.perf_counter() - started)
    return 1000 * np.median(seconds)


def keras_run(name):
    """The notebook's net, trained as there: the scored rows choose the epoch."""
    import keras
    from _quality_models import TWITTER
    from _systems import SYSTEMS, glove

    options = {
        "s1": {"vectors": glove()},
        "s2": {"vectors": TWITTER},
        "s4": {"aside": "test"},
    }
    system = SYSTEMS[name](**options.get(name, {}))
    keras.utils.set_random_seed(0)
    model = system.build()
    (X, y), (X_test, y_test) = system.data, system.validation
    padded, started = system.padded(X_test), time.perf_counter()
    stop = keras.callbacks.EarlyStopping(
        "val_accuracy", patience=5, mode="max", restore_best_weights=True
    )
    model.fit(
        system.padded(X),
        y,
        validation_data=(padded, y_test),
        batch_size=system.batch_size,
        class_weight=system.class_weight,
        epochs=30,
        callbacks=[stop],
        verbose=0,
    )
    seconds = time.perf_counter() - started
    proba = model.predict(padded, verbose=0)
    if proba.shape[1] == 1:
        proba = np.hstack([1 - proba, proba])
    ms = latency(lambda X: model.predict(system.padded(X), verbose=0), X_test)
    return proba, seconds, ms
