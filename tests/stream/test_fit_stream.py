"""Pipelines are fitted on files, a chunk at a time."""

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from helpers import tiny
from row_files import write_rows
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from skclf import (
    EmbeddingLookup,
    RNNClassifier,
    SequenceEncoder,
    TextCleaner,
    fit_stream,
)
from skclf.stream._checkpoint import Checkpoint

COLUMNS = {"text": "text", "target": "label"}


def linear(**params):
    params = {"loss": "log_loss", "random_state": 0} | params
    return make_pipeline(
        TextCleaner(), HashingVectorizer(n_features=2**10), SGDClassifier(**params)
    )


def neural(**params):
    return make_pipeline(
        TextCleaner(), SequenceEncoder(), tiny("cnn", batch_size=8, **params)
    )


@pytest.fixture
def rows(tweets):
    texts, target = tweets
    names = np.array(["calm", "fire"])[target]
    ids = map(str, range(len(texts)))
    return [["id", "text", "label"], *map(list, zip(ids, texts, names, strict=True))]


@pytest.fixture
def file(rows, tmp_path):
    return write_rows(tmp_path / "rows.csv", rows)


def texts_of(rows):
    return [text for _, text, _ in rows[1:]]


def labels_of(rows):
    return [label for *_, label in rows[1:]]


def fit(pipeline, file, **params):
    params = COLUMNS | {"chunk_size": 40, "random_state": 0} | params
    return fit_stream(pipeline, file, **params)


def same(one, other, texts):
    np.testing.assert_array_equal(one.predict_proba(texts), other.predict_proba(texts))


# What is learned


@pytest.mark.parametrize("pipeline", [linear(), neural()], ids=["linear", "net"])
def test_it_is_partial_fit_on_chunks_with_the_vocabulary_of_all(pipeline, file, rows):
    texts, labels = texts_of(rows), np.array(labels_of(rows))
    found = fit(pipeline, file, validation_fraction=0, epochs=2)
    *steps, last = map(clone, pipeline.named_steps.values())
    X = make_pipeline(*steps).fit_transform(texts)
    for _ in range(2):
        for start in range(0, len(texts), 40):
            part = slice(start, start + 40)
            last.partial_fit(X[part], labels[part], classes=["calm", "fire"])
    np.testing.assert_array_equal(found.predict_proba(texts), last.predict_proba(X))
    assert found.classes_.tolist() == ["calm", "fire"]


def test_nothing_of_held_out_texts_is_learned(tmp_path):
    rows = [["text", "label"]]
    rows += [[f"word{n} common", "ab"[n % 2]] for n in range(200)] * 2
    file = write_rows(tmp_path / "rows.csv", rows)
    encoder = fit(neural(), file, epochs=1, validation_fraction=0.3)[1]
    known = set(encoder.vocabulary_) - {"common"}
    assert 100 < len(known) < 180
    # Both rows of a text are in the same part.
    assert encoder.n_samples_fit_ == 2 * len(known)


def test_a_class_that_is_held_out_only_is_none(tmp_path):
    rows = [["text", "label"]] + [[f"text {n}", "ab"[n % 2]] for n in range(100)]
    file = write_rows(tmp_path / "rows.csv", rows)
    encoder = make_pipeline(SequenceEncoder(), tiny("cnn"))
    known = fit(encoder, file, epochs=1, validation_fraction=0.3)[0].vocabulary_
    held_out = next(row for row in rows[1:] if row[0].split()[1] not in known)
    held_out[1] = "c"
    write_rows(file, rows)
    model = fit(linear(), file, validation_fraction=0.3)
    assert model.classes_.tolist() == ["a", "b"]
    assert max(model.stream_history_["val_accuracy"]) < 1
    assert np.isfinite(model.stream_history_["val_loss"]).all()


@pytest.mark.parametrize("name", ["a.tsv", "a.jsonl", "a.csv.gz", "a.parquet"])
def test_all_kinds_of_files_are_alike(name, file, rows, tmp_path):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    other = fit(linear(), write_rows(tmp_path / name, rows))
    same(other, fit(linear(), file), texts_of(rows))


def test_several_files_are_like_one(file, rows, tmp_path):
    files = [
        write_rows(tmp_path / f"{start}.csv", [rows[0], *rows[start : start + 50]])
        for start in range(1, len(rows), 50)
    ]
    model = fit(linear(), files, chunk_size=1000)
    same(model, fit(linear(), file, chunk_size=1000), texts_of(rows))


@pytest.mark.parametrize(
    ("written", "classes"),
    [(["0", "1"], [0, 1]), (["01", "1.5"], None), (["x", "1"], ["1", "x"])],
)
def test_labels_are_numbers_where_all_are(written, classes, tmp_path):
    rows = [["text", "label"]] + [[f"t{n}", written[n % 2]] for n in range(60)]
    file = write_rows(tmp_path / "a.csv", rows)
    if classes is None:
        with pytest.raises(ValueError, match="continuous"):
            fit(linear(), file)
        return
    assert fit(linear(), file).classes_.tolist() == classes


def test_labels_of_json_keep_their_types(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "sun", "label": 0}\n{"text": "fire", "label": 7}\n' * 30)
    model = fit(linear(), file, validation_fraction=0)
    assert model.predict(["fire"]).tolist() == [7]


def test_a_missing_text_is_an_empty_document(file, rows):
    rows[5][1] = ""
    write_rows(file, rows)
    assert fit(neural(), file, validation_fraction=0)[1].n_samples_fit_ == len(rows) - 1


# Which steps learn, and how


def test_scalers_learn_from_the_documents_before_them(file, rows):
    scaled = linear()
    scaled.steps.insert(2, ("scale", MaxAbsScaler()))
    model = fit(scaled, file, validation_fraction=0)
    X = make_pipeline(TextCleaner(), HashingVectorizer(n_features=2**10))
    X = X.fit_transform(texts_of(rows))
    expected = MaxAbsScaler().fit(X)
    np.testing.assert_allclose(model["scale"].max_abs_, expected.max_abs_)


def test_unions_and_frozen_steps_have_nothing_to_learn(file, rows):
    frozen = FrozenEstimator(TfidfVectorizer().fit(texts_of(rows)))
    union = FeatureUnion(
        [("hash", HashingVectorizer(alternate_sign=False)), ("tfidf", frozen)]
    )
    model = fit(make_pipeline(TextCleaner(), union, MultinomialNB()), file, epochs=1)
    assert model.score(texts_of(rows), labels_of(rows)) > 0.5


def test_word_vectors_are_those_of_the_vocabulary(file, rows):
    words = SequenceEncoder().fit(TextCleaner().transform(texts_of(rows))).vocabulary_
    rng = np.random.RandomState(0)
    vectors = {word: rng.rand(4) for word in words}
    net = tiny("gru", embedding="trainable")
    pipeline = make_pipeline(
        TextCleaner(), SequenceEncoder(), EmbeddingLookup(vectors), net
    )
    model = fit(pipeline, file, epochs=1, validation_fraction=0)
    expected = clone(pipeline)[:-1].fit(texts_of(rows))
    np.testing.assert_array_equal(model[2].table_, expected[-1].table_)


@pytest.mark.parametrize("class_weight", ["balanced", {"fire": 3.0}])
def test_class_weights_count_all_rows(class_weight, file, rows):
    model = fit(linear(class_weight=class_weight), file, validation_fraction=0)
    assert model[-1].class_weight == class_weight
    if class_weight == "balanced":
        labels, counts = np.unique(labels_of(rows), return_counts=True)
        weights = counts.sum() / (2 * counts)
        class_weight = dict(zip(labels.tolist(), weights.tolist(), strict=True))
    explicit = fit(linear(class_weight=class_weight), file, validation_fraction=0)
    plain = fit(linear(), file, validation_fraction=0)
    same(model, explicit, texts_of(rows))
    assert (
        model.predict_proba(texts_of(rows)) != plain.predict_proba(texts_of(rows))
    ).any()


def test_class_weights_of_what_is_no_class(file):
    with pytest.raises(ValueError, match=r"keys of class_weight, got 'flood'"):
        fit(linear(class_weight={"flood": 2.0}), file)


class Overfits(ClassifierMixin, BaseEstimator):
    """Says one class for two epochs, and the other one from then on."""

    def partial_fit(self, X, y, classes=None):
        self.classes_ = np.asarray(classes)
        self.n_calls_ = getattr(self, "n_calls_", 0) + 1
        return self

    def fit(self, X, y):
        return self.partial_fit(X, y, np.unique(y))

    def predict(self, X):
        says = self.classes_[[int(self.n_calls_ <= 8)]]
        return np.repeat(says, X.shape[0])


def test_the_best_epoch_is_kept(file):
    pipeline = make_pipeline(HashingVectorizer(n_features=16), Overfits())
    model = fit(pipeline, file, epochs=4, validation_fraction=0.2)
    history = model.stream_history_
    better, worse = max(history["val_accuracy"]), min(history["val_accuracy"])
    first = history["val_accuracy"][0]
    expected = 1 if first == better else 3
    assert better != worse
    assert model.best_epoch_ == expected
    assert model[-1].n_calls_ == 4 * expected
    assert len(history["seconds"]) == 4
    assert fit(pipeline, file, epochs=4, validation_fraction=0).best_epoch_ == 4


def test_what_is_given_stays_as_it_is(file):
    pipeline = neural()
    before = repr(pipeline.get_params())
    fit(pipeline, file, epochs=1)
    assert repr(pipeline.get_params()) == before
    assert not any(hasattr(step, "n_samples_fit_") for step in pipeline)


def test_one_seed_for_all(file, rows):
    free = linear(random_state=None)
    same(fit(free, file), fit(free, file), texts_of(rows))
    assert fit(free, file)[-1].random_state == 0


# Checkpoints

KILLED = """
import os, pickle, signal, sys
from skclf import fit_stream
from skclf.stream._checkpoint import Checkpoint

n_saved, params = int(sys.argv[1]), pickle.loads(bytes.fromhex(sys.argv[2]))
save = Checkpoint.save

def save_and_die(self, state):
    global n_saved
    save(self, state)
    n_saved -= 1
    if not n_saved:
        os.kill(os.getpid(), signal.SIGKILL)

Checkpoint.save = save_and_die
fit_stream(**params)
"""


def counted(monkeypatch):
    """Chunks that are learned from, from now on."""
    calls, partial_fit = [], SGDClassifier.partial_fit

    def noted(self, X, y, *args, **params):
        calls.append(len(y))
        return partial_fit(self, X, y, *args, **params)

    monkeypatch.setattr(SGDClassifier, "partial_fit", noted)
    return calls


# In the first epoch of four chunks, at its end before it is scored, and after that.
@pytest.mark.parametrize(("n_saved", "n_left"), [(2, 6), (4, 4), (5, 4)])
def test_a_killed_run_goes_on(n_saved, n_left, file, rows, tmp_path, monkeypatch):
    kept = tmp_path / "kept"
    params = COLUMNS | {"chunk_size": 40, "random_state": 0, "epochs": 2}
    params |= {"pipeline": linear(), "source": file, "checkpoint": kept}
    command = [sys.executable, "-c", KILLED, str(n_saved), pickle.dumps(params).hex()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == -9, done.stderr
    calls = counted(monkeypatch)
    model = fit(linear(), file, checkpoint=kept, epochs=2)
    assert len(calls) == n_left
    same(model, fit(linear(), file, epochs=2), texts_of(rows))


def test_a_net_goes_on_with_its_optimizer(file, rows, tmp_path, monkeypatch):
    kept, save = tmp_path / "kept", Checkpoint.save

    def save_and_stop(self, state):
        save(self, state)
        if (state.epoch, state.chunk) == (1, 2):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "save", save_and_stop)
        with pytest.raises(KeyboardInterrupt):
            fit(neural(), file, checkpoint=kept)
    model = fit(neural(), file, checkpoint=kept)
    same(model, fit(neural(), file), texts_of(rows))


def test_more_epochs_are_added(file, rows, tmp_path, monkeypatch):
    kept = tmp_path / "kept"
    fit(linear(), file, checkpoint=kept, epochs=1)
    calls = counted(monkeypatch)
    model = fit(linear(), file, checkpoint=kept, epochs=2)
    assert len(calls) == 4
    again = fit(linear(), file, checkpoint=kept, epochs=2)
    assert len(calls) == 4
    for other in again, fit(linear(), file, epochs=2):
        same(model, other, texts_of(rows))
    with pytest.raises(ValueError, match="Expected epochs=2 or more, as the"):
        fit(linear(), file, checkpoint=kept, epochs=1)


def test_a_checkpoint_needs_a_pipeline_that_can_be_pickled(file, tmp_path):
    class Local(type(linear()[-1])):
        def __init__(self, handle=None):
            super().__init__()
            self.handle = handle

    pipeline = linear()
    pipeline.steps[-1] = "classify", Local(open(file))  # noqa: SIM115
    with pipeline[-1].handle, pytest.raises(TypeError, match="Pass checkpoint=None"):
        fit(pipeline, file, checkpoint=tmp_path / "kept")


def test_another_fit_has_another_checkpoint(file, rows, tmp_path):
    kept = tmp_path / "kept"
    fit(linear(), file, checkpoint=kept, epochs=1)
    with pytest.raises(ValueError, match=r"it has another \['pipeline'\]"):
        fit(linear(alpha=1.0), file, checkpoint=kept)
    with pytest.raises(ValueError, match=r"another \['random_state', 'chunk_size'\]"):
        fit(linear(), file, checkpoint=kept, chunk_size=41, random_state=1)
    write_rows(file, rows[:-1])
    with pytest.raises(ValueError, match=r"it has another \['source'\]"):
        fit(linear(), file, checkpoint=kept)
    kept.write_bytes(b"something else")
    with pytest.raises(ValueError, match="it is another file"):
        fit(linear(), file, checkpoint=kept)
    assert kept.read_bytes() == b"something else"


# Errors and warnings


class NoWeights(Overfits):
    """Its partial_fit takes no weights of rows."""

    def __init__(self, class_weight="balanced"):
        self.class_weight = class_weight


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        (
            make_pipeline(TfidfVectorizer(), LogisticRegression()),
            r"'tfidfvectorizer' \(TfidfVectorizer\) cannot: use HashingVectorizer.*"
            r"'logisticregression' \(LogisticRegression\) cannot: use a net, SGD",
        ),
        (
            make_pipeline(FeatureUnion([("a", TfidfVectorizer())]), MultinomialNB()),
            r"'featureunion' \(FeatureUnion\) cannot: leave it out, or fit it on",
        ),
        (
            make_pipeline(SequenceEncoder(handle_unknown="drop"), tiny("cnn")),
            "Expected handle_unknown='token' for texts that come in chunks",
        ),
        (
            make_pipeline(
                SequenceEncoder(),
                EmbeddingLookup({"a": [1.0]}),
                RNNClassifier(embedding="finetune"),
            ),
            "Expected embedding='frozen' or 'trainable'",
        ),
        (
            make_pipeline(HashingVectorizer(), NoWeights()),
            "takes no sample_weight, got",
        ),
        (
            linear(alpha=-1),
            "'alpha' parameter of SGDClassifier",
        ),
    ],
)
def test_steps_that_cannot_learn_are_named(pipeline, message, file):
    with pytest.raises(ValueError, match=message):
        fit(pipeline, file)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"text": "txt"}, ValueError, r"no column 'txt' .* Did you mean 'text'"),
        ({"target": "lable"}, ValueError, r"no column 'lable' .* Did you mean 'label'"),
        ({"epochs": 0}, ValueError, "'epochs' parameter of fit_stream"),
        ({"validation_fraction": 1.0}, ValueError, "'validation_fraction' parameter"),
        ({"sep": ";;"}, ValueError, "one character"),
        ({"source": []}, TypeError, "a path or a list of paths as source"),
        ({"source": "-"}, TypeError, "which are read several times, got '-'"),
        ({"source": "rows.doc"}, ValueError, "a name that ends in"),
        ({"source": "no.csv"}, FileNotFoundError, "There is no file 'no.csv'"),
        (
            {"pipeline": SGDClassifier()},
            TypeError,
            "Expected a Pipeline of transformers",
        ),
        ({"validation_fraction": 0.9999}, ValueError, "all are held out"),
        ({"checkpoint": "no/folder/kept"}, FileNotFoundError, "There is no folder"),
    ],
)
def test_bad_arguments(changes, error, message, file):
    params = {"pipeline": linear(), "source": file} | changes
    with pytest.raises(error, match=message):
        fit(params.pop("pipeline"), params.pop("source"), **params)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[7].pop(), r"rows.csv': row 6, line 8: .*2"),
        (lambda rows: rows[7].__setitem__(2, " "), "row 6, line 8: it has no label in"),
        (lambda rows: [row.__setitem__(2, "a") for row in rows[1:]], "two classes or"),
    ],
)
def test_bad_rows(change, message, file, rows):
    change(rows)
    write_rows(file, rows)
    with pytest.raises(ValueError, match=message):
        fit(linear(), file)


def test_json_without_label(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "sun", "label": 0}\n{"text": "fire"}\n' * 30)
    with pytest.raises(
        ValueError, match="row 1, line 2: it has no label in the column"
    ):
        fit(linear(), file)
    with pytest.raises(ValueError, match="no column 'labels' .* Did you mean 'label'"):
        fit(linear(), file, target="labels")


def test_sorted_rows_are_noticed(tmp_path):
    rows = [[f"text {n}", "ab"[n >= 2000]] for n in range(4000)]
    file = write_rows(tmp_path / "a.csv", [["text", "label"], *rows])
    with pytest.warns(UserWarning, match=r"sorted by 'label': .* by 50% in one"):
        fit(linear(), file, chunk_size=2000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(linear(), file, chunk_size=4000)


def test_many_classes_do_not_look_sorted(tmp_path):
    rng = np.random.default_rng(0)
    rows = [[f"text {n}", f"class {rng.integers(100)}"] for n in range(400)]
    file = write_rows(tmp_path / "a.csv", [["text", "label"], *rows])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(linear(), file, chunk_size=100)


def test_labels_that_look_alike_and_nothing_held_out(tmp_path):
    rows = [["text", "label"]] + [[f"t{n}", ["a", "b", "A"][n % 3]] for n in range(30)]
    file = write_rows(tmp_path / "a.csv", rows)
    with pytest.warns(UserWarning, match=r"the case of letters only: \['A', 'a'\]"):
        fit(linear(), file, validation_fraction=0)
    with (
        pytest.warns(
            UserWarning, match="No text is held out, so the last epoch counts"
        ),
        pytest.warns(UserWarning, match="letters only"),
    ):
        model = fit(linear(), file, validation_fraction=1e-6)
    assert list(model.stream_history_) == ["seconds"]


def test_progress(file, capsys):
    fit(linear(), file, epochs=2, verbose=1, validation_fraction=0.2)
    first, *epochs = capsys.readouterr().out.splitlines()
    assert first.startswith("first pass: 1")
    assert [line.split(":")[0] for line in epochs] == ["epoch 1 of 2", "epoch 2 of 2"]
    assert "val_loss" in epochs[0]
    fit(linear(), file)
    assert capsys.readouterr().out == ""
