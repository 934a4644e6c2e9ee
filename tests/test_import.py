"""Importing skclf is cheap, quiet and changes nothing around it.

What an import does shows in a fresh process only. TensorFlow takes seconds there, so
each process answers several questions.
"""

import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import skclf

HEAVY = {
    "gensim", "keras", "matplotlib", "nltk", "onnx", "onnxruntime", "pandas",
    "scikeras", "scipy", "sklearn", "tensorflow",
}  # fmt: skip


def run_python(code, **environment):
    """Run code in a fresh process; return what it left in ``answer``, and stderr."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KERAS_", "TF_CPP_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json; print(json.dumps(answer))"],
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


LIGHT = """
import sys

def loaded():
    return sorted({name.partition(".")[0] for name in sys.modules})

import skclf
answer = {"import skclf": loaded()}

texts = ["a fire", "a cat"] * 10
skclf.make_text_classifier("tfidf-logreg").fit(texts, [1, 0] * 10).predict(texts)
answer["tfidf-logreg"] = loaded()
"""


def test_import_loads_nothing_heavy_and_a_linear_pipeline_no_tensorflow():
    answer, stderr = run_python(LIGHT)
    assert HEAVY.isdisjoint(answer["import skclf"])
    nets = {"tensorflow", "keras", "scikeras", "gensim", "nltk", "matplotlib"}
    assert nets.isdisjoint(answer["tfidf-logreg"])
    assert stderr == ""


NAMES_WITHOUT_TENSORFLOW = """
import sys
import skclf
import skclf.deploy

nets = {"KerasTextClassifier", "RNNClassifier", "CNNClassifier", "DenseClassifier"}
heavy = {"tensorflow", "keras", "scikeras", "gensim", "nltk", "onnx", "onnxruntime"}
answer = {}
for package in (skclf, skclf.deploy):
    for name in set(package.__all__) - nets:
        getattr(package, name)
        answer[name] = sorted(heavy & {name.partition(".")[0] for name in sys.modules})
"""


def test_names_that_are_no_nets_load_no_tensorflow():
    answer, _ = run_python(NAMES_WITHOUT_TENSORFLOW)
    assert {"save", "to_onnx_pipeline", "OnnxClassifier"} < answer.keys()
    assert not any(answer.values()), answer


@pytest.mark.parametrize("name", skclf.__all__)
def test_public_names(name):
    assert getattr(skclf, name) is not None
    assert name in dir(skclf)


@pytest.mark.parametrize("package", skclf._SUBPACKAGES)
def test_public_names_of_a_subpackage(package):
    module = import_module(f"skclf.{package}")
    assert getattr(skclf, package) is module
    assert all(hasattr(module, name) for name in module.__all__)


@pytest.mark.parametrize(
    "package",
    ["skclf", "skclf.compose", "skclf.deploy", "skclf.models", "skclf.evaluate"],
)
def test_type_checkers_see_the_same_names(package):
    module = import_module(package)
    stub = Path(module.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    seen = re.findall(r" as (\w+),?$|^(__version__): str$", stub, re.MULTILINE)
    assert {name or other for name, other in seen} == set(module.__all__)


def test_names_are_the_same_from_both_places():
    for name, home in skclf._HOME.items():
        assert getattr(skclf, name) is getattr(import_module(home), name)


def test_unknown_name():
    with pytest.raises(AttributeError, match="'skclf' has no attribute 'CNN'"):
        skclf.CNN  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'CNN'"):
        from skclf import CNN  # noqa: F401


PICKLING = """
def pickling():
    "Which functions Keras' classes are pickled and copied with."
    import keras
    classes = [keras.Model, keras.losses.Loss, keras.metrics.Metric,
               keras.optimizers.Optimizer]
    names = ["__reduce__", "__reduce_ex__", "__deepcopy__", "__getstate__"]
    methods = [vars(cls).get(name) for cls in classes for name in names]
    return [method and f"{method.__module__}.{method.__qualname__}"
            for method in methods]
"""

# A small fit, since TensorFlow has more to say when it meets the first numbers.
NETS_FIRST = f"""
import os
before = dict(os.environ)
from skclf.models import CNNClassifier, DenseClassifier
import numpy as np
net = DenseClassifier().partial_fit(np.eye(8), [0, 1] * 4, classes=[0, 1])
net.predict(np.eye(8))
after = dict(os.environ)
{PICKLING}
answer = {{"level": after.get("TF_CPP_MIN_LOG_LEVEL"), "pickling": pickling()}}
answer["changed"] = [name for name in before if after.get(name) != before[name]]
"""

TENSORFLOW_FIRST = f"""
import os
import keras
import tensorflow
{PICKLING}
before = pickling()

from skclf._tensorflow import load_keras
backend, keras.config.backend = keras.config.backend, lambda: "torch"
try:
    load_keras()
    refused = ""
except ImportError as error:
    refused = str(error)
keras.config.backend = backend

from skclf.models import CNNClassifier
level = os.environ.get("TF_CPP_MIN_LOG_LEVEL")
answer = {{"level": level, "before": before, "after": pickling(), "refused": refused}}
"""


def test_nets_are_imported_and_fitted_quietly():
    answer, stderr = run_python(NETS_FIRST)
    assert stderr == ""
    assert answer["level"] is None
    assert answer["changed"] == []
    assert not any("scikeras" in method for method in answer["pickling"] if method)


@pytest.mark.slow
@pytest.mark.parametrize("level", ["2", "3"])
def test_a_level_that_asks_for_less_is_as_quiet(level):
    answer, stderr = run_python(NETS_FIRST, TF_CPP_MIN_LOG_LEVEL=level)
    assert stderr == ""
    assert answer["level"] == level


DYING = """
import os
os.write(2, b"E0000 00:00:1 why.cc:1] the reason\\nW0000 00:00:1 no end of")
os.abort()
"""


def test_a_tensorflow_that_dies_in_its_import_says_why(tmp_path):
    """Messages are not held back by the process that dies with them."""
    (tmp_path / "tensorflow.py").write_text(DYING)
    done = subprocess.run(
        [sys.executable, "-c", "import skclf.models; skclf.models.CNNClassifier"],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{os.getcwd()}"},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode < 0
    assert done.stderr.startswith(b"E0000 00:00:1 why.cc:1] the reason\n")
    assert done.stderr.endswith(b"W0000 00:00:1 no end of")


@pytest.mark.slow
def test_nets_work_after_tensorflow_and_leave_keras_as_it_was():
    answer, _ = run_python(TENSORFLOW_FIRST, TF_CPP_MIN_LOG_LEVEL="2")
    assert answer["level"] == "2"
    assert answer["after"] == answer["before"]
    assert "got the backend 'torch'. Set KERAS_BACKEND=tensorflow" in answer["refused"]


OTHER_BACKEND = """
import sys
try:
    from skclf.models import CNNClassifier
except ImportError as error:
    answer = [str(error), "tensorflow" in sys.modules]
"""


def test_another_backend_is_refused_before_anything_is_loaded():
    (message, loaded), _ = run_python(OTHER_BACKEND, KERAS_BACKEND="jax")
    assert "need Keras on TensorFlow, got the backend 'jax'" in message
    assert "Set KERAS_BACKEND=tensorflow" in message
    assert not loaded


THREADS = """
import keras
import tensorflow
threading = tensorflow.config.threading
if {own}:
    threading.set_inter_op_parallelism_threads({own})
if {started}:
    tensorflow.constant(0)
from skclf.models import DenseClassifier
answer = [threading.get_intra_op_parallelism_threads(),
          threading.get_inter_op_parallelism_threads()]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("own", "started", "expected"), [(3, 0, [1, 3]), (0, 1, [0, 0])]
)
def test_a_limit_of_threads_holds_where_keras_was_imported_first(
    own, started, expected
):
    code = THREADS.format(own=own, started=started)
    answer, _ = run_python(code, OMP_NUM_THREADS="1")
    assert answer == expected
