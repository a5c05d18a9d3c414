"""The server's own answers: the cookie that tells browsers apart, headers, and whether it is ready."""

import re

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from core.app import serving
from core.app.browser_cookie import COOKIE, is_token


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("EVENHAND_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("EVENHAND_ACCESS", "browser")
    page = Route("/", lambda _: HTMLResponse("<p>A page.</p>"))
    return TestClient(Starlette(routes=[page, *serving.ROUTES], middleware=serving.MIDDLEWARE))


def cookie_of(client, **headers):
    return client.get("/", headers={"accept": "text/html", **headers}).headers.get("set-cookie", "")


def test_each_browser_gets_one_that_scripts_cannot_read(client):
    first = cookie_of(client)
    assert re.fullmatch(rf"{COOKIE}=[0-9a-f]{{32}}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", first)
    assert cookie_of(client) == ""  # it sends the one that it has
    client.cookies.clear()
    assert cookie_of(client).split(";")[0] != first.split(";")[0]


def test_one_that_is_made_up_is_replaced(client):
    client.cookies.set(COOKIE, "../../etc")
    assert is_token(cookie_of(client).partition("=")[2].partition(";")[0])


def test_behind_tls_it_stays_there(client):
    assert cookie_of(client, **{"x-forwarded-proto": "https"}).endswith("; Secure")


def test_only_pages_set_it_and_only_where_browsers_are_told_apart(client, monkeypatch):
    assert "set-cookie" not in client.get("/", headers={"accept": "image/png"}).headers
    for other in ("open", "login"):
        monkeypatch.setenv("EVENHAND_ACCESS", other)
        assert cookie_of(client) == ""


def test_every_answer_has_safe_headers(client):
    headers = client.get("/ready").headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_ready_or_not(client, tmp_path):
    assert client.get("/ready").json() == {"ready": True, "problems": []}
    (tmp_path / "runs").rmdir()
    (tmp_path / "runs").write_text("")
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert not answer.json()["ready"]
    assert str(tmp_path) not in answer.text
