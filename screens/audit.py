"""Audit: how the table treats its groups as it is, and what classifiers make of it."""

from __future__ import annotations

import streamlit as st

from core.audit.records import Record
from core.audit.run import audit_table
from core.data.dataset import Dataset
from core.data.readiness import AUDIT_ROWS, check_ready
from core.errors import EvenhandError
from core.events import Event
from core.pipeline import RunResult, audit_dataset
from core.report import charts, select, summary, tables
from core.report.class_tables import class_table
from core.report.verdict import Verdict, Word, measured_on, verdict_table, verdicts
from screens.parts import draw, state
from screens.parts.words import plain, told_of

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
    mine = select.of_polarity(select.shown(records), select.main_positive(records))
    findings(verdicts(mine))
    drawn = [charts.base_rates(mine, name) for name in select.attributes(mine)]
    draw.figures([one for one in drawn if one is not None])
    with st.expander("The same as tables: rates with intervals, ratios, missing values"):
        for name in select.attributes(mine):
            draw.table(tables.base_rate_table(mine, name))
        draw.table(tables.missing_table(mine))


def classifiers(dataset: Dataset) -> None:
    """The full audit, on request: it trains classifiers and takes its time."""
    st.header("What classifiers make of it", anchor=False)
    key = ("audit", state.dataset_key())
    if not state.is_kept(key):
        st.write(
            "Trains the same kind of classifier with and without the sensitive columns on four fifths of the rows and "
            "tests it on the rest, for each group and crossing. Takes from seconds to a minute."
        )
        if not st.button("Audit with classifiers", type="primary"):
            return
    show(state.kept(key, lambda: _audited(dataset)))


def _audited(dataset: Dataset) -> RunResult:
    bar = st.progress(0.0, "Starting …")

    def told(event: Event) -> None:
        bar.progress(event.step / event.total, told_of(event))

    result = audit_dataset(dataset, listener=told)
    bar.empty()
    return result


def show(result: RunResult) -> None:
    """Findings, verdicts, pictures and tables of a full audit."""
    mine = select.of_polarity(select.shown(result.records), select.main_positive(result.records))
    judged = verdicts(mine)
    for sentence in summary.sentences(mine, judged):
        st.text(f"• {sentence}")
    draw.table(verdict_table(judged))
    names = select.attributes(mine)
    for name in names:
        draw.table(tables.fairness_table(mine, name))
        draw.table(class_table(mine, name))
    key = ("audit figures", state.dataset_key())
    draw.figures(state.kept(key, lambda: [one for name in names for one in charts.of_classifiers(mine, name)]))
    with st.expander("Every group under every protocol"):
        for name in names:
            for protocol in ("A", "B"):
                draw.table(tables.group_table(mine, protocol, name))
    draw.words(mine)
    draw.notes(result.notes)


def page(dataset: Dataset) -> None:
    """All of it for the session's table."""
    try:
        check_ready(dataset.frame, dataset.schema, rows=AUDIT_ROWS)
    except EvenhandError as error:
        draw.problem(str(error))
        draw.way("data", "Mend that on the Data page")
        return
    st.subheader(
        plain(f"{dataset.name}: {dataset.schema.target} by {', '.join(dataset.schema.sensitive)}"), anchor=False
    )
    draw.way("train", NEXT, main=True)
    rows_themselves(state.kept(("table", state.dataset_key()), lambda: audit_table(dataset.frame, dataset.schema)))
    classifiers(dataset)
    draw.way("train", NEXT, main=True)


draw.head("Audit", "How the table treats its groups as it is. No verdict here says that something is fair.")
chosen = state.dataset()
if chosen is None:
    st.info("There is no table yet, so there is nothing to audit.")
    draw.way("data", "Choose a table")
else:
    page(chosen)
