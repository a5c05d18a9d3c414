"""What axe-core finds on a page against WCAG 2.2 AA, headings that skip a level, and the way of the keyboard."""

from __future__ import annotations

from typing import Any, NamedTuple

SERIOUS = ("serious", "critical")
_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
_HEADINGS = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
    .filter(one => one.checkVisibility()).map(one => [Number(one.tagName[1]), one.innerText])"""
# The element, so that no name of a generated class stands in a test: those change with every version of Streamlit.
_INSIDE = "([target, known]) => Boolean(document.querySelector(target)?.closest(known))"
_FOCUS = """() => {
    const one = document.activeElement, frame = one.closest('label') ?? one;
    const name = one.getAttribute('aria-label') || one.innerText || frame.innerText || one.tagName;
    const look = getComputedStyle(one), around = getComputedStyle(frame);
    const seen = [look, around].some(it => it.outlineStyle !== 'none' && parseFloat(it.outlineWidth) >= 2);
    return {tag: one.tagName, name: name.trim(), seen};
}"""
STOPS = 120
WHOLE_PAGE = ("BODY", "MAIN")  # their text holds every name


class Known(NamedTuple):
    """A finding that only Streamlit itself can mend: it is written into its own bundle."""

    rule: str
    selector: str
    reason: str


class Finding(NamedTuple):
    """A finding of axe-core's."""

    rule: str
    target: str
    html: str
    why: str


class Stop(NamedTuple):
    """Where the focus stands."""

    tag: str
    name: str
    seen: bool


KNOWN: tuple[Known, ...] = ()


def findings(page: Any) -> list[Finding]:
    """Return the serious and critical findings that this project can mend, and every new one of Streamlit's."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=_OPTIONS).response["violations"]
    nodes = [(rule, node) for rule in found if rule["impact"] in SERIOUS for node in rule["nodes"]]
    return [
        Finding(rule["id"], str(node["target"][-1]), node["html"][:300], node["failureSummary"])
        for rule, node in nodes
        if not _known(page, rule["id"], str(node["target"][-1]))
    ]


def _known(page: Any, rule: str, target: str) -> bool:
    return any(rule == one.rule and page.evaluate(_INSIDE, [target, one.selector]) for one in KNOWN)


def skipped_headings(page: Any) -> list[str]:
    """Return the headings that stand more than one level below the one before; the first must be of level 1."""
    before, skipped = 0, []
    for level, text in page.evaluate(_HEADINGS):
        if level > before + 1:
            skipped.append(f"h{level} after h{before}: {text}")
        before = level
    return skipped


def check(page: Any, where: str) -> None:
    """Fail with every finding on this page."""
    found = [*findings(page), *skipped_headings(page)]
    assert not found, f"{where}: {found}"


def next_stop(page: Any) -> Stop:
    """Press Tab; return where the focus then stands."""
    page.keyboard.press("Tab")
    return Stop(**page.evaluate(_FOCUS))


def tab_to(page: Any, name: str) -> None:
    """Wait for what has this name, press Tab until the focus stands on it, and check that it is seen."""
    page.get_by_text(name).first.wait_for()  # the frame of a page is there before its content
    passed = []
    for _ in range(STOPS):
        stop = next_stop(page)
        if stop.tag not in WHOLE_PAGE and name in stop.name:
            assert stop.seen, f"The focus on {name!r} is not seen: {stop}"
            return
        passed.append(stop.name[:40])
    raise AssertionError(f"No way by keyboard to {name!r}; passed: {passed}")
