"""Word vectors by a name of gensim-data: downloaded only where that is asked for."""

import gzip
import json
from hashlib import md5
from io import BytesIO

import pytest
from gensim import downloader
from sklearn.pipeline import make_pipeline

from skclf import (
    EmbeddingLookup,
    EmbeddingUnion,
    SequenceEncoder,
    make_text_classifier,
)
from skclf.exceptions import MissingResourceError

NAME = "some-vectors-2"
TEXTS = ["the fire", "the fire"]
PACKED = gzip.compress(b"the 1 0\nfire 3 4\n", mtime=0)


def look_up(**params):
    """A pipeline that looks its words up in vectors that are given by name."""
    return make_pipeline(SequenceEncoder(), EmbeddingLookup(NAME, **params))


def vector_of_fire(pipeline):
    return pipeline.fit(TEXTS).transform(["fire"])[0, 0].tolist()


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Where gensim keeps its data; nothing is in it."""
    folder = tmp_path / "here"
    monkeypatch.setenv("GENSIM_DATA_DIR", str(folder))
    monkeypatch.setattr(downloader, "BASE_DIR", str(folder))
    return folder


@pytest.fixture
def online(tmp_path, monkeypatch):
    """What gensim downloads from: a folder of this machine."""
    folder = tmp_path / "online" / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.gz").write_bytes(PACKED)
    (folder / "__init__.py").touch()
    known = {"file_name": f"{NAME}.gz", "parts": 1, "checksum": md5(PACKED).hexdigest()}
    listed = json.dumps({"corpora": {}, "models": {NAME: known}}).encode()
    monkeypatch.setattr(downloader, "DOWNLOAD_BASE_URL", folder.parent.as_uri())
    monkeypatch.setattr(downloader, "urlopen", lambda url: BytesIO(listed))


def test_what_gensim_has_downloaded_is_found(here):
    (here / NAME).mkdir(parents=True)
    (here / NAME / f"{NAME}.gz").write_bytes(PACKED)
    assert vector_of_fire(look_up()) == [3, 4]


@pytest.mark.usefixtures("online")
def test_it_is_downloaded_once_and_only_when_asked_for(here, monkeypatch):
    with pytest.raises(MissingResourceError, match="download_if_missing=True"):
        look_up().fit(TEXTS)
    assert not here.exists()
    assert vector_of_fire(look_up(download_if_missing=True)) == [3, 4]
    monkeypatch.setattr(downloader, "load", None)
    assert vector_of_fire(look_up()) == [3, 4]


def in_a_union():
    union = EmbeddingUnion([("a", EmbeddingLookup(NAME))])
    return make_pipeline(SequenceEncoder(), union)


def ready_made():
    return make_text_classifier("cnn", vectors=NAME)[:-1]


@pytest.mark.usefixtures("here", "online")
@pytest.mark.parametrize(
    ("make", "step"), [(in_a_union, "embeddingunion__a"), (ready_made, "embed")]
)
def test_the_same_inside_other_steps(make, step):
    with pytest.raises(MissingResourceError, match=f"'{NAME}' .*gensim-data"):
        make().fit(TEXTS)
    asked = make().set_params(**{f"{step}__download_if_missing": True})
    assert vector_of_fire(asked)[:2] == [3, 4]


@pytest.mark.usefixtures("here")
def test_a_download_that_fails(monkeypatch):
    def offline(name, return_path):
        raise OSError(f"no network for {name}, {return_path}")

    monkeypatch.setattr(downloader, "load", offline)
    with pytest.raises(
        MissingResourceError, match=f"'{NAME}' .*no network .*pass its path"
    ):
        look_up(download_if_missing=True).fit(TEXTS)
