"""What the server of the app does before and beside Streamlit: cookies, headers, who is answered, readiness."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.app import subject
from core.app.browser_cookie import BrowserCookie
from core.app.proxy_secret import ProxySecret
from core.runs.readiness import problems

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # links hold the token of a table that waits for its run
}


class SafeHeaders:
    """Middleware that adds the headers which hold wherever the app is served; the proxy adds those of a deployment.

    Args:
        app: What answers requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def ready(_request: Request) -> JSONResponse:
    """Answer whether runs can be made: 200, or 503 with what is wrong in sentences without paths."""
    found = problems(subject.home())
    return JSONResponse({"ready": not found, "problems": found}, 503 if found else 200)


MIDDLEWARE: Final = [Middleware(SafeHeaders), Middleware(ProxySecret), Middleware(BrowserCookie)]
ROUTES: Final = [Route("/ready", ready)]
