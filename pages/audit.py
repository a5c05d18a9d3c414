"""Audit: how groups differ in the data, and what classifiers learn from them."""

from __future__ import annotations

import streamlit as st

from core.app import (
    audit_sections,
    count_columns,
    count_results,
    decision_results,
    elements,
    first_screen,
    long_work,
    sections,
    session,
)
from core.app.audit_sections import Audit
from core.app.folded import folded, opened
from core.app.page_words import say, speak_of
from core.audit.display_names import attribute_title
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.run import audit_table
from core.data.dataset import Dataset
from core.data.holdout_fraction import HOLDOUT_FRACTION
from core.data.holdout_split import origin_of_test_rows
from core.data.readiness import MIN_AUDIT_ROWS, check_ready
from core.data.schema import Schema
from core.errors import EvenhandError
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind
from core.findings.rate_verdicts import Verdict, measured_on, rate_verdicts
from core.pipeline import RunResult, audit_dataset
from core.report.charts import rates
from core.report.tables import base
from core.report.tables.verdicts import HOW_TO_READ

NEXT = "Next: make a fairer version"
ICONS = {
    VerdictKind.GAP: ":material/flag:",
    VerdictKind.NO_GAP: ":material/remove:",
    VerdictKind.UNDECIDED: ":material/question_mark:",
}


def findings(judged: list[Verdict]) -> None:
    """Show the verdicts, gaps first, each with its reason."""
    st.header("Where groups differ, and why we say so", anchor=False)
    for verdict in sorted(judged, key=lambda verdict: list(VerdictKind).index(verdict.kind)):
        where = say(f"{attribute_title(verdict.sensitive)}, {measured_on(verdict.difference)}")
        kind, why = say(verdict.kind.value.capitalize()), say(verdict.reason)
        st.markdown(f"{ICONS[verdict.kind]} **{kind}** – {where}. {why}")
    st.caption(say(HOW_TO_READ))


def data_findings(records: list[Record], schema: Schema) -> None:
    """Show what the data tell without training."""
    conclusions = conclude(records, schema)
    mine = conclusions.records
    findings(rate_verdicts(conclusions))
    drawn = [rates.base_rates(mine, name) for name in mine.attributes]
    elements.figures([one for one in drawn if one is not None])
    folded("Show data: rates with intervals, ratios, missing values", "data of rates", lambda: data_tables(mine))


def data_tables(records: RecordSet) -> None:
    """Show the tables of base rates and missing values."""
    for name in records.attributes:
        elements.table(base.base_rate_table(records, name))
    elements.table(base.missing_table(records))


def classifiers(dataset: Dataset) -> None:
    """Offer the full audit; it trains classifiers, which takes time."""
    st.header("What a model would learn from it", anchor=False)
    train, test = rows_used(dataset)
    st.write(
        f"Train a model (classifier) on {train}, once with and once without the sensitive columns. Test it on "
        f"{test}, for each group and each combination of groups. This takes from seconds to a minute."
    )
    if st.button("Train and test models", type="primary"):
        session.cached(audit_key(), lambda: long_work.carry_out(audit_dataset, dataset))
        st.rerun()
    long_work.get_ready()


def audit_key() -> tuple[str, str]:
    """Return the cache key of the full audit of the session's table."""
    return "audit", session.dataset_key()


def rows_used(dataset: Dataset) -> tuple[str, str]:
    """Return on which rows the audit trains and on which it tests, as phrases."""
    if dataset.holdout is None:
        return f"{1 - HOLDOUT_FRACTION:.0%} of the rows", "the other rows"
    return (
        f"the {len(dataset.frame):,} train rows",
        f"the {len(dataset.holdout):,} rows held out, {origin_of_test_rows(dataset)}",
    )


def show(table: str, result: RunResult) -> None:
    """Show the first screen of a full audit, then its sections, closed."""
    conclusions = result.conclusions
    first_screen.show(table, conclusions, {})
    audit = Audit(conclusions, {})
    with sections.stacked():
        audit_sections.pictures(audit)
        audit_sections.tables(audit)
        elements.glossary(conclusions.records)
        elements.notes(result.notes)


def page(dataset: Dataset) -> None:
    """Show the audit of the session's table."""
    speak_of(dataset.schema)
    try:
        check_ready(dataset.frame, dataset.schema, rows=MIN_AUDIT_ROWS)
    except EvenhandError as error:
        elements.show_error(error)
        elements.page_link("data", "Fix that on the Data page", main=True)
        return
    if session.decisions() is not None:
        of_decisions(dataset)
        return
    elements.page_link("train", NEXT, main=True)
    if session.is_cached(audit_key()):
        # Its first screen tells of the rows too, so they are not judged a second time above it.
        show(dataset.name, session.cached(audit_key(), lambda: long_work.carry_out(audit_dataset, dataset)))
    else:
        data_findings(table_records(dataset), dataset.schema)
        classifiers(dataset)


def of_decisions(dataset: Dataset) -> None:
    """Show the audit of the model's decisions, and, closed, what the outcome itself tells."""
    decision_results.audit(dataset)
    place = opened("The outcome itself, whatever the model decided", "outcome itself")
    if place is not None:
        with place:
            data_findings(table_records(dataset), dataset.schema)
    if dataset.schema.features:
        elements.page_link("train", NEXT, main=True)


def table_records(dataset: Dataset) -> list[Record]:
    """Return what the rows tell without any training."""
    return session.cached(("table", session.dataset_key()), lambda: audit_table(dataset.real_rows, dataset.schema))


elements.page_header(
    "Audit",
    "How groups differ in the table, or in the decisions of a model, as they are. No verdict here says that something "
    "is fair.",
)
chosen, counts = session.dataset(), count_columns.chosen()
if chosen is None:
    st.info("There is no table yet. Choose one first.")
    elements.page_link("data", "Choose a table", main=True)
elif counts is not None:
    count_results.show(chosen, counts)
else:
    page(chosen)
