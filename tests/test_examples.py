"""The other examples run, on fewer rows than by default."""


def test_main_job(run_example, tmp_path, capfd):
    run_example(
        *("disaster_tweets", "--output", str(tmp_path / "labels.csv")),
        MODELS=["tfidf-logreg", "nb"],
        GRID={"classify__filters": [8]},
    )
    assert {"model.skclf", "labels.csv"} < {p.name for p in tmp_path.iterdir()}
    assert "Most confident mistakes" in capfd.readouterr().out


def test_topics(run_example, capsys):
    run_example("topics", "--topics=4")
    assert "words and topics" in capsys.readouterr().out


def test_text_and_table(run_example, capsys):
    run_example("text_and_table")
    assert "net, both" in capsys.readouterr().out


def test_word_vectors(run_example, capsys):
    run_example("word_vectors")
    assert "accuracy" in capsys.readouterr().out
