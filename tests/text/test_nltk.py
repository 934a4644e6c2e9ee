"""NLTK data: present, missing, and downloaded from a server of our own."""

import http.server
import threading
import urllib.request
import zipfile
from hashlib import md5, sha256

import nltk
import pytest
from helpers import needs_nltk_data
from nltk import downloader

from skclf.exceptions import MissingResourceError
from skclf.text import TextCleaner, _word_forms
from skclf.text._lemmas import load_noun_lemmas
from skclf.text._stop_words import ENGLISH_STOP_WORDS


@pytest.fixture
def no_nltk_data(monkeypatch, tmp_path):
    """A machine without NLTK data; gives the folder where NLTK looks for it."""
    folder = tmp_path / "nltk_data"
    folder.mkdir(mode=0o755)
    monkeypatch.setattr(nltk.data, "path", [str(folder)])
    _forget()
    yield folder
    _forget()


def _forget():
    """Forget what was read from NLTK's data before."""
    for cached in (
        _word_forms.make_word_map,
        _word_forms.nltk_stop_words,
        load_noun_lemmas,
    ):
        cached.cache_clear()


@needs_nltk_data
def test_nltk_stop_words_hold_negations_and_contractions():
    cleaner = TextCleaner(stop_words="nltk").fit(["a"])
    assert cleaner.transform(["I don't think it's not hell"])[0] == "think hell"


@needs_nltk_data
def test_wordnet_gives_lemmas_of_nouns():
    cleaner = TextCleaner(stemmer="wordnet")
    doc = "The buses burning was us; has the boss feet? fires"
    assert (
        cleaner.transform([doc])[0] == "the bus burning was us has the boss foot fire"
    )


@needs_nltk_data
@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("fires", "fire"), ("buses", "bus"), ("wolves", "wolf"), ("boxes", "box"),
        ("quizzes", "quiz"), ("churches", "church"), ("dishes", "dish"),
        ("firemen", "fireman"), ("cities", "city"),
        # in WordNet's list of exceptions
        ("feet", "foot"), ("children", "child"), ("axes", "ax"),
        # lemmas, function words and no nouns
        ("glasses", "glasses"), ("boss", "boss"), ("news", "news"), ("was", "was"),
        ("us", "us"), ("burned", "burned"), ("xyzs", "xyzs"), ("", ""),
    ],
)  # fmt: skip
def test_lemmas_follow_the_rules_and_exceptions_of_wordnet(word, lemma):
    assert load_noun_lemmas(False).get(word, word) == lemma


@needs_nltk_data
def test_lemmas_are_those_of_nltk():
    wordnet = nltk.corpus.wordnet
    nouns = [
        name for name in sorted(wordnet.all_lemma_names("n"))[::40] if "_" not in name
    ]
    endings = ["", "s", "es", "ses", "ies", "men"]
    words = [noun + ending for noun in nouns for ending in endings]
    words = [word for word in words if word not in ENGLISH_STOP_WORDS]
    expected = [wordnet.morphy(word, "n") or word for word in words]
    assert list(map(load_noun_lemmas(False).get, words, words)) == expected
    assert len(set(words) - set(expected)) > 1000  # many of them changed


@needs_nltk_data
def test_lemmas_leave_links_names_and_numbers_alone():
    """With and without stop words, which are two ways through the code."""
    doc = "u.s.as <urls> @girls #dogs http://dogs x.cats 1.5s e.g.s Dogs dogs"
    kept = {
        "urls": "keep",
        "mentions": "keep",
        "hashtags": "keep",
        "punctuation": "keep",
    }
    for stop_words in (None, ["the"]):
        cleaner = TextCleaner(stemmer="wordnet", stop_words=stop_words, **kept)
        clean = "u.s.as <urls> @girls #dogs http://dogs x.cats 1.5s e.g.s dog dog"
        assert cleaner.transform([doc])[0] == clean


def test_words_are_forgotten_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(_word_forms, "_MOST_REMEMBERED", 2)
    words = _word_forms.WordMap(frozenset(["the"]), str.upper)
    assert words.apply(["a the b", "c a d"]) == ["A B", "C A D"]
    assert words.apply(["e"]) == ["E"]
    assert list(words) == ["e"]


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
