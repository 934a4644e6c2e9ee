"""The other examples run, on fewer rows than by default."""

import importlib
import re
from pathlib import Path

import pytest

from skclf.datasets import make_reviews, make_tweets

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_main_job(run_example, tmp_path, capfd):
    run_example(
        *("disaster_tweets", "--output", str(tmp_path / "labels.csv")),
        MODELS=["tfidf-logreg", "nb"],
        GRID={"classify__filters": [8]},
    )
    assert {"model.skclf", "labels.csv"} < {p.name for p in tmp_path.iterdir()}
    assert "Most confident mistakes" in capfd.readouterr().out


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


def test_word_vectors(run_example, capsys):
    run_example("word_vectors")
    assert "accuracy" in capsys.readouterr().out
