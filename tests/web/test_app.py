"""The service: what it answers, what it refuses, and what it keeps to itself."""

import json
import logging

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

import skclf
from skclf import Monitor, make_text_classifier, report, unknown_rate
from skclf.compose import CostSensitiveClassifier
from skclf.datasets import make_tweets
from skclf.deploy import read_report
from skclf.web import make_app

TEXTS = ["the house is on fire", "a day on the beach"] * 20
LABELS = ["bad", "good"] * 20


def client_of(model, **options):
    return TestClient(make_app(model, **options), base_url="http://localhost")


@pytest.fixture(scope="module")
def model():
    return make_text_classifier("tfidf-logreg").fit(TEXTS, LABELS)


@pytest.fixture(scope="module")
def client(model):
    return client_of(model)


@pytest.fixture(scope="module")
def table():
    return pd.DataFrame(
        {
            "text": TEXTS,
            "place": ["Ronge", None] * 20,
            "likes": np.arange(40.0),
        }
    )


@pytest.fixture(scope="module")
def table_model(table):
    model = make_text_classifier("tfidf-logreg", text="text", table=["place", "likes"])
    return model.fit(table, LABELS)


# Answers.


def test_predict_is_what_the_model_predicts(client, model):
    texts = ["a house", "the beach 🏖", "", "xyzzy"]
    answers = client.post("/predict", json={"texts": texts}).json()["predictions"]
    assert [one["label"] for one in answers] == model.predict(texts).tolist()
    proba = [[one["probabilities"][c] for c in ("bad", "good")] for one in answers]
    np.testing.assert_allclose(proba, model.predict_proba(texts))


def test_null_is_an_empty_text(client):
    sent = {"texts": [None, ""]}
    first, second = client.post("/predict", json=sent).json()["predictions"]
    assert first == second


def test_flags_tell_texts_of_unknown_words(client, model):
    texts = ["a house on Mars", "xyzzy", "http://t.co/x"]
    sent = {"texts": texts, "flags": True}
    answers = client.post("/predict", json=sent).json()["predictions"]
    assert [one["out_of_depth"] for one in answers] == [False, True, True]
    reasons = [None, "only unknown words", "no words"]
    assert [one["reason"] for one in answers] == reasons
    shares = [one["unknown_words"] for one in answers]
    assert shares == [0.25, 1, None]
    np.testing.assert_array_equal(np.array(shares, float), unknown_rate(model, texts))


def test_no_flag_where_the_pipeline_does_not_tell_its_words():
    model = make_pipeline(HashingVectorizer(n_features=64), LogisticRegression())
    sent = {"texts": ["a house"], "flags": True}
    client = client_of(model.fit(TEXTS, LABELS))
    (answer,) = client.post("/predict", json=sent).json()["predictions"]
    assert answer["out_of_depth"] is None
    assert answer["unknown_words"] is None


def test_a_monitor_flags_what_is_not_normal():
    tweets = make_tweets(600, random_state=0)
    X, y = tweets.data["text"].to_numpy(), tweets.target
    model = make_text_classifier("tfidf-logreg").fit(X[:400], y[:400])
    monitor = Monitor(model, X[:400], X_held_out=X[400:])
    texts = [*X[400:440].tolist(), "fire " * 400]
    sent = {"texts": texts, "flags": True}
    answers = client_of(monitor).post("/predict", json=sent).json()["predictions"]
    expected = monitor.check(texts).flags
    assert [one["out_of_depth"] for one in answers] == expected["flagged"].tolist()
    assert answers[-1]["reason"].startswith("too long")


def test_explain_says_what_each_word_adds(client, model):
    text = "😀 the house!\n<b>fire</b>"
    sent = {"texts": [text, ""]}
    answer, empty = client.post("/explain", json=sent).json()["explanations"]
    (found,) = skclf.explain(model, [text])
    assert answer["explained_label"] == answer["label"] == found.predicted
    assert [word["word"] for word in answer["words"]] == found.frame["word"].tolist()
    for word in answer["words"]:
        assert text[word["start"] : word["end"]] == word["word"]
    weights = [word["weight"] for word in answer["words"]]
    np.testing.assert_allclose(weights, found.frame[found.predicted])
    assert empty["words"] == []


def test_rows_of_a_table(table_model, table):
    client = client_of(table_model)
    rows = json.loads(table[:4].to_json(orient="records"))
    rows[1]["something"] = "else"
    answers = client.post("/predict", json={"rows": rows}).json()["predictions"]
    assert [one["label"] for one in answers] == table_model.predict(table[:4]).tolist()
    proba = [[one["probabilities"][c] for c in ("bad", "good")] for one in answers]
    np.testing.assert_allclose(proba, table_model.predict_proba(table[:4]))
    explained = client.post("/explain", json={"rows": rows[:1]}).json()
    (one,) = explained["explanations"]
    assert [column["column"] for column in one["columns"]] == ["place", "likes"]
    assert one["text"] == TEXTS[0]
    info = client.get("/info").json()
    assert info["reads"] == "rows"
    assert info["columns"] == ["text", "place", "likes"]


def test_each_request_is_read_by_itself(table_model, table):
    """What a column is does not depend on who asked first."""
    client = client_of(table_model)
    empty = {"text": None, "place": None, "likes": None}
    before = client.post("/predict", json={"rows": [empty]})
    row = {"text": "a house", "place": "Ronge", "likes": 3}
    answers = [client.post("/predict", json={"rows": [row]}) for _ in range(2)]
    assert before.status_code == 200
    assert answers[0].json() == answers[1].json()
    frame = pd.DataFrame([row])
    (one,) = answers[0].json()["predictions"]
    expected = table_model.predict_proba(frame)[0, 0]
    assert one["probabilities"]["bad"] == pytest.approx(expected)


@pytest.mark.parametrize(
    "last",
    [
        MultinomialNB(),
        LinearSVC(),
        CostSensitiveClassifier(LogisticRegression(), cost=[[0, 1], [9, 0]]),
        VotingClassifier([("nb", MultinomialNB()), ("lr", LogisticRegression())]),
    ],
    ids=lambda last: type(last).__name__,
)
def test_labels_are_those_of_predict_whatever_decides(last):
    model = make_pipeline(TfidfVectorizer(), last).fit(TEXTS, LABELS)
    texts = ["house", "beach", "on", "day fire", "the house fire beach day"]
    answers = client_of(model).post("/predict", json={"texts": texts}).json()
    labels = [one["label"] for one in answers["predictions"]]
    assert labels == model.predict(texts).tolist()
    has_proba = hasattr(model, "predict_proba")
    assert ("probabilities" in answers["predictions"][0]) == has_proba


def test_several_labels():
    y = np.array([[1, 0], [0, 1], [1, 1], [0, 0]] * 10)
    texts = ["fire", "beach", "fire beach", "day"] * 10
    model = make_text_classifier("nb").fit(texts, y)
    client = client_of(model)
    answers = client.post("/predict", json={"texts": texts[:4]}).json()["predictions"]
    expected = [np.flatnonzero(row).tolist() for row in model.predict(texts[:4])]
    assert [one["labels"] for one in answers] == expected
    assert "label" not in answers[0]


def test_numbers_are_labels():
    model = make_text_classifier("nb").fit(TEXTS, [1, 0] * 20)
    answers = client_of(model).post("/predict", json={"texts": ["fire"]}).json()
    assert answers["predictions"][0]["label"] == 1
    assert set(answers["predictions"][0]["probabilities"]) == {"0", "1"}


def test_a_file_is_labelled(client, model):
    sent = 'id;text\n007;a beach\n008;"=HYPERLINK(x)"\n'
    answer = client.post(
        "/predict-file",
        files={"file": ("mine.csv", sent)},
        data={"sep": ";", "proba": "true"},
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["x-skclf-rows"] == "2"
    lines = answer.text.splitlines()
    assert lines[0] == "id;text;prediction;probability_bad;probability_good"
    assert lines[1].startswith("007;a beach;good;")
    assert lines[2].startswith("008;'=HYPERLINK(x);")


def test_a_file_without_the_column_is_refused(client, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    answer = client.post("/predict-file", files={"file": ("a.csv", "id,txt\n1,a\n")})
    assert answer.status_code == 422
    detail = answer.json()["detail"]
    assert detail.startswith("The file: it has no column 'text'")
    assert str(tmp_path) not in detail
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_file(client, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer = client.post("/predict-file", files={"file": ("a.csv", "text\na\n")})
    assert answer.status_code == 200
    assert list(tmp_path.iterdir()) == []


# About the model.


def test_info_and_card_of_a_file(tmp_path, model):
    card = report(model, TEXTS[:30], LABELS[:30], X_test=TEXTS[30:], y_test=LABELS[30:])
    path = tmp_path / "model.skclf"
    skclf.save(model, path, metrics={"f1": 0.8}, n_samples=40, report=card)
    client = client_of(path)
    info = client.get("/info").json()
    assert info["metrics"] == {"f1": 0.8}
    assert info["n_samples"] == 40
    assert info["classes"] == ["bad", "good"]
    assert info["card"] is True
    answer = client.get("/card")
    assert answer.text == read_report(path)
    assert answer.headers["content-security-policy"].startswith("sandbox;")


def test_without_a_card(client):
    assert client.get("/info").json()["card"] is False
    assert client.get("/card").status_code == 404


def test_openapi_describes_every_endpoint(client):
    paths = client.get("/openapi.json").json()["paths"]
    expected = {"/predict", "/explain", "/predict-file", "/health", "/info", "/card"}
    assert set(paths) == expected | {"/metrics"}
    assert client.get("/docs").status_code == 404  # loads scripts from elsewhere


def test_metrics_count(model):
    client = client_of(model)
    client.post("/predict", json={"texts": ["a", "xyzzy"], "flags": True})
    client.post("/predict", json={})
    client.get("/secret-of-a-client")
    page = client.get("/metrics").text
    assert 'skclf_requests_total{endpoint="/predict",status="200"} 1.0' in page
    assert 'skclf_requests_total{endpoint="/predict",status="422"} 1.0' in page
    assert 'skclf_requests_total{endpoint="other",status="404"} 1.0' in page
    assert 'skclf_documents_total{endpoint="/predict"} 2.0' in page
    assert "skclf_out_of_depth_total 1.0" in page
    assert 'skclf_request_seconds_count{endpoint="/predict"} 2.0' in page
    assert "secret" not in page


# What is refused.


@pytest.mark.parametrize(
    ("sent", "status", "detail"),
    [
        ({}, 422, "This model reads texts"),
        ({"rows": [{"text": "a"}]}, 422, "Got rows"),
        ({"texts": ["a"], "rows": [{"text": "a"}]}, 422, "Got rows"),
        ({"texts": "a"}, 422, "texts: Input should be a valid list"),
        ({"texts": ["a", 1, 2]}, 422, "texts.1: Input should be a valid string (and"),
        ({"texts": []}, 422, "at least one"),
        ({"text": ["a"]}, 422, "text: Extra inputs are not permitted"),
        ({"texts": ["a"], "flags": "yes"}, 422, "flags: Input should be a valid bool"),
        ({"texts": ["a"] * 6}, 413, "at most 5 texts in a request, got 6"),
        ({"texts": ["a", "b" * 51]}, 413, "at most 50 characters, got 51"),
        ({"texts": ["a" * 2000]}, 413, "at most 1,000 bytes"),
        ([1], 422, "Input should be a valid"),
    ],
)
def test_bad_requests_are_told_why(model, sent, status, detail):
    client = client_of(model, max_texts=5, max_length=50, max_bytes=1000)
    answer = client.post("/predict", json=sent)
    assert answer.status_code == status
    assert detail in answer.json()["detail"]


@pytest.mark.parametrize("sent", [b"{", b'{"texts": [' + b"[" * 100_000, b"\xff", b""])
def test_what_is_no_json(client, sent):
    headers = {"content-type": "application/json"}
    answer = client.post("/predict", content=sent, headers=headers)
    assert answer.status_code in (400, 422)
    assert len(answer.json()["detail"]) < 400


def test_half_a_character(client, table_model):
    headers = {"content-type": "application/json"}
    for path in ("/predict", "/explain"):
        answer = client.post(path, content=b'{"texts": ["\\ud800"]}', headers=headers)
        assert answer.status_code == 422
        assert "half of a character" in answer.json()["detail"]
    sent = b'{"rows": [{"\\ud800": [1]}]}'
    answer = client_of(table_model).post("/predict", content=sent, headers=headers)
    assert answer.status_code == 422


def test_explain_has_limits_of_its_own(model):
    client = client_of(model, max_explained=2, max_length=50)
    assert client.post("/explain", json={"texts": ["a"] * 3}).status_code == 413
    answer = client.post("/explain", json={"texts": ["a" * 30] * 2})
    assert answer.status_code == 413
    assert "at most 50 characters to explain" in answer.json()["detail"]


def test_a_model_without_scores_does_not_explain():
    vote = VotingClassifier([("nb", MultinomialNB()), ("lr", LogisticRegression())])
    client = client_of(make_pipeline(TfidfVectorizer(), vote).fit(TEXTS, LABELS))
    assert client.get("/info").json()["explains"] is False
    assert client.post("/explain", json={"texts": ["a"]}).status_code == 501


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        (
            {"text": "a", "place": "b"},
            "Expected the columns ['text', 'place', 'likes']",
        ),
        ({"text": "a", "place": "b", "likes": "many"}, "rows.0: Expected a number"),
        ({"text": 1, "place": "b", "likes": 1}, "rows.0: Expected a text"),
        ({"text": "a", "place": ["b"], "likes": 1}, "rows.0.place"),
    ],
)
def test_bad_rows(table_model, row, detail):
    answer = client_of(table_model).post("/predict", json={"rows": [row]})
    assert answer.status_code == 422
    assert detail in answer.json()["detail"]


def test_a_body_without_length_is_counted(model):
    client = client_of(model, max_bytes=1000)

    def chunks():
        for _ in range(100):
            yield b" " * 100

    answer = client.post("/predict", content=chunks())
    assert answer.status_code == 413


def test_a_file_has_a_limit(model):
    client = client_of(model, max_file_bytes=1000)
    sent = {"file": ("a.csv", "text\n" + "a\n" * 1000)}
    assert client.post("/predict-file", files=sent).status_code == 413


# Who may ask.


@pytest.mark.parametrize(
    "host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"]
)
def test_loopback_names_are_served(client, host):
    assert client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "", "[::2]"]
)
def test_other_host_names_are_refused(client, host):
    answer = client.get("/health", headers={"host": host})
    assert answer.status_code == 400
    assert "allowed_hosts" in answer.json()["detail"]


def test_allowed_hosts(model):
    client = client_of(model, allowed_hosts=["models.example"])
    assert client.get("/health").status_code == 400
    headers = {"host": "models.example:80"}
    assert client.get("/health", headers=headers).status_code == 200
    client = client_of(model, allowed_hosts=["*"])
    assert client.get("/health", headers={"host": "any"}).status_code == 200


def test_pages_from_elsewhere_are_not_answered(client):
    sent = {"texts": ["a"]}
    for origin, status in [
        ("http://localhost", 200),
        ("http://evil.example", 403),
        ("null", 403),
    ]:
        answer = client.post("/predict", json=sent, headers={"origin": origin})
        assert answer.status_code == status


def test_a_token(model):
    client = client_of(model, token="secret-secret")
    assert client.get("/health").status_code == 200
    assert client.get("/").status_code == 200
    for path in ("/info", "/metrics", "/openapi.json", "/card", "/nothing"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    for given in ("Bearer wrong", "secret-secret", "Basic secret-secret", "Bearer "):
        headers = {"authorization": given}
        assert client.get("/info", headers=headers).status_code == 401
    headers = {"authorization": "Bearer secret-secret"}
    assert client.get("/info", headers=headers).status_code == 200


def test_headers_keep_the_page_to_itself(client):
    for path in ("/", "/info", "/nothing"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
    first, second = (
        client.get("/").headers["content-security-policy"] for _ in range(2)
    )
    assert first != second  # the nonce


# What is kept back.


class Failing(DummyClassifier):
    def predict_proba(self, X):
        if "fail" in X:
            raise RuntimeError(f"cannot read {X}")
        return super().predict_proba(X)


def test_neither_traceback_nor_text_gets_out(caplog):
    client = client_of(Failing().fit(TEXTS, LABELS))
    with caplog.at_level(logging.DEBUG, logger="skclf.web"):
        answer = client.post("/predict", json={"texts": ["fail", "a secret"]})
        client.post("/predict?q=secret", json={"texts": ["a secret"]})
        client.post("/predict", json={"texts": ["a secret", 1]})
        client.get("/secret")
    assert answer.status_code == 500
    assert answer.json() == {"detail": "The server failed. Its log says where."}
    assert "RuntimeError at " in caplog.text
    assert "test_app.py:" in caplog.text
    assert "secret" not in caplog.text
    assert "cannot read" not in caplog.text
    assert "POST /predict 500" in caplog.text


# What make_app refuses.


def test_make_app_refuses_what_cannot_be_served(model):
    with pytest.raises(NotFittedError):
        make_app(make_text_classifier("nb"))
    with pytest.raises(TypeError, match="Expected a fitted classifier"):
        make_app(TfidfVectorizer().fit(TEXTS))
    with pytest.raises(FileNotFoundError):
        make_app("nothing.skclf")
    with pytest.raises(ValueError, match="at least 8 ASCII characters") as caught:
        make_app(model, token="short")
    assert "short" not in str(caught.value)
    with pytest.raises(ValueError, match=r"Pass \[name\]"):
        make_app(model, allowed_hosts="localhost")
    with pytest.raises(ValueError, match="without scheme and port"):
        make_app(model, allowed_hosts=["http://localhost"])
    with pytest.raises(ValueError, match="'max_texts' parameter of make_app"):
        make_app(model, max_texts=0)


def test_the_page_loads_nothing_from_elsewhere(client):
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    nonce = policy.partition("script-src 'nonce-")[2].partition("'")[0]
    assert f'<script nonce="{nonce}">' in answer.text
    assert answer.text.count("<script") == 1
    for outside in ("http://", "https://", "//cdn", "@import", "innerHTML", " on="):
        assert outside not in answer.text
