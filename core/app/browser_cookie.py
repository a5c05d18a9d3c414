"""The cookie by which a browser finds its own runs again, where nobody logs in (``EVENHAND_ACCESS=browser``)."""

from __future__ import annotations

import re
import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.runs import access

COOKIE: Final = "evenhand_browser"
DAYS: Final = 400  # browsers keep no cookie longer
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


def is_token(text: str) -> bool:
    """Return whether a text can be a value of the cookie: 128 random bits."""
    return _TOKEN.fullmatch(text) is not None


class BrowserCookie:
    """Middleware that gives each browser a cookie with its first page.

    Args:
        app: What answers requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; the answer sets the cookie if the request had none."""
        if scope["type"] != "http" or access.ACCESS.value() != access.BROWSER or not _lacks_cookie(Request(scope)):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", _new_cookie(Request(scope)))
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _lacks_cookie(request: Request) -> bool:
    """Return whether this asks for a page, without a cookie. Of several files of a page only the first gets one."""
    return "text/html" in request.headers.get("accept", "") and not is_token(request.cookies.get(COOKIE, ""))


def _new_cookie(request: Request) -> str:
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    parts = [f"{COOKIE}={secrets.token_hex(16)}", "Path=/", f"Max-Age={DAYS * 24 * 3600}", "HttpOnly", "SameSite=Lax"]
    return "; ".join(parts + ["Secure"] * secure)
