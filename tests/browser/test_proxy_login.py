"""Who logs in at the proxy is named by a header. Nobody else can write it: not past the proxy, and not through it."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from core.app.proxy_secret import HEADER
from core.runs import access
from core.runs.access import Viewer
from tests.browser import caddy, driving
from tests.browser.caddy import PASSWORD, USER
from tests.core.runs.test_access import logged
from tests.kept_runs import keep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed; `apt install caddy`."),
]
WAIT = 180_000
IDENTITY, ANN, RIGHT = "X-Evenhand-User", "ann", "of this test alone"
LOGIN = {"Authorization": "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()}


@pytest.fixture(scope="module")
def address(runs: Path) -> Iterator[str]:
    """The app as `compose.yaml` starts it, with a run of Ann's and one of whom the proxy knows."""
    if driving.browser_path() is None:
        pytest.skip("No Chromium is installed here, so nothing can drive a browser; install chromium to run this.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENHAND_ACCESS", "login")
        patch.setenv("EVENHAND_PROXY_SECRET", RIGHT)
        for name, run in ((ANN, "hers"), (USER, "mine")):
            with access.acting_as(Viewer(name)):
                keep(runs / run)
        with driving.served(runs, f'--server.trustedUserHeaders={{"{IDENTITY}":"email"}}') as found:
            yield found


@pytest.fixture(scope="module")
def proxied(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with caddy.before(address, tmp_path_factory.mktemp("caddy"), EVENHAND_PROXY_SECRET=RIGHT) as found:
        yield found


def status(address: str, **headers: str) -> int:
    request = urllib.request.Request(address, headers={name.replace("_", "-"): text for name, text in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def opens(address: str, **headers: str) -> bool:
    """Whether the connection over which pages are drawn is accepted."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    try:
        stream = f"ws{address.removeprefix('http')}/_stcore/stream"
        with connect(stream, additional_headers=named, open_timeout=WAIT / 1000):
            return True
    except InvalidStatus:
        return False


@pytest.mark.parametrize("secret", [None, "", "a guess"])
def test_a_header_that_comes_past_the_proxy_opens_nothing(address: str, secret: str | None) -> None:
    headers = {IDENTITY: ANN} | ({} if secret is None else {HEADER: secret})
    for path in ("", "report?run=hers", "_stcore/host-config", "media/0.csv", "component/x/y", "static/index.html"):
        assert status(f"{address}/{path}", **headers) == 403, path
    assert not opens(address, **headers)
    assert status(f"{address}/ready", **headers) == 200


def test_the_proxy_lets_nobody_pass_without_a_login(proxied: str) -> None:
    assert status(proxied, **{IDENTITY: ANN, HEADER: RIGHT}) == 401
    assert not opens(proxied, **{IDENTITY: ANN, HEADER: RIGHT})
    assert opens(proxied, **LOGIN)


def test_a_header_that_a_browser_sends_is_replaced(proxied: str, chromium: Any, runs: Path) -> None:
    context = chromium.new_context(
        http_credentials={"username": USER, "password": PASSWORD}, extra_http_headers={IDENTITY: ANN, HEADER: "x"}
    )
    page = context.new_page()
    page.goto(proxied)
    page.get_by_text(f"You see the runs of {USER}").wait_for(timeout=WAIT)
    driving.settled(page)
    assert page.get_by_role("button", name="Delete").count() == 1
    page.goto(f"{proxied}/report?run=hers")
    page.get_by_text("There is no run 'hers' on this machine.").wait_for(timeout=WAIT)
    assert (USER, "refused", "hers", "") in logged(runs)
    assert {who for who, action, _, _ in logged(runs) if action != "made"} == {USER}
    context.close()


def test_a_browser_past_the_proxy_sees_nothing(address: str, chromium: Any) -> None:
    context = chromium.new_context(extra_http_headers={IDENTITY: ANN})
    page = context.new_page()
    page.goto(f"{address}/report?run=hers")
    assert page.inner_text("body") == "Open Evenhand by the address of its proxy."
    context.close()
