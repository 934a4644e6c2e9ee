"""Safe files: what they hold, that it predicts the same, and who has to be trusted."""

import hashlib
import io
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import (
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from tiny_encoder import write_encoder, write_static
from watched import no_code_runs

from skclf import (
    AbstainingClassifier,
    CategoryCanonicalizer,
    Distilled,
    DocumentEmbedding,
    EmbeddingLookup,
    EmbeddingUnion,
    LocationCanonicalizer,
    Monitor,
    SequenceEncoder,
    TextAndTable,
    TextCleaner,
    TextStatistics,
    inspect_file,
    load,
    make_text_classifier,
    predict_file,
    save,
    to_onnx_pipeline,
)
from skclf.compose import LabelThresholdsCV
from skclf.compose._recipes import READY_MADE
from skclf.deploy import TRUSTED_TYPES
from skclf.deploy.safe._decode import Decoder
from skclf.deploy.safe._encode import Encoder, NotPlainError

TEXTS = [
    "the fire is near", "a sunny day", "smoke and fire", "on the beach",
    "help us please", "what a lovely day", "the house burns", "we love the beach",
] * 5  # fmt: skip
LABELS = ["bad", "good", "bad", "good"] * 10
IS_BAD = np.tile([True, False], 20)
TWO_LABELS = np.column_stack([np.tile([1, 0], 20), np.arange(40) % 3 == 0]).astype(int)
TABLE = pd.DataFrame(
    {
        "text": TEXTS,
        "keyword": ["fire", "sun"] * 20,
        "place": ["London", "NYC", "new york", None] * 10,
        "number": np.arange(40.0),
        "time": pd.date_range("2024-01-01", periods=40),
    }
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.skclf"


@pytest.fixture(scope="module")
def vectors(tmp_path_factory):
    """A file of word vectors."""
    rng = np.random.default_rng(0)
    words = sorted({word for text in TEXTS for word in text.split()})
    rows = [f"{word} {' '.join(map(str, rng.random(6)))}\n" for word in words]
    path = tmp_path_factory.mktemp("vectors") / "vectors.txt"
    path.write_text("".join(rows))
    return path


def assert_same(model, path, X):
    save(model, path, format="safe")
    with no_code_runs():
        loaded = load(path)
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    if hasattr(model, "predict_proba"):
        expected = np.asarray(model.predict_proba(X))
        np.testing.assert_array_equal(np.asarray(loaded.predict_proba(X)), expected)
    return loaded


# What comes back


@pytest.mark.parametrize("name", READY_MADE)
def test_every_ready_made_pipeline(name, path):
    model = tiny_pipeline(name).fit(TEXTS, LABELS)
    if name not in ("tfidf-logreg", "tfidf-svm", "nb"):
        save(model, path)
        assert inspect_file(path)["contents"] == "pickle"  # of live nets
        with pytest.raises(TypeError, match="Convert nets of Keras with to_onnx_pip"):
            save(model, path, format="safe")
        model = to_onnx_pipeline(model)
    assert_same(model, path, [*TEXTS[:8], "", "unknown words"])
    save(model, path)
    assert inspect_file(path)["contents"] == "safe"


def test_a_student_without_its_teacher(path):
    model = Distilled(tiny_pipeline("tfidf-logreg"), teacher="nb", cv=2)
    loaded = assert_same(
        model.fit(TEXTS, LABELS, X_unlabeled=["a", "fire"]), path, TEXTS
    )
    assert loaded.n_unlabeled_ == 2


@pytest.mark.parametrize("name", ["nb", "cnn", "mlp"])
def test_several_columns_of_texts(name, path):
    frame = TABLE.assign(title=TABLE["keyword"])
    small = {} if name == "nb" else {"classify__epochs": 1, "random_state": 0}
    model = make_text_classifier(
        name, text=["title", "text"], table=["number"], **small
    )
    assert_same(to_onnx_pipeline(model.fit(frame, LABELS)), path, frame)


def on_table(text, table, columns):
    return TextAndTable(text, table, text_column="text", table_columns=columns)


def one_hot(canonicalizer, column):
    hot = make_pipeline(canonicalizer, OneHotEncoder(handle_unknown="ignore"))
    features = on_table(CountVectorizer(), hot, [column])
    return make_pipeline(features, LogisticRegression())


def of_columns():
    parts = [
        ("text", TfidfVectorizer(dtype=np.float32), "text"),
        ("n", make_pipeline(SimpleImputer(), StandardScaler()), ["number"]),
        ("more", "passthrough", make_column_selector(dtype_include="number")),
    ]
    return make_pipeline(ColumnTransformer(parts), RidgeClassifier())


def linear():
    return tiny_pipeline("tfidf-logreg")


def members():
    return [("a", linear()), ("b", tiny_pipeline("nb"))]


COLUMNS = ["keyword", "place", "number", "time"]
ON_TABLE = {
    "text and table": lambda: make_text_classifier("nb", text="text", table=COLUMNS),
    "categories": lambda: one_hot(CategoryCanonicalizer(), "keyword"),
    "locations": lambda: one_hot(LocationCanonicalizer(), "place"),
    "columns": of_columns,
}
ON_TEXTS = {
    "voting": lambda: VotingClassifier(members(), voting="soft"),
    "stacking": lambda: StackingClassifier(members(), cv=2),
    "calibration": lambda: CalibratedClassifierCV(tiny_pipeline("nb"), cv=2),
    "isotonic": lambda: CalibratedClassifierCV(linear(), method="isotonic", cv=2),
    "threshold": lambda: FixedThresholdClassifier(linear(), threshold=0.4),
    "abstaining": lambda: AbstainingClassifier(linear(), cv=2),
    "one against the rest": lambda: OneVsRestClassifier(
        make_pipeline(TfidfVectorizer(stop_words="english"), LogisticRegression())
    ),
    "union": lambda: make_pipeline(
        make_union(TfidfVectorizer(), CountVectorizer(analyzer="char")),
        FunctionTransformer(np.log1p),
        LogisticRegression(),
    ),
    "statistics": lambda: make_pipeline(
        TextStatistics(), StandardScaler(), LogisticRegression()
    ),
}


@pytest.mark.parametrize("name", ON_TABLE)
def test_text_and_table(name, path):
    model = ON_TABLE[name]().fit(TABLE, IS_BAD)
    assert_same(model, path, TABLE)


@pytest.mark.parametrize("name", ON_TEXTS)
def test_other_estimators_on_texts(name, path):
    model = ON_TEXTS[name]().fit(TEXTS, IS_BAD)
    assert_same(model, path, TEXTS[:9])


@pytest.mark.parametrize("of", ["thresholds", "nets"])
def test_several_labels(of, path):
    if of == "thresholds":
        model = LabelThresholdsCV(linear(), cv=2).fit(TEXTS, TWO_LABELS)
    else:
        model = to_onnx_pipeline(tiny_pipeline("cnn").fit(TEXTS, TWO_LABELS))
    assert_same(model, path, TEXTS[:9])


def test_nets_on_text_and_table(path):
    net = make_text_classifier("cnn", text="text", table=COLUMNS, classify__epochs=1)
    assert_same(to_onnx_pipeline(net.fit(TABLE, LABELS)), path, TABLE)


def test_word_vectors(vectors, path):
    net = to_onnx_pipeline(tiny_pipeline("cnn", vectors=vectors).fit(TEXTS, LABELS))
    assert_same(net, path, TEXTS[:9])
    known = dict.fromkeys(["fire", "day", "beach"], np.ones(3))
    union = EmbeddingUnion(
        [("a", EmbeddingLookup(vectors)), ("b", EmbeddingLookup(known))]
    )
    steps = (TextCleaner(), SequenceEncoder(), union, DocumentEmbedding())
    model = make_pipeline(*steps, LogisticRegression()).fit(TEXTS, LABELS)
    assert_same(model, path, TEXTS[:9])


@pytest.mark.parametrize("write", [write_encoder, write_static])
def test_sentence_encoders(write, path, tmp_path):
    folder = write(tmp_path / "encoder")
    model = make_text_classifier("encoder-logreg", encoder=folder).fit(TEXTS, LABELS)
    assert_same(model, path, TEXTS[:9])
    with ZipFile(path) as archive:
        kinds = {Path(name).suffix for name in archive.namelist()}
    assert kinds & {".onnx", ".safetensors"}
    model.set_params(encode__store_weights=False).fit(TEXTS, LABELS)
    with pytest.raises(TypeError, match="got encode=SentenceEncoder"):
        save(model, path, format="safe")  # its weights are in a folder elsewhere


def test_a_monitor(path):
    monitor = Monitor(linear().fit(TEXTS, LABELS), TEXTS)
    save(monitor, path, format="safe")
    assert str(load(path).check(TEXTS)) == str(monitor.check(TEXTS))


def test_arrays_may_be_written_into(path):
    model = LogisticRegression().fit([[0], [1]], [0, 1])
    save(model, path)
    loaded = load(path)
    loaded.coef_ += 1
    np.testing.assert_array_equal(loaded.coef_, model.coef_ + 1)
    assert load(path).coef_ == model.coef_


def test_what_shrinks_like_a_bomb_is_loaded_again(path):
    model = LogisticRegression().fit([[0], [1]], [0, 1])
    model.zeros, model.words = np.zeros(10**6), ["word"] * 10**6
    for compress in (0, 9):
        save(model, path, compress=compress)
        loaded = load(path)
        assert (loaded.zeros.sum(), loaded.words) == (0, model.words)


def test_texts_that_are_names_of_files(path):
    model = make_pipeline(CountVectorizer(input="filename"), LogisticRegression())
    (path.parent / "a.txt").write_text("fire")
    model.fit([str(path.parent / "a.txt")] * 2, [0, 1])
    with pytest.raises(TypeError, match="got countvectorizer=CountVectorizer"):
        save(model, path, format="safe")


# Values


def there_and_back(value):
    encoder = Encoder()
    node = encoder.encode(value)
    return Decoder(encoder.arrays, encoder.blobs).decode(node)


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 7, -(10**30), 0.1, float("inf"), 1 + 2j, "", "é\ud800\0"),
        *(b"\0\xff", slice(1, None, 2), Path("a/b"), (1, (2, "x"), [3])),
        *([], [1, [2]], [(1,)], {}, {"a": {"b": [1]}}, {1: "a", None: 2, (1, 2): 3}),
        *(
            {(1, "a")},
            frozenset({"ab"}),
            {"list": 1},
            {"ref": {"array": 0}},
            [{"plain": 1}],
        ),
        *(np.float32(0.1), np.int8(3), np.bool_(True), np.str_("é"), np.dtype("<U3")),
        *(int, str, np.float64, np.log1p),
    ],
    ids=repr,
)
def test_values_and_their_types(value):
    found = there_and_back(value)
    assert found == value
    assert type(found) is type(value)
    assert repr(found) == repr(value)


def test_numbers_that_are_none():
    assert np.isnan(there_and_back(float("nan")))
    assert np.isnat(there_and_back(np.datetime64("NaT")))
    assert there_and_back(np.datetime64("2024-02-29")) == np.datetime64("2024-02-29")


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.arange(10)[::3],
        np.array(["a", "é😀"]),
        np.array("one"),
        np.zeros((0, 4)),
        np.array([1, None, "a", (2,)], dtype=object),
        np.empty((0, 2), dtype=object),
        np.array([["a"], ["b"]], dtype=object),
        np.array(["2024-02-29", "NaT"], dtype="M8[D]"),
        np.array([True, False]),
        np.arange(3, dtype=">i4"),
    ],
    ids=repr,
)
def test_arrays(array):
    found = there_and_back(array)
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("kind", ["csr_matrix", "csr_array", "csc_matrix", "csc_array"])
def test_sparse_data(kind):
    matrix = getattr(sparse, kind)(np.eye(3))
    found = there_and_back(matrix)
    assert type(found) is type(matrix)
    assert (found != matrix).nnz == 0


def test_what_is_one_object_stays_one():
    inner, array, pair = [{1}], np.ones(3), (1, 2)
    value = {"a": inner, "b": (inner, array), "c": array, "d": [pair, pair]}
    value["again"] = value
    found = there_and_back(value)
    assert found["a"] is found["b"][0]
    assert found["b"][1] is found["c"]
    assert found["d"][0] is found["d"][1]
    assert found["again"] is found


@pytest.mark.parametrize(
    "value",
    [
        *(len, lambda: 0, open, object(), type, eval, io.BytesIO(), ValueError()),
        *(np.zeros(2, dtype="i4,i4"), pd.DataFrame(), sparse.coo_array(np.eye(2))),
        *("a".upper, np.random.default_rng(0), RandomForestClassifier()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_plain_data(value):
    with pytest.raises(NotPlainError):
        there_and_back([value])


def test_the_list_names_what_is_there():
    from skclf.deploy.safe._trusted_types import named

    for name in TRUSTED_TYPES:
        assert callable(named(name)), name
    never = ("eval", "exec", "open", "getattr", "object", "type", "pickle", "load")
    assert not {name.rpartition(".")[2] for name in TRUSTED_TYPES} & {*never}


# Who has to be trusted


def split_words(text):
    return text.split()


class Own(BaseEstimator):
    """A transformer of a user's own."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X

    def __sklearn_is_fitted__(self):
        return True


def test_functions_and_classes_of_a_user_are_refused_by_the_name_of_the_step(path):
    model = make_pipeline(
        TfidfVectorizer(tokenizer=split_words, token_pattern=None), LogisticRegression()
    )
    model.fit(TEXTS, LABELS)
    with pytest.raises(TypeError, match=r"tfidfvectorizer__tokenizer=<function split"):
        save(model, path, format="safe")
    with pytest.raises(TypeError, match=r"got own=Own\(\), which holds a .*\.Own"):
        save(make_pipeline(Own(), linear()).fit(TEXTS, LABELS), path, format="safe")
    assert not path.exists()
    save(model, path)
    assert inspect_file(path)["contents"] == "pickle"


def test_what_indexes_memory_unchecked_is_refused(path):
    forest = RandomForestClassifier(2).fit([[0], [1]], [0, 1])
    with pytest.raises(TypeError, match="which holds a sklearn.ensemble"):
        save(forest, path, format="safe")


def test_pickles_need_trust(path, tmp_path):
    model = linear().fit(TEXTS, LABELS)
    save(model, path, format="pickle")
    message = "is a pickle, which runs the code .* trusted=True .* sha256="
    with pytest.raises(ValueError, match=message):
        load(path)
    (tmp_path / "new.csv").write_text("text\nfire\n")
    with pytest.raises(ValueError, match=message):
        predict_file(path, tmp_path / "new.csv", tmp_path / "out.csv")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    for trust in ({"trusted": True}, {"sha256": digest}):
        assert load(path, **trust).predict(["fire"]) == model.predict(["fire"])
    predict_file(path, tmp_path / "new.csv", tmp_path / "out.csv", trusted=True)
    assert (tmp_path / "out.csv").read_text() == "text,prediction\nfire,bad\n"


@pytest.mark.parametrize("trusted", [None, 1, "yes"])
def test_trust_is_true_or_false(trusted, path):
    save(linear().fit(TEXTS, LABELS), path)
    with pytest.raises(ValueError, match="True or False as trusted, got"):
        load(path, trusted=trusted)


def test_formats(path):
    with pytest.raises(ValueError, match="'format' parameter of save must be"):
        save(linear().fit(TEXTS, LABELS), path, format="zip")


def test_files_of_earlier_versions_are_pickles():
    stored = Path(__file__).parent.parent / "stored/0.1.0/nb.skclf"
    manifest = inspect_file(stored)
    assert (manifest["contents"], manifest["members"]) == ("pickle", None)
    with pytest.raises(ValueError, match="is a pickle"):
        load(stored)
