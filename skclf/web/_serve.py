"""The service in processes of its own, from start to a graceful stop."""

import ipaddress
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterable
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from numbers import Integral
from pathlib import Path

from sklearn.utils._param_validation import Interval, validate_parameter_constraints

from skclf._names import public
from skclf._optional import import_optional
from skclf._typing import FilePath
from skclf._validation import POSITIVE_INT, excerpt
from skclf.deploy import inspect_file, load, read_report
from skclf.deploy._file import check_trust
from skclf.web._app import LOOPBACK, application, check_options
from skclf.web._as_onnx import as_onnx

_CONSTRAINTS = {
    "host": [str],
    "port": [Interval(Integral, 0, 65535, closed="both")],
    "workers": [POSITIVE_INT],
    "stop_within": [POSITIVE_INT],
}
_STARTUP_FAILURE = 3  # by which uvicorn knows that a new process would fail, too
_FAILED = "The server failed to start; its log says why."
_LOGGER = logging.getLogger("skclf.web")


@public("skclf.web")
def serve(
    path: FilePath,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    token: str | None = None,
    allowed_hosts: Iterable[str] = (),
    max_texts: int = 1000,
    max_explained: int = 20,
    max_length: int = 20_000,
    max_bytes: int = 5_000_000,
    max_file_bytes: int = 50_000_000,
    stop_within: int = 30,
    trusted: bool = False,
) -> None:
    """Serve a saved pipeline until the process is told to stop (Ctrl-C, SIGTERM).

    A pipeline of Keras nets is converted by :func:`~skclf.to_onnx_pipeline` before,
    where onnx is installed: the processes that answer load no TensorFlow then. Each
    loads the model once and lets it answer once before it takes requests. When told to
    stop, they answer what has come, and take nothing new.

    Parameters
    ----------
    path : path-like
        A file of :func:`~skclf.save`.
    host : str, default="127.0.0.1"
        The address to listen at. The default can be reached from this machine only,
        ``"0.0.0.0"`` from everywhere.
    port : int, default=8000
        The port; 0 takes any that is free, which the log tells.
    workers : int, default=1
        Number of processes. A script that asks for several needs the usual ``if
        __name__ == "__main__":``, as all that start processes.
    token : str, default=None
        What clients have to send, see :func:`make_app`.
    allowed_hosts : iterable of str, default=()
        Names by which the server may be called beside ``localhost``, ``127.0.0.1``,
        ``[::1]`` and `host`; ``"*"`` is any.
    max_texts, max_explained, max_length, max_bytes, max_file_bytes : int
        Limits of requests, see :func:`make_app`.
    stop_within : int, default=30
        Seconds that answers may take after the server was told to stop.
    trusted : bool, default=False
        Whether you trust who made a file that is a pickle, see :func:`~skclf.load`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a parameter is wrong, or the file is none of :func:`~skclf.save`, or a pickle
        that is not trusted.
    OSError
        If the address cannot be listened at, as when another program does.
    ImportError
        If a package is missing: ``pip install 'skclf[web]'``.
    RuntimeError
        If a worker fails to start.

    Warns
    -----
    UserWarning
        If it can be reached from elsewhere and there is no token. If there are Keras
        nets that are not converted; the message says why.

    See Also
    --------
    make_app : The same as an application for a server of your own.

    Notes
    -----
    The log goes to standard error, a line for each request, without addresses of
    clients and without anything that they sent. ``/metrics`` adds up the counts of all
    workers.

    Examples
    --------
    >>> from skclf.web import serve
    >>> serve("model.skclf", port=8000, workers=2)  # doctest: +SKIP
    """
    given = {"host": host, "port": port, "workers": workers, "stop_within": stop_within}
    validate_parameter_constraints(_CONSTRAINTS, given, caller_name="serve")
    limits = {
        "max_texts": max_texts,
        "max_explained": max_explained,
        "max_length": max_length,
        "max_bytes": max_bytes,
        "max_file_bytes": max_file_bytes,
    }
    if isinstance(allowed_hosts, str):
        raise ValueError(
            f"Expected a list of names as allowed_hosts, got {excerpt(allowed_hosts)}. "
            "Pass [name]."
        )
    named = [*LOOPBACK, *_names_of(host), *allowed_hosts]
    hosts = check_options(token, named, limits, caller="serve")
    uvicorn = import_optional("uvicorn", feature="The service", extra="web")
    manifest, card = inspect_file(path), read_report(path)
    check_trust(manifest, path, trusted)
    if token is None and not _is_loopback(host):
        warnings.warn(
            f"Everybody who reaches {host} can use the model. Pass a token, or put a "
            "proxy before it that asks who they are.",
            stacklevel=2,
        )
    with ExitStack() as held:
        listening = held.enter_context(_listen(host, port))
        folder = held.enter_context(tempfile.TemporaryDirectory(prefix="skclf-"))
        path = Path(os.fsdecode(path)).absolute()
        path = as_onnx(path, manifest, Path(folder, "model.skclf"))
        given = (path, trusted, manifest, card, token, hosts, limits)
        app = partial(_worker, *given)
        config = uvicorn.Config(
            app,
            factory=True,
            workers=workers,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=stop_within,
            timeout_worker_healthcheck=20,  # a worker that loads is not hung
        )
        _log_to_stderr()
        address = listening.getsockname()
        _LOGGER.info("Serving on http://%s:%d", _shown(host), address[1])
        if workers == 1:
            _run_here(uvicorn, config, listening)
        else:
            counts = Path(folder, "counts")
            counts.mkdir()
            _run_workers(config, listening, counts)


def _run_here(uvicorn, config, listening):
    server = uvicorn.Server(config)
    with _signals_back():
        # uvicorn sends the signal that stopped it once more, which would end the
        # process before files are removed.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda *_: None)
        with suppress(KeyboardInterrupt):
            try:
                server.run(sockets=[listening])
            except SystemExit as error:
                raise RuntimeError(_FAILED) from error


def _run_workers(config, listening, counts):
    """Processes that share a socket; their counts are in files of one folder."""
    from uvicorn.supervisors import Multiprocess

    from skclf.web._service_counts import FOLDER

    before = os.environ.get(FOLDER)
    os.environ[FOLDER] = str(counts)
    try:
        with _signals_back():
            group = Multiprocess(config, sockets=[listening])
            group.run()
    finally:
        if before is None:
            del os.environ[FOLDER]
        else:
            os.environ[FOLDER] = before
    if any(process.exitcode == _STARTUP_FAILURE for process in group.processes):
        raise RuntimeError(_FAILED)


@contextmanager
def _signals_back():
    """Afterwards, signals do again what they did before."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {kind: signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def _worker(path, trusted, manifest, card, token, hosts, limits):
    """The application, in the process that answers."""
    _log_to_stderr()
    try:
        model = load(path, trusted=trusted)
        warnings.showwarning = _log_warning
        return application(model, manifest, card, token, hosts, limits)
    except Exception as error:  # nothing of a client's is in it yet
        _LOGGER.error("%s: %s", type(error).__name__, error)
        sys.exit(_STARTUP_FAILURE)  # other workers would fail, too


def _log_to_stderr():
    """Lines of our own, and of uvicorn what went wrong."""
    if not _LOGGER.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        _LOGGER.addHandler(handler)
        logging.getLogger("uvicorn").addHandler(handler)
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def _log_warning(message, category, filename, lineno, file=None, line=None):
    """A warning of the model, whose message might hold what a client sent."""
    _LOGGER.warning("%s at %s:%d", category.__name__, filename, lineno)


def _listen(host, port):
    """A socket that listens, or an error that says what is in the way."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        found = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OSError(
            error.errno,
            f"Expected an address to listen at, got host={host!r}, port={port}: "
            f"{error.strerror or error}. Another program may use it: pass another "
            "port, or port=0 for any that is free.",
        ) from error
    # What it accepts inherits it: else the body of an answer waits 40 ms for the client
    # to acknowledge the head.
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def _is_loopback(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _names_of(host):
    """What a Host header may say if the server listens there."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return [host]
    if address.is_unspecified:  # any address of this machine, which has many names
        return []
    return [_shown(host)]


def _shown(host):
    return f"[{host}]" if ":" in host else host
