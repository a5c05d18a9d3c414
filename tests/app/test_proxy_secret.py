"""With a secret only the proxy is answered."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from core.app import serving
from core.app.proxy_secret import ASKED_WITHIN, HEADER

RIGHT = "of this test alone"


def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"seen: {request.headers.get(HEADER)}")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("opened")
    await socket.close()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("EVENHAND_PROXY_SECRET", RIGHT)
    routes = [Route(path, page) for path in ("/", *ASKED_WITHIN)]
    with TestClient(
        Starlette(routes=[*routes, WebSocketRoute("/stream", stream)], middleware=serving.MIDDLEWARE)
    ) as found:
        yield found


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: RIGHT + "x"}, {HEADER: RIGHT[:-1]}])
def test_who_does_not_know_it_gets_nothing(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.get("/", headers=headers)
    assert (answer.status_code, "seen" in answer.text) == (403, False)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/stream", headers=headers):
        pass


def test_two_of_them_or_other_letters_are_refused(client: TestClient) -> None:
    assert client.get("/", headers=[(HEADER, "wrong"), (HEADER, RIGHT)]).status_code == 403
    assert client.get("/", headers=[(HEADER.encode(), "é".encode())]).status_code == 403


def test_the_proxy_is_answered_and_pages_do_not_see_the_secret(client: TestClient) -> None:
    assert client.get("/", headers={HEADER: RIGHT}).text == "seen: None"
    with client.websocket_connect("/stream", headers={HEADER: RIGHT}) as socket:
        assert socket.receive_text() == "opened"


def test_the_container_may_ask_whether_it_is_ready(client: TestClient) -> None:
    assert {client.get(path).status_code for path in ASKED_WITHIN} == {200}


def test_without_a_secret_every_request_is_answered(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENHAND_PROXY_SECRET")
    assert client.get("/", headers={HEADER: "anything"}).text == "seen: None"
