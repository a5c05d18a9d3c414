"""The app behind the proxy that `compose.yaml` puts before it: one host, a login, and a policy under which it works."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import caddy, driving
from tests.browser.caddy import PASSWORD, USER
from tests.kept_runs import keep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed; `apt install caddy`."),
]
WAIT = 180_000


@pytest.fixture(scope="module")
def proxied(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the proxy, without TLS: a certificate would need a name."""
    with caddy.before(address, tmp_path_factory.mktemp("caddy")) as found:
        yield found


class Answer:
    """What a request got."""

    def __init__(self, status: int, headers: Any = None, body: str = "") -> None:
        self.status, self.headers, self.body = status, headers or {}, body


def answer(address: str, password: str | None = PASSWORD, host: str = "") -> Answer:
    request = urllib.request.Request(f"{address}/_stcore/health")  # loopback
    if password is not None:
        request.add_header("Authorization", "Basic " + b64encode(f"{USER}:{password}".encode()).decode())
    if host:
        request.add_header("Host", host)
    try:
        with urllib.request.urlopen(request, timeout=10) as found:
            return Answer(found.status, found.headers, found.read().decode())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read().decode())
    except OSError:
        return Answer(0)


def test_only_the_login_gets_an_answer(proxied: str) -> None:
    assert answer(proxied).body == "ok"
    assert [answer(proxied, password).status for password in (None, "", "a secret")] == [401, 401, 401]


def test_another_host_name_reaches_nothing(proxied: str) -> None:
    for host in ("evil.example", "127.0.0.1", "localhost.evil.example"):
        assert answer(proxied, host=host).body == ""


def test_the_headers_that_browsers_enforce_are_there(proxied: str) -> None:
    headers = answer(proxied).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


def test_every_page_and_its_charts_work_under_the_policy(
    proxied: str, chromium: Any, runs: Path, tmp_path: Path
) -> None:
    keep(runs / "kept")
    context = chromium.new_context(http_credentials={"username": USER, "password": PASSWORD})
    page, refused = context.new_page(), []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    for name in driving.page_names():
        page.goto(f"{proxied}/{driving.link(name)}?run=kept")
        page.get_by_role("heading", level=1).first.wait_for(timeout=WAIT)
        driving.settled(page, WAIT)
        page.wait_for_timeout(1_000)
        assert not page.locator("[data-testid=stException]").count(), name
        if name == "compare":
            page.locator("[data-testid=stVegaLiteChart] :is(svg, canvas)").first.wait_for(timeout=WAIT)
    assert not refused

    frame = tmp_path / "frame.html"
    frame.write_text(f'<iframe src="{proxied}"></iframe>')
    page.goto(frame.as_uri())
    page.wait_for_timeout(2_000)
    assert not any("stApp" in one.content() for one in page.frames if one.url.startswith("http"))
    context.close()
