"""Parts of a page that open on a click. What is in one is computed when it is open, and its place is kept meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.app import elements
from core.app.folded import opened
from core.app.page_words import say, words
from core.app.styles import Space
from core.audit.display_names import attribute_title
from core.report.charts.gallery import Gallery
from core.report.charts.theme import Figure
from core.report.tables.base import Table

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Content:
    """What stands in a section: pictures first, then the tables that no picture has.

    Args:
        figures: Each has its own table behind it.
        tables: Shown one at a time.
        lead: A sentence or two before both.
    """

    figures: Sequence[Figure | Gallery] = ()
    tables: Sequence[Table] = ()
    lead: str = ""


def stacked() -> DeltaGenerator:
    """Return a place for sections that stand close below one another."""
    return st.container(gap="xsmall")


def section(title: str, key: str, make: Callable[[], Content], across: int = 2, space: Space = Space.PICTURE) -> None:
    """Show a section, closed; only this part of the page runs again when it is opened.

    Args:
        title: What is in it.
        key: Names it in the session.
        make: Returns what stands in it.
        across: How many pictures stand beside one another where there is room.
        space: How much room it takes at least.
    """
    st.fragment(_section)(title, key, [""], lambda _: make(), across, space)


def by_attribute(
    title: str, key: str, names: Sequence[str], make: Callable[[str], Content], space: Space = Space.PICTURE
) -> None:
    """Show a section about one sensitive attribute at a time; nothing if there is none.

    Args:
        title: What is in it.
        key: Names it in the session.
        names: The attributes that it has something of.
        make: Returns what stands in it for an attribute.
        space: How much room it takes at least.
    """
    if names:
        st.fragment(_section)(title, key, names, make, 2, space)


def keep_place(
    words: str,
    compute: Callable[[], _Value],
    show: Callable[[_Value], None],
    key: str,
    space: Space = Space.PICTURE,
) -> None:
    """Show what is computed; meanwhile its place on the page is kept, with words on what is awaited.

    The place is kept afterwards too: a picture has no height until the browser has drawn it.

    Args:
        words: What is awaited.
        compute: Computes it.
        show: Shows it.
        key: Names it on the page.
        space: How much room it takes at least.
    """
    with st.container(key=space.key(key)):
        place = st.empty()
        with place, st.spinner(words):
            found = compute()
        with place.container():
            show(found)


def one_of(tables: Sequence[Table], key: str) -> None:
    """Show one of several tables, by choice; those without rows are not offered."""
    filled = [table for table in tables if table.rows]
    if len(filled) == 1:
        elements.table(filled[0])
    elif filled:
        titles = [words()(table.title) for table in filled]
        chosen = st.selectbox("Table", range(len(filled)), format_func=titles.__getitem__, key=f"table {key}")
        elements.table(filled[chosen], titled=False)


def _section(
    title: str, key: str, names: Sequence[str], make: Callable[[str], Content], across: int, space: Space
) -> None:
    place = opened(title, key)
    if place is None:
        return
    with place, elements.show_errors():
        name = names[0]
        if len(names) > 1:
            name = st.selectbox("Groups by", names, format_func=attribute_title, key=f"groups {key}")
        keep_place(f"{title} …", lambda: make(name), lambda found: _show(found, key, across), key, space)


def _show(found: Content, key: str, across: int) -> None:
    if found.lead:
        st.caption(say(found.lead))
    elements.figures(found.figures, across)
    one_of(found.tables, key)
