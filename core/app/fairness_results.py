"""Fairness and utility of every source, with intervals and the constant predictor."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.app import elements, run_results, session
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.findings import summary
from core.findings.verdicts import verdicts
from core.report.charts import rates
from core.report.tables import base
from core.report.tables.multiclass import class_table
from core.report.tables.verdicts import verdict_table
from core.runs.run_folder import RunFolder


def show(folder: RunFolder) -> None:
    """The outcome of the run's own audit."""
    st.caption(
        "“constant” always predicts the more frequent outcome: a source that scores no better has bought parity by "
        "triviality. Protocol A: the classifier sees the sensitive columns; B: it does not; C: it sees latents, the "
        "networks' inner picture of a row; D: trained and tested on the source's own rows, for diagnosis only."
    )
    if run_results.lacks_rows(folder):
        st.caption(
            "“decisions” and “representation” are no rows: what the method itself decides about the held-out rows "
            "stands under protocol A; the numbers that it turns rows into stand under protocol C."
        )
    audited(run_results.records(folder), run_results.key(folder))


def audited(records: Sequence[Record], key: str) -> None:
    """Findings, tables and pictures of an audit, which ``key`` names."""
    mine = RecordSet(records).main
    judged = verdicts(mine)
    for sentence in summary.sentences(mine, judged):
        st.text(f"• {sentence}")
    names = mine.attributes
    for name in names:
        elements.table(base.fairness_table(mine, name))
        elements.table(class_table(mine, name))
    elements.table(verdict_table(judged))
    elements.figures(session.kept(("figures", key), lambda: rates.figures(mine)))
    with st.expander("Every group, fidelity, privacy, independence"):
        for name in names:
            for protocol in ("A", "B"):
                elements.table(base.group_table(mine, protocol, name))
        for protocol in ("fidelity", "privacy", "independence", "generation"):
            elements.table(base.protocol_table(mine, protocol, protocol.capitalize(), ""))
    elements.words(mine)
