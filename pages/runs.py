"""Runs on this machine: choose one, look at its figures, take its files."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import streamlit as st

from core.audit.records import Record
from core.errors import EvenhandError
from core.report import charts, select, summary, tables
from core.report.tables import Table
from core.report.verdict import verdict_table, verdicts
from core.runs.store import RunFolder, find

DOWNLOADS = {"report_html": "text/html", "synthetic_csv": "text/csv"}
EMPTY = """No run yet. Make one from a shell in this folder:

    make demo

or, with your own table, `evenhand run table.csv --target outcome --sensitive group --out runs/mine`."""


def plain(text: str) -> str:
    """Text in which nothing is read as Markdown: names of columns and groups come from strangers."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def frame(table: Table) -> pd.DataFrame:
    """A report table as a data frame of text."""
    rows = [[cell.plain() for cell in cells] for cells in table.rows]
    return pd.DataFrame(rows, columns=list(table.header), dtype="str")


def show_table(table: Table) -> None:
    """A table with its title and caption, if it has rows."""
    if table.rows:
        st.subheader(plain(table.title), anchor=False)
        st.caption(plain(table.caption))
        st.dataframe(frame(table), hide_index=True)


def show_run(folder: RunFolder) -> None:
    """State, findings, verdicts, charts, tables, notes and files of one run."""
    state = folder.state()
    st.caption(f"{state.status.capitalize()}, started {state.started}. {state.message}")
    records = folder.metrics(Record)
    mine = select.of_polarity(select.shown(records), select.main_positive(records))
    judged = verdicts(mine)
    for sentence in summary.sentences(mine, judged):
        st.text(f"• {sentence}")
    show_files(folder)
    show_table(verdict_table(judged))
    for name in select.attributes(mine):
        show_table(tables.fairness_table(mine, name))
    for figure in charts.figures(mine):
        st.subheader(plain(figure.title), anchor=False)
        st.vega_lite_chart(figure.spec, theme=None)
        st.caption(plain(figure.caption))
    with st.expander("Left out, set aside, reinterpreted"):
        for note in folder.notes() or ["Nothing was."]:
            st.text(note)


def show_files(folder: RunFolder) -> None:
    """A button for each file that is handed on."""
    with st.container(horizontal=True):
        for name, kind in DOWNLOADS.items():
            path: Path = getattr(folder, name)
            if path.is_file():
                st.download_button(f"Download {path.name}", path.read_bytes(), path.name, kind, key=name)


st.title("Runs")
runs = {folder.path.name: folder for folder in find(Path(os.environ.get("EVENHAND_RUNS", "runs")))}
if not runs:
    st.info(EMPTY)
else:
    chosen = st.selectbox("Run", list(runs), key="run", bind="query-params")
    try:
        show_run(runs[chosen])
    except EvenhandError as error:
        st.warning(str(error))
