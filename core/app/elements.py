"""Tables, figures and messages of the library on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import Literal

import pandas as pd
import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.app import styles, subject
from core.app.entry import run_through_app
from core.app.field_labels import in_words
from core.app.folded import folded
from core.app.page_words import say, speak_of, words
from core.audit.display_names import protocol_entry, source_entry
from core.audit.glossary import PROTOCOLS, SOURCES
from core.audit.metrics.catalog import describe, kind_of
from core.audit.records import Record
from core.errors import EvenhandError, os_error_reason
from core.findings.conclusions import Conclusions
from core.report.charts.gallery import Gallery
from core.report.charts.theme import Figure
from core.report.image_words import figure_in, table_in
from core.report.tables.base import Table

PREVIEW_ROWS = 200


def page_header(title: str, lead: str) -> None:
    """Show the head of a page: its title and a sentence or two on what to do. Every page calls this first."""
    run_through_app()
    speak_of(None)
    st.title(title, anchor=False)
    st.caption(lead)


@contextmanager
def show_errors() -> Iterator[None]:
    """Show errors raised inside as sentences on the screen."""
    try:
        yield
    except EvenhandError as error:
        show_error(error)
    except OSError as error:
        if not error.errno:
            raise
        what = error.filename or "A file"
        problem(
            f"{what} could not be read or written ({os_error_reason(error)}). Free some space or check permissions, "
            "then try again."
        )


def problem(*sentences: str) -> None:
    """Show what is wrong and what to do, a paragraph for each sentence."""
    st.warning("\n\n".join(map(say, sentences)))


def show_error(error: EvenhandError) -> None:
    """Show what is wrong and what to do, in the words of the pages."""
    problem(in_words(error.problem))


def notes(sentences: Sequence[str], title: str = "Check these columns") -> None:
    """Show notes, folded."""
    if sentences:
        with st.expander(f"{title} ({len(sentences)})"):
            for sentence in sentences:
                st.caption(say(sentence))


def summary(conclusions: Conclusions) -> None:
    """Show the findings as sentences, and what is announced of false alarms."""
    for sentence in conclusions.sentences:
        st.text(f"• {words()(sentence)}")
    st.caption(say(conclusions.statement))


def frame(found: Table) -> pd.DataFrame:
    """Return a report table as a data frame of text."""
    shown = table_in(words(), found)
    rows = [[cell.plain() for cell in cells] for cells in shown.rows]
    return pd.DataFrame(rows, columns=list(shown.header), dtype="str")


def preview(rows: pd.DataFrame, count: int | None = None) -> None:
    """Show the first rows of a table of data; times of day only where a column has any.

    Args:
        rows: The rows, or the first `PREVIEW_ROWS` of them.
        count: Number of all rows, if these are the first ones.
    """
    if rows.empty:
        return
    shown, count = rows.head(PREVIEW_ROWS), len(rows) if count is None else count
    st.caption(f"The first {len(shown)} rows:" if len(shown) < count else "All rows:")
    whole = {
        str(name): st.column_config.DateColumn()
        for name in shown.select_dtypes("datetime").columns
        if (shown[name].dropna().dt.normalize() == shown[name].dropna()).all()
    }
    st.dataframe(shown, height=240, hide_index=True, column_config=whole)


def table(found: Table, *, titled: bool = True) -> None:
    """Show a table with its title and caption, if it has rows."""
    if not found.rows:
        return
    if titled:
        st.subheader(say(found.title), anchor=False)
    if found.caption:
        st.caption(say(found.caption))
    st.dataframe(frame(found), hide_index=True)


def figure(found: Figure, *, with_table: bool = True, width: int | Literal["stretch"] = "stretch") -> None:
    """Show a figure with title and caption, its table folded below; at most as wide as its container."""
    st.subheader(say(found.title), anchor=False)
    shown = figure_in(words(), found)
    st.vega_lite_chart(shown.spec, theme=None, width=width, alt=shown.spoken)
    st.caption(say(found.caption))
    if with_table and found.table.rows:
        _data(found)


def figures(found: Sequence[Figure | Gallery], across: int = 2, *, with_table: bool = True) -> None:
    """Show figures beside one another where there is room."""
    for start in range(0, len(found), across):
        for column, one in zip(st.columns(across), found[start : start + across], strict=False):
            with column:
                if isinstance(one, Gallery):
                    gallery(one)
                else:
                    figure(one, with_table=with_table)


@st.fragment
def gallery(found: Gallery) -> None:
    """Show one sheet of images at a time, with title and caption, and the table of all folded below."""
    st.subheader(say(found.title), anchor=False)
    chosen = 0
    if len(found.sheets) > 1:
        names = [sheet.name for sheet in found.sheets]
        chosen = st.selectbox("Lines", range(len(names)), format_func=names.__getitem__, key=f"sheet of {found.title}")
    with st.container(horizontal=True):
        for part in found.sheets[chosen].parts:
            st.image(part.png, alt=words()(part.alt))
    st.caption(say(found.caption))
    _data(found)


def _data(found: Figure | Gallery) -> None:
    """Show the table of a picture, folded. Several pictures of a page may share a title, but no table."""
    key = f"data of {found.title} {hash(repr(found.table))}"
    folded("Show data", key, lambda: table(found.table, titled=False))


def glossary(records: Sequence[Record]) -> None:
    """Show what the name of every figure, source and test setup means, folded."""
    folded("What the words mean", "glossary", lambda: _entries(records))


def _entries(records: Sequence[Record]) -> None:
    terms = {describe(kind_of(record.metric)) for record in records}
    measured = {record.protocol for record in records}
    for one in sorted((one for one in terms if one.sentence), key=lambda one: one.label.lower()):
        _entry(one.label, f"{one.sentence} {one.limit}".strip())
    for protocol in PROTOCOLS:
        if protocol in measured:
            _entry(protocol_entry(protocol), f"{PROTOCOLS[protocol].meaning.capitalize()}.")
    for source in dict.fromkeys(record.source for record in records if record.source in SOURCES):
        _entry(source_entry(source), SOURCES[source].meaning)


def _entry(head: str, text: str) -> None:
    st.markdown(f"**{say(head)}** – {say(text)}")


def unseen_header(text: str) -> None:
    """Put a heading for screen readers where the page shows by other means what follows."""
    st.html(f'<h2 class="{styles.UNSEEN}">{escape(words()(text))}</h2>')


def phone_menu(pages: Sequence[StreamlitPage]) -> None:
    """Show a link to every page, on narrow screens only: there Streamlit folds its own menu away."""
    with st.container(horizontal=True, key=styles.MENU):
        for page in pages:
            st.page_link(page, query_params=subject.link())


def page_link(page: str, label: str, *, main: bool = False, name: str | None = None) -> None:
    """Show a link to another page, the ``main`` one framed like a button. The link carries the run."""
    icon = ":material/arrow_forward:" if main else None
    st.page_link(f"pages/{page}.py", label=label, icon=icon, query_params=subject.link(name))
