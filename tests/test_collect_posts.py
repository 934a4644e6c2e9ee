"""The example that collects posts, against a server on this machine."""

import csv
import json
import logging
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from skclf.datasets import load_csv

pytest.importorskip("tweepy")
requests = pytest.importorskip("requests")

TOKEN, QUERY = "s3cret-of-the-app", "flood -is:retweet"
WEEK, PAGE, HOUR = 7 * 24 * 3600, 3, 3600


def number(seconds):
    """The number of a post holds its time."""
    return int(seconds * 1000 - 1_288_834_974_657) << 22


def post(seconds_ago, text="a flood"):
    seconds = time.time() - seconds_ago
    day = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))
    one = {"id": number(seconds), "created_at": day, "lang": "en", "text": text}
    return one | {"edit_history_tweet_ids": [str(one["id"])]}


class Server:
    """Posts in pages; a page repeats the last post of the one before."""

    def __init__(self):
        self.posts = []
        self.asked = []
        self.seconds_later = 0
        self.faults = {}  # number of the request -> status and headers

    def answer(self, route, query, authorization):
        self.asked.append(query)
        if authorization != f"Bearer {TOKEN}":
            return 401, {}, {"title": "Unauthorized"}
        if fault := self.faults.pop(len(self.asked), None):
            return *fault, {"detail": "not now"}
        since, until = int(query.get("since_id", 0)), int(query.get("until_id", 0))
        for bound in filter(None, (since, until)):
            if bound < number(time.time() + self.seconds_later - WEEK):
                return 400, {}, {"detail": "must be a tweet id created after ..."}
        assert route == "/2/tweets/search/recent"
        assert query["query"] == QUERY
        found = sorted(self.posts, key=lambda post: -post["id"])
        found = [p for p in found if since < p["id"] and not 0 < until <= p["id"]]
        start = int(query.get("next_token", 0))
        data = found[max(start - 1, 0) : start + PAGE]
        meta = {"result_count": len(data)}
        if start + PAGE < len(found):
            meta["next_token"] = str(start + PAGE)
        data = [post | {"id": str(post["id"])} for post in data]
        return 200, {}, {"meta": meta} | ({"data": data} if data else {})


@pytest.fixture
def server(monkeypatch):
    """The server, in the place of the real address."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            url = urlsplit(self.path)
            query = {name: value for name, (value,) in parse_qs(url.query).items()}
            answer = server.answer(url.path, query, self.headers["Authorization"])
            status, headers, content = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *args):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    send = requests.adapters.HTTPAdapter.send

    def send_here(adapter, request, **params):
        real = "https://api.twitter.com/"
        assert request.url.startswith(real)
        here = f"http://127.0.0.1:{http.server_port}/"
        request.url = request.url.replace(real, here, 1)
        return send(adapter, request, **params | {"proxies": {}})

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send_here)
    monkeypatch.setenv("BEARER_TOKEN", TOKEN)
    yield server
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def collect(run_example, tmp_path, server):
    """Call to run the example; it returns how long it would have slept."""

    def run(*options, query=QUERY):
        slept = []
        output = str(tmp_path / "posts.csv")
        run_example("collect_posts", query, output, *options, sleep=slept.append)
        return slept

    return run


@pytest.fixture
def collected(tmp_path):
    def read():
        return load_csv(tmp_path / "posts.csv", target=None).data

    return read


def numbers(posts):
    return sorted(post["id"] for post in posts)


def test_all_pages_are_written_and_each_post_once(server, collect, collected, capsys):
    server.posts = [post(i * HOUR) for i in range(1, 9)]
    assert collect() == []
    assert sorted(collected()["id"]) == numbers(server.posts)
    assert len(server.asked) == 3
    assert "8 new posts, 2 left out" in capsys.readouterr().out


def test_what_is_collected_is_what_load_csv_reads(server, collect, collected):
    odd = 'NA, "quoted", a;b\r\nnext line\u2028=1+1 \\" é 😀 <b>'
    long = post(HOUR, "the first words of…") | {"note_tweet": {"text": "all " * 200}}
    server.posts = [long, post(2 * HOUR, odd), post(3 * HOUR, "NA")]
    collect()
    data = collected()
    assert data["text"].tolist() == [
        ("all " * 200).strip(), 'NA, "quoted", a;b next line =1+1 \\" é 😀 <b>', "NA"
    ]  # fmt: skip
    assert set(data["lang"]) == {"en"}
    assert set(data["query"]) == {QUERY}
    assert data["created_at"].str.match(r"\d{4}-\d\d-\d\dT[\d:]+\+00:00").all()


def test_it_waits_for_the_rate_limit_as_long_as_the_server_says(
    server, collect, collected, capsys
):
    server.posts = [post(i * HOUR) for i in range(1, 6)]
    reset = {"x-rate-limit-reset": str(int(time.time()) + 300)}
    server.faults = {2: (429, reset), 4: (429, {})}
    first, second = collect() + collect()
    assert 280 < first <= 301
    assert second == 60
    assert sorted(collected()["id"]) == numbers(server.posts)
    assert "rate limit: going on in" in capsys.readouterr().out


def test_an_error_that_passes_is_tried_again(server, collect, collected):
    server.posts = [post(i * HOUR) for i in range(1, 6)]
    server.faults = {2: (503, {}), 3: (500, {})}
    assert collect() == [1, 4]
    assert sorted(collected()["id"]) == numbers(server.posts)


def test_a_search_that_was_cut_off_is_resumed_and_new_posts_come_after(
    server, collect, collected
):
    """Also twice: while older posts are fetched, and while new ones are."""
    server.posts = [post((20 + i) * HOUR) for i in range(12)]
    seen = []
    for cut in (2, 2, 3):  # the request from which on the server is down
        server.faults = {len(server.asked) + cut + i: (503, {}) for i in range(5)}
        with pytest.raises(SystemExit, match="run it again to go on: 503"):
            collect()
        seen.append(len(collected()))
        server.posts += [post((9 - len(seen)) * HOUR - i) for i in range(5)]
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] < len(server.posts)
    collect()
    assert sorted(collected()["id"]) == numbers(server.posts)
    server.asked.clear()
    collect()  # nothing is left to be fetched
    assert len(server.asked) == 2
    assert sorted(collected()["id"]) == numbers(server.posts)


def test_a_row_that_was_cut_off_is_fetched_again(server, collect, collected, tmp_path):
    server.posts = [post(i * HOUR, "é" * 20) for i in range(1, 6)]
    collect()
    file = tmp_path / "posts.csv"
    whole = file.read_bytes()
    for n_bytes in (0, 3, whole.find("é".encode()) + 1, whole.rfind("é".encode()) + 1):
        file.write_bytes(whole[:n_bytes])
        collect()
        assert sorted(collected()["id"]) == numbers(server.posts)
        with file.open(newline="", encoding="utf-8") as lines:
            assert len({len(row) for row in csv.reader(lines, strict=True)}) == 1


def test_most_posts(server, collect, collected):
    server.posts = [post(i * HOUR) for i in range(1, 9)]
    for n_posts in (3, 6):
        collect("--limit=3")
        assert sorted(collected()["id"]) == numbers(server.posts)[-n_posts:]
    assert len(server.asked) == 2
    collect()
    assert sorted(collected()["id"]) == numbers(server.posts)
    with pytest.raises(SystemExit):
        collect("--limit=0")


def test_after_more_than_a_week_it_says_what_may_be_missing(
    server, collect, collected, monkeypatch, capsys
):
    server.posts = [post(i * HOUR) for i in range(1, 4)]
    collect()
    assert "may be missing" not in capsys.readouterr().out
    server.seconds_later = WEEK + 2 * HOUR
    later = time.time() + server.seconds_later
    monkeypatch.setattr("collect_posts.time", lambda: later)
    server.posts.append(post(HOUR - server.seconds_later))
    collect()
    assert "may be missing" in capsys.readouterr().out
    assert sorted(collected()["id"]) == numbers(server.posts)
    assert "since_id" not in server.asked[-1]


def test_no_posts(server, collect, tmp_path, capsys):
    collect()
    collect()
    assert len((tmp_path / "posts.csv").read_text().splitlines()) == 1
    assert "0 new posts" in capsys.readouterr().out


def test_the_token_is_told_to_the_server_only(
    server, collect, tmp_path, capsys, caplog
):
    caplog.set_level(logging.DEBUG, logger="tweepy")
    caplog.set_level(logging.DEBUG)
    server.posts = [post(HOUR)]
    collect()
    server.faults = {2: (403, {})}
    with pytest.raises(SystemExit, match="403"):
        collect()
    printed = capsys.readouterr()
    content = (tmp_path / "posts.csv").read_text()
    assert "urllib3" in {record.name.partition(".")[0] for record in caplog.records}
    for text in (caplog.text, printed.out, printed.err, content):
        assert TOKEN not in text


def test_without_a_token_nothing_is_asked(server, collect, monkeypatch, capsys):
    monkeypatch.delenv("BEARER_TOKEN")
    with pytest.raises(SystemExit):
        collect()
    assert "BEARER_TOKEN" in capsys.readouterr().err
    assert server.asked == []


def test_a_file_is_of_one_query_and_has_one_writer(server, collect, tmp_path):
    import fcntl

    server.posts = [post(HOUR)]
    collect()
    file = tmp_path / "posts.csv"
    content = file.read_bytes()
    with pytest.raises(ValueError, match="expected posts of 'fire', got those of"):
        collect(query="fire")
    with file.open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(SystemExit, match="another process"):
            collect()
    assert file.read_bytes() == content
    file.write_text("id,text\n1,mine\n")
    with pytest.raises(ValueError, match=r"expected the columns .* got \['id', 'text"):
        collect()
    assert file.read_text() == "id,text\n1,mine\n"
