"""The audit of a model's decisions: its start, and what it found."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.app import (
    audit_sections,
    decision_columns,
    downloads,
    elements,
    first_screen,
    forget_run,
    long_work,
    run_results,
    sections,
    session,
    subject,
    threshold_explorer,
)
from core.app.audit_sections import Audit
from core.app.markdown import counted, plain
from core.app.sections import Content
from core.app.styles import Space
from core.audit.display_names import protocol_heading
from core.audit.glossary import OVER_TIME
from core.audit.metrics import reference_group
from core.audit.record_set import RecordSet
from core.data.dataset import Dataset
from core.data.decision_columns import DecisionColumn
from core.pipeline import measure_model_decisions, save_model_decisions
from core.pipeline.score_plots import read_alternatives
from core.report.charts.over_time import rates_over_time
from core.report.tables import over_time
from core.report.tables.reference_group import reference_table
from core.runs.naming import new_run_path
from core.runs.run_folder import RunFolder


def audit(dataset: Dataset) -> None:
    """Audit the session's decisions on request, and show what was found; a reload shows it again."""
    st.header("What the model decided", anchor=False)
    if not decision_columns.ready(dataset):
        elements.page_link("data", "Choose them on the Data page", main=True)
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
    """Show the first screen of an audit of decisions, then its sections, closed."""
    conclusions, manifest = run_results.conclusions(folder), folder.manifest.read()
    mine = conclusions.records
    first_screen.show(str(manifest.get("name", "this table")), conclusions, manifest)
    st.caption(audit_sections.DECIDED)
    audit = Audit(conclusions, manifest)
    with sections.stacked():
        audit_sections.pictures(audit)
        _of_models(folder, mine)
        audit_sections.tables(audit)
        elements.glossary(mine)
    elements.notes(folder.notes.read(), "What was left out or guessed")


def _of_models(folder: RunFolder, mine: RecordSet) -> None:
    """Show the sections that only decisions of models have: scores, periods, reference groups, alternatives."""
    audit_sections.scores(folder)
    sections.by_attribute(
        "Over time",
        "time",
        mine.where(protocol=OVER_TIME).attributes,
        lambda name: Content(rates_over_time(mine, name), [over_time.gap_table(mine, name)]),
    )
    sections.by_attribute(
        protocol_heading(reference_group.PROTOCOL).capitalize(),
        "reference",
        mine.where(protocol=reference_group.PROTOCOL).attributes,
        lambda name: Content(tables=[reference_table(mine, name)]),
        Space.TABLE,
    )
    if others := read_alternatives(folder):
        title = "Less discriminatory alternatives: as accurate choices that treat groups more alike"
        sections.section(title, "alternatives", lambda: Content(tables=others), space=Space.TABLE)


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
    measured = long_work.carry_out(measure_model_decisions, dataset, session.decision_roles())
    first_screen.show(dataset.name, measured.conclusions, {})
    with st.spinner("Drawing curves and writing the report …"):
        save_model_decisions(measured, path)
    session.became_run(path.name)
    return path.name


def _downloads(folder: RunFolder) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        downloads.button(
            "Download the report",
            folder.report_html.path.read_bytes,
            f"{folder.path.name}.html",
            "text/html",
            folder.path,
            key="decisions report",
            kind="primary",
        )
        elements.page_link("report", "Read the report here")
