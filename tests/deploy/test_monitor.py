"""What normal documents are, and which ones are not."""

import pickle

import numpy as np
import pandas as pd
import pytest
from helpers import tiny_pipeline
from scipy.stats import chi2_contingency, ks_2samp
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skclf import (
    AbstainingClassifier,
    Monitor,
    TextStatistics,
    inspect_file,
    load,
    make_text_classifier,
    save,
    to_onnx_pipeline,
    unknown_rate,
)
from skclf.datasets import load_brand_emotions, load_disaster_tweets, make_tweets
from skclf.deploy._drift import _chi2

NEW = ["Quarterly EBITDA guidance was lowered by the board of directors."] * 40


@pytest.fixture(scope="module")
def data():
    tweets = make_tweets(900, random_state=0)
    return tweets.data["text"].to_numpy(dtype=object), tweets.target


@pytest.fixture(scope="module")
def model(data):
    X, y = data
    return make_text_classifier("tfidf-logreg").fit(X[:500], y[:500])


@pytest.fixture(scope="module")
def monitor(model, data):
    X, _ = data
    return Monitor(model, X[:500], X_held_out=X[500:700])


@pytest.fixture(scope="module")
def plain(model, data):
    return Monitor(model, data[0][:500])


class TestDrift:
    def test_none_in_texts_of_the_same_kind(self, monitor, plain, data):
        for one in (monitor, plain):
            drift = one.check(data[0][700:]).drift
            assert not drift["drifted"].any()
            assert drift["p_corrected"].min() > 0.1

    def test_false_alarms_are_as_rare_as_alpha_says(self, model, data):
        monitor = Monitor(model, data[0][:500], alpha=0.2)
        rng = np.random.RandomState(0)
        new = make_tweets(3000, random_state=1).data["text"].to_numpy()
        found = [
            monitor.check(rng.choice(new, 100, replace=False)).drift["drifted"].any()
            for _ in range(30)
        ]
        assert np.mean(found) <= 0.2

    def test_in_other_texts(self, monitor, plain):
        for one in (monitor, plain):
            drift = one.check(NEW).drift.set_index("statistic")
            assert drift.loc["unknown_words", "drifted"]
            assert drift.loc["words", "drifted"]
            assert not drift.loc["emojis", "drifted"]

    def test_fewer_unknown_words_are_none(self, monitor):
        drift = monitor.check(["fire on the train"] * 40).drift
        row = drift.set_index("statistic").loc["unknown_words"]
        assert row["observed"] < row["normal"]
        assert row["p_value"] == 1

    def test_the_numbers_are_those_of_scipy(self, monitor, model, data):
        X, _ = data
        drift = monitor.check(X[700:]).drift.set_index("statistic")
        statistics = TextStatistics(["digits"])
        here = statistics.transform(X[700:]).ravel()
        test = ks_2samp(statistics.transform(X[:700]).ravel(), here, method="asymp")
        found = drift.loc["digits"]
        assert found["distance"] == pytest.approx(test.statistic)
        assert found["p_value"] == pytest.approx(min(test.pvalue, 1))
        assert found["observed"] == pytest.approx(here.mean())
        sure = model.predict_proba(X[500:700]).max(axis=1)  # held out ones alone
        assert drift.loc["confidence", "normal"] == pytest.approx(sure.mean())
        unknown = unknown_rate(model, X[500:700])
        assert drift.loc["unknown_words", "normal"] == pytest.approx(unknown.mean())
        (name,) = [name for name in drift.index if name.startswith("label ")]
        counts = [np.bincount(model.predict(part)) for part in (X[500:700], X[700:])]
        expected = chi2_contingency(counts, correction=False).pvalue
        assert drift.loc[name, "p_value"] == pytest.approx(expected)

    def test_labels_and_confidence_need_held_out_texts(self, plain, data):
        report = plain.check(data[0][700:])
        drift = report.drift.set_index("statistic")
        for name in ("label", "confidence"):
            assert np.isnan(drift.loc[name, "p_value"])
            assert not drift.loc[name, "drifted"]
        assert "not compared: confidence, label (see X_held_out" in str(report)
        assert not report.flags["low_confidence"].any()

    def test_a_class_that_comes_more_often(self, monitor, model, data):
        X, _ = data
        ones = X[700:][model.predict(X[700:]) == 1]
        drift = monitor.check(ones).drift.set_index("statistic")
        assert drift.loc["label 0", "drifted"]
        assert drift.loc["label 0", "observed"] == 0

    def test_rare_classes_are_one(self):
        assert _chi2(np.array([[500, 500, 1, 0], [50, 50, 0, 1]])) > 0.05
        assert _chi2(np.array([[500, 500, 1, 0], [0, 100, 0, 1]])) < 1e-9
        assert _chi2(np.array([[500], [50]])) == 1

    def test_few_documents_are_warned_of(self, monitor):
        with pytest.warns(UserWarning, match="at least 30 documents.*got 2"):
            monitor.check(["fire", "flood"])

    def test_a_sample_of_many_values_is_kept(self, data):
        X, y = data
        model = make_text_classifier("nb").fit(X, y)
        monitor = Monitor(model, np.tile(X, 20))
        assert len(monitor._samples["words"]) == 10_000
        assert len(pickle.dumps(monitor)) < 3_000_000 + len(pickle.dumps(model))


class TestFlags:
    def test_each_kind(self, monitor, data):
        normal = data[0][705]
        texts = [normal, None, "http://t.co/x", "xyzzy xyzzy xyzzy xyzzy xyzzy"]
        texts += ["fire", f"{normal} " * 20, "x" * 1000]
        flags = monitor.check(texts + [normal] * 30).flags
        assert flags["flagged"].tolist()[:7] == [False] + [True] * 6
        kinds = ["empty", "too_short", "too_long", "unknown"]
        found = [[kind for kind in kinds if flags.loc[i, kind]] for i in range(7)]
        assert found[1] == found[2] == ["empty"]
        assert found[3] == ["unknown"]
        assert found[4] == ["too_short"]
        assert found[5] == ["too_long"]
        assert found[6] == ["too_short", "too_long", "unknown"]
        reasons = flags["reason"].tolist()
        assert reasons[0] == ""
        assert reasons[1] == "no words"
        assert reasons[3].startswith("only unknown words")
        assert reasons[4].startswith("too short: 1 word")
        assert "too long: " in reasons[5]

    def test_only_unknown_words_are_flagged_whatever_is_normal(self, data):
        X, y = data
        model = make_text_classifier("tfidf-logreg").fit(X[:20], y[:20])
        monitor = Monitor(model, X[:20], X_held_out=["xyzzy"] * 20)
        flags = monitor.check(["plugh plugh plugh"] * 30).flags
        assert flags["unknown"].all()

    def test_low_confidence(self, monitor, model, data):
        X, _ = data
        flags = monitor.check(X).flags
        limit = np.quantile(model.predict_proba(X[500:700]).max(axis=1), 0.01)
        expected = model.predict_proba(X).max(axis=1) < limit
        np.testing.assert_array_equal(flags["low_confidence"], expected)
        shown = flags.loc[expected, "reason"]
        assert shown.str.contains(r"confidence 0\.5").all()

    def test_few_normal_documents_are_flagged(self, monitor, data):
        flags = monitor.check(data[0][:700]).flags
        assert 0 < flags["flagged"].mean() < 0.06

    def test_the_index_is_kept(self, monitor, data):
        texts = pd.Series(data[0][700:], index=[f"row {i}" for i in range(200)])
        report = monitor.check(texts)
        assert report.flags.index.equals(texts.index)
        same = monitor.check(iter(texts))
        np.testing.assert_array_equal(same.flags.to_numpy(), report.flags.to_numpy())
        assert same.flags.index.equals(pd.RangeIndex(200))


class TestShown:
    def test_in_80_columns(self, monitor):
        report = monitor.check(NEW)
        lines = str(report).splitlines()
        assert max(map(len, lines)) <= 80
        assert lines[0].startswith("40 documents: 40 flagged (100.0 %); ")
        assert repr(report).startswith("<MonitorReport of 40 documents, 40 flagged, ")
        assert repr(monitor) == "<Monitor of a Pipeline fitted on 500 documents>"

    def test_labels_are_escaped_and_cut(self, data):
        X, y = data
        label = "<b>" + "long " * 30
        y = np.where(y == 1, label, "calm")
        model = make_text_classifier("nb").fit(X[:500], y[:500])
        report = Monitor(model, X[:500], X_held_out=X[500:700]).check(NEW)
        assert "<b>" not in report._repr_html_()
        assert "&lt;b&gt;" in report._repr_html_()
        assert max(map(len, str(report).splitlines())) <= 80

    def test_what_is_normal(self, monitor, data):
        normal = monitor.normal
        lengths = TextStatistics(["words"]).transform(data[0][:700])
        assert normal.loc["words", "median"] == np.median(lengths)
        assert normal.loc["words", "high"] == np.quantile(lengths, 0.99)
        assert {"unknown_words", "confidence"} <= set(normal.index)


def test_saved_with_its_model(monitor, data, tmp_path):
    save(monitor, tmp_path / "monitor.skclf")
    manifest = inspect_file(tmp_path / "monitor.skclf")
    assert manifest["estimator"] == "skclf.deploy.Monitor"
    assert (manifest["classes"], manifest["n_samples"]) == ([0, 1], 500)
    assert "pandas" in manifest["versions"]
    loaded = load(tmp_path / "monitor.skclf")
    X = data[0][700:]
    expected = monitor.check(X)
    pd.testing.assert_frame_equal(loaded.check(X).drift, expected.drift)
    pd.testing.assert_frame_equal(loaded.check(X).flags, expected.flags)
    np.testing.assert_array_equal(
        loaded.pipeline.predict(X), monitor.pipeline.predict(X)
    )


def test_no_training_text_is_kept(data):
    X, y = data
    secret = "plugh9271 stays at home"
    texts = [*X[:50], secret]
    model = make_text_classifier("tfidf-logreg", vectorize__min_df=2)
    model.fit(texts, [*y[:50], 0])
    stored = pickle.dumps(Monitor(model, texts, X_held_out=texts))
    assert b"plugh9271" not in stored


def test_nets_and_their_graphs(data):
    X, y = data[0][:100], data[1][:100]
    net = tiny_pipeline("cnn").fit(X, y)
    found = Monitor(net, X).check(NEW)
    same = Monitor(to_onnx_pipeline(net), X).check(NEW)
    pd.testing.assert_frame_equal(found.drift, same.drift, rtol=1e-4)


def test_text_beside_a_table(data):
    X, y = data
    frame = pd.DataFrame({"keyword": "fire", "text": X})
    model = make_text_classifier("tfidf-logreg", text="text", table=["keyword"])
    model.fit(frame[:500], y[:500])
    monitor = Monitor(model, frame[:500], X_held_out=frame[500:700])
    assert not monitor.check(frame[700:]).drift["drifted"].any()
    new = pd.DataFrame({"keyword": "fire", "text": NEW})
    assert monitor.check(new).flags["flagged"].all()
    np.testing.assert_array_equal(
        monitor.check(frame[700:]).flags.index, frame.index[700:]
    )


def test_labels_that_are_not_given_are_labels(data):
    X, y = data
    model = AbstainingClassifier(make_text_classifier("nb"), error=0.1, cv=3)
    monitor = Monitor(model.fit(X[:500], y[:500]), X[:500], X_held_out=X[500:700])
    drift = monitor.check(NEW).drift.set_index("statistic")
    assert drift.loc["label None", "observed"] > drift.loc["label None", "normal"]


def test_without_probabilities(data):
    X, y = data
    model = make_text_classifier("tfidf-logreg").set_params(classify=LinearSVC())
    monitor = Monitor(model.fit(X[:500], y[:500]), X[:500], X_held_out=X[500:700])
    report = monitor.check(NEW)
    assert "confidence" not in set(report.drift["statistic"])
    assert report.flags["confidence"].isna().all()


def test_without_a_vocabulary(data):
    X, y = data
    model = make_pipeline(HashingVectorizer(n_features=64), LogisticRegression())
    model.fit(X[:500], y[:500])
    with pytest.warns(UserWarning, match="Unknown words are not watched. Expected a"):
        monitor = Monitor(model, X[:500])
    report = monitor.check([*NEW, ""])
    assert "unknown_words" not in set(report.drift["statistic"])
    assert report.flags["empty"].tolist() == [False] * 40 + [True]
    assert report.flags["unknown_words"].isna().all()


class TestErrors:
    def test_wrong_parameters(self, model, data):
        with pytest.raises(ValueError, match="'alpha' parameter of Monitor"):
            Monitor(model, data[0], alpha=0)
        with pytest.raises(ValueError, match="'flag_share' parameter of Monitor"):
            Monitor(model, data[0], flag_share=0.5)

    def test_no_documents(self, model, monitor):
        with pytest.raises(ValueError, match="0 sample"):
            Monitor(model, [])
        with pytest.raises(ValueError, match="0 sample"):
            Monitor(model, ["fire"], X_held_out=[])
        with pytest.raises(ValueError, match="0 sample"):
            monitor.check([])

    def test_one_text(self, model, monitor):
        with pytest.raises(TypeError, match=r"Pass \[text\]"):
            Monitor(model, "fire")
        with pytest.raises(TypeError, match=r"Pass \[text\]"):
            monitor.check("fire")

    def test_what_is_no_fitted_classifier(self, data):
        with pytest.raises(NotFittedError):
            Monitor(make_text_classifier("nb"), data[0])
        model = LinearRegression().fit([[0.0]], [0.0])
        with pytest.raises(TypeError, match="Expected a fitted classifier"):
            Monitor(model, data[0])

    def test_several_labels(self, data):
        X, y = data
        Y = np.column_stack([y, 1 - y])
        model = make_text_classifier("tfidf-logreg").fit(X[:100], Y[:100])
        with pytest.raises(ValueError, match="one label for each document"):
            Monitor(model, X[:100])


@pytest.mark.slow
def test_disaster_tweets_are_normal_and_brands_are_not(data_home):
    X, y = load_disaster_tweets(return_X_y=True)
    train, test, y, _ = train_test_split(
        X["text"], y, test_size=0.2, stratify=y, random_state=42
    )
    monitor = Monitor(make_text_classifier("tfidf-logreg").fit(train, y), train)
    rng = np.random.RandomState(0)
    test = test.to_numpy()
    halves = [test[rng.permutation(len(test))[: len(test) // 2]] for _ in range(4)]
    assert not any(monitor.check(half).drift["drifted"].any() for half in halves)
    brands = load_brand_emotions().data["text"].dropna()[:100]
    assert monitor.check(brands).drift["drifted"].any()
