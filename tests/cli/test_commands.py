"""What each command prints, writes, and says to programs."""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

import skclf as library
from skclf.cli._command_line import COMMANDS

EVERY = {
    "sample": "--out sampled.csv --n 50",
    "explore": "train.csv",
    "compare": "train.csv -m nb -m tfidf-logreg --cv 2",
    "train": "train.csv --model nb --cv 2 --out trained.skclf",
    "evaluate": "nb.skclf test.csv",
    "predict": "nb.skclf test.csv --out labelled.csv",
    "explain": "nb.skclf",
    "report": "nb.skclf train.csv --test test.csv",
    "audit": "train.csv test.csv",
    "inspect": "nb.skclf",
}


@pytest.mark.parametrize("name", EVERY)
def test_every_command_prints_80_columns(skclf, name):
    called = skclf(name, *EVERY[name].split())
    assert called.code == 0, called.err
    lines = (called.out + called.err).splitlines()
    assert lines
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in called.out + called.err


@pytest.mark.parametrize("name", EVERY)
def test_every_command_prints_one_json_document(skclf, name):
    called = skclf(name, *EVERY[name].split(), "--json", "--quiet")
    assert called.code == 0, called.err
    assert isinstance(json.loads(called.out), dict)
    assert called.err == ""


@pytest.mark.parametrize(
    "name", [f.__name__.removesuffix("_command") for f in COMMANDS]
)
def test_every_command_has_help_with_examples(skclf, name):
    called = skclf(name, "--help")
    assert called.code == 0
    assert f"skclf {name}" in called.out.partition("Examples:")[2]
    assert max(map(len, called.out.splitlines())) <= 80
    assert "..." not in skclf("--help").out.replace("[ARGS]...", "")


def test_the_version(skclf):
    assert skclf("--version").out == f"{library.__version__}\n"


def test_samples_are_the_same_for_one_seed(skclf):
    read = {}
    for name, seed in (("one.csv", 3), ("two.csv", 3), ("three.csv", 4)):
        skclf("sample", "--out", name, "--n", 20, "--seed", seed)
        read[name] = Path(name).read_text()
    assert read["one.csv"] == read["two.csv"] != read["three.csv"]
    assert len(pd.read_csv("one.csv")) == 20


def test_explore_without_labels(skclf):
    called = skclf("explore", "train.csv", "--no-target", "--json")
    assert json.loads(called.out)["classes"] is None
    assert json.loads(called.out)["overview"]["documents"] == 200


def test_explore_draws(skclf):
    assert skclf("explore", "train.csv", "--plot", "drawn.svg").code == 0
    assert "<svg" in Path("drawn.svg").read_text()


def test_compare_on_metrics_of_ones_own(skclf):
    options = ("-m", "nb", "--cv", 2, "--scoring", "neg_log_loss", "--json")
    found = json.loads(skclf("compare", "train.csv", *options).out)
    first = found["results"][0]
    assert first["model"] == found["verdict"]["best"] == "nb"
    assert first["neg_log_loss"] < 0
    assert "accuracy" not in first


def test_progress_is_on_standard_error(skclf):
    called = skclf("compare", "train.csv", "-m", "nb", "--cv", 2)
    assert "nb              accuracy 0." in called.err
    assert called.out.splitlines()[0].split()[0] == "accuracy"
    assert skclf("compare", "train.csv", "-m", "nb", "--cv", 2, "-q").err == ""


def test_several_models_are_compared_and_the_verdict_is_taken(skclf):
    models = ("-m", "nb", "-m", "tfidf-logreg")
    options = ("--cv", 2, "--out", "auto.skclf", "--json")
    found = json.loads(skclf("train", "train.csv", *models, *options).out)
    assert found["model"] == found["comparison"]["verdict"]["cheapest"]
    manifest = library.inspect_file("auto.skclf")
    assert manifest["metrics"] == found["metrics"]
    assert set(found["metrics"]) == {"accuracy", "f1_macro"}
    assert manifest["n_samples"] == 200


def test_a_trained_model_is_that_of_the_library(skclf):
    frame = pd.read_csv("train.csv")
    model = library.make_text_classifier("nb").fit(frame["text"], frame["target"])
    texts = pd.read_csv("test.csv")["text"]
    assert (library.load("nb.skclf").predict(texts) == model.predict(texts)).all()


def test_class_weights_reach_the_model(skclf):
    options = ("--model", "nb", "--class-weight", "balanced")
    assert skclf("train", "train.csv", *options, "--out", "w.skclf").code == 0
    params = library.load("w.skclf").get_params()
    assert params["classify__class_weight"] == "balanced"


def test_a_search_goes_on_and_its_best_model_is_saved(skclf):
    options = ("--model", "nb", "--search", "--cv", 2, "--storage", "fits.db")
    options += ("--out", "best.skclf")
    first = skclf("train", "train.csv", *options, "--candidates", 3)
    assert "reloaded 0 of 6 fits" in first.err
    assert "The best of 3 candidates in 2 folds has an accuracy of" in first.out
    again = skclf("train", "train.csv", *options, "--candidates", 5, "--json")
    assert "reloaded 6 of 10 fits" in again.err
    found = json.loads(again.out)
    search = found["search"]
    assert search["reloaded_fits"] == 6
    assert search["accuracy"] >= search["ready_made_accuracy"]
    assert found["metrics"] == {"accuracy": search["accuracy"]}
    model = library.load("best.skclf").get_params()
    assert {name: model[name] for name in search["params"]} == search["params"]
    assert library.inspect_file("best.skclf")["metrics"] == found["metrics"]
    kept = library.search.results("fits.db")
    assert len(kept) == 10
    by_config = json.loads(skclf("train", "--config", "best.toml", "--json").out)
    assert by_config["search"] == search | {"reloaded_fits": 10}


def test_a_search_needs_no_file(skclf):
    options = ("--model", "nb", "--search", "--candidates", 2, "--cv", 2, "-q")
    called = skclf("train", "train.csv", *options, "--out", "a.skclf", "--json")
    assert called.err == ""
    assert json.loads(called.out)["search"]["candidates"] == 2


def test_what_is_compared_first_is_searched_then(skclf):
    options = ("-m", "nb", "-m", "tfidf-logreg", "--cv", 2, "--table", "keyword")
    options += ("--search", "--candidates", 2, "--out", "a.skclf", "--json")
    found = json.loads(skclf("train", "train.csv", *options).out)
    assert found["model"] == found["comparison"]["verdict"]["cheapest"]
    assert "inputs__text__vectorize__min_df" in found["search"]["params"]


def test_evaluate_scores_other_rows(skclf):
    found = json.loads(skclf("evaluate", "nb.skclf", "test.csv", "--json").out)
    frame = pd.read_csv("test.csv")
    predicted = library.load("nb.skclf").predict(frame["text"])
    scores = {row["name"]: row for row in found["scores"]}
    accuracy = scores["accuracy"]
    assert accuracy["score"] == (predicted == frame["target"]).mean()
    assert accuracy["low"] < accuracy["score"] < accuracy["high"]
    assert sum(row["rows"] for row in found["classes"]) == found["rows"] == 80


def test_evaluate_compares_two_models(skclf):
    called = skclf("evaluate", "nb.skclf", "table.skclf", "test.csv")
    assert "McNemar's exact test" in called.out
    same = skclf("evaluate", "nb.skclf", "nb.skclf", "test.csv", "--json")
    found = json.loads(same.out)
    assert found["p_value"] == 1
    assert found["only_first_right"] == found["only_second_right"] == 0


def test_predict_labels_a_file(skclf):
    options = ("--out", "out.csv", "--proba", "--json")
    called = skclf("predict", "nb.skclf", "test.csv", *options)
    assert json.loads(called.out)["labelled"] == 80
    frame = pd.read_csv("out.csv")
    model = library.load("nb.skclf")
    assert (frame["prediction"] == model.predict(frame["text"])).all()
    proba = model.predict_proba(frame["text"])
    assert frame["probability_1"].to_numpy() == pytest.approx(proba[:, 1])


def test_predict_takes_the_columns_that_a_model_needs(skclf):
    assert skclf("predict", "table.skclf", "test.csv", "--out", "t.csv").code == 0
    frame = pd.read_csv("t.csv")
    expected = library.load("table.skclf").predict(frame)
    assert (frame["prediction"] == expected).all()


@pytest.mark.parametrize(("on_error", "n"), [("skip", 2), ("null", 3)])
def test_predict_goes_on_behind_rows_that_cannot_be_read(skclf, on_error, n):
    Path("broken.csv").write_text("text,id\na fire,1\nshort\na beach,3\n")
    options = ("--out", f"{on_error}.csv", "--on-error", on_error)
    called = skclf("predict", "nb.skclf", "broken.csv", *options)
    assert called.code == 0
    assert "warning: 'broken.csv': 1 of 3 rows got no label" in called.err
    assert len(pd.read_csv(f"{on_error}.csv")) == n
    assert Path(f"{on_error}.csv.rejected.csv").exists()


def test_explain_shows_words(skclf):
    called = skclf("explain", "nb.skclf", "Forest fire", "my heart")
    assert "Forest" in called.out
    found = json.loads(skclf("explain", "nb.skclf", "Forest fire", "--json").out)
    (one,) = found["explanations"]
    assert [word["word"] for word in one["words"]] == ["Forest", "fire"]
    assert one["text"] == "Forest fire"


def test_explain_rows_of_a_file(skclf):
    options = ("--data", "test.csv", "--row", 3, "--row", 5, "--json")
    found = json.loads(skclf("explain", "table.skclf", *options).out)
    texts = pd.read_csv("test.csv")["text"]
    assert [one["text"] for one in found["explanations"]] == [texts[3], texts[5]]


def test_explain_a_model_by_texts(skclf):
    options = ("--data", "test.csv", "--words", 3, "--json")
    found = json.loads(skclf("explain", "nb.skclf", *options).out)
    assert len(found["words"]) == 6
    assert "n_texts" in found["words"][0]


def test_report_writes_a_page(skclf):
    options = ("--test", "test.csv", "--out", "page.md", "--hide-texts")
    called = skclf("report", "nb.skclf", "train.csv", *options)
    assert called.code == 0
    assert "accuracy" in called.out
    page = Path("page.md").read_text()
    assert page.startswith("#")
    assert pd.read_csv("test.csv")["text"][0] not in page


def test_audit_writes_what_it_found(skclf):
    frame = pd.read_csv("train.csv").head(30)
    frame.to_csv("again.csv", index=False)
    called = skclf("audit", "train.csv", "again.csv", "--out", "pairs.jsonl")
    assert "30  100.0%" in called.out
    assert len(Path("pairs.jsonl").read_text().splitlines()) == 30


@pytest.mark.slow
def test_nets_are_saved_without_tensorflow(skclf):
    options = ("--model", "cnn", "--out", "cnn.skclf")
    assert skclf("train", "train.csv", *options).code == 0
    assert "tensorflow" not in library.inspect_file("cnn.skclf")["versions"]
    called = skclf("evaluate", "cnn.skclf", "nb.skclf", "test.csv")
    assert called.code == 0


@pytest.mark.slow
def test_export_converts_a_net_and_keeps_what_is_known_of_it(skclf):
    frame = pd.read_csv("train.csv")
    net = library.make_text_classifier("cnn", classify__epochs=2, random_state=0)
    net.fit(frame["text"], frame["target"])
    library.save(net, "net.skclf", metrics={"accuracy": 0.5}, n_samples=200)
    called = skclf("export", "net.skclf", "--out", "small.skclf")
    assert called.code != 0
    assert "is a pickle" in called.err
    assert "(--trusted)" in called.err
    called = skclf("export", "net.skclf", "--out", "small.skclf", "--trusted")
    assert called.code == 0
    assert library.inspect_file("small.skclf")["contents"] == "safe"
    manifest = library.inspect_file("small.skclf")
    assert manifest["metrics"] == {"accuracy": 0.5}
    assert "tensorflow" not in manifest["versions"]
    small = library.load("small.skclf").predict_proba(frame["text"])
    assert small == pytest.approx(net.predict_proba(frame["text"]), abs=1e-5)


def test_pickles_need_trust(skclf):
    model = library.load("nb.skclf")
    library.save(model, "pickle.skclf", format="pickle")
    calls = [
        ("predict", "pickle.skclf", "test.csv"),
        ("evaluate", "pickle.skclf", "test.csv"),
        ("explain", "pickle.skclf", "a fire"),
        ("report", "pickle.skclf", "test.csv"),
    ]
    for command in calls:
        called = skclf(*command)
        assert called.code != 0, command
        assert "is a pickle, which runs the code" in " ".join(called.err.split())
        assert skclf(*command, "--trusted").code == 0, command
    assert '"contents": "pickle"' in skclf("inspect", "pickle.skclf", "--json").out


def test_packed_files_are_read_and_written(skclf):
    assert skclf("sample", "--out", "packed.tsv.gz", "--n", 30).code == 0
    assert gzip.decompress(Path("packed.tsv.gz").read_bytes()).startswith(b"id\tkey")
    called = skclf("predict", "nb.skclf", "packed.tsv.gz", "--out", "packed.jsonl")
    assert called.code == 0
    assert len(Path("packed.jsonl").read_text().splitlines()) == 30


def test_serve_hands_over_what_it_is_told(skclf, monkeypatch):
    served = []
    monkeypatch.setattr(
        "skclf.web.serve", lambda path, **options: served.append((path.name, options))
    )
    monkeypatch.setenv("SKCLF_TOKEN", "secret")
    called = skclf("serve", "nb.skclf", "--port", "9000", "--workers", "2")
    assert called.code == 0, called.err
    options = {"host": "127.0.0.1", "port": 9000, "workers": 2, "token": "secret"}
    options["trusted"] = False
    assert served == [("nb.skclf", options)]
    assert skclf("serve", "nb.skclt").code == 2
    assert "secret" not in skclf("serve", "--help").out


# Several columns of texts, and sentence encoders


def test_two_columns_of_texts(skclf):
    columns = ["--text", "text", "--text", "keyword"]
    called = skclf("train", "train.csv", "-o", "two.skclf", "-m", "nb", *columns)
    assert called.code == 0, called.err
    assert library.load("two.skclf")["inputs"].text_column == ["text", "keyword"]
    for command in (
        "evaluate two.skclf test.csv",
        "predict two.skclf test.csv -o o.csv",
    ):
        called = skclf(*command.split(), "--config", "two.toml")
        assert called.code == 0, called.err
    called = skclf("explain", "two.skclf", "--data", "test.csv", "--row", 1, "--json")
    (found,) = json.loads(called.out)["explanations"]
    row = pd.read_csv("test.csv").fillna("").loc[1]
    assert found["text"] == f"{row['text']}\n{row['keyword']}"
    # The file beside the model repeats the run.
    again = ["--config", "two.toml", "-o", "again.skclf"]
    assert skclf("train", "train.csv", *again).code == 0
    assert library.load("again.skclf")["inputs"].text_column == ["text", "keyword"]


def test_an_encoder(skclf, encoder_folder):
    options = ["-o", "e.skclf", "-m", "encoder-logreg", "--encoder", encoder_folder]
    called = skclf("train", "train.csv", *options, "--quiet")
    assert called.code == 0, called.err
    assert "encode" in library.load("e.skclf").named_steps
    assert str(encoder_folder) in Path("e.toml").read_text()
    called = skclf("evaluate", "e.skclf", "test.csv", "--json", "--quiet")
    assert called.code == 0, called.err


def test_one_text_of_a_config_file_is_one_column(skclf):
    Path("one.toml").write_text('text = "keyword"')
    options = ["-m", "nb", "-o", "k.skclf", "--config", "one.toml"]
    called = skclf("train", "train.csv", *options)
    assert called.code == 0, called.err
