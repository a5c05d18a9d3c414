"""Every page by its own link, as the first request that a fresh server gets."""

import pytest

from tests.browser import driving

PAGES = driving.page_names()
FIRST = "compare"


@pytest.mark.parametrize("name", [pytest.param(one, marks=[pytest.mark.slow] * (one != FIRST)) for one in PAGES])
def test_a_page_opened_first_by_its_link_has_the_navigation_of_the_app(name, tmp_path, chromium):
    with driving.served(tmp_path) as fresh:
        page = chromium.new_page()
        page.goto(f"{fresh}/{name}?run=nothing-of-that-name" if name != "start" else fresh)
        page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
        driving.settled(page)
        links = [link.inner_text() for link in page.get_by_test_id("stTopNavLink").all()]
        assert sorted(text.split("\n")[-1].strip().lower() for text in links) == PAGES
        assert not page.get_by_test_id("stSidebarNav").count()
        assert page.url.split("?")[0].rstrip("/").endswith(name if name != "start" else str(fresh))
        page.close()
