"""New York City's Local Law 144: what a bias audit of an automated employment decision tool must state."""

from __future__ import annotations

from core.audit.figure_text import number
from core.audit.metrics.local_law_144 import LEFT_OUT, PROTOCOL, BiasAuditColumns
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.data.groups import attribute_name
from core.findings.four_fifths import applies
from core.report.frameworks.sheet import Facts, Field, Part, Sheet
from core.report.tables.base import Cell, Table, count_cell, figure_cell, interval_caption

KEY = "local_law_144"
TITLE = "NYC Local Law 144: bias audit"
RESULTS = "Results on real people (§ 5-301)"
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
    parts = [
        Part(
            "The tool and the data",
            "What the published summary of results states besides the figures (§ 5-303), and where the data come from "
            "(§ 5-302).",
            _fields(facts, columns, recorded),
        ),
        Part(RESULTS, _counted(real, columns, _whose(facts)), (), _tables(real, columns, "")),
    ]
    if made:
        parts.append(
            Part(
                "Mitigation evidence, apart from the bias audit",
                "The same counts of the synthetic rows, which no tool assessed and which are neither historical nor "
                "test data of it. They show what the mitigation did; they do not belong into the audit's results.",
                (),
                _tables(made, columns, ", synthetic rows"),
            )
        )
    return Sheet(
        KEY,
        TITLE,
        "Local Law 144 of 2021 (NYC Administrative Code § 20-870 to § 20-874) asks for a bias audit of an automated "
        "employment decision tool by an independent auditor, no more than a year before its use, and for a published "
        "summary. This sheet prepares the figures; it is no independent audit and not legal advice.",
        "6 RCNY § 5-300 to § 5-304, Department of Consumer and Worker Protection, final rule of 6 April 2023, in force "
        "since 6 May 2023 and enforced since 5 July 2023. Later changes are not considered.",
        tuple(parts),
    )


def _fields(facts: Facts, columns: BiasAuditColumns, recorded: str) -> tuple[Field, ...]:
    ask = facts.asking(KEY)
    outcome = (
        f"Column {columns.selection!r}; {columns.selected!r} counts as selected."
        if columns.selection
        else f"Column {columns.score!r}, a score; a row counts in the scoring rate if it lies above the median score."
    )
    return (
        ask("tool", "Name of the tool", "The automated employment decision tool, its version, who makes it."),
        ask(
            "distribution_date", "Distribution date", "When the employer or agency began to use it (§ 5-300, § 5-303)."
        ),
        ask("audit_date", "Date of the bias audit", "Of the most recent one (§ 5-303)."),
        ask("auditor", "Independent auditor", "Who, and why independent of the tool's makers and users (§ 5-300)."),
        ask(
            "outcome",
            "What was assessed",
            "What the column records, and at which stage of hiring.",
            recorded or outcome,
        ),
        ask("groups", "Groups the tool sorts into", "If it sorts people into groups, one audit for each (§ 5-301(b))."),
        ask(
            "data_source",
            "Source of the data",
            "Historical data of the tool's use, of one or several employers, or test data (§ 5-302).",
        ),
        ask("data_explanation", "Explanation of the data", "Whose applicants, which positions, from when to when."),
        ask(
            "test_data",
            "If test data",
            "Why historical data were not used, and how the test data were made and obtained (§ 5-302(b)).",
        ),
        ask("categories", "Categories", "How they correspond to those of the EEO-1 report (§ 5-300), who stated them."),
    )


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
