"""Whether rows and images of real people are drawn for who is behind the page; see `core.runs.access.REAL_ROWS`."""

from __future__ import annotations

import streamlit as st

from core.runs import access


def may_be_shown() -> bool:
    """Return whether they may be drawn; if not, say so in their place."""
    if access.viewer().sees_real_rows:
        return True
    st.caption("Your role shows no rows or images of real people. Whoever runs this server can add it to your login.")
    return False
