"""Pipelines without TensorFlow: any structure, in a new process, in many threads."""

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import joblib
import keras
import numpy as np
import pandas as pd
import pytest
from helpers import assert_same_predictions, tiny_pipeline
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import skclf
from skclf import _threads, to_onnx_pipeline
from skclf.compose._recipes import READY_MADE
from skclf.deploy import OnnxClassifier, _onnx_classifier
from skclf.deploy._contents import names_in
from skclf.models.rows import _prediction
from skclf.models.training import _predictor

TABLE = {"text": "text", "table": ["keyword"]}


@pytest.fixture(scope="module")
def X(tweets):
    return tweets[0][:100]


@pytest.fixture(scope="module")
def y(named_tweets):
    return named_tweets[1][:100]


@pytest.fixture(scope="module")
def frame(X):
    """The tweets and a column beside them."""
    keyword = ["fire" if "fire" in text.lower() else "else" for text in X]
    return pd.DataFrame({"text": X, "keyword": keyword})


@pytest.fixture(scope="module")
def vectors(X, tmp_path_factory):
    """A file of word vectors."""
    clean = skclf.TextCleaner.preset("tweets").transform(X)
    words = sorted(set(" ".join(clean).split()))
    rng = np.random.RandomState(0)
    path = tmp_path_factory.mktemp("vectors") / "vectors.txt"
    path.write_text(
        "".join(f"{w} {' '.join(map(str, rng.normal(size=4)))}\n" for w in words)
    )
    return path


def linear():
    return make_pipeline(TfidfVectorizer(), LogisticRegression())


def ensembles():
    """Every way in which scikit-learn keeps fitted estimators in others."""
    cnn, gru = tiny_pipeline("cnn"), tiny_pipeline("gru")
    members = [("cnn", cnn), ("gru", gru), ("linear", linear())]
    return {
        "voting": VotingClassifier(members, voting="soft"),
        "stacking": StackingClassifier(members, cv=2),
        "calibrated": CalibratedClassifierCV(cnn, cv=2),
        "calibrated once": CalibratedClassifierCV(cnn, cv=2, ensemble=False),
        "one vs rest": OneVsRestClassifier(cnn),
        "search": GridSearchCV(cnn, {"classify__epochs": [1, 2]}, cv=2),
    }


@pytest.fixture(scope="module")
def models(X, y, frame, vectors):
    """Fitted pipelines by name, and what they predict from."""
    plain = {name: tiny_pipeline(name) for name in READY_MADE} | ensembles()
    plain["stemmed"] = tiny_pipeline("cnn", clean__stemmer="porter")
    for name in ("cnn", "bigru", "vote"):
        plain[f"{name} on vectors"] = tiny_pipeline(name, vectors=vectors)
    plain["mlp on vectors"] = skclf.make_text_classifier(
        "mlp", vectors=vectors, classify__hidden_units=32, classify__epochs=1
    )
    both = {
        "cnn on a table": skclf.make_text_classifier(
            "cnn", **TABLE, classify__epochs=1, classify__embedding_dim=4
        ),
        "bigru on vectors and a table": skclf.make_text_classifier(
            "bigru", vectors=vectors, **TABLE, classify__epochs=1
        ),
    }
    fitted = {name: (model.fit(X, y), X) for name, model in plain.items()}
    fitted |= {name: (model.fit(frame, y), frame) for name, model in both.items()}
    threshold = TunedThresholdClassifierCV(tiny_pipeline("cnn"), cv=2)
    fitted["threshold"] = threshold.fit(X, y == "calm"), X
    return fitted


NAMES = [
    *READY_MADE,
    *ensembles(),
    *["stemmed", "cnn on vectors", "bigru on vectors", "vote on vectors"],
    *["mlp on vectors", "cnn on a table", "bigru on vectors and a table", "threshold"],
]


@pytest.fixture(scope="module")
def converted(models):
    return {name: to_onnx_pipeline(model) for name, (model, _) in models.items()}


@pytest.mark.parametrize("name", NAMES)
def test_predicts_the_same(name, models, converted):
    (model, X), small = models[name], converted[name]
    assert_same_predictions(small, model, X, atol=1e-5)
    np.testing.assert_array_equal(small.classes_, model.classes_)
    assert type(small) is type(model)


NEW_PROCESS = """
import sys
from pathlib import Path

class Absent:
    "Lets imports fail as if the packages were not installed."
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
import joblib

folder = Path(sys.argv[1])
inputs = joblib.load(folder / "inputs.pkl")
answers = {{}}
for name, X in inputs.items():
    if isinstance(X, dict):
        from pandas import DataFrame
        X = DataFrame(X)
    model = joblib.load(folder / f"{{name}}.joblib")
    answers[name] = model.predict_proba(X)
    if name != "stemmed":
        assert "nltk" not in sys.modules, name
joblib.dump(answers, folder / "answers.pkl")
"""
ABSENT = ["tensorflow", "keras", "scikeras", "gensim", "onnx"]


@pytest.fixture(scope="module")
def folder(models, converted, tmp_path_factory):
    """Files of the converted pipelines, and of what they predict from."""
    folder = tmp_path_factory.mktemp("serve")
    # As lists: pandas keeps texts with pyarrow, where that is installed.
    inputs = {
        name: X.to_dict("list") if hasattr(X, "columns") else list(X)
        for name, (_, X) in models.items()
    }
    inputs["stemmed"] = inputs.pop("stemmed")  # the last one: it needs NLTK
    joblib.dump(inputs, folder / "inputs.pkl")
    for name, model in converted.items():
        joblib.dump(model, folder / f"{name}.joblib")
    return folder


@pytest.fixture(scope="module", params=["imports fail", "not installed"])
def answers(request, folder):
    """What a process predicts that has no TensorFlow."""
    python = sys.executable
    if request.param == "not installed":
        python = os.environ.get("SKCLF_SERVE_PYTHON")
        if not python:
            pytest.skip("SKCLF_SERVE_PYTHON is not set: make test-serve sets it")
        probe = "import importlib.util, sys; "
        probe += f"sys.exit(any(map(importlib.util.find_spec, {ABSENT})))"
        assert subprocess.run([python, "-c", probe], check=False).returncode == 0
    done = subprocess.run(
        [python, "-c", NEW_PROCESS.format(absent=ABSENT), str(folder)],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return joblib.load(folder / "answers.pkl")


@pytest.mark.parametrize("name", NAMES)
def test_a_process_without_tensorflow_predicts_the_same(name, models, answers):
    model, X = models[name]
    np.testing.assert_allclose(answers[name], model.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize("name", ["cnn", "bigru on vectors"])
def test_eight_threads_at_once(name, models, converted):
    X = models[name][1]
    model = pickle.loads(pickle.dumps(converted[name]))  # no session yet
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda i: model.predict_proba(X[[i]]), range(100)))
    expected = converted[name].predict_proba(X)
    np.testing.assert_allclose(np.vstack(results), expected, atol=1e-6)


@pytest.mark.parametrize("name", ["mlp", "lstm", "cnn on a table", "vote"])
def test_an_empty_document_and_a_strange_one(name, models, converted):
    model, X = models[name]
    odd = X[:2].copy()
    if isinstance(odd, pd.DataFrame):
        odd["text"], odd["keyword"] = ["", "\N{FIRE} żółw"], [None, "new"]
    else:
        odd[:] = [None, "\N{FIRE} żółw"]
    expected = model.predict_proba(odd)
    np.testing.assert_allclose(converted[name].predict_proba(odd), expected, atol=1e-5)


def test_the_pipeline_is_not_changed(models):
    model, _ = models["vote on vectors"]
    before = pickle.dumps(model)
    to_onnx_pipeline(model, quantize=True)
    assert pickle.dumps(model) == before


def test_nets_are_converted_once_and_templates_are_left_out(converted):
    voting = converted["voting"]
    fitted, template = voting.estimators_[0], voting.estimators[0][1]
    assert fitted is voting.named_estimators_["cnn"]
    assert isinstance(fitted["classify"], OnnxClassifier)
    with pytest.raises(NotFittedError, match="or an ensemble's template"):
        template["classify"].predict(["a"])


def test_it_is_shown_by_its_steps(converted):
    cnn = converted["cnn"]
    assert [*cnn.named_steps] == ["clean", "encode", "classify"]
    assert "OnnxClassifier()" in repr(cnn)
    assert "OnnxClassifier" in cnn._repr_html_()


def test_quantized_pipeline(models):
    model, X = models["bilstm"]
    small = to_onnx_pipeline(model, quantize=True)
    assert abs(small.predict_proba(X) - model.predict_proba(X)).max() < 0.01


def test_it_cannot_be_fitted_again(converted, X, y):
    with pytest.raises(TypeError, match="cannot be trained. Fit the pipeline that it"):
        converted["cnn"].fit(X, y)
    with pytest.raises(NotFittedError):
        clone(converted["cnn"]["classify"]).predict([[1]])


def test_wrong_inputs_are_refused_as_by_the_net(models, converted, X):
    other = models["gru"][0][:-1].transform(X)
    with pytest.raises(ValueError, match="of another one. Encode with the same fitted"):
        converted["cnn"]["classify"].predict(skclf.SequenceEncoder().fit_transform(X))
    with pytest.raises(TypeError, match="expects TokenSequences, the output of"):
        converted["cnn"]["classify"].predict(np.asarray(other))


def test_what_is_not_fitted_is_refused():
    with pytest.raises(NotFittedError):
        to_onnx_pipeline(tiny_pipeline("cnn"))
    with pytest.raises(TypeError, match="not an estimator"):
        to_onnx_pipeline("cnn")


def test_what_only_a_fit_needs_is_left_out(X, y, vectors):
    lines = map(str.split, vectors.read_text().splitlines())
    words = {word: np.array(numbers, float) for word, *numbers in lines}
    cnn = tiny_pipeline("cnn", vectors=words)
    vote = VotingClassifier([("cnn", cnn)], voting="soft").fit(X, y)
    small = to_onnx_pipeline(vote)
    assert small.estimators[0][1]["embed"].vectors is None
    np.testing.assert_allclose(small.predict_proba(X), vote.predict_proba(X), atol=1e-5)
    rates = [0.01, keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.5)]
    grid = {"classify__learning_rate": rates}
    grid |= {"classify__optimizer": ["adam", keras.optimizers.SGD]}
    search = GridSearchCV(tiny_pipeline("cnn"), grid, cv=2).fit(X, y)
    names, _ = names_in(to_onnx_pipeline(search))
    assert not any(name.startswith(("keras", "tensorflow")) for name in names)


def test_converting_again(converted, X):
    again = to_onnx_pipeline(converted["bilstm"])
    small = to_onnx_pipeline(again, quantize=True)
    expected = converted["bilstm"].predict_proba(X)
    np.testing.assert_array_equal(again.predict_proba(X), expected)
    assert b"DynamicQuantizeLinear" in small["classify"].onnx_
    assert b"DynamicQuantizeLinear" not in again["classify"].onnx_
    assert abs(small.predict_proba(X) - expected).max() < 0.01


def test_wrong_arguments(models, X, y):
    with pytest.raises(ValueError, match="True or False as quantize, got 'no'"):
        to_onnx_pipeline(models["cnn"][0], quantize="no")
    local = make_pipeline(FunctionTransformer(lambda X: X), *linear()).fit(X, y)
    with pytest.raises(TypeError, match="that can be pickled, got Pipeline: .*lambda"):
        to_onnx_pipeline(local)


@pytest.mark.parametrize(("limit", "expected"), [("1", 1), ("", 3), ("99", 3)])
def test_number_of_threads(limit, expected, monkeypatch):
    monkeypatch.setattr(_threads, "cpu_count", lambda: 3)
    monkeypatch.setenv("OMP_NUM_THREADS", limit)
    assert _threads.count_threads() == expected


def test_many_documents_are_spread_over_threads(models, converted, monkeypatch):
    monkeypatch.setattr(_onnx_classifier, "BATCH_SIZE", 8)
    monkeypatch.setattr(_predictor, "PREDICT_ROWS", 8)
    model, X = models["bigru on vectors"]
    expected = np.vstack([model.predict_proba(X[[i]]) for i in range(len(X))])
    monkeypatch.setattr(_prediction, "count_threads", lambda: 3)
    for either in (model, converted["bigru on vectors"]):
        np.testing.assert_allclose(either.predict_proba(X), expected, atol=1e-5)


@pytest.mark.parametrize("package", ["onnx", "onnxruntime"])
def test_missing_package(package, models, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    message = rf"needs the package '{package}'.* pip install 'skclf\[onnx\]'"
    with pytest.raises(ImportError, match=message):
        to_onnx_pipeline(models["cnn"][0])
