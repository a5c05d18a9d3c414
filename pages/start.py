"""Start: what Evenhand is, the demo in one click, and the runs on this machine."""

from __future__ import annotations

import streamlit as st

from core.app import elements, identity, run_list, subject


def demo() -> None:
    """Start the whole loop on the built-in demo table."""
    from core.app.start_runs import start
    from core.config import run_config
    from core.data.sources.load import load

    start(load("demo"), run_config())
    st.switch_page("pages/train.py", query_params=subject.link())


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
with elements.show_errors():
    run_list.show()
    identity.logged_in()
