"""The log of a real server: each line is JSON, a page that fails gives no value away, and open pages end with it."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import driving

pytestmark = pytest.mark.slow
WAIT = 180_000
SAYS = "Ann Archer"


@pytest.fixture
def chromium() -> Iterator[Any]:
    if driving.browser_path() is None:
        pytest.skip("No Chromium is installed here, so nothing can drive a browser; install chromium to run this.")
    with driving.browser() as found:
        yield found


def test_a_page_that_fails_is_in_the_log_without_a_value(
    chromium: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENHAND_LOG", "json")
    monkeypatch.setenv("EVENHAND_ACCESS", "browser")
    monkeypatch.setenv("STREAMLIT_LOGGER_ENABLE_RICH", "true")  # which prints failures on stdout
    monkeypatch.setenv("STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE", "true")  # as in the image
    port = driving.free_port()
    with (tmp_path / "log").open("w") as log:
        server = driving.started(tmp_path, port, script="tests/browser/failing_server.py", output=log)
    try:
        driving.wait_for(f"http://localhost:{port}")
        page = chromium.new_page()
        page.goto(f"http://localhost:{port}/?run=loans&fails=yes")
        page.locator("[data-testid=stException]").wait_for(timeout=WAIT)
        assert SAYS not in page.content()
        page.goto(f"http://localhost:{port}/?run=loans")
        page.get_by_role("button", name="Press").click(timeout=WAIT)
        page.locator("[data-testid=stException]").wait_for(timeout=WAIT)
        begun = time.monotonic()
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        assert time.monotonic() - begun < 10  # with an open page
    finally:
        server.kill()
        server.wait()
    text = (tmp_path / "log").read_text()
    assert SAYS not in text
    lines = [json.loads(line) for line in text.splitlines()]
    failed = [line for line in lines if line.get("exception") == "ValueError"]
    assert len(failed) == 2
    for line in failed:
        assert line["run"] == "loans"
        assert re.fullmatch("browser-[0-9a-f]{32}", line["person"])
        assert line["place"][-1].startswith("failing_page.py:")
    assert lines[-1]["message"] == "Finished server process [%d]"
