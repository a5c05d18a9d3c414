"""The four-fifths rule of the US Uniform Guidelines on Employee Selection Procedures, and nothing wider."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit.records import Record
from core.report.frameworks.sheet import Facts, Part, Sheet
from core.report.glossary import protocol_rank, source_rank
from core.report.tables import Cell, Table, figure

KEY = "four_fifths"
TITLE = "Four-fifths rule (29 CFR 1607.4 D)"
THRESHOLD = 0.8
_RATES = ("selection_rate", "scoring_rate", "base_rate")
_WHERE = {
    "data": "rows themselves",
    "local_law_144": "selection column",
    "A": "classifier, protocol A",
    "B": "classifier, protocol B",
}


def sheet(facts: Facts) -> Sheet | None:
    """The section, where the audit left impact ratios; else ``None``."""
    ratios = [record for record in facts.shown if record.metric == "impact_ratio" and record.group is not None]
    if not ratios:
        return None
    ask = facts.asking(KEY)
    return Sheet(
        KEY,
        TITLE,
        "A rule of thumb of US federal agencies for employment decisions: a selection rate below four fifths of the "
        "highest group's is generally regarded as evidence of adverse impact. It is not a test of fairness in "
        "general, and outside US employment it has no standing. Not legal advice.",
        "29 CFR 1607.4 D, Uniform Guidelines on Employee Selection Procedures, adopted on 25 August 1978. Later "
        "changes, and how agencies and courts use it today, are not considered.",
        (
            Part(
                "Impact ratios",
                "Small differences can still be adverse impact where they matter statistically and in practice. Larger "
                "ones may not be where numbers are small and the difference is not significant, or where recruiting "
                "made the pool of applicants atypical (1607.4 D). So Fisher's exact test stands beside each ratio, and "
                "the ratio once more with one selection moved to the group.",
                (),
                [_table(facts.shown, ratios)],
            ),
            Part(
                "When it does not apply",
                "",
                (
                    ask("decision", "Is this a US employment decision?", "Hiring, promotion or the like, and which."),
                    ask("pool", "Is the pool of applicants typical?", "Recruiting that changed who applied."),
                    ask("groups", "Groups below 2 %", "The Guidelines ask for no finding on them (1607.15 A)."),
                    ask("practice", "Practical significance", "What the difference means in people and positions."),
                ),
            ),
        ),
    )


def _table(records: Sequence[Record], ratios: Sequence[Record]) -> Table:
    held = {(*_address(record), record.metric): record for record in records if record.group is not None}
    rows = []
    for ratio in sorted(ratios, key=lambda r: (protocol_rank(r.protocol), source_rank(r.source))):
        address = _address(ratio)
        rate = next((held[*address, metric] for metric in _RATES if (*address, metric) in held), None)
        rows.append(
            (
                Cell(f"{ratio.sensitive}"),
                Cell(f"{ratio.group}"),
                Cell(_measured(ratio)),
                Cell(ratio.source),
                figure(rate),
                figure(ratio),
                Cell(_below(ratio)),
                figure(held.get((*address, "impact_ratio_p"))),
                figure(held.get((*address, "impact_ratio_moved"))),
            )
        )
    return Table(
        "Impact ratios and four fifths",
        "Rate over the highest rate. “below .80” says which side of the rule of thumb the ratio lies on, no more. "
        "Fisher p: how often chance gives so uneven a table if rates are equal. Brackets: 95 % interval.",
        (
            "attribute",
            "group",
            "measured on",
            "source",
            "rate",
            "impact ratio",
            "below .80",
            "Fisher p",
            "one selection moved",
        ),
        tuple(rows),
        labels=4,
    )


def _address(record: Record) -> tuple[str, str, str | None, str | None, str]:
    return (record.source, record.protocol, record.sensitive, record.group, record.split)


def _measured(record: Record) -> str:
    where = _WHERE.get(record.protocol, record.protocol)
    return f"{where}, {record.split}" if record.protocol == "data" else where


def _below(ratio: Record) -> str:
    return "–" if ratio.value is None else "yes" if ratio.value < THRESHOLD else "no"
