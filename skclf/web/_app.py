"""A fitted pipeline as an ASGI application."""

import os
from collections.abc import Iterable
from numbers import Integral
from typing import Any

from sklearn.utils._param_validation import Interval, validate_parameter_constraints

from skclf._names import public
from skclf._optional import import_optional
from skclf._typing import Estimator, FilePath
from skclf._validation import POSITIVE_INT, excerpt
from skclf.deploy import inspect_file, load, read_report

PACKAGES = ("fastapi", "prometheus_client", "python_multipart", "jinja2")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

CONSTRAINTS = {
    "token": [str, None],
    "max_texts": [POSITIVE_INT],
    "max_explained": [POSITIVE_INT],
    "max_length": [POSITIVE_INT],
    "max_bytes": [Interval(Integral, 1000, None, closed="left")],
    "max_file_bytes": [Interval(Integral, 1000, None, closed="left")],
}


@public("skclf.web")
def make_app(
    model: Estimator | FilePath,
    *,
    token: str | None = None,
    allowed_hosts: Iterable[str] = LOOPBACK,
    max_texts: int = 1000,
    max_explained: int = 20,
    max_length: int = 20_000,
    max_bytes: int = 5_000_000,
    max_file_bytes: int = 50_000_000,
    trusted: bool = False,
) -> Any:
    """Make an ASGI application of a fitted pipeline, with a page and JSON.

    It has these endpoints:

    - ``GET /``, a page on which people type texts, upload a CSV and read the report
      that was saved with the model. It loads nothing from elsewhere.
    - ``POST /predict`` takes ``{"texts": [...]}``, or for models of text and table
      ``{"rows": [{column: value}, ...]}``, and returns labels and probabilities; with
      ``"flags": true`` also whether the model knows too little of a text.
    - ``POST /explain`` takes the same, and adds what each word says for the label, and
      the flags.
    - ``POST /predict-file`` takes a CSV as the part ``file`` of a form, and returns it
      with labels, as :func:`~skclf.predict_file` writes them.
    - ``GET /health``, ``/info``, ``/card`` (the report), ``/metrics`` (for Prometheus)
      and ``/openapi.json``.

    Whatever is refused is answered with a status of 4xx and ``{"detail": reason}``.
    Errors of the server are answered with 500 and no more; neither texts nor messages
    of errors get into its log, ``logging.getLogger("skclf.web")``.

    Parameters
    ----------
    model : estimator, Monitor or path-like
        A fitted classifier, a :class:`~skclf.Monitor` with one, or a file of
        :func:`~skclf.save`.
    token : str, default=None
        What clients have to send, as ``Authorization: Bearer TOKEN``, at least 8
        characters. The page asks for it; it and ``/health`` need none. None asks for
        nothing.
    allowed_hosts : iterable of str, default=("localhost", "127.0.0.1", "[::1]")
        The names by which the server may be called, without port. Requests with another
        Host header are refused, as a page from elsewhere might send them to a server
        behind a firewall. ``"*"`` is any.
    max_texts, max_explained : int, default=1000, 20
        Most texts or rows of a request.
    max_length : int, default=20000
        Most characters of a text; of ``/explain``, of all texts of a request together.
    max_bytes, max_file_bytes : int, default=5000000, 50000000
        Most bytes of a request of JSON, and of one with a file.
    trusted : bool, default=False
        Whether you trust who made a `model` that is a pickle, see :func:`~skclf.load`.

    Returns
    -------
    fastapi.FastAPI
        The application, for an ASGI server or :func:`serve`. The model was asked once,
        so that the first request does not wait.

    Raises
    ------
    TypeError
        If `model` is no classifier.
    NotFittedError
        If it is not fitted.
    ValueError
        If a parameter is wrong, or the model was fitted on an array of several columns,
        which have no names to be sent by.
    ImportError
        If a package is missing: ``pip install 'skclf[web]'``.

    See Also
    --------
    serve : Runs it, in several processes.
    skclf.to_onnx_pipeline : Nets that answer in a fraction of a millisecond.

    Notes
    -----
    Places of words are counted in code points, as in Python. JavaScript counts in
    units of UTF-16: there, ``Array.from(text)`` has as many items.

    With several processes, the counts of ``/metrics`` are added up if the environment
    names an empty folder in ``PROMETHEUS_MULTIPROC_DIR`` before they start, as
    :func:`serve` does.

    Examples
    --------
    >>> from skclf import make_text_classifier
    >>> from skclf.web import make_app
    >>> texts = ["the house is on fire", "a day on the beach"] * 10
    >>> model = make_text_classifier("tfidf-logreg").fit(texts, ["bad", "good"] * 10)
    >>> app = make_app(model)
    >>> from fastapi.testclient import TestClient
    >>> client = TestClient(app, base_url="http://localhost")
    >>> client.post("/predict", json={"texts": ["a beach"]}).json()["predictions"]
    [{'label': 'good', 'probabilities': {'bad': 0.2..., 'good': 0.7...}}]
    """
    limits = {
        "max_texts": max_texts,
        "max_explained": max_explained,
        "max_length": max_length,
        "max_bytes": max_bytes,
        "max_file_bytes": max_file_bytes,
    }
    hosts = check_options(token, allowed_hosts, limits, caller="make_app")
    manifest, card = {}, None
    if isinstance(model, str | bytes | os.PathLike):
        manifest, card = inspect_file(model), read_report(model)
        model = load(model, trusted=trusted)
    return application(model, manifest, card, token, hosts, limits)


def check_options(token, allowed_hosts, limits, *, caller):
    """Check what an application is told, before any work; the names of hosts."""
    given = limits | {"token": token}
    validate_parameter_constraints(CONSTRAINTS, given, caller_name=caller)
    if token is not None and (len(token) < 8 or not _is_plain(token)):
        raise ValueError(
            "Expected a token of at least 8 ASCII characters without blanks, got one "
            f"of {len(token)}. Make one with: python -c 'import secrets; "
            "print(secrets.token_urlsafe())'"
        )
    if isinstance(allowed_hosts, str):
        raise ValueError(
            f"Expected a list of names as allowed_hosts, got {excerpt(allowed_hosts)}. "
            "Pass [name]."
        )
    hosts = list(allowed_hosts)
    for host in hosts:
        is_name = isinstance(host, str) and host and "/" not in host
        if not is_name or (":" in host and not host.startswith("[")):
            raise ValueError(
                "Expected names without scheme and port in allowed_hosts, such as "
                f"'models.example.org', got {excerpt(host)}."
            )
    for package in PACKAGES:
        import_optional(package, feature="The service", extra="web")
    return frozenset(host.lower() for host in hosts)


def application(model, manifest, card, token, hosts, limits):
    """The application of a model and of what is known of it.

    Parameters
    ----------
    model : estimator or Monitor
        The model.
    manifest : dict
        That of its file; empty if it comes from none.
    card : str or None
        The page of its report.
    token : str or None
        What clients have to send.
    hosts : set of str
        Names by which the server may be called.
    limits : dict of str to int
        The fields of Limits.
    """
    from skclf.web._requests import Limits
    from skclf.web._routes import routed
    from skclf.web._served_model import ServedModel

    served = ServedModel(model)
    served.warm_up()
    return routed(served, manifest, card, token, hosts, Limits(**limits))


def _is_plain(token):
    return token.isascii() and token.isprintable() and " " not in token
