"""The other examples run, on fewer rows than by default."""

import importlib
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import skclf
from skclf.datasets import make_reviews, make_tweets

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_main_job(run_example, tmp_path, capfd):
    run_example(
        *("disaster_tweets", "--output", str(tmp_path / "labels.csv")),
        MODELS=["tfidf-logreg", "nb"],
        GRID={"classify__filters": [8]},
    )
    assert {"model.skclf", "labels.csv"} < {p.name for p in tmp_path.iterdir()}
    printed = capfd.readouterr().out
    assert "Most confident mistakes" in printed
    assert printed.startswith("The same on the command line:\n  skclf sample")
    assert (tmp_path / "report.html").exists()
    assert printed.splitlines()[-1].startswith("  skclf predict ")
    assert max(map(len, printed.partition("A new process")[0].splitlines())) <= 80


@pytest.mark.slow
def test_main_job_on_a_csv_in_another_dialect(run_example, tmp_path, capfd):
    tweets = make_tweets(200, random_state=0).frame.assign(source="café; bar")
    tweets.to_csv(tmp_path / "mine.csv", sep=";", encoding="cp1252", errors="ignore")
    run_example(
        *("disaster_tweets", "--data", str(tmp_path / "mine.csv"), "--sep=;"),
        *("--encoding=cp1252", "--output", str(tmp_path / "labels.csv")),
        MODELS=["nb"],
        GRID={"classify__filters": [8]},
    )
    labels = (tmp_path / "labels.csv").read_text().splitlines()
    assert len(labels) == 201


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('text;n\n"a" b;1\n', "line 2: .* expected after"),
        ("text;n\na;1\nb\n", "line 3: expected 2 fields, got 1"),
        ("text;n\na;b;1\n", "line 2: expected 2 fields, got 3"),
        ("body;n\na;1\n", r"line 1: expected a column 'text', got \['body', 'n'\]"),
    ],
)
def test_files_to_label_are_read_strictly(tmp_path, monkeypatch, content, message):
    monkeypatch.syspath_prepend(EXAMPLES)
    read = importlib.import_module("predict_stream").read
    file = tmp_path / "texts.csv"
    file.write_text('text;n\n"é; b";1\n\n;2\n', encoding="cp1252")
    assert list(read(file, "text", ";", "cp1252")) == [
        {"text": "é; b", "n": "1"}, {"text": "", "n": "2"}
    ]  # fmt: skip
    file.write_text(content)
    with pytest.raises(ValueError, match=message):
        list(read(file, "text", ";", "utf-8"))


def test_topics(run_example, capsys):
    run_example("topics", "--topics=4")
    assert "words and topics" in capsys.readouterr().out


def test_topics_of_the_sample_tell_its_labels(run_example, capsys):
    """On as many rows as by default: the printed figures say that it works."""
    run_example("topics", make_reviews=make_reviews)
    printed = capsys.readouterr().out
    alone, baseline = map(
        float,
        re.search(r"accuracy (\S+) on new texts, without (\S+)", printed).groups(),
    )
    coherence = float(re.search(r"coherence \(NPMI\) (\S+);", printed)[1])
    assert alone > baseline + 0.3
    assert coherence > 0.1
    assert max(map(len, printed.splitlines())) <= 80


@pytest.mark.slow
def test_text_and_table(run_example, capsys):
    run_example("text_and_table")
    assert "net, both" in capsys.readouterr().out


def test_active_learning(run_example, capsys):
    run_example("active_learning", "--rounds=2", "--seeds", "0", "1")
    printed = capsys.readouterr().out
    assert "reviews: accuracy, mean of 2 seeds" in printed
    # The first labels are the same ones.
    assert re.search(r"^50 +(\S+) +\1 +0.0$", printed, re.MULTILINE)


def test_what_a_model_is_least_sure_of(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    from active_learning import labels_saved, least_sure

    class Model:
        def predict_proba(self, texts):
            return np.array([[0.9, 0.1, 0], [0.4, 0.3, 0.3], [0.5, 0, 0.5]])

    assert least_sure(Model(), ["a", "b", "c"], 2, None).tolist() == [2, 1]
    means = pd.DataFrame({"margin": [0.6, 0.8], "random": [0.6, 0.7]}, index=[50, 100])
    assert labels_saved(means) == 0
    assert labels_saved(means.assign(random=[0.5, 0.6])) == 0.5


def test_word_vectors(run_example, capsys):
    run_example("word_vectors")
    assert "accuracy" in capsys.readouterr().out


@pytest.mark.slow
def test_topics_and_prices_finds_the_lag_that_is_there(
    run_example, pyplot, tmp_path, capsys
):
    """On as many rows as by default; the same from files."""
    picture = tmp_path / "lags.png"
    run_example("topics_and_prices", f"--plot={picture}", make_reviews=make_reviews)
    printed = capsys.readouterr().out
    assert picture.stat().st_size > 10_000
    assert max(map(len, printed.splitlines())) <= 80
    clear = printed.partition("without 0:")[2].splitlines()[3:]
    assert [line.split()[:2] for line in clear] == [["2", "garden"]]

    model, posts, prices = sys.modules["topics_and_prices"].sample()
    skclf.save(model, tmp_path / "model.skclf")
    posts[["created_at", "text"]].to_csv(tmp_path / "posts.csv", index=False)
    prices.rename("close").rename_axis("date").to_csv(tmp_path / "prices.csv")
    files = ("model.skclf", "posts.csv", "prices.csv")
    run_example("topics_and_prices", "--data", *(str(tmp_path / f) for f in files))
    assert capsys.readouterr().out == printed


@pytest.fixture
def clear_lags(monkeypatch):
    """Call to get the lags and topics whose intervals are without 0."""
    monkeypatch.syspath_prepend(EXAMPLES)
    correlations = importlib.import_module("topics_and_prices").lagged_correlations

    def clear(shares, returns):
        prices = pd.Series(np.exp(0.01 * returns.cumsum()))
        table = correlations(shares, prices, n_resamples=200)
        assert (table["low"] < table["correlation"]).all()
        assert (table["correlation"] < table["high"]).all()
        return table[(table["low"] > 0) | (table["high"] < 0)].index.tolist()

    return clear


def test_prices_that_follow_nothing_have_no_clear_lag(clear_lags):
    """Of 20 tables, 95 % of which should have none, though days hang together."""
    rng = np.random.default_rng(0)
    shares = [pd.DataFrame(rng.normal(size=(250, 4))).ewm(3).mean() for _ in range(20)]
    clear = [clear_lags(each, rng.normal(size=250)) for each in shares]
    assert sum(map(bool, clear)) <= 4


@pytest.mark.parametrize(("lag", "sign"), [(0, 1), (3, -1)])
def test_the_lag_of_a_price_that_follows_a_topic(clear_lags, lag, sign):
    rng = np.random.default_rng(0)
    shares = pd.DataFrame(rng.normal(size=(250, 3)), columns=[*"abc"])
    returns = sign * np.roll(shares["b"], lag) + rng.normal(size=250)
    assert clear_lags(shares, returns) == [(lag, "b")]


def test_posts_count_for_the_next_trading_day(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    daily_shares = importlib.import_module("topics_and_prices").daily_shares
    days = pd.DatetimeIndex(["2026-01-01", "2026-01-02", "2026-01-05", "2026-01-06"])
    times = ["2025-12-01T00:00:00+00:00", "2026-01-02T23:59:59+00:00"]
    times += ["2026-01-03T10:00:00+00:00", "2026-01-05T10:00:00+00:00"]
    times += ["2026-02-01T00:00:00+00:00"]
    shares = daily_shares(np.array([*"aabab"]), pd.Series(times), days)
    assert shares.index.equals(days[1:])
    assert shares["a"].tolist()[:2] == [1, 0.5]
    assert shares["b"].tolist()[:2] == [0, 0.5]
    assert shares.loc["2026-01-06"].isna().all()  # nothing is made up


@pytest.fixture
def page(monkeypatch):
    """Call to open the page of the example, with arguments."""
    streamlit = pytest.importorskip("streamlit", reason="the page needs streamlit")
    from streamlit.testing.v1 import AppTest

    def open_page(*arguments):
        monkeypatch.setattr(sys, "argv", ["page.py", *map(str, arguments)])
        return AppTest.from_file(str(EXAMPLES / "page.py"), default_timeout=60).run()

    yield open_page
    streamlit.cache_resource.clear()


def test_page(page):
    opened = page()
    assert "Type a text" in opened.info[0].value
    assert not opened.get("html")
    labelled = opened.text_area[0].set_value("<i>Flood</i> in the city, help!").run()
    assert not labelled.exception
    probabilities = labelled.dataframe[0].value["probability"]
    assert set(probabilities.index) == {"disaster", "not disaster"}
    assert probabilities.sum() == pytest.approx(1)
    html = labelled.get("html")[0].proto.body
    assert f"<b>{probabilities.idxmax()}</b>" in html
    assert "&lt;i&gt;Flood&lt;/i&gt;" in html
    assert "<i>" not in html
    assert "Type a text" in opened.text_area[0].set_value(" ").run().info[0].value


@pytest.mark.parametrize("name", ["nb", "tfidf-svm"])
def test_page_of_a_saved_model(page, tmp_path, name):
    X, y = make_reviews(200, target="topic", random_state=0, return_X_y=True)
    texts = X["text"].fillna("")
    model = skclf.make_text_classifier(name).fit(texts, y)
    skclf.save(model, tmp_path / "model.skclf")
    opened = page(tmp_path / "model.skclf")
    labelled = opened.text_area[0].set_value(texts[0]).run()
    assert not labelled.exception
    (label,) = model.predict([texts[0]])
    assert f"<b>{label}</b>" in labelled.get("html")[0].proto.body
    if hasattr(model, "predict_proba"):
        shown = labelled.dataframe[0].value["probability"]
        expected = model.predict_proba([texts[0]])[0]
        np.testing.assert_allclose(shown[model.classes_], expected)
    else:
        assert not labelled.dataframe
