"""Reports: what they find, what they advise, and how they are shown."""

import pickle
import re
import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skclf import compare, make_text_classifier, report
from skclf.datasets import make_tweets
from skclf.evaluate.reporting._rules import RULES

TWEETS = make_tweets(600, random_state=0)
TEXTS, TARGET = TWEETS.data["text"].tolist(), TWEETS.target
TRAIN, TEST = slice(0, 400), slice(400, 600)


LOSSES = {"loss": [3, 2, 1], "val_loss": [3, 2, 2.5]}


def curve(*scores):
    sizes = [100, 200, 400]
    return pd.DataFrame({"n": sizes, "score": scores, "std": 0.01, "n_folds": 5})


@pytest.fixture(scope="module", autouse=True)
def few_draws():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skclf.evaluate.reporting._scores.N_DRAWS", 60)
        yield


def logistic(**params):
    return make_pipeline(TfidfVectorizer(), LogisticRegression(**params))


def of(model=None, X=TEXTS, y=TARGET, n_train=400, **params):
    """A report on a model that was fitted on the first documents."""
    model = logistic() if model is None else model
    model = model.fit(X[:n_train], y[:n_train])
    return report(
        model,
        X[:n_train],
        y[:n_train],
        X_test=X[n_train:],
        y_test=y[n_train:],
        **params,
    )


@pytest.fixture(scope="module")
def found():
    return of()


@pytest.fixture(scope="module")
def details():
    return compare(
        {"heavy": logistic(C=5), "twin": logistic(C=5)},
        TEXTS,
        TARGET,
        cv=3,
        random_state=0,
        verbose=0,
        return_details=True,
    )


def clean_words(n, seed=0, classes=("bad", "good")):
    """Texts of random words, one of which tells the class; none is like another."""
    rng = np.random.default_rng(seed)
    y = rng.choice(classes, n)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    texts = []
    for label in y:
        words = ["".join(rng.choice(letters, 6)) for _ in range(7)]
        texts.append(" ".join(["fire" if label == classes[0] else "sun", *words]))
    return texts, y


def test_a_clean_data_set_and_a_good_model_have_nothing_to_do():
    X, y = clean_words(800)
    sharp = make_pipeline(TfidfVectorizer(min_df=5), LogisticRegression(C=100))
    found = of(sharp, X, y, n_train=400)
    assert found.scores.loc["accuracy", "score"] == 1
    assert found.advice == {}
    assert "Nothing stands out." in str(found)
    assert "Nothing stands out." in found.to_markdown()


def flipped(y, share, seed=0):
    rows = np.random.default_rng(seed).permutation(len(y))[: int(share * len(y))]
    changed = y.copy()
    classes = np.unique(y)
    changed[rows] = np.where(y[rows] == classes[0], classes[1], classes[0])
    return changed


def unknown_scores():
    X, y = clean_words(300)
    return report(logistic().fit(X, y), X, y)


def nothing_learned():
    X, _ = clean_words(400)
    return of(logistic(), X, np.random.default_rng(1).choice(["a", "b"], 400), 200)


def leak():
    X, y = clean_words(400)
    X[200:240] = X[:40]
    y[200:240] = y[:40]
    return of(logistic(), X, y, 200)


def conflicting_labels():
    X, y = clean_words(400)
    X[:10] = X[10:20]
    y[:10] = np.where(y[10:20] == "bad", "good", "bad")
    return of(logistic(), X, y, 200)


def suspicious_labels():
    X, y = clean_words(400)
    return report(logistic(C=10).fit(X, y), X, flipped(y, 0.05), cv=3)


def rare_class():
    X, y = clean_words(400)
    y = y.astype(object)
    y[np.flatnonzero(y == "bad")[:12]] = "odd"
    return of(logistic(), X, y, 300)


def rising_curve():
    """Each class has two hundred words of its own, one in a text."""
    rng = np.random.default_rng(0)
    y = rng.choice(["bad", "good"], 900)
    X = [f"{label}{rng.integers(200)} and so on {i:06d}" for i, label in enumerate(y)]
    return report(logistic().fit(X, y), X, y, cv=3)


def epochs_ran_out():
    net = tiny_pipeline("cnn", classify__epochs=2, classify__early_stopping=True)
    X, y = clean_words(300)
    return of(net, X, y, 200)


def low_coverage():
    vectors = {"fire": np.array([1.0, 0.0]), "sun": np.array([0.0, 1.0])}
    X, y = clean_words(300)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = make_text_classifier(
            "cnn",
            vectors=vectors,
            classify__epochs=2,
            classify__filters=4,
            classify__kernel_sizes=2,
        )
        return of(net, X, y, 200)


def another_threshold():
    """One class in seven, told by a word that some of the others have, too."""
    rng = np.random.default_rng(0)
    y = rng.choice(["a usual one", "rare"], 900, p=[0.85, 0.15])
    words = np.where((y == "rare") | (rng.random(900) < 0.15), "alarm", "calm")
    noise = [" ".join(f"w{n}" for n in rng.integers(0, 5000, 6)) for _ in y]
    X = [f"{word} {more}" for word, more in zip(words, noise, strict=True)]
    return of(logistic(), X, y, 500)


class Sure(MultinomialNB):
    """Says everything with certainty."""

    def predict_proba(self, X):
        return np.eye(2)[super().predict_proba(X).argmax(axis=1)] * 0.98 + 0.01


def miscalibrated():
    return of(make_pipeline(TfidfVectorizer(), Sure()))


def worse_parts():
    X, y = clean_words(600)
    long = np.random.default_rng(0).random(600) < 0.3
    X = [
        text + " and" * 20 if is_long else text
        for text, is_long in zip(X, long, strict=True)
    ]
    wrong = flipped(y, 0.6)
    return of(logistic(C=10), X, np.where(long, wrong, y), 300)


FIRES = {name.replace(" ", "_"): name for name in RULES if name != "cheaper twin"}


@pytest.mark.parametrize("make", FIRES)
def test_rule_fires_where_it_should(make):
    found = globals()[make]()
    assert FIRES[make] in found.advice
    assert found.advice[FIRES[make]] in found.to_markdown().replace("\\", "")


def test_cheaper_twin(details):
    table = details.results
    table.loc["twin" if table.index[0] == "heavy" else "heavy", "file_kb"] = 1e-6
    found = report(details, TEXTS, TARGET)
    assert "ties with" in found.advice["cheaper twin"]
    alone = compare([logistic()], TEXTS, TARGET, cv=3, verbose=0, return_details=True)
    assert "cheaper twin" not in report(alone, TEXTS, TARGET).advice


def test_learned_well_enough_is_not_told_otherwise():
    """None of the rules of refits fires on a task that few documents are enough for."""
    X, y = clean_words(600)
    model = make_pipeline(TfidfVectorizer(min_df=5), LogisticRegression(C=100))
    found = report(model.fit(X, y), X, y, cv=3)
    assert found.learning_curve["n"].tolist() == [100, 200, 400]
    assert found.advice == {}


@pytest.mark.parametrize(
    ("rule", "quiet", "loud"),
    [
        (
            "epochs ran out",
            {"nets": {"cnn": SimpleNamespace(history_=LOSSES, best_epoch_=2)}},
            {"nets": {"cnn": SimpleNamespace(history_=LOSSES, best_epoch_=3)}},
        ),
        (
            "epochs ran out",  # without held-out documents there is no best epoch
            {"nets": {"a": SimpleNamespace(history_={"loss": [1]}, best_epoch_=1)}},
            {"nets": {"a": SimpleNamespace(history_=LOSSES, best_epoch_=3)}},
        ),
        (
            "low coverage",
            {"coverage": {"tokens": 0.81, "types": 0.4}},
            {"coverage": {"tokens": 0.79, "types": 0.9}},
        ),
        (
            "rising curve",
            {"learning_curve": curve(0.80, 0.84, 0.841)},
            {"learning_curve": curve(0.60, 0.70, 0.78)},
        ),
    ],
)
def test_rule_at_its_bound(rule, quiet, loud):
    assert RULES[rule](SimpleNamespace(**quiet)) is None
    assert RULES[rule](SimpleNamespace(**loud)) is not None


def test_scores_have_intervals_and_a_baseline(found):
    assert found.scores.index.tolist() == [
        "accuracy", "balanced_accuracy", "f1_macro", "neg_log_loss", "roc_auc",
    ]  # fmt: skip
    assert (found.scores["low"] < found.scores["score"]).all()
    assert (found.scores["score"] < found.scores["high"]).all()
    share = max(np.mean(TARGET[TEST] == label) for label in (0, 1))
    assert found.scores.loc["accuracy", "majority class"] == pytest.approx(share)
    assert found.scores.loc["roc_auc", "majority class"] == 0.5


def test_mistakes_are_explained(found):
    html = found.to_html()
    assert found.mistakes["probability"].is_monotonic_decreasing
    first = found.mistakes.index[0]
    assert TEXTS[400 + first] == found.mistakes["text"].iloc[0]
    assert html.count('class="word-card"') == len(found.mistakes) == 10


def test_calibration_bins_hold_all_documents(found):
    assert found.calibration["n"].sum() == 200
    assert found.calibration["probability"].is_monotonic_increasing


def test_report_of_a_comparison_uses_its_predictions(details):
    found = report(details, TEXTS, TARGET)
    best = details.verdict.best
    right = details.predictions[best] == details.y_true
    assert found.scores.loc["accuracy", "score"] == pytest.approx(right.mean())
    assert str(details.verdict) in found.to_markdown().replace("\\", "")
    assert "600 documents, each by a model that was not fitted on it" in (
        found.to_markdown()
    )


def test_nothing_is_fitted_without_cv(details, monkeypatch):
    model = logistic().fit(TEXTS, TARGET)

    def fit(self, X, y):
        raise AssertionError("fitted")

    monkeypatch.setattr(LogisticRegression, "fit", fit)
    report(model, TEXTS[TRAIN], TARGET[TRAIN], X_test=TEXTS[TEST], y_test=TARGET[TEST])
    report(details, TEXTS, TARGET)


def test_nets_show_their_training():
    X, y = clean_words(300)
    found = of(tiny_pipeline("cnn"), X, y, 200)
    assert "Training</figcaption>" in found.to_html()


def test_nets_of_the_folds_are_looked_at():
    X, y = clean_words(200)
    net = tiny_pipeline("cnn", classify__epochs=2).fit(X, y)
    found = report(net, X, y, cv=2)
    assert list(found._evidence.nets) == ["CNNClassifier", "fold 1", "fold 2"]


def test_rows_in_the_order_of_their_classes():
    X, y = clean_words(200)
    order = np.argsort(y, kind="stable")
    X, y = [X[row] for row in order], y[order]
    assert len(report(logistic().fit(X, y), X, y, cv=3).learning_curve) == 3


def test_tables_beside_the_texts():
    frame = TWEETS.data
    model = make_text_classifier("tfidf-logreg", text="text", table=["keyword"])
    found = of(model, frame, TARGET)
    assert found.exploration.table.index.tolist() == ["keyword"]
    assert "keyword" in found.slices["column"].tolist()
    assert "keyword" in found.to_html()


def test_model_without_probabilities():
    found = of(make_pipeline(TfidfVectorizer(), LinearSVC()))
    assert found.scores.index.tolist() == [
        "accuracy",
        "balanced_accuracy",
        "f1_macro",
    ]
    assert found.mistakes is None
    assert "CalibratedClassifierCV" in found.to_markdown()


def test_page_holds_everything_itself(found, tmp_path):
    found.save(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert len(page) < 3_000_000
    assert not re.search(r"(?:src|href)=\"(?!data:image/png|#)", page)
    assert "url(" not in page
    assert "<script" not in page
    assert page.count("<img") >= 6


def test_texts_are_shown_and_not_run():
    X, y = clean_words(300)
    X[250] = "<script>alert(1)</script> fire | `x` **sun**"
    X[251] = X[250]
    y = np.where(y == "bad", "<b>bad</b>", "good")
    y[250] = y[251] = "good"
    found = of(logistic(), X, y, 200)
    html, text = found.to_html(), found.to_markdown()
    assert "<script>alert" not in html + text
    assert "<b>bad" not in html + text
    assert "&lt;script" in html or "&lt;</span>" in html or "alert(1)" in html


def test_texts_can_be_left_out():
    X, y = clean_words(300)
    X[5] = X[6] = "secret Xanadu fire"
    X[250] = "secret Xanadu sun"
    found = of(logistic(), X, y, 200, show_texts=False)
    shown = found.to_html() + found.to_markdown() + str(found)
    assert "xanadu" not in shown.lower()
    assert not any(text[:20] in shown for text in X)
    assert "labelled" in shown or not len(found.mistakes)


def test_markdown_is_a_table_where_html_has_one(found, tmp_path):
    found.save(tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert text.startswith("# LogisticRegression\n")
    assert (
        "| metric | score | low | high | majority class |\n|---|---|---|---|---|"
        in text
    )


def test_print_fits_a_terminal(found):
    assert max(map(len, str(found).splitlines())) <= 80
    assert repr(found).startswith("<Report on LogisticRegression: accuracy 0.")


def test_notebooks_show_it_in_a_frame(found):
    html = found._repr_html_()
    assert html.startswith("<iframe srcdoc=")
    assert "<h1>" not in html  # escaped, as part of the attribute


def test_same_input_gives_the_same_report(found):
    assert (
        of().to_markdown().split("## Size")[0]
        == found.to_markdown().split("## Size")[0]
    )


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"model": logistic()}, NotFittedError, "not fitted"),
        ({"model": "nb"}, TypeError, "estimator"),
        ({"model": pd.DataFrame()}, TypeError, "return_details=True"),
        ({"model": TfidfVectorizer().fit(TEXTS)}, TypeError, "fitted classifier"),
        ({"X_test": TEXTS}, ValueError, "only X_test"),
        ({"y_test": TARGET}, ValueError, "only y_test"),
        ({"y": TARGET[:5]}, ValueError, "inconsistent"),
        ({"y": np.column_stack([TARGET, TARGET])}, ValueError, "one label"),
        ({"cv": 1}, ValueError, "'cv' parameter"),
        ({"show_texts": "no"}, ValueError, "'show_texts' parameter"),
    ],
)
def test_bad_input(change, error, message):
    given = {"model": logistic().fit(TEXTS, TARGET), "X": TEXTS, "y": TARGET} | change
    with pytest.raises(error, match=message):
        report(**given)


def test_test_part_with_other_classes():
    X, y = clean_words(300)
    model = logistic().fit(X[:200], y[:200])
    other = np.where(y[200:] == "bad", "new", "good")
    found = report(model, X[:200], y[:200], X_test=X[200:], y_test=other)
    assert "neg_log_loss" not in found.scores.index
    assert found.scores.loc["accuracy", "score"] < 0.7


def test_polars_is_as_good_as_pandas(found):
    polars = pytest.importorskip("polars")
    model = logistic().fit(TEXTS[TRAIN], TARGET[TRAIN])
    again = report(
        model,
        polars.Series(TEXTS[TRAIN]),
        TARGET[TRAIN],
        X_test=polars.Series(TEXTS[TEST]),
        y_test=TARGET[TEST],
    )
    pd.testing.assert_frame_equal(again.scores, found.scores)


def test_reports_can_be_pickled(found):
    again = pickle.loads(pickle.dumps(found))
    assert again.to_markdown() == found.to_markdown()


def test_unknown_kind_of_file(found, tmp_path):
    with pytest.raises(ValueError, match=r"ends with \.html or \.md, got"):
        found.save(tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []
