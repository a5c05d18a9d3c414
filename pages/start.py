"""Start: what Evenhand is, the demo in one click, and the runs on this machine."""

from __future__ import annotations

import streamlit as st

from core.app import elements, subject
from core.app.markdown import plain
from core.runs import jobs
from core.runs.run_folder import RunFolder
from core.runs.state import Status

SHOWN = 20


def demo() -> None:
    """Start the whole loop on the built-in demo table."""
    from core.app.start_runs import start
    from core.config import run_config
    from core.data.sources.load import load

    start(load("demo"), run_config())
    st.switch_page("pages/train.py", query_params=subject.link())


def line(name: str, folder: RunFolder) -> None:
    """Show one run: its name, its status, and a link to it."""
    now = jobs.status(folder.path).state
    done = now.status is Status.DONE
    left, middle, right = st.columns([4, 4, 2], vertical_alignment="center")
    left.markdown(f"**{plain(name)}**")
    middle.caption(plain(f"{_what(folder)}{now.status}, started {now.started[:16].replace('T', ' ')} UTC"))
    with right:
        if done:
            elements.page_link("report", "Open its report", name=name)
        else:
            elements.page_link("train", "See its progress", name=name)


def _what(folder: RunFolder) -> str:
    """Return the method of the run, or that it is an audit; empty if it stopped before that was recorded."""
    if folder.is_audit():
        return "audit, "
    method = folder.manifest.read().get("method")
    return f"{method}, " if method else ""


elements.page_header(
    "Evenhand",
    "Fairer synthetic data, measured on real rows.",
)
st.markdown(
    "Evenhand looks at a table of people or cases and shows where groups such as women and men are treated "
    "differently. It then learns the table and makes a synthetic version in which the outcome depends less on the "
    "group. Both versions are measured on the same real rows, kept aside to test. Every figure says how sure it is."
)
with st.container(horizontal=True, vertical_alignment="center"):
    pressed = st.button("Run the demo", type="primary", help="A few minutes, on invented credit decisions.")
    elements.page_link("data", "Use my own table", main=True)
if pressed:
    with elements.show_errors(), st.spinner("Preparing the demo …"):
        demo()
st.header("Runs on this machine", anchor=False)
runs = subject.runs()
if not runs:
    st.info("None yet. The demo makes one in a few minutes.")
for run_name, run_folder in list(runs.items())[:SHOWN]:
    with st.container(border=True):
        line(run_name, run_folder)
if len(runs) > SHOWN:
    st.caption(f"The newest {SHOWN} of {len(runs)} are listed. Open any other one by its link, ?run=NAME.")
