"""Framework sections on the screen: fields that the run filled in, and fields to write."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import pipeline
from core.app import bias_audit_columns, downloads, elements
from core.app.field_labels import in_words
from core.app.markdown import plain
from core.errors import EvenhandError, os_error_reason
from core.findings import four_fifths
from core.report.frameworks import local_law_144
from core.report.frameworks.answers import MAX_CHARACTERS
from core.report.frameworks.sheet import BLANK, Field, Part, Sheet
from core.report.frameworks.sheet_text import sheet_text
from core.report.output.bias_audit_page import summary_page
from core.runs.run_folder import RunFolder

Save = Callable[[str, str], None]
"""Keeps the text of a field, by its key. It raises an `EvenhandError` if the text cannot be kept."""


def show(folder: RunFolder) -> None:
    """Show one framework at a time; entries are saved at once."""
    found = {sheet.key: sheet for sheet in pipeline.sheets(folder.path)}
    mappable = (
        {local_law_144.KEY: sheet_text(local_law_144.KEY).title} if four_fifths.applies(folder.schema.read()) else {}
    )
    titles = mappable | {key: sheet.title for key, sheet in found.items()}
    chosen = st.selectbox(
        "Framework",
        list(titles),
        index=list(titles).index("eu_ai_act"),
        format_func=titles.__getitem__,
        key="framework",
        persist_state="session",
    )
    trouble()
    if chosen == local_law_144.KEY:
        bias_audit_columns.show(folder, mapped=chosen in found)
    if chosen in found:
        if chosen == local_law_144.KEY:
            downloads.button(
                "Download the summary of results",
                summary_page(found[chosen]),
                f"{folder.path.name}-bias-audit.html",
                "text/html",
                folder.path,
                key="ll144 summary",
                tip="What the law asks to publish. It prints on one page.",
            )
        _sheet(folder, found[chosen])


def _sheet(folder: RunFolder, sheet: Sheet) -> None:
    st.markdown(plain(sheet.lead))
    if sheet.wording.said:
        st.caption(f"Wording: {plain(sheet.wording.said)}")
    if sheet.fields:
        st.progress(1 - sheet.blanks / len(sheet.fields), _remaining(sheet))
    for one in sheet.parts:
        part(one, folder.path.name, lambda key, text: pipeline.save_answers(folder.path, {key: text}))


def _remaining(sheet: Sheet) -> str:
    if not sheet.blanks:
        return f"All {len(sheet.fields)} fields are filled in."
    return f"{sheet.blanks} of {len(sheet.fields)} fields are {BLANK}."


def part(found: Part, name: str, save: Save) -> None:
    """Show one part of a section.

    Args:
        found: The part.
        name: What it is of: the name of a run, or that of the counts.
        save: Keeps what a person writes into a field.
    """
    if found.title:
        st.subheader(plain(found.title), anchor=False)
    if found.lead:
        st.caption(plain(found.lead))
    for field in found.fields:
        _field(field, name, save)
    for table in found.tables:
        st.markdown(f"**{plain(table.title)}**")
        elements.table(table, titled=False)


def _field(field: Field, name: str, save: Save) -> None:
    """Show a field with its saved text; an entry that could not be saved stays as it was typed."""
    key = f"answer {name} {field.key}"

    def keep() -> None:
        typed = st.session_state[key]
        text = "" if typed.strip() == field.prefilled else typed
        try:
            save(field.key, text)
            st.session_state.pop("answer_trouble", None)
        except (EvenhandError, OSError) as error:
            said = (
                in_words(error.problem)
                if isinstance(error, EvenhandError)
                else f"The disk answers: {os_error_reason(error)}."
            )
            st.session_state["answer_trouble"] = (key, said)

    if st.session_state.get("answer_trouble", ("", ""))[0] != key:
        st.session_state[key] = field.text
    st.text_area(
        field.label,
        key=key,
        height="content",
        max_chars=MAX_CHARACTERS,
        help=field.help,
        placeholder=f"{BLANK.capitalize()}. {field.help}",
        on_change=keep,
    )
    if field.text:
        back = " Empty the field to restore Evenhand's text." if field.answer and field.prefilled else ""
        st.caption(f"{field.origin[:1].upper()}{field.origin[1:]}.{back}")


def trouble() -> None:
    """Say why the last entry was not saved."""
    _, said = st.session_state.get("answer_trouble", ("", ""))
    if said:
        elements.problem(f"Your last entry was not saved. {said}")
