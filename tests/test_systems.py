"""The five systems of the examples run, on fewer rows than by default."""

import pytest

pytestmark = pytest.mark.slow


def test_s0_writes_its_submission(run_example, pyplot, tmp_path, capsys):
    output, grid = ("--output", str(tmp_path)), {"batch_size": [32, 64]}
    run_example("s0_lstm_and_table", *output, most_epochs=20, GRID=grid)
    assert {p.name for p in tmp_path.iterdir()} >= {"submission.csv", "history.png"}
    assert "gap_f1" in capsys.readouterr().out


def test_s1(run_example, pyplot, tmp_path, capsys):
    run_example("s1_recurrent_nets", "--output", str(tmp_path))
    assert {p.name for p in tmp_path.iterdir()} == {
        "curves.png",
        "histories.csv",
        "model.txt",
    }
    assert "not disaster, predicted" in capsys.readouterr().out


def test_s2(run_example, capsys):
    run_example("s2_imbalanced_classes")
    printed = capsys.readouterr().out
    assert "macro F1" in printed
    assert "by cost" in printed
    assert {"music", "clothes"} <= set(printed.split())


def test_s3(run_example, capsys):
    run_example("s3_news_topics")
    printed = capsys.readouterr().out
    assert printed.count("not leaked") == 5
    assert "leaked    0 " not in printed


def test_s4(run_example, pyplot, tmp_path, capsys):
    space = {"cell": ["lstm"], "units": [(8, 8)], "embedding_dropout": [0.0]}
    space |= {"dropout": [(0.1, 0.2)], "learning_rate": [1e-2, 1e-3]}
    space = {f"classify__{name}": values for name, values in space.items()}
    picture = tmp_path / "s4.png"
    run_example(
        "s4_random_search",
        "--candidates=2",
        f"--output={picture}",
        SPACE_ON_SAMPLE=[space],
    )
    assert picture.stat().st_size > 10_000
    printed = capsys.readouterr().out
    assert "auc" in printed
    assert "quadratic kappa" in printed
    assert max(map(len, printed.splitlines())) <= 80
