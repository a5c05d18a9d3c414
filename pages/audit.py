"""Audit: how the table treats its groups as it is, and what classifiers make of it."""

from __future__ import annotations

import streamlit as st

from core.app import elements, session
from core.app.markdown import plain, told_of
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.audit.run import audit_table
from core.data.dataset import Dataset
from core.data.readiness import MIN_AUDIT_ROWS, check_ready
from core.errors import EvenhandError
from core.events import Event
from core.findings import summary
from core.findings.verdicts import Verdict, Word, measured_on, verdicts
from core.pipeline import RunResult, audit_dataset
from core.report.charts import rates
from core.report.tables import base
from core.report.tables.multiclass import class_table
from core.report.tables.verdicts import verdict_table

NEXT = "Next: make a fairer version"
ICONS = {Word.FLAG: ":material/flag:", Word.NO_FLAG: ":material/remove:", Word.UNKNOWN: ":material/question_mark:"}


def findings(judged: list[Verdict]) -> None:
    """The verdicts, flags first, each with its reason."""
    st.subheader("What is flagged, and why", anchor=False)
    st.caption(
        "“flag”: the gap between groups is larger than chance gives at these group sizes. “no flag”: it is not; that "
        "is no proof of equal treatment. “not enough data”: these rows cannot tell. DPR, the demographic parity ratio, "
        "is the lowest rate of any group over the highest; 1 is parity."
    )
    for verdict in sorted(judged, key=lambda one: list(Word).index(one.word)):
        where = plain(f"{verdict.sensitive}, {measured_on(verdict.ratio)}")
        st.markdown(f"{ICONS[verdict.word]} **{verdict.word.value}** – {where}. {plain(verdict.reason)}")


def rows_themselves(records: list[Record]) -> None:
    """What the rows show without training."""
    mine = RecordSet(records).main
    findings(verdicts(mine))
    drawn = [rates.base_rates(mine, name) for name in mine.attributes]
    elements.figures([one for one in drawn if one is not None])
    with st.expander("The same as tables: rates with intervals, ratios, missing values"):
        for name in mine.attributes:
            elements.table(base.base_rate_table(mine, name))
        elements.table(base.missing_table(mine))


def classifiers(dataset: Dataset) -> None:
    """The full audit, on request: it trains classifiers and takes its time."""
    st.header("What classifiers make of it", anchor=False)
    key = ("audit", session.dataset_key())
    if not session.is_kept(key):
        st.write(
            "Trains the same kind of classifier with and without the sensitive columns on four fifths of the rows and "
            "tests it on the rest, for each group and crossing. Takes from seconds to a minute."
        )
        if not st.button("Audit with classifiers", type="primary"):
            return
    show(session.kept(key, lambda: _audited(dataset)))


def _audited(dataset: Dataset) -> RunResult:
    bar = st.progress(0.0, "Starting …")

    def told(event: Event) -> None:
        bar.progress(event.step / event.total, told_of(event))

    result = audit_dataset(dataset, listener=told)
    bar.empty()
    return result


def show(result: RunResult) -> None:
    """Findings, verdicts, pictures and tables of a full audit."""
    mine = RecordSet(result.records).main
    judged = verdicts(mine)
    for sentence in summary.sentences(mine, judged):
        st.text(f"• {sentence}")
    elements.table(verdict_table(judged))
    names = mine.attributes
    for name in names:
        elements.table(base.fairness_table(mine, name))
        elements.table(class_table(mine, name))
    key = ("audit figures", session.dataset_key())
    elements.figures(session.kept(key, lambda: [one for name in names for one in rates.of_classifiers(mine, name)]))
    with st.expander("Every group under every protocol"):
        for name in names:
            for protocol in ("A", "B"):
                elements.table(base.group_table(mine, protocol, name))
    elements.words(mine)
    elements.notes(result.notes)


def page(dataset: Dataset) -> None:
    """All of it for the session's table."""
    try:
        check_ready(dataset.frame, dataset.schema, rows=MIN_AUDIT_ROWS)
    except EvenhandError as error:
        elements.show_error(error)
        elements.page_link("data", "Mend that on the Data page")
        return
    st.subheader(
        plain(f"{dataset.name}: {dataset.schema.target} by {', '.join(dataset.schema.sensitive)}"), anchor=False
    )
    elements.page_link("train", NEXT, main=True)
    rows_themselves(session.kept(("table", session.dataset_key()), lambda: audit_table(dataset.frame, dataset.schema)))
    classifiers(dataset)
    elements.page_link("train", NEXT, main=True)


elements.page_header("Audit", "How the table treats its groups as it is. No verdict here says that something is fair.")
chosen = session.dataset()
if chosen is None:
    st.info("There is no table yet, so there is nothing to audit.")
    elements.page_link("data", "Choose a table")
else:
    page(chosen)
