"""The endpoints."""

import os
import secrets
import shutil
import tempfile
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Annotated

import anyio
import jinja2
from fastapi import FastAPI, File, Form, HTTPException, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.background import BackgroundTask

import skclf
from skclf.deploy import predict_file
from skclf.web._guard import Guard
from skclf.web._requests import (
    Documents,
    DocumentsToPredict,
    ExplanationList,
    PredictionList,
    Problem,
    read_documents,
)
from skclf.web._service_counts import CONTENT_TYPE, ServiceCounts

_CARD_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'"
)
# Styles are not held to the nonce: the report, which is shown in a frame without
# scripts, has its own, and inherits the policy.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; "
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_PROBLEMS = {
    status: {"model": Problem, "description": what}
    for status, what in {
        400: "The request cannot be read.",
        401: "The token is missing or wrong.",
        413: "Too much in one request.",
        422: "Something else than the model reads.",
    }.items()
}


def routed(model, manifest, card, token, hosts, limits):
    """An application with all endpoints.

    Parameters
    ----------
    model : ServedModel
        What answers.
    manifest : dict
        That of its file; empty if it comes from none.
    card : str or None
        The page of its report.
    token : str or None
        What clients have to send.
    hosts : set of str
        Names by which the server may be called.
    limits : Limits
        How much they may send.

    Returns
    -------
    fastapi.FastAPI
    """
    app = FastAPI(
        title="skclf",
        version=skclf.__version__,
        description="Labels for short texts.",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
    )
    metrics = ServiceCounts()
    # As many at a time as there are processors: more of them would only wait.
    in_thread = partial(
        anyio.to_thread.run_sync, limiter=anyio.CapacityLimiter(os.cpu_count() or 1)
    )
    _add_answers(app, model, limits, metrics, in_thread)
    _add_files(app, model, limits, metrics, in_thread)
    _add_about(app, _info(model, manifest, card, token, limits), card, metrics)
    app.add_exception_handler(RequestValidationError, _misread)
    paths = frozenset(route.path for route in app.routes)
    app.add_middleware(
        Guard,
        hosts=hosts,
        token=token,
        limits=limits,
        metrics=metrics,
        endpoints=paths,
    )
    return app


def _add_answers(app, model, limits, metrics, in_thread):
    def predicted(X, flags):
        answers = model.predict(X)
        if flags:
            found = model.flags(X)
            metrics.flagged(found)
            answers = [a | flag for a, flag in zip(answers, found, strict=True)]
        return answers

    @app.post("/predict", response_model=PredictionList, responses=_PROBLEMS)
    async def predict(sent: DocumentsToPredict):
        """Label texts or rows."""
        X = read_documents(sent, model, limits, most=limits.max_texts)
        answers = await _of_model(in_thread, predicted, X, sent.flags)
        metrics.labelled("/predict", len(answers))
        return JSONResponse({"predictions": answers})

    @app.post("/explain", response_model=ExplanationList, responses=_PROBLEMS)
    async def explain(sent: Documents):
        """Label texts or rows, and say what each word adds to the label."""
        X = read_documents(
            sent, model, limits, most=limits.max_explained, explained=True
        )
        if not model.explains:
            raise HTTPException(501, "This model has no scores to be explained.")
        answers = await _of_model(in_thread, model.explain, X)
        metrics.labelled("/explain", len(answers))
        metrics.flagged(answers)
        return JSONResponse({"explanations": answers})


async def _of_model(in_thread, function, X, *others):
    """What a function of the model returns, in another thread.

    Texts are always answered. A table may hold what only its transformers refuse.
    """
    try:
        return await in_thread(function, X, *others)
    except (TypeError, ValueError) as error:
        if not hasattr(X, "iloc"):
            raise
        raise HTTPException(422, f"The model refuses a row. {error}"[:500]) from None


def _add_files(app, model, limits, metrics, in_thread):
    @app.post(
        "/predict-file",
        response_class=Response,
        responses=_PROBLEMS
        | {200: {"content": {"text/csv": {}}, "description": "The labelled CSV."}},
    )
    async def predict_a_file(
        file: Annotated[UploadFile, File(description="CSV with a header line.")],
        text: Annotated[str | None, Form(description="The column of texts.")] = None,
        sep: Annotated[str, Form(description="Between columns.")] = ",",
        proba: Annotated[bool, Form(description="Add probabilities.")] = False,
    ):
        """Label each row of a CSV file, and return it with the labels."""
        if proba and not model.has_probabilities:
            raise HTTPException(422, "This model gives no probabilities.")
        folder = tempfile.mkdtemp(prefix="skclf-")
        try:
            source, target = Path(folder, "sent.csv"), Path(folder, "labelled.csv")
            summary = await in_thread(
                partial(_labelled, model.pipeline, file.file, source, target),
                {"text": text, "sep": sep, "proba": proba},
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        metrics.labelled("/predict-file", summary.labelled)
        return FileResponse(
            target,
            media_type="text/csv; charset=utf-8",
            filename="labelled.csv",
            headers={
                f"X-Skclf-{name}": str(getattr(summary, name.lower().replace("-", "_")))
                for name in ("Rows", "Labelled", "Doubtful", "Without-Text")
            },
            background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
        )


def _labelled(pipeline, sent, source, target, options):
    """Write what was sent, with labels; what is wrong with it is the client's."""
    with source.open("wb") as file:
        shutil.copyfileobj(sent, file)
    try:
        return predict_file(pipeline, source, target, escape_formulas=True, **options)
    except (TypeError, ValueError) as error:
        reason = str(error).replace(repr(str(source)), "The file")
        raise HTTPException(422, reason[:1000]) from None


def _add_about(app, info, card, metrics):
    source = resources.files(__package__).joinpath("service.html.jinja")
    page = jinja2.Environment(autoescape=True).from_string(source.read_text("utf-8"))

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    async def show_page():
        nonce = secrets.token_urlsafe(16)
        policy = _PAGE_POLICY.format(nonce=nonce)
        return HTMLResponse(
            page.render(nonce=nonce), headers={"Content-Security-Policy": policy}
        )

    @app.get("/health")
    async def health():
        """The model is loaded, and answers."""
        return JSONResponse({"status": "ok"})

    @app.get("/info", responses={401: _PROBLEMS[401]})
    async def about():
        """What the model reads and answers, and how much a request may hold."""
        return JSONResponse(info)

    @app.get("/card", response_class=HTMLResponse, responses={404: {"model": Problem}})
    async def show_card():
        """The report that was saved with the model, as a page."""
        if card is None:
            raise HTTPException(404, "The model was saved without a report.")
        return HTMLResponse(card, headers={"Content-Security-Policy": _CARD_POLICY})

    @app.get("/metrics", response_class=Response)
    async def show_metrics():
        """Counts of requests and documents, for Prometheus."""
        return Response(metrics.page(), headers={"Content-Type": CONTENT_TYPE})


def _info(model, manifest, card, token, limits):
    """What clients are told of the model."""
    last = model.pipeline
    last = last.steps[-1][1] if hasattr(last, "steps") else last
    n_samples = manifest.get("n_samples") or getattr(last, "n_samples_fit_", None)
    return {
        "skclf": skclf.__version__,
        "model": type(last).__name__,
        "classes": model.classes,
        "multilabel": model.multilabel,
        "probabilities": model.has_probabilities,
        "explains": model.explains,
        "reads": "texts" if model.columns is None else "rows",
        "text_column": model.texts[0] if model.texts else None,
        "text_columns": model.texts,
        "columns": model.columns,
        "n_samples": n_samples,
        "created": manifest.get("created"),
        "metrics": manifest.get("metrics"),
        "card": card is not None,
        "token": token is not None,
        "limits": vars(limits),
    }


async def _misread(request, error):
    """The first of what is wrong with a request, without the request itself."""
    errors = error.errors()
    first = errors[0]
    if first["type"] == "json_invalid":
        reason = first.get("ctx", {}).get("error", "")
        return JSONResponse({"detail": f"Expected JSON. {reason}"[:300]}, 400)
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    place = place.encode("ascii", "backslashreplace").decode()
    more = f" (and {len(errors) - 1:,} more)" if len(errors) > 1 else ""
    detail = f"{place[:100]}: {first['msg']}" if place else first["msg"]
    return JSONResponse({"detail": f"{detail}{more}"}, 422)
