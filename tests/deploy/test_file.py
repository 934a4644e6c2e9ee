"""Save, load and inspect: one file that is complete, or not there."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import joblib
import numpy as np
import pytest
import sklearn
from helpers import needs_nltk_data, tiny_pipeline
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skclf
from skclf import (
    CategoryCanonicalizer,
    CNNClassifier,
    LocationCanonicalizer,
    SequenceEncoder,
    TextAndTable,
    TextCleaner,
    TextStatistics,
    inspect_file,
    load,
    make_text_classifier,
    report,
    save,
    to_onnx_pipeline,
)
from skclf.deploy import read_report
from skclf.exceptions import PersistenceWarning


@pytest.fixture(scope="module")
def X(tweets):
    return tweets[0][:100]


@pytest.fixture(scope="module")
def y(named_tweets):
    return named_tweets[1][:100]


@pytest.fixture(scope="module")
def model(X, y):
    return tiny_pipeline("tfidf-logreg").fit(X, y)


@pytest.fixture(scope="module")
def cnn(X, y):
    return tiny_pipeline("cnn").fit(X, y)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.skclf"


@pytest.fixture
def saved(model, path):
    save(model, path)
    return path


def rewrite(path, *, pickle=None, **manifest):
    """The same file with another pickle, or other entries in its manifest."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    old = json.loads(parts["manifest.json"])
    parts["manifest.json"] = json.dumps(old | manifest)
    if pickle is not None:
        parts["model.joblib"] = pickle
    with ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


def with_version(path, package, version):
    versions = inspect_file(path)["versions"] | {package: version}
    rewrite(path, versions=versions)


def run_python(code, *arguments):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# What comes back


@pytest.mark.parametrize("compress", [0, 9])
@pytest.mark.parametrize("kind", [str, Path, os.fsencode])
def test_the_same_predictions(model, path, X, compress, kind):
    save(model, kind(path), compress=compress)
    loaded = load(kind(path))
    np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("name", ["cnn", "vote", "search", "voting", "estimator"])
def test_any_fitted_estimator(name, X, y, path):
    linear = tiny_pipeline("tfidf-logreg")
    grid = {"classify__C": [1.0, 2.0]}
    own = {
        "search": lambda: GridSearchCV(linear, grid, cv=2),
        "voting": lambda: VotingClassifier([("a", linear), ("b", tiny_pipeline("nb"))]),
        "estimator": lambda: make_pipeline(CountVectorizer(), LogisticRegression()),
    }
    model = own[name]() if name in own else tiny_pipeline(name)
    save(model.fit(X, y), path)
    loaded = load(path, trusted=True)
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert inspect_file(path)["classes"] == ["calm", "fire", "flood"]


def test_compressed_files_are_smaller(model, tmp_path):
    for compress in (0, 1, 9):
        save(model, tmp_path / str(compress), compress=compress)
    plain, some, most = (os.path.getsize(tmp_path / name) for name in "019")
    assert most < some < 0.7 * plain


@pytest.mark.parametrize(
    ("params", "needed"),
    [
        ({}, {"ftfy"}),
        ({"fix_mojibake": False, "stop_words": ["a"]}, set()),
        ({"fix_mojibake": False, "emojis": "name"}, {"emoji"}),
        ({"stemmer": "porter"}, {"ftfy", "nltk"}),
        pytest.param({"stemmer": "wordnet"}, {"ftfy", "nltk"}, marks=needs_nltk_data),
        pytest.param({"stop_words": "nltk"}, {"ftfy", "nltk"}, marks=needs_nltk_data),
    ],
)
def test_packages_that_a_cleaner_imports_when_it_is_used(
    X, params, needed, path, monkeypatch
):
    cleaner = TextCleaner(**params).fit(X)
    save(Fitted(cleaner=cleaner), path)
    lazy = {"ftfy", "emoji", "nltk"}
    assert lazy & inspect_file(path)["versions"].keys() == needed
    for package in lazy - needed:
        monkeypatch.setitem(sys.modules, package, None)
    assert load(path, trusted=True)
    for package in needed:
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(ImportError, match=rf"pip install .*{package}=="):
            load(path, trusted=True)
        monkeypatch.delitem(sys.modules, package)


def test_packages_that_a_table_and_features_need(path):
    needs = {
        CategoryCanonicalizer(): {"pandas", "rapidfuzz"},
        LocationCanonicalizer(): {"pandas", "rapidfuzz", "ftfy"},
        TextAndTable("drop", "drop", text_column="a", table_columns=[]): {"pandas"},
        TextStatistics(): {"pandas", "ftfy"},
        LogisticRegression(): set(),
    }
    for estimator, needed in needs.items():
        save(Fitted(estimator=estimator), path)
        found = inspect_file(path)["versions"].keys()
        assert found & {"pandas", "rapidfuzz", "ftfy"} == needed, estimator


WITHOUT_A_TABLE = '''
import sys
class Absent:
    """As if they were not installed."""
    names = {"keras", "nltk", "pandas", "rapidfuzz", "scikeras", "tensorflow"}
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from skclf import load
import joblib
joblib.dump(load(sys.argv[1]).predict_proba(["a fire", "", "a flood"]), sys.argv[2])
'''


def test_a_vote_on_texts_needs_no_packages_for_tables(X, y, path, tmp_path):
    pytest.importorskip("onnxruntime")
    vote = to_onnx_pipeline(tiny_pipeline("vote").fit(X, y))
    save(vote, path)
    answers = tmp_path / "answers.pkl"
    run_python(WITHOUT_A_TABLE, path, answers)
    expected = vote.predict_proba(["a fire", "", "a flood"])
    np.testing.assert_allclose(joblib.load(answers), expected, atol=1e-6)


NEW_PROCESS = """
import sys
from skclf import inspect_file, load

file, answers = sys.argv[1:]
manifest = inspect_file(file)
assert "keras" in manifest["versions"]
assert not {"tensorflow", "keras", "scikeras"} & set(sys.modules)
model = load(file, trusted=True)
import joblib
joblib.dump(model.predict_proba(["a fire", "", "a flood"]), answers)
"""


def test_a_new_process_reads_the_manifest_without_tensorflow(cnn, path, tmp_path):
    save(cnn, path)
    answers = tmp_path / "answers.pkl"
    run_python(NEW_PROCESS, path, answers)
    expected = cnn.predict_proba(["a fire", "", "a flood"])
    np.testing.assert_allclose(joblib.load(answers), expected, atol=1e-6)


# The manifest


def test_manifest(model, path):
    before = datetime.now(UTC).replace(microsecond=0)
    save(model, path, metrics={"f1": 0.8, "seed": 3})
    manifest = inspect_file(path)
    created = datetime.fromisoformat(manifest.pop("created"))
    assert before <= created <= datetime.now(UTC)
    assert len(manifest.pop("sha256")) == 64
    assert set(manifest.pop("members")) == {"model.json", "arrays.npy"}
    versions = manifest.pop("versions")
    assert manifest == {
        "format": 2,
        "contents": "safe",
        "estimator": "sklearn.pipeline.Pipeline",
        "classes": ["calm", "fire", "flood"],
        "n_samples": 100,
        "metrics": {"f1": 0.8, "seed": 3},
    }
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert versions["skclf"] == skclf.__version__
    assert versions["scikit-learn"] == sklearn.__version__
    assert versions["numpy"] == np.__version__
    assert not {"keras", "tensorflow", "onnxruntime", "pickle"} & versions.keys()


def test_what_is_not_known_is_none(X, y, path):
    save(make_pipeline(CountVectorizer(), LogisticRegression()).fit(X, y), path)
    manifest = inspect_file(path)
    assert manifest["n_samples"] is None
    assert manifest["metrics"] is None


def test_number_of_training_documents(model, cnn, X, y, path):
    vote = VotingClassifier([("a", make_pipeline(model)), ("b", cnn)], voting="soft")
    search = GridSearchCV(model, {"classify__C": [1, 2]}, cv=2)
    for fitted in (model, cnn, cnn["classify"], vote.fit(X, y), search.fit(X, y)):
        save(fitted, path)
        assert inspect_file(path)["n_samples"] == 100
    save(model, path, n_samples=7)
    assert inspect_file(path)["n_samples"] == 7


def test_versions_of_keras_where_there_is_a_net(cnn, path):
    models = [cnn, cnn["classify"], Fitted(not_fitted=CNNClassifier())]
    for model in models:
        save(model, path)
        nets = {"keras", "scikeras", "tensorflow"}
        assert nets <= inspect_file(path)["versions"].keys()


@pytest.mark.parametrize(
    "classes",
    [[0, 1], ["ja", "nej é😀"], [False, True], [0.5, 1.5]],
    ids=str,
)
def test_classes_as_json_has_them(classes, path):
    for labels in (np.array(classes), np.array(classes, dtype=object)):
        save(Fitted(classes_=labels), path)
        assert inspect_file(path)["classes"] == classes


def test_other_classes(path):
    days = np.array(["2024-02-29"], dtype="datetime64[D]")
    save(Fitted(classes_=days), path)
    assert inspect_file(path)["classes"] == ["2024-02-29"]
    forest = RandomForestClassifier(2).fit([[0], [1]], [[0, 5], [1, 6]])
    save(forest, path)
    assert inspect_file(path)["classes"] == [[0, 1], [5, 6]]
    save(StandardScaler().fit([[0.0], [1.0]]), path)
    assert inspect_file(path)["classes"] is None


def test_metrics_are_plain_data(model, path):
    metrics = {
        "accuracy": np.float32(0.5),
        "folds": (0.25, 0.75),
        "confusion": np.array([[3, 1], [0, 4]]),
        "split": "last 20 %",
        "calibrated": False,
        "large": 10**400,
        "by class": {"fire": {"f1": np.float64(0.5)}, "flood": None},
    }
    save(model, path, metrics=metrics)
    assert inspect_file(path)["metrics"] == metrics | {
        "folds": [0.25, 0.75],
        "confusion": [[3, 1], [0, 4]],
    }


CYCLE = {}
CYCLE["again"] = [CYCLE]


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"metrics": {"f1": float("nan")}}, ValueError, r"metrics\['f1'\]=nan"),
        ({"metrics": {"f1": [1, {2}]}}, ValueError, r"metrics\['f1'\]\[1\]=\{2\}"),
        ({"metrics": {1: 0.5}}, ValueError, "type str in metrics, got 1"),
        ({"metrics": CYCLE}, ValueError, "inside itself"),
        ({"metrics": 0.5}, ValueError, "'metrics' parameter of save must be"),
        ({"n_samples": 0}, ValueError, "'n_samples' parameter of save must be"),
        ({"compress": 10}, ValueError, "'compress' parameter of save must be"),
        ({"compress": "zip"}, ValueError, "'compress' parameter of save must be"),
    ],
)
def test_bad_arguments_are_a_clear_error(model, path, params, error, message):
    with pytest.raises(error, match=message):
        save(model, path, **params)
    assert not path.exists()


# The file is complete, or not there


class Fitted(BaseEstimator):
    """Counts as fitted, with these attributes."""

    def __init__(self, **attributes):
        vars(self).update(attributes)

    def fit(self, X, y):
        raise NotImplementedError

    def __sklearn_is_fitted__(self):
        return True


class FailsWhenWritten(Fitted):
    """Can be pickled once, when it is looked at, but not a second time."""

    error = OSError("disk full")
    times = 0

    def __getstate__(self):
        FailsWhenWritten.times += 1
        if FailsWhenWritten.times % 2 == 0:
            raise self.error
        return super().__getstate__()


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failed_save_keeps_the_old_file(saved, X, model, error, monkeypatch):
    monkeypatch.setattr(FailsWhenWritten, "error", error)
    large = {"weights": np.zeros(100_000), "last": FailsWhenWritten()}
    with pytest.raises(type(error)):
        save(Fitted(large=large), saved)
    assert os.listdir(saved.parent) == [saved.name]
    np.testing.assert_array_equal(load(saved).predict(X), model.predict(X))


KILLED = """
import os
import signal
import sys
import warnings
import numpy as np
from sklearn.linear_model import LogisticRegression
import skclf

class Deadly:
    def __getstate__(self):
        if any(name.endswith(".tmp") for name in os.listdir(sys.argv[2])):
            os.kill(os.getpid(), signal.SIGKILL)
        return {"a": 1}

model = LogisticRegression().fit([[0], [1]], [0, 1])
model.large = np.zeros(100_000)
model.last = Deadly()
warnings.simplefilter("ignore")
skclf.save(model, sys.argv[1])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL")
def test_a_killed_process_leaves_the_old_file_or_none(saved, X, model):
    new = saved.with_name("new.skclf")
    for file in (saved, new):
        for left in file.parent.glob(".*.tmp"):  # it dies when there is one
            left.unlink()
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(file), str(file.parent)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert not new.exists()
    np.testing.assert_array_equal(load(saved).predict(X), model.predict(X))
    save(model, saved)  # what the killed ones left is not in the way
    assert inspect_file(saved)


@pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
def test_modes_and_links_are_kept(model, path, tmp_path):
    save(model, path)
    plain = tmp_path / "plain"
    plain.touch()
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o640)
    link = tmp_path / "latest.skclf"
    link.symlink_to(path)
    before = path.read_bytes()
    save(model, link, n_samples=7)
    assert link.is_symlink()
    assert path.read_bytes() != before
    assert path.stat().st_mode & 0o777 == 0o640


def test_there_has_to_be_a_place_to_write_to(model, tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder .*nowhere.* Make it first"):
        save(model, tmp_path / "nowhere" / "model.skclf")
    with pytest.raises(IsADirectoryError, match="got the folder"):
        save(model, tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and links of POSIX")
@pytest.mark.parametrize(
    "make",
    [lambda path: os.mkfifo(path), lambda path: path.symlink_to(path)],
    ids=["pipe", "link to itself"],
)
def test_what_is_no_file_is_not_replaced(model, path, make):
    make(path)  # never a real device: a test that fails would replace it
    before = path.lstat()
    with pytest.raises(ValueError, match=f"Expected a file to write, got '{path}'"):
        save(model, path)
    assert path.lstat().st_ino == before.st_ino


def test_names_as_long_as_they_may_be(model, tmp_path):
    path = tmp_path / ("x" * 255)
    save(model, path)
    assert inspect_file(path)


# What cannot be saved


@pytest.mark.parametrize("make", [lambda: tiny_pipeline("cnn"), LogisticRegression])
def test_not_fitted(make, path):
    with pytest.raises(
        NotFittedError, match="Expected a fitted pipeline, got a .* Call"
    ):
        save(make(), path)
    assert not path.exists()


def test_not_an_estimator(path):
    with pytest.raises(TypeError, match="not an estimator instance"):
        save({"a": 1}, path)


def test_a_lambda_is_named(X, y, path):
    encoder = SequenceEncoder(tokenizer=lambda text: text.split())
    model = tiny_pipeline("cnn").set_params(encode=encoder, classify__epochs=1)
    message = r"got encode__tokenizer=<function .*<lambda>.* top level of a module"
    with pytest.raises(TypeError, match=message):
        save(model.fit(X, y), path)
    assert not path.exists()


def test_what_is_no_parameter_is_named_by_its_owner(path):
    file = open(os.devnull)  # noqa: SIM115
    with file, pytest.raises(TypeError, match="got Fitted: .*TextIOWrapper"):
        save(Fitted(file=file), path)


def test_a_function_of_main_is_a_warning(path, monkeypatch):
    def split_words(text):
        return text.split()

    monkeypatch.setattr(split_words, "__module__", "__main__")
    monkeypatch.setattr(split_words, "__qualname__", "split_words")
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "split_words", split_words, raising=False)
    with pytest.warns(PersistenceWarning, match=r"holds \['split_words'\] of __main__"):
        save(Fitted(tokenizer=split_words), path)
    assert load(path, trusted=True).tokenizer is split_words


# What cannot be loaded


SONGS = []


class Canary:
    """Tells when it is unpickled."""

    def __reduce__(self):
        return sing, ()


def sing():
    SONGS.append("sung")


def test_nothing_is_unpickled_if_the_sum_is_wrong(model, path, tmp_path):
    save(model, path, format="pickle")
    joblib.dump(Canary(), tmp_path / "canary")
    rewrite(path, pickle=(tmp_path / "canary").read_bytes())
    with pytest.raises(ValueError, match="or was changed: expected the SHA-256"):
        load(path, trusted=True)
    assert SONGS == []
    joblib.load(tmp_path / "canary")
    assert SONGS.pop() == "sung"


@pytest.mark.parametrize("compress", [0, 6])
def test_no_damaged_byte_goes_unnoticed(path, compress):
    weights = np.arange(5.0)
    save(Fitted(weights=weights), path, compress=compress, format="pickle")
    whole = path.read_bytes()
    refused = 0
    for i in range(len(whole)):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 0x55]) + whole[i + 1 :])
        try:
            loaded = load(path, trusted=True)
        except ValueError:
            refused += 1
        else:  # dates, for example, mean nothing
            np.testing.assert_array_equal(loaded.weights, weights)
    assert refused > 0.8 * len(whole)


def test_a_file_that_is_cut_off(saved):
    whole = saved.read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 1):
        saved.write_bytes(whole[:size])
        for read in (load, inspect_file):
            with pytest.raises(ValueError, match=rf"cut off \({size} bytes\)"):
                read(saved)


def joblib_file(path):
    joblib.dump({"a": 1}, path)


def archive_of_others(path):
    with path.open("wb") as file:
        np.savez(file, a=np.zeros(3))


@pytest.mark.parametrize("make", [joblib_file, archive_of_others, Path.touch])
@pytest.mark.parametrize("read", [load, inspect_file])
def test_a_file_of_others(path, make, read):
    make(path)
    with pytest.raises(ValueError, match=r"file of skclf.save, got .*joblib\.load"):
        read(path)


@pytest.mark.parametrize("read", [load, inspect_file])
def test_no_file(path, read):
    with pytest.raises(FileNotFoundError, match=path.name):
        read(path)


@pytest.mark.parametrize("read", [load, inspect_file])
def test_a_later_format(saved, read):
    rewrite(saved, format=3)
    with pytest.raises(
        ValueError, match="has the format 3, .* at most 2.* Update skclf"
    ):
        read(saved)


@pytest.mark.parametrize("format", ["1", None])
def test_a_manifest_of_others(saved, format):
    rewrite(saved, format=format)
    with pytest.raises(ValueError, match="Expected a file of skclf.save"):
        load(saved)


# Versions


@pytest.mark.parametrize("package", ["skclf", "scikit-learn", "keras", "numpy"])
def test_another_version_is_a_warning_with_advice(saved, package):
    with_version(saved, package, "0.0.3")
    with pytest.warns(PersistenceWarning) as warned:
        load(saved)
    (warning,) = warned
    assert f"was saved with {package} 0.0.3 (here " in str(warning.message)
    assert f"pip install '{package}==0.0.3'" in str(warning.message)
    assert warning.filename == __file__


@pytest.mark.parametrize(
    ("package", "version"),
    [
        ("scikit-learn", ".".join(sklearn.__version__.split(".")[:2]) + ".99"),
        ("numpy", np.__version__.partition(".")[0] + ".99.1"),
        ("joblib", "0.1"),
        ("python", "3.7.1"),
    ],
)
def test_differences_that_do_not_matter(saved, package, version):
    with_version(saved, package, version)
    assert load(saved)  # warnings are errors here


def test_a_missing_package_is_named(saved):
    with_version(saved, "no_such_package", "1.0")
    with pytest.raises(ImportError, match="pip install no_such_package==1.0$"):
        load(saved)
    assert inspect_file(saved)["versions"]["no_such_package"] == "1.0"


def test_without_tensorflow_the_advice_is_to_convert(cnn, path, monkeypatch):
    save(cnn, path)
    for module in ("keras", "scikeras", "tensorflow"):
        monkeypatch.setitem(sys.modules, module, None)
    message = "keras==.* scikeras==.* tensorflow==.* convert .* with to_onnx_pipeline"
    with pytest.raises(ImportError, match=message):
        load(path, trusted=True)


@pytest.fixture(scope="module")
def card():
    texts, y = ["fire near here", "a sunny day"] * 30, [1, 0] * 30
    model = make_text_classifier("nb").fit(texts, y)
    return model, report(model, texts, y)


def test_report_is_kept_with_the_model(card, tmp_path):
    model, found = card
    save(model, tmp_path / "model.skclf", report=found, compress=9)
    assert read_report(tmp_path / "model.skclf") == found.to_html()
    assert load(tmp_path / "model.skclf").predict(["fire"]) == [1]


def test_model_without_a_report(card, tmp_path):
    save(card[0], tmp_path / "model.skclf")
    assert read_report(tmp_path / "model.skclf") is None
    (tmp_path / "other").write_text("no archive")
    with pytest.raises(ValueError, match="Expected a file of skclf.save"):
        read_report(tmp_path / "other")


def test_wrong_reports_are_refused_before_anything_is_written(
    card, tmp_path, monkeypatch
):
    model, found = card
    with pytest.raises(TypeError, match=r"what skclf.report returned as report, got"):
        save(model, tmp_path / "model.skclf", report="<h1>good</h1>")
    monkeypatch.setattr("skclf.deploy._file.MOST", 1000)
    with pytest.raises(ValueError, match=r"at most 1,000 bytes.*report\.save"):
        save(model, tmp_path / "model.skclf", report=found)
    assert list(tmp_path.iterdir()) == []
