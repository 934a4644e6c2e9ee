"""Labels that are probably wrong."""

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import (
    GroupKFold,
    ShuffleSplit,
    StratifiedKFold,
    cross_val_predict,
)
from sklearn.svm import LinearSVC

from skclf import make_text_classifier
from skclf.datasets import make_tweets
from skclf.evaluate import label_issues

pytest.importorskip("cleanlab")

TEXTS = ["fire!", "sun", "smoke", "beach", "flames", None]
LABELS = ["bad", "good", "bad", "good", "good", "good"]
PROBA = [[0.9, 0.1], [0.1, 0.9], [0.8, 0.2], [0.2, 0.8], [0.9, 0.1], [0.3, 0.7]]


@pytest.fixture(scope="module")
def flipped():
    """Texts, labels of which a tenth is turned round, and which these are."""
    tweets = make_tweets(600, random_state=0)
    rows = np.random.RandomState(0).choice(600, 60, replace=False)
    y = tweets.target.copy()
    y[rows] = 1 - y[rows]
    return tweets.data["text"], y, rows


@pytest.fixture(scope="module")
def issues(flipped):
    texts, y, _ = flipped
    return label_issues("tfidf-logreg", texts, y, random_state=0)


def test_flipped_labels_are_found(issues, flipped):
    _, _, rows = flipped
    found = np.isin(issues.frame.index, rows)
    assert found.mean() > 0.4  # where chance is .1
    assert found.sum() > 0.6 * len(rows)
    assert found[:30].mean() > 0.5


def test_the_table(issues, flipped):
    texts, y, _ = flipped
    frame = issues.frame
    assert frame.columns.tolist() == ["text", "label", "suggested", "quality"]
    assert frame.index.name == "row"
    assert frame["quality"].is_monotonic_increasing
    assert (frame["label"] != frame["suggested"]).all()
    assert frame["label"].tolist() == y[frame.index].tolist()
    assert frame["text"].tolist() == texts.to_numpy()[frame.index].tolist()
    assert sorted(frame.index) == np.flatnonzero(issues.mask).tolist()


def test_quality_is_the_probability_of_the_given_label():
    issues = label_issues(None, TEXTS, LABELS, proba=PROBA)
    assert issues.mask.tolist() == [False] * 4 + [True, False]
    expected = ["flames", "good", "bad", 0.1]
    assert issues.frame.loc[4].tolist() == pytest.approx(expected)


def test_probabilities_of_a_user_give_the_same(flipped):
    texts, y, _ = flipped
    texts, y = texts[:200], pd.Series(y[:200])
    model = make_text_classifier("nb")
    proba = cross_val_predict(model, texts, y, cv=3, method="predict_proba")
    ours = label_issues(model, texts, y, cv=StratifiedKFold(3))
    theirs = label_issues(None, texts, y, proba=proba)
    pd.testing.assert_frame_equal(ours.frame, theirs.frame)
    assert not hasattr(model, "classes_")


def test_a_seed_gives_the_same(flipped, issues):
    texts, y, _ = flipped
    again = label_issues("tfidf-logreg", texts, y, random_state=0, n=5)
    pd.testing.assert_frame_equal(again.frame, issues.frame.head(5))
    assert again.mask.tolist() == issues.mask.tolist()
    assert repr(again) == (
        f"<LabelIssues: {issues.mask.sum()} of 600 labels are probably wrong, the "
        "worst 5 of them shown>"
    )


def test_names_of_classes_in_another_order():
    turned = np.array(PROBA)[:, ::-1]
    issues = label_issues(None, TEXTS, LABELS, proba=turned, classes=["good", "bad"])
    assert issues.frame.equals(label_issues(None, TEXTS, LABELS, proba=PROBA).frame)


def test_texts_beside_a_table():
    data = make_tweets(150, random_state=0)
    model = make_text_classifier("tfidf-logreg", text="text", table=["keyword"])
    issues = label_issues(model, data.data, data.target, cv=3, random_state=0)
    texts = data.data["text"].to_numpy()
    assert len(issues.frame)
    assert issues.frame["text"].tolist() == texts[issues.frame.index].tolist()


def test_groups_stay_together(flipped):
    texts, y, _ = flipped
    groups = np.arange(100) // 4
    cases = {"cv": GroupKFold(4), "groups": groups}
    assert len(label_issues("nb", texts[:100], y[:100], **cases).mask) == 100
    with pytest.raises(ValueError, match="in groups as in X, got 50 and 100"):
        label_issues("nb", texts[:100], y[:100], groups=groups[:50])


def test_texts_are_wrapped_in_terminals_and_whole_in_html():
    texts = [*TEXTS[:4], "word " * 50 + "<b>&\nnew", ""]
    issues = label_issues(None, texts, LABELS, proba=PROBA)
    shown = str(issues)
    assert max(map(len, shown.splitlines())) <= 80
    assert "good, suggested bad: row 4, quality 0.10\n  - word word" in shown
    assert "word " * 50 + "&lt;b&gt;&amp;\nnew" in issues._repr_html_()
    assert "<b>&\n" not in issues._repr_html_()


def test_names_of_classes_are_escaped():
    y = ["<i>" if label == "good" else "bad" for label in LABELS]
    html = label_issues(
        None, TEXTS, y, proba=PROBA, classes=["bad", "<i>"]
    )._repr_html_()
    assert "&lt;i&gt;, suggested bad" in html
    assert "<i>" not in html


def test_no_issues():
    y = ["bad" if p > 0.5 else "good" for p, _ in PROBA]
    issues = label_issues(None, TEXTS, y, proba=PROBA)
    assert issues.frame.empty
    assert str(issues) == "0 of 6 labels are probably wrong."


def test_a_class_with_one_document():
    proba = np.column_stack([PROBA, np.full(6, 0.05)])
    y = [*LABELS[:-1], "ugly"]
    with pytest.warns(UserWarning, match=r"with one document: \['ugly'\]"):
        issues = label_issues(None, TEXTS, y, proba=proba)
    assert not issues.mask[-1]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"estimator": "nb"}, TypeError, "got both. Pass None as estimator"),
        ({"proba": None}, TypeError, "got neither"),
        ({"proba": np.array(PROBA)[:, 1]}, ValueError, r"got \(6,\)"),
        ({"proba": np.eye(6)}, ValueError, r"shape \(6, 2\)"),
        ({"proba": np.array(PROBA) - 1}, ValueError, "not of decision_function"),
        ({"classes": ["bad", "fair"]}, ValueError, "got 'good' in row 1 of y"),
        ({"y": np.eye(6, 2, dtype=int)}, ValueError, "one by one"),
        ({"y": ["bad"] * 6}, ValueError, "at least 2 classes"),
        ({"y": LABELS[:5]}, ValueError, "y has 5"),
        ({"X": [1] * 6}, TypeError, "row 0"),
        ({"n": 0}, ValueError, "'n' parameter"),
    ],
)
def test_bad_input_is_refused(change, error, message):
    call = {"estimator": None, "X": TEXTS, "y": LABELS, "proba": PROBA} | change
    with pytest.raises(error, match=message):
        label_issues(call.pop("estimator"), call.pop("X"), call.pop("y"), **call)


def test_estimators_that_do_not_fit(flipped):
    texts, y, _ = flipped
    with pytest.raises(TypeError, match="with predict_proba, got LinearSVC"):
        label_issues(LinearSVC(), texts, y)
    with pytest.raises(ValueError, match="Did you mean 'nb'"):
        label_issues("nbb", texts, y)
    with pytest.raises(ValueError, match="partitions"):
        label_issues("nb", texts, y, cv=ShuffleSplit(2, random_state=0))
