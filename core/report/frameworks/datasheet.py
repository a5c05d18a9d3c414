"""A datasheet for the synthetic file, in the sections of Gebru et al. (2021)."""

from __future__ import annotations

from core.audit.metrics.catalog import placed
from core.audit.metrics.declaration import Place
from core.data.column import Kind
from core.report.frameworks import wording
from core.report.frameworks.sheet import Facts, Part, Sheet

KEY = "datasheet"
TITLE = "Datasheet: the synthetic file"
SOURCE = "synthetic"
_GENERATED = "Missing values were generated as they occur. "


def sheet(facts: Facts) -> Sheet | None:
    """Return the section, if the run made synthetic rows."""
    if not facts.has(SOURCE):
        return None
    return Sheet(
        KEY,
        TITLE,
        "What whoever receives synthetic.csv needs to know before using it. The questions are in short form. Not legal "
        "advice.",
        "Gebru et al., “Datasheets for Datasets”, Communications of the ACM 64(12), December 2021, its seven sections.",
        (_motivation(facts), _composition(facts), _making(facts), _uses(facts), _keeping(facts)),
    )


def _motivation(facts: Facts) -> Part:
    ask = facts.asking(KEY)
    return Part(
        "Motivation",
        "",
        (
            ask(
                "purpose",
                "For what purpose was it made?",
                "The task, the gap it fills.",
                "To train on rows that stand in for a real table with less of its gap between groups.",
            ),
            ask("creators", "Who made it, on whose behalf?", "Team, organisation."),
            ask("funding", "Who funded it?", "Grant, employer."),
        ),
    )


def _composition(facts: Facts) -> Part:
    ask = facts.asking(KEY)
    return Part(
        "Composition",
        "",
        (
            ask("instances", "What does a row stand for?", "Say that no row is a person, and what a real one was."),
            ask("count", "How many rows, which columns?", "Of each type.", _count(facts)),
            ask(
                "labels",
                "Is there a label?",
                "What the outcome is, and where it comes from.",
                wording.lines(wording.roles(facts), wording.labels_changed(facts)),
            ),
            ask(
                "missing",
                "Is information missing?",
                "And why.",
                f"{_GENERATED if wording.compared_method(facts) is None else ''}{wording.missing(facts)}",
            ),
            ask(
                "splits",
                "Recommended splits",
                "And why so.",
                "Train on all rows. Test on real rows kept aside only: figures on synthetic rows prove nothing.",
            ),
            ask(
                "errors",
                "Errors, noise, redundancies",
                "Known ones.",
                wording.figures(
                    facts.shown.at(metric, source=SOURCE, protocol="fidelity") for metric in placed(Place.DATASHEET)
                ),
            ),
            ask(
                "subpopulations",
                "Does it identify groups?",
                "Which, and how they are spread.",
                wording.verdicts_of(facts, SOURCE, ("data",)),
            ),
            ask(
                "identify",
                "Can persons be identified?",
                "Directly or together with other data.",
                wording.privacy(facts, SOURCE),
            ),
            ask("sensitive", "Is any of it sensitive or offensive?", "Health, origin, beliefs, finances and the like."),
        ),
    )


def _count(facts: Facts) -> str:
    overall = facts.shown.overall.without(n=None).first(source=SOURCE, protocol="data")
    kinds = [column.kind for column in facts.schema.columns]
    counted = ", ".join(f"{kinds.count(kind)} {kind.value}" for kind in Kind if kind in kinds)
    rows = f"{overall.n:,} rows took part in the audit; " if overall is not None else ""
    return f"{rows}{len(kinds)} columns: {counted}."


def _obtained(facts: Facts) -> str:
    """Return how the rows were made, and from what."""
    table = f"the table {str(facts.manifest.get('name', 'of this run'))!r}"
    maker = wording.compared_method(facts)
    if maker is not None:
        preset = facts.manifest["config"].get("preset", "default")
        return wording.lines(
            f"Not collected: generated from what a method learned of {table}. Preset: {preset}.",
            f"The method is {wording.about_method(maker)}",
        )
    channel = wording.settings(facts, "labels")
    how = (
        f"Outcome repair: {channel['channel'].replace('_', '-')}, amount {channel['repair_level']}." if channel else ""
    )
    aim = f"Criterion: {channel['criterion'].replace('_', ' ')}." if channel else ""
    return wording.lines(
        f"Not collected: decoded from a compact model's (student network's) latents of {table}; outcomes repaired by a "
        "fair label channel.",
        f"{how} {aim}".strip(),
        wording.origin_of_parity(facts),
    )


def _making(facts: Facts) -> Part:
    ask = facts.asking(KEY)
    return Part(
        "Collection and preprocessing",
        "",
        (
            ask(
                "making",
                "How were the rows obtained?",
                "Measured, stated, or derived from other data.",
                wording.lines(_obtained(facts), wording.version(facts)),
            ),
            ask("collection", "How was the real table collected?", "By whom, when, from whom, with what instrument."),
            ask("consent", "Notice and consent", "Whether the people behind the real rows knew and agreed."),
            ask("review", "Ethical review", "Whether there was one, and its outcome."),
            ask(
                "preprocessing",
                "What was done to the real rows?",
                "Cleaning, binning, labelling.",
                " ".join(facts.notes) or "On reading, nothing was left out, set aside or reinterpreted.",
            ),
        ),
    )


def _uses(facts: Facts) -> Part:
    ask = facts.asking(KEY)
    return Part(
        "Uses",
        "",
        (
            ask("tasks", "For which tasks is it meant?", "And has it been used for any?"),
            ask(
                "effects",
                "What could affect later use?",
                "What a user should know to avoid harm.",
                wording.lines(wording.verdicts_of(facts, SOURCE, ("A", "B")), wording.PARITY_LIMIT),
            ),
            ask(
                "not_for",
                "What must it not be used for?",
                "Tasks, settings.",
                "To decide about a person, or to measure how the real rows treat their groups: that was changed.",
            ),
        ),
    )


def _keeping(facts: Facts) -> Part:
    ask = facts.asking(KEY)
    return Part(
        "Distribution and maintenance",
        "",
        (
            ask("recipients", "Who gets it?", "Third parties, how, from when."),
            ask("licence", "Licence and terms", "Copyright, terms of use, restrictions by others, export."),
            ask("maintainer", "Who maintains it?", "And how to reach them."),
            ask("updates", "Will it be updated?", "How often, how users hear of it, what happens to old versions."),
            ask("retention", "Limits on retention", "Of the real rows behind it, and how they are enforced."),
        ),
    )
