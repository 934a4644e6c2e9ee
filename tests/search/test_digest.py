"""Digests are equal for what is equal, in every process, and for nothing else."""

import os
import subprocess
import sys
from functools import partial

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from helpers import tiny
from sklearn.base import BaseEstimator, clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, get_scorer, make_scorer
from sklearn.pipeline import make_pipeline

from skclf.search._digest import digest

NEW_PROCESS = """
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from skclf.search._digest import digest
def own(x): return x in {"a", "b", "c"}
print(digest(
    LogisticRegression(class_weight={"b": 1, "a": 2}), own, lambda x: x + 1,
    {"x", "y", "z"}, pd.DataFrame({"text": ["a", None], "n": [1, 2]}),
    np.array(["a", None, 1.5], dtype=object),
))
"""


def test_hash_seeds_of_processes_do_not_matter():
    found = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", NEW_PROCESS],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=100,
        )
        found.add(done.stdout)
    assert len(found) == 1


MODULE = """
LEVEL = 1
def help(x): return x + 1
def score(estimator, X, y): return [help(v) * LEVEL for v in X]
class Own:
    share = 0.5
    @property
    def a(self): return 1
    @staticmethod
    def b(): return 2
    def fit(self): return super().fit(help(LEVEL))
"""


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("LEVEL = 1", "LEVEL = 2", ["score", "Own"]),
        ("x + 1", "x + 2", ["score", "Own"]),
        ("help(v)", "help(v, 2)", ["score"]),
        ("0.5", "0.6", ["Own"]),
        ("return 1", "return 3", ["Own"]),
        ("return 2", "return 3", ["Own"]),
        ("super()", "super(Own, self)", ["Own"]),
        ("import", "import", []),
    ],
)
def test_code_of_the_users_counts(before, after, names):
    old, new = {"__name__": "users"}, {"__name__": "users"}
    exec(MODULE, old)
    exec("# a comment\n" + MODULE.replace(before, after), new)
    found = [
        name for name in ("score", "Own") if digest(old[name]) != digest(new[name])
    ]
    assert found == names


def test_what_stays_fitted_counts():
    frozen = [
        FrozenEstimator(TfidfVectorizer().fit(texts))
        for texts in (["fire"], ["flood"], ["fire"])
    ]
    first, second, third = (digest(make_pipeline(step)) for step in frozen)
    assert first == third != second


def test_functions_that_refer_to_each_other():
    def even(n):
        return n == 0 or odd(n - 1)

    def odd(n):
        return n != 0 and even(n - 1)

    assert digest(even) != digest(odd)


def adder(n):
    def add(x):
        return x + n

    return add


def changed(**changes):
    """A class of the user's, and what it is after an edit."""
    return type("Own", (BaseEstimator,), {"fit": lambda self, X: 1, **changes})


LETTERS = "".join(["fi", "re"])  # another object than the literal
USED = sp.csr_matrix(np.eye(3))
USED.has_canonical_format  # noqa: B018  # notes it down

EQUAL = {
    "texts": (["fire", "flood"], [LETTERS, "flood"]),
    "array of texts": (
        np.array(["fire", "fire"], dtype=object),
        np.array([LETTERS, "fire"], dtype=object),
    ),
    "strides": (np.eye(3)[:, :2], np.eye(3)[:, :2].copy(order="F").copy(order="C")),
    "shared parts": ([[1, 2]] * 2, [[1, 2], [1, 2]]),
    "frames": (
        pd.DataFrame({"a": ["x", "y"], "b": [1.0, 2]}),
        pd.DataFrame({"a": ["x", "y", "z"], "b": [1.0, 2, 3]})[:2],
    ),
    "sparse, used": (USED, sp.csr_matrix(np.eye(3))),
    "sets": ({"a", "b", "c", "d"}, {"d", "c", "b", "a"}),
    "order of a dict": ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    "closures": (adder(1), adder(1)),
    "partial": (partial(adder, n=1), partial(adder, n=1)),
    "lambdas": (lambda x: x + 1, lambda x: x + 1),
    "scorers": (get_scorer("f1_macro"), get_scorer("f1_macro")),
    "workers": (LogisticRegression(), LogisticRegression(verbose=2)),
    "cached pipelines": (
        make_pipeline(TfidfVectorizer()),
        make_pipeline(TfidfVectorizer(), memory="cache"),
    ),
    "equal classes": (changed(), changed()),
    "seeds": (np.random.RandomState(1), np.random.RandomState(1)),
}
DIFFERENT = {
    "texts": (["fire", "flood"], ["flood", "fire"]),
    "types": ([1], [1.0]),
    "containers": ([1, 2], (1, 2)),
    "types of arrays": (np.arange(3, dtype="int32"), np.arange(3, dtype="int64")),
    "names of columns": (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})),
    "missing": (pd.Series(["a", None]), pd.Series(["a", "None"])),
    "sparse": (sp.eye(3), sp.eye(4)),
    "closures": (adder(1), adder(2)),
    "partial": (partial(adder, n=1), partial(adder, n=2)),
    "lambdas": (lambda x: x + 1, lambda x: x + 2),
    "defaults": (lambda x=1: x, lambda x=2: x),
    "names in lambdas": (lambda x: x.lower(), lambda x: x.upper()),
    "methods": ("a".lower, "b".lower),
    "functions": (str.lower, str.upper),
    "built in": (len, sum),
    "ufuncs": (np.log, np.exp),
    "scorers": (get_scorer("f1_macro"), get_scorer("f1_micro")),
    "made scorers": (
        make_scorer(f1_score, pos_label=0),
        make_scorer(f1_score, pos_label=1),
    ),
    "edited classes": (changed(), changed(fit=lambda self, X: 2)),
    "nested": (
        make_pipeline(TfidfVectorizer(min_df=1)),
        make_pipeline(TfidfVectorizer(min_df=2)),
    ),
    "seeds": (np.random.RandomState(1), np.random.RandomState(2)),
}


@pytest.mark.parametrize("name", EQUAL)
def test_equal(name):
    one, other = EQUAL[name]
    assert digest(one) == digest(other)


@pytest.mark.parametrize("name", DIFFERENT)
def test_different(name):
    one, other = DIFFERENT[name]
    assert digest(one) != digest(other)


def test_a_net_and_its_clones():
    net = tiny("gru", random_state=0)
    copy = clone(clone(net))
    assert vars(copy)["_clone_of"]  # what differs from search to search
    assert digest(copy) == digest(tiny("gru", random_state=0))
    assert digest(copy) != digest(tiny("gru", random_state=1))


def test_objects_of_keras():
    import keras

    def make(rate=0.01, patience=2):
        return tiny(
            "gru",
            optimizer=keras.optimizers.Adam(rate),
            loss=keras.losses.CategoricalCrossentropy(),
            callbacks=[keras.callbacks.EarlyStopping(patience=patience)],
        )

    assert digest(make()) == digest(clone(make()))
    assert digest(make()) != digest(make(rate=0.1))
    assert digest(make()) != digest(make(patience=3))
    layers = [keras.layers.Dense(2, kernel_initializer="zeros") for _ in range(3)]
    for layer in layers[:2]:
        layer.build((None, 2))
    layers[1].set_weights([np.eye(2), np.ones(2)])
    assert len(set(map(digest, layers))) == 3


def test_versions_of_keras_count_for_nets(monkeypatch):
    net, other = tiny("gru"), LogisticRegression()
    before = digest(net), digest(other)
    monkeypatch.setattr("skclf.search._digest.version", lambda name: "99.0")
    assert digest(net) != before[0]
    assert digest(other) == before[1]


def test_versions_of_packages_count(monkeypatch):
    import scipy

    frozen = scipy.special.expit
    assert digest(frozen) == digest(frozen)
    before = digest(scipy.linalg.norm)
    monkeypatch.setattr("scipy.__version__", "99.0")
    assert digest(scipy.linalg.norm) != before


def test_a_file_that_a_parameter_names(tmp_path):
    path = tmp_path / "vectors.txt"
    estimator = changed(__init__=_init)(str(path))
    absent = digest(estimator)
    path.write_text("fire 1 2")
    first = digest(estimator)
    path.write_text("fire 1 2 3")
    assert len({absent, first, digest(estimator)}) == 3


def _init(self, vectors=None):
    self.vectors = vectors
