"""Tables of what verdicts rest on: who is in the data, rates by group, gaps, what could have been seen, and accuracy.

They hold the original rows and the rows or models that are meant to be used; the annex has every source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.audit.display_names import attribute_title, protocol_name, source_name
from core.audit.glossary import ALL_ROWS
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import (
    ACCURACY,
    BALANCED_ACCURACY,
    DETECTABLE,
    ODDS_DIFFERENCE,
    PARITY_DIFFERENCE,
    PARITY_RATIO,
)
from core.audit.record_set import RecordSet
from core.audit.records import ORIGINAL, WHOLE, Record
from core.findings.conclusions import Conclusions
from core.findings.evidence import Evidence
from core.findings.finding import Finding, Topic, VerdictKind
from core.findings.open_questions import rows_needed
from core.findings.rate_verdicts import Verdict, measured_on, rate_verdicts
from core.report.tables.base import Cell, Table, count_cell, figure_cell, interval_caption, positive_words

QUESTIONS, NEEDED = "Questions asked", "rows needed"
RATES = ("selection_rate", "tpr", "fpr", "precision")
SCORES = (ACCURACY, BALANCED_ACCURACY, "auc")
_GAPS = (PARITY_DIFFERENCE, PARITY_RATIO, ODDS_DIFFERENCE)


def population_table(mine: RecordSet) -> Table:
    """Return the rows of each group in the data and the share of them with the positive outcome."""
    found = mine.where(protocol="data", metric="base_rate", source=ORIGINAL).of_groups
    rows = found.where(split=WHOLE) or found
    shares = mine.where(protocol="data", metric="category_share", source=ORIGINAL).by("sensitive", "group", "split")
    return Table(
        "Who is in the data",
        f"All rows of the file, by group, and the share of them with {positive_words(rows)}. These rows cannot say how "
        f"many people of each group there are elsewhere. {interval_caption(rows)}",
        ("attribute", "group", "n", "share of rows", f"share with {positive_words(rows)}"),
        tuple(
            (
                Cell(attribute_title(str(one.sensitive))),
                Cell(str(one.group)),
                count_cell(one),
                figure_cell(shares.get((one.sensitive, one.group, one.split))),
                figure_cell(one),
            )
            for one in rows
        ),
        labels=2,
    )


def judged_by(evidence: Evidence) -> list[tuple[str, str]]:
    """Return the sources that verdicts are about with the protocols that judge them, the first protocol first."""
    return [
        (source, protocol)
        for source in evidence.compared
        for protocol in evidence.protocols(evidence.product if source == ORIGINAL else source)
    ]


def rates_table(evidence: Evidence, sensitive: str) -> Table:
    """Return the rates of every group as the models of the first protocol decide, before and after."""
    seen = dict(reversed(judged_by(evidence)))  # the first protocol of each source
    pairs = [(source, seen[source]) for source in evidence.compared]
    mine = evidence.mine.where(sensitive=sensitive).of_groups
    found = mine.where(metric=RATES).by("source", "protocol", "group", "metric")
    groups = list(dict.fromkeys(record.group for record in mine.where(metric="selection_rate")))
    rows = []
    for group in groups:
        for source, protocol in pairs:
            cells = [found.get((source, protocol, group, metric)) for metric in RATES]
            if cells[0] is not None:
                labels = (Cell(str(group)), Cell(source_name(source)), count_cell(cells[0]))
                rows.append((*labels, *map(figure_cell, cells)))
    setups = ", ".join(dict.fromkeys(protocol_name(protocol) for _, protocol in pairs))
    return Table(
        f"Rates by group, {attribute_title(sensitive)}",
        f"Of each group, as decided ({setups}). n: rows of the group that were tested. {interval_caption(mine)}",
        ("group", "source", "n", *(describe(metric).label for metric in RATES)),
        tuple(rows),
        labels=2,
    )


def gap_table(conclusions: Conclusions) -> Table:
    """Return the gaps between groups with their verdicts, in the data and in the decisions on each source."""
    records = conclusions.records.where(metric=_GAPS).by("source", "protocol", "sensitive", "split", "metric")
    rows = []
    for verdict in _judged(conclusions):
        figure = verdict.difference
        address = (figure.source, figure.protocol, figure.sensitive, figure.split)
        cells = [records.get((*address, metric)) for metric in _GAPS]
        rows.append((*_labels(verdict), Cell(verdict.word), count_cell(figure), *map(figure_cell, cells)))
    return Table(
        "Gaps between groups",
        "Differences are those of the groups with the highest and the lowest rate; 0 is parity. Ratios: 1 is parity. "
        f"{interval_caption(conclusions.records)}",
        ("attribute", "source", "measured on", "verdict", "n", *(describe(metric).label for metric in _GAPS)),
        tuple(rows),
        labels=3,
    )


def power_table(conclusions: Conclusions) -> Table:
    """Return the smallest gaps that these rows would have shown, beside the gaps found."""
    rows = []
    for verdict in _judged(conclusions):
        figure = verdict.difference
        least = conclusions.records.first(
            metric=DETECTABLE,
            source=figure.source,
            protocol=figure.protocol,
            sensitive=figure.sensitive,
            split=figure.split,
        )
        if least is None:
            continue
        needed = rows_needed(least, conclusions.schema.margin)
        sizes = [one for one in verdict.finding.claim.records if one.n]
        smallest = min(sizes, key=lambda one: one.n or 0, default=None)
        rows.append(
            (
                *_labels(verdict),
                count_cell(figure),
                count_cell(smallest),
                replace(figure_cell(figure), note=""),
                replace(figure_cell(least), note=""),
                Cell("–" if needed is None else f"{needed:,}"),
            )
        )
    return Table(
        "What these rows could have shown",
        "The detectable difference is the smallest true gap that rows of these numbers show in 80 of 100 samples. A "
        f"smaller gap can go unseen. The last column: about how many rows would show a gap of the margin, if these do "
        f"not. {interval_caption(conclusions.records)}",
        (
            "attribute",
            "source",
            "measured on",
            "n",
            "n of the smallest group",
            describe(PARITY_DIFFERENCE).label,
            "detectable difference",
            NEEDED,
        ),
        tuple(rows),
        labels=3,
    )


def score_table(evidence: Evidence) -> Table:
    """Return how often each model is right, beside always the same guess."""
    found = evidence.mine.overall.where(metric=SCORES).by("protocol", "source", "metric")
    pairs = judged_by(evidence)
    pairs = [*(("constant", protocol) for protocol in dict.fromkeys(protocol for _, protocol in pairs)), *pairs]
    rows = []
    for source, protocol in pairs:
        cells = [found.get((protocol, source, metric)) for metric in SCORES]
        if any(cell is not None for cell in cells):
            first = next(cell for cell in cells if cell is not None)
            labels = (Cell(source_name(source)), Cell(protocol_name(protocol)), count_cell(first))
            rows.append((*labels, *map(figure_cell, cells)))
    return Table(
        "How often the models are right",
        "On the rows that were tested. A model that is no better than always the same guess has equal rates only "
        f"because it is trivial. {interval_caption(evidence.mine)}",
        ("source", "measured on", "n", *(describe(metric).label for metric in SCORES)),
        tuple(rows),
        labels=2,
    )


def question_table(conclusions: Conclusions) -> Table:
    """Return how many questions were asked by topic, how many were tested, and how they were answered.

    Its numbers are counts of findings, not records.
    """
    rows = [_answers(topic, found) for topic, found in _by_topic(conclusions.questions)]
    return Table(
        QUESTIONS,
        "Each question of the audit, by what it is about. Tested: those with an error rate; the others are counts. "
        "Withheld: a fault of the file makes the answer worthless.",
        ("about", "asked", "tested", "gap found", "no gap", "too few rows", "withheld"),
        tuple(rows),
    )


def _by_topic(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """Yield questions by what they are about, counts of altered rows apart from the losses of people."""
    for topic in Topic:
        mine = [one for one in findings if one.claim.topic is topic]
        for about in sorted({one.claim.about for one in mine}, key=lambda name: name != topic.value):
            yield about, [one for one in mine if one.claim.about == about]


def _answers(about: str, found: Sequence[Finding]) -> tuple[Cell, ...]:
    told = [one for one in found if not one.withheld]
    counts = [
        len(found),
        sum(one.p is not None for one in found),
        *(sum(one.verdict is kind for one in told) for kind in (VerdictKind.GAP, VerdictKind.NO_GAP)),
        sum(one.verdict is VerdictKind.UNDECIDED for one in told),
        len(found) - len(told),
    ]
    return (Cell(about), *(Cell(f"{count:,}") for count in counts))


def _judged(conclusions: Conclusions) -> Iterator[Verdict]:
    """Yield the verdicts on the sources that are meant to be used and on the original rows."""
    evidence = conclusions.evidence
    pairs = {*judged_by(evidence), *((source, ALL_ROWS) for source in evidence.compared)}
    for verdict in rate_verdicts(conclusions):
        if (verdict.source, verdict.protocol) in pairs or (
            verdict.protocol == "data" and verdict.source in evidence.compared
        ):
            yield verdict


def _labels(verdict: Verdict) -> tuple[Cell, Cell, Cell]:
    figure: Record = verdict.difference
    return Cell(attribute_title(verdict.sensitive)), Cell(source_name(verdict.source)), Cell(measured_on(figure))
