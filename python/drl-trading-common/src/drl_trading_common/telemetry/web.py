"""What the web frameworks need beside their instrumentations: REQUEST_ERRORS, names, a flush at the lifespan's end."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from .catalog import REQUEST_ERRORS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from wsgiref.types import WSGIEnvironment

    from fastapi import FastAPI
    from flask import Flask, Response
    from opentelemetry.trace import Span
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .metrics import Metrics

_METHODS = frozenset(("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"))
_SERVER_ERROR = 500
_COUNTED = "drl_trading_common.error_counted"


def count_flask_errors(app: Flask, metrics: Metrics) -> None:
    """Counts each request that ends in an exception, by its class, or in an answer of 5xx, by its status."""
    from flask import got_request_exception, request  # noqa: PLC0415

    def on_exception(_app: Flask, exception: Exception, **_: object) -> None:
        request.environ[_COUNTED] = True
        metrics.add(REQUEST_ERRORS, error_type=type(exception).__qualname__)

    def on_response(response: Response) -> Response:
        if response.status_code >= _SERVER_ERROR and _COUNTED not in request.environ:
            metrics.add(REQUEST_ERRORS, error_type=str(response.status_code))
        return response

    # Not weak: nothing else holds the function.
    got_request_exception.connect(on_exception, app, weak=False)
    app.after_request(on_response)


def name_without_path(span: Span | None, environ: WSGIEnvironment) -> None:
    """Names the span of a request that no route matches "GET", not "GET /what/the/caller/sent"."""
    from flask import request  # noqa: PLC0415

    if span is not None and request.url_rule is None:
        method = environ.get("REQUEST_METHOD", "").upper()
        span.update_name(method if method in _METHODS else "HTTP")


class CountASGIErrors:
    """ASGI middleware that counts as count_flask_errors does."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            self._metrics.add(REQUEST_ERRORS, error_type=type(error).__qualname__)
            raise
        if status >= _SERVER_ERROR:
            self._metrics.add(REQUEST_ERRORS, error_type=str(status))


def flush_at_lifespan_end(app: FastAPI, flush: Callable[[], object]) -> None:
    """Flushes after the app's own shutdown code.

    uvicorn handles SIGTERM itself: after the lifespan it sends itself the signal again, with its default action if
    the app was imported by uvicorn, so that no atexit runs.
    """
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(started: Any) -> AsyncIterator[Any]:
        try:
            async with inner(started) as state:
                yield state
        finally:
            await asyncio.to_thread(flush)

    app.router.lifespan_context = lifespan
