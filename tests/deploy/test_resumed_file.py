"""A run that is interrupted is gone on with, and its file is the same in the end."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import warnings
from itertools import count

import pytest
from row_files import Keywords, Slow, read_rows, small_model, write_rows
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skclf import load, predict_file
from skclf.deploy import _replace
from skclf.deploy.files import _partial_file
from skclf.deploy.files._model_digest import model_digest

TARGETS = ["b.csv", "b.tsv", "b.jsonl", "b.csv.gz", "b.parquet"]
ROWS = [
    ["id", "text"],
    *([f"{i:03}", f"text {i}" + " fire" * (i % 3)] for i in range(50)),
]


class Interrupted(Keywords):
    """Is stopped with Ctrl-C in one of its batches."""

    def __init__(self, at=None):
        self.at = at
        self._calls = count()

    def __getstate__(self):  # the same model, wherever it is stopped
        return {}

    def predict(self, X):
        if next(self._calls) == self.at:
            raise KeyboardInterrupt
        return super().predict(X)


class Fails(Keywords):
    """Cannot go on at some row."""

    def predict(self, X):
        if "text 20" in " ".join(X):
            raise OSError("disk full")
        return super().predict(X)


def label(model, source, target, **params):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of rejected rows
        return predict_file(model, source, target, batch_size=7, **params)


def interrupt(source, target, at, **params):
    with pytest.raises(KeyboardInterrupt) as caught:
        label(Interrupted(at), source, target, **params)
    assert "goes on after the last batch by resume=True" in caught.value.__notes__[0]


@pytest.fixture
def source(tmp_path):
    (tmp_path / "in").mkdir()
    return write_rows(tmp_path / "in" / "a.csv", ROWS)


@pytest.fixture(params=TARGETS)
def target(request, tmp_path):
    if request.param.endswith("parquet"):
        pytest.importorskip("pyarrow")
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / request.param


@pytest.mark.parametrize("at", [0, 1, 4, 7])
def test_the_same_file_in_the_end(source, target, at):
    label(Interrupted(), source, target)
    expected = target.read_bytes()
    target.unlink()
    interrupt(source, target, at)
    assert not target.exists()
    summary = label(Interrupted(), source, target, resume=True)
    assert (summary.resumed_at, summary.rows, summary.labelled) == (7 * at, 50, 50)
    assert target.read_bytes() == expected
    assert os.listdir(target.parent) == [target.name]
    assert ("resumed at row" in repr(summary)) == (at > 0)


def test_interrupted_again_and_again(source, target):
    label(Interrupted(), source, target)
    expected = target.read_bytes()
    for done in range(1, 4):  # two batches each
        interrupt(source, target, 2, resume=done > 1)
        assert target.read_bytes() == expected  # the file of before
    assert label(Interrupted(), source, target, resume=True).resumed_at == 42
    assert target.read_bytes() == expected


@pytest.mark.parametrize("on_error", ["skip", "null"])
def test_rejected_rows_are_reported_once(source, target, on_error):
    with source.open("a") as file:
        file.write("short\n")
    lines = source.read_text().splitlines(keepends=True)
    source.write_text("".join([*lines[:9], "short\n", *lines[9:]]))
    params = {"on_error": on_error}
    summary = label(Interrupted(), source, target, **params)
    side = target.with_name(f"{target.name}.rejected.csv")
    expected = target.read_bytes(), side.read_bytes()
    assert expected[1].count(b"short") == 2
    interrupt(source, target, 5, **params)
    again = label(Interrupted(), source, target, resume=True, **params)
    assert (target.read_bytes(), side.read_bytes()) == expected
    for name in ("rows", "labelled", "rejected", "without_text"):
        assert getattr(again, name) == getattr(summary, name)


@pytest.mark.parametrize("kind", ["a.jsonl", "a.parquet"])
def test_other_sources(tmp_path, kind):
    pytest.importorskip("pyarrow")
    source = write_rows(tmp_path / kind, ROWS)
    target = tmp_path / "b.parquet"
    label(Interrupted(), source, target)
    expected = target.read_bytes()
    interrupt(source, target, 3)
    assert label(Interrupted(), source, target, resume=True).resumed_at == 21
    assert target.read_bytes() == expected


# What a killed process may leave behind


@pytest.mark.parametrize("what", ["half a batch", "half a line", "no bytes"])
def test_what_is_not_whole_is_done_again(source, target, what):
    label(Interrupted(), source, target)
    expected = target.read_bytes()
    interrupt(source, target, 3)
    data, journal = (
        target.with_name(f"{target.name}.partial{end}") for end in ("", ".journal")
    )
    if what == "half a batch":
        with data.open("ab") as file:
            file.write(b"half of")
    elif what == "half a line":
        with journal.open("ab") as file:
            file.write(b'{"rows": 28, "byt')
    else:  # after a power cut
        os.truncate(data, data.stat().st_size - 1)
    done = 14 if what == "no bytes" else 21
    assert label(Interrupted(), source, target, resume=True).resumed_at == done
    assert target.read_bytes() == expected


def test_killed_between_the_last_batch_and_the_end(source, target, monkeypatch):
    label(Interrupted(), source, target)
    expected = target.read_bytes()
    finish = _partial_file.PartialFile.finish

    def killed(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(_partial_file.PartialFile, "finish", killed)
    with pytest.raises(KeyboardInterrupt):
        label(Interrupted(), source, target)
    monkeypatch.setattr(_partial_file.PartialFile, "finish", finish)
    assert label(Interrupted(), source, target, resume=True).resumed_at == 50
    assert target.read_bytes() == expected


def test_what_is_there_is_replaced_without_resume(source, target):
    interrupt(source, target, 3)
    assert label(Interrupted(), source, target).resumed_at == 0
    assert os.listdir(target.parent) == [target.name]


def test_with_nothing_to_go_on_with_it_begins(source, target):
    assert label(Interrupted(), source, target, resume=True).resumed_at == 0


def test_an_error_leaves_nothing_unless_it_is_to_be_gone_on_with(source, target):
    with pytest.raises(OSError, match="disk full"):
        label(Fails(), source, target)
    assert os.listdir(target.parent) == []
    with pytest.raises(OSError, match="disk full"):
        label(Fails(), source, target, resume=True)
    assert len(os.listdir(target.parent)) == 3


# What has to be the same


@pytest.mark.parametrize("changed", ["source", "model", "parameters"])
def test_another_run_is_refused(source, tmp_path, changed):
    target, params = tmp_path / "b.csv", {}
    interrupt(source, target, 3)
    model = Interrupted()
    if changed == "source":
        source.write_text(source.read_text().replace("049", "050"))
        os.utime(source, ns=(0, 0))
    elif changed == "model":
        model = Keywords()
    else:
        params = {"proba": True}
    with pytest.raises(ValueError, match=f"of another run: {changed} differ. Pass res"):
        label(model, source, target, resume=True, **params)
    assert label(model, source, target, **params).resumed_at == 0


def test_a_model_is_known_again_when_it_is_loaded(source, tmp_path):
    """In another process it is not the same object."""
    code = (
        "import sys; from row_files import small_model; from skclf import save;"
        "save(small_model(), sys.argv[1])"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    path = tmp_path / "model.skclf"
    subprocess.run([sys.executable, "-c", code, path], env=env, check=True)
    digest = model_digest(load(path))
    used = small_model()
    assert model_digest(used) == digest
    used.predict(["a fire"])
    assert model_digest(used) == digest
    assert model_digest(small_model().fit(["a", "b"], [0, 1])) != digest


def test_a_model_that_cannot_be_pickled(source, tmp_path):
    count_words = CountVectorizer(
        tokenizer=lambda text: text.split(), token_pattern=None
    )
    model = make_pipeline(count_words, LogisticRegression()).fit(["a", "b"], [0, 1])
    label(model, source, tmp_path / "b.csv")
    with pytest.raises(ValueError, match="Expected a model that can be pickled, or"):
        label(model, source, tmp_path / "b.csv", resume=True)


@pytest.mark.skipif(_replace.fcntl is None, reason="locks of POSIX")
def test_two_runs_do_not_write_the_same_file(source, tmp_path):
    class Meanwhile(Keywords):
        def predict(self, X):
            with pytest.raises(RuntimeError, match="Another process is writing"):
                predict_file(Keywords(), source, tmp_path / "b.csv")
            return super().predict(X)

    label(Meanwhile(), source, tmp_path / "b.csv")
    assert len(read_rows(tmp_path / "b.csv")) == len(ROWS)


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_the_mode_of_the_file_that_was_there(source, target):
    target.touch(mode=0o640)
    target.chmod(0o640)
    label(Keywords(), source, target)
    assert target.stat().st_mode & 0o777 == 0o640


# Processes that are killed

RUN = """
import sys
from row_files import Slow
from skclf import predict_file
print("started", flush=True)
source, target, resume = sys.argv[1:]
predict_file(Slow(), source, target, batch_size=50, resume=resume == "True")
"""


def run(source, target, resume):
    return subprocess.Popen(
        [sys.executable, "-c", RUN, source, target, str(resume)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
    )


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("seed", range(3))
def test_processes_that_are_killed_at_any_moment(tmp_path, suffix, seed):
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    rows = [ROWS[0], *([str(i), f"fire {i}"] for i in range(20_000))]
    source = write_rows(tmp_path / "a.csv", rows)
    target, expected = tmp_path / f"b.{suffix}", tmp_path / f"expected.{suffix}"
    predict_file(Keywords(), source, expected, batch_size=50)
    rng = random.Random(seed)
    for attempt in range(4):
        process = run(source, target, attempt > 0)
        process.stdout.readline()
        time.sleep(rng.random() * 0.8)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    process = run(source, target, True)
    process.communicate(timeout=300)
    assert process.returncode == 0
    assert target.read_bytes() == expected.read_bytes()
    assert sorted(os.listdir(tmp_path)) == sorted(["a.csv", target.name, expected.name])


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_process_that_is_killed(tmp_path):
    rows = [ROWS[0], *([str(i), f"fire {i}"] for i in range(3000))]
    source = write_rows(tmp_path / "a.csv", rows)
    target, expected = tmp_path / "b.csv", tmp_path / "expected.csv"
    predict_file(Keywords(), source, expected, batch_size=50)
    process = run(source, target, False)
    journal = tmp_path / "b.csv.partial.journal"
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 5):
        assert process.poll() is None, "it was done before it was killed"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not target.exists()
    summary = predict_file(Slow(), source, target, batch_size=50, resume=True)
    assert 0 < summary.resumed_at < 3000
    assert target.read_bytes() == expected.read_bytes()


def test_the_journal_says_what_is_whole(source, tmp_path):
    interrupt(source, tmp_path / "b.csv", 2)
    lines = (tmp_path / "b.csv.partial.journal").read_text().splitlines()
    identity, *batches = map(json.loads, lines)
    assert set(identity) == {"format", "model", "parameters", "source", "target"}
    assert [batch["rows"] for batch in batches] == [7, 14]
    assert batches[-1]["bytes"][0] == (tmp_path / "b.csv.partial").stat().st_size
