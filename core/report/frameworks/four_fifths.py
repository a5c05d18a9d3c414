"""The four-fifths rule of the US Uniform Guidelines on Employee Selection Procedures, and nothing wider."""

from __future__ import annotations

from core.findings.families.favorable import is_declared
from core.findings.four_fifths import applies
from core.report.frameworks.sheet import Content, Facts, Sheet, fill
from core.report.frameworks.wording import favorable
from core.report.tables.impact_ratios import four_fifths_table, impact_table

KEY = "four_fifths"


def sheet(facts: Facts) -> Sheet | None:
    """Return the section for a declared US employment decision with impact ratios; else ``None``.

    The ratios are those of the favourable outcome. If no person said which one that is, there is no verdict.
    """
    ratios = facts.shown.of_groups.where(metric="impact_ratio")
    if not ratios or not applies(facts.schema):
        return None
    tabulated = four_fifths_table if is_declared(facts.schema) else impact_table
    names = dict.fromkeys(str(ratio.sensitive) for ratio in ratios)
    tables = {"ratios": [tabulated(facts.shown, name) for name in names]}
    return fill(KEY, facts, Content({"favorable": favorable(facts)}, tables))
