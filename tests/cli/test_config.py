"""Options in a file."""

import json
import tomllib
from pathlib import Path

import pytest

import skclf as library


def test_a_run_can_be_done_again(skclf):
    options = ("--model", "nb", "--seed", 7, "--table", "keyword")
    assert skclf("train", "train.csv", *options, "--out", "first.skclf").code == 0
    written = tomllib.loads(Path("first.toml").read_text())
    assert written["seed"] == 7
    assert written["table"] == ["keyword"]
    own = {"data": "train.csv", "out": "first.skclf", "model": ["nb"]}
    assert written["train"] == own
    before = library.load("first.skclf")
    Path("first.skclf").unlink()
    assert skclf("train", "--config", "first.toml").code == 0
    again = library.load("first.skclf")
    assert [*again.get_params()] == [*before.get_params()]
    assert tomllib.loads(Path("first.toml").read_text()) == written


def test_the_command_line_comes_first(skclf):
    Path("run.toml").write_text('n = 30\nseed = 5\n[sample]\nout = "a.csv"\n')
    found = skclf("sample", "--config", "run.toml", "--n", 20, "--json")
    assert json.loads(found.out)["rows"] == 20
    assert (
        json.loads(skclf("sample", "--config", "run.toml", "--json").out)["rows"] == 30
    )


def test_keys_are_for_the_commands_that_have_them(skclf):
    text = 'target = "target"\ncv = 2\nquiet = true\n[train]\nmodel = ["cnn"]\n'
    Path("run.toml").write_text(
        f'{text}[compare]\ndata = "train.csv"\nmodel = ["nb"]\n'
    )
    called = skclf("compare", "--config", "run.toml", "--json")
    assert json.loads(called.out)["results"][0]["model"] == "nb"
    assert called.err == ""
    assert skclf("explore", "train.csv", "--config", "run.toml").code == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("sedd = 3", "there is no option 'sedd'. Did you mean 'seed'?"),
        (
            "[train]\nmodle = 'nb'",
            "no option 'modle' of [train]. Did you mean 'model'?",
        ),
        ("[trian]\nseed = 3", "there is no option 'trian'. Did you mean 'train'?"),
        ("seed = ", "is no TOML"),
        ("seed = {a = 1}", "expected a text, a number"),
        ("seed = 'x'", "--seed"),
        ("config = 'a.toml'", "there is no option 'config'"),
    ],
)
def test_wrong_files(skclf, content, message):
    Path("wrong.toml").write_text(content)
    called = skclf("compare", "train.csv", "-m", "nb", "--config", "wrong.toml")
    assert called.code == 2
    assert message in " ".join(called.err.split())


def test_there_is_no_such_file(skclf):
    called = skclf("compare", "train.csv", "--config", "nowhere.toml")
    assert called.code == 2
    assert "There is no file 'nowhere.toml'" in called.err
