"""What stands before every endpoint: who may ask, how much, and what is told."""

import hmac
import json
import logging
import traceback
from time import perf_counter
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException

LOGGER = logging.getLogger("skclf.web")
OPEN = ("/", "/health")  # without a token: the page holds nothing of the model

_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}


class Guard:
    """ASGI middleware that refuses requests, counts and logs them.

    Logs hold no text of a request: neither its body nor its address as it was sent,
    nor the message of an error.

    Parameters
    ----------
    app : ASGI application
        What is behind it.
    hosts : set of str
        Names that the Host header may have, without port; "*" for any.
    token : str or None
        What clients have to send.
    limits : Limits
        How many bytes a request may have.
    metrics : ServiceCounts
        What counts it.
    endpoints : dict of str to str
        The paths that there are, and what they may be called with.
    """

    def __init__(self, app, hosts, token, limits, metrics, endpoints):
        self._app, self._hosts, self._metrics = app, hosts, metrics
        self._token = None if token is None else token.encode()
        self._limits, self._endpoints = limits, endpoints

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        sent = _Sent(send)
        headers = dict(scope["headers"])
        refused = self._refusal(scope, headers)
        if refused is not None:
            await _answer(sent, *refused)
        else:
            most = self._most_bytes(scope)
            try:
                await self._app(scope, _counted(receive, most), sent)
            except Exception as error:
                LOGGER.error("%s", where(error))
                if sent.status is not None:
                    raise RuntimeError("The answer broke off.") from None
                await _answer(sent, 500, "The server failed. Its log says where.")
        self._note(scope, sent.status, perf_counter() - started)

    def _refusal(self, scope, headers):
        """Status and reason, or None."""
        host = headers.get(b"host", b"").decode("latin-1")
        if "*" not in self._hosts and _name(host) not in self._hosts:
            return 400, (
                "This host name is not served. If it is the server's, start it with "
                "this name among allowed_hosts."
            )
        origin = headers.get(b"origin")
        is_post = scope["method"] == "POST"
        if is_post and origin and urlsplit(origin.decode("latin-1")).netloc != host:
            return 403, "Requests of pages from elsewhere are not answered."
        if self._token is not None and scope["path"] not in OPEN:
            kind, _, given = headers.get(b"authorization", b"").partition(b" ")
            is_right = hmac.compare_digest(given.strip(), self._token)
            if kind.lower() != b"bearer" or not is_right:
                return 401, "Expected the header 'Authorization: Bearer TOKEN'."
        most, length = self._most_bytes(scope), headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > most:
            return 413, _too_large(most)
        return None

    def _most_bytes(self, scope):
        is_file = scope["path"] == "/predict-file"
        return self._limits.max_file_bytes if is_file else self._limits.max_bytes

    def _note(self, scope, status, seconds):
        path = scope["path"] if scope["path"] in self._endpoints else "other"
        status = 499 if status is None else status
        self._metrics.answered(path, status, seconds)
        LOGGER.info("%s %s %d %.1f ms", scope["method"], path, status, 1000 * seconds)


class _Sent:
    """The way to the client, on which headers are added and the status noted."""

    def __init__(self, send):
        self._send, self.status = send, None

    async def __call__(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            there = {name.lower() for name, _ in headers}
            headers += [one for one in _HEADERS.items() if one[0] not in there]
            message = message | {"headers": headers}
        await self._send(message)


def _counted(receive, most):
    """The body as it comes, as long as it is not too large."""
    received = 0

    async def counted():
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise HTTPException(413, _too_large(most))
        return message

    return counted


def _too_large(most):
    return f"Expected a request of at most {most:,} bytes, got more."


async def _answer(send, status, detail):
    body = json.dumps({"detail": detail}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    start = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _name(host):
    """A Host header without its port."""
    if host.startswith("["):  # an address of IPv6
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def where(error):
    """The kind of an error and the lines that it went through, without its message."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    lines = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {lines}"
