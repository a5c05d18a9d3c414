"""The secret by which the app knows its proxy: without it, whoever reaches the port could say who has logged in."""

from __future__ import annotations

import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from core.settings import Text

HEADER: Final = "X-Evenhand-Proxy"
SECRET: Final = Text("EVENHAND_PROXY_SECRET")
"""What the proxy sends in `HEADER` with each request. Without it, every request is answered."""
ASKED_WITHIN: Final = frozenset({"/ready", "/_stcore/health"})
"""What the container asks of itself; nothing there is about anybody."""
_POLICY_VIOLATION: Final = 1008


class ProxySecret:
    """Middleware that answers requests of the proxy alone, if it has a secret.

    Args:
        app: What answers requests. It does not get the secret to see.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] not in {"http", "websocket"} or _may_pass(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(_POLICY_VIOLATION)(scope, receive, send)
        else:
            answer = PlainTextResponse("Open Evenhand by the address of its proxy.", 403)
            await answer(scope, receive, send)


def _may_pass(scope: Scope) -> bool:
    secret, headers = SECRET.value(), MutableHeaders(scope=scope)
    sent = headers.getlist(HEADER)
    if sent:
        del headers[HEADER]
    if not secret or scope["path"] in ASKED_WITHIN:
        return True
    return len(sent) == 1 and secrets.compare_digest(sent[0].encode(), secret.encode())
