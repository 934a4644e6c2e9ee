"""The service in processes of its own."""

import json
import signal
import socket
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers import tiny_pipeline
from servers import served
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

import skclf
from skclf import make_text_classifier
from skclf.web import make_app, serve
from skclf.web._serve import _listen

TEXTS = ["the house is on fire", "a day on the beach"] * 20
LABELS = ["bad", "good"] * 20


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "model.skclf"
    model = make_text_classifier("tfidf-logreg").fit(TEXTS, LABELS)
    skclf.save(model, path, metrics={"f1": 0.8})
    return path


def get(address, path, sent=None):
    data = None if sent is None else json.dumps(sent).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address + path, data, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def labels(address, texts):
    answers = json.loads(get(address, "/predict", {"texts": texts}))["predictions"]
    return [answer["label"] for answer in answers]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_serve_from_start_to_stop(path, tmp_path, kind):
    with served(path, tmp_path) as (process, address, log):
        assert address.startswith("http://127.0.0.1:")
        assert labels(address, ["fire", "a secret beach"]) == ["bad", "good"]
        assert json.loads(get(address, "/info"))["metrics"] == {"f1": 0.8}
        process.send_signal(kind)
        assert process.wait(60) == 0
    assert list((tmp_path / "temporary").iterdir()) == []
    assert "POST /predict 200" in "".join(log)
    assert "secret" not in "".join(log)
    assert "Traceback" not in "".join(log)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_workers_count_together(path, tmp_path, kind):
    with served(path, tmp_path, workers=2) as (process, address, log):
        with ThreadPoolExecutor(8) as threads:
            jobs = [threads.submit(labels, address, ["fire"]) for _ in range(40)]
            assert {label for job in jobs for label in job.result()} == {"bad"}
        pages = {get(address, "/metrics") for _ in range(6)}
        line = 'skclf_requests_total{endpoint="/predict",status="200"} 40.0'
        assert all(line in page for page in pages)
        process.send_signal(kind)
        assert process.wait(60) == 0
    assert list((tmp_path / "temporary").iterdir()) == []
    assert "Traceback" not in "".join(log)


@pytest.mark.slow
def test_nets_are_served_without_tensorflow(tmp_path):
    net = tiny_pipeline("cnn").fit(TEXTS, LABELS)
    skclf.save(net, tmp_path / "net.skclf", metrics={"f1": 0.8})
    path = tmp_path / "net.skclf"
    with served(path, tmp_path, trusted=True) as (process, address, log):
        assert labels(address, TEXTS[:4]) == net.predict(TEXTS[:4]).tolist()
        info = json.loads(get(address, "/info"))
        assert info["metrics"] == {"f1": 0.8}
        maps = Path(f"/proc/{process.pid}/maps").read_text()
        assert "onnxruntime" in maps
        assert "tensorflow" not in maps
    assert "UserWarning" not in "".join(log)


@pytest.mark.slow
def test_what_has_come_is_answered_before_the_stop(path, tmp_path):
    with served(path, tmp_path) as (process, address, _):
        host, _, port = address.removeprefix("http://").partition(":")
        body = json.dumps({"texts": ["fire"] * 1000}).encode()
        head = (
            f"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            f"application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        labels(address, ["fire"])  # it answers
        with socket.create_connection((host, int(port)), timeout=60) as client:
            client.sendall(head.encode() + body[:-1])
            time.sleep(0.5)  # the request has begun
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            client.sendall(body[-1:])
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.count(b'"label"') == 1000
        assert process.wait(60) == 0


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_model_that_cannot_be_served(tmp_path, workers):
    """No process is started again and again."""
    model = make_pipeline(CountVectorizer(), LinearRegression())
    skclf.save(model.fit(TEXTS, range(40)), tmp_path / "model.skclf")
    with served(tmp_path / "model.skclf", tmp_path, workers=workers) as (process, *_):
        assert process.wait(100) == 1
    log = "".join(_[1])
    reasons = [line for line in log.splitlines() if line.startswith("2")]
    reasons = [line for line in reasons if "TypeError: Expected a fitted" in line]
    assert len(reasons) in range(1, workers + 1)
    assert log.endswith("The server failed to start; its log says why.\n")


def test_serve_refuses_what_it_cannot_serve(path, tmp_path):
    with pytest.raises(FileNotFoundError):
        serve(tmp_path / "nothing.skclf")
    model = make_text_classifier("nb").fit(TEXTS, LABELS)
    skclf.save(model, tmp_path / "pickle", format="pickle")
    for refuse in (serve, make_app):
        with pytest.raises(ValueError, match="is a pickle, .* trusted=True"):
            refuse(tmp_path / "pickle")
    assert make_app(tmp_path / "pickle", trusted=True)
    (tmp_path / "other").write_text("no model")
    with pytest.raises(ValueError, match="Expected a file of skclf.save"):
        serve(tmp_path / "other")
    with pytest.raises(ValueError, match="'port' parameter of serve"):
        serve(path, port=70_000)
    with pytest.raises(ValueError, match="'workers' parameter of serve"):
        serve(path, workers=0)
    with pytest.raises(ValueError, match=r"Pass \[name\]"):
        serve(path, allowed_hosts="example.org")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match=f"port={port}.*Another program may use it"):
            serve(path, port=port)


def test_answers_are_sent_at_once():
    """The body does not wait until the client has acknowledged the head."""
    with (
        _listen("127.0.0.1", 0) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_server_for_everybody_without_token(path):
    with socket.create_server(("0.0.0.0", 0)) as other:
        port = other.getsockname()[1]
        with (
            pytest.warns(UserWarning, match="Everybody who reaches 0.0.0.0"),
            pytest.raises(OSError, match="Another program"),
        ):
            serve(path, host="0.0.0.0", port=port)
        with pytest.raises(OSError, match="Another program"):  # and no warning
            serve(path, host="0.0.0.0", port=port, token="secret-secret")
