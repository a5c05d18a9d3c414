"""The whole way as a person goes it, in a real browser: upload, roles, audit, train, generate, compare, report."""

import csv
import io
import json
import re

import numpy as np
import pytest

from tests.browser.driving import link, page_names, settled

ROWS = 400
WAIT = 180_000
FINISHED = re.compile("^Finished")


def people(rows: int = ROWS) -> bytes:
    """A table with a gap between its two groups."""
    rng = np.random.default_rng(0)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["gender", "years", "grade", "region", "hired"])
    for _ in range(rows):
        woman = rng.random() < 0.5
        years = int(rng.integers(0, 30))
        hired = rng.random() < (0.3 if woman else 0.65) + 0.01 * (years - 15)
        region = rng.choice(["north", "south"])
        writer.writerow(
            ["woman" if woman else "man", years, round(rng.normal(3, 0.8), 2), region, "yes" if hired else "no"]
        )
    return buffer.getvalue().encode()


@pytest.fixture
def page(chromium, address):
    """A tab of its own; no request may leave the machine."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(WAIT)
    tab = context.new_page()
    tab.remote = []
    tab.on("request", lambda request: None if local(request.url) else tab.remote.append(request.url))
    tab.goto(address)
    settled(tab)
    yield tab
    context.close()


def local(url: str) -> bool:
    return url.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:", "about:"))


def visit(page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    settled(page)


def press(page, text: str, shown: str) -> None:
    """Presses one of several choices until what it leads to is there: a click while the page is drawn may be lost."""
    place = page.get_by_text(shown).first
    for _ in range(3):
        page.get_by_text(text, exact=True).first.click()
        settled(page)
        for _ in range(100):
            if place.is_visible():
                return
            page.wait_for_timeout(100)
    raise AssertionError(f"{text!r} does not lead to {shown!r}.")


def give(page, name: str, kind: str, content: bytes, shown: str) -> None:
    """Hands over a file, until what it leads to is there: while the page is drawn the field may be drawn anew."""
    place = page.get_by_text(shown).first
    for _ in range(3):
        page.locator("input[type=file]").first.set_input_files({"name": name, "mimeType": kind, "buffer": content})
        for _ in range(100):
            if place.is_visible():
                settled(page)
                return
            page.wait_for_timeout(100)
    raise AssertionError(f"{name} does not lead to {shown!r}.")


def set_role(page, row: int, role: str, done) -> None:
    """Edits the table of columns, which is drawn on a canvas, by keyboard; the role stands in its third column."""
    folded = page.locator("[data-testid=stExpander]", has_text="All columns: kind and role")
    for _ in range(3):
        folded.locator("[data-testid=stDataFrame]").scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        box = folded.locator("[data-testid=stDataFrame]").bounding_box()
        page.mouse.click(box["x"] + 60, box["y"] + 52)
        for key in ["ArrowDown"] * row + ["ArrowRight", "ArrowRight", "Enter"]:
            page.wait_for_timeout(100)
            page.keyboard.press(key)
        page.wait_for_timeout(200)
        page.keyboard.type(role)
        page.wait_for_timeout(300)
        page.keyboard.press("Enter")
        for _ in range(50):
            page.wait_for_timeout(100)
            if done():
                settled(page)
                return
        page.keyboard.press("Escape")
    raise AssertionError(f"The role of row {row} does not become {role!r}.")


def downloaded(page, label: str) -> bytes:
    with page.expect_download(timeout=WAIT) as found:
        page.get_by_role("button", name=label).first.click()
    return found.value.path().read_bytes()


def sound(page) -> None:
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.remote == []


def test_the_start_says_what_this_is(page):
    page.get_by_role("button", name="Run the demo").wait_for()
    sound(page)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("letter.docx", b"words", "not allowed"),
        ("large.csv", b"a,b\n" + b"1,2\n" * 300_000, "must be 1"),
        ("empty.csv", b"", "is empty"),
    ],
)
def test_files_that_cannot_be_used_are_said(page, name, content, sentence):
    visit(page, "Data")
    if not page.locator("input[type=file]").count():
        press(page, "Upload a file", "also packed; or a zip")
    give(page, name, "text/plain", content, sentence)
    visit(page, "Start")
    sound(page)


def upload_and_set_roles(page):
    visit(page, "Data")
    if not page.locator("input[type=file]").count():
        press(page, "Upload a file", "also packed; or a zip")
    give(page, "people.csv", "text/csv", people(), "400 rows, 5 columns")
    assert page.get_by_role("combobox", name=re.compile("Outcome")).input_value() == "hired"
    page.get_by_text("Share with “yes” by group, gender").first.wait_for()
    page.get_by_text("All columns: kind and role").click()
    chosen = page.locator(".st-key-sensitive")
    set_role(page, 3, "sensitive", lambda: chosen.get_by_text("region").count() == 1)
    page.get_by_text("Share with “yes” by group, region").first.wait_for()
    page.reload()
    settled(page)
    page.get_by_text("400 rows, 5 columns").first.wait_for()
    chosen.get_by_text("region").first.wait_for()
    page.get_by_text("All columns: kind and role").click()
    set_role(page, 3, "feature", lambda: chosen.get_by_text("region").count() == 0)
    chosen.get_by_text("gender").wait_for()
    sound(page)


def audit(page):
    visit(page, "Audit")
    page.get_by_text("Where groups differ").wait_for()
    page.get_by_role("button", name="Train and test models").click()
    section = page.get_by_text("Mistakes, by group", exact=True)
    section.wait_for(timeout=WAIT)
    settled(page)  # a click on a page that is still being drawn may be lost
    section.click()
    page.get_by_text("Wrongly predicted not “yes”").first.wait_for(timeout=WAIT)
    sound(page)


def strip(page) -> str:
    return page.locator(".subject").inner_text().replace("\n", " ")


def every_page_is_about(page, named: str, lacks: str = "nothing else") -> None:
    for step in page_names():
        visit(page, step.capitalize())
        said = strip(page)
        assert named in said, (step, said)
        assert lacks not in said, (step, said)
    sound(page)


def go_back_and_lose_nothing(page):
    visit(page, "Train")
    page.get_by_text("Fast", exact=True).click()
    settled(page)
    page.get_by_text("Expert settings").click()
    epochs = page.get_by_role("spinbutton", name=re.compile("^Epochs"))
    epochs.fill("7")
    epochs.press("Tab")
    settled(page)
    visit(page, "Data")
    assert page.locator(".st-key-sensitive").get_by_text("gender").count() == 1
    visit(page, "Train")
    page.get_by_text("Expert settings").click()
    assert epochs.input_value() == "7"
    sound(page)


def train_over_a_reload(page):
    page.get_by_role("button", name="Start training").click()
    page.get_by_role("button", name="Cancel").wait_for(timeout=WAIT)
    page.wait_for_url(re.compile("run=people-"))
    page.get_by_role("button", name="Start training").wait_for(state="detached", timeout=WAIT)
    page.reload()
    settled(page)
    page.get_by_text(re.compile("Working|Waiting|Finished")).first.wait_for()
    page.get_by_text(FINISHED).first.wait_for(timeout=WAIT)
    settled(page)
    page.get_by_role("link", name="Next: compare the results").wait_for()
    sound(page)


def compare(page):
    page.get_by_role("link", name="Next: compare the results").click()
    settled(page)
    page.get_by_text("trained on the synthetic rows").first.wait_for()
    press(page, "Similarity map", "PCA of full model and compact model")
    press(page, "Columns", "Distribution of")
    sound(page)


def generate(page):
    visit(page, "Generate")
    rows = page.get_by_role("spinbutton", name=re.compile("^Rows"))
    rows.fill("50")
    rows.press("Tab")
    settled(page)
    page.get_by_role("button", name="Generate", exact=True).click()
    page.get_by_text("50 rows.").wait_for(timeout=WAIT)
    settled(page)
    lines = list(csv.reader(io.StringIO(downloaded(page, "Download (exact CSV)").decode())))
    assert lines[0] == ["gender", "years", "grade", "region", "hired"]
    assert len(lines) == 51
    assert {line[0] for line in lines[1:]} <= {"woman", "man"}
    assert downloaded(page, "Download (Parquet)")[:4] == b"PAR1"
    sound(page)


def read_the_report(page, runs):
    kept = runs / re.search(r"run=([^&]+)", page.url)[1] / "report.html"
    kept.write_text(
        f"{kept.read_text()}<!-- {'x' * 2_500_000} -->"
    )  # browsers refuse long addresses, so none may hold it
    visit(page, "Report")
    inside = page.frame_locator("iframe").first.frame_locator("iframe")
    inside.get_by_role("heading", name="2 For auditors").wait_for(timeout=WAIT)
    folded = inside.get_by_text("Fairness and utility", exact=False).locator("visible=true")
    assert folded.count() == 0
    inside.locator("summary", has_text="T6 Before and after").click()
    folded.first.wait_for()
    html = downloaded(page, "Download the report").decode()
    assert "synthetic" in html
    assert "<script src" not in html
    records = json.loads(downloaded(page, "Figures"))
    assert {"original", "constant", "teacher", "student", "synthetic"} <= {record["source"] for record in records}
    sound(page)


def open_the_link_in_another_browser(page, chromium, address):
    other = chromium.new_context().new_page()
    name = re.search(r"run=([^&]+)", page.url)[1]
    other.goto(f"{address}/train?run={name}")
    settled(other)
    other.get_by_text(FINISHED).first.wait_for()
    other.goto(address)
    settled(other)
    assert "run=" not in other.url
    other.close()


def see_every_page_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    address = page.url.split("/")[2]
    name = re.search(r"run=([^&]+)", page.url)[1]
    for step in page_names():
        page.goto(f"http://{address}/{link(step)}?run={name}")
        settled(page)
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("part => part.scrollWidth <= part.clientWidth + 1"), step
        sound(page)


def test_the_whole_way(page, runs, chromium, address):
    upload_and_set_roles(page)
    every_page_is_about(page, "people.csv")
    audit(page)
    go_back_and_lose_nothing(page)
    train_over_a_reload(page)
    every_page_is_about(page, "run people-")
    compare(page)
    generate(page)
    read_the_report(page, runs)
    open_the_link_in_another_browser(page, chromium, address)
    see_every_page_on_a_phone(page)
