"""Fairness and utility of every source, with intervals and the constant predictor."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.audit.records import Record
from core.report import charts, select, summary, tables
from core.report.class_tables import class_table
from core.report.verdict import verdict_table, verdicts
from core.runs.store import RunFolder
from screens.parts import draw, results, state


def show(folder: RunFolder) -> None:
    """The outcome of the run's own audit."""
    st.caption(
        "“constant” always predicts the more frequent outcome: a source that scores no better has bought parity by "
        "triviality. Protocol A: the classifier sees the sensitive columns; B: it does not; C: it sees latents, the "
        "networks' inner picture of a row; D: trained and tested on the source's own rows, for diagnosis only."
    )
    if results.lacks_rows(folder):
        st.caption(
            "“decisions” and “representation” are no rows: what the method itself decides about the held-out rows "
            "stands under protocol A; the numbers that it turns rows into stand under protocol C."
        )
    audited(results.records(folder), results.key(folder))


def audited(records: Sequence[Record], key: str) -> None:
    """Findings, tables and pictures of an audit, which ``key`` names."""
    positive = select.main_positive(records)
    mine = select.of_polarity(select.shown(records), positive)
    judged = verdicts(mine)
    for sentence in summary.sentences(mine, judged):
        st.text(f"• {sentence}")
    names = select.attributes(mine)
    for name in names:
        draw.table(tables.fairness_table(mine, name))
        draw.table(class_table(mine, name))
    draw.table(verdict_table(judged))
    draw.figures(state.kept(("figures", key), lambda: charts.figures(mine)))
    with st.expander("Every group, fidelity, privacy, independence"):
        for name in names:
            for protocol in ("A", "B"):
                draw.table(tables.group_table(mine, protocol, name))
        for protocol in ("fidelity", "privacy", "independence", "generation"):
            draw.table(tables.protocol_table(mine, protocol, protocol.capitalize(), ""))
    draw.words(mine)
