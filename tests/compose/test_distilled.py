"""A student that learns what teachers say, of texts with labels and without."""

import pickle

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, clone, is_classifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, ShuffleSplit
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from skclf import (
    Distilled,
    TextAndTable,
    compare,
    explain,
    load,
    make_text_classifier,
    save,
    to_onnx_pipeline,
    unknown_rate,
)
from skclf.compose._stacked_rows import keys_of, stacked
from skclf.compose._students import fit_student
from skclf.deploy import OnnxClassifier
from skclf.evaluate import HistoryDisplay
from skclf.models.rows._soft_labels import SoftLabels

N = 100  # the others are without labels


class Noting(ClassifierMixin, BaseEstimator):
    """A teacher of fixed probabilities, which notes what it is shown and asked."""

    notes = []

    def __init__(self, shares=(0.25, 0.75)):
        self.shares = shares

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.notes.append({"fit": list(X)})
        self._note = self.notes[-1]
        return self

    def predict_proba(self, X):
        self._note.setdefault("asked", []).append(list(X))
        return np.tile(self.shares, (len(X), 1))


class Student(ClassifierMixin, BaseEstimator):
    """Keeps what it is given."""

    def fit(self, X, y, sample_weight=None):
        self.classes_ = np.unique(y)
        self.given_ = pd.DataFrame({"X": list(X), "y": y, "weight": sample_weight})
        return self

    def predict(self, X):
        return self.classes_[np.zeros(len(X), int)]


@pytest.fixture
def notes(monkeypatch):
    monkeypatch.setattr(Noting, "notes", found := [])
    return found


@pytest.fixture(scope="module")
def texts(tweets):
    return tweets[0]


@pytest.fixture(scope="module")
def y(tweets):
    return np.array(["calm", "alarm"])[tweets[1]]


@parametrize_with_checks(
    [Distilled(LogisticRegression(), LogisticRegression(C=0.1), cv=3)]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_labels_and_what_teachers_say_are_mixed(notes):
    X, y = ["a", "b", "c", "d"] * 3, ["n", "p", "p", "p"] * 3
    model = Distilled(Student(), Noting((0.2, 0.8)), alpha=0.25, cv=3)
    model.fit(X, y, X_unlabeled=["e", "f", "a "])
    given = model.student_.given_
    shares = given.groupby(["X", "y"])["weight"].mean()
    assert shares["a", "n"] == pytest.approx(0.75 + 0.25 * 0.2)
    assert shares["b", "p"] == pytest.approx(0.75 + 0.25 * 0.8)
    assert shares["e", "p"] == pytest.approx(0.8)
    assert given.groupby("X")["weight"].sum()["b"] == pytest.approx(3)
    assert (model.n_unlabeled_, model.n_dropped_) == (3, 0)
    assert is_classifier(model)
    assert not hasattr(model, "decision_function")


def test_no_teacher_has_seen_the_documents_it_is_asked_about(notes, texts, y):
    Distilled(Student(), Noting()).fit(texts[:N], y[:N], X_unlabeled=texts[N:])
    assert len(notes) == 5
    asked = []
    for note in notes:
        held_out, others = note["asked"]
        assert not set(note["fit"]) & set(held_out)
        assert others == list(texts[N:])
        asked += held_out
    assert sorted(asked) == sorted(texts[:N])


def test_nobody_has_seen_what_a_net_validates_on(notes, texts, y, monkeypatch):
    net = tiny_pipeline("cnn", classify__validation_fraction=0.2)
    kept = {}
    fit = type(net["classify"]).fit

    def noted(self, X, y, **given):
        kept.update(given, X=X, y=y)
        return fit(self, X, y, **given)

    monkeypatch.setattr(type(net["classify"]), "fit", noted)
    copies = [text.upper() for text in texts[:N]]
    model = Distilled(net, Noting()).fit(texts[:N], y[:N], X_unlabeled=copies)
    shown = {text for note in notes for text in note["fit"]}
    held = [text for text in texts[:N] if text not in shown]
    assert len(held) == len(kept["X_val"]) == len(kept["y_val"]) == 20
    truth = dict(zip(texts[:N], y[:N], strict=True))
    assert kept["y_val"].tolist() == [truth[text] for text in held]
    # All others teach with their labels, and as texts without.
    assert model.n_dropped_ == 20
    assert len(kept["X"]) == len(kept["y"]) == 80 + 80
    assert model.student_["classify"].history_["val_loss"]


def test_groups_stay_together(notes, texts, y):
    groups = np.arange(N) // 2
    group_of = dict(zip(texts[:N], groups, strict=True))
    net = tiny_pipeline("cnn")
    for student in (net, Student()):
        Distilled(student, Noting(), cv=3).fit(texts[:N], y[:N], groups=groups)
    for note in notes:
        seen = {group_of[text] for text in note["fit"]}
        assert not seen & {group_of[text] for text in note["asked"][0]}
    nets = {text for note in notes[:3] for text in note["fit"]}
    held = {group_of[text] for text in texts[:N]} - {group_of[text] for text in nets}
    assert sum(group in held for group in groups) + len(nets) == N


def test_copies_of_excluded_texts_are_dropped(notes, texts, y):
    exclude = [f"  {text.swapcase()}" for text in texts[N : N + 10]]
    model = Distilled(Student(), Noting(), cv=2)
    model.fit(texts[:N], y[:N], X_unlabeled=texts[N:], exclude=exclude)
    assert (model.n_unlabeled_, model.n_dropped_) == (len(texts) - N - 10, 10)
    with pytest.warns(UserWarning, match="All 10 documents of X_unlabeled are copies"):
        model.fit(texts[:N], y[:N], X_unlabeled=texts[N : N + 10], exclude=exclude)
    assert model.n_unlabeled_ == 0


def test_a_higher_temperature_is_less_sure(notes):
    X, y = ["a", "b"] * 4, [0, 1] * 4
    model = Distilled(Student(), Noting((0.1, 0.9)), alpha=1, temperature=2, cv=2)
    weight = model.fit(X, y).student_.given_.groupby("y")["weight"].mean()
    assert weight.tolist() == pytest.approx([0.25, 0.75])  # 1 : 3, the root of 1 : 9


def test_a_teacher_without_part_in_it(notes, texts, y):
    model = Distilled(make_text_classifier("nb"), Noting(), alpha=0)
    with pytest.warns(UserWarning, match="teacher has no part .* Raise alpha, or pass"):
        model.fit(texts[:N], y[:N])
    assert not notes
    expected = make_text_classifier("nb").fit(texts[:N], y[:N])
    np.testing.assert_allclose(
        model.predict_proba(texts), expected.predict_proba(texts)
    )


def test_weighted_copies_are_as_good_as_shares():
    """Shares in quarters are four rows, each with a label."""
    X = np.random.RandomState(0).normal(size=(40, 3))
    quarters = np.random.RandomState(1).randint(0, 5, 40)
    shares = np.column_stack([quarters, 4 - quarters]) / 4
    classes = np.array(["no", "yes"])
    student = LogisticRegression(class_weight="balanced", tol=1e-8)
    fit_student(student, X, SoftLabels(shares, classes))
    labels = [["no"] * k + ["yes"] * (4 - k) for k in quarters]
    expected = LogisticRegression(class_weight="balanced", C=0.25, tol=1e-8)
    expected.fit(np.repeat(X, 4, axis=0), np.concatenate(labels))
    np.testing.assert_allclose(student.coef_, expected.coef_, rtol=1e-3)
    assert student.class_weight == "balanced"


def test_a_student_is_near_its_teacher(texts, y):
    teacher = make_text_classifier("tfidf-svm")
    student = make_text_classifier("tfidf-logreg", vectorize__max_features=200)
    alone = clone(student).fit(texts[:N], y[:N]).predict_proba(texts[N:])
    model = Distilled(student, teacher, cv=3).fit(texts[:N], y[:N], texts[N:])
    said = teacher.fit(texts[:N], y[:N]).predict_proba(texts[N:])
    assert abs(model.predict_proba(texts[N:]) - said).mean() < abs(alone - said).mean()
    np.testing.assert_array_equal(model.classes_, ["alarm", "calm"])
    assert model.score(texts[:N], y[:N]) > 0.8
    np.testing.assert_allclose(
        np.exp(model.predict_log_proba(texts)), model.predict_proba(texts)
    )


@pytest.fixture(scope="module")
def net(texts, y):
    student = tiny_pipeline("cnn", class_weight="balanced")
    teacher = make_text_classifier("nb")
    return Distilled(student, teacher, cv=2).fit(texts[:N], y[:N], texts[N:])


def test_a_net_learns_from_texts_without_labels(net, texts):
    assert "clean" in net.student_.named_steps
    assert net.student_["encode"].n_samples_fit_ == len(texts) - 10
    assert net.student_["classify"].class_weight == "balanced"
    assert net.student_["classify"].classes_.tolist() == ["alarm", "calm"]


def test_onnx_is_that_of_the_student_alone(net, texts):
    found = to_onnx_pipeline(net)
    assert isinstance(found["classify"], OnnxClassifier)
    np.testing.assert_allclose(
        found.predict_proba(texts), net.predict_proba(texts), atol=1e-5
    )
    np.testing.assert_array_equal(found.predict(texts), net.predict(texts))


def test_the_teacher_is_not_in_the_pickle(net, texts, y):
    data = pickle.dumps(net)
    assert b"MultinomialNB" not in data
    assert b"WeightedNB" not in data
    again = pickle.loads(data)
    np.testing.assert_array_equal(again.predict(texts), net.predict(texts))
    assert net.teacher is not None
    with pytest.raises(
        ValueError, match=r"got None. A loaded model .* set_params\(tea"
    ):
        again.fit(texts[:N], y[:N])
    by_name = Distilled("nb", teacher="tfidf-logreg", cv=2).fit(texts[:N], y[:N])
    again = pickle.loads(pickle.dumps(by_name)).fit(texts[:N], y[:N])
    np.testing.assert_allclose(again.predict_proba(texts), by_name.predict_proba(texts))


def test_files(net, texts, tmp_path):
    save(net, tmp_path / "model.skclf")
    found = load(tmp_path / "model.skclf", trusted=True)  # of a live net
    np.testing.assert_array_equal(found.predict(texts), net.predict(texts))


def test_what_looks_into_models_sees_the_student(net, texts, y):
    one = explain(net, texts[:1])[0]
    assert one.predicted == net.predict(texts[:1])[0]
    HistoryDisplay.from_estimator(net)
    assert unknown_rate(net, ["xyzzy xyzzy"]).tolist() == [1]
    linear = Distilled("tfidf-logreg", "nb", cv=2).fit(texts[:N], y[:N])
    assert explain(linear, texts[:1])[0].method == "linear"


def test_grids_over_student_and_teacher(texts, y):
    model = Distilled(
        make_text_classifier("tfidf-logreg"), make_text_classifier("nb"), cv=2
    )
    grid = {
        "student__classify__C": [1.0, 3.0],
        "teacher__classify__alpha": [0.1, 1.0],
        "alpha": [0.2],
    }
    search = GridSearchCV(model, grid, cv=2, scoring="neg_log_loss", refit=False)
    scores = search.fit(texts[:N], y[:N]).cv_results_["mean_test_score"]
    assert len(set(scores.round(8))) == 4
    with pytest.raises(ValueError, match=r"'students__classify__C'.* Did you mean"):
        model.set_params(students__classify__C=2)


def test_in_a_comparison(texts, y, capsys):
    models = {
        "nb": make_text_classifier("nb"),
        "distilled": Distilled("nb", "nb", cv=2),
    }
    table = compare(models, texts[:N], y[:N], cv=2)
    assert table.loc["distilled"].notna().any()


def test_texts_beside_a_table(texts, y, notes):
    frame = pd.DataFrame(
        {"text": texts, "place": ["here", "there"] * (len(texts) // 2)}
    )
    student = make_text_classifier("tfidf-logreg", text="text", table=["place"])
    model = Distilled(student, clone(student), cv=2)
    more = frame[["place", "text"]][N:]
    model.fit(frame[:N], y[:N], X_unlabeled=more, exclude=frame[N : N + 5])
    assert (model.n_unlabeled_, model.n_dropped_) == (len(texts) - N - 5, 5)
    assert isinstance(model.student_["inputs"], TextAndTable)
    assert model.predict(frame).shape == y.shape
    with pytest.raises(ValueError, match="of the same kind as X"):
        model.fit(frame[:N], y[:N], X_unlabeled=more, exclude=texts)
    with pytest.raises(
        ValueError, match=r"columns of X, got DataFrame .* without \['place'\]"
    ):
        Distilled(student, Noting()).fit(frame[:N], y[:N], X_unlabeled=more[["text"]])
    assert not notes  # it is said before any work


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix])
def test_features(make):
    X = np.random.RandomState(0).normal(size=(40, 3))
    y = (X[:, 0] > 0).astype(int)
    model = Distilled(LogisticRegression(), LogisticRegression(), cv=2)
    model.fit(make(X[:20]), y[:20], X_unlabeled=make(X[18:]), exclude=make(X[30:]))
    assert (model.n_unlabeled_, model.n_dropped_) == (12, 10)
    assert model.n_features_in_ == 3
    assert model.score(make(X), y) > 0.8


def test_stacked_rows():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"text": ["a"], "n": [1]})
    both = stacked(frame, polars.DataFrame({"n": [2], "text": ["B  b"]}))
    assert both.to_dicts() == [{"text": "a", "n": 1}, {"text": "B  b", "n": 2}]
    assert keys_of(both) == [("1", "a"), ("2", "b b")]
    with pytest.raises(TypeError, match="Let the student be a pipeline that begins"):
        stacked(np.zeros((2, 3, 4)), np.zeros((2, 3, 4)))


@pytest.mark.parametrize(
    ("student", "message"),
    [
        ("tfidf-svm", "it parts rows itself, and copies of a document would be on bo"),
        ("vote", "a single classifier such as LogisticRegression, got WeightedVote"),
        (KNeighborsClassifier(), "whose fit takes sample_weight, got KNeighborsClas"),
    ],
)
def test_students_that_cannot_learn_shares(student, message, texts, y, notes):
    with pytest.raises(TypeError, match=message):
        Distilled(student, Noting()).fit(texts[:N], y[:N])
    assert not notes


@pytest.mark.parametrize(
    ("params", "data", "message"),
    [
        ({"cv": ShuffleSplit(3, random_state=0)}, {}, "tests each document once, got"),
        ({"alpha": 1.5}, {}, "'alpha' parameter of Distilled must be"),
        ({"temperature": 0}, {}, "'temperature' parameter of Distilled must be"),
        ({}, {"y": np.eye(2)[[0, 1] * 50]}, "one label for each document, got a mat"),
        ({}, {"y": ["a"] * N}, "at least 2 classes, got 1"),
        ({}, {"groups": [1, 2]}, "inconsistent numbers of samples"),
        ({"student": "no such"}, {}, "Expected one of"),
    ],
)
def test_errors(params, data, message, texts, y):
    model = Distilled(**{"student": "nb", "teacher": "nb", "cv": 2} | params)
    with pytest.raises(ValueError, match=message):
        model.fit(**{"X": texts[:N], "y": y[:N]} | data)


def test_a_splitter_of_ones_own(notes, texts, y):
    model = Distilled(Student(), Noting(), cv=GroupKFold(4))
    model.fit(texts[:N], y[:N], groups=np.arange(N) % 7)
    assert len(notes) == 4


def test_a_net_that_trains_for_all_epochs_holds_nothing_out(notes, texts, y):
    student = tiny_pipeline("cnn", classify__early_stopping=False)
    model = Distilled(student, Noting(), cv=2).fit(texts[:N], y[:N])
    assert sum(len(note["asked"][0]) for note in notes) == N
    assert "val_loss" not in model.student_["classify"].history_
