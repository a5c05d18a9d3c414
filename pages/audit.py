"""Audit: how groups differ in the data, and what classifiers learn from them."""

from __future__ import annotations

import streamlit as st

from core.app import count_columns, count_results, decision_results, elements, first_screen, session
from core.app.page_words import say, speak_of
from core.audit.display_names import attribute_title
from core.audit.records import Record
from core.audit.run import audit_table
from core.data.dataset import Dataset
from core.data.holdout_fraction import HOLDOUT_FRACTION
from core.data.readiness import MIN_AUDIT_ROWS, check_ready
from core.data.schema import Schema
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, TITLES
from core.errors import EvenhandError
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind
from core.findings.rate_verdicts import Verdict, measured_on, rate_verdicts
from core.pipeline import RunResult, audit_dataset
from core.report.charts import rates
from core.report.tables import base, other_classifiers
from core.report.tables.multiclass import class_table
from core.report.tables.verdicts import HOW_TO_READ, verdict_table

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
    with st.expander("Show data: rates with intervals, ratios, missing values"):
        for name in mine.attributes:
            elements.table(base.base_rate_table(mine, name))
        elements.table(base.missing_table(mine))


def classifiers(dataset: Dataset) -> None:
    """Show the full audit on request; it trains classifiers, which takes time."""
    st.header("What a model would learn from it", anchor=False)
    key = ("audit", session.dataset_key())
    if not session.is_cached(key):
        train, test = rows_used(dataset)
        st.write(
            f"Train a model (classifier) on {train}, once with and once without the sensitive columns. Test it on "
            f"{test}, for each group and each combination of groups. This takes from seconds to a minute."
        )
        if not st.button("Train and test models", type="primary"):
            return
    show(dataset.name, session.cached(key, lambda: _audited(dataset)))


def rows_used(dataset: Dataset) -> tuple[str, str]:
    """Return on which rows the audit trains and on which it tests, as phrases."""
    if dataset.holdout is None:
        return f"{1 - HOLDOUT_FRACTION:.0%} of the rows", "the other rows"
    origin = "the data's own test rows" if dataset.official else "the test rows of the earlier run"
    return f"the {len(dataset.frame):,} train rows", f"the {len(dataset.holdout):,} rows held out, {origin}"


def _audited(dataset: Dataset) -> RunResult:
    with elements.progress() as listener:
        return audit_dataset(dataset, listener=listener)


def show(table: str, result: RunResult) -> None:
    """Show the first screen, verdicts, plots and tables of a full audit."""
    conclusions = result.conclusions
    mine = conclusions.records
    first_screen.show(table, conclusions, {})
    elements.table(verdict_table(rate_verdicts(conclusions)))
    elements.table(other_classifiers.table(mine, TITLES[DEFAULT_CLASSIFIER]))
    names = mine.attributes
    for name in names:
        elements.table(base.fairness_table(mine, name))
        elements.table(class_table(mine, name))
    key = ("audit figures", session.dataset_key())
    elements.figures(session.cached(key, lambda: [one for name in names for one in rates.of_classifiers(mine, name)]))
    with st.expander("Every group in every test setup"):
        for name in names:
            for protocol in ("A", "B"):
                elements.table(base.group_table(mine, protocol, name))
    elements.glossary(mine)
    elements.notes(result.notes)


def page(dataset: Dataset) -> None:
    """Show the audit of the session's table."""
    speak_of(dataset.schema)
    try:
        check_ready(dataset.frame, dataset.schema, rows=MIN_AUDIT_ROWS)
    except EvenhandError as error:
        elements.show_error(error)
        elements.page_link("data", "Fix that on the Data page")
        return
    decided = session.decisions() is not None
    if decided:
        decision_results.audit(dataset)
        st.header("The outcome itself", anchor=False)
    records = session.cached(("table", session.dataset_key()), lambda: audit_table(dataset.real_rows, dataset.schema))
    data_findings(records, dataset.schema)
    if not decided:
        classifiers(dataset)
    if not decided or dataset.schema.features:
        trained = decided or session.is_cached(("audit", session.dataset_key()))
        elements.page_link("train", NEXT, main=trained)


elements.page_header(
    "Audit",
    "How groups differ in the table, or in the decisions of a model, as they are. No verdict here says that something "
    "is fair.",
)
chosen, counts = session.dataset(), count_columns.chosen()
if chosen is None:
    st.info("There is no table yet. Choose one first.")
    elements.page_link("data", "Choose a table")
elif counts is not None:
    count_results.show(chosen, counts)
else:
    page(chosen)
