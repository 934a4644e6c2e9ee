"""Without a package, whatever needs it says which one, and how to install it.

A process that can import none of them tries everything that a user may call.
"""

import json
import os
import subprocess
import sys

import joblib
import pytest
from helpers import tiny_pipeline

import skclf
from skclf._optional import import_optional

TEXTS = ["a fire", "a beach", "the fire", "sun"] * 5
LABELS = ["bad", "good", "bad", "good"] * 5

TRY = '''
import json
import os
import sys

class Refusing:
    """Lets imports fail as if the packages were not installed."""
    names = set(sys.argv[1].split())
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refusing())
calls, scope = json.loads(sys.argv[2]), json.loads(sys.argv[3])
answers = {}
for name, code in calls.items():
    try:
        exec(code, dict(scope))
    except Exception as error:
        answers[name] = f"{type(error).__name__}: {error}"
    else:
        answers[name] = "works"
    loaded = Refusing.names & {module.partition(".")[0] for module in sys.modules}
    assert not loaded, (name, loaded)
print(json.dumps(answers))
'''


def answers_without(packages, calls, **scope):
    command = [sys.executable, "-c", TRY, " ".join(packages)]
    done = subprocess.run(
        [*command, json.dumps(calls), json.dumps({"X": TEXTS, "y": LABELS} | scope)],
        env={k: v for k, v in os.environ.items() if not k.startswith("KERAS_")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A pipeline with a net in each kind of file, and one that needs onnxruntime."""
    folder = tmp_path_factory.mktemp("files")
    net = tiny_pipeline("cnn", classify__epochs=1).fit(TEXTS, LABELS)
    small = skclf.to_onnx_pipeline(net)
    joblib.dump(net, folder / "net.joblib")
    joblib.dump(small, folder / "small.joblib")
    skclf.save(net, folder / "net.skclf")
    skclf.save(small, folder / "small.skclf")
    (folder / "encoder").mkdir()
    for name in ("tokenizer.json", "model.onnx"):
        (folder / "encoder" / name).touch()
    (folder / "a.csv").write_text("text\na fire\n")
    return str(folder)


MAKE = "import skclf; model = skclf.make_text_classifier"
FIT = "; model.fit(X, y)"
WORDS = "import skclf; words = skclf.SequenceEncoder().fit_transform(X); skclf."
LOAD = "import joblib; model = joblib.load(folder + '/{}')"
LINEAR = "import skclf; model = skclf.make_text_classifier('nb').fit(X, y); "
LABEL = "skclf.predict_file(model, folder + '/a.csv', folder + '/"

# What is called without any of them: the package that the error is to name, or None
# where nothing is to be missed.
NEEDED_BY_NAMES = {
    "KerasTextClassifier": "tensorflow",
    "RNNClassifier": "tensorflow",
    "CNNClassifier": "tensorflow",
    "DenseClassifier": "tensorflow",
}
CALLS = {
    name: (f"from skclf import {name}", NEEDED_BY_NAMES.get(name))
    for name in skclf.__all__
} | {
    "OnnxClassifier": ("from skclf.deploy import OnnxClassifier", None),
    **{
        name: (f"{MAKE}({name!r})", "tensorflow")
        for name in ("mlp", "cnn", "lstm", "bilstm", "gru", "bigru", "vote", "stack")
    },
    **{name: (f"{MAKE}({name!r}){FIT}", None) for name in ("tfidf-logreg", "nb")},
    "net on a table": (f"{MAKE}('cnn', text='t', table=['a'])", "tensorflow"),
    "net on vectors": (f"{MAKE}('cnn', vectors='a.txt')", "tensorflow"),
    "compare": ("import skclf; skclf.compare(['nb', 'cnn'], X, y)", "tensorflow"),
    "joblib.load": (LOAD.format("net.joblib"), "tensorflow"),
    "load": (
        "import skclf; skclf.load(folder + '/net.skclf', trusted=True)",
        "tensorflow",
    ),
    "load of ONNX": (
        "import skclf; skclf.load(folder + '/small.skclf')",
        "onnxruntime",
    ),
    "ONNX": (LOAD.format("small.joblib") + "; model.predict(X)", "onnxruntime"),
    "inspect_file": ("import skclf; skclf.inspect_file(folder + '/net.skclf')", None),
    "labels as CSV": (f"{LINEAR}{LABEL}b.csv')", None),
    "labels as Parquet": (f"{LINEAR}{LABEL}b.parquet')", "pyarrow"),
    "EmbeddingTrainer": (f"{WORDS}EmbeddingTrainer().fit(words)", "gensim"),
    "fastText": (f"{WORDS}EmbeddingTrainer('fasttext').fit(words)", "gensim"),
    "vectors by name": (
        f"{WORDS}EmbeddingLookup('a-b', download_if_missing=True).fit(words)",
        "gensim",
    ),
    "SentenceEncoder": (
        "import skclf; skclf.SentenceEncoder(folder + '/encoder').fit(X)",
        "onnxruntime",
    ),
    "to_onnx_pipeline": (f"{LINEAR}skclf.to_onnx_pipeline(model)", "onnx"),
    "label_issues": (
        "from skclf.evaluate import label_issues; label_issues('nb', X, y)",
        "cleanlab",
    ),
    "space": ("import skclf.search; skclf.search.space('nb')", "optuna"),
    "tune": ("import skclf.search; skclf.search.tune('nb', X, y)", "optuna"),
    "report": (f"{LINEAR}skclf.report(model, X, y).to_markdown()", None),
    "report page": (f"{LINEAR}skclf.report(model, X, y).to_html()", "jinja2"),
    "make_app": (f"{LINEAR}import skclf.web; skclf.web.make_app(model)", "fastapi"),
    "plot_words": ("import skclf; skclf.explore(X).plot_words()", "wordcloud"),
    "Porter": ("import skclf; skclf.TextCleaner(stemmer='porter').fit(X)", "nltk"),
    "Snowball": ("import skclf; skclf.TextCleaner(stemmer='snowball').fit(X)", "nltk"),
    "stop words": ("import skclf; skclf.TextCleaner(stop_words='nltk').fit(X)", "nltk"),
    "lemmas": ("import skclf; skclf.TextCleaner(stemmer='wordnet').fit(X)", "nltk"),
    "emojis": (
        "import skclf; model = skclf.TextCleaner(emojis='name', fix_mojibake=False)"
        "; model.fit_transform(['\U0001f602'])",
        "emoji",
    ),
    "mojibake": ("import skclf; skclf.TextCleaner().fit_transform(['Ã©'])", "ftfy"),
}
REFUSED = ["tensorflow", "keras", "scikeras", "gensim", "onnx", "onnxruntime", "nltk"]
REFUSED += ["emoji", "ftfy", "tf2onnx", "cleanlab", "wordcloud", "jinja2", "pyarrow"]
REFUSED += ["optuna", "fastapi", "uvicorn", "prometheus_client", "python_multipart"]
EXTRAS = {name: ["nets"] for name in ("tensorflow", "keras", "scikeras")}
EXTRAS |= {"gensim": ["vectors"], "onnx": ["onnx"]}
EXTRAS |= {"onnxruntime": ["onnx", "runtime", "encoders"]}
EXTRAS |= {"cleanlab": ["labels"], "jinja2": ["plot"], "pyarrow": ["files"]}
EXTRAS |= {"optuna": ["search"], "fastapi": ["web"], "uvicorn": ["web"]}


@pytest.fixture(scope="module")
def answers(files):
    calls = {name: code for name, (code, _) in CALLS.items()}
    return answers_without(REFUSED, calls, folder=files)


@pytest.mark.parametrize("name", CALLS)
def test_without_any_of_them(name, answers):
    _, package = CALLS[name]
    if package is None:
        assert answers[name] == "works"
        return
    kind, _, message = answers[name].partition(": ")
    assert kind == "ImportError"
    assert "not installed" in message
    advice = message.partition("pip install ")[2]
    ways = [f"'skclf[{extra}]'" for extra in EXTRAS.get(package, ())] or [package]
    assert any(advice.startswith(way) for way in ways) or f"{package}==" in advice


@pytest.mark.parametrize("package", ["tokenizers", "huggingface_hub", "safetensors"])
def test_an_encoder_without_one_of_them(package, tmp_path):
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).touch()
    (tmp_path / "config.json").write_text('{"model_type": "model2vec"}')
    model = str(tmp_path) if package == "safetensors" else "nobody/tiny"
    code = "import skclf; skclf.SentenceEncoder(model).fit(X)"
    answer = answers_without([package], {"": code}, model=model)[""]
    assert f"needs the package '{package}', which is not installed" in answer
    assert answer.endswith("pip install 'skclf[encoders]'")


@pytest.mark.slow
@pytest.mark.parametrize("package", ["keras", "scikeras", "onnx", "onnxruntime"])
def test_without_one_of_them(package, files):
    code = f"{LOAD.format('net.joblib')}; import skclf; skclf.to_onnx_pipeline(model)"
    answer = answers_without([package], {"": code}, folder=files)[""]
    if package == "keras":  # which TensorFlow imports itself
        assert (
            "'tensorflow', which cannot be imported (No module named 'keras" in answer
        )
        assert answer.endswith("pip install 'skclf[nets]'")
    else:
        assert f"needs the package '{package}', which is not installed" in answer
        assert f"pip install 'skclf[{EXTRAS[package][0]}]'" in answer


def test_a_package_that_is_there_but_cannot_be_imported(tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text("import no_such_part")
    (tmp_path / "cracked.py").write_text("raise ImportError('libx.so: ' + 'x' * 999)")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ImportError, match=r"cannot be imported \(No .*no_such_part"):
        import_optional("broken", feature="A net")
    with pytest.raises(ImportError, match=r"cannot be imported \(libx.so: ") as caught:
        import_optional("cracked", feature="A net", extra="onnx")
    assert str(caught.value).endswith("Install it with: pip install 'skclf[onnx]'")
    assert len(str(caught.value)) < 500
