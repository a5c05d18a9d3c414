"""The audit of a model's decisions: its start, and what it found."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.app import (
    decision_columns,
    elements,
    first_screen,
    forget_run,
    run_results,
    session,
    subject,
    threshold_explorer,
)
from core.app.markdown import counted, plain
from core.audit.display_names import protocol_heading
from core.audit.glossary import ALL_ROWS, MODEL, NUMBERS, against_reference
from core.audit.record_set import RecordSet
from core.data.dataset import Dataset
from core.data.model_decisions import DecisionColumn
from core.findings.rate_verdicts import rate_verdicts
from core.pipeline import measure_model_decisions, save_model_decisions
from core.pipeline.score_plots import read_alternatives, read_score_tables
from core.report.charts import rates
from core.report.charts.over_time import rates_over_time
from core.report.tables import base, details, over_time
from core.report.tables.multiclass import class_group_table, class_table
from core.report.tables.reference_group import reference_table
from core.report.tables.verdicts import verdict_table
from core.runs.naming import new_run_path
from core.runs.run_folder import RunFolder


def audit(dataset: Dataset) -> None:
    """Audit the session's decisions on request, and show what was found; a reload shows it again."""
    st.header("What the model decided", anchor=False)
    if not decision_columns.ready(dataset):
        elements.page_link("data", "Choose them on the Data page")
        return
    columns = session.decisions() or ()
    key = session.decisions_key()
    forget_run.drop_deleted()
    if not session.is_cached(key):
        st.write(_about(dataset, columns))
        if st.button("Audit the decisions", type="primary"):
            with elements.show_errors():
                session.cached(key, lambda: _audited(dataset))
                st.rerun()
        return
    with elements.show_errors():
        folder = RunFolder.open(subject.home() / session.cached(key, str))
        _downloads(folder)
        show(folder)
        threshold_explorer.show(dataset)


def show(folder: RunFolder) -> None:
    """Show findings, verdicts, rates by group and quality of every model."""
    key = run_results.key(folder)
    conclusions = run_results.conclusions(folder)
    mine = conclusions.records
    st.caption(
        "The decisions of each model as the file has them, beside the outcome that came true, over all rows. Nothing "
        "was trained. The always-the-same guess gives everyone the more frequent outcome: a model that judges no "
        "better is fair only because it is useless."
    )
    manifest = folder.manifest.read()
    first_screen.show(str(manifest.get("name", "this table")), conclusions, manifest)
    elements.table(verdict_table(rate_verdicts(conclusions)))
    drawn = [rates.selection_rates(mine, name, MODEL) for name in mine.attributes]
    elements.figures([one for one in drawn if one is not None])
    for name in mine.attributes:
        elements.table(reference_table(mine, name))
        elements.figures(rates_over_time(mine, name))
        elements.table(over_time.gap_table(mine, name))
    with st.expander("Show data: every figure by group"):
        _by_group(mine)
    with st.expander("Scores by group: do they come true, whom do they select"):
        elements.figures(session.cached(("score figures", key), lambda: read_score_tables(folder).figures()), 3)
    if others := read_alternatives(folder):
        with st.expander("Less discriminatory alternatives: as accurate choices that treat groups more alike"):
            for table in others:
                elements.table(table)
    elements.glossary(mine)
    elements.notes(folder.notes.read(), "What was left out or guessed")


def _by_group(mine: RecordSet) -> None:
    """Show the tables of rates, errors and quality of every model."""
    for name in mine.attributes:
        elements.table(base.group_table(mine, MODEL, name))
        elements.table(base.group_table(mine, against_reference(MODEL), name))
        elements.table(base.fairness_table(mine, name))
        elements.table(class_table(mine, name))
        elements.table(class_group_table(mine, name))
    for protocol in map(against_reference, ("data", MODEL)):
        elements.table(base.protocol_table(mine.overall, protocol, protocol_heading(protocol), ""))
    for protocol in (ALL_ROWS, NUMBERS):
        elements.table(details.overall_table(mine, protocol))
        elements.table(details.by_group_table(mine, protocol))


def _about(dataset: Dataset, columns: Sequence[DecisionColumn]) -> str:
    names = ", ".join(f"“{one.column}”{f' ({one.rule})' if one.rule else ''}" for one in columns)
    what = "The decisions of a model," if len(columns) == 1 else f"The decisions of {len(columns)} models,"
    if (models := session.model_column()) is not None:
        what = f"The decisions of each model that “{models}” names,"
    return plain(
        f"{what} {names}, are compared with the outcome “{dataset.schema.target}” for each group and each combination "
        f"of groups, over all {counted(len(dataset.frame), 'row')}. Nothing is trained. This takes from seconds to a "
        "minute. Figures and report are kept as a run on this machine."
    )


def _audited(dataset: Dataset) -> str:
    """Audit the decisions into a new run, and return its name. The findings are shown before curves and report are."""
    path = new_run_path(subject.home(), dataset.name)
    RunFolder.check_place(path)
    with elements.progress() as listener:
        measured = measure_model_decisions(dataset, session.decision_roles(), listener=listener)
    first_screen.show(dataset.name, measured.conclusions, {})
    with st.spinner("Drawing curves and writing the report …"):
        save_model_decisions(measured, path)
    session.became_run(path.name)
    return path.name


def _downloads(folder: RunFolder) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download the report",
            folder.report_html.path.read_bytes(),
            f"{folder.path.name}.html",
            "text/html",
            type="primary",
            key="decisions report",
            on_click="ignore",
        )
        elements.page_link("report", "Read the report here")
