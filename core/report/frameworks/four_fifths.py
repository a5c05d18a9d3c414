"""The four-fifths rule of the US Uniform Guidelines on Employee Selection Procedures, and nothing wider."""

from __future__ import annotations

from core.findings.families.favorable import is_declared
from core.findings.four_fifths import applies
from core.report.frameworks.sheet import Facts, Part, Sheet
from core.report.frameworks.wording import favorable
from core.report.tables.impact_ratios import four_fifths_table, impact_table

KEY = "four_fifths"
TITLE = "Four-fifths rule (29 CFR 1607.4 D)"


def sheet(facts: Facts) -> Sheet | None:
    """Return the section for a declared US employment decision with impact ratios; else ``None``.

    The ratios are those of the favourable outcome. If no person said which one that is, there is no verdict.
    """
    ratios = facts.shown.of_groups.where(metric="impact_ratio")
    if not ratios or not applies(facts.schema):
        return None
    tabulated = four_fifths_table if is_declared(facts.schema) else impact_table
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
                (
                    ask(
                        "favorable",
                        "Which outcome is a selection?",
                        "The one good for the applicant.",
                        favorable(facts),
                    ),
                ),
                [tabulated(facts.shown, name) for name in dict.fromkeys(str(ratio.sensitive) for ratio in ratios)],
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
