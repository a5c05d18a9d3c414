"""New York City's Local Law 144: what a bias audit of an automated employment decision tool must state."""

from __future__ import annotations

from core.audit.figure_text import number
from core.audit.metrics.local_law_144 import LEFT_OUT, PROTOCOL, BiasAuditColumns
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.data.groups import attribute_name
from core.findings.four_fifths import applies
from core.report.frameworks.sheet import Content, Facts, Sheet, fill
from core.report.tables.base import Cell, Table, count_cell, figure_cell, interval_caption

KEY = "local_law_144"
RESULTS = "results"
STATED = "tool"
"""Keys of the parts that the published summary of results consists of."""
_RATES = ("selection_rate", "scoring_rate")


def sheet(facts: Facts, recorded: str = "") -> Sheet | None:
    """Return the section for a declared US employment decision, once a person has said which columns record what.

    Args:
        facts: Of the run or of the table.
        recorded: What was assessed, if the columns that `Answers` names do not say it, as of counts.
    """
    columns = facts.answers.local_law_144
    found = RecordSet(facts.records).where(protocol=PROTOCOL)
    if columns is None or not found or not applies(facts.schema):
        return None
    real, made = found.where(source="original"), found.without(source="original")
    content = Content(
        {"outcome": recorded or _outcome(columns)},
        {RESULTS: _tables(real, columns, ""), "mitigation": _tables(made, columns, ", synthetic rows") if made else ()},
        {RESULTS: _counted(real, columns, _whose(facts))},
        () if made else ("mitigation",),
    )
    return fill(KEY, facts, content)


def _outcome(columns: BiasAuditColumns) -> str:
    if columns.selection:
        return f"Column {columns.selection!r}; {columns.selected!r} counts as selected."
    return f"Column {columns.score!r}, a score; a row counts in the scoring rate if it lies above the median score."


def _whose(facts: Facts) -> str:
    """Return which rows of a run with test rows were counted; empty for decisions and counts, where all were."""
    return " (train and hold-out rows)" if "train" in facts.manifest.get("rows", {}) else ""


def _counted(found: RecordSet, columns: BiasAuditColumns, whose: str) -> str:
    """Return how many were assessed, how many fall within an unknown category, and what was left out."""
    assessed = found.first(metric="assessed")
    median = found.first(metric="median_score")
    parts = []
    if assessed is not None and assessed.n is not None:
        parts.append(f"{assessed.n:,} individuals were assessed{whose}. {assessed.note}")
    if median is not None and median.value is not None:
        parts.append(f"Median score of the full sample: {number(median.value)}.")
    unknown = [f"{r.sensitive} {r.n:,}" for r in found.where(metric="unknown").without(n=None)]
    parts.append(f"Individuals of unknown category, in no figure of that table: {', '.join(unknown)}.")
    if columns.exclusion_reason:
        parts.append(f"Categories below 2 % of the data are left out of the impact ratio: {columns.exclusion_reason}")
    return " ".join(part.strip() for part in parts)


def _tables(found: RecordSet, columns: BiasAuditColumns, whose: str) -> list[Table]:
    titles = {columns.sex: "Sex categories", columns.race_ethnicity: "Race/ethnicity categories"}
    return [
        _table(
            found.where(sensitive=attribute_name(names)),
            (titles[names[0]] if len(names) == 1 else "Intersectional categories")
            + f", {attribute_name(names)}{whose}",
            scored=columns.score is not None,
        )
        for names in columns.attributes
    ]


def _table(found: RecordSet, title: str, *, scored: bool) -> Table:
    held = found.by("group", "metric")
    rows = []
    for group in dict.fromkeys(str(record.group) for record in found.of_groups):
        rate = next((held[group, metric] for metric in _RATES if (group, metric) in held), None)
        rows.append(
            (
                Cell(group),
                count_cell(held.get((group, "applicants"))),
                count_cell(held.get((group, "selected"))),
                figure_cell(rate),
                _ratio(held.get((group, "impact_ratio"))),
            )
        )
    unknown = held.get((None, "unknown"))
    if unknown is not None:
        rows.append((Cell("unknown category"), count_cell(unknown), Cell("–"), Cell("–"), Cell("–")))
    return Table(
        title,
        f"The impact ratio is the category's rate over the highest rate, which has 1.00. {interval_caption(found)} The "
        "rule asks for none. Crossed categories nobody belongs to are not listed.",
        (
            "category",
            "applicants",
            "above the median" if scored else "selected",
            "scoring rate" if scored else "selection rate",
            "impact ratio",
        ),
        tuple(rows),
    )


def _ratio(record: Record | None) -> Cell:
    """Return the impact ratio of a category, or "left out" if the category was left out."""
    if record is not None and record.note.startswith(LEFT_OUT):
        return Cell("left out", note=record.note)
    return figure_cell(record)
