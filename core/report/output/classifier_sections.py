"""The report's sections about classifiers trained on the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.audit.record_set import RecordSet
from core.data.groups import CROSS
from core.report.charts import rates
from core.report.charts.theme import Figure
from core.report.output.leads import Leads
from core.report.output.section import Section
from core.report.tables import base, changes, details, impact_ratios, multiclass
from core.report.tables import other_classifiers as tables_of_others


def classifier_sections(mine: RecordSet, every: RecordSet, told: Leads, *, by_four_fifths: bool) -> Iterator[Section]:
    """Return T3 to T7: rates, gaps, changes and utility of classifiers, over all rows and by group.

    Args:
        mine: One record a figure, with the favourable outcome counted as positive.
        every: The same with those of single seeds.
        told: What each part measures.
        by_four_fifths: Whether impact ratios are judged by the four-fifths rule; see `core.findings.four_fifths`.
    """
    names = mine.attributes
    crossed = [name for name in names if CROSS in name]
    single = [name for name in names if name not in crossed]
    protocols = [key for key in base.CLASSIFIER_PROTOCOLS if any(r.protocol == key for r in mine)]
    yield Section(
        "T3",
        "By group",
        told.t3,
        "Equal rates do not say that the right people are selected.",
        [base.group_table(mine, "A", name) for name in single],
        [base.group_table(mine, key, name) for name in single for key in protocols if key != "A"],
        present(rates.selection_rates(mine, name, key) for name in single for key in ("A", "B")),
    )
    yield Section(
        "T4",
        "Intersections",
        "The same for combinations of sensitive attributes.",
        "Most combined groups are small: read the shrunk rate before the raw rate.",
        [impact_ratios.crossed_table(mine, name, by_four_fifths=by_four_fifths) for name in crossed],
        [base.group_table(mine, key, name) for name in crossed for key in protocols],
        present(rates.selection_rates(mine, name, key) for name in crossed for key in ("A", "B")),
    )
    tabulated = impact_ratios.four_fifths_table if by_four_fifths else impact_ratios.impact_table
    impact = [tabulated(mine, name) for name in names]
    yield Section(
        "T5",
        "Impact ratios",
        told.t5,
        "Four fifths is a rule of thumb of US employment practice; neither side of it is a finding of law."
        if by_four_fifths
        else "A ratio has no verdict here: laws that set a limit are about certain decisions, and none was declared.",
        [*impact, impact_ratios.unknown_table(mine)],
    )
    yield Section(
        "T6",
        told.t6_title,
        told.t6,
        told.t6_limit,
        [
            *(one for name in names for one in outcome_tables(mine, name)),
            changes.change_table(mine),
        ],
        [changes.moved_table(mine), changes.generator_table(every)],
        [figure for name in names for figure in rates.planes(mine, name)],
    )
    yield Section(
        "T7",
        "Utility",
        told.t7,
        told.t7_limit,
        [details.utility_table(mine)],
    )


def other_classifiers(mine: RecordSet, own: str) -> Section:
    """Return accuracy and parity with other downstream classifiers; ``own`` is the audit's own one, in words."""
    carried = " ".join(tables_of_others.sentences(mine, own))
    return Section(
        "",
        tables_of_others.TITLE,
        f"Whether fairness carries over to another learner. {carried}",
        "A ratio near 1 with these classifiers is no promise for every other one.",
        [tables_of_others.table(mine, own)],
    )


def outcome_tables(mine: RecordSet, sensitive: str) -> list[base.Table]:
    """Return the tables of the positive outcome against the rest, and of all classes where there are several."""
    found = [base.fairness_table(mine, sensitive), multiclass.class_table(mine, sensitive)]
    return [one for one in found if one.rows]


def present(found: Iterator[Figure | None] | Sequence[Figure | None]) -> list[Figure]:
    """Return the figures that are not ``None``."""
    return [figure for figure in found if figure is not None]
