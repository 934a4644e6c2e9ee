"""Counters that Prometheus reads, summed over all workers."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


class ServiceCounts:
    """Counts of requests and documents of one app.

    With several workers, each writes into files of the folder that the environment
    names in ``PROMETHEUS_MULTIPROC_DIR``, and whichever is asked adds them up.
    """

    def __init__(self):
        own = CollectorRegistry()
        self.registry = own
        if os.environ.get(FOLDER):
            self.registry = CollectorRegistry()
            MultiProcessCollector(self.registry)
        self._requests = Counter(
            "skclf_requests",
            "Requests by endpoint and status.",
            ["endpoint", "status"],
            registry=own,
        )
        self._seconds = Histogram(
            "skclf_request_seconds",
            "Seconds from the head of a request to the end of its answer.",
            ["endpoint"],
            registry=own,
            buckets=_SECONDS,
        )
        self._documents = Counter(
            "skclf_documents",
            "Texts, rows of JSON and rows of files that were labelled.",
            ["endpoint"],
            registry=own,
        )
        self._flagged = Counter(
            "skclf_out_of_depth",
            "Texts and rows that the model knows too little of, where it was asked.",
            registry=own,
        )

    def answered(self, endpoint, status, seconds):
        """Count a request."""
        self._requests.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def labelled(self, endpoint, n):
        """Count documents."""
        self._documents.labels(endpoint).inc(n)

    def flagged(self, answers):
        """Count documents that are out of the model's depth."""
        self._flagged.inc(sum(bool(one["out_of_depth"]) for one in answers))

    def page(self):
        """All of them in the text format of Prometheus."""
        return generate_latest(self.registry)
