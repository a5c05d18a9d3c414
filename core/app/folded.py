"""Parts of a page that are folded away: the browser is sent what is in one when somebody opens it.

A closed part costs a page as much as an open one otherwise: a third of the work of a browser that opened the page Data
went into tables that nobody saw.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.app.page_words import say


def opened(title: str, key: str) -> DeltaGenerator | None:
    """Show the head of a part that opens on a click; return the place of its content, or ``None`` while it is closed.

    Args:
        title: What is in it.
        key: Names it in the session.
    """
    found = st.expander(say(title), key=f"open {key}", on_change="rerun")
    return found if found.open else None


@st.fragment
def folded(title: str, key: str, show: Callable[[], None]) -> None:
    """Show a part that opens on a click; only it runs again then.

    Args:
        title: What is in it.
        key: Names it in the session.
        show: Shows what is in it. What a widget in it changes is seen in this part alone.
    """
    place = opened(title, key)
    if place is not None:
        with place:
            show()
