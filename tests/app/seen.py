"""What a person sees on a page, and what they do there."""

import html
import re
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.data.io.table_writer import write_csv
from core.data.sources.demo import demo_table
from core.runs import jobs
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder
from core.runs.state import Status

SENTENCES = ("title", "header", "subheader", "text", "markdown", "caption", "info", "warning", "success", "error")


def words(app: AppTest) -> str:
    """All sentences on the page, without the marks that keep strangers' names from being Markdown."""
    found = [element.value for kind in SENTENCES for element in getattr(app, kind)]
    return "\n".join(found).replace(":small[]", "").replace("\\", "")


def labels(app: AppTest) -> list[str]:
    """Of all links to other pages."""
    return [link.label for link in app.get("page_link")]


def open_section(app: AppTest, key: str) -> AppTest:
    """Opens a section of the page, as a click on its head does."""
    name = f"open {key}"
    assert name in app.session_state
    app.session_state[name] = True
    app.run()
    assert not app.exception
    return app


def open_data(app: AppTest) -> AppTest:
    """Opens the table of every picture on the page."""
    names = app.session_state._state.filtered_state  # AppTest lists no keys
    for name in [str(name) for name in names if str(name).startswith("open data of ")]:
        app.session_state[name] = True
    app.run()
    assert not app.exception
    return app


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.segmented_control(key="way").set_value("Upload a file").run()
    app.file_uploader(key="file").set_value((name, content, "application/octet-stream")).run()
    assert not app.exception
    return app


def demo_csv(folder, rows=120) -> bytes:
    table = demo_table(rows)
    write_csv(table.frame, table.schema, folder / "people.csv")
    return (folder / "people.csv").read_bytes()


def generated(page: AppTest, run: Path, seconds: float = 90) -> GenerationFolder:
    """Presses Generate, waits for the end, and has the page show it."""
    next(button for button in page.button if button.label == "Generate").click().run()
    assert not page.exception
    folder = RunFolder.open(run).generations()[-1]
    end = time.monotonic() + seconds
    while jobs.status(folder.path).state.status is not Status.DONE:
        assert time.monotonic() < end
        time.sleep(0.2)
    page.run()
    assert not page.exception
    return folder


def strip(app: AppTest) -> str:
    """What the strip under the menu says, as text; empty without one."""
    found = [one.proto.body for one in app.get("html") if 'class="subject"' in one.proto.body]
    if not found:
        return ""
    (content,) = found
    text = re.sub(r"<style>.*?</style>", "", content, flags=re.DOTALL)
    text = text.replace("<li", " → <li").replace("</p>", "\n")
    lines = html.unescape(re.sub(r"<[^>]+>", "", text)).splitlines()
    return "\n".join(line.strip().removeprefix("→ ") for line in lines)
