"""NLTK data: present, missing, and downloaded from a server of our own."""

import http.server
import os
import threading
import urllib.request
import zipfile
from hashlib import md5, sha256

import nltk
import pytest
from nltk import downloader
from nltk.corpus.reader import WordListCorpusReader, WordNetCorpusReader
from nltk.corpus.util import LazyCorpusLoader

from skclf.exceptions import MissingResourceError
from skclf.text import TextCleaner

needs_data = pytest.mark.skipif(
    "NLTK_DATA" not in os.environ, reason="needs NLTK data: set NLTK_DATA"
)


@pytest.fixture
def no_nltk_data(monkeypatch, tmp_path):
    """A machine without NLTK data; gives the folder where NLTK looks for it."""
    folder = tmp_path / "nltk_data"
    folder.mkdir(mode=0o755)
    monkeypatch.setattr(nltk.data, "path", [str(folder)])
    stopwords = LazyCorpusLoader("stopwords", WordListCorpusReader, r"(?!README|\.).*")
    monkeypatch.setattr(nltk.corpus, "stopwords", stopwords)
    wordnet = LazyCorpusLoader("wordnet", WordNetCorpusReader, None)
    monkeypatch.setattr(nltk.corpus, "wordnet", wordnet)
    return folder


@needs_data
def test_nltk_stop_words_hold_negations_and_contractions():
    cleaner = TextCleaner(stop_words="nltk").fit(["a"])
    assert cleaner.transform(["I don't think it's not hell"])[0] == "think hell"


@needs_data
def test_wordnet_gives_lemmas_of_nouns():
    cleaner = TextCleaner(stemmer="wordnet")
    doc = "The buses burning was us; has the boss feet? fires"
    assert (
        cleaner.transform([doc])[0] == "the bus burning was us has the boss foot fire"
    )


@pytest.mark.parametrize("method", ["fit", "transform"])
@pytest.mark.parametrize(
    ("params", "resource"),
    [({"stop_words": "nltk"}, "stopwords"), ({"stemmer": "wordnet"}, "wordnet")],
)
def test_missing_data_is_named_with_the_way_to_get_it(
    no_nltk_data, params, resource, method
):
    message = rf"nltk\.download\('{resource}'\).*NLTK_DATA.*download_if_missing=True"
    with pytest.raises(MissingResourceError, match=message):
        getattr(TextCleaner(**params), method)(["fire"])


@pytest.fixture
def data_server(no_nltk_data, monkeypatch, tmp_path):
    """A server on this machine that nltk.download takes its data from."""
    site = tmp_path / "site"
    site.mkdir()
    with zipfile.ZipFile(site / "stopwords.zip", "w") as archive:
        archive.writestr("stopwords/english", "the\na\n")
    handler = type("Handler", (_QuietHandler,), {"folder": str(site)})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    (site / "index.xml").write_text(_index(site / "stopwords.zip", url))

    # NLTK 3.10 refuses to talk to this machine, to protect servers inside a network.
    monkeypatch.setattr(downloader, "urlopen", urllib.request.urlopen)
    local = downloader.Downloader(f"{url}/index.xml", str(no_nltk_data))
    monkeypatch.setattr(nltk, "download", local.download)
    yield site
    server.shutdown()
    server.server_close()


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    folder = None

    def __init__(self, *args):
        super().__init__(*args, directory=self.folder)

    def log_message(self, *args):
        pass


def _index(archive, url):
    data = archive.read_bytes()
    return (
        '<nltk_data><packages><package id="stopwords" name="Stop words" '
        f'subdir="corpora" url="{url}/{archive.name}" size="{len(data)}" '
        f'unzipped_size="6" unzip="1" checksum="{md5(data).hexdigest()}" '
        f'sha256_checksum="{sha256(data).hexdigest()}"/></packages>'
        "<collections/></nltk_data>"
    )


def test_missing_data_is_downloaded_on_request(data_server, no_nltk_data):
    cleaner = TextCleaner(stop_words="nltk", download_if_missing=True)
    assert cleaner.fit_transform(["the fire of a day"]).tolist() == ["fire of day"]
    assert (no_nltk_data / "corpora").exists()


def test_failed_download_says_why_and_what_to_do(data_server):
    (data_server / "stopwords.zip").unlink()
    cleaner = TextCleaner(stop_words="nltk", download_if_missing=True)
    with pytest.raises(MissingResourceError, match=r"download failed.*404.*NLTK_DATA"):
        cleaner.fit(["fire"])
