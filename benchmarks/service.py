"""CPU seconds per request over HTTP: skclf's service against FastAPI by hand.

    SKCLF_DATA=... NLTK_DATA=... python benchmarks/service.py [--runs 5] [--check]

Each server is a process with one worker of uvicorn on loopback, asked for `/predict`
over one connection that stays open, with 1 and with 32 tweets a request, after requests
to warm up. The CPU seconds are those of the server's process, of all its threads, by
the kernel's count; medians over the runs, in which the servers take turns. The peers
are the handlers that one writes by hand: a model of joblib, a `def` with a pydantic
model, labels and probabilities as JSON, uvicorn as it comes. Their models are TF-IDF
with logistic regression, and S0's LSTM in SciKeras' KerasClassifier behind the same
cleaner and encoder. Ours are the same LSTM, which `serve` converts, the same pipeline
of TF-IDF, and "tfidf-logreg", which cleans texts, too, with the checks, counts and log
of `serve`. Bounds are on the first two, at the same work: a twentieth of SciKeras' net,
and no more than TF-IDF by hand.

The file is not called http.py, which would hide Python's module of this name from all
other benchmarks.
"""

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path

import joblib
from serving import pipelines, tweets
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skclf
from skclf import make_text_classifier

PEER = """
import logging, socket, sys
import joblib, numpy as np, uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

sys.path.insert(0, sys.argv[2])
model = joblib.load(sys.argv[1])
app = FastAPI()
classes = [str(label) for label in model.classes_]

class Texts(BaseModel):
    texts: list[str]

@app.post("/predict")
def predict(sent: Texts):
    proba = np.atleast_2d(model.predict_proba(sent.texts))  # SciKeras' of one text
    labels = model.classes_[np.argmax(proba, axis=1)].tolist()
    return {"predictions": [
        {"label": label, "probabilities": dict(zip(classes, row))}
        for label, row in zip(labels, proba.tolist())
    ]}

listening = socket.create_server(("127.0.0.1", 0))
listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
print(f"Serving on http://127.0.0.1:{listening.getsockname()[1]}", file=sys.stderr)
uvicorn.Server(uvicorn.Config(app)).run(sockets=[listening])
"""
OURS = """
import sys
from skclf.web import serve
serve(sys.argv[1], port=0)
"""

# How many requests of a size are one measurement.
N_REQUESTS = {1: 400, 32: 100}
N_SLOW = {1: 60, 32: 30}
TICKS = os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true", help="fail on a missed bound")
    args = parser.parse_args()
    train, y, texts = tweets()
    scikeras, lstm = pipelines(train)["S0 LSTM"]
    tfidf = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
    linear = make_text_classifier("tfidf-logreg")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        folder = Path(folder)
        models = {"SciKeras": scikeras, "TF-IDF": tfidf}
        models |= {"skclf, LSTM": lstm, "skclf, TF-IDF": tfidf}
        models["skclf, tfidf-logreg"] = linear
        servers = {}
        for i, (name, model) in enumerate(models.items()):
            path = folder / str(i)
            if name.startswith("skclf"):
                skclf.save(model.fit(train, y), path)
                code = OURS
            else:
                joblib.dump(model.fit(train, y), path)
                code = PEER
            servers[name] = held.enter_context(served(code, path))
        found = measured(servers, texts, args.runs)
    missed = told(found)
    if missed:
        print("\nMissed:", *missed, sep="\n- ")
    sys.exit(bool(missed) and args.check)


@contextmanager
def served(code, path):
    """A process that serves: its number and a connection to it."""
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", code, str(path), here]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    lines = []
    try:
        for line in process.stderr:
            lines.append(line)
            if at := re.search(r"Serving on http://([\d.]+):(\d+)", line):
                break
        else:
            raise RuntimeError("".join(lines))
        # Its log is read, as it would wait for a reader.
        threading.Thread(target=lambda: list(process.stderr), daemon=True).start()
        connection = http.client.HTTPConnection(at[1], int(at[2]), timeout=300)
        yield process.pid, connection
        connection.close()
    finally:
        process.terminate()
        process.wait(60)


def measured(servers, texts, runs):
    """Milliseconds of CPU per request, by server and number of texts."""
    found = {(name, n): [] for name in servers for n in N_REQUESTS}
    for pid, connection in servers.values():
        for n in N_REQUESTS:
            spent(pid, connection, texts, n, 10)
    for run in range(runs):
        for name, (pid, connection) in servers.items():
            for n, n_requests in N_REQUESTS.items():
                n_requests = N_SLOW[n] if name == "SciKeras" else n_requests
                part = texts[run * 1000 :]
                found[name, n].append(spent(pid, connection, part, n, n_requests))
    return {key: statistics.median(values) for key, values in found.items()}


def spent(pid, connection, texts, n, n_requests):
    connection.close()  # one that was idle for some seconds, servers have closed
    before = cpu_seconds(pid)
    for i in range(n_requests):
        start = i * n % (len(texts) - n)
        body = json.dumps({"texts": texts[start : start + n]})
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/predict", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        assert len(json.loads(content)["predictions"]) == n
    return 1000 * (cpu_seconds(pid) - before) / n_requests


def cpu_seconds(pid):
    """Of all threads, in user and system mode."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def told(found):
    """Print the table; bounds that were missed."""
    print("| server | texts | CPU per request, ms | SciKeras / it | it / TF-IDF |")
    print("|---|---|---|---|---|")
    missed = []
    for (name, n), value in found.items():
        less = found["SciKeras", n] / value
        share = value / found["TF-IDF", n]
        print(f"| {name} | {n} | {value:.2f} | {less:.1f} | {share:.2f} |")
        if name == "skclf, LSTM" and less < 20:
            missed.append(f"{name}, {n} texts: {less:.1f} x less than SciKeras, not 20")
        if name == "skclf, TF-IDF" and share > 1:
            missed.append(f"{name}, {n} texts: {share:.2f} x TF-IDF, not at most 1")
    return missed


if __name__ == "__main__":
    main()
