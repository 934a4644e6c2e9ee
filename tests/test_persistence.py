"""One file is all that a new process needs to predict the same.

Each question about new processes is asked in the same one, since TensorFlow takes
seconds to load.
"""

import copy
import io
import os
import pickle
import random
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from helpers import tiny, tiny_pipeline
from sklearn.base import clone

from skclf import make_text_classifier, stored, to_onnx_pipeline
from skclf.compose._recipes import READY_MADE
from skclf.models.training._loop import Training
from skclf.models.training._workbench import WORKBENCHES

DAYS = pd.date_range("2026-01-01", periods=100)
NETS = ["mlp", "cnn", "lstm", "gru", "bilstm", "bigru"]

USERS_MODULE = '''
"""What a user's project defines."""
import keras
from skclf import KerasTextClassifier

def mean_vector(meta, dim=4):
    ids = keras.Input((None,), dtype="int32")
    vectors = keras.layers.Embedding(meta["vocabulary_size_"], dim)(ids)
    mean = keras.layers.GlobalAveragePooling1D()(vectors)
    output = keras.layers.Dense(meta["n_outputs_"], "softmax")(mean)
    return keras.Model(ids, output)

class MeanVector(KerasTextClassifier):
    def build(self, meta):
        return mean_vector(meta)
'''

NEW_PROCESS = """
import random
import sys
from pathlib import Path

import joblib
import numpy as np

folder = Path(sys.argv[1])
texts = joblib.load(folder / "texts.pkl")
assert not any(name.startswith("skclf") for name in sys.modules)
answers = {}
for file in sorted(folder.glob("*.joblib")):
    model = joblib.load(file)
    answers[file.stem] = model.predict(texts), model.predict_proba(texts)
assert "training_script" not in sys.modules
random.seed(7)
np.random.seed(7)
cnn = joblib.load(folder / "cnn.joblib")
from skclf.models.training._workbench import WORKBENCHES
WORKBENCHES.clear()  # it must be built again
cnn.predict(texts)
cnn["classify"].model_
answers["global state"] = random.random(), np.random.random()
joblib.dump(answers, folder / "answers.pkl")
"""


@pytest.fixture(scope="module")
def X(tweets):
    return tweets[0][:100]


@pytest.fixture(scope="module")
def y(named_tweets):
    return named_tweets[1][:100]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the files and the user's module are."""
    folder = tmp_path_factory.mktemp("persistence")
    (folder / "users_module.py").write_text(USERS_MODULE)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield folder
    sys.modules.pop("users_module", None)


@pytest.fixture(scope="module")
def models(folder, X, y):
    """Fitted pipelines by name, the user's own nets among them."""
    import users_module

    models = {name: tiny_pipeline(name) for name in READY_MADE}
    net = users_module.MeanVector(epochs=2, random_state=0)
    by_function = clone(net).set_params(model=users_module.mean_vector, model__dim=3)
    for name, own in [("class", net), ("function", by_function)]:
        models[f"users {name}"] = tiny_pipeline("cnn").set_params(classify=own)
    return {name: model.fit(X, y) for name, model in models.items()}


@pytest.fixture(scope="module")
def answers(folder, models, X):
    """What one new process predicts from the files."""
    for name, model in models.items():
        joblib.dump(model, folder / f"{name}.joblib")
    joblib.dump([*X, "", "unseen"], folder / "texts.pkl")
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", NEW_PROCESS, str(folder)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return joblib.load(folder / "answers.pkl")


@pytest.mark.parametrize("name", [*READY_MADE, "users class", "users function"])
def test_a_new_process_predicts_the_same(name, models, answers, X):
    texts = [*X, "", "unseen"]
    labels, proba = answers[name]
    np.testing.assert_array_equal(labels, models[name].predict(texts))
    expected = models[name].predict_proba(texts)
    np.testing.assert_allclose(proba, expected, rtol=0, atol=1e-6)
    assert len(np.unique(expected.round(6), axis=0)) > 20  # they differ by text


@pytest.mark.parametrize("name", [*READY_MADE, "to ONNX", "on a table"])
def test_no_pickle_names_a_private_module(name, models, X, y):
    if name == "to ONNX":
        model = to_onnx_pipeline(models["cnn"])
    elif name == "on a table":
        table = pd.DataFrame({"text": X, "kind": ["a", "b"] * 50, "day": DAYS})
        columns = {"text": "text", "table": ["kind", "day"]}
        model = make_text_classifier("tfidf-logreg", **columns).fit(table, y)
    else:
        model = models[name]
    modules = set()

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            modules.add(module)
            return super().find_class(module, name)

    Unpickler(io.BytesIO(pickle.dumps(model))).load()
    ours = {module for module in modules if module.startswith("skclf")}
    assert ours
    assert not {module for module in ours if "._" in module}


def test_names_of_stored_models_are_found():
    for name in stored.__all__:
        target = getattr(stored, name)
        assert (target.__module__, target.__name__) == ("skclf.stored", name)


def test_loading_and_predicting_leave_global_generators_alone(answers):
    random.seed(7)
    assert answers["global state"] == (
        random.random(),
        np.random.RandomState(7).random_sample(),
    )


@pytest.mark.parametrize("name", READY_MADE)
def test_copies_predict_the_same(name, models, X, monkeypatch):
    """Loading does not train."""
    monkeypatch.setattr(Training, "run", None)
    expected = models[name].predict_proba(X)
    for twin in (copy.deepcopy(models[name]), pickle.loads(pickle.dumps(models[name]))):
        np.testing.assert_allclose(twin.predict_proba(X), expected, atol=1e-6)


@pytest.mark.parametrize("name", READY_MADE)
def test_what_is_not_fitted_is_pickled_too(name, models, X, y):
    model = pickle.loads(pickle.dumps(tiny_pipeline(name)))
    expected = models[name].predict_proba(X)
    # The solver of the linear SVM has no fixed order of rows.
    np.testing.assert_allclose(model.fit(X, y).predict_proba(X), expected, atol=1e-3)


@pytest.mark.parametrize("name", NETS)
def test_read_only_memory_maps(name, models, X, y, tmp_path):
    joblib.dump(models[name], tmp_path / "model")
    mapped = joblib.load(tmp_path / "model", mmap_mode="r")
    expected = models[name].predict_proba(X)
    np.testing.assert_allclose(mapped.predict_proba(X), expected, atol=1e-6)
    assert any(isinstance(w, np.memmap) for w in mapped["classify"]._net.weights)
    tokens = mapped[:-1].transform(X)
    mapped["classify"].partial_fit(tokens, y)
    assert not np.allclose(mapped.predict_proba(X), expected)


@pytest.mark.parametrize("name", ["cnn", "gru"])
def test_parameters_set_after_the_fit_change_no_prediction(name, models, X, y):
    model = copy.deepcopy(models[name])
    model.set_params(classify__embedding_dim=3, classify__optimizer="sgd")
    loaded = pickle.loads(pickle.dumps(model))
    expected = models[name].predict_proba(X)
    np.testing.assert_allclose(loaded.predict_proba(X), expected, atol=1e-6)
    assert loaded["classify"].embedding_dim == 3
    loaded.fit(X, y)
    assert loaded["classify"].model_.get_layer("embedding").output.shape[-1] == 3


def test_a_loaded_net_can_go_on_learning(models, X, y):
    net = pickle.loads(pickle.dumps(models["cnn"]["classify"]))
    tokens = models["cnn"][:-1].transform(X)
    net.set_params(warm_start=True).fit(tokens, y).partial_fit(tokens, y)
    assert len(net.history_["loss"]) == 2 + 2 + 1


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
@pytest.mark.parametrize("warm_start", [False, True])
def test_no_state_of_the_optimizer_in_the_file(optimizer, warm_start):
    rng = np.random.RandomState(0)
    X, y = rng.normal(size=(20, 5_000)), np.arange(20) % 2
    net = tiny("dense", optimizer=optimizer, warm_start=warm_start, epochs=1)
    net.fit(X, y).predict(X)
    assert net.summary()  # makes the Keras model: not in the file either
    assert len(pickle.dumps(net)) < 4 * net.n_parameters_ + 10_000


@pytest.fixture(scope="module")
def many_words():
    """Texts with some thousand different words, like those of tweets in length."""
    rng = np.random.RandomState(0)
    letters = list("abcdefghijklmnopqrstuvwxyz")
    words = ["".join(rng.choice(letters, size)) for size in rng.randint(3, 10, 5_000)]
    texts = [" ".join(row) for row in np.reshape(words * 2, (-1, 20))]
    return texts, np.arange(len(texts)) % 2


@pytest.mark.parametrize("name", NETS)
def test_size_of_the_file_of_a_net(name, many_words, tmp_path):
    X, y = many_words
    model = tiny_pipeline(name).set_params(classify__epochs=1)
    if name == "mlp":
        for block in ("words", "characters"):
            model.set_params(**{f"vectorize__{block}__max_features": 10_000})
        model.set_params(classify__hidden_units=64)
        blocks = dict(model.fit(X, y)["vectorize"].transformer_list).values()
        words = [word for block in blocks for word in block.vocabulary_]
    else:
        model.set_params(encode__max_words=None, classify__embedding_dim=64)
        words = model.fit(X, y)["encode"].vocabulary_
    assert len(words) > 4_000
    (file,) = joblib.dump(model, tmp_path / "model.joblib")
    text = sum(len(word.encode()) for word in words)
    needed = 4 * model["classify"].n_parameters_ + text
    assert needed > 1_000_000
    assert os.path.getsize(file) <= 1.2 * needed + 200_000
    WORKBENCHES.clear()  # nothing as large is needed again
