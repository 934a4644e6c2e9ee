"""Finding and verifying published files."""

import hashlib

import pandas as pd
import pytest

from skclf.datasets import (
    _brands,
    _disaster,
    _finance,
    _reviews,
    load_brand_emotions,
    load_clothing_reviews,
    load_disaster_tweets,
    load_financial_news,
)
from skclf.datasets._published import PublishedFile
from skclf.exceptions import MissingResourceError

LOADERS = (
    load_brand_emotions,
    load_clothing_reviews,
    load_disaster_tweets,
    load_financial_news,
)
FILES = (
    _brands._FILE,
    _reviews._FILE,
    *_disaster._FILES.values(),
    *_finance._FILES.values(),
)
CONTENT = "Texte,label\ncafé,1\nNA,0\n,0\n".encode("latin-1")


@pytest.fixture
def published(tmp_path):
    """A small published file, in its place."""
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.csv").write_bytes(CONTENT)
    return PublishedFile(
        path="set/a.csv",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        size=len(CONTENT),
        home="https://example.org/a",
        encoding="latin-1",
        columns={"Texte": "text"},
    )


def test_read(published, tmp_path):
    frame = published.read(tmp_path)
    assert list(frame.columns) == ["text", "label"]
    assert frame["text"].tolist()[:2] == ["café", "NA"]
    assert frame["text"].isna().tolist() == [False, False, True]


def test_read_finds_the_folder_in_the_environment(published, tmp_path, monkeypatch):
    monkeypatch.setenv("SKCLF_DATA", str(tmp_path))
    pd.testing.assert_frame_equal(published.read(), published.read(str(tmp_path)))


def test_data_home_beats_the_environment(published, tmp_path, monkeypatch):
    monkeypatch.setenv("SKCLF_DATA", str(tmp_path / "elsewhere"))
    assert len(published.read(tmp_path)) == 3


def test_home_directory_is_expanded(published, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert len(published.read("~")) == 3


@pytest.mark.parametrize(
    ("content", "fault"),
    [(CONTENT[:-5], "truncated"), (CONTENT.replace(b"1", b"2"), "changed")],
)
def test_another_file(published, tmp_path, content, fault):
    (tmp_path / "set" / "a.csv").write_bytes(content)
    with pytest.raises(ValueError, match=f"{fault} one.*again from https://example"):
        published.read(tmp_path)


def test_nothing_is_written(published, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    published.read(tmp_path)
    with pytest.raises(MissingResourceError):
        published.read(tmp_path / "elsewhere")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("load", LOADERS)
def test_folder_unknown(load, monkeypatch):
    monkeypatch.delenv("SKCLF_DATA", raising=False)
    with pytest.raises(MissingResourceError, match=r"SKCLF_DATA.*data_home.*https://"):
        load()


@pytest.mark.parametrize("load", LOADERS)
def test_file_missing(load, tmp_path):
    with pytest.raises(MissingResourceError) as caught:
        load(data_home=tmp_path)
    message = str(caught.value)
    assert all(part in message for part in (tmp_path.name, ".csv", "https://"))


@pytest.mark.parametrize("load", LOADERS)
def test_wrong_parameters(load):
    with pytest.raises(ValueError, match="'return_X_y' parameter of load_"):
        load(return_X_y="both")
    with pytest.raises(ValueError, match="'data_home' parameter of load_"):
        load(data_home=3)


@pytest.mark.parametrize("load", [load_disaster_tweets, load_financial_news])
def test_wrong_subset(load):
    with pytest.raises(ValueError, match=r"'subset' parameter .* Got 'dev' instead"):
        load(subset="dev")


@pytest.mark.parametrize("file", FILES)
def test_digests_are_complete(file):
    assert len(bytes.fromhex(file.sha256)) == 32
