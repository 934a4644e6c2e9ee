"""Errors of users: three lines at most, no traceback, exit code 2."""

import sys
import warnings
from pathlib import Path

import pytest

from skclf.cli import _messages, _quick_checks
from skclf.cli._messages import as_options, say_error
from skclf.cli._quick_checks import FORMATS, LINEAR, NETS
from skclf.compose import _recipes
from skclf.compose._recipes import READY_MADE, WITH_VECTORS
from skclf.deploy.files import _formats
from skclf.evaluate._assessment import Assessment

BAD = {
    "explore train.cvs": "There is no file 'train.cvs'. Did you mean 'train.csv'?",
    "explore no/train.csv": "there is no folder 'no'",
    "explore .": "got the folder '.'",
    "explore nb.skclf": "Expected a name that ends in .csv, .tsv",
    "explore train.csv --text txt": "no column 'txt' (--text). Did you mean 'text'?",
    "explore train.csv --target label": "no column 'label' (--target).",
    "explore train.csv --text target": "Expected different columns",
    "explore train.csv --sep ;": "pass --sep ,",
    "explore train.csv --sep ab": "Expected one character",
    "explore train.csv --encoding utf-9": "got --encoding utf-9",
    "explore train.csv --plot a.txt": "ends in .png or .svg or .pdf, got 'a.txt'",
    "explore train.csv --words 0": "--words",
    "compare train.csv --model tfidf": "There is no model 'tfidf'. Did you mean",
    "compare train.csv -m nb -m nb": "Expected each model once, got 'nb' twice",
    "compare train.csv -m nb --vectors test.csv": "leave --vectors out",
    "train train.csv -o m.skclf -m nb --encoder folder": "leave --encoder out",
    "train train.csv -o m.skclf -m encoder-logreg": "needs --encoder, the folder",
    "compare train.csv -m encoder-logreg --encoder none": "There is no folder 'none'",
    "compare train.csv -m nb --text text --text text": "once in --text and --table",
    "compare train.csv -m nb --text text --text titel": "no column 'titel' for --text",
    "compare train.csv -m cnn --vectors glove.txt": "There is no file 'glove.txt'",
    "compare train.csv -m nb --table keywrod": "Did you mean 'keyword'?",
    "compare train.csv -m nb --cv 1": "--cv",
    "compare train.csv -m nb --scoring accuracies": "accuracies",
    "train train.csv": "--out",
    "train train.csv -m nb --out no/a.skclf": "There is no folder 'no'",
    "train train.csv -m nb --out .": "got the folder '.'",
    "train train.csv -m nb --out train.csv": "Expected another file to write",
    "train train.csv -m nb --out a.toml": "Expected another name than 'a.toml'",
    "train train.csv -m nb --class-weight high --out a": "--class-weight balanced",
    "train train.csv -m nb --out a --storage a.db": "--storage is of a search",
    "train train.csv -m nb --out a --candidates 9": "--candidates is of a search",
    "train train.csv -m nb --out a --search --storage no/a": "There is no folder 'no'",
    "train train.csv -m nb --out a --search --storage a": "Expected another file to",
    "train train.csv -m nb --out a --search --storage test.csv": "is something else",
    "train train.csv -m nb --seed -1 --out a.skclf": "--seed",
    "evaluate nb.skclf": "Expected one or two models and a file of rows, got 1 file.",
    "evaluate nb.skcl test.csv": "Did you mean 'nb.skclf'?",
    "evaluate train.csv test.csv": "train.csv",
    "evaluate table.skclf other.csv": "no column 'keyword', which the model reads",
    "evaluate nb.skclf words.csv": "labels that the model does not know: ['bad'",
    "predict nb.skclf test.csv --out test.csv": "Expected another file to write",
    "predict nb.skclf test.csv --json": "Expected --out FILE with --json",
    "predict nb.skclf test.csv --on-error stop": "--on-error",
    "predict nb.skclf test.csv --on-error skip": "Expected a path in --rejected",
    "predict nb.skclf test.csv --resume": "--resume",
    "explain nb.skclf words --data test.csv": "Expected texts or --data, got both",
    "explain nb.skclf --row 1": "--row has no effect without --data",
    "explain nb.skclf --data test.csv --row 80": "rows 0 to 79, got --row 80",
    "report nb.skclf train.csv --out r.pdf": "ends in .html or .md, got 'r.pdf'",
    "audit train.csv test.csv --out pairs.xlsx": "ends in .csv",
    "audit train.csv test.csv --threshold 2": "--threshold",
    "export nb.skclf --out small.skclf": "there is nothing to convert",
    "inspect test.csv": "test.csv",
    "inspect nb.skclf --sedd 3": "--sedd",
    "trian train.csv": "'trian'",
}


@pytest.fixture
def more(files):
    (files / "other.csv").write_text("text,target\na fire,1\n")
    (files / "words.csv").write_text("text,target\na fire,bad\nsun,good\n")


@pytest.mark.usefixtures("more")
@pytest.mark.parametrize("line", BAD)
def test_errors_are_short(skclf, line, monkeypatch):
    before = {path: path.stat().st_mtime_ns for path in Path().glob("*")}
    called = skclf(*line.split())
    assert called.code == 2, called
    assert called.out == ""
    said = called.err.strip().splitlines()
    assert 1 <= len(said) <= 3
    assert said[0].startswith("Error: ")
    assert BAD[line] in " ".join(said)
    assert "Traceback" not in called.err
    assert {path: path.stat().st_mtime_ns for path in Path().glob("*")} == before


def test_names_that_are_known_without_imports_are_those_of_the_library():
    assert (*LINEAR, *NETS) == tuple(READY_MADE)
    assert tuple(WITH_VECTORS) == NETS
    assert _quick_checks.NAMES == _recipes.NAMES
    assert _quick_checks.WITH_ENCODER == _recipes.WITH_ENCODER
    assert _formats._SUFFIXES == FORMATS


def test_messages_name_options():
    assert as_options("pass encoding='cp1252'.") == "pass --encoding cp1252."
    assert as_options("(parameter text)") == "(--text)"
    assert as_options("pass target=None if") == (
        "pass --no-target (of explore and audit) if"
    )
    assert as_options("by resume=True.") == "by --resume."
    assert as_options("pass escapechar='\\\\'") == r"pass --escapechar '\'"
    assert as_options("pass quotechar=None") == "pass --quotechar none"
    assert as_options("pass sep='\\t'.") == r"pass --sep '\t'."
    assert as_options("Leave encoding out.") == "Leave encoding out."
    assert as_options("a path in rejected= for") == "a path in --rejected for"


def test_a_fault_of_ours_is_told_from_one_of_the_users(capsys):
    assert say_error(KeyError("x")) == 1
    said = capsys.readouterr().err
    assert said.splitlines() == ["Error: KeyError: 'x'", "SKCLF_DEBUG=1 shows where."]


def test_a_long_message_is_whole(capsys):
    message = "word " * 100 + "end"
    assert say_error(ValueError(message)) == 2
    assert capsys.readouterr().err == f"Error: {message}\n"


def test_tracebacks_are_shown_on_demand(skclf, monkeypatch):
    monkeypatch.setenv("SKCLF_DEBUG", "1")
    with pytest.raises(_messages.UserError, match="no file"):
        skclf("inspect", "nowhere.skclf")


def test_warnings_are_one_line_and_said_once(capsys):
    with _messages.one_line_warnings():
        for _ in range(2):
            warnings.warn("two\nlines: pass sep=';'", UserWarning, stacklevel=1)
        warnings.warn("for developers", DeprecationWarning, stacklevel=1)
    assert capsys.readouterr().err == "warning: two lines: pass --sep ';'\n"


def test_ctrl_c(skclf, monkeypatch):
    import skclf as library

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "explore", interrupted, raising=False)
    called = skclf("explore", "train.csv")
    assert called.code == 130
    assert called.err.strip().splitlines() == ["Stopped."]
    assert "Traceback" not in called.err


@pytest.fixture
def stopped_at_the_second(monkeypatch):
    """Ctrl-C while the second model of a comparison is fitted."""
    figures = Assessment.figures

    def interrupted(self, name, estimator, title):
        if title.startswith("2/"):
            raise KeyboardInterrupt
        return figures(self, name, estimator, title)

    monkeypatch.setattr(Assessment, "figures", interrupted)


@pytest.mark.usefixtures("stopped_at_the_second")
def test_ctrl_c_in_a_comparison_shows_what_is_finished(skclf):
    models = ("-m", "nb", "-m", "tfidf-logreg", "--cv", 2)
    called = skclf("compare", "train.csv", *models)
    assert called.code == 130
    assert "nb has an accuracy of" in called.out
    assert "without ['tfidf-logreg']" in called.err


@pytest.mark.usefixtures("stopped_at_the_second")
def test_ctrl_c_in_the_comparison_of_a_training_trains_nothing(skclf):
    models = ("-m", "nb", "-m", "tfidf-logreg", "--cv", 2)
    called = skclf("train", "train.csv", *models, "--out", "stopped.skclf")
    assert called.code == 130
    assert called.out == ""
    assert not Path("stopped.skclf").exists()


@pytest.mark.parametrize("package", ["typer", "rich"])
def test_without_a_package_of_the_extra(skclf, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    called = skclf("explore", "train.csv")
    assert called.code == 2
    assert "pip install 'skclf[cli]'" in called.err
    assert len(called.err.splitlines()) <= 3
