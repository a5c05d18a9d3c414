"""The entry of every request: always through ``app.py``."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def run_through_app() -> None:
    """Rerun the script if the server treats the app as a multipage app of the older kind; call this first everywhere.

    Streamlit does so with a folder ``pages`` beside the entry point until a session has called `st.navigation`. The
    first visitor after a start who follows a page's own link would get that page's file alone: no navigation, no state.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
