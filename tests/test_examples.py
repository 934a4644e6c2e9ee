"""The examples run, on fewer rows than by default."""

import importlib
import sys
from pathlib import Path

import pytest

from skclf.datasets import make_tweets

EXAMPLES = Path(__file__).parents[1] / "examples"
N_ROWS = 120


@pytest.fixture
def run(monkeypatch):
    """Call to run an example with arguments, and with other values in its module."""
    monkeypatch.syspath_prepend(EXAMPLES)

    def few(n, **params):
        return make_tweets(N_ROWS, **params)

    def run(name, *arguments, **changes):
        example = importlib.import_module(name)
        for attribute, value in {"make_tweets": few, **changes}.items():
            monkeypatch.setattr(example, attribute, value)
        monkeypatch.setattr(sys, "argv", [name, *arguments])
        example.main()

    return run


def test_s0_writes_its_submission(run, pyplot, tmp_path, capsys):
    run("s0_lstm_and_table", "--output", str(tmp_path), GRID={"batch_size": [32, 64]})
    assert {p.name for p in tmp_path.iterdir()} >= {"submission.csv", "history.png"}
    assert "gap_f1" in capsys.readouterr().out


def test_main_job(run, tmp_path, capfd):
    run(
        *("disaster_tweets", "--output", str(tmp_path / "labels.csv")),
        MODELS=["tfidf-logreg", "nb"],
        GRID={"classify__filters": [8]},
    )
    assert {"model.skclf", "labels.csv"} < {p.name for p in tmp_path.iterdir()}
    assert "Most confident mistakes" in capfd.readouterr().out


def test_topics(run, capsys):
    run("topics", "--topics=4")
    assert "words and topics" in capsys.readouterr().out


def test_text_and_table(run, capsys):
    run("text_and_table")
    assert "net, both" in capsys.readouterr().out


def test_word_vectors(run, capsys):
    run("word_vectors")
    assert "accuracy" in capsys.readouterr().out


def test_s1(run, pyplot, tmp_path, capsys):
    run("s1_recurrent_nets", "--output", str(tmp_path))
    assert {p.name for p in tmp_path.iterdir()} == {
        "curves.png",
        "histories.csv",
        "model.txt",
    }
    assert "false" in capsys.readouterr().out


def test_s2(run, capsys):
    run("s2_imbalanced_classes")
    assert capsys.readouterr().out.count("micro-averaged AUC") == 4


def test_s3(run, capsys):
    run("s3_news_topics")
    assert capsys.readouterr().out.count("not leaked") == 5


def test_s4(run, pyplot, tmp_path, capsys):
    space = {"classify__learning_rate": [1e-2, 1e-3], "classify__units": [(8, 8)]}
    picture = tmp_path / "s4.png"
    run("s4_random_search", "--candidates=2", f"--output={picture}", SPACE=[space])
    assert picture.stat().st_size > 10_000
    assert "mean_test_score" in capsys.readouterr().out
