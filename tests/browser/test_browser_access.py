"""With ``EVENHAND_ACCESS=browser``, what one browser made is in no other: neither listed nor by its link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from core.app.browser_cookie import COOKIE
from core.runs import access
from core.runs.access import Viewer
from tests.browser import driving
from tests.core.runs.test_access import logged
from tests.kept_runs import keep

pytestmark = pytest.mark.slow
WAIT = 180_000
PAGES = [name for name in driving.page_names() if name != "start"]


@pytest.fixture(scope="module")
def address(runs: Path) -> Iterator[str]:
    if driving.browser_path() is None:
        pytest.skip("No Chromium is installed here, so nothing can drive a browser; install chromium to run this.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENHAND_ACCESS", "browser")
        with driving.served(runs) as found:
            yield found


def opened(chromium: Any, address: str) -> Any:
    """The first page of a browser of its own."""
    page = chromium.new_context().new_page()
    visit(page, address)
    return page


def visit(page: Any, link: str) -> None:
    page.goto(link)
    page.get_by_role("heading", level=1).first.wait_for(timeout=WAIT)
    driving.settled(page, WAIT)


def owner(page: Any) -> str:
    """Whom the cookie of a page's browser stands for; scripts cannot read it."""
    assert COOKIE not in page.evaluate("document.cookie")
    (token,) = [one["value"] for one in page.context.cookies() if one["name"] == COOKIE]
    return f"browser-{sha256(token.encode()).hexdigest()[:32]}"


def shows_nothing(page: Any) -> bool:
    parts = "[data-testid=stDownloadButton], [data-testid=stVegaLiteChart], [data-testid=stDataFrame]"
    return not page.locator(parts).count()


def test_another_browser_sees_nothing_of_the_first(
    address: str, chromium: Any, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = opened(chromium, address), opened(chromium, address)
    assert owner(first) != owner(second)
    monkeypatch.setenv("EVENHAND_ACCESS", "browser")
    with access.acting_as(Viewer(owner(first))):
        keep(runs / "firsts", reported=True)

    visit(first, address)
    assert first.get_by_role("button", name="Delete").count() == 1
    visit(first, f"{address}/report?run=firsts")
    assert first.get_by_role("button", name="Download the report", exact=True).count() == 1

    visit(second, address)
    assert "firsts" not in second.content()
    assert not second.get_by_role("button", name="Delete").count()
    for name in PAGES:
        visit(second, f"{address}/{name}?run=firsts")
        second.get_by_text("There is no run 'firsts' on this machine.").wait_for(timeout=WAIT)
        assert shows_nothing(second), name
    visit(second, f"{address}/?beside=firsts&beside=seconds")
    second.get_by_text("There is no finished run 'firsts' on this machine.").wait_for(timeout=WAIT)
    assert (owner(second), "refused", "firsts", "") in logged(runs)

    visit(first, f"{address}/report?run=firsts")  # it is still there
    assert first.get_by_role("button", name="Download the report", exact=True).count() == 1
    for page in (first, second):
        page.context.close()


def test_a_table_without_a_run_is_not_opened_by_its_link(address: str, chromium: Any) -> None:
    first, second = opened(chromium, address), opened(chromium, address)
    visit(first, f"{address}/data")
    first.get_by_text("Built-in data", exact=True).first.click()
    first.get_by_role("button", name="Use this table").click(timeout=WAIT)
    first.wait_for_url(re.compile(r"table=[0-9a-f]{32}"), timeout=WAIT)
    driving.settled(first, WAIT)
    link = first.url
    assert not shows_nothing(first)

    visit(second, link)
    second.get_by_text("The table of this link is not kept here any more.").wait_for(timeout=WAIT)
    assert shows_nothing(second)
    visit(first, link)
    assert not shows_nothing(first)
    for page in (first, second):
        page.context.close()
