"""``skclf serve``."""

from typing import Annotated

import typer

from skclf.cli._options import Config, Model, Trusted
from skclf.cli._quick_checks import existing, has


def serve_command(
    model: Model,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help="Address to listen at: by default, of this machine only.",
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", "-p", min=0, max=65535, help="0 is any free one.")
    ] = 8000,
    workers: Annotated[
        int, typer.Option("--workers", min=1, metavar="N", help="Processes.")
    ] = 1,
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            envvar="SKCLF_TOKEN",
            metavar="TEXT",
            help="What clients have to send. Others see it in the list of processes: "
            "better set the variable.",
        ),
    ] = None,
    trusted: Trusted = False,
    config: Config = None,
):
    """Serve a model: a page to type into, and JSON for programs.

    Until Ctrl-C. Nets are converted at the start, where onnx is installed.
    """
    model = existing(model)
    for package in ("fastapi", "uvicorn", "prometheus_client", "python_multipart"):
        has(package, "web", "skclf serve needs")
    from skclf.web import serve

    options = {"host": host, "port": port, "workers": workers, "token": token}
    serve(model, trusted=trusted, **options)
