"""What an audit found, and how far its answers reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.audit.display_names import attribute_title
from core.audit.figure_text import percent
from core.audit.record_set import RecordSet
from core.audit.records import ORIGINAL, Status
from core.findings.conclusions import Conclusions
from core.findings.evidence import is_crossed, of_100
from core.report.auditor.chapter import Chapter
from core.report.tables.base import Table
from core.report.tables.data_checks import undecided
from core.report.tables.findings import FINDINGS
from core.report.tables.judged import gap_table, power_table, question_table, rates_table, score_table
from core.report.tables.limits import not_tested

_MAX_ROWS: Final = 40
_MAX_NAMED: Final = 8


def findings(conclusions: Conclusions, manifest: Mapping[str, Any]) -> Chapter:
    """Return every finding that has a sentence, the most important first."""
    return Chapter(
        "Findings",
        points=(*conclusions.sentences, *undecided(manifest)),
        annexes=(FINDINGS,),
    )


def groups(conclusions: Conclusions) -> Chapter:
    """Return the rates of all groups, the gaps between them and how often the models are right."""
    evidence = conclusions.evidence
    names = [*evidence.all.attributes]
    tables = [rates_table(evidence, name) for name in names]
    long = [name for name, table in zip(names, tables, strict=True) if len(table.rows) > _MAX_ROWS]
    kept = [table for table in tables if len(table.rows) <= _MAX_ROWS]
    left = [
        f"By {attribute_title(name)} there are more groups than fit here; the annex has all of them, under "
        f"“{'Intersections' if is_crossed(name) else 'By group'}”."
        for name in long
    ]
    return Chapter(
        "Group tables",
        tuple(left),
        tables=_filled(gap_table(conclusions), *kept, score_table(evidence)),
        annexes=("By group", "Intersections", "Before and after"),
    )


def power(conclusions: Conclusions) -> Chapter:
    """Return the smallest differences that these rows could have shown."""
    table = power_table(conclusions)
    return Chapter(
        "Power and minimum detectable difference",
        () if table.rows else ("No difference of rates was measured, so there is none that could have been missed.",),
        tables=_filled(table),
    )


def multiplicity(conclusions: Conclusions) -> Chapter:
    """Return how many questions were asked, and how false alarms are kept rare."""
    rate = percent(conclusions.error_rate)
    tests = [
        f"{conclusions.tests(on_file=on_file)} tests {what} share one error rate of {rate} (Holm's correction)."
        for on_file, what in ((False, "of other questions"), (True, "of the file itself"))
        if conclusions.tests(on_file=on_file)
    ]
    return Chapter(
        "Multiplicity",
        (
            " ".join((f"The primary question has an error rate of {rate} of its own.", *tests)),
            f"Of 100 audits of data without any gap or fault, at most {of_100(conclusions.announced_rate)} report one.",
        ),
        tables=_filled(question_table(conclusions)),
        annexes=(FINDINGS,),
    )


def limits(conclusions: Conclusions, manifest: Mapping[str, Any]) -> Chapter:
    """Return what the figures could not decide, and what they do not prove."""
    mine = conclusions.records
    return Chapter(
        "Limits",
        points=(
            *_undecided(mine),
            "A gap between groups can come from history, from how rows were collected, or from real differences.",
            "Parity of rates is one notion of fairness among several that exclude one another.",
            "Figures are of these rows and these models. They are no promise for other rows, times or models.",
            *(f"{what}: {why}" for what, why in manifest.get("limits", ())),
            "An audit prepares a decision; people make and sign it.",
        ),
        annexes=("Undefined figures", "Small groups", "Outcomes altered"),
    )


def _undecided(mine: RecordSet) -> Iterator[str]:
    undefined = len(mine.where(value=None))
    if undefined:
        yield f"{undefined:,} figures are undefined; the annex has the reason of each."
    small = mine.where(status=Status.SMALL_N, source=ORIGINAL).of_groups
    names = list(dict.fromkeys(f"{attribute_title(str(one.sensitive))}: {one.group}" for one in small))
    if names:
        more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
        yield f"Too small to take part in any verdict: {', '.join(names[:_MAX_NAMED])}{more}."


def untested(conclusions: Conclusions, manifest: Mapping[str, Any]) -> Chapter:
    """Return what no figure of the report covers."""
    return Chapter("What was not tested", facts=tuple(not_tested(conclusions.records, manifest)))


def _filled(*tables: Table) -> tuple[Table, ...]:
    return tuple(table for table in tables if table.rows)
