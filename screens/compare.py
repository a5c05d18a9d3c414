"""Compare: the original rows and what the run made of them side by side, in figures and in pictures."""

from __future__ import annotations

import streamlit as st

from core.runs.store import RunFolder
from screens.parts import columns, draw, explanations, foreign, images, outcomes, overlays, results
from screens.parts.words import plain

SECTIONS = {
    "Fairness and utility": outcomes.show,
    "Overlays": overlays.show,
    "Columns": columns.show,
    "What decides": explanations.show,
    "Another file": foreign.show,
}
OF_IMAGES = {
    "Fairness and utility": outcomes.show,
    "Images": images.show,
    "Overlays": overlays.show,
    "What decides": explanations.show,
    "Another file": foreign.show,
}


def page(folder: RunFolder) -> None:
    """One section at a time: each may take its time."""
    st.subheader(plain(folder.path.name), anchor=False)
    if lacking := results.lacks_rows(folder):
        st.info(lacking)
    sections = OF_IMAGES if images.are(folder) else SECTIONS
    if st.session_state.get("section") not in sections:
        st.session_state.pop("section", None)
    chosen = st.segmented_control(
        "What to compare",
        list(sections),
        default=next(iter(sections)),
        key="section",
        persist_state="session",
        label_visibility="collapsed",
    )
    # Each section has a place of its own, so that the one that was left is gone at once, and not when the next is done.
    places = {name: st.empty() for name in sections}
    if chosen is None:
        st.info("Choose above what to compare.")
    else:
        with places[chosen].container(), draw.said():
            sections[chosen](folder)


draw.head(
    "Compare",
    "The original rows and whatever the run made from them, all measured on the same real rows that were held back.",
)
run = results.finished()
if run is not None:
    page(run)
    with st.container(horizontal=True):
        draw.way("report", "Next: the report", main=True)
        if results.makes_rows(run):
            draw.way("generate", "Generate more images" if images.are(run) else "Generate more rows")
        if not run.is_audit() and not images.are(run):
            draw.way("methods", "Set it beside other methods")
