"""Changes of a run by its user: another title, or its deletion."""

from __future__ import annotations

import streamlit as st

from core.app import elements
from core.app.forget_run import forget
from core.app.markdown import plain
from core.pipeline.run_list import ListedRun
from core.runs import jobs, removal
from core.runs.titles import MAX_TITLE, rename


def buttons(one: ListedRun) -> None:
    """Show the buttons that lead to the changes."""
    if st.button("Rename", key=f"rename-{one.name}", type="tertiary", icon=":material/edit:"):
        rename_dialog(one)
    if st.button("Delete", key=f"delete-{one.name}", type="tertiary", icon=":material/delete:"):
        delete_dialog(one)


@st.dialog("Rename the run")
def rename_dialog(one: ListedRun) -> None:
    """Ask for another title, and keep it."""
    title = st.text_input("Title", value=one.title, placeholder=one.name, key="run-title")
    st.caption(f"At most {MAX_TITLE} characters. The folder, the report and links keep the name {plain(one.name)}.")
    with st.container(horizontal=True):
        if st.button("Save", type="primary", key="save-title"):
            with elements.show_errors():
                rename(one.folder.path, title)
                st.rerun()
        if st.button("Cancel", key="keep-title"):
            st.rerun()


@st.dialog("Delete the run?")
def delete_dialog(one: ListedRun) -> None:
    """Name what goes with the run, and delete it once that is confirmed; refuse one in progress."""
    folder = one.folder
    st.markdown(f"**{plain(one.shown_name)}**")
    with elements.show_errors():
        if any(jobs.status(job.path).alive for job in removal.jobs_of(folder)):
            elements.problem("It is queued or running, or more rows are made from it. Cancel that first.")
            elements.page_link("train", "See its progress", name=one.name)
            return
        st.markdown("This goes for good:")
        st.markdown(plain(removal.contents(folder).sentence))
        with st.container(horizontal=True):
            if st.button("Delete it", type="primary", key="really-delete"):
                with st.spinner("Deleting …"):
                    removal.delete(folder.path)
                forget(folder.path)
                st.rerun()
            if st.button("Keep it", key="keep-run"):
                st.rerun()
